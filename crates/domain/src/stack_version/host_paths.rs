//! Host paths of a stored model: kept relative to the stack's folder, and resolved on the host.
//!
//! A stored version has `./html`, not the location of the folder when it was saved: the data folder can be moved, and
//! it can be elsewhere on another host.

use std::fmt;

use core_monitor_compose::Project;
use core_monitor_compose::model::{Build, MountKind};

use crate::ids::StackId;

/// A path that a definition mounts or builds from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostPath {
    /// In the stack's folder: `.`, `./html`, `../shared`. Stored without the `./`.
    InFolder(String),
    /// A path on the host, independent of the stack's folder.
    OnHost(String),
}

impl HostPath {
    /// Parses `text` of a stored model. Versions saved before paths were kept relative have absolute paths through a
    /// folder named after the stack's id, which can only be the stack's folder.
    fn read(text: &str, stack: &str) -> Self {
        if !text.starts_with('/') {
            return Self::InFolder(text.strip_prefix("./").unwrap_or(text).to_owned());
        }
        let mut parts = text.split('/').skip_while(|part| *part != stack);
        if parts.next().is_none() {
            return Self::OnHost(text.to_owned());
        }
        let inside: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        Self::InFolder(if inside.is_empty() { ".".to_owned() } else { inside.join("/") })
    }

    /// The absolute path on a host with the stack's folder at `folder`.
    fn on(&self, folder: &str) -> String {
        match self {
            Self::OnHost(path) => path.clone(),
            Self::InFolder(path) => {
                let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
                for part in path.split('/') {
                    match part {
                        "" | "." => {}
                        ".." => drop(parts.pop()),
                        part => parts.push(part),
                    }
                }
                format!("/{}", parts.join("/"))
            }
        }
    }
}

/// The form of a compose file.
impl fmt::Display for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnHost(path) => f.write_str(path),
            Self::InFolder(path) if path == "." || path == ".." || path.starts_with("../") => {
                f.write_str(path)
            }
            Self::InFolder(path) => write!(f, "./{path}"),
        }
    }
}

/// Makes every path of `model` in the folder of `stack` relative. Only versions saved before paths were kept relative
/// have such paths; a path with `..` was outside the folder and stays absolute.
pub fn keep_relative(model: &mut Project, stack: StackId) {
    let stack = stack.to_string();
    each(model, |path| *path = HostPath::read(path, &stack).to_string());
}

/// The model on a host with the stack's folder at `folder`.
#[must_use]
pub fn placed(model: &Project, folder: &str) -> Project {
    let mut placed = model.clone();
    let stack = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    each(&mut placed, |path| *path = HostPath::read(path, stack).on(folder));
    placed
}

/// The folder of `stack` on a host that keeps all stack folders in `root`.
pub fn folder_in(root: &str, stack: StackId) -> String {
    format!("{}/{stack}", root.trim_end_matches('/'))
}

/// Applies `change` to every host path of a model.
fn each(model: &mut Project, change: impl Fn(&mut String)) {
    let change = |path: &mut String| {
        // Windows paths and paths in home folders are rejected or ignored elsewhere.
        if path.starts_with(['/', '.']) {
            change(path);
        }
    };
    for service in model.services.values_mut() {
        let binds = service.volumes.iter_mut().filter(|mount| mount.kind == MountKind::Bind);
        binds.filter_map(|mount| mount.source.as_mut()).for_each(change);
        if let Some(build) = &mut service.build {
            contexts(build, change);
        }
        if let Some(develop) = &mut service.develop {
            develop.watch.iter_mut().for_each(|watch| change(&mut watch.path));
        }
    }
    model.configs.values_mut().filter_map(|config| config.file.as_mut()).for_each(change);
    model.secrets.values_mut().filter_map(|secret| secret.file.as_mut()).for_each(change);
    for volume in model.volumes.values_mut() {
        let options = &mut volume.driver_opts;
        if options.get("o").is_some_and(|written| written.split(',').any(|option| option == "bind")) {
            options.get_mut("device").into_iter().for_each(change);
        }
    }
}

fn contexts(build: &mut Build, change: impl Fn(&mut String)) {
    build.context.iter_mut().chain(build.additional_contexts.values_mut()).for_each(&change);
    for key in &mut build.ssh {
        if let Some((id, path)) = key.split_once('=') {
            let mut path = path.to_owned();
            change(&mut path);
            *key = format!("{id}={path}");
        }
    }
}

#[cfg(test)]
mod tests;
