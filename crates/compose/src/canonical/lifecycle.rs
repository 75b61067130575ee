//! Hooks, `develop`, `models`, `provider` and `credential_spec`.

use super::said;
use super::{Context, command, environment, volume};
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{CredentialSpec, Develop, Hook, ModelUse, Provider, Watch};
use crate::yaml::Value;
use indexmap::IndexMap;

pub(super) fn hooks(service: &Cursor<'_>, key: &str) -> Vec<Hook> {
    let Some(written) = service.get(key) else { return Vec::new() };
    written.items().filter(|item| item.mapping().is_some()).map(|item| hook(&item)).collect()
}

fn hook(cursor: &Cursor<'_>) -> Hook {
    if let Some(environment) = cursor.get("environment") {
        environment::reject_trailing_spaces(&environment);
    }
    Hook {
        command: command::command(cursor, "command"),
        user: cursor.text_at("user"),
        privileged: cursor.is_on("privileged"),
        working_dir: cursor.text_at("working_dir"),
        environment: cursor.pairs_at("environment"),
        extensions: cursor.extensions(),
    }
}

pub(super) fn develop(cursor: &Cursor<'_>, context: &Context<'_>) -> Develop {
    let watch = cursor.get("watch");
    let items = watch.iter().flat_map(Cursor::items);
    Develop {
        watch: items.map(|item| self::watch(&item, context)).collect(),
        extensions: cursor.extensions(),
    }
}

fn watch(cursor: &Cursor<'_>, context: &Context<'_>) -> Watch {
    let action = cursor.text_at("action").unwrap_or_default();
    let target = cursor.text_at("target").filter(|target| !target.is_empty());
    if target.is_none() && action.starts_with("sync") {
        let message = said::target_missing(cursor.describe());
        let hint = said::set_sync_target();
        cursor.fail_with_hint(Code::MissingKey, message, hint.clone());
    }
    Watch {
        path: cursor
            .get("path")
            .and_then(|path| path.text().map(|text| volume::host_path(text, &path, context)))
            .unwrap_or_default(),
        action,
        target,
        exec: cursor.present("exec").map(|exec| hook(&exec)),
        include: cursor.string_or_strings_at("include"),
        ignore: cursor.string_or_strings_at("ignore"),
        initial_sync: cursor.is_on("initial_sync"),
        extensions: cursor.extensions(),
    }
}

pub(super) fn provider(cursor: &Cursor<'_>) -> Provider {
    let options = cursor.get("options");
    let option = |(name, value): (&str, Cursor<'_>)| {
        let values = match &value.node.value {
            Value::Sequence(_) => value.strings(),
            single => single.scalar_text().into_iter().collect(),
        };
        (name.to_owned(), values)
    };
    Provider {
        kind: cursor.text_at("type").unwrap_or_default(),
        options: options.iter().flat_map(Cursor::entries).map(option).collect(),
        extensions: cursor.extensions(),
    }
}

/// Models by key, as a list of names or with the variables that describe them.
pub(super) fn models(service: &Cursor<'_>) -> IndexMap<String, Option<ModelUse>> {
    let Some(written) = service.get("models") else { return IndexMap::new() };
    let listed = written.strings().into_iter().map(|key| (key, None));
    let mapped = written.entries().map(|(key, cursor)| {
        let used = cursor.mapping().map(|_| ModelUse {
            endpoint_var: cursor.text_at("endpoint_var"),
            model_var: cursor.text_at("model_var"),
            extensions: cursor.extensions(),
        });
        (key.to_owned(), used)
    });
    listed.chain(mapped).collect()
}

pub(super) fn credential_spec(cursor: &Cursor<'_>) -> CredentialSpec {
    CredentialSpec {
        config: cursor.text_at("config"),
        file: cursor.text_at("file"),
        registry: cursor.text_at("registry"),
        extensions: cursor.extensions(),
    }
}
