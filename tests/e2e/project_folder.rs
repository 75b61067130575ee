//! A stack that is a whole folder: its files on the host, where containers find them.

use std::fs;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Installation, docker, poll};

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
    tarball(&files)
}

fn tarball(files: &[(&str, &str, u32)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, text, mode) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(*mode);
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
    let web_before = stack.runs()["web-1"].0.clone();

    let answer = installation.api.upload(
        &stack.path("/versions/archive"),
        &[("Content-Type", TAR), ("If-Match", "*")],
        &project("two\n"),
    );
    assert_eq!(answer.expect(201)["version"]["version"], 2);
    let plan = stack.plan(2).to_string();
    assert!(plan.contains("its file `conf/app.conf` changed"), "{plan}");
    stack.apply(2).done();
    assert_eq!(fs::read_to_string(folder.join("conf/app.conf")).unwrap(), "two\n");
    // The bind of a single file holds on to the file that was there at the start, so only a new container sees the new one.
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "two");
    assert_ne!(stack.runs()["web-1"].0, web_before);
    assert_eq!(stack.apply(2).done().effects(), 0);

    stack.ask("rollback/1", &json!({})).done();
    assert_eq!(fs::read_to_string(folder.join("conf/app.conf")).unwrap(), "one\n");
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "one");
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

    run(&web, &["sh", "-c", "rm /shared/page && mkdir -p /shared/page/theirs"]);
    let command = stack.apply(1);
    assert_eq!(command.failed("FOLDER_BLOCKED")["subject"], "shared/page");
    // An empty folder gives way.
    run(&web, &["rmdir", "/shared/page/theirs"]);
    assert_eq!(command.retry().status(), "DONE");
}

/// One service that mounts a file, which comes with the definition or not.
fn mounting(text: Option<&str>) -> Vec<u8> {
    let compose = "services:
  web:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
    volumes: [./app.conf:/etc/app.conf:ro]
";
    let files = text.map(|text| ("app.conf", text, 0o644)).into_iter();
    tarball(&files.chain([("compose.yaml", compose, 0o644)]).collect::<Vec<_>>())
}

#[test]
fn a_file_that_is_sent_later_reaches_its_container_which_can_be_restarted() {
    let installation = Installation::start();
    let stack = installation.create_from("later", TAR, &mounting(None));
    let (folder, web) = (installation.folder(&stack), format!("{}-web-1", stack.name));
    stack.apply(1).done();
    assert!(folder.join("app.conf").is_dir(), "the engine makes a folder");
    let headers = [("Content-Type", TAR), ("If-Match", "*")];
    let answer =
        installation.api.upload(&stack.path("/versions/archive"), &headers, &mounting(Some("here\n")));
    answer.expect(201);
    let plan = stack.plan(2).to_string();
    assert!(plan.contains("its file `app.conf` changed"), "{plan}");
    stack.apply(2).done();
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "here");
    stack.ask("restart", &json!({})).done();
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "here");
}

#[test]
fn what_somebody_edits_on_the_host_is_drift_and_in_the_plan_before_it_is_overwritten() {
    let installation = Installation::start();
    let stack = installation.create_from("edited", TAR, &mounting(Some("ours\n")));
    let (folder, web) = (installation.folder(&stack), format!("{}-web-1", stack.name));
    stack.apply(1).done();
    assert_eq!(stack.status()["drift"]["drifted"], false);
    fs::write(folder.join("app.conf"), "mine\n").unwrap();
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "mine", "the same file, written in place");
    let drift = poll("the edit is drift", Duration::from_mins(1), || {
        let drift = stack.status()["drift"].clone();
        (drift["drifted"] == true).then_some(drift)
    });
    assert_eq!(drift["files"], json!([{"path": "app.conf", "edit": "changed"}]));
    let plan = stack.plan(1).to_string();
    assert!(plan.contains("somebody has changed `app.conf`"), "{plan}");
    assert!(plan.contains("its file `app.conf` changed"), "{plan}");
    stack.apply(1).done();
    assert_eq!(run(&web, &["cat", "/etc/app.conf"]), "ours");
    assert_eq!(stack.apply(1).done().effects(), 0);
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
    let answer =
        installation.api.upload("/api/v1/stacks/archive?name=evil", &[("Content-Type", TAR)], &archive);
    assert_eq!(answer.problem(422), "invalid-archive");
    assert_eq!(answer.body["errors"][0]["file"], "compose.yaml");
    assert_eq!(installation.api.get("/api/v1/stacks").expect(200)["items"], json!([]));
}
