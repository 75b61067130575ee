use std::time::Duration;

use actix_web::http::StatusCode;
use core_monitor_domain::ports::{Clock as _, OneTimeCodes as _};
use core_monitor_simulation::passwords::SimCodes;
use serde_json::{Value, json};

use crate::testing::sessions::Browser;
use crate::testing::users::PASSWORD;
use crate::testing::{Answer, World};

const ACCOUNT: &str = "/api/v1/account";

fn is(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{}", answer.text);
}

async fn viewer(world: &World) -> Browser {
    world.user("ann", json!([{"role": "viewer"}])).await
}

async fn change(world: &World, browser: &Browser, password: &str, new_password: &str) -> Answer {
    let body = json!({"password": password, "new_password": new_password});
    world.write_in(browser, "PUT", &format!("{ACCOUNT}/password"), &body).await
}

/// Drafts a secret, and gives it with the code that is right now.
async fn draft(world: &World, browser: &Browser) -> (String, String) {
    let draft = world.write_in(browser, "POST", &format!("{ACCOUNT}/totp/draft"), &json!({})).await;
    let secret = draft.json()["secret"].as_str().unwrap().to_owned();
    let code = SimCodes::code(&SimCodes.read(&secret).unwrap(), world.clock.now());
    (secret, code)
}

async fn set_up(world: &World, browser: &Browser, body: Value) -> Answer {
    world.write_in(browser, "PUT", &format!("{ACCOUNT}/totp"), &body).await
}

#[actix_web::test]
async fn everybody_is_told_who_they_are_and_what_was_granted() {
    let world = World::new().await;
    let token = world.send("GET", ACCOUNT, &[], "").await.json();
    assert_eq!((&token["actor"]["kind"], &token["totp"]), (&json!("token"), &json!(null)));
    assert_eq!(token["provider"], json!(null));
    assert_eq!(token["grants"], json!([{"role": "administrator", "permissions": [], "stacks": null}]));
    let browser = world.user("ann", json!([{"role": "viewer", "stacks": ["shop-*"]}])).await;
    let user = world.browse(&browser, "GET", ACCOUNT).await.json();
    assert_eq!((&user["actor"]["name"], &user["totp"]), (&json!("ann"), &json!(false)));
    assert_eq!(user["provider"], json!(null), "the password is here");
    assert_eq!(user["grants"], json!([{"role": "viewer", "permissions": [], "stacks": ["shop-*"]}]));
}

#[actix_web::test]
async fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions() {
    let world = World::new().await;
    let browser = viewer(&world).await;
    let other = Browser::of(&world.try_password("ann", PASSWORD, None).await);
    let new = "staple of another kind";
    is(&change(&world, &browser, "wrong", new).await, StatusCode::FORBIDDEN, "wrong-password");
    is(&change(&world, &browser, PASSWORD, "short").await, StatusCode::UNPROCESSABLE_ENTITY, "weak-password");
    assert_eq!(change(&world, &browser, PASSWORD, new).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.browse(&browser, "GET", ACCOUNT).await.status, StatusCode::OK);
    is(&world.browse(&other, "GET", ACCOUNT).await, StatusCode::UNAUTHORIZED, "session-ended");
    is(&world.try_password("ann", PASSWORD, None).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
    assert_eq!(world.try_password("ann", new, None).await.status, StatusCode::CREATED);
}

#[actix_web::test]
async fn signing_in_takes_a_code_once_that_is_set_up() {
    let world = World::new().await;
    let browser = viewer(&world).await;
    let (secret, code) = draft(&world, &browser).await;
    let wrong =
        set_up(&world, &browser, json!({"secret": secret, "code": "000000", "password": PASSWORD})).await;
    is(&wrong, StatusCode::FORBIDDEN, "wrong-code");
    let unknown = set_up(&world, &browser, json!({"secret": "zz", "code": code, "password": PASSWORD})).await;
    is(&unknown, StatusCode::BAD_REQUEST, "invalid-request");
    let thief = set_up(&world, &browser, json!({"secret": secret, "code": code, "password": "wrong"})).await;
    is(&thief, StatusCode::FORBIDDEN, "wrong-password");
    let done = set_up(&world, &browser, json!({"secret": secret, "code": code, "password": PASSWORD})).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(world.browse(&browser, "GET", ACCOUNT).await.json()["totp"], true);

    is(&world.try_password("ann", PASSWORD, None).await, StatusCode::UNAUTHORIZED, "code-needed");
    is(&world.try_password("ann", "wrong", Some(&code)).await, StatusCode::UNAUTHORIZED, "sign-in-refused");
    is(&world.try_password("ann", PASSWORD, Some("12")).await, StatusCode::FORBIDDEN, "wrong-code");
    let used = world.try_password("ann", PASSWORD, Some(&code)).await;
    is(&used, StatusCode::FORBIDDEN, "wrong-code");
    world.clock.advance(Duration::from_mins(1));
    let next = SimCodes::code(&SimCodes.read(&secret).unwrap(), world.clock.now());
    let spaced = format!("{} {}", &next[..3], &next[3..]);
    assert_eq!(world.try_password("ann", PASSWORD, Some(&spaced)).await.status, StatusCode::CREATED);
    is(&world.try_password("ann", PASSWORD, Some(&next)).await, StatusCode::FORBIDDEN, "wrong-code");

    let remove = format!("{ACCOUNT}/totp/remove");
    let refused = world.write_in(&browser, "POST", &remove, &json!({"password": "wrong"})).await;
    is(&refused, StatusCode::FORBIDDEN, "wrong-password");
    let removed = world.write_in(&browser, "POST", &remove, &json!({"password": PASSWORD})).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text);
    assert_eq!(world.try_password("ann", PASSWORD, None).await.status, StatusCode::CREATED);
}

