//! Signing in with a real provider of OpenID Connect, over the real programs.

use serde_json::{Value, json};
use ureq::http::Method;

use crate::harness::{Answer, Api, Installation, Provider, Return};
use crate::users::Browser;

const ROLES: &str = "admins=administrator,devs=deployer:shop-*";
const JSON: (&str, &str) = ("Content-Type", "application/json");
const IDLE: &str = "services:\n  web: { image: 'test/busybox:1', command: sleep 600 }\n";

/// A browser that was sent to the provider.
struct Sent {
    cookie: String,
    address: String,
}

impl Sent {
    fn begin(api: &Api) -> Self {
        let answer = api.anonymous().post("/api/v1/session/oidc", &[], "");
        let cookie = answer.header("set-cookie").map(|cookie| cookie.split(';').next().unwrap().to_owned());
        let address = answer.expect(200)["address"].as_str().unwrap().to_owned();
        Self { cookie: cookie.unwrap(), address }
    }

    /// Comes back with these.
    fn end(&self, api: &Api, code: &str, state: &str) -> Answer {
        let body = json!({"code": code, "state": state}).to_string();
        api.anonymous().post("/api/v1/session/oidc/code", &[JSON, ("Cookie", &self.cookie)], &body)
    }
}

/// Goes all the way, as `account`.
fn sign_in(api: &Api, provider: &Provider, account: &str) -> Answer {
    let sent = Sent::begin(api);
    let Return { code, state } = provider.visit(&sent.address, account);
    sent.end(api, &code, &state)
}

fn installation(provider: &Provider, start: impl FnOnce(&[(&str, &str)]) -> Installation) -> Installation {
    let settings = provider.settings(ROLES);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    start(&settings)
}

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str, sentence: &str) {
    assert_eq!(answer.problem(status), code);
    assert!(answer.body.to_string().contains(sentence), "{:#}", answer.body);
    assert!(answer.header("set-cookie").is_none(), "nobody has signed in");
}

#[test]
fn groups_of_the_provider_say_what_somebody_may_do() {
    let provider = Provider::start();
    let installation = installation(&provider, Installation::with);
    let api = &installation.api;
    let shown = api.anonymous().get("/api/v1/session/oidc").expect(200);
    assert_eq!(shown, json!({"name": "Example"}));
    let users = |browser: &Browser| browser.send(api, &Method::GET, "/api/v1/users", &json!({}));

    let ann = Browser::of(sign_in(api, &provider, "ann"));
    let listed = users(&ann).expect(200).to_string();
    assert!(listed.contains("\"ann\""), "{listed}");

    let (own, other) = (installation.create("shop-", IDLE), installation.create("blog-", IDLE));
    let bob = Browser::of(sign_in(api, &provider, "bob"));
    let apply = |browser: &Browser, id: &str| {
        browser.send(api, &Method::POST, &format!("/api/v1/stacks/{id}/apply/1?wait=60"), &json!({}))
    };
    let command = apply(&bob, &own.id).expect(200);
    let principal = &command["principal"]["name"];
    assert_eq!((&command["status"], principal), (&json!("DONE"), &json!("bob")), "{command:#}");
    let not_own = apply(&bob, &other.id);
    assert!(matches!(not_own.status, 403 | 404), "{:#}", not_own.body);
    assert_eq!(users(&bob).problem(403), "forbidden");

    let carl = sign_in(api, &provider, "carl");
    refused(&carl, 403, "provider-sign-in-refused", "none of your groups at the provider has a role here");

    // Whoever has the name here already is somebody else.
    let invited = json!({"name": "dora", "grants": [{"role": "viewer"}]}).to_string();
    api.post("/api/v1/users", &[JSON], &invited).expect(201);
    provider.change(&json!({"groups": {"dora": ["admins"]}}));
    refused(&sign_in(api, &provider, "dora"), 409, "user-exists", "another user with your name");

    // Groups count from the next time on.
    provider.change(&json!({"groups": {"bob": ["admins"]}}));
    assert_eq!(users(&bob).problem(403), "forbidden");
    let again = Browser::of(sign_in(api, &provider, "bob"));
    users(&again).expect(200);
    let everybody = api.get("/api/v1/users").expect(200).to_string();
    assert_eq!(everybody.matches("\"bob\"").count(), 1, "he is the same one: {everybody}");
    provider.change(&json!({"groups": {"bob": []}}));
    refused(&sign_in(api, &provider, "bob"), 403, "provider-sign-in-refused", "none of your groups");
    let audit: Value = api.get("/api/v1/audit?limit=200").expect(200);
    for why in
        ["none of the groups at the provider has a role", "the name at the provider is that of another user"]
    {
        assert!(audit.to_string().contains(why), "{why}: {audit}");
    }
}

#[test]
fn nobody_signs_in_with_what_belongs_to_another_sign_in() {
    let provider = Provider::start();
    let installation = installation(&provider, Installation::without_worker);
    let api = &installation.api;
    let not_under_way = |answer: &Answer| {
        refused(answer, 403, "provider-sign-in-refused", "no such sign-in is under way in this browser");
    };

    let (own, other) = (Sent::begin(api), Sent::begin(api));
    let Return { code, state } = provider.visit(&own.address, "ann");
    let invented = format!("{}{}", &state[1..], &state[..1]);
    not_under_way(&own.end(api, &code, &invented));
    not_under_way(&other.end(api, &code, &state));
    Browser::of(own.end(api, &code, &state));
    not_under_way(&own.end(api, &code, &state));

    let later = Sent::begin(api);
    let under_way = provider.visit(&later.address, "ann").state;
    let replayed = later.end(api, &code, &under_way);
    refused(&replayed, 403, "provider-sign-in-refused", "the provider does not accept the sign-in");

    provider.change(&json!({"keys": "forged"}));
    let forged = sign_in(api, &provider, "ann");
    refused(&forged, 503, "provider-unavailable", "the answer of the provider is not valid");
    provider.change(&json!({"keys": "honest"}));
    Browser::of(sign_in(api, &provider, "ann"));

    let audit: Value = api.get("/api/v1/audit?limit=200").expect(200);
    let (audit, logs) = (audit.to_string(), installation.said());
    for why in [
        "no sign-in with the provider is under way in the browser",
        "the provider refused the sign-in",
        "the answer of the provider is not valid",
    ] {
        assert!(audit.contains(why), "{why}: {audit}");
    }
    for secret in [&code, &state, &under_way] {
        assert!(!audit.contains(secret) && !logs.contains(secret), "{secret} is told");
    }
}
