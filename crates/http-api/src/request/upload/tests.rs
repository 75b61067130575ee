use std::sync::{Arc, mpsc};

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use tokio::sync::Semaphore;

use super::{Form, detect, form_of, unpack};
use crate::ArchiveLimits;
use crate::api::Limits;
use crate::request::BodyMemory;
use crate::testing::{Answer, TAR, WEB, World, tar};

async fn upload(world: &World, query: &str, archive: Vec<u8>) -> Answer {
    world.send_bytes("POST", &format!("/api/v1/stacks/archive?{query}"), &[TAR], archive).await
}

#[actix_web::test]
async fn a_folder_becomes_a_version() {
    let world = World::new().await;
    let archive = tar(&[
        (
            "app/compose.yml",
            "services:\n  web:\n    image: test/busybox:${TAG}\n    env_file: conf/web.env\n",
        ),
        ("app/compose.override.yml", "services:\n  web:\n    hostname: here\n"),
        ("app/.env", "TAG=7\n"),
        ("app/conf/web.env", "A=1\n"),
    ]);
    let answer = upload(&world, "name=shop&comment=first", archive).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json()["version"]["metadata"]["comment"], "first");
    let address = format!("{}/versions/1", answer.header("location").unwrap());
    let version = world.send("GET", &address, &[], "").await.json();
    assert_eq!(version["compose_files"], serde_json::json!(["compose.yml", "compose.override.yml"]));
    let web = &version["model"]["services"]["web"];
    assert_eq!((&web["image"], &web["hostname"]), (&"test/busybox:7".into(), &"here".into()));
    assert_eq!(web["environment"]["A"], "1");
}

#[actix_web::test]
async fn compose_files_are_chosen_by_parameter() {
    let world = World::new().await;
    let other = WEB.replace("busybox:1", "busybox:2");
    let archive = tar(&[("compose.yaml", WEB), ("compose.prod.yaml", &other)]);
    let answer =
        upload(&world, "name=shop&compose_file=compose.yaml&compose_file=compose.prod.yaml", archive.clone())
            .await;
    let address = format!("{}/versions/1", answer.header("location").unwrap());
    let version = world.send("GET", &address, &[], "").await.json();
    assert_eq!(version["model"]["services"]["web"]["image"], "test/busybox:2");
    let answer = upload(&world, "name=other&compose_file=compose.dev.yaml", archive).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "invalid-archive"));
    assert!(answer.text.contains("`compose.dev.yaml`"), "{}", answer.text);
    let yaml = world.send("POST", "/api/v1/stacks?file=x", &[crate::testing::YAML], WEB).await;
    assert_eq!(yaml.code(), "invalid-request", "{}", yaml.text);
}

#[actix_web::test]
async fn a_refused_archive_saves_nothing_and_names_the_path() {
    let world = World::new().await;
    let answer = upload(&world, "name=shop", tar(&[("compose.yaml", WEB), ("../evil", "x")])).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "invalid-archive"), "{}", answer.text);
    let error = &answer.json()["errors"][0];
    assert_eq!((&error["code"], &error["file"]), (&"path-outside".into(), &"../evil".into()));
    assert!(error["hint"]["text"].as_str().unwrap().contains("tar czf"), "{error}");
    let answer = upload(&world, "name=shop", tar(&[("readme", "x")])).await;
    assert_eq!(answer.code(), "invalid-archive");
    let answer = upload(&world, "name=shop", b"no archive".to_vec()).await;
    assert_eq!(answer.code(), "invalid-archive");
    let answer = upload(&world, "name=shop", tar(&[("compose.yaml", "services: {web: {imgae: x}}")])).await;
    assert_eq!(answer.code(), "invalid-definition");
    let commands = world.send("GET", "/api/v1/commands", &[], "").await.json();
    assert_eq!(commands["items"], serde_json::json!([]));
}

#[actix_web::test]
async fn archives_have_limits_of_their_own() {
    let archive = ArchiveLimits { packed: 8192, unpacked: 3000, ..ArchiveLimits::default() };
    let world = World::with_limits(Limits { body: 100, archive, ..Limits::default() }).await;
    let body = |length: usize| tar(&[("compose.yaml", WEB), ("data", &"x".repeat(length))]);
    let check = |answer: &Answer, status: u16, code: &str| {
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{}", answer.text);
    };
    assert_eq!(upload(&world, "name=a", body(1000)).await.status, StatusCode::CREATED);
    check(&upload(&world, "name=b", body(3000)).await, 413, "archive-too-large");
    check(&upload(&world, "name=b", body(9000)).await, 413, "body-too-large");
}

