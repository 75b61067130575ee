//! `POST /wizard/save`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{
    BlockingWork, CreateStackError, RefusedDefinition, SaveVersionError, SaveWizard, SaveWizardError,
    WizardProblem,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{BaseBody, ComponentBody, WizardBody};
use crate::answer::answer;
use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};
use crate::request::{INVALID_CHOICE, NoQuery, WriteRequest, check_comment};
use crate::said;
use crate::v1::commands::SavedHeaders;
use crate::v1::stacks::create::{Saved, SavedBody};

/// Choices to save.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SaveWizardRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaveBody {
    /// The name of the stack. With a base it is that of its stack.
    #[schema(example = "shop")]
    name: String,
    /// The version to edit; null for a new stack.
    #[serde(default)]
    base: Option<BaseBody>,
    /// The components, in the order they are written.
    components: Vec<ComponentBody>,
    /// Paths of the compose file where the choice wins over a change by hand, as a problem names them.
    #[serde(default)]
    #[schema(example = json!(["services.db.mem_limit"]))]
    overwrite: Vec<String>,
    /// Why.
    #[serde(default)]
    #[schema(example = "a database for the shop")]
    comment: Option<String>,
}

answers!(
    Answers,
    Write,
    [
        StackNotFound,
        VersionNotFound,
        PreconditionFailed,
        PreconditionRequired,
        IdempotencyMismatch,
        NameTaken,
        InvalidChoices
    ]
);

/// Save what choices become.
///
/// Without a `base`, this creates a stack with its first version; with one, it saves the next version of its stack, and `If-Match`
/// is required. Secrets are generated here, stored encrypted and never returned. Nothing runs until the version is applied.
#[utoipa::path(
    tag = "wizard",
    params(SavedHeaders),
    request_body(content = SaveBody, content_type = "application/json"),
    responses(Saved, Answers)
)]
#[post("/wizard/save")]
pub(crate) async fn save_wizard(
    api: web::Data<Api>,
    _no_query: NoQuery,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let SaveBody { name, base, components, overwrite, comment } = request.body.json::<SaveBody>()?;
    let comment = comment.unwrap_or_default();
    check_comment(&comment)?;
    let wizard = WizardBody { name, base, components, overwrite }.read()?;
    let is_new = wizard.base.is_none();
    let memory = request.body.memory();
    let (actor, write) = if is_new { request.on_host() } else { request.on_existing()? };
    answer(&api, BlockingWork::Definition, async move |api| {
        let made = api.server.save_wizard(&actor, SaveWizard { wizard, comment, write }).await?;
        drop(memory);
        let (stack, version) = (&made.saved.stack, &made.saved.version);
        let location = if is_new {
            format!("/api/v1/stacks/{}", stack.id)
        } else {
            format!("/api/v1/stacks/{}/versions/{}", stack.id, version.version)
        };
        Ok(SavedBody::answer(made, location))
    })
    .await
}

impl From<SaveWizardError> for Problem {
    fn from(error: SaveWizardError) -> Self {
        match error {
            SaveWizardError::Forbidden(error) => error.into(),
            SaveWizardError::Wizard(error) => error.into(),
            SaveWizardError::Problems(problems) => refused(problems),
            // What is saved was checked before, so only what happened in between can be wrong with it.
            SaveWizardError::Create(CreateStackError::Definition(error))
            | SaveWizardError::Save(SaveVersionError::Definition(error)) => refused(of_definition(error)),
            SaveWizardError::Create(error) => error.into(),
            SaveWizardError::Save(error) => error.into(),
            SaveWizardError::Store(error) => error.into(),
        }
    }
}

fn of_definition(refused: RefusedDefinition) -> Vec<WizardProblem> {
    let problem = |issue: core_monitor_application::server::Issue| WizardProblem {
        pointer: String::new(),
        message: issue.message,
        hint: issue.hint,
    };
    refused.issues.into_iter().map(problem).collect()
}

