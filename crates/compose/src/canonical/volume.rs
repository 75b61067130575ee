//! `volumes`, of services and at top level.

use super::Context;
use super::said;
use crate::cursor::Cursor;
use crate::model::{
    BindOptions, ImageMountOptions, Mount, MountKind, TmpfsOptions, Volume, VolumeMountOptions,
};
use crate::report::Advice;
use crate::said as words;
use crate::{Code, path};
use core_monitor_message::Message;
use indexmap::IndexMap;

/// Top-level volumes by key; names are filled in later.
pub(crate) fn top_level(root: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Volume> {
    let Some(section) = root.get("volumes") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), volume(&cursor, context))).collect()
}

fn volume(cursor: &Cursor<'_>, context: &Context<'_>) -> Volume {
    let (external, old_name) = super::network::external(cursor);
    let mut driver_opts = cursor.labels_at("driver_opts");
    // The device of a local bind volume is a host path.
    let binds = driver_opts.get("o").is_some_and(|options| options.split(',').any(|option| option == "bind"));
    if binds && let Some(device) = driver_opts.get_mut("device") {
        *device = host_path(device, cursor, context);
    }
    Volume {
        name: cursor.text_at("name").or(old_name).unwrap_or_default(),
        driver: cursor.text_at("driver"),
        driver_opts,
        external,
        labels: cursor.labels_at("labels"),
        extensions: cursor.extensions(),
    }
}

/// Mounts of a service. If several share a target, the last one wins.
pub(super) fn mounts(service: &Cursor<'_>, context: &Context<'_>) -> Vec<Mount> {
    let mut mounts: IndexMap<String, (Mount, usize)> = IndexMap::new();
    let Some(written) = service.get("volumes") else { return Vec::new() };
    for (index, item) in written.items().enumerate() {
        let mount = if item.mapping().is_some() {
            long(&item)
        } else {
            let Some(text) = item.text() else { continue };
            match short(text) {
                Ok(mount) => mount,
                Err(reason) => {
                    let message = said::value_at(item.describe(), reason);
                    let hint = said::write_mount_example();
                    let advice = Advice::expected(words::written_as("[source:]target[:options]")).hint(hint);
                    item.fail_with_advice(Code::InvalidValue, message, advice);
                    continue;
                }
            }
        };
        let mount = resolve(mount, &item, context);
        // As in a file system, a trailing slash does not change the target.
        mounts.insert(mount.target.clone(), (mount, index));
    }
    let (mounts, origins) = mounts.into_values().unzip();
    context.origins.borrow_mut().mounts = origins;
    mounts
}

fn resolve(mut mount: Mount, item: &Cursor<'_>, context: &Context<'_>) -> Mount {
    if mount.kind == MountKind::Bind {
        match &mount.source {
            Some(source) => mount.source = Some(host_path(source, item, context)),
            None if item.misspells("source") => {}
            None => {
                item.fail(Code::MissingKey, said::bind_without_source(item.describe()));
            }
        }
    }
    mount
}

/// Makes a host path absolute.
pub(super) fn host_path(written: &str, at: &Cursor<'_>, context: &Context<'_>) -> String {
    if written == "~" || written.starts_with("~/") {
        let Some(home) = &context.options.home else {
            let message = said::value_at(at.describe(), said::path_without_home(written));
            at.fail_with_hint(Code::InvalidValue, message, said::write_absolute_path());
            return written.to_owned();
        };
        return path::resolve(home, written.trim_start_matches(['~', '/']));
    }
    // An absolute path is unchanged, trailing slash included.
    if written.starts_with('/') || path::is_windows(written) {
        return written.to_owned();
    }
    context.options.host_path(written)
}

fn long(item: &Cursor<'_>) -> Mount {
    let kind = match item.text_at("type").as_deref() {
        Some("bind") => MountKind::Bind,
        Some("tmpfs") => MountKind::Tmpfs,
        Some("cluster") => MountKind::Cluster,
        Some("npipe") => MountKind::Npipe,
        Some("image") => MountKind::Image,
        _ => MountKind::Volume,
    };
    Mount {
        kind,
        source: item.text_at("source").filter(|source| !source.is_empty()),
        target: item.text_at("target").map(|target| clean_target(&target)).unwrap_or_default(),
        read_only: item.is_on("read_only"),
        consistency: item.text_at("consistency"),
        bind: item.present("bind").map(|bind| BindOptions {
            selinux: bind.text_at("selinux"),
            propagation: bind.text_at("propagation"),
            create_host_path: bind.is_on("create_host_path"),
            recursive: bind.text_at("recursive"),
            extensions: bind.extensions(),
        }),
        volume: item.present("volume").map(|volume| VolumeMountOptions {
            labels: volume.labels_at("labels"),
            nocopy: volume.is_on("nocopy"),
            subpath: volume.text_at("subpath"),
            extensions: volume.extensions(),
        }),
        tmpfs: item.present("tmpfs").map(|tmpfs| TmpfsOptions {
            size: tmpfs.bytes_at("size"),
            mode: tmpfs.get("mode").and_then(|_| tmpfs.integer_at("mode")),
            extensions: tmpfs.extensions(),
        }),
        image: item.present("image").map(|image| ImageMountOptions {
            subpath: image.text_at("subpath"),
            extensions: image.extensions(),
        }),
        extensions: item.extensions(),
    }
}

