//! Every operation of the document, asked for by every role, for everything, for an own stack and for a foreign one, each by name and
//! by label, and by nobody: what was not granted is refused, before anything else is looked at.

use core_monitor_domain::access::{Scope, Target, decide};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::stack::StackLabels;

use super::*;
use crate::testing::World;

/// What a grant is for, as seen from the stack `shop` and the template `shop`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum For {
    Everything,
    Own,
    Foreign,
    OwnLabel,
    ForeignLabel,
}

/// The labels of the stack `shop`: those of the example in the document, so that setting them changes nothing.
const LABELS: &str = r#"{"team": "payments"}"#;

fn grant(role: Role, permissions: &[Permission], of: For) -> Grant {
    let selected =
        |selectors: &[&str]| Scope::Stacks(selectors.iter().map(|text| text.parse().unwrap()).collect());
    let stacks = match of {
        For::Everything => Scope::Everything,
        For::Own => selected(&["shop", "shop-*"]),
        For::Foreign => selected(&["web*"]),
        For::OwnLabel => selected(&["team=payments"]),
        For::ForeignLabel => selected(&["team=shop", "team=", "shop=shop"]),
    };
    Grant { role, permissions: permissions.iter().copied().collect(), stacks }
}

/// What is in the place of the parameters: a stack and a command of it, and a template.
struct Places {
    stack: String,
    command: String,
}

impl Places {
    async fn of(world: &World) -> Self {
        let stack = world.create_stack("shop").await;
        let (address, body) = (format!("/api/v1/stacks/{stack}/labels"), format!("{{\"labels\": {LABELS}}}"));
        let headers = [("Content-Type", "application/json"), ("If-Match", "*")];
        let labelled = world.send("PUT", &address, &headers, &body).await;
        assert_eq!(labelled.status, StatusCode::OK, "{}", labelled.text);
        world.create_template("shop").await;
        let commands = world.send("GET", "/api/v1/commands", &[], "").await.json();
        let command = commands["items"][0]["command_id"].as_str().unwrap().to_owned();
        Self { stack, command }
    }

    fn address(&self, operation: &Operation) -> String {
        let (address, nil) = (operation.address(), Uuid::nil().to_string());
        match operation.path.split('/').nth(3) {
            // What is made out of an archive is named in the query.
            Some("stacks" | "templates") if operation.path.split('/').nth(4) == Some("archive") => {
                format!("{}?name=shop", operation.path)
            }
            Some("stacks") => address.replacen(&nil, &self.stack, 1),
            Some("commands") => address.replacen(&nil, &self.command, 1),
            Some("templates") if operation.path.contains("{template}") => {
                let fill = |part: &str| match part {
                    "{template}" => "shop".to_owned(),
                    part if part.starts_with('{') => "1".to_owned(),
                    part => part.to_owned(),
                };
                let parts: Vec<_> = operation.path.split('/').map(fill).collect();
                parts.join("/") + &operation.query()
            }
            _ => address,
        }
    }
}

/// A resource as the action has it, and the name that it has for grants, as far as it exists in the world.
fn resource(action: Action) -> (Resource, Option<&'static str>) {
    let id = Uuid::nil();
    match action.resource() {
        ResourceKind::Installation => (Resource::Installation, None),
        ResourceKind::Stack => (Resource::Stack(StackId(id)), Some("shop")),
        ResourceKind::Template => (Resource::Template("shop".parse().unwrap()), Some("shop-")),
        ResourceKind::Command => (Resource::Command(CommandId(id)), Some("shop")),
        ResourceKind::Plan => (Resource::Plan(PlanId(id)), None),
        ResourceKind::Project => (Resource::Project("shop".to_owned()), None),
        ResourceKind::Registry => (Resource::Registry("docker.io".parse().unwrap()), None),
        ResourceKind::Token => (Resource::Token("ci".parse().unwrap()), None),
        ResourceKind::Secret => (Resource::Secret("db-password".parse().unwrap()), None),
        ResourceKind::User => (Resource::User("ann".parse().unwrap()), None),
        ResourceKind::Session => (Resource::Session(SessionId(id)), None),
        ResourceKind::Container => (Resource::Container("c0".into()), None),
        ResourceKind::Volume => (Resource::Volume("data".to_owned()), None),
    }
}

