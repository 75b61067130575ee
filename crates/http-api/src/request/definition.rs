//! Definitions in YAML and JSON.

use std::collections::BTreeMap;

use core_monitor_domain::stack_version::{Source, SourceFile};
use serde::Deserialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{IntoParams, ToSchema};

use crate::error_code::ErrorCode;
use crate::problem::Problem;

use super::Body;

/// Path of the compose file when it comes as YAML or as text.
const YAML_FILE: &str = "compose.yaml";
/// Path of the compose file when it comes as a JSON object.
const JSON_FILE: &str = "compose.json";
/// Longest comment, in characters.
const LONGEST_COMMENT: usize = 2_000;

/// Parameters beside a YAML body.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DefinitionQuery {
    /// Name of the stack; without it, the `name:` of the file is taken. Only when a stack is created.
    #[param(example = "shop")]
    pub(crate) name: Option<String>,
    /// Why this version was made.
    #[param(example = "first version")]
    pub(crate) comment: Option<String>,
}

/// A definition as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Definition)]
pub(crate) struct DefinitionBody {
    /// Name of the stack; without it, the `name` of the definition is taken. Only when a stack is created.
    #[schema(example = "shop")]
    name: Option<String>,
    /// The compose file: its text in YAML, or the definition itself as a JSON object.
    #[schema(schema_with = compose_schema)]
    compose: serde_yaml::Value,
    /// Further files that the compose file refers to, by path: env files, or `.env`.
    #[serde(default)]
    #[schema(example = json!({"web.env": "GREETING=hello\n"}))]
    files: BTreeMap<String, String>,
    /// Values for `${NAME}` in the compose file; they win over those of a `.env` file.
    #[serde(default)]
    #[schema(example = json!({"TAG": "1.27"}))]
    variables: BTreeMap<String, String>,
    /// Why this version was made.
    #[schema(example = "first version")]
    comment: Option<String>,
}

fn compose_schema() -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some("YAML"));
    let object = ObjectBuilder::new().schema_type(Type::Object).description(Some("The definition itself"));
    let example = "services:\n  web:\n    image: nginx:1.27\n";
    RefOr::T(Schema::OneOf(OneOfBuilder::new().item(text).item(object).examples([example]).build()))
}

/// A definition as it came in.
#[derive(Debug)]
pub(crate) struct GivenDefinition {
    pub(crate) name: Option<String>,
    pub(crate) comment: String,
    pub(crate) source: Source,
}

/// Reads the body by its content type.
pub(crate) fn read_definition(body: &Body, query: DefinitionQuery) -> Result<GivenDefinition, Problem> {
    let given = match body.content_type.as_str() {
        "application/yaml" | "application/x-yaml" | "text/yaml" | "text/x-yaml" => {
            let text = String::from_utf8(body.bytes.to_vec()).map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                Problem::new(
                    ErrorCode::InvalidRequest,
                    format!("the body is not UTF-8 text, byte {at} is wrong"),
                )
            })?;
            GivenDefinition {
                name: query.name,
                comment: query.comment.unwrap_or_default(),
                source: Source::single(YAML_FILE, text),
            }
        }
        "application/json" => {
            let given = from_json(body.json()?)?;
            GivenDefinition {
                name: query.name.or(given.name),
                comment: query.comment.unwrap_or(given.comment),
                source: given.source,
            }
        }
        other => {
            let said = if other.is_empty() {
                "no `Content-Type`".to_owned()
            } else {
                format!("`Content-Type: {other}`")
            };
            return Err(Problem::new(ErrorCode::UnsupportedMediaType, format!("the request has {said}"))
                .with_hint("send a compose file with `Content-Type: application/yaml`, or JSON with `Content-Type: application/json`"));
        }
    };
    if given.comment.chars().count() > LONGEST_COMMENT {
        let text = format!("the comment may have {LONGEST_COMMENT} characters at most");
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    Ok(given)
}

fn from_json(body: DefinitionBody) -> Result<GivenDefinition, Problem> {
    let (compose_file, text) = match body.compose {
        serde_yaml::Value::String(text) => (YAML_FILE, text),
        // YAML values keep the order of the keys, which JSON ones do not: services stay in the order they were written.
        object @ serde_yaml::Value::Mapping(_) => {
            let text = serde_json::to_string_pretty(&object).map_err(|error| {
                Problem::new(ErrorCode::InvalidRequest, format!("`compose` cannot be kept: {error}"))
            })?;
            (JSON_FILE, text + "\n")
        }
        _ => {
            return Err(Problem::new(
                ErrorCode::InvalidRequest,
                "`compose` must be a string with YAML, or an object",
            ));
        }
    };
    let mut files = body.files;
    for path in files.keys() {
        check_path(path)?;
    }
    if files.insert(compose_file.to_owned(), text).is_some() {
        let text = format!("`files` may not have `{compose_file}`, which is where `compose` is kept");
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    let source = Source {
        compose_files: vec![compose_file.to_owned()],
        files: files.into_iter().map(|(path, text)| (path, SourceFile::from(text))).collect(),
        variables: body.variables,
    };
    Ok(GivenDefinition { name: body.name, comment: body.comment.unwrap_or_default(), source })
}

/// Paths stay within the stack's folder, whatever is done with them later.
fn check_path(path: &str) -> Result<(), Problem> {
    let sound =
        |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(|c| c.is_control() || c == '\\');
    if path.len() <= 200 && path.split('/').all(sound) {
        return Ok(());
    }
    let shown = path.escape_debug().to_string();
    Err(Problem::new(
        ErrorCode::InvalidRequest,
        format!("`{shown}` in `files` is not a relative path without `.` and `..`"),
    ))
}
