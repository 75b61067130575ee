//! Definitions in JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_archive::check_path;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::stack_version::{Source, SourceFile};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;
use crate::v1::commands::OnFailureWord;

use super::GivenDefinition;
use super::compose_files::{self, ComposeFileBody, compose_schema};
use super::secret_variables::{self, SecretVariableBody};

/// Longest path of a file, in bytes.
pub(super) const LONGEST_PATH: usize = 512;

/// A definition as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Definition)]
pub(crate) struct DefinitionBody {
    /// Name of the stack; defaults to the `name` in the definition. For a new version it must be the name of the stack.
    #[schema(example = "shop")]
    name: Option<String>,
    /// What an apply or a rollback of the stack does on failure, unless the request says otherwise; `hold` by default. For a new
    /// version it must be what the stack has: `PATCH /stacks/{id}` changes it.
    #[serde(default)]
    #[schema(example = "hold")]
    on_failure: Option<OnFailureWord>,
    /// The compose file: YAML text, or the definition as a JSON object.
    #[schema(schema_with = compose_schema, required = false)]
    compose: Option<serde_yaml::Value>,
    /// Several compose files in place of `compose`, in the order in which they are merged, as `docker compose -f a -f b` does:
    /// later ones override earlier ones. They are stored under their paths.
    #[schema(min_items = 1, example = json!(null))]
    compose_files: Option<Vec<ComposeFileBody>>,
    /// The other files of the project folder, by path: env files, configs, `.env`.
    #[serde(default, deserialize_with = "unique_keys")]
    #[schema(example = json!({"web.env": "GREETING=hello\n", "logo.png": {"base64": "iVBORw0KGgo="}}))]
    files: BTreeMap<String, FileBody>,
    /// Values for `${NAME}` in the compose file; they take precedence over a `.env` file.
    #[serde(default, deserialize_with = "unique_keys")]
    #[schema(example = json!({"TAG": "1.27"}))]
    variables: BTreeMap<String, String>,
    /// Values for `${NAME}` that are encrypted when they are stored and never returned. One that is not mentioned here is
    /// kept from the version before.
    #[serde(default, deserialize_with = "unique_keys")]
    #[schema(example = json!({"DB_PASSWORD": {"generate": {"length": 32}}, "API_KEY": {"value": "s3cret"}}))]
    secret_variables: BTreeMap<String, SecretVariableBody>,
    /// Why this version was made.
    #[schema(example = "first version")]
    comment: Option<String>,
}

/// A file: its text, or its bytes in base64.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
#[schema(as = DefinitionFile)]
pub(crate) enum FileBody {
    /// Text.
    Text(String),
    /// Binary content.
    Encoded(EncodedFile),
}

/// A file in base64.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EncodedFile {
    /// The bytes of the file.
    #[schema(example = "IyEvYmluL3NoCg==")]
    base64: String,
    /// Whether the file is executable.
    #[serde(default)]
    #[schema(example = false)]
    executable: bool,
}

pub(super) fn read(body: DefinitionBody) -> Result<GivenDefinition, Problem> {
    let mut source = compose_files::source(body.compose, body.compose_files)?;
    // No `${NAME}` could refer to a variable with any other name.
    if let Some(name) = body.variables.keys().find(|name| name.is_empty() || name.contains(['=', '\0'])) {
        let text = said::variable_name_not_valid(name.escape_debug());
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    source.variables = body.variables;
    source.secret_changes = secret_variables::changes(body.secret_variables)?;
    for (path, file) in body.files {
        let file = file.read(&path)?;
        if source.compose_files.contains(&path) {
            let text = said::files_contain_compose(path);
            return Err(Problem::new(ErrorCode::InvalidRequest, text));
        }
        source.files.insert(path, file);
    }
    if let Some(path) = source.files.keys().find(|path| is_folder(path, &source)) {
        let text = said::files_path_is_both(path);
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    Ok(GivenDefinition {
        name: body.name,
        on_failure: body.on_failure.map(OnFailure::from),
        comment: body.comment.unwrap_or_default(),
        source,
    })
}

fn is_folder(path: &str, source: &Source) -> bool {
    let inside = format!("{path}/");
    source.files.range(inside.clone()..).next().is_some_and(|(next, _)| next.starts_with(&inside))
}

/// Implemented by hand, because the derived implementation cannot say what was expected.
impl<'de> Deserialize<'de> for FileBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct File;

        impl<'de> Visitor<'de> for File {
            type Value = FileBody;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or an object with `base64`")
            }

            fn visit_str<E>(self, text: &str) -> Result<FileBody, E> {
                Ok(FileBody::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FileBody, A::Error> {
                EncodedFile::deserialize(MapAccessDeserializer::new(map)).map(FileBody::Encoded)
            }
        }

        deserializer.deserialize_any(File)
    }
}

/// A map that refuses duplicate keys, of which serde would silently keep the last.
pub(crate) fn unique_keys<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, V>, D::Error> {
    struct Unique<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Unique<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut unique = BTreeMap::new();
            while let Some(key) = map.next_key::<String>()? {
                if unique.contains_key(&key) {
                    return Err(Error::custom(format_args!("duplicate key `{}`", key.escape_debug())));
                }
                unique.insert(key, map.next_value()?);
            }
            Ok(unique)
        }
    }

    deserializer.deserialize_map(Unique(PhantomData))
}

impl FileBody {
    fn read(self, path: &str) -> Result<SourceFile, Problem> {
        let wrong = |reason| {
            let shown: String = path.escape_debug().take(LONGEST_PATH).collect();
            Problem::new(ErrorCode::InvalidRequest, said::file_of_files_invalid(shown, reason))
        };
        check_path(path, LONGEST_PATH).map_err(|fault| wrong(fault.message()))?;
        match self {
            Self::Text(text) => Ok(text.into()),
            Self::Encoded(EncodedFile { base64, executable }) => {
                let bytes = STANDARD.decode(base64).map_err(|error| wrong(said::not_base64(error)))?;
                Ok(SourceFile::new(bytes, executable))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    async fn check(beside: &str, words: &str) {
        let world = World::new().await;
        let body = format!(r#"{{"compose": "services: {{web: {{image: demo}}}}", {beside}}}"#);
        let json = [("Content-Type", "application/json")];
        let answer = world.send("POST", "/api/v1/lint?name=shop", &json, &body).await;
        assert_eq!(answer.code(), "invalid-request", "{beside}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(words), "{beside}: {detail}");
    }

    #[actix_web::test]
    async fn duplicate_keys_are_refused() {
        check(r#""files": {"a": "1", "b": "2", "a": "3"}"#, "the key `a` is there twice").await;
        check(r#""variables": {"A": "1", "A": "1"}"#, "the key `A` is there twice").await;
    }

    #[actix_web::test]
    async fn an_invalid_file_names_what_was_expected() {
        check(r#""files": {"a": 5}"#, "has to be a string, or an object with `base64`, but is a number")
            .await;
        check(
            r#""files": {"a": ["AP8=", true]}"#,
            "has to be a string, or an object with `base64`, but is a list",
        )
        .await;
        check(r#""files": {"a": {"base64": "", "mode": 5}}"#, "there is no field `mode`").await;
        check(r#""files": {"a": {}}"#, "the field `base64` is missing").await;
        check(r#""files": ["a"]"#, "`files` has to be an object, but is a list").await;
    }

    #[actix_web::test]
    async fn variables_have_names() {
        check(r#""variables": {"A=B": "1"}"#, "`A=B` in `variables`").await;
        check(r#""variables": {"": "1"}"#, "`` in `variables`").await;
    }
}
