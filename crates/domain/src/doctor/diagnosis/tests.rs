use super::*;
use crate::doctor::Verdict;
use crate::records::ChainFault;

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000).unwrap()
}

/// A worker's machine on which nothing is wrong.
fn good() -> MachineFacts {
    MachineFacts {
        user: 990,
        now: now(),
        data_dir: "/data".to_owned(),
        folder: FolderState::Found { owner: 990, mode: 0o700, writable: true },
        space: Some(SpaceFacts { free: 50 << 30, free_files: Some(1_000_000) }),
        key: KeyState::Usable,
        database: DatabaseFacts::Current,
        lock: LockState::Held { holder: "process 7 on host a".to_owned() },
        lease: Some(LeaseFacts { expires_at: now() }),
        storage: None,
        listen: Some(ListenState::Free { address: "127.0.0.1:8080".to_owned() }),
        engine: Some(EngineState::Answers {
            version: "28.5.2".to_owned(),
            api: ApiVersion { major: 1, minor: 51 },
        }),
    }
}

/// What is said about everything that is not as it should be.
fn complaints(facts: &MachineFacts) -> Vec<String> {
    let findings = diagnose(facts).into_iter().filter(|finding| finding.verdict != Verdict::Fine);
    findings.map(|finding| finding.to_string()).collect()
}

#[track_caller]
fn check(change: impl FnOnce(&mut MachineFacts), expected: &[&str]) {
    let mut facts = good();
    change(&mut facts);
    assert_eq!(complaints(&facts), expected);
}

#[test]
fn a_good_machine_gives_no_complaint() {
    check(|_| {}, &[]);
    assert_eq!(diagnose(&good()).len(), 8, "every subject is mentioned");
}

#[test]
fn a_folder_of_somebody_else_is_named_with_both_users() {
    check(
        |facts| facts.folder = FolderState::Found { owner: 0, mode: 0o755, writable: false },
        &[
            "WRONG    user 990 cannot write to the data folder `/data`, which belongs to user 0\n         try: run the \
           program as user 0, e.g. with `sudo -u '#0'`, or as root: `chown --recursive --from=0 990 /data`, which leaves \
           alone what containers own",
        ],
    );
    check(
        |facts| facts.folder = FolderState::Missing { creatable: false },
        &[
            "WRONG    the data folder `/data` does not exist, and user 990 cannot create it\n         try: as root: \
           `install --directory --mode 0700 --owner 990 /data`, or name another folder with `--data-dir`",
        ],
    );
}

#[test]
fn root_looks_at_the_folder_of_the_programs_and_is_never_told_to_take_it() {
    let as_root = |folder: FolderState| {
        let mut facts = good();
        (facts.user, facts.folder) = (0, folder);
        complaints(&facts)
    };
    let hint = "warning  root may do everything, and looks at a folder of user 990: what that user may not do is not \
                seen\n         try: run it as that user: `sudo -u '#990' core-monitor-worker doctor`";
    assert_eq!(as_root(FolderState::Found { owner: 990, mode: 0o700, writable: true }), [hint]);
    assert_eq!(as_root(FolderState::Found { owner: 0, mode: 0o700, writable: true }), [""; 0]);
    let disk = "try: look at the disk: `findmnt --target /data` shows";
    for folder in [
        FolderState::Found { owner: 990, mode: 0o700, writable: false },
        FolderState::Found { owner: 0, mode: 0o700, writable: false },
        FolderState::Unreadable("it is broken".to_owned()),
        FolderState::Missing { creatable: false },
    ] {
        let said = as_root(folder.clone());
        assert!(said[0].starts_with("WRONG") && said[0].contains(disk), "{folder:?}: {said:?}");
        assert!(
            !said.iter().any(|said| said.contains("chown") || said.contains("--owner")),
            "{folder:?}: {said:?}"
        );
    }
    let mut facts = good();
    (facts.user, facts.lock) = (0, LockState::Unreadable("it is broken".to_owned()));
    assert!(complaints(&facts)[1].contains(disk), "{:?}", complaints(&facts));
}

#[test]
fn what_others_have_named_cannot_command_a_terminal() {
    let mut facts = good();
    facts.lock = LockState::Unreadable("a\nWRONG    b\u{1b}]0;c\u{7}".to_owned());
    let said = complaints(&facts);
    assert!(said[0].contains("a\\nWRONG") && said[0].lines().count() == 2, "{said:?}");
    assert!(!said[0].contains('\u{1b}'), "{said:?}");
}

#[test]
fn permissions_of_others_are_found() {
    check(
        |facts| facts.folder = FolderState::Found { owner: 990, mode: 0o777, writable: true },
        &[
            "WRONG    others can write to the data folder `/data` (mode 0777) and replace the files in it\n         try: \
           `chmod 700 /data`",
        ],
    );
    check(
        |facts| facts.folder = FolderState::Found { owner: 990, mode: 0o755, writable: true },
        &[
            "warning  others can read the data folder `/data` (mode 0755), in which definitions and secrets are stored\n         \
           try: `chmod 700 /data`",
        ],
    );
}

