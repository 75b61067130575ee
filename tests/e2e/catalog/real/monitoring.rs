//! Prometheus with what it measures.

use std::time::Duration;

use serde_json::{Value, json};

use super::{applied, is_wanted, page, shell, worker};
use crate::harness::{Installation, free_port, poll};

#[test]
fn prometheus_measures_what_it_is_connected_to() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let (port, site, balanced) = (free_port(), free_port(), free_port());
    let stack = applied(
        &installation,
        "measured",
        &json!([
            {"entry": "node-exporter", "as": "machine", "options": {"processes": true}, "connect": {}},
            {"entry": "rabbitmq", "as": "rabbit", "options": {}, "connect": {}},
            {"entry": "static-site", "as": "pages", "options": {"publish": site}, "connect": {}},
            {"entry": "haproxy", "as": "balancer", "options": {"publish": balanced}, "connect": {"upstream": "pages"}},
            {"entry": "prometheus", "as": "prometheus", "options": {"publish": port, "interval_seconds": 5},
             "connect": {"target": "machine", "target_2": "rabbit", "target_3": "balancer"}},
            worker("reader", &json!({})),
        ]),
    );
    let targets = || -> Vec<Value> {
        let found: Value = serde_json::from_str(&page(port, "/api/v1/targets")).unwrap();
        found["data"]["activeTargets"].as_array().unwrap().clone()
    };
    poll("all targets", Duration::from_mins(2), || {
        let targets = targets();
        (targets.len() == 4 && targets.iter().all(|target| target["health"] == "up")).then_some(())
    });
    let value = |query: &str| {
        let found: Value =
            serde_json::from_str(&page(port, &format!("/api/v1/query?query={query}"))).unwrap();
        found["data"]["result"][0]["value"][1].as_str().map(str::to_owned)
    };
    assert!(value("node_memory_MemTotal_bytes").is_some());
    assert!(value("node_processes_pids").is_some());
    assert!(value("node_filesystem_size_bytes%7Bmountpoint=%22/%22%7D").is_some(), "the root of the host");
    assert!(value("rabbitmq_build_info").is_some());
    assert!(value("haproxy_backend_status").is_some());
    assert!(shell(&stack, "prometheus", "ls /prometheus").contains("wal"));
}