fn refused(problems: Vec<WizardProblem>) -> Problem {
    let detail = match problems.as_slice() {
        [only] => said::choices_with_problem(only.message.clone()),
        problems => said::choices_with_problems(problems.len()),
    };
    let item = |problem: WizardProblem| ProblemItem {
        code: INVALID_CHOICE.to_owned(),
        message: said::choice_refused(problem.pointer, problem.message).into(),
        hint: problem.hint.map(Into::into),
        ..ProblemItem::default()
    };
    Problem::new(ErrorCode::InvalidChoices, detail).with_errors(problems.into_iter().map(item).collect())
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::{Answer, World};

    const JSON: (&str, &str) = ("Content-Type", "application/json");

    async fn save(world: &World, headers: &[(&str, &str)], body: &Value) -> Answer {
        world.send("POST", "/api/v1/wizard/save", &[&[JSON], headers].concat(), &body.to_string()).await
    }

    fn database() -> Value {
        json!({"name": "shop", "components": [{"entry": "postgres", "as": "db"}], "comment": "first"})
    }

    #[actix_web::test]
    async fn secrets_are_generated_and_never_shown() {
        let world = World::new().await;
        let saved = save(&world, &[], &database()).await;
        assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text);
        let stack = saved.json()["stack"]["stack_id"].as_str().unwrap().to_owned();
        let address = format!("/api/v1/stacks/{stack}/versions/1");
        let version = world.send("GET", &address, &[], "").await;
        assert_eq!(version.json()["secret_variables"], json!({"DB_PASSWORD": {"set_in": 1}}));
        let opened = world.send("GET", &format!("{address}/wizard"), &[], "").await.json();
        assert_eq!(opened["components"][0]["entry"], "postgres");
        assert_eq!((&opened["editable"], &opened["unknown"]), (&json!(true), &json!([])));

        // The next version keeps the password of the data that is there.
        let base = json!({"stack_id": stack, "version": 1});
        let components = json!([{"entry": "postgres", "as": "db"}, {"entry": "valkey", "as": "cache"}]);
        let body = json!({"name": "shop", "base": base, "components": components});
        assert_eq!(save(&world, &[], &body).await.code(), "precondition-required");
        assert_eq!(save(&world, &[("If-Match", "\"v0.7\"")], &body).await.code(), "precondition-failed");
        let next = save(&world, &[("If-Match", "*")], &body).await;
        assert_eq!(next.status, StatusCode::CREATED, "{}", next.text);
        let version = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/2"), &[], "").await.json();
        assert_eq!(version["secret_variables"]["DB_PASSWORD"], json!({"set_in": 1}));
    }

    #[actix_web::test]
    async fn nothing_is_saved_while_there_are_problems() {
        let world = World::new().await;
        let body = json!({"name": "shop", "components": [{"entry": "nope", "as": "db"}]});
        let answer = save(&world, &[], &body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid-choices".to_owned())
        );
        assert_eq!(answer.json()["errors"][0]["code"], "invalid-choice");
        assert_eq!(world.send("GET", "/api/v1/stacks", &[], "").await.json()["items"], json!([]));
    }

    #[actix_web::test]
    async fn a_save_can_be_repeated_and_does_not_take_a_name_twice() {
        let world = World::new().await;
        let key = [("Idempotency-Key", "one")];
        assert_eq!(save(&world, &key, &database()).await.status, StatusCode::CREATED);
        let again = save(&world, &key, &database()).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", again.text);
        let other = json!({"name": "shop", "components": [{"entry": "valkey", "as": "cache"}]});
        assert_eq!(save(&world, &key, &other).await.code(), "idempotency-mismatch");
        assert_eq!(save(&world, &[], &other).await.code(), "name-taken");
        let base = |stack: &str, version: u32| json!({"name": "shop", "components": [], "base": {"stack_id": stack, "version": version}});
        let unknown = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10";
        assert_eq!(save(&world, &[("If-Match", "*")], &base(unknown, 1)).await.code(), "stack-not-found");
        let stack = world.create_stack("blog").await;
        assert_eq!(save(&world, &[("If-Match", "*")], &base(&stack, 9)).await.code(), "version-not-found");
    }
}