#[actix_web::test]
async fn the_same_archive_is_the_same_request() {
    let world = World::new().await;
    let send = async |text: &str| {
        let headers = [TAR, ("Idempotency-Key", "k1")];
        let archive = tar(&[("compose.yaml", WEB), ("data", text)]);
        world.send_bytes("POST", "/api/v1/stacks/archive?name=shop", &headers, archive).await
    };
    assert_eq!(send("1").await.status, StatusCode::CREATED);
    assert_eq!(send("1").await.header("idempotency-replayed"), Some("true"));
    assert_eq!(send("2").await.code(), "idempotency-mismatch");
}

#[actix_web::test]
async fn an_archive_is_no_command() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let address = format!("/api/v1/stacks/{stack}/apply/1");
    let headers = [TAR, ("If-Match", "*")];
    let answer = world.send_bytes("POST", &address, &headers, tar(&[("a", "b")])).await;
    assert_eq!(answer.code(), "unsupported-media-type", "{}", answer.text);
}

#[test]
fn forms_are_told_by_content_type_or_the_first_bytes() {
    use core_monitor_archive::Format::{Tar, TarGz, Zip};
    let check = |text: &str, expected| assert_eq!(form_of(text), expected, "{text}");
    check("application/x-tar", Some(Form::Declared(Tar)));
    check("application/gzip", Some(Form::Declared(TarGz)));
    check("application/x-gtar", Some(Form::Declared(TarGz)));
    check("application/x-tgz", Some(Form::Declared(TarGz)));
    check("application/zip", Some(Form::Declared(Zip)));
    check("application/octet-stream", Some(Form::Detected));
    check("", None);
    let check = |parts: &[&'static [u8]], expected| {
        let parts: Vec<_> = parts.iter().copied().map(Bytes::from_static).collect();
        assert_eq!(detect(&parts), expected);
    };
    check(&[b"\x1f", b"", b"\x8b\x08"], TarGz);
    check(&[b"PK\x03\x04"], Zip);
    check(&[b"compose.yaml"], Tar);
    check(&[], Tar);
}

#[actix_web::test]
async fn silent_uploads_hold_nothing_that_others_need() {
    let world = World::with_limits(Limits { body_memory: 64 << 10, ..Limits::default() }).await;
    let silent: Vec<_> = (0..64)
        .map(|_| Box::pin(world.send_without_end_or_time("POST", "/api/v1/stacks/archive?name=silent", TAR)))
        .collect();
    let mut silent = futures::future::join_all(silent);
    for _ in 0..200 {
        assert!(futures::poll!(&mut silent).is_pending());
        tokio::task::yield_now().await;
    }
    let answer = upload(&world, "name=shop", tar(&[("compose.yaml", WEB)])).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

#[actix_web::test]
async fn unpacked_archives_share_a_memory_and_give_it_back() {
    let world = World::with_limits(Limits { body_memory: 64 << 10, ..Limits::default() }).await;
    let all = world.body_memory().left();
    let archive = |length| tar(&[("compose.yaml", WEB), ("data", &"x".repeat(length))]);
    let refused = upload(&world, "name=shop", archive(40 << 10)).await;
    assert_eq!(refused.code(), "server-busy", "the archive and what is in it do not fit");
    assert_eq!(world.body_memory().left(), all);
    let answer = upload(&world, "name=shop", archive(10 << 10)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(world.body_memory().left(), all, "nothing is kept of an archive that was answered");
}

#[test]
fn an_abandoned_archive_keeps_its_permit_and_memory_until_it_is_unpacked() {
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let (let_go, wait) = mpsc::channel::<()>();
        // The only thread for such work is busy, so that the archive is still to be unpacked when its request ends.
        let busy = tokio::task::spawn_blocking(move || wait.recv());
        let (memory, unpacking) = (BodyMemory::new(1 << 20), Arc::new(Semaphore::new(1)));
        let mut held = memory.hold();
        held.grow(4 << 10).unwrap();
        let limits = core_monitor_archive::Limits::default();
        let parts = vec![Bytes::from(tar(&[("a", "b")]))];
        let mut request = Box::pin(unpack(parts, Form::Detected, limits, held, &unpacking));
        assert!(futures::poll!(&mut request).is_pending());
        drop(request);
        assert_eq!((unpacking.available_permits(), memory.left()), (0, (1 << 20) - (4 << 10)));
        let_go.send(()).unwrap();
        busy.await.unwrap().unwrap();
        drop(unpacking.acquire().await.unwrap());
        // The last blocking work of the runtime has ended, and with it what it held.
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        assert_eq!(memory.left(), 1 << 20);
    });
}
