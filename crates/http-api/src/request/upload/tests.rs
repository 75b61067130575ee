use actix_web::http::StatusCode;

use super::format_of;
use crate::ArchiveLimits;
use crate::api::Limits;
use crate::testing::{Answer, TAR, WEB, World, tar};

async fn upload(world: &World, query: &str, archive: Vec<u8>) -> Answer {
    world.send_bytes("POST", &format!("/api/v1/stacks?{query}"), &[TAR], archive).await
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
    let answer = upload(&world, "name=shop&file=compose.yaml&file=compose.prod.yaml", archive.clone()).await;
    let address = format!("{}/versions/1", answer.header("location").unwrap());
    let version = world.send("GET", &address, &[], "").await.json();
    assert_eq!(version["model"]["services"]["web"]["image"], "test/busybox:2");
    let answer = upload(&world, "name=other&file=compose.dev.yaml", archive).await;
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
    assert!(error["hint"].as_str().unwrap().contains("tar czf"), "{error}");
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
        world.send_bytes("POST", "/api/v1/stacks?name=shop", &headers, archive).await
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
fn kinds_are_told_by_content_type() {
    use core_monitor_archive::Format::{Tar, TarGz, Zip};
    let check = |text: &str, expected| assert_eq!(format_of(text), expected, "{text}");
    check("application/x-tar", Some(Tar));
    check("application/gzip", Some(TarGz));
    check("application/x-gtar", Some(TarGz));
    check("application/x-tgz", Some(TarGz));
    check("application/zip", Some(Zip));
    check("application/octet-stream", None);
    check("", None);
}

#[actix_web::test]
async fn archives_wait_for_room_and_give_it_back() {
    let world = World::new().await;
    let archive = tar(&[("compose.yaml", WEB)]);
    let taken = world.fill_uploads();
    assert!(!taken.is_empty());
    let mut waiting = Box::pin(upload(&world, "name=shop", archive));
    for _ in 0..100 {
        assert!(futures::poll!(&mut waiting).is_pending(), "there is no room");
        tokio::task::yield_now().await;
    }
    let other = world.send("GET", "/api/v1/stacks", &[], "").await;
    assert_eq!(other.status, StatusCode::OK, "only archives wait");
    let room = taken.len();
    drop(taken);
    assert_eq!(waiting.await.status, StatusCode::CREATED);
    assert_eq!(world.fill_uploads().len(), room, "nothing is kept of an archive that was answered");
}
