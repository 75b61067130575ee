//! Unions whose variants have names: generators make a type of each, and find it by its `kind`.

use serde_json::{Map, Value, json};

/// The property that tells the variants apart.
const TAG: &str = "kind";

/// Gives every inline variant of a union a schema of its own, named after its kind and the union.
pub(super) fn write(schemas: &mut Map<String, Value>) {
    let unions: Vec<_> =
        schemas.iter().filter_map(|(name, schema)| Some((name.clone(), kinds(schema)?))).collect();
    for (union, kinds) in unions {
        let Some(schema) = schemas.get_mut(&union) else { continue };
        let about = schema["description"].as_str().unwrap_or_default().to_owned();
        let variants = schema["oneOf"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let named: Vec<_> = kinds
            .iter()
            .map(|kind| (kind.clone(), format!("{}{}", pascal(kind), last_word(&union))))
            .collect();
        schemas.insert(union, discriminated(&named, &about));
        schemas.extend(named.into_iter().map(|(_, name)| name).zip(variants));
    }
}

/// The kinds of the variants, if all of them are inline and have one.
fn kinds(schema: &Value) -> Option<Vec<String>> {
    let kind = |variant: &Value| match variant["properties"][TAG]["enum"].as_array()?.as_slice() {
        [only] => only.as_str().map(str::to_owned),
        _ => None,
    };
    schema["oneOf"].as_array()?.iter().map(kind).collect()
}

/// A union of these named schemas by their kinds.
pub(super) fn discriminated(variants: &[(String, String)], about: &str) -> Value {
    let mapping: Map<_, _> = variants
        .iter()
        .map(|(kind, name)| (kind.clone(), json!(format!("#/components/schemas/{name}"))))
        .collect();
    json!({
        "description": about,
        "oneOf": variants.iter().map(|(_, name)| reference(name)).collect::<Vec<_>>(),
        "discriminator": {"propertyName": TAG, "mapping": mapping},
    })
}

/// A reference to the schema with this name.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// `CANCEL_REQUESTED` as `CancelRequested`.
pub(super) fn pascal(word: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters
            .next()
            .map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str().to_ascii_lowercase()))
    };
    word.split('_').filter_map(capital).collect()
}

/// `CommandPayload` as `Payload`.
fn last_word(name: &str) -> &str {
    let start = name.rfind(|letter: char| letter.is_ascii_uppercase()).unwrap_or(0);
    name.get(start..).unwrap_or(name)
}
