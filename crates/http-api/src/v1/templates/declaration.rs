//! What a template declares.

use core_monitor_domain::template::{Braced, Declaration, KeyRule, Lifetime, Parameter, ParameterKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::v1::words::ParameterKindWord;

/// What a version of a template declares under `x-core-monitor.template`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateDeclaration)]
pub(crate) struct DeclarationBody {
    /// What a list calls the template.
    #[schema(example = "Shop preview")]
    title: Option<String>,
    /// What it is for.
    #[schema(example = "A shop with a database of its own")]
    description: Option<String>,
    /// Which keys its instances may have.
    key: KeyRuleBody,
    /// Where an instance is reached, with `{key}` and the names of parameters in braces; null if it is reached by its first host
    /// or port.
    #[schema(example = "http://{key}.preview.localhost/")]
    url: Option<String>,
    /// The beginning of the paths under which another proxy reaches an instance, with `{key}` and `{template}` in braces; null if it
    /// is `/{template}/{key}/`.
    #[schema(example = "/{key}/")]
    prefix: Option<String>,
    /// The services that make what the others serve, once.
    #[schema(example = json!(["build"]))]
    build: Vec<String>,
    /// How long its instances live.
    lifetime: LifetimeBody,
    /// The parameters, in the order of the file.
    parameters: Vec<ParameterBody>,
}

/// How long the instances of a template live. What is null ends none of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateLifetime)]
#[expect(clippy::struct_field_names, reason = "the unit is part of every name")]
pub(crate) struct LifetimeBody {
    /// How many seconds one may be stopped or asleep before it is removed.
    #[schema(example = 604_800)]
    remove_after_seconds: Option<u64>,
    /// How many seconds old one becomes.
    #[schema(example = json!(null))]
    max_age_seconds: Option<u64>,
    /// How many seconds one whose key is gone from the list of keys is kept.
    #[schema(example = 600)]
    grace_seconds: u64,
}

/// Which keys the instances of a template may have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateKeyRule)]
pub(crate) struct KeyRuleBody {
    /// The regular expression that a whole key must match; null if every key is taken.
    #[schema(example = "[a-z0-9-]+")]
    pattern: Option<String>,
    /// A key to show in a form.
    #[schema(example = "feature-42")]
    example: Option<String>,
}

/// A parameter of a template. What its kind does not have is null, or empty.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = TemplateParameter)]
pub(crate) struct ParameterBody {
    /// Name of the variable that has its value.
    #[schema(example = "GREETING")]
    name: String,
    /// What it takes.
    #[schema(value_type = ParameterKindWord, example = "string")]
    kind: &'static str,
    /// What a form calls it.
    #[schema(example = "Greeting")]
    label: Option<String>,
    /// What it is for.
    #[schema(example = "What the first page says")]
    help: Option<String>,
    /// Whether it may have no value.
    #[schema(example = false)]
    optional: bool,
    /// The value if none is given: a string, a number or a boolean; null if there is none.
    #[schema(value_type = Value, example = "hello")]
    default_value: Option<Value>,
    /// A value to show in a form.
    #[schema(example = "good morning")]
    example: Option<String>,
    /// What a value must match as a whole: a regular expression. Of a `host`, what it is made from if none is given.
    #[schema(example = "[a-z ]+")]
    pattern: Option<String>,
    /// The least, of an `int`.
    #[schema(example = json!(null))]
    min: Option<i64>,
    /// The most, of an `int`.
    #[schema(example = json!(null))]
    max: Option<i64>,
    /// The words, of an `enum`.
    #[schema(example = json!([]))]
    values: Vec<String>,
    /// How many characters of a `secret` are generated if none is given; null if it has to be given.
    #[schema(example = json!(null))]
    generate: Option<u16>,
    /// The allowed folder that a `folder` or `file` is in.
    #[schema(example = json!(null))]
    root: Option<String>,
    /// The path below it if none is given, with names of values in braces.
    #[schema(example = json!(null))]
    path: Option<String>,
    /// The ports that a `host_port` is one of.
    #[schema(example = json!(null))]
    port_range: Option<String>,
}

impl From<Declaration> for DeclarationBody {
    fn from(declaration: Declaration) -> Self {
        Self {
            title: declaration.title,
            description: declaration.description,
            key: declaration.key.into(),
            url: braced(declaration.url),
            prefix: braced(declaration.prefix),
            build: declaration.build.iter().map(ToString::to_string).collect(),
            lifetime: declaration.lifetime.into(),
            parameters: declaration.parameters.into_iter().map(ParameterBody::from).collect(),
        }
    }
}

impl From<Lifetime> for LifetimeBody {
    fn from(lifetime: Lifetime) -> Self {
        Self {
            remove_after_seconds: lifetime.remove_after.map(|after| after.as_secs()),
            max_age_seconds: lifetime.max_age.map(|age| age.as_secs()),
            grace_seconds: lifetime.grace.as_secs(),
        }
    }
}

impl From<KeyRule> for KeyRuleBody {
    fn from(rule: KeyRule) -> Self {
        let KeyRule { pattern, example } = rule;
        Self { pattern: pattern.map(String::from), example: example.map(|key| key.to_string()) }
    }
}

impl From<Parameter> for ParameterBody {
    fn from(parameter: Parameter) -> Self {
        let Parameter { name, label, help, optional, kind } = parameter;
        let word = kind.as_str();
        Self { name: name.to_string(), kind: word, label, help, optional, ..Self::of(kind) }
    }
}

impl ParameterBody {
    /// What only this kind of parameter has.
    fn of(kind: ParameterKind) -> Self {
        let none = Self::default();
        match kind {
            ParameterKind::String { default, pattern, example } => {
                let pattern = pattern.map(String::from);
                Self { default_value: default.map(Value::from), pattern, example, ..none }
            }
            ParameterKind::Int { default, min, max } => {
                Self { default_value: default.map(Value::from), min, max, ..none }
            }
            ParameterKind::Bool { default } => Self { default_value: Some(Value::from(default)), ..none },
            ParameterKind::Enum { default, values } => {
                let default = default.or_else(|| values.first().cloned());
                Self { default_value: default.map(Value::from), values, ..none }
            }
            ParameterKind::Secret { generate } => Self { generate, ..none },
            ParameterKind::Folder { root, path } | ParameterKind::File { root, path } => {
                Self { root: Some(root), path: braced(path), ..none }
            }
            ParameterKind::HostPort { range } => Self { port_range: Some(range.to_string()), ..none },
            ParameterKind::Host { pattern } => Self { pattern: braced(pattern), ..none },
        }
    }
}

fn braced(text: Option<Braced>) -> Option<String> {
    text.map(|text| text.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_parameter_has_what_its_kind_has() {
        let shown = |kind: ParameterKind| {
            let name = "X".parse().unwrap();
            let parameter = Parameter { name, label: None, help: None, optional: false, kind };
            let mut body = serde_json::to_value(ParameterBody::from(parameter)).unwrap();
            let fields = body.as_object_mut().unwrap();
            assert_eq!(fields.len(), 15, "nothing is left out");
            fields.retain(|name, value| name != "name" && !value.is_null() && *value != json!([]));
            body
        };
        let size = ParameterKind::Enum { default: None, values: vec!["small".into(), "large".into()] };
        assert_eq!(
            shown(size),
            json!({"kind": "enum", "optional": false, "default_value": "small", "values": ["small", "large"]})
        );
        let port = ParameterKind::HostPort { range: "8002-8004".parse().unwrap() };
        assert_eq!(shown(port), json!({"kind": "host_port", "optional": false, "port_range": "8002-8004"}));
        let data = ParameterKind::Folder { root: "data".into(), path: Some(Braced::new("{key}")) };
        assert_eq!(
            shown(data),
            json!({"kind": "folder", "optional": false, "root": "data", "path": "{key}"})
        );
    }
}
