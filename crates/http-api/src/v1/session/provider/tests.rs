use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_application::server::ProviderSignInError;
use core_monitor_domain::ports::IdentityError;
use core_monitor_simulation::store::StoreFault;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::testing::sessions::Browser;
use crate::testing::users::PASSWORD;
use crate::testing::{Answer, World};

const PROVIDER: &str = "/api/v1/session/oidc";
const USERS: &str = "/api/v1/users";

fn is(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
    assert_eq!(answer.header("set-cookie"), None, "nobody has signed in");
}

#[actix_web::test]
async fn somebody_from_the_provider_does_what_their_groups_are_granted() {
    let (world, provider) = World::with_provider().await;
    assert_eq!(world.anonymous("GET", PROVIDER).await.json(), json!({"name": "Example"}));
    provider.give("one", "Ann", &["admins", "others"]);
    let ann = Browser::of(&world.arrive("one").await);
    let shown = world.browse(&ann, "GET", "/api/v1/session").await.json();
    assert_eq!((&shown["actor"]["kind"], &shown["actor"]["name"]), (&json!("user"), &json!("ann")));
    let account = world.browse(&ann, "GET", "/api/v1/account").await.json();
    assert_eq!(account["provider"], "https://id.example.org", "{account}");
    let listed = world.browse(&ann, "GET", USERS).await.json();
    assert_eq!(listed["items"][0]["provider"], "https://id.example.org", "{listed}");
    assert_eq!(listed["items"][0]["grants"][0]["role"], "administrator", "{listed}");

    let headers = [("Content-Type", "application/json")];
    let grants = json!({"grants": [{"role": "viewer"}]}).to_string();
    let changed = world.send("PUT", &format!("{USERS}/ann/grants"), &headers, &grants).await;
    is(&changed, StatusCode::BAD_REQUEST, "invalid-request");
    assert!(changed.text.contains("comes from a provider"), "{}", changed.text);

    provider.give("two", "Ann", &["watchers"]);
    let later = Browser::of(&world.arrive("two").await);
    for browser in [&ann, &later] {
        let refused = world.browse(browser, "GET", USERS).await;
        is(&refused, StatusCode::FORBIDDEN, "forbidden");
        assert_eq!(world.browse(browser, "GET", "/api/v1/stacks").await.status, StatusCode::OK);
    }
    let listed = world.send("GET", USERS, &[], "").await.json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "it is the same user: {listed}");
    is(&world.try_password("ann", PASSWORD, None).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
}

#[actix_web::test]
async fn a_removed_user_of_the_provider_is_back_as_long_as_the_provider_lets_them_in() {
    let (world, provider) = World::with_provider().await;
    provider.give("one", "ann", &["admins"]);
    let ann = Browser::of(&world.arrive("one").await);
    let removed = world.send("DELETE", &format!("{USERS}/ann"), &[], "").await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text);
    assert_eq!(world.browse(&ann, "GET", USERS).await.status, StatusCode::UNAUTHORIZED);
    provider.give("two", "ann", &["admins"]);
    let back = Browser::of(&world.arrive("two").await);
    assert_eq!(world.browse(&back, "GET", USERS).await.status, StatusCode::OK);
    world.send("DELETE", &format!("{USERS}/ann"), &[], "").await;
    provider.give("three", "ann", &[]);
    is(&world.arrive("three").await, StatusCode::FORBIDDEN, "provider-sign-in-refused");
}

#[actix_web::test]
async fn a_sign_in_ends_once_in_the_browser_that_began_it() {
    let (world, provider) = World::with_provider().await;
    provider.give("one", "ann", &["admins"]);
    let (own, other) = (world.leave().await, world.leave().await);
    assert!(own.cookie.starts_with("core-monitor-sign-in-"), "{}", own.cookie);
    assert!(
        own.set_cookie.ends_with("; Path=/; Max-Age=600; HttpOnly; SameSite=Strict"),
        "{}",
        own.set_cookie
    );
    let both = format!("{}; {}", own.cookie, own.cookie);
    for (state, cookie) in [
        (other.state.as_str(), own.cookie.as_str()),
        (&own.state, &other.cookie),
        (&own.state, "a=b"),
        (&own.state, &both),
        ("wrong", &own.cookie),
    ] {
        let refused = world.come_back("one", state, cookie).await;
        is(&refused, StatusCode::FORBIDDEN, "provider-sign-in-refused");
    }
    Browser::of(&world.come_back("one", &own.state, &own.cookie).await);
    provider.give("two", "ann", &["admins"]);
    let again = world.come_back("two", &own.state, &own.cookie).await;
    is(&again, StatusCode::FORBIDDEN, "provider-sign-in-refused");
    world.clock.advance(Duration::from_mins(10));
    let late = world.come_back("two", &other.state, &other.cookie).await;
    is(&late, StatusCode::FORBIDDEN, "provider-sign-in-refused");
    Browser::of(&world.arrive("two").await);
}

