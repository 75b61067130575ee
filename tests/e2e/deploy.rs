//! Applications that are put into running middleware.

use std::io::Write as _;

use rustix::process::Pid;
use serde_json::Value;

use crate::harness::{Installation, Stack, docker};

/// Whatever the stack has become meanwhile.
const ANY: (&str, &str) = ("If-Match", "*");

mod beside;
mod middleware;
mod troubles;

pub(crate) use middleware::war;

/// A tar with these files.
pub(crate) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// A tar whose file would land above its folder.
fn climbing() -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..16].copy_from_slice(b"../../etc/passwd");
    header.set_size(1);
    header.set_mode(0o644);
    header.set_cksum();
    archive.append(&header, &b"x"[..]).unwrap();
    archive.into_inner().unwrap()
}

/// What a program prints in a container of the stack.
#[track_caller]
pub(crate) fn within(stack: &Stack, container: &str, command: &[&str]) -> String {
    let name = format!("{}-{container}", stack.name);
    docker(&[&["exec", name.as_str()], command].concat())
}

/// A web server of busybox with a slot for its pages, one for a file of settings, and one that needs a restart.
fn definition() -> String {
    r#"
services:
  web:
    image: test/busybox:1
    command: [sh, -c, 'mkdir -p /srv/www; trap "touch /tmp/reloaded" HUP; httpd -p 80 -h /srv/www; while :; do sleep 0.1; done']
    stop_grace_period: 0s
    x-core-monitor:
      deploy:
        site:
          target: /srv/www
          form: tree
          owner: "65534:65534"
          mode: "0640"
          verify: { http: { port: 80, path: /index.html }, within: 10s }
        page:
          target: /srv/www/
          name: "*.html"
          verify: { http: { port: 80, path: /page.html }, within: 3s }
        conf: { target: /etc/web.conf, activate: { signal: HUP } }
        schema: { target: /tmp/, as: schema.sh, activate: { exec: [sh, /tmp/schema.sh] } }
        plugin: { target: /plugins/, as: plugin.so, activate: restart }
"#
    .to_owned()
}

#[test]
fn a_tree_is_put_in_without_a_restart_and_again_into_a_new_container() {
    let installation = Installation::start();
    let stack = installation.create("deploy", &definition());
    stack.apply(1).done();
    let before = stack.runs();
    let site = archive(&[("index.html", b"one"), ("css/a.css", b"body {}")]);
    let command = stack.deploy("web/site", "site.tar", &site).done();
    assert_eq!(command.body["kind"], "DEPLOY");
    assert_eq!(stack.runs(), before, "nothing was restarted");
    assert_eq!(within(&stack, "web-1", &["wget", "-qO-", "http://127.0.0.1/css/a.css"]), "body {}");
    assert_eq!(
        within(&stack, "web-1", &["stat", "-c", "%u:%g %a", "/srv/www/index.html"]),
        "65534:65534 640"
    );
    let version = stack.api.get(&stack.path("/versions/2")).expect(200);
    assert_eq!(version["artifacts"][0]["file_name"], "site.tar");
    assert_eq!(version["artifacts"][0]["files"], 2);
    assert_eq!(stack.show()["current_version"], 2);

    // Changed and added files go over the former ones.
    let site = archive(&[("index.html", b"two"), ("css/a.css", b"body {}"), ("new.html", b"new")]);
    stack.deploy("web/site", "site.tar", &site).done();
    assert_eq!(stack.runs(), before);
    assert_eq!(within(&stack, "web-1", &["cat", "/srv/www/index.html", "/srv/www/new.html"]), "twonew");

    // A tree without one of them needs a new container, which has the whole tree before it starts.
    let site = archive(&[("index.html", b"three"), ("new.html", b"new")]);
    stack.deploy("web/site", "site.tar", &site).done();
    assert_ne!(stack.runs(), before);
    assert_eq!(within(&stack, "web-1", &["find", "/srv/www", "-name", "*.css"]), "");

    // A container that somebody has removed, or that is replaced later, has it again.
    docker(&["rm", "--force", &format!("{}-web-1", stack.name)]);
    stack.apply(4).done();
    assert_eq!(within(&stack, "web-1", &["cat", "/srv/www/index.html"]), "three");
    stack
        .update(&definition().replace("stop_grace_period: 0s", "stop_grace_period: 0s\n    labels: {a: b}"))
        .done();
    assert_eq!(within(&stack, "web-1", &["cat", "/srv/www/index.html"]), "three");
    assert_eq!(stack.show()["current_version"], 5);

    // Back to the second version, whose tree has files that this one lacks.
    stack.ask("rollback/2", &serde_json::json!({})).done();
    assert_eq!(within(&stack, "web-1", &["cat", "/srv/www/index.html", "/srv/www/css/a.css"]), "onebody {}");
    assert!(stack.status()["drift"].as_array().is_none_or(Vec::is_empty), "{:#}", stack.status());
}