#[actix_web::test]
async fn codes_and_passwords_cannot_be_tried_for_ever() {
    let world = World::new().await;
    let browser = viewer(&world).await;
    let (secret, code) = draft(&world, &browser).await;
    set_up(&world, &browser, json!({"secret": secret, "code": code, "password": PASSWORD})).await;
    // Setting them up took one attempt.
    for _ in 0..9 {
        is(&world.try_password("ann", PASSWORD, Some("000000")).await, StatusCode::FORBIDDEN, "wrong-code");
    }
    let limited = (StatusCode::TOO_MANY_REQUESTS, "too-many-sign-ins");
    let refused = world.try_password("ann", PASSWORD, Some("000000")).await;
    is(&refused, limited.0, limited.1);
    is(&change(&world, &browser, PASSWORD, "staple of another kind").await, limited.0, limited.1);
    let body = json!({"secret": secret, "code": code, "password": PASSWORD});
    is(&set_up(&world, &browser, body).await, limited.0, limited.1);
    let body = json!({"password": PASSWORD});
    let removed = world.write_in(&browser, "POST", &format!("{ACCOUNT}/totp/remove"), &body).await;
    is(&removed, limited.0, limited.1);
}

#[actix_web::test]
async fn the_audit_says_why_somebody_was_refused_and_the_answer_does_not() {
    let world = World::new().await;
    let browser = viewer(&world).await;
    world.invite("bob", json!([{"role": "viewer"}])).await;
    let (secret, code) = draft(&world, &browser).await;
    set_up(&world, &browser, json!({"secret": secret, "code": code, "password": PASSWORD})).await;
    let mut refused = Vec::new();
    for name in ["eve", "bob", "ann"] {
        refused.push(world.try_password(name, "wrong", None).await);
    }
    for code in ["000000", code.as_str()] {
        refused.push(world.try_password("ann", PASSWORD, Some(code)).await);
    }
    let answers: Vec<_> =
        refused.iter().map(|answer| (answer.status, answer.json()["message"].clone())).collect();
    assert!(answers[0] == answers[1] && answers[1] == answers[2], "{answers:?}");
    assert_eq!(answers[3], answers[4]);
    // Setting up the codes and two attempts were three of ten.
    for _ in 0..9 {
        world.try_password("ann", PASSWORD, None).await;
    }
    let audit = world.send("GET", "/api/v1/audit?limit=100", &[], "").await.json();
    let mut told: Vec<_> = audit["items"].as_array().unwrap().iter().collect();
    told.retain(|entry| entry["change"] == "refused");
    let told: Vec<_> = told
        .into_iter()
        .rev()
        .map(|entry| (entry["detail"]["name"].as_str(), entry["detail"]["reason"].as_str().unwrap()))
        .collect();
    let expected = [
        (None, "no user has this name"),
        (Some("bob"), "the user has no password"),
        (Some("ann"), "the password is wrong"),
        (Some("ann"), "the one-time code is wrong"),
        (Some("ann"), "the one-time code was used before"),
        (Some("ann"), "there were too many attempts with the password of this user"),
    ];
    assert_eq!(told, expected);
}

#[actix_web::test]
async fn the_secret_of_codes_is_sealed_and_nothing_repeats_a_password() {
    let world = World::new().await;
    let browser = viewer(&world).await;
    let (secret, code) = draft(&world, &browser).await;
    set_up(&world, &browser, json!({"secret": secret, "code": code, "password": PASSWORD})).await;
    let named = world.database.user_store().named(&"ann".parse().unwrap()).await.unwrap().unwrap();
    let sealed = named.totp.unwrap().secret;
    let plain = *SimCodes.read(&secret).unwrap().expose();
    assert!(!sealed.bytes.windows(20).any(|bytes| bytes == plain), "it is stored as it is");
    for body in [json!({"password": 7}), json!({"passwort": PASSWORD}), json!([PASSWORD])] {
        let answer = world.write_in(&browser, "PUT", &format!("{ACCOUNT}/password"), &body).await;
        is(&answer, StatusCode::BAD_REQUEST, "invalid-request");
        assert!(!answer.text.contains(PASSWORD), "{}", answer.text);
    }
}