/// Parses one short form. A single letter before a colon is a Windows drive, so a volume cannot be named `v`.
pub(crate) fn short(text: &str) -> Result<Mount, Message> {
    if text.is_empty() {
        return Err(said::mount_empty());
    }
    if text.chars().count() <= 2 {
        return Ok(Mount { target: text.to_owned(), ..Mount::default() });
    }
    let sections = sections(text);
    if sections.iter().any(String::is_empty) {
        return Err(said::mount_empty_section(text));
    }
    let (source, target, mode) = match &sections[..] {
        [target] => (None, target, None),
        [source, target] => (Some(source), target, None),
        [source, target, mode] => (Some(source), target, Some(mode)),
        _ => return Err(said::too_many_colons(text)),
    };
    let mut mount = Mount { source: source.cloned(), target: clean_target(target), ..Mount::default() };
    if source.is_some_and(|source| is_host_path(source)) {
        mount.kind = MountKind::Bind;
        mount.bind = Some(BindOptions { create_host_path: true, ..BindOptions::default() });
    } else {
        mount.volume = Some(VolumeMountOptions::default());
    }
    // Unknown options are ignored, as the reference does: many files have `delegated` or `cached`.
    for option in mode.into_iter().flat_map(|mode| mode.split(',')) {
        match option {
            "ro" => mount.read_only = true,
            "rw" => mount.read_only = false,
            "nocopy" => mount.volume.get_or_insert_default().nocopy = true,
            "z" | "Z" => mount.bind.get_or_insert_default().selinux = Some(option.to_owned()),
            "rprivate" | "private" | "rshared" | "shared" | "rslave" | "slave" => {
                mount.bind.get_or_insert_default().propagation = Some(option.to_owned());
            }
            _ => {}
        }
    }
    Ok(mount)
}

fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    for c in text.chars() {
        let last = sections.len() - 1;
        let section = &mut sections[last];
        let is_drive = c == ':' && section.len() == 1 && section.as_bytes()[0].is_ascii_alphabetic();
        if c == ':' && !is_drive {
            sections.push(String::new());
        } else {
            section.push(c);
        }
    }
    sections
}

fn is_host_path(source: &str) -> bool {
    let has_drive = matches!(source.as_bytes(), [drive, b':', ..] if drive.is_ascii_alphabetic());
    source.starts_with(['.', '/', '~']) || has_drive || path::is_windows(source)
}

/// The target without a trailing slash or repeated slashes.
fn clean_target(target: &str) -> String {
    if target.is_empty() { String::new() } else { path::clean(target) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        match short(text) {
            Ok(mount) => {
                let options = mount.bind.map(|bind| {
                    format!(" {}{}", bind.propagation.unwrap_or_default(), bind.selinux.unwrap_or_default())
                });
                format!(
                    "{} {} {}{}{}{}",
                    mount.kind.as_str(),
                    mount.source.as_deref().unwrap_or("-"),
                    mount.target,
                    if mount.read_only { " ro" } else { "" },
                    if mount.volume.is_some_and(|volume| volume.nocopy) { " nocopy" } else { "" },
                    options.unwrap_or_default().trim_end(),
                )
            }
            Err(reason) => format!("error: {reason}"),
        }
    }

    #[test]
    fn short_forms() {
        assert_eq!(check("/data"), "volume - /data");
        assert_eq!(check("db:/var/lib"), "volume db /var/lib");
        assert_eq!(check("./a:/a:ro"), "bind ./a /a ro");
        assert_eq!(check("~/a:/a/"), "bind ~/a /a");
        assert_eq!(check("/a:/a:rslave,Z"), "bind /a /a rslaveZ");
        assert_eq!(check("db:/d:nocopy,delegated"), "volume db /d nocopy");
        assert_eq!(check("v:/data"), "volume - v:/data");
        assert_eq!(check("c:\\a:/a"), "bind c:\\a /a");
    }

    #[test]
    fn invalid_forms_are_rejected() {
        assert_eq!(check(""), "error: a mount cannot be empty");
        assert_eq!(check("aa::/b"), "error: `aa::/b` has an empty section between colons");
        assert_eq!(check("aa:/b:ro:x"), "error: `aa:/b:ro:x` has too many colons");
    }
}