#[test]
fn an_artifact_that_does_not_work_is_taken_back() {
    let installation = Installation::start();
    let stack = installation.create("deploy-back", &definition());
    stack.apply(1).done();
    stack.deploy("web/page", "page.html", b"good").done();
    // It would be another file, so the request for the page finds nothing.
    let before = stack.runs();
    let failed = stack.deploy("web/page", "other.html", b"bad").ended();
    assert_eq!(failed.status(), "CANCELLED", "{:#}", failed.body);
    assert_eq!(failed.body["failure"]["code"], "DEPLOY_NOT_VERIFIED");
    let message = failed.body["failure"]["message"]["text"].as_str().unwrap().to_owned();
    assert!(message.contains("`GET /page.html` was answered with 404 instead of 200"), "{message}");
    assert_ne!(stack.runs(), before, "files of either would remain");
    assert_eq!(stack.show()["current_version"], 2);
    assert_eq!(within(&stack, "web-1", &["ls", "/srv/www"]), "page.html");
    // What failed does not stand in the way of the next one.
    stack.deploy("web/page", "page.html", b"better").done();
    assert_eq!(within(&stack, "web-1", &["cat", "/srv/www/page.html"]), "better");
    // Nor does it come back with the next definition.
    stack.deploy("web/page", "other.html", b"bad").ended();
    let saved = stack.save(&definition().replace("within: 3s", "within: 4s"));
    let version = stack.api.get(&stack.path(&format!("/versions/{saved}"))).expect(200);
    assert_eq!(version["artifacts"][0]["file_name"], "page.html", "{:#}", version["artifacts"]);
}

#[test]
fn each_way_to_activate_reaches_the_container() {
    let installation = Installation::start();
    let stack = installation.create("activate", &definition());
    stack.apply(1).done();
    let run = |stack: &Stack| stack.runs().into_values().next().unwrap();
    let first = run(&stack);
    stack.deploy("web/conf", "web.conf", b"a=1").done();
    assert_eq!(within(&stack, "web-1", &["sh", "-c", "sleep 0.5; cat /etc/web.conf /tmp/reloaded"]), "a=1");
    stack.deploy("web/schema", "one.sh", b"echo ran >>/tmp/migrated").done();
    assert_eq!(within(&stack, "web-1", &["cat", "/tmp/migrated"]), "ran");
    assert_eq!(run(&stack), first);
    stack.deploy("web/plugin", "fast.so", b"fast").done();
    let (id, started) = run(&stack);
    assert_eq!(id, first.0, "it is the same container");
    assert_ne!(started, first.1);
    let failed = stack.deploy("web/schema", "two.sh", b"echo no luck >&2; exit 3").ended();
    assert_eq!(
        (failed.status(), &failed.body["failure"]["code"]),
        ("CANCELLED", &Value::from("ACTIVATION_FAILED"))
    );
    assert!(failed.body["failure"]["logs"].to_string().contains("no luck"), "{:#}", failed.body);
    assert_eq!(within(&stack, "web-1", &["cat", "/tmp/schema.sh"]), "echo ran >>/tmp/migrated");
}

#[test]
fn what_cannot_be_deployed_is_refused_before_it_is_read() {
    let installation = Installation::start();
    let stack = installation.create("refused", &definition());
    let send = |slot: &str, file: &str, bytes: &[u8]| {
        let (service, slot) = slot.split_once('/').unwrap();
        let path = stack.path(&format!("/deploy?service={service}&slot={slot}&file_name={file}"));
        stack.api.upload(&path, &[ANY, ("Content-Type", "application/octet-stream")], bytes)
    };
    assert_eq!(send("web/page", "page.html", b"x").status, 409, "it was never applied");
    stack.apply(1).done();
    assert_eq!(send("web/nothing", "page.html", b"x").status, 404);
    assert_eq!(send("db/page", "page.html", b"x").status, 422);
    assert_eq!(send("web/page", "page.exe", b"x").status, 422);
    assert_eq!(send("web/site", "site.tar", b"no archive").status, 422);
    assert_eq!(send("web/site", "site.tar", &climbing()).status, 422);
    stack.ask("stop", &serde_json::json!({})).done();
    let stopped = send("web/page", "page.html", b"x");
    assert_eq!(stopped.status, 409, "{:#}", stopped.body);
    stack.ask("start", &serde_json::json!({})).done();
    stack.save(&definition().replace("idle", "idle "));
    let ambiguous = send("web/page", "page.html", b"x");
    assert_eq!(ambiguous.status, 409, "a version was saved and not applied: {:#}", ambiguous.body);
    assert_eq!(stack.show()["latest_version"], 2, "nothing was saved");
}

/// The highest resident memory of a process so far, in MiB.
fn peak(pid: Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_ascii_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[test]
fn a_large_artifact_takes_no_memory() {
    let mut installation = Installation::start();
    let stack = installation.create("large", &definition());
    stack.apply(1).done();
    stack.deploy("web/plugin", "plugin.so", b"small").done();
    let (server, worker) = (installation.server().pid(), installation.worker().pid());
    let before = (peak(server), peak(worker));
    let mut bytes = Vec::with_capacity(200 << 20);
    let mut state = 1_u64;
    while bytes.len() < 200 << 20 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        bytes.write_all(&state.to_be_bytes()).unwrap();
    }
    stack.deploy("web/plugin", "plugin.so", &bytes).done();
    let after = (peak(server), peak(worker));
    let size = within(&stack, "web-1", &["stat", "-c", "%s", "/plugins/plugin.so"]);
    assert_eq!(size, bytes.len().to_string());
    assert!(
        after.0 < before.0 + 32 && after.1 < before.1 + 32,
        "MiB of server and worker: {before:?}, {after:?}"
    );
}
