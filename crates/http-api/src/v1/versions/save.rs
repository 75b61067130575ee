//! `POST /stacks/{id}/versions`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{self, SaveVersion};
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{DefinitionBody, DefinitionQuery, VersionQuery, WriteUpload, read_definition};
use crate::v1::commands::QueuedHeaders;
use crate::v1::stacks::create::SavedBody;

answers!(Answers, Change, [NotFound, InvalidDefinition, InvalidArchive, ArchiveTooLarge]);

/// Save a new version of a stack.
///
/// Saves only: nothing runs differently before the version is applied. Possible while the queue is blocked, so that the
/// cure for a failed apply can always be saved.
#[utoipa::path(
    tag = "versions",
    params(VersionQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content(
        (String = "application/yaml", example = "services:\n  web:\n    image: nginx:1.27\n    ports:\n      - 8081:80\n"),
        (DefinitionBody = "application/json"),
        (Vec<u8> = "application/gzip"),
        (Vec<u8> = "application/x-tar"),
        (Vec<u8> = "application/zip"),
    )),
    responses(
        (status = 201, description = "The new version.", body = SavedBody, headers(
            ("Location" = String, description = "Address of the version."),
            ("ETag" = String, description = "What to send in `If-Match` with the next write."),
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with the same key made it."),
        )),
        Answers,
    )
)]
#[post("/stacks/{id}/versions")]
pub(crate) async fn save_version(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: DefinitionQuery,
    request: WriteUpload,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&request.body, query)?;
    let wish = SaveVersion {
        stack_id: StackId(*id),
        name: given.name,
        source: given.source,
        comment: given.comment,
        write: request.on_existing()?,
    };
    let made = server::save_version(&api.server, wish).await?;
    let (stack, version) = (&made.saved.stack, &made.saved.version);
    let location = format!("/api/v1/stacks/{}/versions/{}", stack.id, version.version);
    Ok(SavedBody::answer(made, &location))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::{WEB, World, YAML};

    #[actix_web::test]
    async fn a_version_has_its_predecessor_for_a_parent() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions?comment=second");
        let answer = world.send("POST", &address, &[YAML, ("If-Match", "\"v0.1\"")], WEB).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        assert_eq!(answer.header("location"), Some(format!("/api/v1/stacks/{stack}/versions/2").as_str()));
        assert_eq!(answer.header("etag"), Some("\"v0.2\""));
        let body = answer.json();
        assert_eq!((&body["version"]["version"], &body["version"]["parent_version"]), (&2.into(), &1.into()));
        assert_eq!(body["version"]["metadata"]["comment"], "second");
        assert_eq!(
            (&body["command"]["type"], &body["command"]["status"]),
            (&"UPDATE".into(), &"DONE".into())
        );
    }

    #[actix_web::test]
    async fn two_editors_do_not_overwrite_each_other() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions");
        let save =
            async |if_match: &str| world.send("POST", &address, &[YAML, ("If-Match", if_match)], WEB).await;
        assert_eq!(save("\"v0.1\"").await.status, StatusCode::CREATED);
        let late = save("\"v0.1\"").await;
        assert_eq!(
            (late.status, late.code()),
            (StatusCode::PRECONDITION_FAILED, "precondition-failed".to_owned())
        );
        assert_eq!(late.header("etag"), Some("\"v0.2\""), "the answer says what to send next time");
        assert_eq!(save("\"v0.2\"").await.status, StatusCode::CREATED);
        assert_eq!(save("*").await.status, StatusCode::CREATED);
        assert_eq!(save("three").await.code(), "invalid-request");
        let bare = world.send("POST", &address, &[YAML], WEB).await;
        assert_eq!(
            (bare.status, bare.code()),
            (StatusCode::PRECONDITION_REQUIRED, "precondition-required".to_owned())
        );
    }

    #[actix_web::test]
    async fn the_same_request_body_makes_a_stack_and_its_next_version() {
        let world = World::new().await;
        let headers = [("Content-Type", "application/json"), ("If-Match", "*")];
        let body = serde_json::json!({"name": "shop", "compose": WEB}).to_string();
        let made = world.send("POST", "/api/v1/stacks", &headers, &body).await.json();
        let address = format!("/api/v1/stacks/{}/versions", made["stack"]["stack_id"].as_str().unwrap());
        let again = world.send("POST", &address, &headers, &body).await;
        assert_eq!(again.status, StatusCode::CREATED, "{}", again.text);
        let other = world.send("POST", &address, &headers, &body.replace("shop", "blog")).await;
        assert_eq!(other.code(), "invalid-request");
        assert!(other.text.contains("cannot rename it to `blog`"), "{}", other.text);
    }

    #[actix_web::test]
    async fn a_wrong_definition_is_not_saved() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/versions");
        let answer =
            world.send("POST", &address, &[YAML, ("If-Match", "*")], "services: {web: {imgae: x}}\n").await;
        assert_eq!(answer.code(), "invalid-definition");
        let list = world.send("GET", &address, &[], "").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
}
