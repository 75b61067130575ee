//! Why commands fail, wait or go on.

core_monitor_message::messages! {
    pub(crate) fn stored_file_missing(path, version) =
        "`{path}` of version {version} is missing from the database";
    pub(crate) fn stored_data_unreadable(reason) = "cannot read stored data: {reason}";
    pub(crate) fn restore_database_or_save_files() =
        "restore the database from a backup and retry, or save the files as a new version, cancel this command and apply that version";
    pub(crate) fn move_blocking_path_away() =
        "move it away on the host and retry, or cancel this command and apply a version without this path";
    pub(crate) fn check_data_folder() = "check the data folder on the worker's host, then retry the command";
    pub(crate) fn journal_unreadable(reason) = "cannot read the command's journal: {reason}";
    pub(crate) fn retry_from_what_the_engine_shows() =
        "retry the command: it starts from what the engine shows now; if it had begun to roll back, cancel it and roll back to the earlier version instead";
    pub(crate) fn container_is(container, state) = "`{container}` is {state}";
    pub(crate) fn container_is_gone(container) = "`{container}` is gone";
    pub(crate) fn not_healthy_in_time(container, seconds, state) =
        "`{container}` did not become healthy within {seconds} s; it is still {state}";
    pub(crate) fn not_finished_in_time(container, seconds) =
        "`{container}` did not finish within {seconds} s";
    pub(crate) fn not_stable_in_time(container, seconds) =
        "`{container}` did not become stable within {seconds} s";
    pub(crate) fn container_left_running() =
        "the container was left running; raise the timeout in the configuration or fix the cause, then retry, or cancel this command and apply a new version";
    pub(crate) fn restore_database_or_save_definition() =
        "restore the database from a backup and retry, or save the definition as a new version, cancel this command and apply that version";
    pub(crate) fn command_not_for_workers(kind) = "a worker cannot carry out {kind} commands";
    pub(crate) fn secret_not_opened(name, reason) =
        "the value of the secret variable `{name}` cannot be opened: {reason}";
    pub(crate) fn restore_key_or_set_secret_again() =
        "restore `secret.key` from the backup of the data folder and retry, or save a version with a new value, cancel this command and apply that version";
    pub(crate) fn right_was_taken_back(actor, action) =
        "`{actor}` may not use `{action}` any more: the right to it was taken back while the command waited";
    pub(crate) fn send_with_the_right() = "have somebody who may do it send the command again";
    pub(crate) fn version_missing(version, stack) = "version {version} of `{stack}` does not exist";
    pub(crate) fn version_not_applicable(version, error: Message) = "version {version} cannot be carried out: {error}";
    pub(crate) fn save_corrected_version_and_apply() =
        "save a corrected version, cancel this command and apply that version";
    pub(crate) fn container_unhealthy(container) = "`{container}` is unhealthy";
    pub(crate) fn check_log_and_healthcheck() =
        "check its last log lines and the output of its health check, fix the cause, then retry, or cancel this command and apply a new version";
    pub(crate) fn container_without_healthcheck(container) = "`{container}` has no health check to wait for";
    pub(crate) fn give_service_a_healthcheck() =
        "save a version that gives the service a `healthcheck` or uses the condition `service_started`, cancel this command and apply that version";
    /// The command ends early and has started again what it had interrupted.
    pub(crate) fn brought_back(container) = "started `{container}` again, which the command had interrupted";
    pub(crate) fn rest_not_confirmed() =
        "the remaining steps to restart what the command had interrupted are not in the confirmed plan, or were done already";
    pub(crate) fn not_brought_back(reason: Message) =
        "could not bring back everything that the command had interrupted: {reason}";
    pub(crate) fn container_was_stopped(container, code) =
        "somebody else stopped `{container}` while the command ran (exit code {code})";
    pub(crate) fn find_who_stops_it_then_retry() = "find out who or what stops it, then retry";
    pub(crate) fn container_exited(container, code) = "`{container}` ended with exit code {code}";
    pub(crate) fn check_log_then_retry() =
        "check its last log lines, fix the cause, then retry, or cancel this command and apply a new version";
    /// Exit code 137: the program was ended by the signal `SIGKILL`.
    pub(crate) fn check_what_killed_it() =
        "exit code 137 means that it was killed: for lack of memory, which the kernel log and `OOMKilled` in `docker inspect` show, or by a signal; raise its memory limit or fix the cause, then retry, or cancel this command and apply a new version";
    pub(crate) fn container_restarted_by_engine(container) =
        "`{container}` does not stay up: the engine had to restart it";
    pub(crate) fn restart_engine_for_endpoint() =
        "the engine keeps a network endpoint of a removed container; restart the engine, then retry";
    pub(crate) fn find_the_other_program() =
        "another program may be changing the same containers; find and stop it, then retry";
    pub(crate) fn host_changed_since_plan() =
        "the host has changed since the plan was confirmed; nothing was changed";
    pub(crate) fn left_on_the_engine() =
        "the containers, networks and volumes stay on the engine as they are, and are no longer ours";
    pub(crate) fn make_a_new_plan() = "make a new plan, review it and apply with its id";
    pub(crate) fn cancel_and_make_a_new_plan() =
        "cancel the command, then make a new plan, review it and apply with its id";
    pub(crate) fn engine_not_observable(reason: Message) = "cannot observe the engine: {reason}";
    pub(crate) fn confirmed_plan_gone() = "the confirmed plan is no longer stored";
    pub(crate) fn no_release_to_roll_back_to() = "there is no earlier release to roll back to";
    pub(crate) fn cannot_roll_back(reason: Message) = "cannot roll back: {reason}";
    pub(crate) fn rolled_back_to(version) = "rolled back to version {version}";
    pub(crate) fn rollback_failed_too(code, message: Message) = "the rollback failed too, {code}: {message}";
    pub(crate) fn step_done(action: Message) = "done: {action}";
    pub(crate) fn step_not_done(action: Message) = "not done: {action}";
    pub(crate) fn with_the_new_container(action: Message) = "{action} (the new container)";
    pub(crate) fn worker_crashed(times) =
        "the worker crashed {times} times in a row while running this command, without completing a step";
    pub(crate) fn check_worker_and_kernel_log() =
        "check the worker's log and the kernel log, fix the cause, then retry";
    pub(crate) fn was_rolling_back_after(code, message: Message) =
        "the command was rolling back after {code}: {message}";
    pub(crate) fn no_container_to_wait_for(subject) = "there is no container to wait for: `{subject}`";
    pub(crate) fn continued_without_dependency(reason: Message) = "continued without an optional dependency: {reason}";
    pub(crate) fn hook_skipped(container, name) =
        "the `pre_stop` hook of `{container}` was left out: the value of the secret variable `{name}` is not available";
    pub(crate) fn step_failed(action: Message, reason: Message) = "cannot {action}: {reason}";
    pub(crate) fn check_engine_log() = "check the engine's log, then retry the command";
    pub(crate) fn make_sure_engine_runs() =
        "make sure that the engine is running and that the worker can reach it, then retry the command";
    pub(crate) fn choose_another_address() =
        "disconnect that container from the network and retry, or cancel this command and apply a version that gives the service another address";
    pub(crate) fn choose_another_range() =
        "remove the network that overlaps if nothing uses it and retry, or cancel this command and apply a version that gives the network another subnet";
    pub(crate) fn add_address_pools() =
        "remove unused networks with `docker network prune`, or add ranges to `default-address-pools` in the engine's configuration";
    pub(crate) fn free_an_address_pool() =
        "the engine has no free range of addresses left for another network: remove unused networks with `docker network prune` or add ranges to `default-address-pools` in the engine's configuration and retry, or cancel this command and apply a version that gives the network a `subnet` of its own";
    pub(crate) fn provide_the_platform() =
        "push the image for that platform to its registry or build it for it and retry, or cancel this command and apply a version with another `platform` for the service";
    pub(crate) fn output_not_readable(failure: Message) =
        "{failure}; its output is not shown, because its logging driver does not let the engine read it";
    /// In place of the advice to check its last log lines, which there are none of.
    pub(crate) fn log_where_it_can_be_read() =
        "read its output where its logging driver sends it and fix the cause, then retry, or cancel this command and apply a version that logs with `local` or `json-file`, whose output is shown here";
    pub(crate) fn engine_log_says_more(status) =
        "the engine answered with status {status} each time it was asked; its log says more than its answer: fix the cause there, then retry";
    pub(crate) fn classic_builder_and_mounts() =
        "the build uses the classic builder because of `network`, `isolation`, `shm_size` or `ulimits`, and that builder does not support `RUN --mount`: remove `--mount` from the step, or those attributes from `build`; then cancel this command and apply the new version";
    pub(crate) fn check_image_or_load_it() =
        "check the image name and tag, and that the host can pull it, or load the image on the host; then retry";
    pub(crate) fn read_build_output() =
        "read the last lines of the build, fix the Dockerfile or its files, then cancel this command and apply the new version; if the build only timed out, raise `build_timeout` and retry";
    pub(crate) fn publish_different_port() =
        "stop what is using this port and retry, or cancel this command and apply a version that publishes another one";
    pub(crate) fn fix_hook() =
        "fix the hook's command, then cancel this command and apply the new version, or raise `hook_timeout` and retry";
    pub(crate) fn check_command_and_mounts() =
        "check the service's command, entrypoint, mounts and devices, fix the cause, then retry, or cancel this command and apply a new version";
    pub(crate) fn install_the_device_driver() =
        "the host offers the engine no such devices: for NVIDIA GPUs install their driver and the NVIDIA Container Toolkit, and restart the engine; then retry, or cancel this command and apply a version that does not ask for them";
    pub(crate) fn fix_definition_as_engine_says() =
        "fix the definition of the service as the engine's message says, then cancel this command and apply the new version";
    pub(crate) fn disconnect_containers() =
        "disconnect the containers that are still on the network, then retry";
    pub(crate) fn check_network_addresses() =
        "check the driver, subnets and addresses of the network, fix the cause, then retry, or cancel this command and apply a new version";
    pub(crate) fn name_taken_by_foreign_container(name, container, image) =
        "the name `{name}` is taken by a container that Core Monitor did not create: {container}, image `{image}`";
    pub(crate) fn rename_container_then_retry() = "rename or remove that container, then retry";
    pub(crate) fn effect_broken_off() = "aborted";
    pub(crate) fn container_exited_because(container, code, reason: Message) =
        "`{container}` ended with exit code {code}: {reason}";
    /// One more reason why a plan cannot be carried out, after the first one. `code` is the code of a failure.
    pub(crate) fn also_blocked(code, reason: Message) = "also {code}: {reason}";
    pub(crate) fn same_plan_again(times, step: Message) =
        "no progress: the same plan came up {times} times, starting with `{step}`";
    pub(crate) fn same_plan_without_steps(times) = "no progress: the same plan came up {times} times";
    pub(crate) fn engine_said_last(message: Message, words: Message) =
        "{message}; the engine's last message: {words}";
    pub(crate) fn step_not_in_confirmed_plan(step: Message, cause: Message) =
        "the host changed while the confirmed plan was carried out: `{step}` would be needed now ({cause}) and is not in it; the command stopped before it and did nothing that is not in the plan";
    pub(crate) fn step_of_confirmed_plan_undone(step: Message, cause: Message) =
        "the host changed while the confirmed plan was carried out: `{step}` would be needed now ({cause}) and was done already, and somebody has undone it; the command stopped before it and did nothing that is not in the plan";
    pub(crate) fn observe_engine() = "observe the engine";
    pub(crate) fn records_unreadable(reason) = "cannot read which objects belong to stacks: {reason}";
    pub(crate) fn step_without_result(step) = "step {step} did not create what a later step needs";
    pub(crate) fn store_registry_credentials(registry) =
        "check the image name, store a user name and a password or token with `PUT /api/v1/registries/{registry}`, then retry";
    pub(crate) fn replace_rejected_credentials(registry) =
        "the registry rejected the stored credentials: check the image name, store a user name and a password or token with `PUT /api/v1/registries/{registry}`, then retry";
    pub(crate) fn folder_file_overwritten(path) =
        "`{path}` in the stack's folder: overwritten, although somebody had changed it";
    pub(crate) fn folder_files_overwritten(count) =
        "and {count} more files: overwritten, although somebody had changed them";
    pub(crate) fn folder_file_left(path) =
        "`{path}` in the stack's folder: not in the version, but kept because somebody had changed it";
    pub(crate) fn folder_files_left(count) =
        "and {count} more files: not in the version, but kept because somebody had changed them";
    pub(crate) fn folder_file_kept(path) =
        "`{path}` in the stack's folder: kept because somebody had changed it";
    pub(crate) fn folder_files_kept(count) =
        "and {count} more files: kept because somebody had changed them";
    pub(crate) fn stack_deleted_before() = "the stack was deleted before this command could run";
    pub(crate) fn artifact_not_verified(slot, container, seconds, seen: Message) =
        "the artifact of `{slot}` in `{container}` could not be verified within {seconds} s: {seen}";
    pub(crate) fn made_from_what_was_taken_back(base) =
        "its version was made from version {base}, a deployment that did not take effect; nothing was changed";
    pub(crate) fn failed_on_the_way_back(step: Message, message: Message) =
        "{step}: {message}; the former artifact is in place all the same";
    pub(crate) fn check_artifact_and_slot() =
        "check the artifact, the last log lines and `verify` of the slot; then deploy another artifact, or apply a version with another one";
    pub(crate) fn artifact_container_ended(container) = "`{container}` is no longer running";
    pub(crate) fn line_not_written(pattern) = "no new line of its log contains `{pattern}`";
    pub(crate) fn log_not_readable(words: Message) = "its log cannot be read: {words}";
    pub(crate) fn no_health_check_to_verify(container) = "`{container}` has no health check";
    pub(crate) fn artifact_unhealthy(container) = "`{container}` is unhealthy";
    pub(crate) fn health_check_outstanding(container) = "no health check of `{container}` has passed since";
    pub(crate) fn container_has_no_address(container) =
        "`{container}` has no address on a network at which the worker could reach it";
    pub(crate) fn other_status(path, status, wanted) = "`GET {path}` was answered with {status} instead of {wanted}";
    pub(crate) fn no_http_answer(path, reason) = "`GET {path}` was not answered: {reason}";
    pub(crate) fn fix_activation() =
        "check the last lines of its output and `activate` of the slot, then retry, or cancel this command and deploy again";
    pub(crate) fn deploy_artifact_again() = "deploy the artifact again";
    pub(crate) fn send_artifact_again() =
        "deploy the artifact again and send its bytes, which take the place of what is stored, then retry or cancel this command";
    /// What to do about a command that was taken back. `fix` and `again` are instructions.
    pub(crate) fn taken_back(fix: Message, again: Message) = "{fix}; then {again}";
    pub(crate) fn check_activation() = "check the last lines of its output and `activate` of the slot";
    pub(crate) fn check_build() = "read the last lines of the build and fix the Dockerfile or its files";
    pub(crate) fn check_hook() = "fix the hook's command, or raise `hook_timeout`";
    pub(crate) fn check_image() =
        "check the image name and tag, and that the host can pull it, or load the image on the host";
    pub(crate) fn free_the_port() = "stop what is using this port, or choose another one";
    pub(crate) fn check_credentials() =
        "check the image name, and store a user name and a password or token for its registry";
    pub(crate) fn check_last_log_lines() = "check the last log lines of the container";
    pub(crate) fn check_what_is_started() = "check the service's command, entrypoint, mounts and devices";
    pub(crate) fn check_what_was_refused() = "fix the definition as the engine's message says";
    pub(crate) fn fix_the_cause() = "fix the cause";
    pub(crate) fn apply_again() = "apply the version again, or a corrected one";
    pub(crate) fn send_artifact() =
        "deploy the artifact again and send its bytes, which take the place of what is stored";
}