#[actix_web::test]
async fn whom_the_provider_or_the_groups_do_not_let_in_is_refused_and_recorded() {
    let (world, provider) = World::with_provider().await;
    provider.give("carl's code", "carl", &["others"]);
    let no_group = world.arrive("carl's code").await;
    is(&no_group, StatusCode::FORBIDDEN, "provider-sign-in-refused");
    assert!(no_group.text.contains("none of your groups"), "{}", no_group.text);
    is(&world.arrive("no code").await, StatusCode::FORBIDDEN, "provider-sign-in-refused");
    world.user("dora", json!([{"role": "viewer"}])).await;
    provider.give("dora's code", "dora", &["admins"]);
    is(&world.arrive("dora's code").await, StatusCode::CONFLICT, "user-exists");
    let audit = world.send("GET", "/api/v1/audit?limit=100", &[], "").await;
    let entries = audit.json()["items"].as_array().unwrap().clone();
    let refused: Vec<&Value> = entries.iter().filter(|entry| entry["change"] == "refused").collect();
    let reasons: Vec<_> =
        refused.iter().map(|entry| entry["detail"]["reason"].as_str().unwrap_or_default()).collect();
    let expected = [
        "the name at the provider is that of another user, or cannot be the name of a user",
        "the provider refused the sign-in",
        "none of the groups at the provider has a role",
    ];
    assert_eq!(reasons, expected, "{}", audit.text);
    assert!(refused.iter().all(|entry| entry["action"] == "sign_in_with_provider"), "{}", audit.text);
    for code in ["carl's code", "no code", "dora's code"] {
        assert!(!audit.text.contains(code), "{code} is told: {}", audit.text);
    }
}

#[actix_web::test]
async fn a_provider_in_trouble_lets_nobody_in() {
    let (world, provider) = World::with_provider().await;
    for (trouble, code) in [
        (IdentityError::Unreachable, "provider-unavailable"),
        (IdentityError::Invalid, "provider-unavailable"),
        (IdentityError::Busy, "server-busy"),
    ] {
        provider.give("one", "ann", &["admins"]);
        let sent = world.leave().await;
        provider.fail(Some(trouble));
        is(&world.try_to_leave().await, StatusCode::SERVICE_UNAVAILABLE, code);
        let refused = world.come_back("one", &sent.state, &sent.cookie).await;
        is(&refused, StatusCode::SERVICE_UNAVAILABLE, code);
        provider.fail(None);
    }
    world.database.inject("UserStore::provided", StoreFault::Refused);
    world.clock.advance(Duration::from_mins(1));
    is(&world.arrive("one").await, StatusCode::SERVICE_UNAVAILABLE, "database-unavailable");
    provider.give("one", "ann", &["admins"]);
    Browser::of(&world.arrive("one").await);
}

#[actix_web::test]
async fn attempts_are_limited_but_not_for_who_signs_in() {
    let (world, provider) = World::with_provider().await;
    for _ in 0..20 {
        provider.give("one", "ann", &["admins"]);
        Browser::of(&world.arrive("one").await);
    }
    let mut last = world.leave().await;
    for _ in 0..9 {
        last = world.leave().await;
    }
    is(&world.try_to_leave().await, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    let limited = world.come_back("one", &last.state, &last.cookie).await;
    is(&limited, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    assert_eq!(limited.header("retry-after"), Some("6"));
}

#[actix_web::test]
async fn without_a_provider_nobody_is_sent_anywhere() {
    let world = World::new().await;
    assert_eq!(world.anonymous("GET", PROVIDER).await.json(), json!({"name": null}));
    is(&world.try_to_leave().await, StatusCode::NOT_FOUND, "no-provider");
    is(&world.come_back("one", "state", "a=b").await, StatusCode::NOT_FOUND, "no-provider");
}

#[test]
fn whom_there_is_no_room_for_is_told_so() {
    let refused = Problem::from(ProviderSignInError::NoRoom { most: 3 });
    let refused = serde_json::to_value(refused.body()).unwrap();
    assert!(refused["detail"].as_str().unwrap().contains("3 users"), "{refused}");
}
