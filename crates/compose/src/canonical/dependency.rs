//! `depends_on`.

use crate::cursor::Cursor;
use crate::model::{Condition, Dependency};
use indexmap::IndexMap;

/// Dependencies as written; implied ones are added when the model is normalized.
pub(super) fn dependencies(service: &Cursor<'_>) -> IndexMap<String, Dependency> {
    let Some(written) = service.get("depends_on") else { return IndexMap::new() };
    let listed = written.strings().into_iter().map(|name| (name, Dependency::default()));
    let mapped = written.entries().map(|(name, cursor)| (name.to_owned(), dependency(&cursor)));
    listed.chain(mapped).collect()
}

fn dependency(cursor: &Cursor<'_>) -> Dependency {
    let condition = match cursor.text_at("condition").as_deref() {
        Some("service_healthy") => Condition::Healthy,
        Some("service_completed_successfully") => Condition::CompletedSuccessfully,
        _ => Condition::Started,
    };
    Dependency {
        condition,
        restart: cursor.is_on("restart"),
        required: cursor.flag_at("required").unwrap_or(true),
        extensions: cursor.extensions(),
    }
}
