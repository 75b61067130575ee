use core_monitor_application::gateway::{KnockKind, Progress, Standing};
use core_monitor_domain::on_demand::house::StartFailure;
use core_monitor_domain::ports::IdSource as _;
use core_monitor_simulation::ids::SeededIdSource;
use std::time::Duration;

use base64::Engine as _;
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::world::{PATIENCE, World, get, mirror};

/// The token that the gateway of the tests has drawn.
fn token() -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&SeededIdSource::new(7).secret()[..18])
}

fn starting(start: u64, running: bool) -> Standing {
    let usual = Some((Duration::from_secs(12), Duration::from_secs(20)));
    Standing::Starting(Progress { start, since: Duration::ZERO, running, usual })
}

#[tokio::test]
async fn a_page_sees_each_step_of_a_start_and_wakes_nothing() {
    let mut world = World::new();
    let mut client = world.client().await;
    let path = format!("/.core-monitor/{}/events", token());
    let answer = client.send_request(get(&path)).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut events = answer.into_body();
    let mut next = async || {
        let frame = timeout(PATIENCE, events.frame()).await.unwrap().unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    };
    assert_eq!(
        next().await,
        "data: {\"phase\":\"queued\",\"generation\":0,\"elapsed_ms\":0,\"p50_ms\":null,\"p90_ms\":null,\"reason\":null,\"lines\":[]}\n\n"
    );
    world.door.stand(starting(4, false));
    let event = next().await;
    assert!(event.contains("\"phase\":\"starting\",\"generation\":4,"), "{event}");
    assert!(event.contains("\"p50_ms\":12000,\"p90_ms\":20000"), "{event}");
    world.door.stand(starting(4, true));
    assert!(next().await.contains("\"phase\":\"waiting\""));
    world.wake(4, mirror().await);
    assert!(next().await.contains("\"phase\":\"ready\",\"generation\":4,"));
    assert_eq!(world.door.inside(), 0, "watching is not using");
    assert!(world.knocks.try_recv().is_err());
}

#[tokio::test]
async fn the_status_says_the_same_once_and_shows_no_log_unless_it_may() {
    let world = World::new();
    let until = Duration::from_secs(1000);
    world.door.stand(Standing::Failed {
        why: StartFailure::Ended(3),
        lines: vec!["secret".to_owned()],
        until,
    });
    let path = format!("/.core-monitor/{}/status", token());
    let answer = world.get(&path, "").await;
    assert!(answer.contains("\"reason\":\"it ended with exit code 3\",\"lines\":[]"), "{answer}");
    let mut face = (*world.door.face()).clone();
    face.declared.show_logs = true;
    world.door.set_face(face);
    assert!(world.get(&path, "").await.contains("\"lines\":[\"secret\"]"));
}

#[tokio::test]
async fn a_form_of_the_page_asks_for_another_try_and_no_other_site_can() {
    let mut world = World::new();
    let token = token();
    // `/cart`
    let path = format!("/.core-monitor/{token}/retry?at=L2NhcnQ");
    let post = |headers: &str, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        )
    };
    let form = format!("token={token}");
    for (headers, body) in [
        ("Sec-Fetch-Site: cross-site\r\n", form.as_str()),
        ("Origin: https://evil.test\r\n", &form),
        ("Sec-Fetch-Site: same-origin\r\n", "token=wrong"),
        ("", ""),
    ] {
        let answer = world.raw(&post(headers, body)).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{headers} {body}: {answer}");
    }
    assert!(world.knocks.try_recv().is_err());
    for headers in ["Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n", "Origin: http://shop.test\r\n"] {
        let answer = world.raw(&post(headers, &form)).await;
        assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains("location: /cart\r\n"), "{answer}");
        assert_eq!(world.knocks.recv().await.unwrap().kind, KnockKind::Again);
    }
    assert!(world.get(&path, "").await.starts_with("HTTP/1.1 405 "));
}

#[tokio::test]
async fn other_paths_that_begin_alike_are_the_applications() {
    let world = World::new();
    world.wake(1, mirror().await);
    for path in ["/.core-monitor/status", "/.core-monitor/AAAA/status"] {
        let seen = world.get(path, "").await;
        assert!(seen.contains(&format!("GET {path}\n")), "{seen}");
    }
    let answer = world
        .raw(&format!(
            "GET /.core-monitor/{}/status HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n",
            token()
        ))
        .await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "a host without services has no such path: {answer}");
}
