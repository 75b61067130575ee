//! `build`.

use super::{Context, container, files, resources, volume};
use crate::cursor::Cursor;
use crate::model::Build;
use indexmap::IndexMap;

/// A build context alone, or the long form. The context defaults to the project folder and the Dockerfile to `Dockerfile`,
/// unless it is written inline.
pub(super) fn build(cursor: &Cursor<'_>, context: &Context<'_>) -> Build {
    if let Some(folder) = cursor.text() {
        return Build {
            context: Some(location(folder, cursor, context)),
            dockerfile: Some(DOCKERFILE.to_owned()),
            ..Build::default()
        };
    }
    let dockerfile_inline = cursor.text_at("dockerfile_inline").filter(|text| !text.is_empty());
    let dockerfile = cursor.text_at("dockerfile").filter(|path| !path.is_empty());
    let unnamed = cursor.get("dockerfile").or_else(|| cursor.get("dockerfile_inline")).is_none();
    let default = || unnamed.then(|| DOCKERFILE.to_owned());
    Build {
        context: Some(location(cursor.text_at("context").as_deref().unwrap_or("."), cursor, context)),
        dockerfile: dockerfile.or_else(default),
        dockerfile_inline,
        entitlements: cursor.strings_at("entitlements"),
        args: args(cursor, context),
        provenance: cursor.scalar_at("provenance"),
        sbom: cursor.scalar_at("sbom"),
        ssh: ssh(cursor, context),
        labels: cursor.labels_at("labels"),
        cache_from: cursor.strings_at("cache_from"),
        cache_to: cursor.strings_at("cache_to"),
        no_cache: cursor.is_on("no_cache"),
        additional_contexts: cursor
            .labels_at("additional_contexts")
            .into_iter()
            .map(|(name, written)| (name, location(&written, cursor, context)))
            .collect(),
        pull: cursor.is_on("pull"),
        extra_hosts: container::extra_hosts(cursor),
        isolation: cursor.text_at("isolation"),
        network: cursor.text_at("network"),
        target: cursor.text_at("target"),
        secrets: files::references(cursor, "secrets", None),
        shm_size: cursor.bytes_at("shm_size"),
        tags: cursor.last_strings_at("tags"),
        ulimits: resources::ulimits(cursor),
        platforms: cursor.strings_at("platforms"),
        privileged: cursor.is_on("privileged"),
        extensions: cursor.extensions(),
    }
}

const DOCKERFILE: &str = "Dockerfile";

/// Makes a folder absolute; a remote address is unchanged.
fn location(written: &str, at: &Cursor<'_>, context: &Context<'_>) -> String {
    if Build::is_remote(written) { written.to_owned() } else { volume::host_path(written, at, context) }
}

/// A key without a value takes the value of the project variable, and is dropped if there is none.
fn args(build: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, String> {
    let resolved = |(key, value): (String, Option<String>)| {
        let value = value.or_else(|| context.variables.get(&key).map(str::to_owned))?;
        Some((key, value))
    };
    build.pairs_at("args").into_iter().filter_map(resolved).collect()
}

/// `default`, or `id=path`.
fn ssh(build: &Cursor<'_>, context: &Context<'_>) -> Vec<String> {
    let key = |(id, path): (String, Option<String>)| match path.filter(|path| !path.is_empty()) {
        Some(path) => format!("{id}={}", context.options.host_path(&path)),
        None => id,
    };
    build.pairs_at("ssh").into_iter().map(key).collect()
}
