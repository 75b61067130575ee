//! nginx as a proxy that keeps whatever it may, between browsers and the gateway.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::Response;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::world::{BROWSER, PATIENCE, World, application, full};

struct Proxy {
    child: Child,
    address: SocketAddr,
    /// Where its cache is.
    _folder: tempfile::TempDir,
}

impl Proxy {
    async fn before(gateway: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Free a moment ago; nothing else of this test asks for one before it is taken.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let configuration = folder.path().join("nginx.conf");
        std::fs::write(&configuration, nginx_conf(folder.path(), address, gateway)).unwrap();
        let child = start(&configuration, folder.path());
        let mut proxy = Self { child, address, _folder: folder };
        let begin = async {
            while TcpStream::connect(address).await.is_err() {
                assert!(proxy.child.try_wait().unwrap().is_none(), "nginx has ended");
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, begin).await.expect("nginx listens");
        proxy
    }

    async fn get(&self, path: &str, headers: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n{headers}\r\n");
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut text = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut text)).await.unwrap().unwrap();
        Answer(text)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer(String);

impl Answer {
    fn status(&self) -> &str {
        &self.0[9..12]
    }

    /// Whether it came out of the cache, in the words of nginx.
    fn cache(&self) -> &str {
        self.0.lines().find_map(|line| line.strip_prefix("X-Cache: ")).unwrap_or("-")
    }

    fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").unwrap().1
    }
}

#[expect(clippy::disallowed_methods, reason = "the words of this command are the test's own")]
fn start(configuration: &Path, folder: &Path) -> Child {
    let mut command = Command::new("nginx");
    command.arg("-c").arg(configuration).arg("-p").arg(folder).arg("-e").arg(folder.join("error.log"));
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started
        .unwrap_or_else(|error| panic!("nginx does not start ({error}): install the package `nginx-light`"))
}

/// It keeps every answer for an hour that does not say otherwise, those with an error too.
fn nginx_conf(folder: &Path, listen: SocketAddr, gateway: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n\
         events {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/fastcgi;\n\
         uwsgi_temp_path {folder}/uwsgi;\nscgi_temp_path {folder}/scgi;\n\
         proxy_cache_path {folder}/cache keys_zone=kept:1m;\n\
         server {{\nlisten {listen};\nlocation / {{\nproxy_pass http://{gateway};\nproxy_set_header Host $host;\n\
         proxy_http_version 1.1;\nproxy_cache kept;\nproxy_cache_key $uri;\nproxy_cache_valid any 1h;\n\
         add_header X-Cache $upstream_cache_status always;\n}}\n}}\n}}\n"
    )
}

/// A service whose answers may be kept.
async fn service() -> SocketAddr {
    application(|request| async move {
        let text = format!("the service at {}", request.uri().path());
        Response::builder().header("cache-control", "max-age=60").body(full(text)).unwrap()
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_waiting_page_through_a_real_caching_proxy_comes_the_service_for_scripts_too() {
    let world = World::with(|plan| plan.declared.times.block = Duration::from_millis(50));
    let proxy = Proxy::before(world.address).await;
    for round in 0..2 {
        let page = proxy.get("/", BROWSER).await;
        assert_eq!((page.status(), page.cache()), ("503", "MISS"), "{round}: {}", page.0);
        for path in ["/app.js", "/style.css", "/api"] {
            let problem = proxy.get(path, "").await;
            assert_eq!((problem.status(), problem.cache()), ("503", "MISS"), "{round} {path}: {}", problem.0);
        }
    }
    world.wake(1, service().await);
    for path in ["/", "/app.js", "/style.css", "/api"] {
        let answer = proxy.get(path, BROWSER).await;
        assert_eq!(
            (answer.status(), answer.body()),
            ("200", &*format!("the service at {path}")),
            "{}",
            answer.0
        );
    }
    // And the proxy does keep what it may.
    assert_eq!(proxy.get("/app.js", "").await.cache(), "HIT");
    world.door.close();
    world.door.stand(core_monitor_application::gateway::Standing::Asleep);
    assert_eq!(proxy.get("/app.js", "").await.body(), "the service at /app.js");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_for_an_unknown_address_is_not_kept_either() {
    let world = World::with(|plan| plan.declared.paths = vec!["/app".to_owned()]);
    let proxy = Proxy::before(world.address).await;
    for headers in [BROWSER, "", BROWSER] {
        let answer = proxy.get("/other", headers).await;
        assert_eq!((answer.status(), answer.cache()), ("404", "MISS"), "{}", answer.0);
    }
}
