use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_simulation::store::StoreFault;
use serde_json::{Value, json};

use crate::testing::users::PASSWORD;
use crate::testing::{Answer, World};

const USERS: &str = "/api/v1/users";
const JSON: (&str, &str) = ("Content-Type", "application/json");

fn is(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
}

async fn accept(world: &World, invitation: &str, password: &str) -> Answer {
    world
        .post_openly("/api/v1/invitations/accept", &json!({"invitation": invitation, "password": password}))
        .await
}

#[actix_web::test]
async fn whoever_is_invited_chooses_a_password_and_does_what_was_granted() {
    let world = World::new().await;
    let stack = world.create_stack("shop").await;
    let invitation = world.invite("Ann", json!([{"role": "viewer"}])).await;
    assert!(invitation.starts_with("cmi_") && invitation.len() == 47, "{invitation}");
    is(&world.try_password("ann", PASSWORD, None).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
    is(&accept(&world, "cmi_wrong", PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
    is(&accept(&world, &invitation, "too short").await, StatusCode::UNPROCESSABLE_ENTITY, "weak-password");
    let accepted = accept(&world, &invitation, PASSWORD).await;
    assert_eq!(accepted.status, StatusCode::CREATED, "{}", accepted.text);
    assert_eq!(
        accepted.json()["actor"],
        json!({"kind": "user", "name": "ann", "token_id": null, "on_behalf_of": null})
    );
    is(&accept(&world, &invitation, PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");

    let signed_in = world.try_password("ANN", PASSWORD, None).await;
    let browser = crate::testing::sessions::Browser::of(&signed_in);
    let shown = world.browse(&browser, "GET", &format!("/api/v1/stacks/{stack}")).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let refused =
        world.write_in(&browser, "POST", &format!("/api/v1/stacks/{stack}/restart"), &json!({})).await;
    is(&refused, StatusCode::FORBIDDEN, "forbidden");

    let more = json!({"grants": [{"role": "viewer"}, {"role": "operator", "stacks": ["sh*"]}]});
    let changed = world.send("PUT", &format!("{USERS}/ann/grants"), &[JSON], &more.to_string()).await;
    assert_eq!(
        changed.json()["grants"][1],
        json!({"role": "operator", "permissions": [], "stacks": ["sh*"]})
    );
    let allowed =
        world.write_in(&browser, "POST", &format!("/api/v1/stacks/{stack}/restart"), &json!({})).await;
    is(&allowed, StatusCode::CONFLICT, "not-applied");
}

#[actix_web::test]
async fn an_invitation_runs_out_and_can_be_renewed() {
    let world = World::new().await;
    let invitation = world.invite("ann", json!([{"role": "viewer"}])).await;
    world.clock.advance(Duration::from_hours(7 * 24));
    is(&accept(&world, &invitation, PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
    let audit = world.send("GET", "/api/v1/audit?limit=1", &[], "").await.json();
    let detail = &audit["items"][0]["detail"];
    assert_eq!((&detail["name"], &detail["reason"]), (&json!("ann"), &json!("the invitation has expired")));
    let renewed = world.send("POST", &format!("{USERS}/ann/invitation"), &[], "").await;
    let invitation = renewed.json()["invitation"].as_str().unwrap().to_owned();
    let first = crate::testing::sessions::Browser::of(&accept(&world, &invitation, PASSWORD).await);
    let again = world.send("POST", &format!("{USERS}/ann/invitation"), &[], "").await;
    assert_eq!(
        world.browse(&first, "GET", "/api/v1/session").await.status,
        StatusCode::OK,
        "nothing ends yet"
    );
    let invitation = again.json()["invitation"].as_str().unwrap().to_owned();
    let other = "another horse battery";
    assert_eq!(accept(&world, &invitation, other).await.status, StatusCode::CREATED);
    is(&world.browse(&first, "GET", "/api/v1/session").await, StatusCode::UNAUTHORIZED, "session-ended");
    is(&world.try_password("ann", PASSWORD, None).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
    assert_eq!(world.try_password("ann", other, None).await.status, StatusCode::CREATED);
    is(
        &world.send("POST", &format!("{USERS}/eve/invitation"), &[], "").await,
        StatusCode::NOT_FOUND,
        "user-not-found",
    );
}

#[actix_web::test]
async fn users_are_listed_in_pages_and_without_their_secrets() {
    let world = World::new().await;
    for name in ["eve", "bob", "ann"] {
        world.invite(name, json!([{"role": "viewer"}])).await;
    }
    let page = world.send("GET", &format!("{USERS}?limit=2"), &[], "").await;
    let next = page.json()["next"].as_str().unwrap().to_owned();
    let names = |answer: &Answer| {
        let items = answer.json()["items"].clone();
        items
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&page), ["ann", "bob"]);
    let rest = world.send("GET", &format!("{USERS}?limit=2&cursor={next}"), &[], "").await;
    assert_eq!((names(&rest), &rest.json()["next"]), (vec!["eve".to_owned()], &json!(null)));
    let first = &page.json()["items"][0];
    assert_eq!(
        (&first["accepted"], &first["totp"], &first["signed_in_at"]),
        (&json!(false), &json!(false), &json!(null))
    );
    assert!(first["invited_until"].is_string(), "{first}");
    for secret in ["password", "hash", "cmi_", "sim$"] {
        assert!(!page.text.contains(secret), "{secret}: {}", page.text);
    }
}

#[actix_web::test]
async fn names_and_grants_are_checked() {
    let world = World::new().await;
    world.invite("ann", json!([{"role": "viewer"}])).await;
    let invite = async |body: Value| world.send("POST", USERS, &[JSON], &body.to_string()).await;
    let viewer = json!([{"role": "viewer"}]);
    is(&invite(json!({"name": "ANN", "grants": viewer})).await, StatusCode::CONFLICT, "user-exists");
    for (body, word) in [
        (json!({"name": "a b", "grants": viewer}), "`name` is no name"),
        (json!({"name": "eve", "grants": []}), "1 to 16"),
        (json!({"name": "eve", "grants": [{"role": "king"}]}), "`king` is no role"),
        (json!({"name": "eve", "grants": [{"role": "viewer", "stacks": []}]}), "1 to 100 patterns"),
    ] {
        let answer = invite(body).await;
        is(&answer, StatusCode::BAD_REQUEST, "invalid-request");
        assert!(answer.text.contains(word), "{word}: {}", answer.text);
    }
    let (eve, body) = (format!("{USERS}/eve/grants"), r#"{"grants": [{"role": "viewer"}]}"#);
    is(&world.send("PUT", &eve, &[JSON], body).await, StatusCode::NOT_FOUND, "user-not-found");
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let world = World::new().await;
    let everything = json!([{"role": "administrator"}]);
    let browser = world.user("ann", everything.clone()).await;
    let less = json!({"grants": [{"role": "viewer"}]});
    let own = world.write_in(&browser, "PUT", &format!("{USERS}/ann/grants"), &less).await;
    is(&own, StatusCode::CONFLICT, "last-administrator");
    is(
        &world.browse(&browser, "DELETE", &format!("{USERS}/ann")).await,
        StatusCode::CONFLICT,
        "last-administrator",
    );
    world.user("bob", everything).await;
    assert_eq!(
        world.browse(&browser, "DELETE", &format!("{USERS}/ann")).await.status,
        StatusCode::NO_CONTENT
    );
    is(&world.browse(&browser, "GET", USERS).await, StatusCode::UNAUTHORIZED, "session-ended");
    is(
        &world.send("DELETE", &format!("{USERS}/ann"), &[], "").await,
        StatusCode::NOT_FOUND,
        "user-not-found",
    );
}

#[actix_web::test]
async fn the_first_user_is_created_once_with_the_setup_token() {
    let world = World::new().await;
    let set_up = async |token: &str, name: &str, password: &str| {
        world.post_openly("/api/v1/setup", &json!({"token": token, "name": name, "password": password})).await
    };
    let open = async || world.anonymous("GET", "/api/v1/setup").await.json()["open"].clone();
    assert_eq!(open().await, json!(false));
    is(&set_up("cms_right", "ann", PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
    world.around.setup.open("cms_right");
    assert_eq!(open().await, json!(true));
    is(&set_up("cms_wrong", "ann", PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
    is(&set_up("cms_right", "ann", "annannannann").await, StatusCode::UNPROCESSABLE_ENTITY, "weak-password");
    is(&set_up("cms_right", "a b", PASSWORD).await, StatusCode::BAD_REQUEST, "invalid-request");
    world.database.inject("UserStore::add_first", StoreFault::Refused);
    is(&set_up("cms_right", "ann", PASSWORD).await, StatusCode::SERVICE_UNAVAILABLE, "database-unavailable");
    let browser = crate::testing::sessions::Browser::of(&set_up("cms_right", "ann", PASSWORD).await);
    assert_eq!(world.browse(&browser, "GET", USERS).await.status, StatusCode::OK, "they administer");
    assert_eq!(open().await, json!(false));
    is(&set_up("cms_right", "eve", PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
    // A token that was not taken away in time is worth nothing either, as there is a user.
    world.around.setup.open("cms_right");
    is(&set_up("cms_right", "eve", PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
}

#[actix_web::test]
async fn an_unavailable_database_lets_nobody_in() {
    let world = World::new().await;
    let invitation = world.invite("ann", json!([{"role": "viewer"}])).await;
    world.database.inject("UserStore::invited", StoreFault::Refused);
    is(&accept(&world, &invitation, PASSWORD).await, StatusCode::SERVICE_UNAVAILABLE, "database-unavailable");
    world.database.inject("UserStore::named", StoreFault::Refused);
    let refused = world.try_password("ann", PASSWORD, None).await;
    is(&refused, StatusCode::SERVICE_UNAVAILABLE, "database-unavailable");
}

#[actix_web::test]
async fn guesses_are_limited_and_recorded_without_what_was_typed() {
    let world = World::new().await;
    world.user("ann", json!([{"role": "viewer"}])).await;
    for _ in 0..10 {
        is(&world.try_password("ann", "wrong", None).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
    }
    for _ in 0..3 {
        let refused = world.try_password("ann", PASSWORD, None).await;
        is(&refused, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
        assert_eq!(refused.header("retry-after"), Some("6"));
    }
    let body = json!({"invitation": "cmi_x", "password": PASSWORD});
    let other = world.post_openly("/api/v1/invitations/accept", &body).await;
    is(&other, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    let body = json!({"token": "cms_x", "name": "eve", "password": PASSWORD});
    is(&world.post_openly("/api/v1/setup", &body).await, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    world.clock.advance(Duration::from_mins(5));
    for typed in ["my own password", "my-own-passw0rd"] {
        is(&world.try_password(typed, "x", None).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
    }
    assert_eq!(world.try_password("ann", PASSWORD, None).await.status, StatusCode::CREATED);
    is(&world.post_openly("/api/v1/setup", &body).await, StatusCode::FORBIDDEN, "invitation-invalid");
    is(&accept(&world, "cmi_x", PASSWORD).await, StatusCode::FORBIDDEN, "invitation-invalid");
    let token = json!({"token": "cm_x"});
    is(&world.post_openly("/api/v1/session", &token).await, StatusCode::UNAUTHORIZED, "unauthorized");
    let audit = world.send("GET", "/api/v1/audit?limit=100", &[], "").await;
    let entries = audit.json()["items"].as_array().unwrap().clone();
    let refused: Vec<_> = entries.iter().filter(|entry| entry["change"] == "refused").collect();
    let told = |entry: &Value| {
        let (action, detail) = (entry["action"].as_str().unwrap(), &entry["detail"]);
        (action.to_owned(), detail["reason"].as_str().unwrap().to_owned(), detail["name"].clone())
    };
    let mut expected = vec![
        ("sign_in", "the token is not valid", Value::Null),
        ("accept_invitation", "the invitation is not valid, or was accepted before", Value::Null),
        ("set_up", "the setup token is not valid", Value::Null),
        ("sign_in", "no user has this name", Value::Null),
        ("sign_in", "no user has this name", Value::Null),
        ("set_up", "there were too many attempts", Value::Null),
        ("accept_invitation", "there were too many attempts", Value::Null),
        ("sign_in", "there were too many attempts", Value::Null),
    ];
    expected.extend(vec![("sign_in", "the password is wrong", json!("ann")); 10]);
    let expected: Vec<_> =
        expected.into_iter().map(|(action, why, name)| (action.to_owned(), why.to_owned(), name)).collect();
    assert_eq!(refused.into_iter().map(told).collect::<Vec<_>>(), expected);
    for typed in ["my own password", "my-own-passw0rd"] {
        assert!(!audit.text.contains(typed), "it may be a password in the wrong place: {}", audit.text);
    }
}

#[actix_web::test]
async fn whoever_knows_the_password_cannot_keep_the_server_busy_with_it() {
    let world = World::new().await;
    for name in ["ann", "bob"] {
        world.user(name, json!([{"role": "viewer"}])).await;
    }
    for _ in 0..10 {
        assert_eq!(world.try_password("ann", PASSWORD, None).await.status, StatusCode::CREATED);
    }
    for _ in 0..10 {
        let limited = world.try_password("ann", PASSWORD, None).await;
        is(&limited, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    }
    // These attempts were not given back to the address, so that nothing is hashed for it any more.
    let other = world.try_password("bob", PASSWORD, None).await;
    is(&other, StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.try_password("bob", PASSWORD, None).await.status, StatusCode::CREATED);
}

#[actix_web::test]
async fn the_first_user_is_not_waited_for_once_somebody_was_invited() {
    let world = World::new().await;
    world.around.setup.open("cms_right");
    world.invite("ann", json!([{"role": "viewer"}])).await;
    assert_eq!(world.anonymous("GET", "/api/v1/setup").await.json()["open"], false);
}
