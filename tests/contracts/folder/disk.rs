//! Foreign changes in the folder of a stack, outside the port.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use core_monitor_domain::ids::StackId;
use core_monitor_simulation::stack_folder::SimStackFolder;
use tempfile::TempDir;

/// A container, or a person with a shell.
pub(crate) trait Disk {
    /// Writes a file and creates its parent folders.
    fn put(&self, stack: StackId, path: &str, text: &str);
    /// Creates a folder.
    fn make_folder(&self, stack: StackId, path: &str);
    /// Creates a symbolic link to a folder outside, which contains a file `file`.
    fn link(&self, stack: StackId, path: &str);
    /// Removes a file, a link, or a folder with its content.
    fn take_away(&self, stack: StackId, path: &str);
    /// Files as `path=text`, executable ones as `path*=text`, empty folders as `path/`, links as `path->`.
    fn listing(&self, stack: StackId) -> String;
}

impl Disk for Arc<SimStackFolder> {
    fn put(&self, stack: StackId, path: &str, text: &str) {
        self.put_by_hand(stack, path, text);
    }

    fn make_folder(&self, stack: StackId, path: &str) {
        SimStackFolder::make_folder(self, stack, path);
    }

    fn link(&self, stack: StackId, path: &str) {
        self.link_by_hand(stack, path);
    }

    fn take_away(&self, stack: StackId, path: &str) {
        self.remove_by_hand(stack, path);
    }

    fn listing(&self, stack: StackId) -> String {
        SimStackFolder::listing(self, stack)
    }
}

/// A directory that is removed with the test.
pub(crate) struct RealDisk {
    place: TempDir,
}

impl RealDisk {
    pub(crate) fn new() -> Self {
        let place = TempDir::new().unwrap();
        fs::create_dir(place.path().join("outside")).unwrap();
        fs::write(place.path().join("outside/file"), "precious").unwrap();
        Self { place }
    }

    /// Where the folders of stacks are.
    pub(crate) fn root(&self) -> PathBuf {
        self.place.path().join("stacks")
    }

    fn path(&self, stack: StackId, path: &str) -> PathBuf {
        self.root().join(stack.to_string()).join(path)
    }
}

impl Disk for RealDisk {
    fn put(&self, stack: StackId, path: &str, text: &str) {
        let path = self.path(stack, path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn make_folder(&self, stack: StackId, path: &str) {
        fs::create_dir_all(self.path(stack, path)).unwrap();
    }

    fn link(&self, stack: StackId, path: &str) {
        symlink(self.place.path().join("outside"), self.path(stack, path)).unwrap();
    }

    fn take_away(&self, stack: StackId, path: &str) {
        let path = self.path(stack, path);
        if fs::symlink_metadata(&path).unwrap().is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }

    fn listing(&self, stack: StackId) -> String {
        let mut lines = Vec::new();
        list(&self.path(stack, ""), "", &mut lines);
        lines.sort();
        lines.join("; ")
    }
}

impl Drop for RealDisk {
    /// In every test: nothing was written through a link.
    fn drop(&mut self) {
        let outside = self.place.path().join("outside");
        let left: Vec<_> = fs::read_dir(&outside).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["file"]);
        assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), "precious");
    }
}

fn list(folder: &Path, prefix: &str, lines: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            lines.push(format!("{path}->"));
        } else if kind.is_dir() {
            let before = lines.len();
            list(&entry.path(), &format!("{path}/"), lines);
            if lines.len() == before {
                lines.push(format!("{path}/"));
            }
        } else {
            let is_executable = entry.metadata().unwrap().permissions().mode() & 0o100 != 0;
            let mark = if is_executable { "*" } else { "" };
            lines.push(format!("{path}{mark}={}", fs::read_to_string(entry.path()).unwrap()));
        }
    }
}
