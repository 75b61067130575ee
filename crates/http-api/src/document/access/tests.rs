//! Every operation of the document asks for its action before anything is touched, or is listed as open to everybody.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use actix_web::error::PathError;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web::{Data, PathConfig};
use actix_web::{App, web};
use core_monitor_application::server::{Policy, Server, untouchable_ports};
use core_monitor_domain::access::{
    Action, Decision, Grant, Permission, Refusal, Resource, ResourceKind, Role,
};
use core_monitor_domain::ids::{CommandId, InstanceId, PlanId, SessionId, StackId, TokenId};
use core_monitor_domain::ports::{Clock as _, MockTokenStore, Token};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::clock::ManualClock;
use core_monitor_simulation::ids::SeededIdSource;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use utoipa_actix_web::AppExt as _;
use uuid::Uuid;

use super::PERMISSION;
use crate::api::{Api, Limits};
use crate::document::openapi;
use crate::middleware::{authenticate, catch_panic, head_as_get, observe, same_origin};
use crate::request::path_problem;
use crate::serve::test_application as application;
use crate::testing::{WEB, read, tar, witness};
use crate::{document, v1};

mod matrix;

/// The operations that need no token: they tell nothing about anybody's stacks, or need a ticket or another secret.
const OPEN: [&str; 12] = [
    "accept_invitation",
    "attach_terminal",
    "begin_provider_sign_in",
    "set_up",
    "show_health",
    "show_openapi",
    "show_provider",
    "show_readiness",
    "show_setup",
    "sign_in",
    "sign_in_with_password",
    "sign_in_with_provider",
];

/// Actions that nobody can ask for over HTTP.
const INTERNAL: [Action; 4] =
    [Action::WakeStack, Action::PutStackToSleep, Action::WatchForAlerts, Action::LookAfterInstances];

/// Actions of open operations, asked for once it is known who it is, or by the server for whoever has the secret.
const ASKED_LATER: [Action; 4] =
    [Action::SignIn, Action::SignInWithProvider, Action::SetUp, Action::AcceptInvitation];

/// An operation of the document.
struct Operation {
    method: String,
    path: String,
    value: Value,
}

impl Operation {
    fn all() -> Vec<Self> {
        let document = serde_json::to_value(openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, value)| Self {
                method: method.to_uppercase(),
                path: path.clone(),
                value: value.clone(),
            })
        });
        operations.collect()
    }

    fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap()
    }

    fn is_open(&self) -> bool {
        self.value["security"] == json!([{}])
    }

    /// The address with something in the place of each parameter.
    fn address(&self) -> String {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        let in_path = parameters.filter(|parameter| parameter["in"] == "path");
        in_path.fold(self.path.clone(), |address, parameter| {
            let given = match (&parameter["example"], parameter["schema"]["format"].as_str()) {
                (Value::String(text), _) => text.clone(),
                (_, Some("uuid")) => Uuid::nil().to_string(),
                _ => "1".to_owned(),
            };
            address.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &given)
        }) + &self.query()
    }

    /// What has to be in the query, as in the examples.
    fn query(&self) -> String {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        let required =
            parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        let pairs = required.map(|parameter| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            format!("{}={}", text(&parameter["name"]), text(&parameter["example"]))
        });
        let query = pairs.collect::<Vec<_>>().join("&");
        if query.is_empty() { query } else { format!("?{query}") }
    }

    /// A body that can be read, with its type: the example of the document.
    fn body(&self) -> Option<(String, Vec<u8>)> {
        let body = &self.value["requestBody"];
        if body["required"] != json!(true) {
            return None;
        }
        let (kind, content) = body["content"].as_object()?.iter().next()?;
        let is_archive = content["schema"]["format"] == "binary";
        let bytes =
            if is_archive { tar(&[("compose.yaml", WEB)]) } else { content["example"].to_string().into() };
        Some((kind.clone(), bytes))
    }
}

/// What the policy was asked.
type Asked = Arc<Mutex<Vec<Action>>>;

