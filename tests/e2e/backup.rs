//! A backup that is taken while both programs work, and an installation that starts again from it.

use std::path::Path;
use std::process::Output;

use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Installation, SmallDisk, built, command, docker};

const STACK: &str = "
services:
  web:
    image: test/busybox:1
    environment: {COLOUR: blue}
    volumes: ['./data:/data']
    stop_grace_period: 1s
  slow:
    image: test/busybox:1
    healthcheck: {test: [CMD, test, -f, /tmp/ready], interval: 200ms, timeout: 5s, retries: 600}
    stop_grace_period: 1s
";

/// Runs a task of the server with this data folder.
fn task(data: &Path, arguments: &[&str]) -> Output {
    let task = command(built("core-monitor-server"))
        .args(arguments)
        .env_clear()
        .env("CORE_MONITOR_DATA_DIR", data)
        .output();
    task.unwrap()
}

#[track_caller]
fn succeeds(data: &Path, arguments: &[&str]) -> String {
    let output = task(data, arguments);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {words}");
    words
}

#[track_caller]
fn refusal(data: &Path, arguments: &[&str]) -> String {
    let output = task(data, arguments);
    assert!(!output.status.success(), "{arguments:?} was not refused");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_backup_taken_in_the_middle_of_a_command_is_restored_and_goes_on() {
    let mut installation = Installation::start();
    let stack = installation.create("backup", STACK);
    let apply = stack.begin_apply(1);
    apply.events().until("health is waited for", |event| event.is("PROGRESS", "await_healthy"));
    docker(&["exec", &format!("{}-web-1", stack.name), "sh", "-c", "echo kept >/data/written"]);
    let runs = stack.runs();

    // Both programs work, and the command is not over.
    let place = TempDir::with_prefix("core-monitor-backup-").unwrap();
    let archive = place.path().join("backup.tar").display().to_string();
    let words = succeeds(installation.data(), &["backup", "--with-key", &archive]);
    assert!(words.contains("with secret.key: keep it where nobody else reads it"), "{words}");
    assert!(
        refusal(installation.data(), &["backup", &archive]).contains("no backup is overwritten"),
        "it exists"
    );
    assert!(
        refusal(installation.data(), &["restore", &archive]).contains("restore into an empty data folder")
    );

    // The machine is lost; what runs on the engine stays.
    installation.worker().kill();
    installation.server().kill();
    let fresh = TempDir::with_prefix("core-monitor-restored-").unwrap();
    succeeds(fresh.path(), &["restore", &archive]);
    let written = fresh.path().join("stacks").join(&stack.id).join("data/written");
    assert_eq!(std::fs::read_to_string(written).unwrap(), "kept\n");
    installation.move_to(fresh);

    // The command that was running is resumed, with the same containers.
    docker(&["exec", &format!("{}-slow-1", stack.name), "touch", "/tmp/ready"]);
    let ended = apply.ended().done();
    assert!(ended.body["attempt"].as_u64().unwrap() >= 2, "{:#}", ended.body);
    let kept = stack.runs();
    assert_eq!(kept["slow-1"], runs["slow-1"], "what is not bound to the old folder is kept");

    // And the installation is one like any other.
    assert_eq!(stack.apply(1).done().effects(), 0);
    stack.update(&STACK.replace("blue", "red")).done();
    stack.ask("delete", &json!({"volumes": true})).done();
}

#[test]
fn what_was_made_after_the_backup_belongs_to_its_stack_after_a_restore() {
    let mut installation = Installation::start();
    let compose = "
services:
  web: {image: 'test/busybox:1', environment: {COLOUR: blue}, stop_grace_period: 1s}
  app: {image: 'test/busybox:1', stop_grace_period: 1s}
volumes: {data: {}}
";
    let stack = installation.create("later", compose);
    stack.apply(1).done();
    let place = TempDir::with_prefix("core-monitor-backup-").unwrap();
    let archive = place.path().join("backup.tar").display().to_string();
    succeeds(installation.data(), &["backup", "--with-key", &archive]);
    let runs = stack.runs();

    // A container is replaced, and others are new: no record of them is in the backup.
    let later = compose
        .replace("blue", "red")
        .replace("volumes:", "  extra: {image: 'test/busybox:1', stop_grace_period: 1s}\nvolumes:");
    stack.update(&later).done();
    assert_ne!(stack.runs()["web-1"], runs["web-1"]);
    installation.worker().kill();
    installation.server().kill();
    let fresh = TempDir::with_prefix("core-monitor-restored-").unwrap();
    succeeds(fresh.path(), &["restore", &archive]);
    installation.move_to(fresh);

    // The next apply corrects what has changed since, as after any other drift.
    let applied = stack.apply(1).done();
    assert!(applied.effects() > 0);
    assert_eq!(stack.runs()["app-1"], runs["app-1"], "what has not changed is kept");
    assert_eq!(stack.runs().keys().collect::<Vec<_>>(), ["app-1", "web-1"], "{:#?}", stack.runs());
    assert_eq!(stack.apply(1).done().effects(), 0);
}

#[test]
fn the_key_is_in_an_archive_only_if_it_is_asked_for() {
    let installation = Installation::without_worker(&[]);
    let stack = installation.create("keyless", "services: {web: {image: test/busybox:1}}");
    let place = TempDir::with_prefix("core-monitor-backup-").unwrap();
    let archive = place.path().join("backup.tar").display().to_string();
    let words = succeeds(installation.data(), &["backup", "--without-stacks", &archive]);
    assert!(words.contains("without secret.key"), "{words}");
    let key = std::fs::read(installation.data().join("secret.key")).unwrap();
    let bytes = std::fs::read(&archive).unwrap();
    assert!(!bytes.windows(key.len()).any(|window| window == key), "the key is nowhere in it");
    let fresh = TempDir::with_prefix("core-monitor-restored-").unwrap();
    let told = task(fresh.path(), &["restore", &archive]);
    assert!(told.status.success());
    // What does not open now, and what to do about it.
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("stored registry credentials and secret variables do not open"), "{told}");
    let place = format!(
        "copy the secret.key of that installation to `{}`",
        fresh.path().join("secret.key").display()
    );
    assert!(told.contains(&place), "{told}");
    assert!(fresh.path().join("core-monitor.db").exists() && !fresh.path().join("secret.key").exists());
    // The doctor knows what is missing now.
    let report = task(fresh.path(), &["doctor"]);
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    assert!(report.contains("WRONG    there is a database, but no `secret.key`"), "{report}");
    assert!(report.contains("the database is intact"), "{report}");
    drop(stack);
}

