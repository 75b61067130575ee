//! The process, and how it is monitored.

use core_monitor_domain::desired::{
    ContainerSpec, Healthcheck, HealthcheckTest, Logging, NetworkMode, RestartPolicy,
};
use serde_json::{Value, json};

use super::{check, docker_bench, speaks, strings, words};
use crate::bench::{Bench, idle};

#[tokio::test]
async fn the_process() {
    docker_bench("the_process", |bench| {
        Box::pin(async move {
            let spec = ContainerSpec {
                command: Some(words(&["-c", "exec idle"])),
                entrypoint: Some(words(&["/bin/sh"])),
                environment: [("A".to_owned(), Some("1".to_owned())), ("PATH".to_owned(), None)].into(),
                user: Some("65534:65534".into()),
                working_dir: Some("/tmp".into()),
                hostname: Some("here".into()),
                domainname: Some("example.org".into()),
                tty: true,
                stdin_open: true,
                init: Some(true),
                stop_signal: Some("SIGINT".into()),
                stop_grace_ms: Some(1_500),
                runtime: Some("runc".into()),
                network_mode: NetworkMode::None,
                ..ContainerSpec::default()
            };
            let expected = [
                ("/Config/Cmd", json!(["-c", "exec idle"])),
                ("/Config/Entrypoint", json!(["/bin/sh"])),
                ("/Config/Env", json!(["A=1", "PATH"])),
                ("/Config/User", json!("65534:65534")),
                ("/Config/WorkingDir", json!("/tmp")),
                ("/Config/Hostname", json!("here")),
                ("/Config/Domainname", json!("example.org")),
                ("/Config/Tty", json!(true)),
                ("/Config/OpenStdin", json!(true)),
                ("/Config/StdinOnce", json!(false)),
                ("/Config/AttachStdin", json!(false)),
                ("/Config/AttachStdout", json!(true)),
                ("/Config/AttachStderr", json!(true)),
                ("/HostConfig/Init", json!(true)),
                ("/Config/StopSignal", json!("SIGINT")),
                ("/Config/StopTimeout", json!(1)),
                ("/HostConfig/Runtime", json!("runc")),
                ("/HostConfig/NetworkMode", json!("none")),
                ("/Config/Labels/io.core-monitor.slot", json!("1")),
            ];
            check(bench, bench.container("web", spec), &expected).await;
        })
    })
    .await;
}

/// The engine's value for a policy that is not set.
async fn unset(bench: &Bench) -> Value {
    json!({"Name": if speaks(bench, 44).await { "no" } else { "" }, "MaximumRetryCount": 0})
}

#[tokio::test]
async fn what_a_definition_leaves_out() {
    docker_bench("what_a_definition_leaves_out", |bench| {
        Box::pin(async move {
            let expected = [
                ("/Config/Cmd", json!(["idle"])),
                ("/Config/Entrypoint", Value::Null),
                ("/Config/Env", json!(["PATH=/bin"])),
                ("/Config/Healthcheck", Value::Null),
                ("/Config/ExposedPorts", Value::Null),
                ("/HostConfig/Binds", Value::Null),
                ("/HostConfig/Mounts", Value::Null),
                ("/HostConfig/Init", Value::Null),
                ("/HostConfig/Memory", json!(0)),
                ("/HostConfig/PidsLimit", Value::Null),
                ("/HostConfig/OomKillDisable", json!(false)),
                ("/HostConfig/LogConfig/Type", json!("json-file")),
                ("/HostConfig/RestartPolicy", unset(bench).await),
                ("/HostConfig/ShmSize", json!(67_108_864)),
                ("/HostConfig/IpcMode", json!("private")),
                ("/HostConfig/PidMode", json!("")),
                ("/HostConfig/Privileged", json!(false)),
                ("/HostConfig/ReadonlyRootfs", json!(false)),
            ];
            let new = bench.container("web", ContainerSpec { command: None, ..idle() });
            check(bench, new, &expected).await;
        })
    })
    .await;
}

#[tokio::test]
async fn health_checks() {
    docker_bench("health_checks", |bench| {
        Box::pin(async move {
            let with = |test| ContainerSpec {
                healthcheck: Some(Healthcheck {
                    test,
                    interval_ms: Some(5_000),
                    timeout_ms: Some(1_500),
                    start_period_ms: Some(250),
                    start_interval_ms: None,
                    retries: Some(4),
                }),
                ..idle()
            };
            let shell = json!({
                "Test": ["CMD-SHELL", "a && b"],
                "Interval": 5_000_000_000_i64,
                "Timeout": 1_500_000_000,
                "StartPeriod": 250_000_000,
                "Retries": 4,
            });
            let new = bench.container("shell", with(HealthcheckTest::Shell("a && b".into())));
            check(bench, new, &[("/Config/Healthcheck", shell)]).await;
            let new = bench.container("exec", with(HealthcheckTest::Exec(words(&["a", "b"]))));
            check(bench, new, &[("/Config/Healthcheck/Test", json!(["CMD", "a", "b"]))]).await;
            let new = bench.container("none", with(HealthcheckTest::Disabled));
            check(bench, new, &[("/Config/Healthcheck/Test", json!(["NONE"]))]).await;
        })
    })
    .await;
}

#[tokio::test]
async fn restart_and_logging() {
    docker_bench("restart_and_logging", |bench| {
        Box::pin(async move {
            let policies = [
                ("unset", RestartPolicy::Unset, unset(bench).await),
                ("no", RestartPolicy::No, json!({"Name": "no", "MaximumRetryCount": 0})),
                ("always", RestartPolicy::Always, json!({"Name": "always", "MaximumRetryCount": 0})),
                (
                    "unless",
                    RestartPolicy::UnlessStopped,
                    json!({"Name": "unless-stopped", "MaximumRetryCount": 0}),
                ),
                (
                    "failure",
                    RestartPolicy::OnFailure { max: 3 },
                    json!({"Name": "on-failure", "MaximumRetryCount": 3}),
                ),
            ];
            for (part, restart, expected) in policies {
                let new = bench.container(part, ContainerSpec { restart, ..idle() });
                check(bench, new, &[("/HostConfig/RestartPolicy", expected)]).await;
            }
            let logging = |driver: Option<&str>, options: &[(&str, &str)]| ContainerSpec {
                logging: Some(Logging { driver: driver.map(Into::into), options: strings(options) }),
                ..idle()
            };
            let new = bench.container("default", logging(None, &[("max-size", "1m")]));
            let expected = json!({"Type": "json-file", "Config": {"max-size": "1m"}});
            check(bench, new, &[("/HostConfig/LogConfig", expected)]).await;
            let new = bench.container("none", logging(Some("none"), &[]));
            check(bench, new, &[("/HostConfig/LogConfig/Type", json!("none"))]).await;
        })
    })
    .await;
}

#[tokio::test]
async fn a_terminals_output_is_read_whole() {
    docker_bench("a_terminals_output_is_read_whole", |bench| {
        Box::pin(async move {
            let spec = ContainerSpec {
                command: Some(words(&["sh", "-c", "printf '\\033[31mred\\033[0m\\nrest'"])),
                tty: true,
                ..idle()
            };
            let id = bench.make(bench.container("web", spec)).await;
            assert_eq!(bench.start(&id).await, "done");
            bench.wait(&id, "the end", |c| !c.state.is_up()).await;
            let lines = bench.engine.tail_logs(&id, 10).await.unwrap();
            let shown: Vec<_> = lines.iter().map(|line| (line.stderr, line.text.as_str())).collect();
            assert_eq!(shown, [(false, "red"), (false, "rest")]);
        })
    })
    .await;
}
