//! From the definition to `docker inspect`: every attribute arrives in the real engine as with docker compose. The
//! expected values were taken from containers created by docker compose v2.40.3 from the same definitions.

use std::collections::BTreeMap;

use core_monitor_domain::effect::NewContainer;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::ApiVersion;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use crate::bench::Bench;
use crate::docker;

mod host;
mod network;
mod process;
mod storage;

/// The engine's raw JSON, since models of it may be incomplete.
async fn get(path: &str) -> Value {
    let request = format!("GET {path} HTTP/1.0\r\nHost: engine\r\n\r\n");
    let address = docker::address();
    let mut answer = Vec::new();
    if let Some(socket) = address.strip_prefix("unix://") {
        let mut stream = UnixStream::connect(socket).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
    } else {
        let mut stream = TcpStream::connect(address.trim_start_matches("tcp://")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
    }
    let text = String::from_utf8(answer).unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// Creates a container and compares parts of its state in the engine.
async fn check(bench: &Bench, new: NewContainer, expected: &[(&str, Value)]) -> ContainerId {
    let id = bench.make(new).await;
    compare(&get(&format!("/containers/{id}/json")).await, expected);
    id
}

fn compare(found: &Value, expected: &[(&str, Value)]) {
    for (pointer, value) in expected {
        let part = found.pointer(pointer).unwrap_or(&Value::Null);
        assert_eq!(part, value, "{pointer} of {found:#}");
    }
}

/// Whether the engine supports this version of the API or a later one.
async fn speaks(bench: &Bench, minor: u16) -> bool {
    bench.look().await.host.engine.api >= ApiVersion { major: 1, minor }
}

fn strings(map: &[(&str, &str)]) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

async fn docker_bench(test: &str, run: impl for<'a> FnOnce(&'a Bench) -> futures::future::BoxFuture<'a, ()>) {
    let bench = Bench::docker(test).await;
    bench.run(run).await;
}
