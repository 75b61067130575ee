//! Who gets what from a service that is not awake.

use std::time::Duration;

use core_monitor_application::gateway::Standing;
use core_monitor_domain::on_demand::house::StartFailure;

use crate::world::World;

const CHROME: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
const SOCKET: &str =
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// What is asked, and what is answered while the service sleeps and after a start has failed: status, type, problem, whether it may be
/// kept, after how long to ask again, and whether the service was woken.
const GOLDEN: &str = "\
navigation         | 503 html no-store 5 woken                             | 503 html no-store 60 woken
head of navigation | 503 html no-store 5 woken                             | 503 html no-store 60 woken
navigation alone   | 503 html no-store 5 woken                             | 503 html no-store 60 woken
plain HTTP browser | 503 html no-store 5 woken                             | 503 html no-store 60 woken
frame              | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
fetch              | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
script             | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
image              | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
curl               | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
git                | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
events             | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
websocket          | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
form               | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
put                | 503 problem+json service-starting no-store 5 woken    | 503 problem+json start-failed no-store 60 -
prefetch           | 503 problem+json not-woken no-store 5 -               | 503 problem+json not-woken no-store 5 -
monitor            | 503 problem+json not-woken no-store 5 -               | 503 problem+json not-woken no-store 5 -
icon               | 503 problem+json not-woken no-store 5 -               | 503 problem+json not-woken no-store 5 -
";

fn asked(who: &str) -> (&'static str, String) {
    let sec = |mode: &str, dest: &str, accept: &str| {
        format!("Sec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {dest}\r\nAccept: {accept}\r\n")
    };
    match who {
        "navigation" => ("GET /", sec("navigate", "document", CHROME)),
        "head of navigation" => ("HEAD /", sec("navigate", "document", CHROME)),
        "navigation alone" => ("GET /", format!("Sec-Fetch-Mode: navigate\r\nAccept: {CHROME}\r\n")),
        "plain HTTP browser" => ("GET /", format!("Accept: {CHROME}\r\n")),
        "frame" => ("GET /", sec("navigate", "iframe", CHROME)),
        "fetch" => ("GET /api", sec("cors", "empty", "*/*")),
        "script" => ("GET /app.js", sec("no-cors", "script", "*/*")),
        "image" => ("GET /a.png", sec("no-cors", "image", "image/avif,image/webp,*/*;q=0.8")),
        "curl" => ("GET /", "Accept: */*\r\nUser-Agent: curl/8.5.0\r\n".to_owned()),
        "git" => (
            "GET /a.git/info/refs?service=git-upload-pack",
            "Accept: */*\r\nUser-Agent: git/2.39\r\n".to_owned(),
        ),
        "events" => ("GET /events", "Accept: text/event-stream\r\n".to_owned()),
        "websocket" => ("GET /socket", SOCKET.to_owned()),
        "form" => ("POST /", format!("Content-Length: 0\r\n{}", sec("navigate", "document", CHROME))),
        "put" => ("PUT /a", format!("Content-Length: 0\r\nAccept: {CHROME}\r\n")),
        "prefetch" => ("GET /", format!("Sec-Purpose: prefetch\r\n{}", sec("navigate", "document", CHROME))),
        "monitor" => ("GET /", format!("User-Agent: Uptime-Kuma/1.0\r\nAccept: {CHROME}\r\n")),
        "icon" => ("GET /favicon.ico", sec("no-cors", "image", "image/avif,*/*")),
        _ => panic!("{who}"),
    }
}

/// What is answered to a request, in the words of the table.
async fn answered(who: &str, standing: impl Fn(&World) -> Standing) -> String {
    let mut world = World::with(|plan| plan.declared.times.block = Duration::from_millis(100));
    world.door.stand(standing(&world));
    let (line, headers) = asked(who);
    // Of a WebSocket, `Connection` says both.
    let connection = if who == "websocket" { "Upgrade, close" } else { "close" };
    let head = format!("{line} HTTP/1.1\r\nHost: shop.test\r\nConnection: {connection}\r\n{headers}\r\n");
    let answer = world.raw(&head).await;
    let header = |name: &str| {
        let line = answer.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
    };
    let kind = header("content-type").replace("application/", "").replace("text/html; charset=utf-8", "html");
    let problem =
        answer.split_once("urn:core-monitor:problem:").map(|(_, rest)| rest.split_once('"').unwrap().0);
    let woken = if world.knocks.try_recv().is_ok() { "woken" } else { "-" };
    for name in
        ["cdn-cache-control", "vary", "x-content-type-options", "x-robots-tag", "content-security-policy"]
    {
        header(name);
    }
    let parts = [
        Some(answer[9..12].to_owned()),
        Some(kind),
        problem.map(str::to_owned),
        Some(header("cache-control")),
        Some(header("retry-after")),
        Some(woken.to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_negotiation_matrix_gives_everybody_what_they_can_make_something_of() {
    for row in GOLDEN.lines() {
        let mut cells = row.split('|').map(str::trim);
        let who = cells.next().unwrap();
        let asleep = answered(who, |_| Standing::Asleep).await;
        let failed = answered(who, |_| Standing::Failed {
            why: StartFailure::Unhealthy,
            lines: Vec::new(),
            until: Duration::from_millis(59_900),
        })
        .await;
        assert_eq!([Some(&*asleep), Some(&*failed)], [cells.next(), cells.next()], "{who}");
    }
}