#[test]
fn a_full_disk_is_found_before_commands_stop() {
    let verdict = |free, free_files| space(SpaceFacts { free, free_files }).verdict;
    assert_eq!(verdict(100 << 20, None), Verdict::Wrong);
    assert_eq!(verdict(1 << 30, None), Verdict::Warning);
    assert_eq!(verdict(50 << 30, Some(10)), Verdict::Wrong);
    assert_eq!(verdict(50 << 30, None), Verdict::Fine);
    assert_eq!(
        space(SpaceFacts { free: 1_288_490_188, free_files: None }).sentence.text(),
        "only 1.1 GiB are free on the disk of the data folder"
    );
}

#[test]
fn the_form_of_the_key_is_told() {
    check(|facts| facts.key = KeyState::Encrypted { with: "/etc/kek".to_owned() }, &[]);
    check(
        |facts| facts.key = KeyState::BeingRotated,
        &[
            "warning  the key file has the old key beside the new one: a rotation of the key was not ended\n         try: stop \
           the server and the worker, and run `core-monitor-server rotate-key`: it goes on where it was",
        ],
    );
}

#[test]
fn a_missing_key_matters_only_once_there_is_a_database() {
    check(|facts| (facts.key, facts.database) = (KeyState::Missing, DatabaseFacts::Missing), &[]);
    check(
        |facts| facts.key = KeyState::Missing,
        &[
            "WRONG    there is a database, but no `secret.key`: what was encrypted with the key cannot be read any \
           more\n         try: put `secret.key` back from a backup, with mode 0600, or store credentials and secret \
           variables again",
        ],
    );
}

#[test]
fn a_database_of_another_release_is_told_apart() {
    let verdict = |facts: DatabaseFacts| database(&facts).verdict;
    assert_eq!(verdict(DatabaseFacts::Newer(vec!["0099_x".to_owned()])), Verdict::Wrong);
    assert_eq!(verdict(DatabaseFacts::Older(2)), Verdict::Warning);
    assert_eq!(verdict(DatabaseFacts::Damaged("x".to_owned())), Verdict::Wrong);
}

#[test]
fn a_suspended_worker_is_told_from_one_that_is_missing() {
    check(
        |facts| facts.now = now().plus(std::time::Duration::from_mins(1)),
        &[
            "WRONG    a worker holds the lock, but its lease ran out 60 s ago: it is suspended, or its disk does not \
           answer\n         try: check its log and the load of the machine; if this goes on, restart the worker",
        ],
    );
    // A worker that checks before it starts finds the lock free; the server misses a worker.
    check(|facts| facts.lock = LockState::Free, &[]);
    check(
        |facts| (facts.lock, facts.engine) = (LockState::Free, None),
        &[
            "warning  no worker runs with this data folder: commands wait\n         try: start `core-monitor-worker` with \
           the same data folder, and `core-monitor-worker doctor` if it does not stay",
        ],
    );
}

#[test]
fn a_clock_that_went_back_is_found() {
    let behind = Timestamp::from_millis(0).unwrap();
    assert_eq!(clock(behind, Some(LeaseFacts { expires_at: now() })).verdict, Verdict::Wrong);
    assert_eq!(clock(now(), None).verdict, Verdict::Fine);
}

#[test]
fn the_engine_is_missing_closed_silent_or_old() {
    let texts = |state: EngineState| engine(&state, 990).to_string();
    assert_eq!(
        texts(EngineState::Denied { path: "/run/docker.sock".to_owned(), group: 997 }),
        "WRONG    user 990 may not open the socket of the engine, `/run/docker.sock`, which belongs to group 997\n         \
         try: put the user of the worker into group 997; in a container, with `group_add: [\"997\"]`"
    );
    let old = EngineState::Answers { version: "19.03".to_owned(), api: ApiVersion { major: 1, minor: 40 } };
    assert!(texts(old).starts_with("WRONG    the engine is version 19.03 (API 1.40)"));
    assert!(texts(EngineState::NoSocket("/x".to_owned())).contains("no socket of an engine at `/x`"));
    let silent = |address: &str| {
        texts(EngineState::Silent { address: address.to_owned(), reason: "connection refused".to_owned() })
    };
    let here = silent("unix:///run/docker.sock");
    assert!(here.contains("does not answer: connection refused") && here.contains("systemctl start docker"));
    let elsewhere = silent("tcp://engine:2376");
    assert!(elsewhere.contains("`DOCKER_CERT_PATH`") && !elsewhere.contains("systemctl"), "{elsewhere}");
}

#[test]
fn a_port_of_somebody_else_is_named() {
    let taken = ListenState::Taken { address: "127.0.0.1:8080".to_owned() };
    assert!(listen(&taken).to_string().contains("ss -ltnp 'sport = :8080'"));
}

#[test]
fn a_broken_chain_of_record_files_is_wrong() {
    let storage = StorageFacts { record_files: 2, database: 3 << 20, ..StorageFacts::default() };
    let good = MachineFacts { storage: Some(storage.clone()), ..good() };
    let text =
        |facts: &MachineFacts| diagnose(facts).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let said = text(&good);
    assert!(said.contains("ok       the 2 record files are as they were written"), "{said}");
    assert!(said.contains("the database takes 3.0 MiB, 2 record files take 0.0 MiB"), "{said}");
    let faults = vec![ChainFault::Missing("000001-audit-1-2.jsonl.gz".to_owned())];
    let said = text(&MachineFacts { storage: Some(StorageFacts { faults, ..storage }), ..good });
    assert!(said.contains("WRONG    the record file `000001-audit-1-2.jsonl.gz` is missing"), "{said}");
    assert!(said.contains("put the folder `archive`") && !said.contains("as they were written"), "{said}");
}
