//! The demonstration of previews: a real Next.js site for each project, launched by one command, behind real Traefik and the gateway.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::harness::web::{connect, get};
use crate::harness::{Installation, Stack, command, free_port, poll, script, unique};

/// How long something may take that nobody can wait for otherwise: a page is compiled when it is asked for the first time.
const LIMIT: Duration = Duration::from_mins(3);

/// Short enough to see it, and longer than what is done between two requests.
const IDLE: &str = "10s";

/// The two hosts of one project.
const SLEEPS: &str = "blog.preview.localhost";
const LABELLED: &str = "blog.labels.localhost";

/// The command, with an installation, ports and names of its own. Dropping it takes everything down again.
struct Demo<'a> {
    installation: &'a Installation,
    folder: &'a Path,
    gateway: String,
    traefik_port: String,
    template: String,
}

impl<'a> Demo<'a> {
    fn new(installation: &'a Installation, folder: &'a Path, gateway: String) -> Self {
        let (traefik_port, template) = (free_port().to_string(), unique("preview-"));
        Self { installation, folder, gateway, traefik_port, template }
    }

    fn run(&self, action: &str) -> Output {
        command(script("../deploy/demo/previews/demo.sh"))
            .arg(action)
            .env("CORE_MONITOR_URL", format!("http://{}", self.installation.api.address()))
            .env("CORE_MONITOR_TOKEN", self.installation.api.token())
            .env("PREVIEWS_GATEWAY", &self.gateway)
            .env("PREVIEWS_STATE", self.folder.join("state"))
            .env("PREVIEWS_PROJECTS", self.folder.join("projects"))
            .env("PREVIEWS_PORT", &self.traefik_port)
            .env("PREVIEWS_TEMPLATE", &self.template)
            .env("PREVIEWS_IDLE", IDLE)
            .env("PREVIEWS_GRACE", "1s")
            .output()
            .unwrap()
    }

    /// Runs the command, which must succeed; what it prints.
    #[track_caller]
    fn done(&self, action: &str) -> String {
        let output = self.run(action);
        self.remember();
        assert!(output.status.success(), "{action}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What is left of the instances is removed in the end, whatever becomes of the test.
    fn remember(&self) {
        for template in self.templates() {
            let listed = self.installation.api.get(&format!("/api/v1/templates/{template}/instances"));
            for instance in listed.body["items"].as_array().into_iter().flatten() {
                self.installation.clean_up(instance["stack_id"].as_str().unwrap());
            }
        }
    }

    /// The template whose instances sleep, and the one with labels.
    fn templates(&self) -> [String; 2] {
        [self.template.clone(), format!("labels-{}", self.template)]
    }

    /// The stack of an instance that is there.
    #[track_caller]
    fn stack(&self, template: &str, key: &str) -> Stack {
        let path = format!("/api/v1/templates/{template}/instances/{key}");
        let shown = self.installation.api.get(&path).expect(200);
        let id = shown["stack_id"].as_str().unwrap().to_owned();
        Stack { api: Arc::clone(&self.installation.api), id, name: format!("{template}-{key}") }
    }

    fn is_gone(&self, template: &str, key: &str) -> bool {
        self.installation.api.get(&format!("/api/v1/templates/{template}/instances/{key}")).status == 404
    }

    fn traefik(&self) -> String {
        format!("127.0.0.1:{}", self.traefik_port)
    }

    fn site(&self, key: &str) -> PathBuf {
        self.folder.join("projects").join(key).join("site")
    }

    /// Replaces a text of the first page of a site.
    fn edit(&self, key: &str, from: &str, to: &str) {
        let page = self.site(key).join("app/page.js");
        let text = fs::read_to_string(&page).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&page, text.replace(from, to)).unwrap();
    }
}

impl Drop for Demo<'_> {
    fn drop(&mut self) {
        let _ = self.run("down");
    }
}

/// The page of a host once it has this text.
#[track_caller]
fn page(address: &str, host: &str, text: &str) -> String {
    poll(&format!("`{text}` of {host} at {address}"), LIMIT, || {
        get(address, host, "/", &[])
            .ok()
            .filter(|answer| answer.status == 200 && answer.body.contains(text))
            .map(|answer| answer.body)
    })
}

