//! Rewrites relative host paths of another file so that they are relative to the file that includes or extends it.

use crate::model::Build;
use crate::path;
use crate::yaml::{Entry, Mapping, Node, Value};
use std::rc::Rc;

/// Rewrites the paths of a whole document in `folder`.
pub(crate) fn document(root: &mut Rc<Node>, folder: &str) {
    if folder.is_empty() || folder == "." {
        return;
    }
    let Value::Mapping(sections) = &mut Rc::make_mut(root).value else { return };
    for (section, entry) in sections.iter_mut() {
        let Value::Mapping(entries) = &mut Rc::make_mut(&mut entry.value).value else { continue };
        match section.as_str() {
            "services" => {
                services(entries, folder);
                entries.values_mut().for_each(|service| default_context(&mut service.value, folder));
            }
            "configs" | "secrets" => each(entries, |file| at_key(file, "file", |path| host(path, folder))),
            "volumes" => each(entries, |volume| driver_options(volume, folder)),
            _ => {}
        }
    }
}

/// Rewrites the paths of services of a file in `folder`.
pub(crate) fn services(services: &mut Mapping, folder: &str) {
    for service in services.values_mut() {
        let Value::Mapping(attributes) = &mut Rc::make_mut(&mut service.value).value else { continue };
        for (name, entry) in attributes.iter_mut() {
            let rewrite: fn(&mut Rc<Node>, &str) = match name.as_str() {
                "env_file" | "label_file" => files,
                "volumes" => mounts,
                "build" => build,
                "develop" => develop,
                _ => continue,
            };
            rewrite(&mut entry.value, folder);
        }
    }
}

fn each(entries: &mut Mapping, mut rewrite: impl FnMut(&mut Rc<Node>)) {
    entries.values_mut().for_each(|entry| rewrite(&mut entry.value));
}

fn at_key(node: &mut Rc<Node>, key: &str, rewrite: impl FnOnce(&mut Rc<Node>)) {
    let Value::Mapping(entries) = &mut Rc::make_mut(node).value else { return };
    if let Some(entry) = entries.get_mut(key) {
        rewrite(&mut entry.value);
    }
}

/// Rewrites a host path, unless it is absolute or in the home folder.
fn host(node: &mut Rc<Node>, folder: &str) {
    if let Value::String(text) = &mut Rc::make_mut(node).value
        && path::is_relative(text)
    {
        *text = format!("{folder}/{text}");
    }
}

fn files(node: &mut Rc<Node>, folder: &str) {
    match &mut Rc::make_mut(node).value {
        Value::String(path) if !path.starts_with('/') => *path = format!("{folder}/{path}"),
        Value::Sequence(items) => items.iter_mut().for_each(|item| files(item, folder)),
        Value::Mapping(long) => {
            if let Some(path) = long.get_mut("path") {
                files(&mut path.value, folder);
            }
        }
        _ => {}
    }
}

fn mounts(node: &mut Rc<Node>, folder: &str) {
    let Value::Sequence(items) = &mut Rc::make_mut(node).value else { return };
    for item in items {
        match &mut Rc::make_mut(item).value {
            Value::String(mount) if mount.starts_with('.') => *mount = format!("./{folder}/{mount}"),
            Value::Mapping(long) => {
                let binds =
                    long.get("type").is_some_and(|kind| kind.value.value == Value::String("bind".to_owned()));
                if let Some(source) = long.get_mut("source").filter(|_| binds) {
                    host(&mut source.value, folder);
                }
            }
            _ => {}
        }
    }
}

fn build(node: &mut Rc<Node>, folder: &str) {
    match &mut Rc::make_mut(node).value {
        Value::String(_) => context(node, folder),
        Value::Mapping(long) => {
            for (key, entry) in long.iter_mut() {
                match key.as_str() {
                    "context" => context(&mut entry.value, folder),
                    "additional_contexts" | "ssh" => pairs(&mut entry.value, folder),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// A build without a context uses the folder of its own file.
fn default_context(service: &mut Rc<Node>, folder: &str) {
    at_key(service, "build", |build| {
        let mark = build.mark;
        if let Value::Mapping(long) = &mut Rc::make_mut(build).value
            && !long.contains_key("context")
        {
            let value = Rc::new(Node { mark, value: Value::String(folder.to_owned()), edit: None });
            long.insert("context".to_owned(), Entry { key: mark, value });
        }
    });
}

fn context(node: &mut Rc<Node>, folder: &str) {
    let remote = matches!(&node.value, Value::String(text) if Build::is_remote(text));
    if !remote {
        host(node, folder);
    }
}

/// The values of `{NAME: path}` or `[NAME=path]`.
fn pairs(node: &mut Rc<Node>, folder: &str) {
    match &mut Rc::make_mut(node).value {
        Value::Mapping(entries) => each(entries, |value| context(value, folder)),
        Value::Sequence(items) => {
            for item in items {
                if let Value::String(text) = &mut Rc::make_mut(item).value
                    && let Some((name, path)) = text.split_once('=')
                    && path::is_relative(path)
                    && !Build::is_remote(path)
                {
                    *text = format!("{name}={folder}/{path}");
                }
            }
        }
        _ => {}
    }
}

fn develop(node: &mut Rc<Node>, folder: &str) {
    at_key(node, "watch", |watch| {
        let Value::Sequence(items) = &mut Rc::make_mut(watch).value else { return };
        for item in items {
            at_key(item, "path", |path| host(path, folder));
        }
    });
}

/// The device of a local bind volume is a host path.
fn driver_options(volume: &mut Rc<Node>, folder: &str) {
    at_key(volume, "driver_opts", |options| {
        let binds = options.as_mapping().and_then(|options| options.get("o")).is_some_and(|flags| {
            matches!(&flags.value.value, Value::String(flags) if flags.split(',').any(|flag| flag == "bind"))
        });
        if binds {
            at_key(options, "device", |device| host(device, folder));
        }
    });
}
