//! Definitions in JSON.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_archive::check_path;
use core_monitor_domain::stack_version::{Source, SourceFile};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use crate::error_code::ErrorCode;
use crate::problem::Problem;

use super::{GivenDefinition, YAML_FILE};

/// Path of the compose file when it comes as a JSON object.
const JSON_FILE: &str = "compose.json";
/// Longest path of a file, in bytes.
const LONGEST_PATH: usize = 512;

/// A definition as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Definition)]
pub(crate) struct DefinitionBody {
    /// Name of the stack; without it, the `name` of the definition is taken. In a new version it can only be the name that
    /// the stack has.
    #[schema(example = "shop")]
    name: Option<String>,
    /// The compose file: its text in YAML, or the definition itself as a JSON object.
    #[schema(schema_with = compose_schema)]
    compose: serde_yaml::Value,
    /// Further files of the project folder, by path: env files, configs, `.env`.
    #[serde(default, deserialize_with = "unique_keys")]
    #[schema(example = json!({"web.env": "GREETING=hello\n", "logo.png": {"base64": "iVBORw0KGgo="}}))]
    files: BTreeMap<String, FileBody>,
    /// Values for `${NAME}` in the compose file; they win over those of a `.env` file.
    #[serde(default, deserialize_with = "unique_keys")]
    #[schema(example = json!({"TAG": "1.27"}))]
    variables: BTreeMap<String, String>,
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
    /// Anything.
    Encoded(EncodedFile),
}

/// A file in base64.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EncodedFile {
    /// The bytes of the file.
    #[schema(example = "IyEvYmluL3NoCg==")]
    base64: String,
    /// Whether it may be executed.
    #[serde(default)]
    #[schema(example = false)]
    executable: bool,
}

fn compose_schema() -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some("YAML"));
    let object = ObjectBuilder::new().schema_type(Type::Object).description(Some("The definition itself"));
    let example = "services:\n  web:\n    image: nginx:1.27\n";
    RefOr::T(Schema::OneOf(OneOfBuilder::new().item(text).item(object).examples([example]).build()))
}

pub(super) fn read(body: DefinitionBody) -> Result<GivenDefinition, Problem> {
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
    let mut source = Source::single(compose_file, text);
    // Nobody could ask for a variable of another name.
    if let Some(name) = body.variables.keys().find(|name| name.is_empty() || name.contains(['=', '\0'])) {
        let text = format!("`{}` in `variables` is not the name of a variable", name.escape_debug());
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    source.variables = body.variables;
    for (path, file) in body.files {
        let file = file.read(&path)?;
        if path == compose_file {
            let text = format!("`files` may not have `{compose_file}`, which is where `compose` is kept");
            return Err(Problem::new(ErrorCode::InvalidRequest, text));
        }
        source.files.insert(path, file);
    }
    if let Some(path) = source.files.keys().find(|path| is_folder(path, &source)) {
        let text = format!("`{path}` in `files` is both a file and a folder");
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    Ok(GivenDefinition { name: body.name, comment: body.comment.unwrap_or_default(), source })
}

fn is_folder(path: &str, source: &Source) -> bool {
    let inside = format!("{path}/");
    source.files.range(inside.clone()..).next().is_some_and(|(next, _)| next.starts_with(&inside))
}

/// By hand, because the derived one cannot say what would be right.
impl<'de> Deserialize<'de> for FileBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct File;

        impl<'de> Visitor<'de> for File {
            type Value = FileBody;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or an object with `base64`")
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

/// A map in which no key is twice: the last one would win in silence.
fn unique_keys<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
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
                    return Err(Error::custom(format_args!("`{}` is there twice", key.escape_debug())));
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
        let wrong = |text: &str| {
            let shown: String = path.escape_debug().take(LONGEST_PATH).collect();
            Problem::new(ErrorCode::InvalidRequest, format!("`{shown}` in `files` {text}"))
        };
        check_path(path, LONGEST_PATH).map_err(|fault| wrong(&fault.to_string()))?;
        match self {
            Self::Text(text) => Ok(text.into()),
            Self::Encoded(EncodedFile { base64, executable }) => {
                let bytes =
                    STANDARD.decode(base64).map_err(|error| wrong(&format!("is not base64: {error}")))?;
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
    async fn nothing_is_overwritten_in_silence() {
        check(r#""files": {"a": "1", "b": "2", "a": "3"}"#, "`a` is there twice").await;
        check(r#""variables": {"A": "1", "A": "1"}"#, "`A` is there twice").await;
    }

    #[actix_web::test]
    async fn what_a_file_may_be_is_said() {
        check(r#""files": {"a": 5}"#, "expected a text, or an object with `base64`").await;
        check(r#""files": {"a": ["AP8=", true]}"#, "expected a text, or an object with `base64`").await;
        check(r#""files": {"a": {"base64": "", "mode": 5}}"#, "unknown field `mode`").await;
        check(r#""files": {"a": {}}"#, "missing field `base64`").await;
        check(r#""files": ["a"]"#, "expected an object").await;
    }

    #[actix_web::test]
    async fn variables_have_names() {
        check(r#""variables": {"A=B": "1"}"#, "`A=B` in `variables`").await;
        check(r#""variables": {"": "1"}"#, "`` in `variables`").await;
    }
}
