use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::command::CommandResult;
use core_monitor_domain::observation::{ContainerState, ObservedContainer};
use core_monitor_domain::ports::{Clock as _, Finish, StackChange};

use crate::api::Limits;
use crate::testing::{Answer, World, YAML, tar};

const ANY: (&str, &str) = ("If-Match", "*");
const OCTETS: (&str, &str) = ("Content-Type", "application/octet-stream");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const SHOP: &str = "
services:
  web:
    image: test/busybox:1
    x-core-monitor:
      deploy:
        app: {target: /webapps/, form: file, name: '*.war', max_size: 100KB}
        site: {target: /srv, form: tree, max_size: 100KB}
  db: {image: 'test/busybox:1'}
";

/// A world with an applied stack, and the address of its deployments.
async fn shop() -> (World, String) {
    shop_with(Limits::default()).await
}

async fn shop_with(limits: Limits) -> (World, String) {
    let world = World::with_limits(limits).await;
    let answer = world.send("POST", "/api/v1/stacks?name=shop", &[YAML], SHOP).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let stack = answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    world.succeed("shop").await;
    (world, format!("/api/v1/stacks/{stack}/deploy"))
}

async fn upload(world: &World, address: &str, query: &str, bytes: &[u8]) -> Answer {
    world.send_bytes("POST", &format!("{address}?{query}"), &[ANY, OCTETS], bytes.to_vec()).await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

const APP: &str = "service=web&slot=app&file_name=a.war";

#[actix_web::test]
async fn an_artifact_that_is_sent_becomes_a_version_and_a_command() {
    let (world, address) = shop().await;
    let answer = upload(&world, &address, &format!("{APP}&comment=release+1"), b"war 1").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let command = answer.json();
    assert_eq!((&command["kind"], &command["status"]), (&"DEPLOY".into(), &"PENDING".into()), "{command}");
    let location = answer.header("location").unwrap();
    assert_eq!(location, format!("/api/v1/commands/{}", command["command_id"].as_str().unwrap()));
    let page = world.send("GET", "/api/v1/artifacts", &[], "").await.json();
    let digest = ArtifactDigest::of(b"war 1").to_string();
    assert_eq!(page["items"][0]["digest"], digest);
    let used = &page["items"][0]["uses"][0];
    assert_eq!(
        (&used["version"], &used["slot"], &used["file_name"]),
        (&2.into(), &"app".into(), &"a.war".into())
    );
}

#[actix_web::test]
async fn a_form_is_the_same_as_its_file() {
    let (world, address) = shop().await;
    let form = |parts: &[(&str, &str)]| {
        let parts = parts.iter().map(|(disposition, text)| {
            format!("--line\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{text}\r\n")
        });
        format!("{}--line--\r\n", parts.collect::<String>())
    };
    let send = async |parts: &[(&str, &str)], key: &str| {
        let kind = ("Content-Type", "multipart/form-data; boundary=line");
        let address = format!("{address}?service=web&slot=app");
        world.send("POST", &address, &[ANY, kind, ("Idempotency-Key", key)], &form(parts)).await
    };
    let answer = send(&[("name=\"file\"; filename=\"a.war\"", "war 1")], "1").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let list = world.send("GET", "/api/v1/artifacts", &[], "").await.json();
    assert_eq!(list["items"][0]["digest"], ArtifactDigest::of(b"war 1").to_string());
    // The same file in another form is the same request.
    let again = send(&[("name=\"upload\"; filename=\"a.war\"", "war 1")], "1").await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text);
    for (parts, words) in [
        (&[("name=\"comment\"", "no file")][..], "no part with a file"),
        (&[], "no part with a file"),
        (
            &[("name=\"a\"; filename=\"a.war\"", "1"), ("name=\"b\"; filename=\"b.war\"", "2")],
            "more than one part",
        ),
    ] {
        let answer = send(parts, "2").await;
        assert_eq!(code(&answer), (400, "invalid-request".to_owned()), "{}", answer.text);
        assert!(answer.text.contains(words), "{}", answer.text);
    }
    let cut = "--line\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.war\"\r\n\r\nwar";
    let kind = ("Content-Type", "multipart/form-data; boundary=line");
    let answer = world.send("POST", &format!("{address}?service=web&slot=app"), &[ANY, kind], cut).await;
    assert_eq!(answer.code(), "invalid-request", "{}", answer.text);
    let list = world.send("GET", "/api/v1/artifacts", &[], "").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "nothing of what was refused is kept");
}

