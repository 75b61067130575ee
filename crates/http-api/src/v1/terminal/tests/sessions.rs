//! Terminals that browsers open.

use core_monitor_domain::terminal::TerminalLimits;

use super::{Client, JSON, connect, listen, world};
use crate::testing::World;
use crate::testing::sessions::Browser;

/// A ticket that the browser asked for: the path to open.
async fn ticket(world: &World, browser: &Browser) -> String {
    let headers = [JSON, ("Cookie", browser.cookie.as_str()), ("X-CSRF-Token", &browser.csrf_token)];
    let answer = world.send_anonymously("POST", "/api/v1/containers/web/terminal", &headers, "{}").await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    answer.json()["path"].as_str().unwrap().to_owned()
}

async fn sign_out(world: &World, browser: &Browser) {
    assert_eq!(world.browse(browser, "DELETE", "/api/v1/session").await.status.as_u16(), 204);
}

#[actix_web::test]
async fn a_terminal_is_closed_when_its_session_ends() {
    let world = world(TerminalLimits::default()).await;
    let (browser, other) = (world.sign_in(&[]).await, world.sign_in(&[]).await);
    let path = ticket(&world, &browser).await;
    let connected = connect(listen(&world), &path, &[]).await;
    let mut client: Client = connected.unwrap_or_else(|status| panic!("{status}"));
    sign_out(&world, &other).await;
    client.send(b"stty size\n");
    client.prints("24 80").await;
    sign_out(&world, &browser).await;
    client.ends_after(&world, 4_004, "revoked").await;
}

#[actix_web::test]
async fn a_ticket_is_worthless_when_its_session_has_ended() {
    let world = world(TerminalLimits::default()).await;
    let browser = world.sign_in(&[]).await;
    let path = ticket(&world, &browser).await;
    sign_out(&world, &browser).await;
    assert_eq!(connect(listen(&world), &path, &[]).await.err(), Some(401));
}
