//! What a service mounts.

use core_monitor_compose::document::Item;

use super::super::{ContainerSpec, Mount, MountKind};
use super::{DesiredStack, flag, list, map, text};

pub(super) fn mounts(stack: &DesiredStack, spec: &ContainerSpec) -> Vec<(&'static str, Option<Item>)> {
    let volumes: Vec<Item> =
        spec.mounts.iter().filter_map(|mount| short(stack, mount).or_else(|| long(stack, mount))).collect();
    let tmpfs: Vec<String> = spec
        .tmpfs
        .iter()
        .map(|(path, options)| if options.is_empty() { path.clone() } else { format!("{path}:{options}") })
        .collect();
    vec![
        ("volumes", (!volumes.is_empty()).then_some(Item::List(volumes))),
        ("volumes_from", list(&spec.volumes_from)),
        ("tmpfs", list(&tmpfs)),
    ]
}

/// `[source:]target[:options]`, if that form is sufficient.
fn short(stack: &DesiredStack, mount: &Mount) -> Option<Item> {
    if mount.consistency.is_some() {
        return None;
    }
    let mut options: Vec<&str> = if mount.read_only { vec!["ro"] } else { Vec::new() };
    let source = match &mount.kind {
        MountKind::Volume { name, nocopy, subpath: None, labels } if labels.is_empty() => {
            if *nocopy {
                options.push("nocopy");
            }
            // A single-letter source would be read as a Windows drive, and options require a source.
            match name {
                Some(name) => Some(key_of(stack, name)).filter(|key| key.len() > 1)?,
                None if options.is_empty() && !mount.target.contains(':') => {
                    return Some(Item::literal(&mount.target));
                }
                None => return None,
            }
        }
        MountKind::Bind { source, create_host_path: true, propagation, selinux, recursive: None } => {
            options.extend(propagation.as_deref());
            options.extend(selinux.as_deref());
            source.clone()
        }
        _ => return None,
    };
    if source.contains(':') || mount.target.contains(':') {
        return None;
    }
    let options = if options.is_empty() { String::new() } else { format!(":{}", options.join(",")) };
    Some(Item::literal(&format!("{source}:{}{options}", mount.target)))
}

fn long(stack: &DesiredStack, mount: &Mount) -> Option<Item> {
    let (kind, source, options) = match &mount.kind {
        MountKind::Volume { name, nocopy, subpath, labels } => {
            let options = Item::map([
                ("nocopy", flag(*nocopy)),
                ("subpath", text(subpath.as_ref())),
                ("labels", map(labels)),
            ]);
            ("volume", name.as_ref().map(|name| key_of(stack, name)), options)
        }
        MountKind::Bind { source, create_host_path, propagation, selinux, recursive } => {
            let options = Item::map([
                // Long syntax: without a `bind` section, a missing path is created.
                ("create_host_path", Some(Item::Flag(*create_host_path))),
                ("propagation", text(propagation.as_ref())),
                ("selinux", text(selinux.as_ref())),
                ("recursive", text(recursive.as_ref())),
            ]);
            ("bind", Some(source.clone()), options)
        }
        MountKind::Tmpfs { size, mode } => {
            let options = Item::map([
                ("size", size.map(|size| Item::Number(size.to_string()))),
                ("mode", mode.map(|mode| Item::Number(format!("0{mode:o}")))),
            ]);
            ("tmpfs", None, options)
        }
        MountKind::NamedPipe { source } => ("npipe", Some(source.clone()), Item::Map(Vec::new())),
        #[expect(unreachable_patterns, reason = "further kinds are left to who reads them back")]
        _ => return None,
    };
    let section = if kind == "npipe" { "bind" } else { kind };
    let options = Some(options).filter(|options| *options != Item::Map(Vec::new()));
    Some(Item::map([
        ("type", Some(Item::literal(kind))),
        ("source", source.map(|source| Item::literal(&source))),
        ("target", Some(Item::literal(&mount.target))),
        ("read_only", flag(mount.read_only)),
        ("consistency", text(mount.consistency.as_ref())),
        (section, options),
    ]))
}

fn key_of(stack: &DesiredStack, volume: &str) -> String {
    let spec = stack.volumes.iter().find(|spec| spec.name == volume);
    spec.map_or_else(|| volume.to_owned(), |spec| spec.key.clone())
}
