//! The adapter's requests to the engine, recorded by a proxy.

use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::desired::{ContainerSpec, Healthcheck, HealthcheckTest};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::{ContainerState, Health};
use core_monitor_domain::time::Timestamp;

use crate::bench::{Bench, idle};
use crate::docker::adapter;

mod proxy;

use proxy::CountingProxy;

/// Number of containers in these tests: enough to distinguish all from one.
const SOME: usize = 5;

/// A bench whose adapter uses a proxy, and running containers.
async fn watched(test: &str, spec: ContainerSpec) -> (Bench, CountingProxy) {
    let mut bench = Bench::docker(test).await;
    let proxy = CountingProxy::start();
    bench.engine = Arc::new(adapter(&proxy.address()));
    for number in 0..SOME {
        let id = bench.make(bench.container(&format!("web{number}"), spec.clone())).await;
        assert_eq!(bench.start(&id).await, "done");
    }
    (bench, proxy)
}

/// The inspect requests.
fn inspects(requests: &[String]) -> Vec<&String> {
    let is_inspect = |line: &&String| line.ends_with("/json") && line.contains("/containers/");
    requests.iter().filter(is_inspect).filter(|line| !line.ends_with("/containers/json")).collect()
}

async fn some_container(bench: &Bench) -> ContainerId {
    bench.look().await.containers[2].id.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_host_costs_no_inspects() {
    let (bench, proxy) = watched("a_quiet_host_costs_no_inspects", idle()).await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let first = bench.look().await;
                assert_eq!(first.containers.len(), SOME);
                proxy.settle(bench).await;
                proxy.take();
                assert_eq!(bench.look().await.containers.len(), SOME);
                let requests = proxy.take();
                assert_eq!((requests.len(), inspects(&requests).len()), (4, 0), "{requests:#?}");
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_effect_costs_one_inspect() {
    let (bench, proxy) = watched("an_effect_costs_one_inspect", idle()).await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let id = some_container(bench).await;
                proxy.settle(bench).await;
                assert_eq!(bench.stop(&id).await, "done");
                proxy.take();
                assert!(!bench.see(&id).await.state.is_up());
                assert_eq!(inspects(&proxy.take()).len(), 1);
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_do_is_seen() {
    let (bench, proxy) = watched("what_others_do_is_seen", idle()).await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let id = some_container(bench).await;
                proxy.settle(bench).await;
                let before = bench.see(&id).await;
                proxy.take();
                bench.outside.kill(&id).await;
                let ended = bench.wait(&id, "the end", |c| !c.state.is_up()).await;
                assert_eq!(ended.state, ContainerState::Exited { code: 137 });
                assert_ne!(ended, before);
                proxy.settle(bench).await;
                // The changed one, once per batch of events, and none of the others.
                let requests = proxy.take();
                assert!(inspects(&requests).iter().all(|line| line.contains(id.as_str())), "{requests:#?}");
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_checks_cost_no_inspects_once_settled() {
    let test = Healthcheck {
        test: HealthcheckTest::Exec(vec!["true".into()]),
        interval_ms: Some(50),
        timeout_ms: None,
        start_period_ms: None,
        start_interval_ms: None,
        retries: None,
    };
    let spec = ContainerSpec { healthcheck: Some(test), ..idle() };
    let (bench, proxy) = watched("health_checks_cost_no_inspects_once_settled", spec).await;
    bench
        .run(|bench| {
            Box::pin(async move {
                for container in bench.look().await.containers {
                    bench.wait(&container.id, "health", |c| c.health == Some(Health::Healthy)).await;
                }
                proxy.settle(bench).await;
                proxy.take();
                for _ in 0..10 {
                    // Every container is probed several times meanwhile.
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    bench.look().await;
                }
                assert_eq!(inspects(&proxy.take()).len(), 0);
            })
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_cut_everything_is_looked_at_again() {
    let (bench, proxy) = watched("after_a_cut_everything_is_looked_at_again", idle()).await;
    bench
        .run(|bench| {
            Box::pin(async move {
                let id = some_container(bench).await;
                proxy.settle(bench).await;
                proxy.cut().await;
                bench.outside.kill(&id).await;
                proxy.take();
                // The first poll after the loss may be the one that detects it.
                let now = Timestamp::from_millis(1).unwrap();
                let _ = bench.engine.observe(bench.instance, &[].into(), now).await;
                let ended = bench.wait(&id, "the end", |c| !c.state.is_up()).await;
                assert_eq!(ended.state, ContainerState::Exited { code: 137 });
                assert!(inspects(&proxy.take()).len() >= SOME);
            })
        })
        .await;
}
