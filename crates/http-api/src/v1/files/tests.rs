//! Every operation on files, in a container and in a volume.

use serde_json::{Value, json};

use crate::api::Limits;
use crate::testing::{Answer, TAR, World, tar};

const OCTETS: (&str, &str) = ("Content-Type", "application/octet-stream");

/// Where files are: in the container itself, and in the volume that it has mounted at `/data`.
const PLACES: [&str; 2] = ["/api/v1/containers/web/files", "/api/v1/volumes/blog/files"];

/// The operations: method, and path behind the place.
const OPERATIONS: [(&str, &str); 5] =
    [("GET", ""), ("GET", "/content"), ("PUT", "/content"), ("GET", "/archive"), ("PUT", "/archive")];

async fn world() -> World {
    let world = World::new().await;
    world.run_container("web").await;
    world
}

async fn ask(world: &World, method: &str, address: &str, body: &[u8]) -> Answer {
    let length = body.len().to_string();
    let headers =
        if method == "PUT" { vec![OCTETS, ("Content-Length", length.as_str())] } else { Vec::new() };
    world.send_bytes(method, address, &headers, body.to_vec()).await
}

fn names(folder: &Answer) -> Vec<String> {
    let entries = folder.json()["entries"].as_array().unwrap().clone();
    entries
        .iter()
        .map(|entry| format!("{} {}", entry["kind"].as_str().unwrap(), entry["name"].as_str().unwrap()))
        .collect()
}