/// An API that knows one token and refuses everything; besides the tokens, no port may be touched.
fn closed(secret: &str) -> (Data<Api>, Asked) {
    let token = Token {
        id: TokenId(Uuid::nil()),
        name: "ann".parse().unwrap(),
        hash: Sha256::digest(secret).into(),
        grant: Grant::administrator(),
        created_at: Timestamp::from_millis(0).unwrap(),
        expires_at: None,
        used_at: Some(ManualClock::new().now()),
    };
    let mut tokens = MockTokenStore::new();
    tokens.expect_of_hash().returning(move |hash| Ok((token.hash == *hash).then(|| token.clone())));
    let mut ports = untouchable_ports(InstanceId(Uuid::nil()));
    ports.tokens = Arc::new(tokens);
    let clock = Arc::new(ManualClock::new());
    ports.clock = clock.clone();
    let asked = Asked::default();
    let notes = Arc::clone(&asked);
    let policy: Policy = Arc::new(move |_, action, _| {
        notes.lock().unwrap().push(action);
        Decision::Refused { why: Refusal::Policy }
    });
    let server = Server::with_policy(ports, policy);
    let ids = Arc::new(SeededIdSource::new(1));
    (
        Data::new(Api::new(
            server,
            InstanceId(Uuid::nil()),
            clock,
            ids,
            Limits::default(),
            CancellationToken::new(),
        )),
        asked,
    )
}

#[actix_web::test]
async fn every_operation_asks_for_its_action_and_touches_nothing() {
    let (api, asked) = closed("secret");
    let app = init_service(application!(api)).await;
    for operation in Operation::all().iter().filter(|operation| !operation.is_open()) {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let mut request = TestRequest::with_uri(&operation.address())
            .method(method)
            .append_header(("Authorization", "Bearer secret"))
            .append_header(("If-Match", "*"));
        if let Some((kind, body)) = operation.body() {
            request = request.append_header(("Content-Type", kind)).set_payload(body);
        }
        let answer = read(call_service(&app, request.to_request()).await).await;
        witness::check(&operation.method, &operation.address(), &answer);
        let id = operation.id();
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::FORBIDDEN, "forbidden".to_owned()),
            "{id}: {}",
            answer.text
        );
        let expected = format!("`ann` may not use `{id}`: the policy of this installation does not allow it");
        assert_eq!(answer.json()["detail"], expected);
        let asked: Vec<_> = asked.lock().unwrap().drain(..).map(Action::as_str).collect();
        assert_eq!(asked, [id], "it asks once, for what it is called after");
    }
}

#[actix_web::test]
async fn whoever_signs_in_may_be_refused_by_the_policy() {
    let (api, asked) = closed("secret");
    let app = init_service(application!(api)).await;
    let request = TestRequest::post().uri("/api/v1/session").set_payload(r#"{"token": "secret"}"#);
    let answer = read(call_service(&app, request.to_request()).await).await;
    witness::check("POST", "/api/v1/session", &answer);
    assert_eq!(answer.code(), "forbidden");
    assert_eq!(asked.lock().unwrap().as_slice(), [Action::SignIn]);
}

#[test]
fn every_operation_has_one_action_and_every_action_an_operation() {
    let mut named = BTreeSet::new();
    let mut open = BTreeSet::new();
    for operation in Operation::all() {
        let id = operation.id().to_owned();
        if operation.is_open() {
            open.insert(id);
            continue;
        }
        let action: Action = id.parse().unwrap_or_else(|_| panic!("`{id}` has no action in access.rs"));
        assert!(named.insert(action), "two operations are for {action}");
        assert_eq!(operation.value["security"], json!([{"token": [id]}, {"session": [id]}]));
        let permission = json!({
            "action": id,
            "resource": action.resource().as_str(),
            "writes": action.writes(),
            "role": action.role().map(Role::as_str),
            "permission": action.permission().map(Permission::as_str),
            "anywhere": action.is_anywhere(),
        });
        assert_eq!(operation.value[PERMISSION], permission, "{id}");
        assert!(operation.method != "GET" || !action.writes(), "{id} is a GET that changes something");
    }
    assert_eq!(open, OPEN.map(str::to_owned).into());
    named.extend(INTERNAL);
    named.extend(ASKED_LATER);
    assert_eq!(named, Action::ALL.iter().copied().collect(), "an action without an operation");
}
