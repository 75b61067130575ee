//! What both programs do besides their work: say how they are, what is wrong, and what they were told in vain.

use std::path::Path;
use std::time::Duration;

use crate::harness::{Installation, built, command, host};

const LIMIT: Duration = Duration::from_secs(30);

/// Whether a task ends well, and what it says.
fn task(program: &str, data: &Path, arguments: &[&str]) -> (bool, String) {
    let output = command(built(program))
        .args(arguments)
        .env_clear()
        .envs([("CORE_MONITOR_DATA_DIR", data.as_os_str()), ("DOCKER_HOST", host().as_ref())])
        .output()
        .unwrap();
    let words = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&words).into_owned())
}

/// Where the server listens, from its log.
fn address(installation: &mut Installation) -> String {
    installation.server().said("where it listens", LIMIT, |line| {
        let (_, rest) = line.split_once("127.0.0.1:")?;
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!port.is_empty() && port != "0").then(|| format!("127.0.0.1:{port}"))
    })
}

#[test]
fn health_checks_and_doctors_tell_a_program_that_works_from_one_that_is_gone() {
    // Longer than a busy machine may keep the worker from renewing its lease.
    let mut installation = Installation::with(&[("CORE_MONITOR_LEASE_TTL", "30s")]);
    let data = installation.data().to_owned();
    let listen = address(&mut installation);
    let server = ["healthcheck", "--listen", &listen];
    let (is_well, words) = task("core-monitor-server", &data, &server);
    assert!(is_well, "{words}");
    let (is_well, words) = task("core-monitor-worker", &data, &["healthcheck"]);
    assert!(is_well && words.contains("is at work"), "{words}");
    let (is_well, words) = task("core-monitor-worker", &data, &["doctor"]);
    assert!(is_well && words.contains("the engine answers") && words.contains("a worker runs"), "{words}");
    let (is_well, words) = task("core-monitor-server", &data, &["doctor", "--listen", &listen]);
    assert!(is_well && words.contains("a Core Monitor server answers at"), "{words}");

    installation.worker().kill();
    installation.server().kill();
    let (is_well, words) = task("core-monitor-server", &data, &server);
    assert!(!is_well && words.contains("no answer from"), "{words}");
    let (is_well, words) = task("core-monitor-worker", &data, &["healthcheck"]);
    assert!(!is_well && words.contains("no worker holds the lock"), "{words}");
    // Nothing is wrong with the machine.
    let (is_well, words) = task("core-monitor-server", &data, &["doctor", "--listen", &listen]);
    assert!(is_well && words.contains("no worker runs with this data folder"), "{words}");
    let (is_well, words) =
        task("core-monitor-worker", &data, &["doctor", "--docker-host", "unix:///nowhere.sock"]);
    assert!(!is_well && words.contains("there is no socket of an engine at `/nowhere.sock`"), "{words}");
}

#[test]
fn a_misspelt_variable_is_logged_with_what_was_meant() {
    let mut installation = Installation::with(&[("CORE_MONITOR_READY_TIMOUT", "1m")]);
    let meant = "`CORE_MONITOR_READY_TIMOUT` is no setting and is ignored: did you mean `CORE_MONITOR_READY_TIMEOUT`?";
    let warns = |line: &str| line.contains(meant).then_some(());
    installation.server().said("that the variable is unknown", LIMIT, warns);
    installation.worker().said("that the variable is unknown", LIMIT, warns);
    for program in ["core-monitor-server", "core-monitor-worker"] {
        let data = installation.data().to_owned();
        let doctor = command(built(program))
            .arg("doctor")
            .env_clear()
            .envs([("CORE_MONITOR_DATA_DIR", data.as_os_str()), ("CORE_MONITOR_READY_TIMOUT", "1m".as_ref())])
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&doctor.stderr).into_owned();
        assert!(words.contains(&format!("warning: the variable {meant}")), "{program}: {words}");
    }
}

