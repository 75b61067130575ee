//! `PATCH /stacks/{id}`

use actix_web::{HttpResponse, patch, web};
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::stack::SettingsChange;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{NoQuery, WriteRequest};
use crate::response::etag;
use crate::v1::commands::{IfMatchHeader, OnFailureWord};
use crate::v1::stacks::StackBody;

/// New settings of a stack. What is left out or null stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = StackChange, example = json!({"on_failure": "rollback"}))]
pub(crate) struct ChangeBody {
    /// What an apply or a rollback does on failure, unless the request says otherwise.
    on_failure: Option<OnFailureWord>,
}

answers!(Answers, Write, [NotFound, StackNotFound, PreconditionFailed, PreconditionRequired]);

/// Change the settings of a stack.
///
/// They take effect at once, for commands that are requested from then on. Nothing changes on the engine, and no version is
/// saved. The audit records who did it. A request for what is already so changes nothing and succeeds whatever its
/// `If-Match`, so it can be repeated.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack."), IfMatchHeader),
    request_body(content = ChangeBody, content_type = "application/json"),
    responses(
        (status = 200, description = "The stack.", body = StackBody, headers(
            ("ETag" = String, description = "Send it in `If-Match` with the next write."),
        )),
        Answers,
    )
)]
#[patch("/stacks/{id}")]
pub(crate) async fn change_stack(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let body: ChangeBody = request.body.json()?;
    let change = SettingsChange { on_failure: body.on_failure.map(OnFailure::from) };
    let (actor, write) = request.on_existing()?;
    let stack = api.server.change_stack(&actor, StackId(*id), change, write.if_match).await?;
    let revision = stack.revision();
    Ok(HttpResponse::Ok().insert_header(etag(revision)).json(StackBody::from(stack)))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::{Answer, WEB, World};

    const JSON: (&str, &str) = ("Content-Type", "application/json");

    async fn change(world: &World, stack: &str, if_match: &str, body: &str) -> Answer {
        let headers = [JSON, ("If-Match", if_match)];
        world.send("PATCH", &format!("/api/v1/stacks/{stack}"), &headers, body).await
    }

    /// What a command says about failure that was asked for with this body.
    async fn asked(world: &World, stack: &str, what: &str, body: &str) -> Value {
        let address = format!("/api/v1/stacks/{stack}/{what}/1");
        let answer = world.send("POST", &address, &[JSON, ("If-Match", "*")], body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
        answer.json()["payload"]["on_failure"].clone()
    }

    #[actix_web::test]
    async fn commands_that_say_nothing_take_the_default_of_their_stack() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        for what in ["apply", "rollback"] {
            assert_eq!(asked(&world, &stack, what, "").await, "hold");
            assert_eq!(asked(&world, &stack, what, r#"{"on_failure": "rollback"}"#).await, "rollback");
        }
        let answer = change(&world, &stack, "*", r#"{"on_failure": "rollback"}"#).await;
        assert_eq!((answer.status, &answer.json()["on_failure"]), (StatusCode::OK, &json!("rollback")));
        for what in ["apply", "rollback"] {
            assert_eq!(asked(&world, &stack, what, "").await, "rollback");
            assert_eq!(asked(&world, &stack, what, r#"{"on_failure": null}"#).await, "rollback");
            assert_eq!(asked(&world, &stack, what, r#"{"on_failure": "hold"}"#).await, "hold");
        }
        let shown = world.send("GET", &format!("/api/v1/stacks/{stack}"), &[], "").await.json();
        let listed = world.send("GET", "/api/v1/stacks", &[], "").await.json();
        assert_eq!([&shown["on_failure"], &listed["items"][0]["on_failure"]], ["rollback", "rollback"]);
    }

    #[actix_web::test]
    async fn a_repeated_request_keeps_what_its_command_said() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/apply/1");
        let headers = [JSON, ("If-Match", "*"), ("Idempotency-Key", "k-1")];
        let first = world.send("POST", &address, &headers, "{}").await.json();
        change(&world, &stack, "*", r#"{"on_failure": "rollback"}"#).await;
        let again = world.send("POST", &address, &headers, "{}").await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.json()["command_id"], first["command_id"]);
        assert_eq!(again.json()["payload"]["on_failure"], "hold");
    }

    #[actix_web::test]
    async fn a_change_is_a_new_revision() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let answer = change(&world, &stack, "\"v0.1\"", r#"{"on_failure": "rollback"}"#).await;
        assert_eq!(answer.header("etag"), Some("\"v0.1.1\""), "{}", answer.text);
        assert_eq!(answer.json()["revision"], "v0.1.1");
        let late = change(&world, &stack, "v0.1", r#"{"on_failure": "hold"}"#).await;
        assert_eq!(
            (late.code(), late.header("etag")),
            ("precondition-failed".to_owned(), Some("\"v0.1.1\""))
        );
        // The lost answer of the first one: it is so already.
        let again = change(&world, &stack, "v0.1", r#"{"on_failure": "rollback"}"#).await;
        assert_eq!((again.status, again.header("etag")), (StatusCode::OK, Some("\"v0.1.1\"")));
        assert_eq!(change(&world, &stack, "v0.1", "{}").await.status, StatusCode::OK);
        // A command of somebody who has not seen the new setting is refused.
        let apply = format!("/api/v1/stacks/{stack}/apply/1");
        let unseen = world.send("POST", &apply, &[("If-Match", "v0.1")], "").await;
        assert_eq!(unseen.code(), "precondition-failed");
        let seen = world.send("POST", &apply, &[("If-Match", "v0.1.1")], "").await;
        assert_eq!((seen.status, seen.header("etag")), (StatusCode::ACCEPTED, Some("\"v0.2.1\"")));
    }

    #[actix_web::test]
    async fn the_audit_has_one_line_for_each_change() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        for word in ["rollback", "rollback", "hold"] {
            change(&world, &stack, "*", &json!({"on_failure": word}).to_string()).await;
        }
        let audit = world.send("GET", "/api/v1/audit", &[], "").await.json();
        let of_stack =
            audit["items"].as_array().unwrap().iter().filter(|line| line["action"] == "change_stack");
        let lines: Vec<_> = of_stack.map(|line| format!("{} {}", line["resource"], line["change"])).collect();
        let line = format!("\"stack:{stack}\" \"replaced\"");
        assert_eq!(lines, [line.clone(), line]);
    }

    #[actix_web::test]
    async fn other_words_and_other_settings_are_refused() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        for body in [r#"{"on_failure": "explode"}"#, r#"{"name": "other"}"#, "[]", "", r#"{"on_failure": 1}"#]
        {
            assert_eq!(change(&world, &stack, "*", body).await.code(), "invalid-request", "{body}");
        }
    }

    #[actix_web::test]
    async fn a_stack_can_begin_with_its_default() {
        let world = World::new().await;
        let body = |name: &str| json!({"name": name, "compose": WEB, "on_failure": "rollback"}).to_string();
        let made = world.send("POST", "/api/v1/stacks", &[JSON], &body("shop")).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        assert_eq!(
            (&made.json()["stack"]["on_failure"], &made.json()["stack"]["revision"]),
            (&json!("rollback"), &json!("v0.1"))
        );
        let stack = made.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
        assert_eq!(asked(&world, &stack, "apply", "").await, "rollback");
        // The same body is good for the next version, but a version does not change the default.
        let address = format!("/api/v1/stacks/{stack}/versions");
        let headers = [JSON, ("If-Match", "*")];
        let again = world.send("POST", &address, &headers, &body("shop")).await;
        assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
        let other = body("shop").replace("rollback", "hold");
        let other = world.send("POST", &address, &headers, &other).await;
        assert_eq!(other.code(), "invalid-request");
        assert!(other.text.contains("PATCH /api/v1/stacks/"), "{}", other.text);
        let archive = crate::testing::tar(&[("compose.yaml", WEB)]);
        let address = "/api/v1/stacks/archive?name=blog&on_failure=rollback";
        let made = world.send_bytes("POST", address, &[crate::testing::TAR], archive.clone()).await;
        assert_eq!(made.json()["stack"]["on_failure"], "rollback", "{}", made.text);
        let address = "/api/v1/stacks/archive?name=more&on_failure=explode";
        let refused = world.send_bytes("POST", address, &[crate::testing::TAR], archive).await;
        assert_eq!(refused.code(), "invalid-request");
    }
}