#[actix_web::test]
async fn files_are_listed_written_and_read_back() {
    let world = world().await;
    for place in PLACES {
        let before = names(&ask(&world, "GET", place, b"").await);
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(300_000).collect();
        let written =
            ask(&world, "PUT", &format!("{place}/content?path=/new.bin&mode=0600&uid=7"), &bytes).await;
        assert_eq!(
            (written.status.as_u16(), &written.json()["bytes"]),
            (200, &json!(300_000)),
            "{}",
            written.text
        );
        let folder = ask(&world, "GET", &format!("{place}?path=//./"), b"").await;
        assert_eq!(folder.json()["path"], "/");
        assert_eq!(names(&folder).len(), before.len() + 1);
        let entries = folder.json()["entries"].as_array().unwrap().clone();
        let entry = entries.iter().find(|entry| entry["name"] == "new.bin").unwrap();
        assert_eq!(
            (&entry["size"], &entry["mode"], &entry["uid"]),
            (&json!(300_000), &json!("0600"), &json!(7))
        );
        ask(&world, "PUT", &format!("{place}/content?path=/new.bin"), b"short").await;
        let read = ask(&world, "GET", &format!("{place}/content?path=/new.bin"), b"").await;
        assert_eq!(read.text, "short");
        assert_eq!(read.header("content-type"), Some("application/octet-stream"));
        assert_eq!(read.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(
            read.header("content-disposition"),
            Some("attachment; filename=\"new.bin\"; filename*=UTF-8''new.bin")
        );
        let archive = ask(&world, "GET", &format!("{place}/archive?path=/"), b"").await;
        assert_eq!((archive.status.as_u16(), archive.text.len()), (200, 1_024));
        assert_eq!(archive.header("content-type"), Some("application/x-tar"));
        let unpacked =
            world.send_bytes("PUT", &format!("{place}/archive?path=/"), &[TAR], tar(&[("a", "b")])).await;
        // The archive is passed on as it comes, whatever its type is said to be.
        assert_eq!(unpacked.status.as_u16(), 200, "{}", unpacked.text);
    }
}

#[actix_web::test]
async fn a_name_that_is_no_text_is_marked_and_names_nothing() {
    let world = world().await;
    let place = PLACES[0];
    let folder = ask(&world, "GET", &format!("{place}?path=/var"), b"").await.json();
    let shown = &folder["entries"][0];
    assert_eq!((&shown["name"], &shown["name_replaced"]), (&json!("a\u{fffd}b"), &json!(true)));
    let content = ask(&world, "GET", &format!("{place}/content?path=/var/a%EF%BF%BDb"), b"").await;
    assert_eq!(content.code(), "path-not-found");
}

#[actix_web::test]
async fn transfers_are_in_the_audit_with_path_and_size() {
    let world = world().await;
    let place = PLACES[1];
    ask(&world, "PUT", &format!("{place}/content?path=/secret"), b"canary").await;
    ask(&world, "GET", &format!("{place}/content?path=/secret"), b"").await;
    ask(&world, "GET", &format!("{place}/archive"), b"").await;
    ask(&world, "PUT", &format!("{place}/archive"), b"this is no tar").await;
    ask(&world, "GET", place, b"").await;
    let page = world.send("GET", "/api/v1/audit", &[], "").await;
    assert!(!page.text.contains("canary"), "{}", page.text);
    let line = |item: &Value| {
        let detail = &item["detail"];
        let [action, resource, change] =
            ["action", "resource", "change"].map(|key| item[key].as_str().unwrap());
        format!("{action} {resource} {change} {} {} {}", detail["path"], detail["bytes"], detail["reason"])
    };
    let page = page.json();
    let lines: Vec<_> = page["items"].as_array().unwrap().iter().map(line).collect();
    assert_eq!(
        lines[..5],
        [
            "upload_volume_folder volume:blog uploaded \"/\" 14 \"failed\"",
            "upload_volume_folder volume:blog uploaded \"/\" null null",
            "download_volume_folder volume:blog downloaded \"/\" null null",
            "download_volume_file volume:blog downloaded \"/secret\" 6 null",
            "upload_volume_file volume:blog uploaded \"/secret\" 6 null",
        ]
    );
}

async fn check(world: &World, method: &str, address: &str, body: &[u8], code: &str) {
    let answer = ask(world, method, address, body).await;
    assert_eq!(answer.code(), code, "{method} {address}: {}", answer.text);
}

#[actix_web::test]
async fn every_operation_refuses_paths_that_are_none() {
    let world = world().await;
    for place in PLACES {
        for (method, operation) in OPERATIONS {
            for path in ["etc", "/../etc", "/a/..", "/a%00b", "%2e%2e", "", &format!("/{}", "x".repeat(256))]
            {
                let address = format!("{place}{operation}?path={path}");
                check(&world, method, &address, b"", "invalid-path").await;
            }
            let beside = format!("{place}{operation}?path=/nothing/here");
            check(&world, method, &beside, b"", "path-not-found").await;
        }
    }
}

#[actix_web::test]
async fn every_operation_refuses_what_is_something_else() {
    let world = world().await;
    for place in PLACES {
        let file = "/file";
        ask(&world, "PUT", &format!("{place}/content?path={file}"), b"x").await;
        // The root of the volume is `/data` in the container, where a link leads out of it.
        let link = if place == PLACES[0] { "/etc/mtab" } else { "/elsewhere" };
        for (method, operation, path) in [
            ("GET", "", file),
            ("GET", "", link),
            ("GET", "/content", "/"),
            ("GET", "/content", link),
            ("PUT", "/content", "/"),
            ("PUT", "/content", link),
            ("GET", "/archive", link),
            ("PUT", "/archive", file),
            ("PUT", "/archive", link),
        ] {
            check(&world, method, &format!("{place}{operation}?path={path}"), b"", "path-refused").await;
        }
    }
    for (method, operation) in OPERATIONS {
        let address = format!("{}{operation}?path=/elsewhere/hostname", PLACES[1]);
        let answer = ask(&world, method, &address, b"").await;
        assert_eq!(answer.code(), "path-refused", "a link could lead out of the volume");
        assert_eq!(answer.json()["message"]["code"], "link_on_the_way");
        assert_eq!(answer.json()["message"]["params"]["path"], "/elsewhere", "the path in the volume");
    }
}

#[actix_web::test]
async fn only_containers_and_volumes_of_stacks_have_files_here() {
    let world = world().await;
    world.see_container(&"c1".into(), "foreign", |found| found.owner = None).await;
    world.see_container(&"c3".into(), "monitor", |found| found.component = true).await;
    world.see_volume("theirs", false).await;
    world.see_volume("unused", true).await;
    for (method, operation) in OPERATIONS {
        for name in ["foreign", "monitor", "nobody"] {
            let address = format!("/api/v1/containers/{name}/files{operation}");
            check(&world, method, &address, b"", "container-not-found").await;
        }
        for (name, code) in [
            ("theirs", "volume-not-found"),
            ("nobodys", "volume-not-found"),
            ("unused", "volume-not-mounted"),
        ] {
            check(&world, method, &format!("/api/v1/volumes/{name}/files{operation}"), b"", code).await;
        }
    }
}

#[actix_web::test]
async fn uploads_have_to_be_what_they_say() {
    let world = world().await;
    let most = Limits::default().files;
    for place in PLACES {
        let address = format!("{place}/content?path=/file");
        let chunked = [OCTETS, ("Transfer-Encoding", "chunked")];
        assert_eq!(world.send("PUT", &address, &chunked, "x").await.code(), "length-required");
        let short = [OCTETS, ("Content-Length", "5")];
        assert_eq!(world.send("PUT", &address, &short, "").await.code(), "invalid-upload");
        for mode in ["", "0888", "77777", "+7", "-1", "rwx"] {
            check(&world, "PUT", &format!("{address}&mode={mode}"), b"", "invalid-request").await;
        }
        let long = (most + 1).to_string();
        for operation in ["/content", "/archive"] {
            let headers = [OCTETS, ("Content-Length", long.as_str())];
            let answer = world.send("PUT", &format!("{place}{operation}?path=/file"), &headers, "").await;
            assert_eq!(answer.code(), "body-too-large");
        }
        for body in [&b"\x1f\x8b\x08gzip"[..], b"", &vec![0; 700]] {
            check(&world, "PUT", &format!("{place}/archive?path=/"), body, "invalid-upload").await;
        }
        let mut evil = tar(&[("../evil", "x")]);
        check(&world, "PUT", &format!("{place}/archive?path=/"), &evil, "invalid-upload").await;
        evil.truncate(600);
        check(&world, "PUT", &format!("{place}/archive?path=/"), &evil, "invalid-upload").await;
    }
}

#[actix_web::test]
async fn so_many_files_are_transferred_at_a_time() {
    let world = world().await;
    let mut held = Vec::new();
    ask(&world, "PUT", &format!("{}/content?path=/file", PLACES[0]), b"x").await;
    for _ in 0..32 {
        held.push(world.hold(&format!("{}/content?path=/file", PLACES[0])).await);
    }
    for place in PLACES {
        for (method, operation) in OPERATIONS {
            let address = format!("{place}{operation}?path=/file");
            check(&world, method, &address, b"", "too-many-transfers").await;
        }
    }
    drop(held);
    let read = ask(&world, "GET", &format!("{}/content?path=/file", PLACES[0]), b"").await;
    assert_eq!(read.text, "x", "a download that ends makes room");
}