#[test]
fn a_mistake_in_the_settings_is_found_before_the_database_is_touched() {
    for (setting, value) in [
        ("failure-scope", "nothing"),
        ("build-networks", "a,,b"),
        ("build-foreign-tags", "x"),
        ("docker-host", "x"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let (is_well, words) = task("core-monitor-worker", data.path(), &[&format!("--{setting}"), value]);
        assert!(
            !is_well && words.contains(&format!("`{}` is invalid", setting.replace('-', "_"))),
            "{words}"
        );
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "{setting}");
    }
}

#[test]
fn root_may_examine_the_installation_of_another_user() {
    let mut installation = Installation::without_worker(&[]);
    installation.server().terminate();
    let data = installation.data().to_owned();
    let give = |path: &Path| std::os::unix::fs::lchown(path, Some(12_345), Some(12_345)).unwrap();
    for entry in std::fs::read_dir(&data).unwrap() {
        give(&entry.unwrap().path());
    }
    give(&data);
    for program in ["core-monitor-server", "core-monitor-worker"] {
        let (is_well, words) = task(program, &data, &["doctor", "--log", "info"]);
        assert!(is_well && !words.contains("chown"), "{words}");
        assert!(
            words.contains(&format!("try: run it as that user: `sudo -u '#12345' {program} doctor`")),
            "{words}"
        );
        // A start is another matter: what root creates is closed to that user.
        let (is_well, words) = task(program, &data, &[]);
        assert!(!is_well && !words.contains("chown"), "{words}");
        assert!(words.contains("belongs to user 12345, but this program runs as user 0"), "{words}");
    }
}

#[test]
fn whoever_changes_the_audit_with_a_shell_is_found_by_a_command() {
    let mut installation = Installation::without_worker(&[]);
    let data = installation.data().to_owned();
    let (is_well, words) = task("core-monitor-server", &data, &["verify-audit"]);
    assert!(is_well && words.contains("the audit is in order: 1 entry is as it was written"), "{words}");
    installation.server().kill();
    let change =
        "DROP TRIGGER audit_is_immutable; UPDATE audit SET actor = 'system:worker' WHERE audit_id = 1";
    installation.change_database(change);
    let (is_well, words) = task("core-monitor-server", &data, &["verify-audit"]);
    assert!(!is_well && words.contains("the audit is broken: entry 1 is not what was written"), "{words}");
}

#[test]
fn the_key_is_rotated_and_encrypted_while_nothing_runs() {
    let mut installation = Installation::without_worker(&[]);
    let data = installation.data().to_owned();
    let rotate = |arguments: &[&str]| {
        let arguments: Vec<_> = ["rotate-key"].iter().chain(arguments).copied().collect();
        task("core-monitor-server", &data, &arguments)
    };
    let (is_well, words) = rotate(&[]);
    assert!(!is_well && words.contains("stop the server and the worker"), "{words}");
    installation.server().kill();
    let key = || std::fs::read(data.join("secret.key")).unwrap();
    let before = key();
    let (is_well, words) = rotate(&[]);
    assert!(is_well && words.contains("the key was rotated: 0 values were sealed anew"), "{words}");
    assert_ne!(key(), before);

    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("key-encryption");
    std::fs::write(&file, (0..64).collect::<Vec<u8>>()).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o400);
    std::fs::set_permissions(&file, private).unwrap();
    let flag = ["--key-encryption-file", file.to_str().unwrap()];
    let (is_well, words) = rotate(&flag);
    assert!(is_well && words.contains("secret.key is encrypted with"), "{words}");
    let (_, words) = task("core-monitor-server", &data, &["doctor", flag[0], flag[1]]);
    assert!(words.contains("the key file can be used; it is encrypted with"), "{words}");
    let (_, words) = task("core-monitor-server", &data, &["doctor"]);
    assert!(words.contains("is encrypted: set `key_encryption_file`"), "{words}");
    let (is_well, words) = rotate(&["--keep-key", "--opened-by", flag[1]]);
    assert!(is_well && words.contains("secret.key is not encrypted; the key in it is the same"), "{words}");
}
