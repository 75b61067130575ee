//! Sentences of the doctor.

core_monitor_message::messages! {
    pub(crate) fn folder_missing(path) = "the data folder `{path}` does not exist yet";
    pub(crate) fn start_creates_folder() = "start the server, which creates it";
    pub(crate) fn folder_not_creatable(path, user) =
        "the data folder `{path}` does not exist, and user {user} cannot create it";
    pub(crate) fn make_folder(path, user) =
        "as root: `install --directory --mode 0700 --owner {user} {path}`, or name another folder with `--data-dir`";
    pub(crate) fn not_a_folder(path) = "the data folder `{path}` is a file or a link, not a folder";
    pub(crate) fn move_it_away(path) = "move `{path}` away, or name another folder with `--data-dir`";
    pub(crate) fn folder_unreadable(path, reason) = "the data folder `{path}` cannot be examined: {reason}";
    pub(crate) fn folder_read_only(path, owner, user) =
        "user {user} cannot write to the data folder `{path}`, which belongs to user {owner}";
    pub(crate) fn run_as_owner(path) = "run the program as the owner of the folder, whom `stat {path}` shows";
    pub(crate) fn hand_over(path, owner, user) =
        "run the program as user {owner}, e.g. with `sudo -u '#{owner}'`, or as root: `chown --recursive --from={owner} {user} {path}`, which leaves alone what containers own";
    pub(crate) fn look_at_disk(path) =
        "look at the disk: `findmnt --target {path}` shows whether it is read-only, and `dmesg` what it reports";
    pub(crate) fn root_sees_more(owner) =
        "root may do everything, and looks at a folder of user {owner}: what that user may not do is not seen";
    pub(crate) fn run_doctor_as(owner, program) = "run it as that user: `sudo -u '#{owner}' {program} doctor`";
    pub(crate) fn folder_foreign(path, owner, user) =
        "the data folder `{path}` belongs to user {owner}, but the program runs as user {user}: files of both mix in it";
    pub(crate) fn folder_open(path, mode) =
        "others can read the data folder `{path}` (mode {mode}), in which definitions and secrets are stored";
    pub(crate) fn folder_shared(path, mode) =
        "others can write to the data folder `{path}` (mode {mode}) and replace the files in it";
    pub(crate) fn close_folder(path) = "`chmod 700 {path}`";
    pub(crate) fn folder_good(path, owner) = "the data folder `{path}` belongs to user {owner} alone";
    pub(crate) fn space_good(free) = "{free} are free on the disk of the data folder";
    pub(crate) fn space_low(free) = "only {free} are free on the disk of the data folder";
    pub(crate) fn files_low(count) = "only {count} more files can be created on the disk of the data folder";
    pub(crate) fn make_space() =
        "make space: `docker system df` shows what images and containers use; a full disk stops every command";
    pub(crate) fn storage_sizes(database, records, record_bytes, artifacts, artifact_bytes) =
        "the database takes {database}, {records} record files take {record_bytes}, and {artifacts} artifacts {artifact_bytes}";
    pub(crate) fn records_good(count) = "the {count} record files are as they were written";
    pub(crate) fn records_broken(fault) = "{fault}";
    pub(crate) fn put_records_back() =
        "put the folder `archive` of the data folder back from a backup; until then the commands in this file cannot be read";
    pub(crate) fn key_good() = "the key file can be used";
    pub(crate) fn encrypted_key_good(file) = "the key file can be used; it is encrypted with `{file}`";
    pub(crate) fn key_rotation_unfinished() =
        "the key file has the old key beside the new one: a rotation of the key was not ended";
    pub(crate) fn end_key_rotation() =
        "stop the server and the worker, and run `core-monitor-server rotate-key`: it goes on where it was";
    pub(crate) fn key_not_yet() = "there is no key file yet; the first start generates it";
    pub(crate) fn key_file_missing() =
        "there is a database, but no `secret.key`: what was encrypted with the key cannot be read any more";
    pub(crate) fn restore_key() =
        "put `secret.key` back from a backup, with mode 0600, or store credentials and secret variables again";
    pub(crate) fn key_unusable(reason) = "{reason}";
    pub(crate) fn mend_key() =
        "mend that; if others may have read the key, store new credentials and secret variables after it is closed to them";
    pub(crate) fn database_missing() = "there is no database yet; the first start creates it";
    pub(crate) fn database_unreadable(reason) = "the database cannot be opened: {reason}";
    pub(crate) fn check_files() =
        "check owner and permissions of the files `core-monitor.db*`; if they are right, restore a backup";
    pub(crate) fn database_damaged(reason) = "the database is damaged: {reason}";
    pub(crate) fn restore_backup() =
        "stop both programs, move the data folder away, and restore the newest backup with `core-monitor-server restore`";
    pub(crate) fn database_newer(steps) = "a newer release has used the database: {steps} are unknown to this one";
    pub(crate) fn install_newer() =
        "start the newer release again, or restore the backup that was made before it was installed";
    pub(crate) fn database_older(count) = "the database is from an older release; the next start updates it in {count} steps";
    pub(crate) fn back_up_first() = "make a backup with `core-monitor-server backup` first: there is no way back";
    pub(crate) fn database_good() = "the database is intact and matches this release";
    pub(crate) fn no_worker() = "no worker runs with this data folder: commands wait";
    pub(crate) fn start_worker() =
        "start `core-monitor-worker` with the same data folder, and `core-monitor-worker doctor` if it does not stay";
    pub(crate) fn lock_free() = "no other worker holds the lock";
    pub(crate) fn lock_held(holder) = "a worker runs: {holder}";
    pub(crate) fn lock_unreadable(reason) = "the lock of the worker cannot be examined: {reason}";
    pub(crate) fn lease_late(seconds) =
        "a worker holds the lock, but its lease ran out {seconds} s ago: it is suspended, or its disk does not answer";
    pub(crate) fn restart_worker() = "check its log and the load of the machine; if this goes on, restart the worker";
    pub(crate) fn clock_behind(now) = "the clock of this machine shows {now}, which is earlier than a time in the database";
    pub(crate) fn set_clock() = "set the clock, and keep it right with a time service: `timedatectl set-ntp true`";
    pub(crate) fn clock_good(now) = "the clock shows {now}";
    pub(crate) fn listen_free(address) = "{address} is free";
    pub(crate) fn listen_ours(address) = "a Core Monitor server answers at {address}";
    pub(crate) fn listen_taken(address) = "something else listens at {address}";
    pub(crate) fn free_port(port) = "stop it (`ss -ltnp 'sport = :{port}'` shows it), or choose another port with `--listen`";
    pub(crate) fn listen_refused(address, reason) = "the server cannot listen at {address}: {reason}";
    pub(crate) fn choose_address() =
        "choose an address of this machine, and a port from 1024 on unless the user may use lower ones";
    pub(crate) fn engine_address(reason) = "{reason}";
    pub(crate) fn name_engine() = "set `DOCKER_HOST` or `--docker-host`, e.g. to unix:///var/run/docker.sock";
    pub(crate) fn engine_no_socket(path) = "there is no socket of an engine at `{path}`";
    pub(crate) fn start_engine() =
        "install and start Docker (`systemctl start docker`); in a container, mount the socket at the same path";
    pub(crate) fn check_engine_address() =
        "check that Docker is running there and listens at this address, and that `DOCKER_HOST` and `DOCKER_CERT_PATH` are right";
    pub(crate) fn engine_denied(path, user, group) =
        "user {user} may not open the socket of the engine, `{path}`, which belongs to group {group}";
    pub(crate) fn join_group(group) =
        "put the user of the worker into group {group}; in a container, with `group_add: [\"{group}\"]`";
    pub(crate) fn engine_silent(address, reason) = "the engine at {address} does not answer: {reason}";
    pub(crate) fn engine_old(version, api) =
        "the engine is version {version} (API {api}), but 20.10 (API 1.41) is the oldest that is supported";
    pub(crate) fn update_engine() = "update Docker to 20.10 or later";
    pub(crate) fn engine_good(version, api) = "the engine answers: version {version}, API {api}";
}
