//! `POST /convert/docker-run`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{CommandError, ConvertError, Converted};
use core_monitor_message::Message;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};
use crate::request::{Body, NoQuery};
use crate::said;
use crate::v1::message::{MessageBody, bodies};

/// A command line to convert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DockerRunBody {
    /// The command line as you would type it, including quotes and backslashes at line ends.
    #[schema(min_length = 1, example = "docker run -d --name web -p 8081:80 -v data:/data nginx:1.27")]
    command: String,
}

/// The equivalent compose file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConvertedDefinition)]
pub(crate) struct ConvertedBody {
    /// The compose file, to review, edit and save as a stack.
    #[schema(
        example = "name: web\n\nservices:\n  web:\n    image: nginx:1.27\n    container_name: web\n    ports:\n      - \"8081:80\"\n"
    )]
    compose: String,
    /// What was left out, and what remains to be done by hand.
    notes: Vec<MessageBody>,
}

answers!(Answers, Write, [InvalidCommand]);

/// Convert a `docker run` line to a compose file.
///
/// Nothing is saved or run: `$(...)` is not evaluated, and shell variables become variables of the stack. `docker create`
/// and `podman run` work too. An unknown flag is an error with its position in the line.
#[utoipa::path(
    tag = "stacks",
    request_body(content = DockerRunBody, content_type = "application/json"),
    responses((status = 200, description = "The compose file.", body = ConvertedBody), Answers)
)]
#[post("/convert/docker-run")]
pub(crate) async fn convert_docker_run(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let command = body.json::<DockerRunBody>()?.command;
    let Converted { compose, notes } = api.server.convert_docker_run(&caller.0, command).await?;
    Ok(HttpResponse::Ok().json(ConvertedBody { compose, notes: bodies(&notes) }))
}

impl From<ConvertError> for Problem {
    fn from(error: ConvertError) -> Self {
        match error {
            ConvertError::Forbidden(error) => error.into(),
            ConvertError::Command(errors) => {
                let detail = match errors.as_slice() {
                    [only] => said::command_with_error(only.message.clone()),
                    errors => said::command_with_errors(errors.len()),
                };
                refused(detail, errors)
            }
            ConvertError::Configuration(errors) => {
                let detail = match errors.as_slice() {
                    [only] => said::configuration_with_error(only.line, only.column, only.message.clone()),
                    errors => said::configuration_with_errors(errors.len()),
                };
                refused(detail, errors)
            }
        }
    }
}

fn refused(detail: Message, errors: Vec<CommandError>) -> Problem {
    let item = |error: CommandError| ProblemItem {
        code: ErrorCode::InvalidCommand.as_str().to_owned(),
        message: error.message.into(),
        hint: error.hint.as_deref().map(MessageBody::from),
        line: Some(error.line),
        column: Some(error.column),
        length: Some(error.length),
        ..ProblemItem::default()
    };
    Problem::new(ErrorCode::InvalidCommand, detail).with_errors(errors.into_iter().map(item).collect())
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::json;

    use crate::testing::World;

    const ADDRESS: &str = "/api/v1/convert/docker-run";

    const JSON: (&str, &str) = ("Content-Type", "application/json");

    #[actix_web::test]
    async fn a_line_becomes_a_definition_that_can_be_saved() {
        let world = World::new().await;
        let json = r#"{"command": "docker run -d -p 8081:80 nginx"}"#;
        let one = world.send("POST", ADDRESS, &[JSON], json).await;
        assert_eq!(one.status, StatusCode::OK, "{}", one.text);
        let compose = one.json()["compose"].as_str().unwrap().to_owned();
        assert_eq!(
            compose,
            "name: nginx\n\nservices:\n  nginx:\n    image: nginx\n    ports:\n      - \"8081:80\"\n"
        );
        let saved =
            world.send("POST", "/api/v1/stacks", &[("Content-Type", "application/yaml")], &compose).await;
        assert_eq!(saved.status, StatusCode::CREATED, "what comes out can be saved: {}", saved.text);
        let text = world.send("POST", ADDRESS, &[("Content-Type", "text/plain")], "docker run nginx").await;
        assert_eq!(text.code(), "unsupported-media-type", "an operation has one type of body");
    }

    #[actix_web::test]
    async fn errors_have_their_places() {
        let world = World::new().await;
        let body = json!({"command": "docker run \\\n --prot 80 nginx"}).to_string();
        let answer = world.send("POST", ADDRESS, &[JSON], &body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid-command".to_owned())
        );
        let error = &answer.json()["errors"][0];
        assert_eq!((&error["line"], &error["column"]), (&json!(2), &json!(2)), "{error}");
    }
}
