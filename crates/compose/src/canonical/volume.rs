//! `volumes`, of services and at top level.

use super::Context;
use crate::cursor::Cursor;
use crate::model::{
    BindOptions, ImageMountOptions, Mount, MountKind, TmpfsOptions, Volume, VolumeMountOptions,
};
use crate::report::Advice;
use crate::{Code, path};
use indexmap::IndexMap;

/// Top-level volumes by key, names not yet given.
pub(crate) fn top_level(root: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Volume> {
    let Some(section) = root.get("volumes") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), volume(&cursor, context))).collect()
}

fn volume(cursor: &Cursor<'_>, context: &Context<'_>) -> Volume {
    let (external, old_name) = super::network::external(cursor);
    let mut driver_opts = cursor.labels_at("driver_opts");
    // A local volume that binds a folder: its device is a host path like any other.
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

/// Mounts of a service; of several on one target the last wins.
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
                Err(problem) => {
                    let message = format!("{}: {problem}", item.describe());
                    let hint = "write for example `data:/var/lib/data` or `./conf:/etc/app:ro`".to_owned();
                    let advice = Advice::expected("`[source:]target[:options]`").hint(hint);
                    item.fail_with_advice(Code::InvalidValue, message, advice);
                    continue;
                }
            }
        };
        let mount = resolve(mount, &item, context);
        // Like a file system, a trailing slash does not make another target.
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
            None => item.fail(Code::MissingKey, format!("bind mount {} lacks `source`", item.describe())),
        }
    }
    mount
}

/// A host path made absolute.
pub(super) fn host_path(written: &str, at: &Cursor<'_>, context: &Context<'_>) -> String {
    if written == "~" || written.starts_with("~/") {
        let Some(home) = &context.options.home else {
            let message = format!("{}: there is no home folder for `{written}`", at.describe());
            at.fail_with_hint(Code::InvalidValue, message, "write an absolute path".to_owned());
            return written.to_owned();
        };
        return path::resolve(home, written.trim_start_matches(['~', '/']));
    }
    // An absolute path stays as it was written, trailing slash included.
    if written.starts_with('/') || path::is_windows(written) {
        return written.to_owned();
    }
    path::resolve(&context.options.project_directory, written)
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

/// One short form. A single letter before a colon is a Windows drive, which is why a volume cannot be called `v`.
pub(crate) fn short(text: &str) -> Result<Mount, String> {
    if text.is_empty() {
        return Err("a mount cannot be empty".to_owned());
    }
    if text.chars().count() <= 2 {
        return Ok(Mount { target: text.to_owned(), ..Mount::default() });
    }
    let sections = sections(text);
    if sections.iter().any(String::is_empty) {
        return Err(format!("`{text}` has an empty section between colons"));
    }
    let (source, target, mode) = match &sections[..] {
        [target] => (None, target, None),
        [source, target] => (Some(source), target, None),
        [source, target, mode] => (Some(source), target, Some(mode)),
        _ => return Err(format!("`{text}` has too many colons")),
    };
    let mut mount = Mount { source: source.cloned(), target: clean_target(target), ..Mount::default() };
    if source.is_some_and(|source| is_host_path(source)) {
        mount.kind = MountKind::Bind;
        mount.bind = Some(BindOptions { create_host_path: true, ..BindOptions::default() });
    } else {
        mount.volume = Some(VolumeMountOptions::default());
    }
    // Options nobody knows are passed over, as the reference does: files are full of `delegated` and `cached`.
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

/// A target without a trailing slash or doubled steps.
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
            Err(problem) => format!("error: {problem}"),
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
    fn broken_forms_are_refused() {
        assert_eq!(check(""), "error: a mount cannot be empty");
        assert_eq!(check("aa::/b"), "error: `aa::/b` has an empty section between colons");
        assert_eq!(check("aa:/b:ro:x"), "error: `aa:/b:ro:x` has too many colons");
    }
}