#[actix_web::test]
async fn a_repeated_upload_is_carried_out_once() {
    let (world, address) = shop().await;
    let send = async |query: &str, bytes: &[u8]| {
        let headers = [ANY, OCTETS, ("Idempotency-Key", "k")];
        world.send_bytes("POST", &format!("{address}?{query}"), &headers, bytes.to_vec()).await
    };
    let first = send(APP, b"war 1").await.json();
    let second = send(APP, b"war 1").await;
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(second.json()["command_id"], first["command_id"]);
    assert_eq!(send(APP, b"war 2").await.code(), "idempotency-mismatch");
    let named = format!("{{\"artifact\": \"{}\"}}", ArtifactDigest::of(b"war 1"));
    let headers = [ANY, JSON, ("Idempotency-Key", "k")];
    let third = world.send("POST", &format!("{address}?{APP}"), &headers, &named).await;
    assert_eq!(third.header("idempotency-replayed"), Some("true"), "{}", third.text);
    assert_eq!(send(&format!("{APP}&comment=x"), b"war 1").await.code(), "idempotency-mismatch");
}

#[actix_web::test]
async fn a_stored_artifact_is_deployed_without_sending_it() {
    let (world, address) = shop().await;
    upload(&world, &address, APP, b"war 1").await;
    let reference = |digest: &str| format!("{{\"artifact\": \"{digest}\"}}");
    let send = async |query: &str, body: &str| {
        world.send("POST", &format!("{address}?service=web&slot={query}"), &[ANY, JSON], body).await
    };
    let stored = ArtifactDigest::of(b"war 1").to_string();
    let answer = send("app", &reference(&stored)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let list = world.send("GET", "/api/v1/artifacts", &[], "").await.json();
    let names: Vec<_> =
        list["items"][0]["uses"].as_array().unwrap().iter().map(|one| &one["file_name"]).collect();
    assert_eq!(names, ["a.war", "a.war"]);
    let missing = ArtifactDigest::of(b"never sent").to_string();
    assert_eq!(code(&send("app", &reference(&missing)).await), (404, "artifact-not-found".to_owned()));
    assert_eq!(send("app", &reference("sha256:0")).await.code(), "invalid-request");
    assert_eq!(send("app", "{}").await.code(), "invalid-request");
    let nameless = world.artifacts.put(b"unused", world.clock.now()).to_string();
    let answer = send("app", &reference(&nameless)).await;
    assert!(
        answer.code() == "invalid-request" && answer.text.contains("file_name=app.war"),
        "{}",
        answer.text
    );
    let answer = send("app&file_name=b.war", &reference(&nameless)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    // What the disk has changed is not taken for something else.
    world.artifacts.damage(&ArtifactDigest::of(b"unused"));
    let answer = send("site&file_name=b.tar", &reference(&nameless)).await;
    assert_eq!(code(&answer), (404, "artifact-not-found".to_owned()), "{}", answer.text);
    assert!(answer.text.contains("is damaged"), "{}", answer.text);
    world.artifacts.put(b"unused", world.clock.now());
    // A file is no tree.
    let answer = send("site&file_name=b.tar", &reference(&nameless)).await;
    assert_eq!(code(&answer), (422, "artifact-refused".to_owned()), "{}", answer.text);
}

#[actix_web::test]
async fn a_tree_is_checked_by_the_rules_of_archives() {
    let (world, address) = shop().await;
    let site = "service=web&slot=site";
    let answer = upload(&world, &address, site, &tar(&[("./index.html", "hello"), ("css/a.css", "x")])).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    for (bytes, expected) in [
        (tar(&[("../../etc/passwd", "x")]), (422, "artifact-refused")),
        (b"no archive".to_vec(), (422, "artifact-refused")),
        (tar(&[("a", &"x".repeat(200 << 10))]), (413, "artifact-too-large")),
    ] {
        let answer = upload(&world, &address, site, &bytes).await;
        assert_eq!(code(&answer), (expected.0, expected.1.to_owned()), "{}", answer.text);
    }
    let list = world.send("GET", "/api/v1/artifacts", &[], "").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn what_the_slot_does_not_take_is_refused() {
    let (world, address) = shop().await;
    let war = b"war".as_slice();
    let large = vec![0; 200 << 10];
    for (query, bytes, status, expected) in [
        ("service=web&slot=app&file_name=a.jar", war, 422, "artifact-refused"),
        ("service=web&slot=app&file_name=a/b.war", war, 422, "artifact-refused"),
        (APP, large.as_slice(), 413, "artifact-too-large"),
        ("service=web&slot=app", war, 400, "invalid-request"),
        ("service=web", war, 400, "invalid-request"),
        ("slot=app", war, 400, "invalid-request"),
        ("service=web&slot=-&file_name=a.war", war, 400, "invalid-request"),
        ("service=web&slot=app&wait=1000", war, 400, "invalid-request"),
        ("service=web&slot=other", war, 404, "slot-unknown"),
        ("service=db&slot=app", war, 404, "slot-unknown"),
        ("service=cache&slot=app", war, 422, "service-unknown"),
        ("service=web&slot=app&base=9", war, 404, "version-not-found"),
    ] {
        let answer = upload(&world, &address, query, bytes).await;
        assert_eq!(code(&answer), (status, expected.to_owned()), "{query}: {}", answer.text);
    }
    let answer = world.send("POST", &format!("{address}?{APP}"), &[ANY, YAML], "x").await;
    assert_eq!(code(&answer), (415, "unsupported-media-type".to_owned()));
    let list = world.send("GET", "/api/v1/artifacts", &[], "").await.json();
    assert_eq!(list["items"], serde_json::json!([]));
}

#[actix_web::test]
async fn the_state_of_the_stack_is_asked_before_the_body() {
    let (world, address) = shop().await;
    let silent = async |query: &str, headers: &[(&str, &str)]| {
        world.send("POST", &format!("{address}?{query}"), &[&[OCTETS], headers].concat(), "").await
    };
    assert_eq!(silent(APP, &[]).await.code(), "precondition-required");
    let other = ("If-Match", "\"v9.9\"");
    assert_eq!(upload_with(&world, &address, &[other, OCTETS]).await.code(), "precondition-failed");
    // A newer version was saved and not applied.
    let save = address.replace("/deploy", "/versions");
    let saved = world.send("POST", &save, &[ANY, YAML], SHOP).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
    assert_eq!(code(&silent(APP, &[ANY]).await), (409, "applied-version-unclear".to_owned()));
    let answer = upload(&world, &address, &format!("{APP}&base=1"), b"war").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let (world, address) = shop().await;
    world.observe(&[]).await;
    let answer = world.send("POST", &format!("{address}?{APP}"), &[ANY, OCTETS], "war").await;
    assert_eq!(code(&answer), (409, "service-stopped".to_owned()), "{}", answer.text);
    let answer = world.send("POST", "/api/v1/stacks?name=new", &[YAML], SHOP).await;
    let stack = answer.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
    let answer = upload(&world, &format!("/api/v1/stacks/{stack}/deploy"), APP, b"war").await;
    assert_eq!(code(&answer), (409, "not-applied".to_owned()));
}

/// An artifact may be just what a service needs that has failed, or that never started because the former one was lost.
#[actix_web::test]
async fn a_service_that_failed_takes_an_artifact_and_one_that_was_stopped_does_not() {
    for (state, status) in [
        (ContainerState::Running, 202),
        (ContainerState::Restarting, 202),
        (ContainerState::Created, 202),
        (ContainerState::Exited { code: 1 }, 202),
        (ContainerState::Exited { code: 0 }, 409),
        (ContainerState::Dead, 409),
    ] {
        let (world, address) = shop().await;
        let stack = address.split('/').nth(4).unwrap();
        let container = ObservedContainer { state, ..world.container_of(stack, "web") };
        world.observe(&[container]).await;
        let answer = upload(&world, &address, APP, b"war").await;
        assert_eq!(answer.status, status, "{state:?}: {}", answer.text);
    }
    // Ended by the signal of a STOP.
    let (world, address) = shop().await;
    let stack = address.split('/').nth(4).unwrap();
    let state = ContainerState::Exited { code: 143 };
    let started_at = Some(world.clock.now());
    let container = ObservedContainer { state, started_at, ..world.container_of(stack, "web") };
    let change = StackChange { stopped_runs: container.run().map(|run| vec![run]), ..StackChange::default() };
    let stop = world.send("POST", &address.replace("/deploy", "/stop"), &[ANY], "").await;
    assert_eq!(stop.status, StatusCode::ACCEPTED, "{}", stop.text);
    world.finish(Finish::Done { result: CommandResult::default(), change: Box::new(change) }).await;
    world.observe(&[container]).await;
    let answer = upload(&world, &address, APP, b"war").await;
    assert_eq!(code(&answer), (409, "service-stopped".to_owned()), "{}", answer.text);
}

async fn upload_with(world: &World, address: &str, headers: &[(&str, &str)]) -> Answer {
    world.send_bytes("POST", &format!("{address}?{APP}"), headers, b"war 1".to_vec()).await
}

#[actix_web::test]
async fn a_digest_in_a_header_is_checked() {
    let (world, address) = shop().await;
    let good = STANDARD.encode(ArtifactDigest::of(b"war 1").0);
    let other = STANDARD.encode(ArtifactDigest::of(b"war 2").0);
    let statuses: BTreeMap<(&str, String), u16> = BTreeMap::from([
        (("Repr-Digest", format!("sha-256=:{good}:")), 202),
        (("Content-Digest", format!("sha-512=:x:, sha-256=:{good}:")), 202),
        (("Digest", format!("SHA-256={good}")), 202),
        (("Repr-Digest", "sha-512=:x:".to_owned()), 202),
        (("Repr-Digest", format!("sha-256=:{other}:")), 422),
        (("Repr-Digest", "sha-256=:x:".to_owned()), 400),
    ]);
    for ((name, value), status) in statuses {
        let answer = upload_with(&world, &address, &[ANY, OCTETS, (name, &value)]).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {value}: {}", answer.text);
        if status == 422 {
            assert_eq!(answer.code(), "digest-mismatch");
        }
    }
}

#[actix_web::test]
async fn a_full_disk_and_a_full_house_are_said() {
    let (world, address) = shop().await;
    world.artifacts.fill(true);
    let answer = upload(&world, &address, APP, b"war").await;
    assert_eq!(code(&answer), (507, "storage-full".to_owned()));
    let commands = world.send("GET", "/api/v1/commands?kind=DEPLOY", &[], "").await.json();
    assert_eq!(commands["items"], serde_json::json!([]), "nothing was saved");
    let limits = Limits { artifact: 10, ..Limits::default() };
    let (world, address) = shop_with(limits).await;
    let answer = upload(&world, &address, APP, b"larger than ten bytes").await;
    assert_eq!(code(&answer), (413, "artifact-too-large".to_owned()));
    let permits = world.shared().uploads.clone().try_acquire_many_owned(16).unwrap();
    let answer = upload(&world, &address, APP, b"war").await;
    assert_eq!(code(&answer), (503, "server-busy".to_owned()));
    drop(permits);
    let answer = upload(&world, &address, APP, b"war").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
}
