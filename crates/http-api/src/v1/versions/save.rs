//! `POST /stacks/{id}/versions`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, Form, SaveVersion};
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::answer::answer;
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{
    ARCHIVE, ArchiveQuery, DefinitionBody, DefinitionQuery, GivenDefinition, Query, VersionQuery,
    WriteRequest, WriteUpload, read_archive, read_definition,
};
use crate::v1::commands::QueuedHeaders;
use crate::v1::stacks::create::{Saved, SavedBody};

answers!(Answers, Change, [NotFound, InvalidDefinition]);

/// Save a new version of a stack.
///
/// This only saves: nothing changes on the engine until the version is applied. It also works while the queue is blocked, so
/// that you can always save the fix for a failed apply.
#[utoipa::path(
    tag = "versions",
    params(("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = DefinitionBody, content_type = "application/json"),
    responses(Saved, Answers)
)]
#[post("/stacks/{id}/versions")]
pub(crate) async fn save_version(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<DefinitionQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let given = read_definition(&request.body, query.into_inner()).await?;
    save(&api, StackId(*id), request, Form::Text, given).await
}

answers!(ArchiveAnswers, Change, [NotFound, InvalidDefinition, InvalidArchive, ArchiveTooLarge]);

/// Save a new version of a stack from a project folder.
///
/// Like `POST /stacks/{id}/versions`, for a whole project folder as a tar, tar.gz or zip archive.
#[utoipa::path(
    tag = "versions",
    params(VersionQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = ARCHIVE),
    responses(Saved, ArchiveAnswers)
)]
#[post("/stacks/{id}/versions/archive")]
pub(crate) async fn save_version_from_archive(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: ArchiveQuery,
    request: WriteUpload,
) -> Result<HttpResponse, Problem> {
    let given = read_archive(&request.body, query).await?;
    save(&api, StackId(*id), request, Form::Archive, given).await
}

async fn save<const ARCHIVE: bool>(
    api: &web::Data<Api>,
    stack_id: StackId,
    request: WriteRequest<ARCHIVE>,
    form: Form,
    given: GivenDefinition,
) -> Result<HttpResponse, Problem> {
    let memory = request.body.memory();
    let (actor, write) = request.on_existing()?;
    let GivenDefinition { name, on_failure, comment, source } = given;
    let wish = SaveVersion { stack_id, name, on_failure, form, source, comment, write };
    answer(api, BlockingWork::Definition, async move |api| {
        let made = api.server.save_version(&actor, wish).await?;
        drop(memory);
        let (stack, version) = (&made.saved.stack, &made.saved.version);
        let location = format!("/api/v1/stacks/{}/versions/{}", stack.id, version.version);
        Ok(SavedBody::answer(made, location))
    })
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use core_monitor_application::server::{Form, SaveVersion, Write};
    use core_monitor_domain::actor::Actor;
    use core_monitor_domain::ports::IfMatch;
    use core_monitor_domain::stack_version::Source;

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
            (&body["command"]["kind"], &body["command"]["status"]),
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
    async fn whoever_states_no_precondition_is_never_too_late() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await.parse().unwrap();
        let api = world.shared();
        let token = world.database.token_store().list().await.unwrap().remove(0);
        let actor = Actor::token(token.id, token.name);
        // All of them read version 1, then each but one finds that another one came first.
        let saving = (0..20).map(|_| {
            let wish = SaveVersion {
                stack_id: stack,
                name: None,
                on_failure: None,
                form: Form::Text,
                source: Source::single("compose.yaml", WEB),
                comment: String::new(),
                write: Write { idempotency: None, if_match: IfMatch::Any },
            };
            api.server.save_version(&actor, wish)
        });
        let saved = futures::future::join_all(saving).await;
        let mut versions: Vec<_> =
            saved.into_iter().map(|made| made.unwrap().saved.version.version.0).collect();
        versions.sort_unstable();
        assert_eq!(versions, (2..=21).collect::<Vec<_>>());
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
