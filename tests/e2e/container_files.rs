//! Files in containers and volumes, from a client to the engine and back, and whoever tries to get out of them.

use std::time::Duration;

use serde_json::Value;

use crate::harness::{Answer, Installation, Stack, docker, poll, stopwatch};

const OCTETS: (&str, &str) = ("Content-Type", "application/octet-stream");
const LIMIT: Duration = Duration::from_secs(30);

const DEFINITION: &str = "
services:
  web:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
    volumes: ['data:/srv/data', 'data:/srv/readonly:ro']
  locked:
    image: test/busybox:1
    command: [idle]
    stop_grace_period: 1s
    read_only: true
volumes:
  data: {}
";

fn start() -> (Installation, Stack) {
    let installation = Installation::with(&[("CORE_MONITOR_FILES_LIMIT", "80MiB")]);
    let stack = installation.create("files", DEFINITION);
    stack.apply(1).done();
    (installation, stack)
}

struct Files<'a> {
    installation: &'a Installation,
    place: String,
}

impl<'a> Files<'a> {
    fn of_container(installation: &'a Installation, stack: &Stack, service: &str) -> Self {
        Self { installation, place: format!("/api/v1/containers/{}-{service}-1/files", stack.name) }
    }

    fn of_volume(installation: &'a Installation, stack: &Stack) -> Self {
        Self { installation, place: format!("/api/v1/volumes/{}_data/files", stack.name) }
    }

    fn get(&self, path: &str) -> Answer {
        self.installation.api.get(&format!("{}{path}", self.place))
    }

    /// The bytes of a download.
    fn bytes(&self, path: &str) -> Vec<u8> {
        self.installation.api.bytes(&format!("{}{path}", self.place))
    }

    fn put(&self, path: &str, body: &[u8]) -> Answer {
        self.installation.api.put_bytes(&format!("{}{path}", self.place), &[OCTETS], body)
    }

