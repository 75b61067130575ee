//! A stack that is a whole folder: its files on the host, where containers find them.

use std::fs;

use serde_json::json;

use crate::harness::{Installation, docker};

const TAR: &str = "application/x-tar";

/// A project folder with this text in its configuration.
fn project(text: &str) -> Vec<u8> {
    let compose = "services:
  web:
    image: test/busybox:${TAG}
    command: [idle]
    stop_grace_period: 1s
    env_file: conf/web.env
    volumes:
      - ./conf/app.conf:/etc/app.conf:ro
      - ./data:/data
      - ./bin/hello:/bin/hello:ro
      - ./shared:/shared
";
    let files = [
        ("shop/compose.yaml", compose, 0o644),
        ("shop/.env", "TAG=1\n", 0o644),
        ("shop/conf/web.env", "GREETING=\"hello there\"\n", 0o600),
        ("shop/conf/app.conf", text, 0o644),
        ("shop/bin/hello", "#!/bin/sh\necho hello\n", 0o755),
        ("shop/shared/page", "a page\n", 0o644),
    ];
    let mut tar = tar::Builder::new(Vec::new());
    for (path, text, mode) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(mode);
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

fn run(container: &str, command: &[&str]) -> String {
    docker(&[&["exec", container], command].concat())
}

#[test]
fn files_follow_the_versions_and_what_containers_wrote_stays() {
    let installation = Installation::start();
    let stack = installation.create_from("folder", TAR, &project("one\n"));
    let (folder, web) = (installation.folder(&stack), format!("{}-web-1", stack.name));
    stack.apply(1).done();
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "one");
    assert_eq!(run(&web, &["hello"]), "hello", "the executable bit came along");
    assert_eq!(run(&web, &["sh", "-c", "echo $GREETING"]), "hello there");
    run(&web, &["sh", "-c", "echo rows > /data/db"]);
    let runs = stack.runs();

    let answer = installation.api.upload(
        &stack.path("/versions"),
        &[("Content-Type", TAR), ("If-Match", "*")],
        &project("two\n"),
    );
    assert_eq!(answer.expect(201)["version"]["version"], 2);
    let command = stack.apply(2).done();
    assert_eq!(fs::read_to_string(folder.join("conf/app.conf")).unwrap(), "two\n");
    assert_eq!(
        (command.effects(), stack.runs()),
        (0, runs),
        "a file's content is no reason to replace a container"
    );
    // The bind of a single file holds on to the file that was there at the start.
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "one");
    stack.ask("restart", &json!({})).done();
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "two");

    stack.ask("rollback/1", &json!({})).done();
    assert_eq!(fs::read_to_string(folder.join("conf/app.conf")).unwrap(), "one\n");
    assert_eq!(run(&web, &["cat", "/data/db"]), "rows");

    let diff = installation.api.get(&stack.path("/versions/1/diff/2")).expect(200);
    assert!(diff["text"].as_str().unwrap().contains("-one\n+two\n"), "{diff:#}");

    stack.ask("delete", &json!({"volumes": true})).done();
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["data"], "what a container wrote is not ours to remove");
    assert_eq!(fs::read_to_string(folder.join("data/db")).unwrap(), "rows\n");
}

#[test]
fn a_link_that_a_container_planted_is_not_followed() {
    let installation = Installation::start();
    let stack = installation.create_from("planted", TAR, &project("one\n"));
    let (folder, web) = (installation.folder(&stack), format!("{}-web-1", stack.name));
    stack.apply(1).done();
    let victim = folder.parent().unwrap().join("victim");
    fs::write(&victim, "precious\n").unwrap();
    run(&web, &["sh", "-c", &format!("rm /shared/page && ln -s {} /shared/page", victim.display())]);

    let command = stack.apply(1).done();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious\n");
    assert!(!folder.join("shared/page").is_symlink());
    assert_eq!(fs::read_to_string(folder.join("shared/page")).unwrap(), "a page\n");
    let notes = command.body["result"]["notes"].to_string();
    assert!(notes.contains("`shared/page`"), "{notes}");

    run(&web, &["sh", "-c", "rm /shared/page && mkdir /shared/page"]);
    let command = stack.apply(1);
    assert_eq!(command.failed("FOLDER_BLOCKED")["subject"], "shared/page");
    run(&web, &["rmdir", "/shared/page"]);
    assert_eq!(command.retry().status(), "DONE");
}

#[test]
fn an_archive_that_leaves_its_folder_is_refused() {
    let installation = Installation::without_worker(&[]);
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_mode(0o777);
    header.set_size(0);
    tar.append_link(&mut header, "compose.yaml", "/etc/passwd").unwrap();
    let archive = tar.into_inner().unwrap();
    let answer = installation.api.upload("/api/v1/stacks?name=evil", &[("Content-Type", TAR)], &archive);
    assert_eq!(answer.problem(422), "invalid-archive");
    assert_eq!(answer.body["errors"][0]["file"], "compose.yaml");
    assert_eq!(installation.api.get("/api/v1/stacks").expect(200)["items"], json!([]));
}