fn is_granted(grant: &Grant, action: Action) -> bool {
    let actor = Actor::token(TokenId(Uuid::nil()), "ci".parse().unwrap());
    let (resource, name) = resource(action);
    let labels: StackLabels = serde_json::from_str(LABELS).unwrap();
    // A template has no labels.
    let target = name.map(|name| match resource.kind() {
        ResourceKind::Template => Target::named(name),
        _ => Target { name, labels: &labels },
    });
    // What is made is called `shop` in the examples of the document.
    let makes = match action {
        Action::CreateStack | Action::CreateStackFromArchive => Some("shop"),
        Action::CreateTemplate | Action::CreateTemplateFromArchive => Some("shop-"),
        _ => None,
    };
    decide(&actor, std::slice::from_ref(grant), action, &resource, target) == Decision::Allowed
        && makes.is_none_or(|name| grant.stacks.contains(Target::named(name)))
}

fn is_stream(operation: &Operation) -> bool {
    operation.value["responses"]["200"]["content"]["text/event-stream"].is_object()
}

async fn ask(
    world: &World,
    operation: &Operation,
    address: &str,
    secret: Option<&str>,
) -> (StatusCode, String) {
    let bearer = secret.map(|secret| format!("Bearer {secret}"));
    let mut headers = vec![("If-Match", "*")];
    headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
    let body = operation.body();
    headers.extend(body.as_ref().map(|(kind, _)| ("Content-Type", kind.as_str())));
    let bytes = body.as_ref().map(|(_, bytes)| bytes.clone()).unwrap_or_default();
    let answer = world.send_anonymously(&operation.method, address, &headers, bytes).await;
    let code = if answer.status.is_success() { String::new() } else { answer.code() };
    (answer.status, code)
}

#[actix_web::test]
async fn every_operation_is_for_whom_it_was_granted_to() {
    let mut asked = 0;
    for role in Role::ALL {
        for of in [For::Everything, For::Own, For::Foreign, For::OwnLabel, For::ForeignLabel] {
            for permissions in [&[][..], &Permission::ALL] {
                asked += ask_for_everything(grant(role, permissions, of)).await;
            }
        }
    }
    assert!(asked > 5_000, "only {asked} requests were sent");
}

/// Asks for every operation with a token that has this grant, and says how many that were.
async fn ask_for_everything(grant: Grant) -> usize {
    let world = World::new().await;
    let places = Places::of(&world).await;
    let secret = world.token_with(grant.clone()).await;
    let mut asked = 0;
    for operation in Operation::all().iter().filter(|operation| !operation.is_open()) {
        let action: Action = operation.id().parse().unwrap();
        let is_granted = is_granted(&grant, action);
        // A stream would go on for ever.
        if is_granted && is_stream(operation) {
            continue;
        }
        let address = places.address(operation);
        let (status, code) = ask(&world, operation, &address, Some(&secret)).await;
        let is_refused = (status, code.as_str()) == (StatusCode::FORBIDDEN, "forbidden");
        let about = format!("{} {address} with {grant:?}: {status} {code}", operation.method);
        assert_eq!(is_refused, !is_granted, "{about}");
        assert_ne!(status, StatusCode::UNAUTHORIZED, "{about}");
        asked += 1;
    }
    asked
}

#[actix_web::test]
async fn nobody_may_use_any_operation_without_a_token() {
    let world = World::new().await;
    let places = Places::of(&world).await;
    for operation in Operation::all().iter().filter(|operation| !operation.is_open()) {
        for secret in [None, Some("cm_"), Some("")] {
            let (status, code) = ask(&world, operation, &places.address(operation), secret).await;
            let told = (status, code.as_str());
            assert_eq!(told, (StatusCode::UNAUTHORIZED, "unauthorized"), "{}", operation.id());
        }
    }
}
