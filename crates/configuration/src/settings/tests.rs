use std::collections::BTreeMap;
use std::io::Write as _;

use super::*;

/// Reads flags and environment (`NAME=value`) and, when `file` is not empty, a file.
fn read(program: Program, flags: &[&str], environment: &[&str], file: &str) -> Result<Settings, String> {
    let mut written = tempfile::NamedTempFile::new().unwrap();
    written.write_all(file.as_bytes()).unwrap();
    let path = written.path().to_str().unwrap().to_owned();
    let mut variables: BTreeMap<&str, &str> =
        environment.iter().map(|pair| pair.split_once('=').unwrap()).collect();
    variables.entry("HOME").or_insert("/home/ada");
    if !file.is_empty() {
        variables.insert("CORE_MONITOR_CONFIG", &path);
    }
    let lookup = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let arguments = std::iter::once("program").chain(flags.iter().copied()).map(OsString::from);
    Settings::from_sources(program, arguments, &lookup)
        .map_err(|error| error.to_string().replace(&path, "FILE"))
}

fn refusal(program: Program, flags: &[&str], environment: &[&str], file: &str) -> String {
    read(program, flags, environment, file).err().unwrap()
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "listen = '127.0.0.1:1'\nlog = 'file'\nbody_limit = '2MiB'";
    let settings = read(
        Program::Server,
        &["--listen", "127.0.0.1:3"],
        &["CORE_MONITOR_LISTEN=127.0.0.1:2", "CORE_MONITOR_LOG=environment"],
        file,
    )
    .unwrap();
    assert_eq!(settings.server.listen.port(), 3);
    assert_eq!(settings.log, "environment");
    assert_eq!(settings.server.body_limit, 2 << 20);
    assert_eq!(settings.server.body_timeout, Duration::from_secs(30));
}

#[test]
fn caps_on_definitions_are_the_operators() {
    let file = "compose_services = 50\ncompose_file_bytes = '64KiB'";
    let settings =
        read(Program::Server, &["--compose-depth", "20"], &["CORE_MONITOR_COMPOSE_NODES=1000"], file);
    let compose = settings.unwrap().server.compose;
    assert_eq!((compose.services, compose.file_bytes), (50, 64 << 10));
    assert_eq!((compose.depth, compose.nodes, compose.includes), (20, 1000, 200));
    assert_eq!(
        refusal(Program::Server, &["--compose-depth", "1000"], &[], ""),
        "`compose_depth` is 1000, it must be from 8 to 128"
    );
}

#[test]
fn one_file_serves_both_programs() {
    let file = "listen = '127.0.0.1:1'\nstable_for = '3s'\ndocker_host = 'tcp://engine:2375'";
    for program in [Program::Server, Program::Worker] {
        let settings = read(program, &[], &[], file).unwrap();
        assert_eq!(settings.server.listen.port(), 1);
        assert_eq!(settings.worker.stable_for, Duration::from_secs(3));
        assert_eq!(settings.worker.docker_host, "tcp://engine:2375");
    }
}

#[test]
fn the_data_folder_has_a_place_for_everybody() {
    let check = |root, variables: &[(&str, &str)], expected: &str| {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        let lookup = |name: &str| variables.get(name).map(|v| (*v).to_owned());
        let answer = default_data_dir(root, &lookup);
        assert_eq!(answer.map_or_else(|e| e.to_string(), |p| p.display().to_string()), expected);
    };
    check(true, &[("HOME", "/root")], "/var/lib/core-monitor");
    check(false, &[("HOME", "/home/ada")], "/home/ada/.local/state/core-monitor");
    check(false, &[("HOME", "/home/ada"), ("XDG_STATE_HOME", "/state")], "/state/core-monitor");
    check(false, &[("XDG_STATE_HOME", "relative"), ("HOME", "/h")], "/h/.local/state/core-monitor");
    check(false, &[], &ConfigurationError::NoDataDir.to_string());
}