    fn names(&self, path: &str) -> Vec<String> {
        let folder = self.get(&format!("?path={path}")).expect(200);
        assert_eq!(folder["cut"], false);
        let entries = folder["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    }

    fn entry(&self, folder: &str, name: &str) -> Value {
        let folder = self.get(&format!("?path={folder}")).expect(200);
        let mut entries = folder["entries"].as_array().unwrap().iter();
        entries.find(|entry| entry["name"] == name).unwrap_or_else(|| panic!("no {name} in {folder}")).clone()
    }
}

/// The resident memory of a process, in KiB.
fn memory(pid: rustix::process::Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap()
}

/// A tar with a symbolic link, and a file behind it.
fn archive_with_a_link(link: &str, target: &str, file: &str) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    archive.append_link(&mut header, link, target).unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_size(1);
    archive.append_data(&mut header, file, &b"x"[..]).unwrap();
    archive.into_inner().unwrap()
}

#[test]
fn files_go_into_a_container_and_come_out_as_they_were() {
    let (installation, stack) = start();
    let name = format!("{}-web-1", stack.name);
    let inside = |command: &str| docker(&["exec", &name, "sh", "-c", command]);
    for (files, folder) in [
        (Files::of_container(&installation, &stack, "web"), "/tmp"),
        (Files::of_volume(&installation, &stack), "/"),
    ] {
        let at = |name: &str| format!("{}/{name}", folder.trim_end_matches('/'));
        let real = if folder == "/" { "/srv/data".to_owned() } else { folder.to_owned() };
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(3_000_000).collect();
        let written = files.put(&format!("/content?path={}&mode=0640&uid=12&gid=34", at("BZh.bin")), &bytes);
        assert_eq!(written.expect(200)["bytes"], 3_000_000);
        assert_eq!(inside(&format!("stat -c '%a %u %g %s' {real}/BZh.bin")).trim(), "640 12 34 3000000");
        assert!(files.bytes(&format!("/content?path={}", at("BZh.bin"))) == bytes);
        files.put(&format!("/content?path={}", at("BZh.bin")), b"short").expect(200);
        assert_eq!(inside(&format!("stat -c '%a %u %g %s' {real}/BZh.bin")).trim(), "640 12 34 5");
        let entry = files.entry(folder, "BZh.bin");
        assert_eq!((&entry["mode"], &entry["uid"], &entry["size"]), (&"0640".into(), &12.into(), &5.into()));

        let archive = tar(&[("sub/one", b"1"), ("sub/deep/two", b"22")]);
        files.put(&format!("/archive?path={folder}"), &archive).expect(200);
        assert_eq!(inside(&format!("cat {real}/sub/one {real}/sub/deep/two")), "122");
        let back = files.bytes(&format!("/archive?path={}", at("sub")));
        let mut members = tar::Archive::new(back.as_slice());
        let mut names: Vec<_> = members
            .entries()
            .unwrap()
            .map(|entry| String::from_utf8_lossy(&entry.unwrap().path_bytes()).into_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["sub/", "sub/deep/", "sub/deep/two", "sub/one"]);
        assert!(files.names(folder).contains(&"sub".to_owned()));
        assert_eq!(files.names(&at("sub")), ["deep", "one"]);
    }
    // What was downloaded from a volume as a whole goes back to where it was, wherever the container has the volume.
    let volume = Files::of_volume(&installation, &stack);
    let whole = volume.bytes("/archive?path=/");
    let mut members = tar::Archive::new(whole.as_slice());
    for member in members.entries().unwrap() {
        let path = String::from_utf8_lossy(&member.unwrap().path_bytes()).into_owned();
        assert!(path.starts_with("./"), "{path}");
    }
    let before = inside("cd /srv/data && find . -exec stat -c '%n %a %u %g %s' {} + | sort");
    inside("rm -r /srv/data/sub /srv/data/BZh.bin");
    volume.put("/archive?path=/", &whole).expect(200);
    assert_eq!(inside("cd /srv/data && find . -exec stat -c '%n %a %u %g %s' {} + | sort"), before);
    // A stopped stack has files too.
    stack.ask("stop", &serde_json::json!({})).done();
    let files = Files::of_volume(&installation, &stack);
    files.put("/content?path=/sub/late", b"late").expect(200);
    assert_eq!(files.bytes("/content?path=/sub/late"), b"late");
    stack.ask("start", &serde_json::json!({})).done();
    assert_eq!(inside("cat /srv/data/sub/late"), "late");
    // Without any container, the engine shows nothing.
    docker(&["rm", "--force", &name]);
    let answer = poll("the worker has seen it", LIMIT, || {
        let answer = files.get("");
        (answer.status != 200).then_some(answer)
    });
    assert!(
        matches!(answer.problem(answer.status), "volume-not-mounted" | "container-not-found"),
        "{}",
        answer.body
    );
    poll("the volume is known without its container", LIMIT, || {
        let answer = files.get("");
        (answer.status == 409).then(|| assert_eq!(answer.problem(409), "volume-not-mounted"))
    });
}

#[test]
fn nobody_gets_out_of_a_container_by_its_files() {
    let (installation, stack) = start();
    let name = format!("{}-web-1", stack.name);
    let inside = |command: &str| docker(&["exec", &name, "sh", "-c", command]);
    inside(
        "mkdir /srv/data/in && ln -s /etc /srv/data/out && ln -s ../../../../../etc/passwd /srv/data/up && \
         ln -s loop /srv/data/loop && mkfifo /srv/data/pipe && ln -s / /tmp/root && touch /etc/canary-of-the-container",
    );
    std::fs::write(installation.data().join("canary-of-the-host"), "x").unwrap();
    let host = installation.data().display().to_string();
    let container = Files::of_container(&installation, &stack, "web");
    let volume = Files::of_volume(&installation, &stack);

    // A link in a volume leads nowhere, at its end or on the way.
    for path in ["/out", "/up", "/loop", "/pipe"] {
        assert_eq!(volume.get(&format!("/content?path={path}")).problem(409), "path-refused", "{path}");
        assert_eq!(volume.get(&format!("?path={path}")).problem(409), "path-refused", "{path}");
        assert_eq!(volume.put(&format!("/content?path={path}"), b"x").problem(409), "path-refused", "{path}");
    }
    for path in ["/out/passwd", "/loop/x", "/out/../in"] {
        let answer = volume.get(&format!("/content?path={path}"));
        assert!(matches!(answer.status, 409 | 422), "{path}: {}", answer.body);
        let answer = volume.put(&format!("/content?path={path}"), b"x");
        assert!(matches!(answer.status, 409 | 422), "{path}: {}", answer.body);
    }
    assert!(volume.entry("/", "out")["target"] == "/etc" && volume.entry("/", "out")["kind"] == "link");
    assert_eq!(volume.entry("/", "pipe")["kind"], "special");
    // In a container, a link on the way leads through the container, not the host.
    let listed = container.names("/tmp/root/etc");
    assert!(listed.contains(&"canary-of-the-container".to_owned()), "{listed:?}");
    let outside = container.get(&format!("?path=/tmp/root{host}"));
    assert_eq!(outside.problem(404), "path-not-found");
    for path in ["/proc/1/environ", "/proc/self/root/etc/shadow", "/sys/kernel/notes"] {
        assert_eq!(container.get(&format!("/content?path={path}")).problem(404), "path-not-found", "{path}");
    }
    assert_eq!(container.names("/proc"), [""; 0]);
    for path in ["../etc/passwd", "/../../etc/passwd", "/a%2F..%2F..%2Fetc", "/etc/%00", "%2e%2e"] {
        assert_eq!(container.get(&format!("/content?path={path}")).problem(422), "invalid-path", "{path}");
    }
    // Archives that are none, or want out.
    for body in [
        tar(&[("../../escape", b"x")]),
        tar(&[("in/../../escape", b"x")]),
        b"\x1f\x8b\x08\x00compressed".to_vec(),
        b"BZh91AY&SY".to_vec(),
        vec![b'x'; 2_000],
        Vec::new(),
        tar(&[("whole", b"x")])[..600].to_vec(),
    ] {
        assert_eq!(volume.put("/archive?path=/in", &body).problem(422), "invalid-upload");
    }
    assert_eq!(inside("ls /srv/data /srv | grep -c escape || true").trim(), "0");
    // An archive does not lead out of a volume by a link that is there, nor by one that it brings along.
    for body in [
        tar(&[("out/written", b"x")]),
        tar(&[("in/fine", b"x"), ("out/deep/written", b"x")]),
        archive_with_a_link("lnk", "/etc", "lnk/written"),
    ] {
        let answer = volume.put("/archive?path=/", &body);
        assert!(matches!(answer.status, 409 | 422), "{}", answer.body);
    }
    assert_eq!(inside("ls /etc /etc/deep 2>/dev/null | grep -c written || true").trim(), "0");
    volume.put("/archive?path=/", &tar(&[("in/deeper/fine", b"x")])).expect(200);
    for path in ["/proc/written", "/dev/null", "/sys/written"] {
        assert_eq!(
            container.put(&format!("/content?path={path}"), b"x").problem(409),
            "path-refused",
            "{path}"
        );
    }
    // Nothing is written where nothing may be.
    let locked = Files::of_container(&installation, &stack, "locked");
    for (files, path) in [(&locked, "/tmp/x"), (&container, "/srv/readonly/x")] {
        let answer = files.put(&format!("/content?path={path}"), b"x");
        assert_eq!(
            (answer.problem(409), &answer.body["message"]["code"]),
            ("path-refused", &"read_only".into())
        );
    }
    // The engine's own folders are nobody's business.
    let everything = format!("{}{}", installation.said(), volume.get("?path=/loop/x").body);
    assert!(!everything.contains("overlay2"), "{everything}");
}

#[test]
fn names_that_are_no_text_are_shown_and_downloaded_with_their_folder() {
    let (installation, stack) = start();
    let name = format!("{}-web-1", stack.name);
    let inside = |command: &str| docker(&["exec", &name, "sh", "-c", command]);
    inside(
        r#"odd=$(printf 'a\377b'); mkdir "/tmp/odd" "/tmp/odd/$odd" && echo kept > "/tmp/odd/$odd/$odd" && touch /tmp/odd/plain"#,
    );
    let files = Files::of_container(&installation, &stack, "web");
    assert_eq!(files.names("/tmp/odd"), ["a\u{fffd}b", "plain"]);
    assert_eq!(files.entry("/tmp/odd", "a\u{fffd}b")["name_replaced"], true);
    assert_eq!(files.entry("/tmp/odd", "plain")["name_replaced"], false);
    let bytes = files.bytes("/archive?path=/tmp/odd");
    let mut archive = tar::Archive::new(bytes.as_slice());
    let mut found = None;
    for member in archive.entries().unwrap() {
        let mut member = member.unwrap();
        if member.path_bytes().ends_with(b"a\xffb/a\xffb") {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut member, &mut text).unwrap();
            found = Some(text);
        }
    }
    assert_eq!(found.as_deref(), Some("kept\n"));
    // It cannot be named: neither as it is, nor as it is shown.
    for path in ["/tmp/odd/a%FFb", "/tmp/odd/a%EF%BF%BDb"] {
        let answer = files.get(&format!("/content?path={path}"));
        assert!(matches!(answer.status, 400 | 404), "{}", answer.body);
    }
}

