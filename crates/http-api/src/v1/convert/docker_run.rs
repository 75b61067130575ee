//! `POST /convert/docker-run`

use actix_web::{HttpResponse, post};
use core_monitor_application::server::{CommandError, Converted, convert_docker_run};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::{Problem, ProblemItem};
use crate::request::Body;

/// A line to convert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DockerRunBody {
    /// As it is typed or pasted: with quotes, and line ends behind backslashes.
    #[schema(min_length = 1, example = "docker run -d --name web -p 8081:80 -v data:/data nginx:1.27")]
    command: String,
}

/// A compose file that means the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConvertedDefinition)]
pub(crate) struct ConvertedBody {
    /// The compose file, to be read, changed and saved as a stack.
    #[schema(
        example = "name: web\n\nservices:\n  web:\n    image: nginx:1.27\n    container_name: web\n    ports:\n      - \"8081:80\"\n"
    )]
    compose: String,
    /// What was left out, and what has to be done beside the file.
    #[schema(example = json!(["`--detach` is left out: a stack's containers run in the background"]))]
    notes: Vec<String>,
}

answers!(Answers, Write, [InvalidCommand]);

/// Convert a `docker run` line to a compose file.
///
/// Nothing is saved and nothing is run: `$(...)` stays unevaluated, and variables of the shell become variables of the
/// stack. `docker create` and `podman run` are understood too. Unknown flags are an error with their position in the line.
#[utoipa::path(
    tag = "stacks",
    request_body(content(
        (DockerRunBody = "application/json"),
        (String = "text/plain", example = "docker run -d --name web -p 8081:80 nginx:1.27"),
    )),
    responses((status = 200, description = "The compose file.", body = ConvertedBody), Answers)
)]
#[post("/convert/docker-run")]
pub(crate) async fn convert_command(_caller: Caller, body: Body) -> Result<HttpResponse, Problem> {
    let command =
        if body.content_type == "text/plain" { body.text()? } else { body.json::<DockerRunBody>()?.command };
    let Converted { compose, notes } = convert_docker_run(&command).map_err(refused)?;
    Ok(HttpResponse::Ok().json(ConvertedBody { compose, notes }))
}

fn refused(errors: Vec<CommandError>) -> Problem {
    let detail = match errors.as_slice() {
        [only] => format!("the command has an error: {}", only.message),
        errors => format!("the command has {} errors", errors.len()),
    };
    let item = |error: CommandError| ProblemItem {
        code: ErrorCode::InvalidCommand.as_str().to_owned(),
        message: error.message,
        hint: error.hint,
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

    #[actix_web::test]
    async fn a_line_is_taken_as_json_and_as_text() {
        let world = World::new().await;
        let json = r#"{"command": "docker run -d -p 8081:80 nginx"}"#;
        let one = world.send("POST", ADDRESS, &[("Content-Type", "application/json")], json).await;
        let text = "docker run -d -p 8081:80 nginx";
        let two = world.send("POST", ADDRESS, &[("Content-Type", "text/plain; charset=utf-8")], text).await;
        assert_eq!(one.status, StatusCode::OK, "{}", one.text);
        assert_eq!(one.json(), two.json());
        let compose = one.json()["compose"].as_str().unwrap().to_owned();
        assert_eq!(
            compose,
            "name: nginx\n\nservices:\n  nginx:\n    image: nginx\n    ports:\n      - \"8081:80\"\n"
        );
        let saved =
            world.send("POST", "/api/v1/stacks", &[("Content-Type", "application/yaml")], &compose).await;
        assert_eq!(saved.status, StatusCode::CREATED, "what comes out can be saved: {}", saved.text);
    }

    #[actix_web::test]
    async fn errors_have_their_places() {
        let world = World::new().await;
        let answer = world
            .send("POST", ADDRESS, &[("Content-Type", "text/plain")], "docker run \\\n --prot 80 nginx")
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid-command".to_owned())
        );
        let error = &answer.json()["errors"][0];
        assert_eq!((&error["line"], &error["column"]), (&json!(2), &json!(2)), "{error}");
    }
}
