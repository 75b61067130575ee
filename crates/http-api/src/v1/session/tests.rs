use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_application::server::{ADMINISTRATOR, TokenSecret};
use core_monitor_domain::actor::Actor;
use futures::future::join;

use crate::testing::sessions::Browser;
use crate::testing::{Answer, World};

const SESSION: &str = "/api/v1/session";

fn is(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
}

/// Issues another secret for the token of the world.
async fn replace_token(world: &World) {
    let (name, secret) = (ADMINISTRATOR.parse().unwrap(), TokenSecret::random(&*world.ids));
    world.shared().server.set_token(&Actor::server(), &name, &secret).await.unwrap();
}

#[actix_web::test]
async fn a_browser_signs_in_works_and_signs_out() {
    let world = World::new().await;
    let browser = world.sign_in(&[("User-Agent", "Browser/1\u{9b}2")]).await;
    assert!(browser.cookie.starts_with("core-monitor-session-"), "{}", browser.cookie);
    assert!(
        browser.set_cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict"),
        "{}",
        browser.set_cookie
    );
    let shown = world.browse(&browser, "GET", SESSION).await.json();
    assert_eq!(shown["session_id"], browser.session_id.as_str());
    assert_eq!(shown["csrf_token"], browser.csrf_token.as_str());
    assert_eq!((&shown["actor"]["kind"], &shown["actor"]["name"]), (&"token".into(), &"admin".into()));
    let listed = world.browse(&browser, "GET", "/api/v1/sessions").await.json();
    let item = &listed["items"][0];
    assert_eq!((&item["current"], &item["client"]), (&true.into(), &"Browser/1 2".into()));
    assert_eq!(world.browse(&browser, "GET", "/api/v1/stacks").await.status, StatusCode::OK);
    let written = world.browse(&browser, "DELETE", "/api/v1/registries/x").await;
    assert_eq!(written.code(), "registry-not-found", "a write arrives");

    let left = world.browse(&browser, "DELETE", SESSION).await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
    let name = browser.cookie_name();
    let forgotten = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    assert_eq!(left.header("set-cookie"), Some(forgotten.as_str()));
    is(&world.browse(&browser, "GET", SESSION).await, StatusCode::UNAUTHORIZED, "session-ended");
    is(&world.browse(&browser, "DELETE", SESSION).await, StatusCode::UNAUTHORIZED, "session-ended");
}

#[actix_web::test]
async fn over_tls_only_the_cookie_of_the_host_counts() {
    let world = World::new().await;
    let tls = ("X-Forwarded-Proto", "https");
    let browser = world.sign_in(&[tls]).await;
    assert!(browser.cookie.starts_with("__Host-core-monitor-session-"), "{}", browser.cookie);
    assert!(browser.set_cookie.ends_with("; Secure"), "{}", browser.set_cookie);
    let get = async |headers: &[(&str, &str)]| world.send_anonymously("GET", SESSION, headers, "").await;
    assert_eq!(get(&[tls, ("Cookie", &browser.cookie)]).await.status, StatusCode::OK);
    // Whoever listens in on plain HTTP sets this one.
    let planted = world.sign_in(&[]).await.cookie;
    is(&get(&[tls, ("Cookie", &planted)]).await, StatusCode::UNAUTHORIZED, "unauthorized");
    let both = format!("{planted}; {}", browser.cookie);
    assert_eq!(get(&[tls, ("Cookie", &both)]).await.json()["session_id"], browser.session_id.as_str());
}

#[actix_web::test]
async fn the_session_of_another_installation_on_this_host_name_is_not_looked_at() {
    let world = World::new().await;
    let browser = world.sign_in(&[]).await;
    let stranger = "core-monitor-session-00000000=u6eDqYtE0fYJ1s2rGm9XcVbNhKpLwQzA3Zs5Td7Fg8E";
    let get = async |cookie: &str| world.send_anonymously("GET", SESSION, &[("Cookie", cookie)], "").await;
    is(&get(stranger).await, StatusCode::UNAUTHORIZED, "unauthorized");
    let both = format!("{stranger}; {}", browser.cookie);
    assert_eq!(get(&both).await.json()["session_id"], browser.session_id.as_str());
}

#[actix_web::test]
async fn whoever_sends_a_token_has_no_session() {
    let world = World::new().await;
    let browser = world.sign_in(&[]).await;
    let cookie = ("Cookie", browser.cookie.as_str());
    for method in ["GET", "DELETE"] {
        is(&world.send(method, SESSION, &[cookie], "").await, StatusCode::NOT_FOUND, "no-session");
    }
    assert_eq!(
        world.send("DELETE", "/api/v1/registries/x", &[cookie], "").await.code(),
        "registry-not-found"
    );
    for wrong in ["", "Bearer", "Bearer wrong", "Basic eDp5"] {
        let headers = [cookie, ("Authorization", wrong), ("X-CSRF-Token", &browser.csrf_token)];
        let answer = world.send_anonymously("GET", "/api/v1/stacks", &headers, "").await;
        is(&answer, StatusCode::UNAUTHORIZED, "unauthorized");
    }
}