/// The connection over which a page in a browser is told that the site has changed.
struct Changes {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Changes {
    /// Upgrades to a WebSocket as a browser does that shows the page.
    #[track_caller]
    fn listen(address: &str, host: &str) -> Self {
        let mut stream = connect(address).unwrap();
        let request = format!(
            "GET /_next/webpack-hmr HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut changes = Self { stream, read: Vec::new() };
        changes.hear("\r\n\r\n");
        let answer = String::from_utf8_lossy(&changes.read).into_owned();
        assert!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
        changes
    }

    /// Reads until this was said. What a server sends over a WebSocket is not masked.
    #[track_caller]
    fn hear(&mut self, text: &str) {
        let mut piece = [0; 4096];
        while !String::from_utf8_lossy(&self.read).contains(text) {
            let count = self.stream.read(&mut piece).unwrap();
            assert_ne!(count, 0, "closed before `{text}`: {}", String::from_utf8_lossy(&self.read));
            self.read.extend(&piece[..count]);
        }
    }
}

/// How many containers, networks and volumes a stack has.
fn left(stack: &Stack) -> [usize; 3] {
    [stack.containers().len(), stack.networks().len(), stack.volumes().len()]
}

#[test]
fn previews_reload_sleep_wake_and_end_with_their_project() {
    let folder = TempDir::with_prefix("core-monitor-previews-").unwrap();
    fs::create_dir(folder.path().join("projects")).unwrap();
    let roots = format!("projects={}", folder.path().join("projects").display());
    let installation = Installation::with(&[("CORE_MONITOR_MOUNT_ROOTS", roots.as_str())]);
    let (_gateway, gateway) = installation.start_gateway();
    let demo = Demo::new(&installation, folder.path(), gateway.clone());
    let said = demo.done("up");
    assert!(said.contains(&format!("http://{SLEEPS}:{}/", demo.traefik_port)), "{said}");

    let traefik = demo.traefik();
    // Both at once, since both are compiled now.
    let seen = thread::scope(|scope| {
        let direct = scope.spawn(|| page(&traefik, LABELLED, "Hello from blog"));
        let seen = page(&traefik, SLEEPS, "Hello from blog");
        direct.join().unwrap();
        seen
    });
    assert!(seen.contains(&format!("http://{SLEEPS}:{}", demo.traefik_port)), "its own address: {seen}");
    assert!(seen.contains("32 characters that only the server knows"), "a secret was generated: {seen}");

    // Who looks at the page sees what is edited, whichever way it is reached.
    let mut changes = Changes::listen(&gateway, SLEEPS);
    changes.hear("\"action\":\"sync\"");
    demo.edit("blog", "Hello from", "Good evening from");
    changes.hear("serverComponentChanges");
    page(&gateway, SLEEPS, "Good evening from blog");
    page(&traefik, LABELLED, "Good evening from blog");
    let mut files: Vec<_> =
        fs::read_dir(demo.site("blog")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["app", "next.config.mjs", "package.json"], "nothing was built into the project");

    // Nobody looks any more.
    drop(changes);
    let [sleeping, labelled] = demo.templates();
    let (blog, direct) = (demo.stack(&sleeping, "blog"), demo.stack(&labelled, "blog"));
    poll("the preview sleeps", LIMIT, || (blog.status()["state"] == "asleep").then_some(()));
    assert_eq!(blog.container("site-1")["State"]["Running"], false);
    assert_eq!(direct.container("site-1")["State"]["Running"], true, "only what has `on-demand` sleeps");
    let browser = [("Accept", "text/html,application/xhtml+xml")];
    let waiting = get(&traefik, SLEEPS, "/", &browser).unwrap();
    assert_eq!((waiting.status, waiting.header("content-type")), (503, Some("text/html; charset=utf-8")));
    page(&traefik, SLEEPS, "Good evening from blog");

    // The project is gone, and so is what was made for it.
    fs::remove_dir_all(folder.path().join("projects/blog")).unwrap();
    demo.done("keys");
    for template in [&sleeping, &labelled] {
        poll("the preview is removed", LIMIT, || demo.is_gone(template, "blog").then_some(()));
    }
    assert_eq!((left(&blog), left(&direct)), ([0; 3], [0; 3]));
    poll("Traefik has no router for it", LIMIT, || {
        (get(&traefik, LABELLED, "/", &[]).ok()?.status == 404).then_some(())
    });

    // The other project still has its preview.
    let shop = demo.stack(&sleeping, "shop");
    assert_ne!(left(&shop), [0; 3]);
    demo.done("down");
    assert_eq!(left(&shop), [0; 3]);
    assert!(!folder.path().join("state").exists() && get(&traefik, LABELLED, "/", &[]).is_err());
}
