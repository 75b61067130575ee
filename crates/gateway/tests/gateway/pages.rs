use core_monitor_application::gateway::{KnockKind, Progress, Standing};
use core_monitor_domain::command::PowerCause;
use core_monitor_domain::on_demand::house::StartFailure;
use core_monitor_domain::ports::IdSource as _;
use core_monitor_simulation::ids::SeededIdSource;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use core_monitor_gateway_proxy::ThemedPages;
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::world::{BROWSER, PATIENCE, World, get, mirror};

/// The token that the gateway of the tests has drawn.
fn token() -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&SeededIdSource::new(7).secret()[..18])
}

fn starting(start: u64, running: bool) -> Standing {
    let usual = Some((Duration::from_secs(12), Duration::from_secs(20)));
    Standing::Starting(Progress { start, since: Duration::ZERO, begun: true, running, usual })
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
async fn a_page_of_a_service_that_is_removed_loads_its_address_again_and_whoever_waits_is_told() {
    let world = World::new();
    let waiting = world.get("/", "");
    let removing = async {
        let mut waits = world.door.standing();
        while world.door.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        world.door.stand(Standing::Gone);
        waits.changed().await.unwrap();
    };
    let (answer, ()) = tokio::join!(waiting, removing);
    assert!(answer.starts_with("HTTP/1.1 404 ") && answer.contains("was removed"), "{answer}");
    let status = world.get(&format!("/.core-monitor/{}/status", token()), "").await;
    assert!(status.contains("\"phase\":\"ready\""), "{status}");
}

#[tokio::test]
async fn a_start_that_no_worker_has_begun_is_queued() {
    let world = World::new();
    let Standing::Starting(progress) = starting(4, false) else { unreachable!() };
    world.door.stand(Standing::Starting(Progress { begun: false, ..progress }));
    let status = world.get(&format!("/.core-monitor/{}/status", token()), "").await;
    assert!(status.contains("\"phase\":\"queued\",\"generation\":4,"), "{status}");
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
    assert!(answer.contains("\"reason\":\"It ended with exit code 3.\",\"lines\":[]"), "{answer}");
    let mut face = (*world.door.face()).clone();
    face.declared.show_logs = true;
    world.door.set_face(face);
    assert!(world.get(&path, "").await.contains("\"lines\":[\"secret\"]"));
}

#[tokio::test]
async fn a_form_of_the_page_asks_for_another_try_and_no_other_site_can() {
    // Its page is shown at `/cart?…`, which belongs to the service as `/cart` does.
    let mut world = World::with(|plan| plan.declared.paths = vec!["/cart".to_owned()]);
    let token = token();
    let at = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode("/cart?item=1&x=2");
    let path = format!("/.core-monitor/{token}/retry?at={at}");
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
        assert!(
            answer.starts_with("HTTP/1.1 303 ") && answer.contains("location: /cart?item=1&x=2\r\n"),
            "{answer}"
        );
        let knock = world.knocks.recv().await.unwrap();
        assert_eq!(knock.kind, KnockKind::Again);
        let path = PowerCause::request("web".parse().unwrap(), "shop.test", "/cart");
        assert_eq!(knock.cause, path, "a query may have secrets, and a cause is shown");
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

/// The value of an attribute of a page, as it is meant.
fn attribute(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("no {name} in {html}"));
    rest.split_once('"').unwrap().0.replace("&amp;", "&")
}

fn failed(why: StartFailure) -> Standing {
    Standing::Failed { why, lines: vec!["a line".to_owned()], until: Duration::from_secs(1000) }
}

#[tokio::test]
async fn trying_again_leads_back_to_the_same_path_and_query() {
    let world = World::with(|plan| plan.pages = Arc::new(ThemedPages::default()));
    world.door.stand(failed(StartFailure::Ended(3)));
    for at in ["/cart?item=1&x=%2F%2Fa.example", "/?", "/a//b?c=https://evil.example", "/plain"] {
        let page = world.get(at, BROWSER).await;
        assert!(page.starts_with("HTTP/1.1 503 "), "{page}");
        let form = format!("token={}", attribute(&page, "name=\"token\" value"));
        let answer = world
            .raw(&format!(
                "POST {} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{form}",
                attribute(&page, "action"),
                form.len()
            ))
            .await;
        assert!(answer.contains(&format!("location: {at}\r\n")), "{at}: {answer}");
    }
    // A browser takes this for another host.
    let page = world.get("//evil.example/?a", BROWSER).await;
    let form = format!("token={}", attribute(&page, "name=\"token\" value"));
    let post = format!(
        "POST {} HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{form}",
        attribute(&page, "action"),
        form.len()
    );
    assert!(world.raw(&post).await.contains("location: /\r\n"));
}

#[tokio::test]
async fn a_french_visitor_reads_the_reason_in_french_on_the_page_and_in_what_its_script_hears() {
    let world = World::with(|plan| plan.pages = Arc::new(ThemedPages::default()));
    let french = format!("{BROWSER}Accept-Language: fr-CA,en;q=0.5\r\n");
    world.door.stand(failed(StartFailure::Command("no such image: shop/web".to_owned())));
    let page = world.get("/", &french).await;
    assert!(page.contains("<html lang=\"fr\""), "{page}");
    assert!(page.contains(">Le moteur de conteneurs n’a pas pu démarrer le service.</p>"), "{page}");
    assert!(!page.contains("no such image"), "it names what is on the host");
    let status = attribute(&page, "data-status");
    let heard = world.get(&status, "Accept-Language: fr\r\n").await;
    assert!(
        heard.contains("\"reason\":\"Le moteur de conteneurs n’a pas pu démarrer le service.\""),
        "{heard}"
    );
    assert!(!heard.contains("detail"), "{heard}");
    let mut face = (*world.door.face()).clone();
    face.declared.show_logs = true;
    world.door.set_face(face);
    let page = world.get("/", &french).await;
    assert!(page.contains("lang=\"en\" data-cm=\"detail\">no such image: shop/web</p>"), "{page}");
    assert!(world.get(&status, "").await.contains("\"detail\":\"no such image: shop/web\""));
    let program = world.get("/", "").await;
    assert!(program.contains("it could not be started") && !program.contains("no such image"), "{program}");
}

#[tokio::test]
async fn a_page_that_is_open_counts_as_somebody_who_waits_and_is_counted() {
    let world = World::new();
    assert_eq!(world.door.watching(), 0);
    let mut client = world.client().await;
    let answer = client.send_request(get(&format!("/.core-monitor/{}/events", token()))).await.unwrap();
    assert_eq!(world.door.watching(), 1);
    let open = "core_monitor_gateway_pages_open{stack=\"shop\",service=\"web\"} 1\n";
    assert!(world.metrics.render().contains(open));
    world.wake(1, mirror().await);
    assert!(!world.door.close_if_empty());
    drop((answer, client));
    while world.metrics.render().contains(open) {
        tokio::task::yield_now().await;
    }
    assert!(!world.door.close_if_empty(), "its reload is on the way");
}

#[tokio::test]
async fn a_page_that_asks_and_one_that_was_just_shown_count_too() {
    for path in ["/", &format!("/.core-monitor/{}/status", token())] {
        let world = World::new();
        world.get(path, BROWSER).await;
        assert_eq!(world.door.watching(), 1, "{path}");
    }
    let world = World::new();
    world.get("/favicon.ico", BROWSER).await;
    assert_eq!(world.door.watching(), 0, "whoever gets no page does not look at one");
}