#[test]
fn the_database_is_a_file_in_the_data_folder() {
    let settings = read(Program::Server, &["--data-dir", "/data"], &[], "").unwrap();
    assert_eq!(settings.database_url.expose(), "sqlite:///data/core-monitor.db");
    let settings =
        read(Program::Worker, &[], &["CORE_MONITOR_DATABASE_URL=sqlite:///elsewhere.db"], "").unwrap();
    assert_eq!(settings.database_url.expose(), "sqlite:///elsewhere.db");
}

#[test]
fn mistakes_are_told_with_their_place() {
    insta::assert_snapshot!(refusal(Program::Server, &[], &[], "log = 'info'\n\nlitsen = 'x'"), @"the configuration file `FILE` is wrong at line 3, column 1: unknown field `litsen`, expected one of `data_dir`, `log`, `log_format`, `listen`, `body_limit`, `body_timeout`, `archive_limit`, `archive_unpacked`, `archive_members`, `archive_path`, `archive_timeout`, `compose_file_bytes`, `compose_total_bytes`, `compose_depth`, `compose_nodes`, `compose_alias_nodes`, `compose_merged_entries`, `compose_includes`, `compose_services`, `compose_ports`, `compose_env_file_bytes`, `compose_interpolated_bytes`, `compose_errors`, `shutdown_timeout`, `docker_host`, `stable_for`, `parallelism`, `lease_ttl`, `retry_budget`, `pull_timeout`, `hook_timeout`, `build_timeout`, `operation_timeout`, `ready_timeout`, `completion_timeout`, `observe_every`, `bootstrap_token`, `database_url`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &[], "stable_for = '5'"), @"the configuration file `FILE` is wrong at line 1, column 14: `5` is not a duration such as `5s`, `1m30s` or `250ms`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &["CORE_MONITOR_LISTEN=here"], ""), @"the environment variable `CORE_MONITOR_LISTEN` cannot be used: `here` is not an IP address and a port such as `127.0.0.1:8080`");
    insta::assert_snapshot!(refusal(Program::Server, &["--data-dir", "data"], &[], ""), @"the data folder `data` is not an absolute path");
    insta::assert_snapshot!(refusal(Program::Worker, &["--parallelism", "0"], &[], ""), @"`parallelism` is 0, it must be from 1 to 64");
    insta::assert_snapshot!(refusal(Program::Worker, &["--lease-ttl", "10ms"], &[], ""), @"`lease_ttl` is 10ms, it must be at least `1s`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &["CORE_MONITOR_BOOTSTRAP_TOKEN=short"], ""), @"`CORE_MONITOR_BOOTSTRAP_TOKEN` has 5 characters, at least 32 are needed; `openssl rand -hex 32` makes a good one");
}

#[test]
fn a_flag_of_the_other_program_is_a_mistake() {
    let message = refusal(Program::Server, &["--stable-for", "5s"], &[], "");
    assert!(
        message.contains("`--stable-for` is a setting of core-monitor-worker, not of core-monitor-server"),
        "{message}"
    );
}

#[test]
fn a_wrong_value_in_the_file_is_not_repeated() {
    let message = refusal(Program::Server, &[], &[], "bootstrap_token = [ 'hunter2hunter2' ]");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn a_missing_file_is_said() {
    let message = refusal(Program::Server, &["--config", "/nowhere/at/all.toml"], &[], "");
    assert_eq!(message, "the configuration file `/nowhere/at/all.toml` cannot be read");
}

#[test]
fn the_help_shows_the_programs_own_flags_with_their_defaults() {
    let help = refusal(Program::Server, &["--help"], &[], "");
    assert!(help.starts_with("The API of Core Monitor"), "{help}");
    assert!(help.contains("--listen <LISTEN>"), "{help}");
    assert!(help.contains("`CORE_MONITOR_DATABASE_URL`"), "what has no flag is told of: {help}");
    assert!(help.contains("[default: 127.0.0.1:8080]"), "{help}");
    assert!(!help.contains("--stable-for"), "{help}");
}
