//! The compose files of a definition in JSON: one, or several that are merged.

use core_monitor_archive::check_path;
use core_monitor_domain::stack_version::Source;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

use super::YAML_FILE;
use super::json::LONGEST_PATH;

/// Path of a compose file sent as a JSON object.
const JSON_FILE: &str = "compose.json";

/// One of several compose files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ComposeFile)]
pub(crate) struct ComposeFileBody {
    /// Path in the project folder. Errors and findings name it.
    #[schema(example = "compose.prod.yaml")]
    path: String,
    /// Its text (YAML).
    #[schema(example = "services:\n  web:\n    restart: always\n")]
    content: String,
}

/// Any JSON: a choice between text and an object with any members is more than some generators can express.
pub(super) fn compose_schema() -> RefOr<Schema> {
    let example = "services:\n  web:\n    image: nginx:1.27\n";
    let any = ObjectBuilder::new().schema_type(SchemaType::AnyValue).examples([example]);
    let about = "The compose file, if there is one: its text (YAML), or the same as an object. It is stored as `compose.yaml`, \
                 or as `compose.json`. Exactly one of `compose` and `compose_files` is there.";
    RefOr::T(Schema::Object(any.description(Some(about)).build()))
}

/// The source with its compose files alone, from whichever of the two fields is there.
pub(super) fn source(
    compose: Option<serde_yaml::Value>,
    files: Option<Vec<ComposeFileBody>>,
) -> Result<Source, Problem> {
    match (compose, files) {
        (Some(compose), None) => single(compose),
        (None, Some(files)) => several(files),
        (Some(_), Some(_)) => Err(invalid(said::compose_twice())),
        (None, None) => Err(invalid(said::compose_missing())),
    }
}

fn single(compose: serde_yaml::Value) -> Result<Source, Problem> {
    match compose {
        serde_yaml::Value::String(text) => Ok(Source::single(YAML_FILE, text)),
        // YAML values keep the order of the keys, JSON values do not: this keeps the services in the order written.
        object @ serde_yaml::Value::Mapping(_) => {
            let text = serde_json::to_string_pretty(&object)
                .map_err(|error| invalid(said::compose_not_writable(error)))?;
            Ok(Source::single(JSON_FILE, text + "\n"))
        }
        _ => Err(invalid(said::compose_form())),
    }
}

fn several(files: Vec<ComposeFileBody>) -> Result<Source, Problem> {
    if files.is_empty() {
        return Err(invalid(said::compose_files_empty()));
    }
    let mut source = Source::default();
    for ComposeFileBody { path, content } in files {
        check_path(&path, LONGEST_PATH).map_err(|fault| {
            let shown: String = path.escape_debug().take(LONGEST_PATH).collect();
            invalid(said::file_of_compose_files_invalid(shown, fault.message()))
        })?;
        if source.files.insert(path.clone(), content.into()).is_some() {
            return Err(invalid(said::compose_file_twice(path)));
        }
        source.compose_files.push(path);
    }
    Ok(source)
}

fn invalid(text: core_monitor_message::Message) -> Problem {
    Problem::new(ErrorCode::InvalidRequest, text)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::World;

    const JSON: (&str, &str) = ("Content-Type", "application/json");
    const BASE: &str = "services:\n  web:\n    image: demo:${TAG}\n    command: [\"base\"]\n";
    const OVER: &str = "services:\n  web:\n    command: [\"over\"]\n";

    async fn lint(body: &Value) -> (StatusCode, Value) {
        let answer = World::new().await.send("POST", "/api/v1/lint", &[JSON], &body.to_string()).await;
        (answer.status, answer.json())
    }

    async fn check(body: Value, words: &str) {
        let (status, answer) = lint(&body).await;
        assert_eq!((status, &answer["code"]), (StatusCode::BAD_REQUEST, &"invalid-request".into()), "{body}");
        let detail = answer["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{body}: {detail}");
    }

    #[actix_web::test]
    async fn several_files_are_merged_in_their_order_and_keep_variables() {
        let world = World::new().await;
        let (base, over) =
            (json!({"path": "base.yaml", "content": BASE}), json!({"path": "over.yaml", "content": OVER}));
        let made = |files: Value| json!({"name": "shop", "compose_files": files, "variables": {"TAG": "2"}, "secret_variables": {"KEY": {"value": "s"}}});
        let send = async |address: &str, body: Value| {
            world.send("POST", address, &[JSON, ("If-Match", "*")], &body.to_string()).await
        };
        let first = send("/api/v1/stacks", made(json!([base, over]))).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
        let versions =
            format!("/api/v1/stacks/{}/versions", first.json()["stack"]["stack_id"].as_str().unwrap());
        let second = send(&versions, made(json!([over, base]))).await;
        assert_eq!(second.status, StatusCode::CREATED, "{}", second.text);
        let shown = async |version: u32| {
            let version = world.send("GET", &format!("{versions}/{version}"), &[], "").await.json();
            let web = version["model"]["services"]["web"].clone();
            (version["compose_files"].clone(), web["command"].clone(), web["image"].clone(), version)
        };
        let (files, command, image, version) = shown(1).await;
        assert_eq!((files, command), (json!(["base.yaml", "over.yaml"]), json!(["over"])));
        assert_eq!((image, &version["variables"]), (json!("demo:2"), &json!({"TAG": "2"})));
        assert!(version["secret_variables"]["KEY"].is_object(), "{version}");
        let (files, command, ..) = shown(2).await;
        assert_eq!(
            (files, command),
            (json!(["over.yaml", "base.yaml"]), json!(["base"])),
            "the last one wins"
        );
    }

    #[actix_web::test]
    async fn what_is_wrong_names_the_file() {
        let wrong = "services:\n  web:\n    imgae: x\n";
        let files =
            json!([{"path": "base.yaml", "content": BASE}, {"path": "prod/over.yaml", "content": wrong}]);
        let (status, answer) =
            lint(&json!({"name": "shop", "compose_files": files, "variables": {"TAG": "1"}})).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        let error = &answer["errors"][0];
        assert_eq!((&error["file"], &error["line"]), (&json!("prod/over.yaml"), &json!(3)), "{error}");
    }

    #[actix_web::test]
    async fn there_is_one_way_to_say_it() {
        let file = |path: &str| json!({"path": path, "content": BASE});
        check(json!({"name": "shop"}), "neither `compose` nor `compose_files`").await;
        check(
            json!({"compose": BASE, "compose_files": [file("a.yaml")]}),
            "both `compose` and `compose_files`",
        )
        .await;
        check(json!({"compose_files": []}), "`compose_files` is empty").await;
        check(json!({"compose_files": [file("a.yaml"), file("a.yaml")]}), "`a.yaml` is there twice").await;
        check(json!({"compose_files": [file("../a.yaml")]}), "`../a.yaml` in `compose_files`").await;
        check(
            json!({"compose_files": [file("a.yaml")], "files": {"a.yaml": ""}}),
            "`files` must not contain `a.yaml`",
        )
        .await;
        check(json!({"compose_files": [file("a")], "files": {"a/b": ""}}), "both a file and a folder").await;
        check(json!({"compose_files": [file("a/b"), file("a")]}), "both a file and a folder").await;
        check(json!({"compose_files": [{"path": "a.yaml"}]}), "the field `content` is missing").await;
    }
}
