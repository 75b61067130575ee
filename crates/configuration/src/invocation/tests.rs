use super::*;

fn read(program: Program, arguments: &[&str]) -> Result<Invocation, String> {
    let lookup = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
    let arguments = std::iter::once("program").chain(arguments.iter().copied()).map(OsString::from);
    Invocation::from_sources(program, arguments, &lookup).map_err(|error| error.to_string())
}

#[test]
fn flags_may_stand_before_and_after_a_task() {
    for arguments in [["--data-dir", "/data", "doctor"], ["doctor", "--data-dir", "/data"]] {
        let invocation = read(Program::Worker, &arguments).unwrap();
        assert_eq!(invocation.task, Task::Doctor);
        assert_eq!(invocation.settings.data_dir, PathBuf::from("/data"));
    }
    assert_eq!(read(Program::Server, &[]).unwrap().task, Task::Run);
}

#[test]
fn a_relative_folder_on_the_command_line_is_seen_from_where_it_was_typed() {
    let invocation = read(Program::Server, &["doctor", "--data-dir", "data"]).unwrap();
    assert_eq!(invocation.settings.data_dir, std::path::absolute("data").unwrap());
    assert!(invocation.settings.data_dir.is_absolute());
}

#[test]
fn a_backup_has_the_key_only_if_it_is_asked_for() {
    let usual = read(Program::Server, &["backup", "/backup/a.tar"]).unwrap().task;
    let to = Some(PathBuf::from("/backup/a.tar"));
    assert_eq!(usual, Task::Backup { to, with_key: false, with_stacks: true });
    let other = read(Program::Server, &["backup", "-", "--with-key", "--without-stacks"]).unwrap().task;
    assert_eq!(other, Task::Backup { to: None, with_key: true, with_stacks: false });
    assert_eq!(read(Program::Server, &["restore", "-"]).unwrap().task, Task::Restore { from: None });
}

#[test]
fn the_audit_is_verified_by_the_server_alone() {
    assert_eq!(read(Program::Server, &["verify-audit"]).unwrap().task, Task::VerifyAudit);
    let refusal = read(Program::Worker, &["verify-audit"]).err().unwrap();
    assert!(refusal.contains("unrecognized subcommand 'verify-audit'"), "{refusal}");
}

#[test]
fn a_key_is_rotated_or_only_written_anew() {
    let usual = read(Program::Server, &["rotate-key"]).unwrap();
    assert_eq!(usual.task, Task::RotateKey { opened_by: None, keeps_key: false });
    assert_eq!(usual.settings.key_encryption_file, None);
    let flags = ["rotate-key", "--keep-key", "--opened-by", "/old", "--key-encryption-file", "/new"];
    let other = read(Program::Server, &flags).unwrap();
    assert_eq!(other.task, Task::RotateKey { opened_by: Some(PathBuf::from("/old")), keeps_key: true });
    assert_eq!(other.settings.key_encryption_file, Some(PathBuf::from("/new")));
    let refusal = read(Program::Worker, &["rotate-key"]).err().unwrap();
    assert!(refusal.contains("unrecognized subcommand 'rotate-key'"), "{refusal}");
}

#[test]
fn a_task_belongs_to_its_program() {
    let refusal = read(Program::Worker, &["backup", "a.tar"]).err().unwrap();
    assert!(refusal.contains("unrecognized subcommand 'backup'"), "{refusal}");
    let refusal = read(Program::Server, &["doctor", "--docker-host", "x"]).err().unwrap();
    assert!(refusal.contains("`--docker-host` is a flag of core-monitor-worker"), "{refusal}");
}

#[test]
fn shells_complete_the_tasks_and_flags() {
    for (shell, known) in [("bash", "with-key"), ("zsh", "with-key"), ("fish", "with-key")] {
        let Task::Completions(text) = read(Program::Server, &["completions", shell]).unwrap().task else {
            panic!("completions are text");
        };
        assert!(text.contains("core-monitor-server") && text.contains(known), "{shell}: {text}");
    }
}

#[test]
fn every_task_has_a_manual_page() {
    let Task::Manual { pages, .. } = read(Program::Server, &["manual", "."]).unwrap().task else {
        panic!("a manual has pages");
    };
    let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
    let tasks =
        ["backup", "restore", "rotate-key", "verify-audit", "doctor", "healthcheck", "completions", "manual"];
    let expected = tasks.map(|task| format!("core-monitor-server-{task}.1"));
    assert_eq!(names[0], "core-monitor-server.1");
    assert_eq!(names[1..], expected.iter().map(String::as_str).collect::<Vec<_>>());
    let text = |at: usize| String::from_utf8_lossy(&pages[at].1).into_owned();
    assert!(text(0).contains("CORE_MONITOR_DATA_DIR"), "{}", text(0));
    assert!(text(1).contains("must not exist") && !text(1).contains("body"), "{}", text(1));
}

#[test]
fn a_task_shows_only_the_flags_that_matter_to_it() {
    let help = read(Program::Server, &["backup", "--help"]).err().unwrap();
    assert!(help.contains("--data-dir") && !help.contains("--body-limit"), "{help}");
}