#[test]
fn large_files_pass_with_flat_memory_and_many_entries_are_cut() {
    let (mut installation, stack) = start();
    let name = format!("{}-web-1", stack.name);
    let inside = |command: &str| docker(&["exec", &name, "sh", "-c", command]);
    let (server, worker) = (installation.server().pid(), installation.worker().pid());
    let files = Files::of_container(&installation, &stack, "web");
    files.put("/content?path=/tmp/warm", &vec![1; 8 << 20]).expect(200);
    assert_eq!(files.bytes("/content?path=/tmp/warm").len(), 8 << 20);
    let before = (memory(server), memory(worker));
    let content = vec![7; 64 << 20];
    files.put("/content?path=/tmp/large", &content).expect(200);
    assert!(files.bytes("/content?path=/tmp/large") == content);
    assert!(files.bytes("/archive?path=/tmp/large").len() > content.len());
    let after = (memory(server), memory(worker));
    let grown = (after.0.saturating_sub(before.0), after.1.saturating_sub(before.1));
    assert!(grown.0 < 24 << 10 && grown.1 < 24 << 10, "server and worker have grown by {grown:?} KiB");

    // More than may be listed, and more than may be fetched.
    inside("mkdir /tmp/many && cd /tmp/many && seq 6000 | xargs touch");
    let (many, took) = stopwatch(|| files.get("?path=/tmp/many").expect(200));
    assert_eq!((many["entries"].as_array().unwrap().len(), &many["cut"]), (5_000, &true.into()));
    assert!(took < LIMIT, "{took:?}");
    inside("head -c 90000000 /dev/zero > /tmp/huge");
    let huge = files.get("/content?path=/tmp/huge");
    assert_eq!(
        (huge.problem(409), &huge.body["message"]["code"]),
        ("path-refused", &"transfer_too_large".into())
    );

    // The worker is killed in the middle of an upload: the client is told, and nothing is left behind that says otherwise.
    installation.worker().kill();
    let away = Files::of_container(&installation, &stack, "web").put("/content?path=/tmp/late", b"x");
    assert_eq!(away.problem(503), "worker-away");
}
