//! Users, over the real programs: the first one, an invitation, and what is left of somebody who is removed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use ureq::http::Method;

use crate::harness::{Answer, Api, Installation};

const PASSWORD: &str = "correct horse battery";

/// The session of a browser.
pub(crate) struct Browser {
    cookie: String,
    csrf_token: String,
}

impl Browser {
    /// What a browser remembers of an answer with which a session has begun.
    #[track_caller]
    pub(crate) fn of(answer: Answer) -> Self {
        let cookie = answer.header("set-cookie").map(|cookie| cookie.split(';').next().unwrap().to_owned());
        let session = answer.expect(201);
        let csrf_token = session["csrf_token"].as_str().unwrap().to_owned();
        Self { cookie: cookie.unwrap(), csrf_token }
    }

    pub(crate) fn send(&self, api: &Api, method: &Method, path: &str, body: &Value) -> Answer {
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("X-CSRF-Token", &self.csrf_token),
            ("Content-Type", "application/json"),
            ("If-Match", "*"),
        ];
        let body = if *method == Method::GET { String::new() } else { body.to_string() };
        api.anonymous().send(method, path, &headers, &body).unwrap()
    }
}

fn post(api: &Api, path: &str, body: &Value) -> Answer {
    api.anonymous().post(path, &[("Content-Type", "application/json")], &body.to_string())
}

#[test]
fn the_first_user_invites_others_who_do_what_was_granted() {
    let mut installation = Installation::start();
    let file = installation.data().join("setup-token");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let token = fs::read_to_string(&file).unwrap().trim().to_owned();
    let setup = json!({"token": token, "name": "ann", "password": PASSWORD});
    let wrong = json!({"token": "cms_wrong", "name": "eve", "password": PASSWORD});
    assert_eq!(post(&installation.api, "/api/v1/setup", &wrong).problem(403), "invitation-invalid");
    let ann = Browser::of(post(&installation.api, "/api/v1/setup", &setup));
    assert!(!file.exists(), "it works once");
    assert_eq!(post(&installation.api, "/api/v1/setup", &setup).problem(403), "invitation-invalid");

    let stack =
        installation.create("shop", "services:\n  web: { image: 'test/busybox:1', command: sleep 600 }\n");
    let grants = json!([{"role": "viewer"}, {"role": "deployer", "stacks": [stack.name]}]);
    let invited = ann.send(
        &installation.api,
        &Method::POST,
        "/api/v1/users",
        &json!({"name": "bob", "grants": grants}),
    );
    let invitation = invited.expect(201)["invitation"].clone();
    let accept = json!({"invitation": invitation, "password": PASSWORD});
    Browser::of(post(&installation.api, "/api/v1/invitations/accept", &accept));

    installation.server().kill();
    installation.start_server();
    assert!(!file.exists(), "there are users");
    let sign_in = json!({"name": "bob", "password": PASSWORD});
    let bob = Browser::of(post(&installation.api, "/api/v1/session/password", &sign_in));
    let apply = format!("/api/v1/stacks/{}/apply/1?wait=60", stack.id);
    let command = bob.send(&installation.api, &Method::POST, &apply, &json!({})).expect(200);
    assert_eq!(
        (&command["status"], &command["principal"]["name"]),
        (&json!("DONE"), &json!("bob")),
        "{command:#}"
    );
    assert_eq!(
        bob.send(&installation.api, &Method::GET, "/api/v1/users", &json!({})).problem(403),
        "forbidden"
    );

    ann.send(&installation.api, &Method::DELETE, "/api/v1/users/bob", &json!({})).expect(204);
    assert_eq!(
        bob.send(&installation.api, &Method::GET, "/api/v1/stacks", &json!({})).problem(401),
        "session-ended"
    );
    let refused = post(&installation.api, "/api/v1/session/password", &sign_in);
    assert_eq!(refused.problem(401), "sign-in-refused");
    let audit = installation.api.get("/api/v1/audit?limit=200").expect(200);
    let text = audit.to_string();
    for action in ["set_up", "invite_user", "accept_invitation", "remove_user", "refused"] {
        assert!(text.contains(&format!("\"{action}\"")), "{action}: {text}");
    }
    let (logs, stored) = (installation.said(), installation.database_bytes());
    for secret in [PASSWORD, token.as_str(), invitation.as_str().unwrap()] {
        assert!(!text.contains(secret) && !logs.contains(secret), "{secret} is told");
        assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret} is stored");
    }
}

#[test]
fn whoever_has_a_stack_by_its_label_loses_it_with_the_label() {
    let installation = Installation::start();
    let api = &installation.api;
    let token = fs::read_to_string(installation.data().join("setup-token")).unwrap();
    let setup = json!({"token": token.trim(), "name": "ann", "password": PASSWORD});
    let ann = Browser::of(post(api, "/api/v1/setup", &setup));
    let grants = json!([{"role": "viewer", "stacks": ["team=payments"]}]);
    let invite = json!({"name": "bob", "grants": grants});
    let invited = ann.send(api, &Method::POST, "/api/v1/users", &invite).expect(201);
    assert_eq!(invited["user"]["grants"][0]["stacks"], json!(["team=payments"]), "{invited:#}");
    let accept = json!({"invitation": invited["invitation"], "password": PASSWORD});
    let bob = Browser::of(post(api, "/api/v1/invitations/accept", &accept));

    // The label of a container in the definition is none of the stack.
    let labelled =
        "services:\n  web: { image: 'test/busybox:1', command: sleep 600, labels: { team: payments } }\n";
    let (shop, blog) = (installation.create("shop", labelled), installation.create("blog", labelled));
    let get = |path: &str| bob.send(api, &Method::GET, path, &Value::Null);
    let address = |id: &str| format!("/api/v1/stacks/{id}");
    let names = || {
        let listed = get("/api/v1/stacks").expect(200);
        let items = listed["items"].as_array().unwrap().iter();
        items.map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let set = |labels: Value| {
        let path = format!("{}/labels", address(&shop.id));
        ann.send(api, &Method::PUT, &path, &json!({"labels": labels})).expect(200)
    };
    assert_eq!(names(), [""; 0]);
    assert_eq!(get(&address(&shop.id)).problem(403), "forbidden");

    assert_eq!(set(json!({"team": "payments"}))["labels"], json!({"team": "payments"}));
    assert_eq!(names(), [shop.name.as_str()]);
    assert_eq!(get(&address(&shop.id)).expect(200)["labels"], json!({"team": "payments"}));
    assert_eq!(get(&address(&blog.id)).problem(403), "forbidden");
    let own = json!({"labels": {"team": "payments", "env": "prod"}});
    let path = format!("{}/labels", address(&shop.id));
    assert_eq!(bob.send(api, &Method::PUT, &path, &own).problem(403), "forbidden");

    set(json!({"team": "web"}));
    assert_eq!(names(), [""; 0]);
    assert_eq!(get(&address(&shop.id)).problem(403), "forbidden");
    let audit = api.get("/api/v1/audit?limit=200").expect(200).to_string();
    assert!(audit.contains("-team=payments, +team=web"), "{audit}");
}
