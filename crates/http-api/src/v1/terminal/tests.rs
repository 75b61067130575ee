//! Through the real listener, with another implementation of `WebSocket`s as the client. Time passes only when a test says so.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use core_monitor_application::server::TokenSecret;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::terminal::TerminalLimits;
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::handshake::HandshakeError;
use tungstenite::{Error, Message, WebSocket};

use crate::api::Limits;
use crate::serve::Listener;
use crate::testing::World;

mod sessions;

const JSON: (&str, &str) = ("Content-Type", "application/json");
/// Real time after which something that should happen has not.
const NEVER: Duration = Duration::from_mins(1);
/// How long a read waits before the test lets others go on.
const PAUSE: Duration = Duration::from_millis(2);

fn listen(world: &World) -> SocketAddr {
    let anywhere = ([127, 0, 0, 1], 0).into();
    let listener = Listener::over(world.shared(), anywhere, Duration::from_secs(1)).unwrap();
    let address = listener.address();
    actix_web::rt::spawn(listener.run());
    address
}

/// A ticket for a terminal in the container `web`.
async fn ticket(world: &World, body: &str) -> Value {
    let answer = world.send("POST", "/api/v1/containers/web/terminal", &[JSON], body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    answer.json()
}

struct Client {
    socket: WebSocket<TcpStream>,
    printed: Vec<u8>,
    /// The last message of the server.
    words: Value,
}

/// Connects; the status of the answer if it is no `WebSocket`. On another thread, since the server may need this one to start.
async fn connect(address: SocketAddr, path: &str, headers: &[(&'static str, &str)]) -> Result<Client, u16> {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().unwrap());
    }
    let connecting = tokio::task::spawn_blocking(move || {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(NEVER)).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => {
                socket.get_ref().set_read_timeout(Some(PAUSE)).unwrap();
                Ok(Client { socket, printed: Vec::new(), words: Value::Null })
            }
            Err(HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    });
    connecting.await.unwrap()
}

async fn open(world: &World, body: &str) -> Client {
    let ticket = ticket(world, body).await;
    connect(listen(world), ticket["path"].as_str().unwrap(), &[])
        .await
        .unwrap_or_else(|status| panic!("{status}"))
}

/// A world with a running container `web`.
async fn world(terminals: TerminalLimits) -> World {
    let world = World::with(Limits::default(), terminals).await;
    world.run_container("web").await;
    world
}

impl Client {
    fn send(&mut self, bytes: &[u8]) {
        self.socket.send(Message::binary(bytes.to_vec())).unwrap();
    }

    fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    /// Reads until `done`, and lets others go on in between.
    async fn read_until(&mut self, done: impl Fn(&Self) -> bool) {
        let reading = async {
            while !done(self) {
                match self.socket.read() {
                    Ok(Message::Binary(bytes)) => self.printed.extend_from_slice(&bytes),
                    Ok(Message::Text(text)) => self.words = serde_json::from_str(&text).unwrap(),
                    Ok(_) => {}
                    Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                        tokio::task::yield_now().await;
                    }
                    Err(other) => panic!("{other}: {}", String::from_utf8_lossy(&self.printed)),
                }
            }
        };
        tokio::time::timeout(NEVER, reading).await.expect("it comes in time");
    }

    async fn prints(&mut self, text: &str) {
        self.read_until(|client| client.printed.windows(text.len()).any(|part| part == text.as_bytes()))
            .await;
        self.printed.clear();
    }

    /// How it was closed: the code, and the last words.
    async fn closed(&mut self) -> (u16, Value) {
        let reading = async {
            loop {
                match self.socket.read() {
                    Ok(Message::Text(text)) => self.words = serde_json::from_str(&text).unwrap(),
                    Ok(Message::Close(frame)) => return frame.map_or(0, |frame| frame.code.into()),
                    Ok(_) => {}
                    Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                        tokio::task::yield_now().await;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        };
        let code = tokio::time::timeout(NEVER, reading).await.expect("it closes in time");
        // The client's half of the end.
        let _ = self.socket.flush();
        (code, self.words.take())
    }

    /// The code and the word of the last message.
    async fn ends(&mut self, code: u16, word: &str) {
        let (found, last) = self.closed().await;
        assert_eq!((found, last["error"]["code"].as_str()), (code, Some(word)), "{last}");
        assert!(!last["error"]["message"]["text"].as_str().unwrap().is_empty());
    }

    /// The same while time passes.
    async fn ends_after(&mut self, world: &World, code: u16, why: &str) {
        let passing = async {
            loop {
                world.clock.advance(Duration::from_secs(5));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::select! { () = self.ends(code, why) => {}, () = passing => {} }
    }
}

/// The audit, newest first: what, and why it ended.
async fn audit(world: &World) -> Vec<String> {
    let page = world.send("GET", "/api/v1/audit", &[], "").await;
    assert!(!page.text.contains("canary"), "{}", page.text);
    let line = |item: &Value| {
        let [action, change] = ["action", "change"].map(|key| item[key].as_str().unwrap());
        format!("{action} {change} {} {}", item["detail"]["program"], item["detail"]["reason"])
    };
    page.json()["items"].as_array().unwrap().iter().map(line).collect()
}

#[actix_web::test]
async fn a_terminal_carries_what_is_typed_and_printed_until_the_command_ends() {
    let world = world(TerminalLimits::default()).await;
    let mut client =
        open(&world, r#"{"environment": {"SECRET": "canary"}, "columns": 100, "rows": 30}"#).await;
    client.send(b"stty size\n");
    client.prints("30 100\r\n").await;
    client.say(r#"{"resize": {"columns": 132, "rows": 43}}"#);
    client.send(b"stty ");
    client.send(b"size\n");
    client.prints("43 132\r\n").await;
    client.send(b"exit 7\n");
    assert_eq!(client.closed().await, (1_000, json!({"exit": {"code": 7}})));
    assert_eq!(
        audit(&world).await[..2],
        ["open_terminal ended \"/bin/sh\" \"exited\"", "open_terminal started \"/bin/sh\" null"]
    );
}

#[actix_web::test]
async fn a_ticket_is_good_once_for_thirty_seconds_and_only_over_a_websocket_of_the_same_origin() {
    let world = world(TerminalLimits::default()).await;
    let address = listen(&world);
    let given = ticket(&world, "{}").await;
    let path = given["path"].as_str().unwrap();
    assert_eq!(given["ticket"].as_str().unwrap().len(), 43);
    let unknown = connect(address, "/api/v1/terminal?ticket=canary", &[]).await;
    assert_eq!(unknown.err(), Some(401));
    let foreign = connect(address, path, &[("Origin", "http://evil.example")]).await;
    assert_eq!(foreign.err(), Some(403));
    let plain = world.anonymous("GET", path).await;
    assert_eq!((plain.status.as_u16(), plain.code().as_str()), (426, "upgrade-required"));
    assert_eq!(
        (plain.header("upgrade"), plain.header("sec-websocket-version")),
        (Some("websocket"), Some("13"))
    );
    let other = connect(address, path, &[("Sec-WebSocket-Protocol", "chat")]).await;
    assert_eq!(other.err(), Some(426), "nothing of this has used up the ticket");
    let own = format!("http://{address}");
    let headers = [("Origin", own.as_str()), ("Sec-WebSocket-Protocol", "chat, core-monitor.terminal.v1")];
    let mut client = connect(address, path, &headers).await.unwrap_or_else(|status| panic!("{status}"));
    assert_eq!(connect(address, path, &[]).await.err(), Some(401), "it is used up");
    client.send(b"exit 0\n");
    assert_eq!(client.closed().await.0, 1_000);
    let late = ticket(&world, "{}").await;
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(
        connect(address, late["path"].as_str().unwrap(), &[]).await.err(),
        Some(401),
        "it has expired"
    );
    let none = world.anonymous("GET", "/api/v1/terminal").await;
    assert_eq!((none.status.as_u16(), none.code().as_str()), (401, "unauthorized"));
}

#[actix_web::test]
async fn a_terminal_is_closed_when_its_token_is_replaced() {
    let world = world(TerminalLimits::default()).await;
    let mut client = open(&world, "{}").await;
    let waiting = ticket(&world, "{}").await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    let secret = TokenSecret::random(world.ids.as_ref());
    world.shared().server.set_token(&Actor::server(), &"admin".parse().unwrap(), &secret).await.unwrap();
    client.ends_after(&world, 4_004, "revoked").await;
    let address = listen(&world);
    assert_eq!(
        connect(address, waiting["path"].as_str().unwrap(), &[]).await.err(),
        Some(401),
        "nor is a ticket good"
    );
}

#[actix_web::test]
async fn a_terminal_that_is_idle_or_old_is_closed() {
    let limits = TerminalLimits { idle: Duration::from_secs(30), ..TerminalLimits::default() };
    let idle = world(limits).await;
    open(&idle, "{}").await.ends_after(&idle, 4_002, "idle").await;
    let limits = TerminalLimits { age: Duration::from_secs(30), ..TerminalLimits::default() };
    let world = world(limits).await;
    open(&world, "{}").await.ends_after(&world, 4_003, "old").await;
}

#[actix_web::test]
async fn a_terminal_ends_with_words_when_something_it_needs_does() {
    let world = world(TerminalLimits::default()).await;
    let mut client = open(&world, "{}").await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    world.lose_worker();
    client.ends(4_001, "worker_away").await;
    let mut late = open(&world, "{}").await;
    late.ends(4_001, "worker_away").await;
    world.regain_worker();
    let id = world.engine().container_named("web").unwrap();
    let mut client = open(&world, "{}").await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    world.engine().kill(&id);
    client.ends(4_000, "container_stopped").await;
    let mut late = open(&world, "{}").await;
    late.ends(4_000, "container_stopped").await;
}

#[actix_web::test]
async fn a_terminal_ends_with_words_when_the_server_stops() {
    let world = world(TerminalLimits::default()).await;
    let mut client = open(&world, "{}").await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    world.stopping.cancel();
    client.ends(1_001, "stopping").await;
}

#[actix_web::test]
async fn a_client_that_misuses_a_terminal_is_told_what_was_wrong() {
    let world = world(TerminalLimits::default()).await;
    for text in [
        "",
        "ls",
        "{}",
        r#"{"resize": {"columns": 0, "rows": 1}}"#,
        r#"{"resize": {"columns": 1, "rows": 1, "x": 1}}"#,
    ] {
        let mut client = open(&world, "{}").await;
        client.say(text);
        client.ends(1_002, "misused").await;
    }
    let mut client = open(&world, "{}").await;
    // The server may refuse it before it has all of it.
    let _ = client.socket.send(Message::binary(vec![b'x'; (1 << 20) + 1]));
    client.ends(1_009, "too_large").await;
}

#[actix_web::test]
async fn a_client_that_leaves_makes_room_and_hangs_up_the_command() {
    let world = world(TerminalLimits { per_caller: 1, ..TerminalLimits::default() }).await;
    let mut client = open(&world, "{}").await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    let refused = world.send("POST", "/api/v1/containers/web/terminal", &[JSON], "{}").await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "too-many-terminals"));
    assert_eq!(refused.header("retry-after"), Some("30"));
    let busy = world.send("POST", "/api/v1/containers/web/exec", &[JSON], r#"{"command": ["true"]}"#).await;
    assert_eq!(busy.code(), "too-many-terminals");
    drop(client);
    let id = world.engine().container_named("web").unwrap();
    let left = async {
        while world.engine().followers(&id) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(NEVER, left).await.expect("the command is hung up");
    let recorded = async {
        while !audit(&world).await[0].ends_with("\"left\"") {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(NEVER, recorded).await.expect("it is recorded");
    ticket(&world, "{}").await;
}

#[actix_web::test]
async fn a_client_that_answers_no_ping_is_gone() {
    let world = world(TerminalLimits::default()).await;
    let mut client = open(&world, "{}").await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    let id = world.engine().container_named("web").unwrap();
    let silent = async {
        while world.engine().followers(&id) > 0 {
            world.clock.advance(Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(NEVER, silent).await.expect("it is given up");
    drop(client);
}

#[actix_web::test]
async fn what_cannot_be_opened_is_refused() {
    let world = world(TerminalLimits::default()).await;
    let code = async |path: &str, body: &str| {
        let answer = world.send("POST", &format!("/api/v1/containers/{path}"), &[JSON], body).await;
        answer.code()
    };
    let id = world.engine().container_named("web").unwrap();
    world.see_container(&"c1".into(), "foreign", |found| found.owner = None).await;
    world.see_container(&"c2".into(), "other", |found| found.ours = false).await;
    world.see_container(&"c3".into(), "monitor", |found| found.component = true).await;
    for name in ["foreign", "other", "monitor", "nobody", "c1", &id.as_str()[..12]] {
        assert_eq!(code(&format!("{name}/terminal"), "{}").await, "container-not-found", "{name}");
        let body = r#"{"command": ["true"]}"#;
        assert_eq!(code(&format!("{name}/exec"), body).await, "container-not-found", "{name}");
        let listed = world.send("GET", &format!("/api/v1/containers/{name}/top"), &[], "").await;
        assert_eq!(listed.code(), "container-not-found", "{name}");
    }
    world.see_container(&"c4".into(), "stopped", |found| found.up = false).await;
    assert_eq!(code("stopped/terminal", "{}").await, "container-not-running");
    assert_eq!(code("stopped/exec", r#"{"command": ["true"]}"#).await, "container-not-running");
    assert_eq!(
        world.send("GET", "/api/v1/containers/stopped/top", &[], "").await.code(),
        "container-not-running"
    );
    assert_eq!(code("web/terminal", r#"{"command": []}"#).await, "invalid-exec");
    assert_eq!(code("web/terminal", r#"{"columns": 0}"#).await, "invalid-exec");
    assert_eq!(code("web/terminal", r#"{"workdir": "../etc"}"#).await, "invalid-exec");
    assert_eq!(code("web/exec", r#"{"command": ["a\u0000b"]}"#).await, "invalid-exec");
    assert_eq!(code("web/exec", r#"{"command": ["true"], "timeout_seconds": 601}"#).await, "invalid-exec");
    assert_eq!(code("web/terminal", r#"{"privileged": true}"#).await, "invalid-request");
    assert_eq!(audit(&world).await.len(), 1, "nothing was started");
}

#[actix_web::test]
async fn an_installation_can_do_without_terminals() {
    let world = world(TerminalLimits { allowed: false, ..TerminalLimits::default() }).await;
    let refused = world.send("POST", "/api/v1/containers/web/terminal", &[JSON], "{}").await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (403, "terminals-off"));
    let refused =
        world.send("POST", "/api/v1/containers/web/exec", &[JSON], r#"{"command": ["true"]}"#).await;
    assert_eq!(refused.code(), "terminals-off");
    assert_eq!(world.send("GET", "/api/v1/containers/web/top", &[], "").await.status.as_u16(), 200);
}

#[actix_web::test]
async fn a_command_without_a_terminal_answers_with_what_it_wrote() {
    let world = world(TerminalLimits::default()).await;
    let exec = async |body: Value| {
        world.send("POST", "/api/v1/containers/web/exec", &[JSON], &body.to_string()).await.json()
    };
    let text = |result: &Value, output: &str| result[output]["text"].as_str().map(str::to_owned);
    let both = exec(json!({"command": ["sh", "-c", "echo one; echo two >&2"]})).await;
    assert_eq!((text(&both, "stdout"), text(&both, "stderr")), (Some("one\n".into()), Some("two\n".into())));
    assert_eq!((&both["exit_code"], &both["timed_out"]), (&json!(0), &json!(false)));
    let failed = exec(json!({"command": ["sh", "-c", "exit 3"]})).await;
    assert_eq!(failed["exit_code"], json!(3));
    let copied = exec(json!({"command": ["cat"], "stdin": "canary ".repeat(100_000)})).await;
    assert_eq!(text(&copied, "stdout").unwrap().len(), 700_000);
    assert_eq!(copied["exit_code"], json!(0), "its input has ended");
    let body = json!({"command": ["sleep", "canary"], "timeout_seconds": 5}).to_string();
    let slow = world.send("POST", "/api/v1/containers/web/exec", &[JSON], &body);
    let passing = async {
        world.somebody_waits().await;
        world.clock.advance(Duration::from_secs(5));
    };
    let (slow, ()) = futures::join!(slow, passing);
    assert_eq!((&slow.json()["timed_out"], &slow.json()["exit_code"]), (&json!(true), &Value::Null));
    assert_eq!(
        audit(&world).await[..2],
        ["exec_in_container ended \"sleep\" \"timed_out\"", "exec_in_container started \"sleep\" null"]
    );
}

#[actix_web::test]
async fn a_command_that_cannot_be_started_is_refused_in_our_words() {
    let world = world(TerminalLimits::default()).await;
    let exec = async |body: Value| {
        world.send("POST", "/api/v1/containers/web/exec", &[JSON], &body.to_string()).await
    };
    let missing = exec(json!({"command": ["no-such-command"]})).await;
    assert_eq!((missing.status.as_u16(), missing.code().as_str()), (422, "program-not-found"));
    assert!(!missing.text.contains("OCI"), "{}", missing.text);
    for body in [
        json!({"command": ["/etc"]}),
        json!({"command": ["true"], "workdir": "/no-such-folder"}),
        json!({"command": ["true"], "user": "nobody-here"}),
    ] {
        let refused = exec(body).await;
        assert_eq!(refused.code(), "command-not-started", "{}", refused.text);
    }
    assert_eq!(
        audit(&world).await[..2],
        ["exec_in_container ended \"true\" \"not_started\"", "exec_in_container started \"true\" null"]
    );
}

#[actix_web::test]
async fn processes_are_listed() {
    let world = world(TerminalLimits::default()).await;
    let list = world.send("GET", "/api/v1/containers/web/top", &[], "").await.json();
    assert_eq!(list["titles"][7], "CMD");
    assert_eq!(list["processes"].as_array().unwrap().len(), 1);
}
