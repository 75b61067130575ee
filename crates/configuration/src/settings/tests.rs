use std::collections::BTreeMap;
use std::io::Write as _;

use std::ffi::OsString;

use super::*;
use crate::{Invocation, Program};

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
    Invocation::from_sources(program, arguments, &lookup)
        .map(|invocation| invocation.settings)
        .map_err(|error| error.to_string().replace(&path, "FILE"))
}

fn refusal(program: Program, flags: &[&str], environment: &[&str], file: &str) -> String {
    read(program, flags, environment, file).err().unwrap()
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
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
fn the_stacks_that_may_have_the_socket_are_named_for_the_worker() {
    let stacks = |flags: &[&str], file| read(Program::Worker, flags, &[], file).unwrap().worker.socket_stacks;
    assert_eq!(stacks(&[], ""), "", "by default, no stack may");
    assert_eq!(stacks(&[], "socket_stacks = 'traefik,ci-*'"), "traefik,ci-*");
    assert_eq!(stacks(&["--socket-stacks", "a"], "socket_stacks = 'b'"), "a");
}

#[test]
fn the_file_that_encrypts_the_key_may_be_a_credential_of_systemd() {
    let file = |environment: &[&str], file: &str| {
        let file = format!("data_dir = '/data'\nkey_encryption_file = '{file}'");
        let settings = read(Program::Worker, &[], environment, &file).unwrap();
        settings.key_encryption_file.unwrap().display().to_string()
    };
    let credentials = "CREDENTIALS_DIRECTORY=/run/credentials/core-monitor";
    assert_eq!(file(&[credentials], "/etc/kek"), "/etc/kek");
    assert_eq!(file(&[], "kek"), "/data/kek", "which is refused where it is read");
    assert_eq!(file(&[credentials], "$CREDENTIALS_DIRECTORY/kek"), "/run/credentials/core-monitor/kek");
    assert_eq!(
        file(&[], "$CREDENTIALS_DIRECTORY/kek"),
        "$CREDENTIALS_DIRECTORY/kek",
        "it is said when it is needed"
    );
}

#[test]
fn the_file_that_was_read_is_known() {
    let file = |file| read(Program::Worker, &[], &[], file).unwrap().config_file;
    assert_eq!(file(""), None);
    assert!(file("log = 'info'").unwrap().is_absolute());
}

#[test]
fn limits_for_definitions_can_be_configured() {
    let file = "compose_services = 50\ncompose_file_bytes = '64KiB'";
    let settings =
        read(Program::Server, &["--compose-depth", "20"], &["CORE_MONITOR_COMPOSE_NODES=1000"], file);
    let compose = settings.unwrap().server.compose;
    assert_eq!((compose.services, compose.file_bytes), (50, 64 << 10));
    assert_eq!((compose.depth, compose.nodes, compose.includes), (20, 1000, 200));
    assert_eq!(
        refusal(Program::Server, &["--compose-depth", "1000"], &[], ""),
        "`compose_depth` is 1000, but must be from 8 to 128"
    );
}

#[test]
fn folders_that_may_be_mounted_come_from_every_source() {
    let roots = |flags: &[&str], environment: &[&str], file: &str| {
        let settings = read(Program::Server, flags, environment, file)?;
        let roots = settings.server.mount_roots.0.into_iter();
        Ok::<_, String>(roots.map(|(name, path)| format!("{name}={path}")).collect::<Vec<_>>().join(","))
    };
    assert_eq!(roots(&[], &[], "").unwrap(), "");
    let file = "mount_roots = 'maps=/srv/maps, data=/srv/data'";
    assert_eq!(roots(&[], &[], file).unwrap(), "data=/srv/data,maps=/srv/maps");
    let environment = "CORE_MONITOR_MOUNT_ROOTS=a=/a";
    assert_eq!(roots(&[], &[environment], file).unwrap(), "a=/a");
    assert_eq!(roots(&["--mount-roots", "b=/b,c=/c"], &[environment], file).unwrap(), "b=/b,c=/c");
    assert_eq!(
        roots(&[], &["CORE_MONITOR_MOUNT_ROOTS=a=srv"], "").unwrap_err(),
        "the environment variable `CORE_MONITOR_MOUNT_ROOTS` is invalid: the folder `srv` of `a` has to be an absolute \
         path without `..` and `:`"
    );
    assert_eq!(
        roots(&[], &[], "mount_roots = 'a'").unwrap_err(),
        "the configuration file `FILE` is invalid at line 1, column 15: `a` is not a name and a folder such as \
         `projects=/srv/projects`"
    );
    let flag = roots(&["--mount-roots", "b c=/b"], &[], "").unwrap_err();
    assert!(flag.contains("`b c` is not a name of 1 to 64 letters, digits, `-` and `_`"), "{flag}");
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
fn the_data_folder_has_a_default_for_root_and_users() {
    let check = |root, variables: &[(&str, &str)], expected: &str| {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        let lookup = |name: &str| variables.get(name).map(|v| (*v).to_owned());
        let answer = place::default_data_dir(root, &lookup);
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
fn a_limit_that_would_keep_everybody_out_is_refused() {
    let check = |flags: &[&str], expected: &str| {
        assert_eq!(refusal(Program::Server, flags, &[], ""), expected);
    };
    check(&["--connections", "0"], "`connections` is 0, but must be at least 1");
    check(&["--header-timeout", "10ms"], "`header_timeout` is 10ms, but must be at least `1s`");
    check(
        &["--body-memory", "319MiB"],
        "`body_memory` is 334495744, but must be at least `archive_limit` and `archive_unpacked` together",
    );
    assert!(read(Program::Server, &["--body-memory", "320MiB"], &[], "").is_ok());
    for (flag, value, least) in [
        ("body-timeout", "0s", "1s"),
        ("archive-timeout", "900ms", "1s"),
        ("shutdown-timeout", "900ms", "1s"),
        ("plan-age", "0s", "1s"),
        ("body-limit", "0", "1KiB"),
        ("archive-limit", "10", "1KiB"),
        ("archive-unpacked", "10", "1KiB"),
        ("compose-file-bytes", "10", "1KiB"),
        ("archive-members", "0", "1"),
        ("compose-services", "0", "1"),
        ("compose-errors", "0", "1"),
    ] {
        let setting = flag.replace('-', "_");
        let least = if least == "1" { least.to_owned() } else { format!("`{least}`") };
        let expected = format!("`{setting}` is {value}, but must be at least {least}");
        check(&[&format!("--{flag}"), value], &expected);
    }
    for flag in ["pull", "build", "hook", "operation", "ready", "completion"] {
        let refused = refusal(Program::Worker, &[&format!("--{flag}-timeout"), "0s"], &[], "");
        assert_eq!(refused, format!("`{flag}_timeout` is 0s, but must be at least `1s`"));
    }
}

/// Reads a file with these permissions and a token in it.
fn read_token_file(mode: u32, text: &str, environment: &[&str]) -> Result<Settings, String> {
    use std::os::unix::fs::PermissionsExt as _;

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    let path = file.path().to_str().unwrap();
    read(Program::Server, &["--config", path], environment, "").map_err(|error| error.replace(path, "FILE"))
}

#[test]
fn a_secret_in_a_file_that_all_can_read_is_refused() {
    let token = "bootstrap_token = '5f0c2a9e1b7d4836af21c09de48b7713'";
    let url = "database_url = 'sqlite:///data/x.db'";
    for (text, name) in [(token, "bootstrap_token"), (url, "database_url")] {
        for mode in [0o644, 0o604, 0o602] {
            let refused = read_token_file(mode, text, &[]).err().unwrap();
            let expected = format!(
                "the configuration file `FILE` contains `{name}`, but is open to all users of this machine (mode {mode:o}): \
                 run `chmod o= FILE`, and replace what they may have read"
            );
            assert_eq!(refused, expected);
        }
        for mode in [0o600, 0o640] {
            assert!(read_token_file(mode, text, &[]).is_ok(), "{mode:o}");
        }
    }
    assert!(read_token_file(0o644, "log = 'info'", &[]).is_ok());
}

#[test]
fn the_place_of_a_token_is_known() {
    let token = "bootstrap_token = '5f0c2a9e1b7d4836af21c09de48b7713'";
    let source = |environment: &[&str]| {
        let settings = read_token_file(0o600, token, environment).unwrap();
        settings.server.bootstrap_token.unwrap().source
    };
    assert!(matches!(source(&[]), TokenSource::File(_)));
    let other = "CORE_MONITOR_BOOTSTRAP_TOKEN=9ce1c02c4cf2b0a5cc15ab07bb9f0ad6";
    assert_eq!(source(&[other]), TokenSource::Environment);
    let refused = read_token_file(0o600, "bootstrap_token = 'short'", &[]).err().unwrap();
    assert!(refused.starts_with("the token of `bootstrap_token` in `FILE` could be guessed"), "{refused}");
    assert_eq!(TokenSource::Environment.to_string(), "`CORE_MONITOR_BOOTSTRAP_TOKEN`");
}

#[test]
fn mistakes_are_reported_with_their_position() {
    insta::assert_snapshot!(refusal(Program::Server, &[], &[], "log = 'info'\n\nlitsen = 'x'"), @"the configuration file `FILE` is invalid at line 3, column 1: unknown field `litsen`, expected one of `data_dir`, `catalog_folder`, `mount_roots`, `policy_file`, `key_encryption_file`, `tls_certificate`, `tls_key`, `socket_stacks`, `docker_cert_path`, `gateway_certificates`, `gateway_themes`, `instance_name`, `public_url`, `oidc_issuer`, `oidc_client_id`, `oidc_client_secret_file`, `oidc_name`, `oidc_roles`, `oidc_ca_file`, `alert_smtp`, `alert_mail_from`, `alert_mail_to`, `log`, `log_format`, `listen`, `body_limit`, `body_timeout`, `body_memory`, `connections`, `connections_per_address`, `trusted_proxies`, `header_timeout`, `idle_timeout`, `write_timeout`, `streams_per_caller`, `stream_age`, `session_idle`, `session_age`, `terminals`, `terminal_idle`, `terminal_age`, `terminals_per_caller`, `files_limit`, `archive_limit`, `archive_unpacked`, `archive_members`, `archive_path`, `archive_timeout`, `compose_file_bytes`, `compose_total_bytes`, `compose_depth`, `compose_nodes`, `compose_alias_nodes`, `compose_merged_entries`, `compose_includes`, `compose_services`, `compose_ports`, `compose_env_file_bytes`, `compose_interpolated_bytes`, `compose_errors`, `shutdown_timeout`, `plans_per_stack`, `oidc_scopes`, `oidc_groups_claim`, `plan_age`, `artifact_limit`, `artifact_timeout`, `keep_commands`, `keep_audit`, `keep_records`, `keep_artifacts`, `keep_deleted`, `docker_host`, `stable_for`, `parallelism`, `lease_ttl`, `retry_budget`, `failure_scope`, `pull_timeout`, `hook_timeout`, `build_timeout`, `build_networks`, `build_foreign_tags`, `operation_timeout`, `ready_timeout`, `completion_timeout`, `observe_every`, `statistics`, `statistics_memory`, `statistics_disk`, `gateway_listen`, `gateway_listen_tls`, `gateway_admin`, `gateway_redirect`, `gateway_trusted_proxies`, `gateway_service_headers`, `gateway_proxy_protocol`, `gateway_threads`, `gateway_starts`, `gateway_connections`, `gateway_connections_per_address`, `gateway_access_log`, `bootstrap_token`, `database_url`, `alert_webhook`, `alert_webhook_secret`, `alert_ntfy`, `alert_ntfy_token`, `alert_smtp_password`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &[], "stable_for = '5'"), @"the configuration file `FILE` is invalid at line 1, column 14: `5` is not a duration such as `5s`, `1m30s` or `250ms`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &["CORE_MONITOR_LISTEN=here"], ""), @"the environment variable `CORE_MONITOR_LISTEN` is invalid: `here` is not an IP address and a port such as `127.0.0.1:8080`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &[], "tls_key = 'key.pem'"), @"`tls_key` is set, but `tls_certificate` is not: TLS needs both");
    insta::assert_snapshot!(refusal(Program::Server, &[], &["CORE_MONITOR_TLS_CERTIFICATE=cert.pem"], ""), @"`tls_certificate` is set, but `tls_key` is not: TLS needs both");
    insta::assert_snapshot!(refusal(Program::Server, &[], &["CORE_MONITOR_DATA_DIR=data"], ""), @"the data folder `data` must be an absolute path");
    insta::assert_snapshot!(refusal(Program::Worker, &["--parallelism", "0"], &[], ""), @"`parallelism` is 0, but must be from 1 to 64");
    insta::assert_snapshot!(refusal(Program::Worker, &["--lease-ttl", "10ms"], &[], ""), @"`lease_ttl` is 10ms, but must be at least `1s`");
    insta::assert_snapshot!(refusal(Program::Server, &[], &["CORE_MONITOR_BOOTSTRAP_TOKEN=short"], ""), @"the token of `CORE_MONITOR_BOOTSTRAP_TOKEN` could be guessed, because it has 5 characters but needs at least 32: generate one with `openssl rand -hex 32`");
}

#[test]
fn a_flag_of_the_other_program_is_rejected() {
    let message = refusal(Program::Server, &["--stable-for", "5s"], &[], "");
    assert!(
        message.contains("`--stable-for` is a flag of core-monitor-worker, not of core-monitor-server"),
        "{message}"
    );
}

#[test]
fn an_invalid_value_in_the_file_is_not_quoted() {
    let message = refusal(Program::Server, &[], &[], "bootstrap_token = [ 'hunter2hunter2' ]");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn a_missing_file_is_reported() {
    let message = refusal(Program::Server, &["--config", "/nowhere/at/all.toml"], &[], "");
    assert_eq!(message, "the configuration file `/nowhere/at/all.toml` cannot be read");
}

#[test]
fn the_help_shows_the_flags_of_the_program_with_their_defaults() {
    let help = refusal(Program::Server, &["--help"], &[], "");
    assert!(help.starts_with("The API server of Core Monitor"), "{help}");
    assert!(help.contains("--listen <LISTEN>"), "{help}");
    assert!(help.contains("`CORE_MONITOR_DATABASE_URL`"), "variables without a flag are mentioned: {help}");
    assert!(help.contains("[default: 127.0.0.1:8080]"), "{help}");
    assert!(!help.contains("--stable-for"), "{help}");
}