#[test]
fn an_archive_that_was_cut_off_leaves_the_folder_empty() {
    let installation = Installation::without_worker(&[]);
    let place = TempDir::with_prefix("core-monitor-backup-").unwrap();
    let archive = place.path().join("backup.tar");
    succeeds(installation.data(), &["backup", &archive.display().to_string()]);
    let bytes = std::fs::read(&archive).unwrap();
    let cut = place.path().join("cut.tar");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let fresh = TempDir::with_prefix("core-monitor-restored-").unwrap();
    let words = refusal(fresh.path(), &["restore", &cut.display().to_string()]);
    assert!(words.contains("it is damaged, or it was cut off"), "{words}");
    assert_eq!(std::fs::read_dir(fresh.path()).unwrap().count(), 0);
}

#[test]
fn names_that_containers_chose_do_not_command_the_terminal() {
    let installation = Installation::without_worker(&[]);
    let folder = installation.data().join("stacks/00000000-0000-0000-0000-000000000001");
    std::fs::create_dir_all(&folder).unwrap();
    // A socket cannot be in an archive, so it is named.
    let name = "x\nwrote `all`: fine\u{1b}]0;owned\u{7}";
    let _socket = std::os::unix::net::UnixListener::bind(folder.join(name)).unwrap();
    let place = TempDir::with_prefix("core-monitor-backup-").unwrap();
    let words = refusal(installation.data(), &["backup", &place.path().join("a.tar").display().to_string()]);
    assert!(words.contains("x\\nwrote `all`: fine\\u{1b}]0;owned\\u{7}: it is a socket"), "{words}");
    // The same for what the caller says.
    let words = refusal(installation.data(), &["backup", "/nowhere\u{1b}[2J/a.tar"]);
    assert!(!words.contains('\u{1b}'), "{words}");
}

#[test]
fn a_full_disk_is_not_called_a_damaged_archive() {
    let installation = Installation::without_worker(&[]);
    let folder = installation.data().join("stacks/00000000-0000-0000-0000-000000000001");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("large"), vec![1; 4 << 20]).unwrap();
    let place = TempDir::with_prefix("core-monitor-backup-").unwrap();
    let archive = place.path().join("backup.tar").display().to_string();
    succeeds(installation.data(), &["backup", &archive]);
    let fresh = TempDir::with_prefix("core-monitor-restored-").unwrap();
    let _disk = SmallDisk::mount(fresh.path(), 3);
    let words = refusal(fresh.path(), &["restore", &archive]);
    assert!(words.contains("cannot be written") && words.contains("No space left"), "{words}");
    assert!(!words.contains("damaged"), "{words}");
    assert_eq!(std::fs::read_dir(fresh.path()).unwrap().count(), 0);
}