#[actix_web::test]
async fn who_signs_in_again_has_one_session_and_a_wrong_token_ends_none() {
    let world = World::new().await;
    let first = world.sign_in(&[]).await;
    let cookie = [("Cookie", first.cookie.as_str())];
    let get = async || world.send_anonymously("GET", SESSION, &cookie, "").await;
    is(&world.try_to_sign_in("wrong", &cookie).await, StatusCode::UNAUTHORIZED, "unauthorized");
    assert_eq!(get().await.status, StatusCode::OK);
    let second = world.sign_in(&cookie).await;
    is(&get().await, StatusCode::UNAUTHORIZED, "session-ended");
    assert_eq!(world.browse(&second, "GET", SESSION).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn odd_cookies_are_refused_calmly() {
    let world = World::new().await;
    let browser = world.sign_in(&[]).await;
    let ended = async |cookies: &[&str]| {
        let headers: Vec<_> = cookies.iter().map(|cookie| ("Cookie", *cookie)).collect();
        let answer = world.send_anonymously("GET", SESSION, &headers, "").await;
        is(&answer, StatusCode::UNAUTHORIZED, "session-ended");
    };
    let (valid, name) = (browser.cookie.as_str(), browser.cookie_name());
    ended(&[&format!("{name}=")]).await;
    ended(&[&format!("{name}={}", "A".repeat(60_000))]).await;
    ended(&[&format!("{name}=\u{e9}\u{e9}")]).await;
    ended(&[&format!("{valid}A")]).await;
    ended(&[&format!("{valid}; {valid}")]).await;
    ended(&[valid, &format!("{name}=x")]).await;
    ended(&[&format!("{name}=x; {valid}")]).await;
}

#[actix_web::test]
async fn a_write_needs_the_csrf_token_of_its_session() {
    let world = World::new().await;
    let (browser, other) = (world.sign_in(&[]).await, world.sign_in(&[]).await);
    let write = async |tokens: &[&str]| {
        let mut headers = vec![("Cookie", browser.cookie.as_str())];
        headers.extend(tokens.iter().map(|token| ("X-CSRF-Token", *token)));
        world.send_anonymously("DELETE", "/api/v1/registries/x", &headers, "").await
    };
    let own = browser.csrf_token.as_str();
    for tokens in [&[][..], &[""], &[&other.csrf_token], &[&own[1..]], &[own, own], &[own, "x"]] {
        is(&write(tokens).await, StatusCode::FORBIDDEN, "csrf-invalid");
    }
    assert_eq!(write(&[own]).await.code(), "registry-not-found");
}

#[actix_web::test]
async fn a_page_on_another_port_cannot_use_the_session() {
    let world = World::new().await;
    let browser = world.sign_in(&[]).await;
    let headers = [
        ("Cookie", browser.cookie.as_str()),
        ("X-CSRF-Token", &browser.csrf_token),
        ("Host", "monitor:8080"),
        ("Origin", "http://monitor:9090"),
        ("Sec-Fetch-Site", "same-site"),
    ];
    let read = world.send_anonymously("GET", "/api/v1/stacks", &headers, "").await;
    is(&read, StatusCode::UNAUTHORIZED, "unauthorized");
    let written = world.send_anonymously("DELETE", "/api/v1/registries/x", &headers, "").await;
    is(&written, StatusCode::FORBIDDEN, "cross-site");
    let began = world.try_to_sign_in(world.token(), &headers[2..]).await;
    is(&began, StatusCode::FORBIDDEN, "cross-site");
}

#[actix_web::test]
async fn wrong_tokens_are_refused_alike_and_then_for_a_while() {
    let world = World::new().await;
    let first = world.try_to_sign_in("wrong", &[]).await;
    is(&first, StatusCode::UNAUTHORIZED, "unauthorized");
    for _ in 0..9 {
        let again = world.try_to_sign_in(&"x".repeat(5_000), &[]).await;
        assert_eq!((again.status, again.text), (first.status, first.text.clone()));
    }
    let refused = world.try_to_sign_in(world.token(), &[]).await;
    is(&refused, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    assert_eq!(refused.header("retry-after"), Some("6"));
    world.clock.advance(Duration::from_secs(6));
    world.sign_in(&[]).await;
}

#[actix_web::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit_and_nobody_else_chooses_one() {
    let world = World::new().await.trusting("10.0.0.1");
    let (proxy, stranger) = ("10.0.0.1", "203.0.113.9");
    for _ in 0..10 {
        let wrong = world.try_to_sign_in_from(proxy, "198.51.100.7", "wrong").await;
        is(&wrong, StatusCode::UNAUTHORIZED, "unauthorized");
    }
    let refused = world.try_to_sign_in_from(proxy, "198.51.100.7", world.token()).await;
    is(&refused, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    let other = world.try_to_sign_in_from(proxy, "198.51.100.8", world.token()).await;
    assert_eq!(other.status, StatusCode::CREATED, "{}", other.text);
    // What the client itself wrote in front changes nothing.
    let forged = world.try_to_sign_in_from(proxy, "192.0.2.1, 198.51.100.7", world.token()).await;
    is(&forged, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");

    for last in 1..=10 {
        let wrong = world.try_to_sign_in_from(stranger, &format!("192.0.2.{last}"), "wrong").await;
        is(&wrong, StatusCode::UNAUTHORIZED, "unauthorized");
    }
    let refused = world.try_to_sign_in_from(stranger, "192.0.2.11", world.token()).await;
    is(&refused, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
}

#[actix_web::test]
async fn a_malformed_request_does_not_repeat_the_token() {
    let world = World::new().await;
    for body in [
        r#"{"token": 4242}"#,
        r#"{"token": ["canary"]}"#,
        r#"{"token": "canary", "canary": 1}"#,
        r#"{"tokens": "canary"}"#,
        "{}",
    ] {
        let answer = world.send_anonymously("POST", SESSION, &[], body).await;
        is(&answer, StatusCode::BAD_REQUEST, "invalid-request");
        assert!(!answer.text.contains("canary") && !answer.text.contains("4242"), "{}", answer.text);
    }
}

#[actix_web::test]
async fn a_revoked_session_is_over_at_once_and_its_streams_within_seconds() {
    let world = World::new().await;
    let (browser, other) = (world.sign_in(&[]).await, world.sign_in(&[]).await);
    let revoke = async {
        world.somebody_waits().await;
        let address = format!("/api/v1/sessions/{}", browser.session_id);
        assert_eq!(world.browse(&other, "DELETE", &address).await.status, StatusCode::NO_CONTENT);
        is(&world.browse(&browser, "GET", SESSION).await, StatusCode::UNAUTHORIZED, "session-ended");
        is(&world.browse(&other, "DELETE", &address).await, StatusCode::NOT_FOUND, "session-not-found");
        world.clock.advance(Duration::from_secs(5));
    };
    let (stream, ()) = join(world.browse(&browser, "GET", "/api/v1/events/stream"), revoke).await;
    assert_eq!(stream.status, StatusCode::OK);
    let audit = world.browse(&other, "GET", "/api/v1/audit?limit=1").await.json();
    let entry = &audit["items"][0];
    assert_eq!((&entry["action"], &entry["change"]), (&"revoke_session".into(), &"removed".into()));
    assert_eq!(entry["resource"], format!("session:{}", browser.session_id));
}

#[actix_web::test]
async fn everybody_sees_and_ends_their_own_sessions_only() {
    let world = World::new().await;
    let administrators = world.sign_in(&[]).await;
    let request = serde_json::json!({"name": "ci", "role": "viewer", "stacks": ["a"]}).to_string();
    let json = [("Content-Type", "application/json")];
    let issued = world.send("POST", "/api/v1/tokens", &json, &request).await.json();
    let answer = world.try_to_sign_in(issued["secret"].as_str().unwrap(), &[]).await;
    let viewers = Browser::of(&answer);
    let listed = async |browser| {
        let listed = world.browse(browser, "GET", "/api/v1/sessions").await.json();
        let items = listed["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["session_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed(&viewers).await, std::slice::from_ref(&viewers.session_id));
    assert_eq!(listed(&administrators).await.len(), 2);
    let address = |browser: &Browser| format!("/api/v1/sessions/{}", browser.session_id);
    let foreign = world.browse(&viewers, "DELETE", &address(&administrators)).await;
    is(&foreign, StatusCode::NOT_FOUND, "session-not-found");
    let own = world.browse(&viewers, "DELETE", &address(&viewers)).await;
    assert_eq!(own.status, StatusCode::NO_CONTENT, "{}", own.text);
    is(&world.browse(&viewers, "GET", SESSION).await, StatusCode::UNAUTHORIZED, "session-ended");
}

#[actix_web::test]
async fn streams_end_with_their_token_too() {
    let world = World::new().await;
    let browser = world.sign_in(&[]).await;
    let replace = async {
        // Each stream waits for its next frame, and for its end.
        while world.clock.sleepers() < 4 {
            actix_web::rt::task::yield_now().await;
        }
        replace_token(&world).await;
        world.clock.advance(Duration::from_secs(5));
    };
    let of_session = world.browse(&browser, "GET", "/api/v1/events/stream");
    let of_token = world.send("GET", "/api/v1/events/stream", &[], "");
    let ((of_session, of_token), ()) = join(join(of_session, of_token), replace).await;
    assert_eq!((of_session.status, of_token.status), (StatusCode::OK, StatusCode::OK));
    is(&world.browse(&browser, "GET", SESSION).await, StatusCode::UNAUTHORIZED, "session-ended");
}
