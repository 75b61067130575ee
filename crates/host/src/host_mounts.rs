//! [`HostMounts`] of the machine that this program runs on.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use core_monitor_domain::ports::HostMounts;
use core_monitor_domain::template::{HostMount, MountForm, MountProblem};
use core_monitor_message::Message;

/// Links on the way of a path, after which the kernel gives up.
const MOST_LINKS: usize = 40;

/// The folders and files that this program can see. In a container, those are what is mounted into it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemMounts;

#[async_trait]
impl HostMounts for SystemMounts {
    async fn refusal(&self, mount: &HostMount) -> Option<Message> {
        let wanted = mount.clone();
        let looked = tokio::task::spawn_blocking(move || look(&wanted)).await;
        let looked = looked.unwrap_or_else(|error| Err(unreadable(&error)));
        looked.err().map(|problem| problem.message(mount))
    }

    async fn resolved(&self, path: &str) -> String {
        let wanted = PathBuf::from(path);
        let resolved = tokio::task::spawn_blocking(move || follow(&wanted)).await;
        resolved.map_or_else(|_| path.to_owned(), |resolved| resolved.to_string_lossy().into_owned())
    }
}

/// Follows every link on the way, as the kernel does, but goes on where nothing is: a link to what does not exist yet leads
/// somewhere too.
fn follow(path: &Path) -> PathBuf {
    let mut ahead: Vec<OsString> = Vec::new();
    push(&mut ahead, path);
    let mut resolved = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = ahead.pop() {
        if part == ".." {
            resolved.pop();
            continue;
        }
        let next = resolved.join(&part);
        match std::fs::read_link(&next) {
            Ok(target) if links < MOST_LINKS => {
                links += 1;
                if target.is_absolute() {
                    resolved = PathBuf::from("/");
                }
                push(&mut ahead, &target);
            }
            // No link, nothing at all, or nothing that this program may see.
            _ => resolved = next,
        }
    }
    resolved
}

/// Puts the parts of a path ahead of what is there, the first one on top.
fn push(ahead: &mut Vec<OsString>, path: &Path) {
    let part = |component: Component<'_>| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    };
    ahead.extend(path.components().rev().filter_map(part));
}

fn look(mount: &HostMount) -> Result<(), MountProblem> {
    let root = resolved(Path::new(&mount.root), MountProblem::NoRoot)?;
    let path = resolved(Path::new(&mount.absolute()), MountProblem::Missing)?;
    // Before anything is said about what is there: outside, nothing is anybody's business.
    if !path.starts_with(&root) {
        return Err(MountProblem::LeavesRoot);
    }
    let found = path.metadata().map_err(|error| failed(&error, MountProblem::Missing))?;
    let is_it = match mount.form {
        MountForm::Folder => found.is_dir(),
        MountForm::File => found.is_file(),
    };
    if is_it { Ok(()) } else { Err(MountProblem::OtherForm) }
}

/// The path without links; `missing` if there is nothing.
fn resolved(path: &Path, missing: MountProblem) -> Result<PathBuf, MountProblem> {
    path.canonicalize().map_err(|error| failed(&error, missing))
}

fn failed(error: &io::Error, missing: MountProblem) -> MountProblem {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => missing,
        _ => unreadable(error),
    }
}

fn unreadable(error: &impl ToString) -> MountProblem {
    MountProblem::Unreadable { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    struct World {
        folder: tempfile::TempDir,
    }

    impl World {
        /// `root` is allowed, `root-of-others` is not.
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            for name in ["root/shop/data", "root-of-others/shop"] {
                std::fs::create_dir_all(folder.path().join(name)).unwrap();
            }
            for name in ["root/shop/map.txt", "root-of-others/secret.txt"] {
                std::fs::write(folder.path().join(name), "x").unwrap();
            }
            Self { folder }
        }

        fn link(&self, target: &str, name: &str) {
            symlink(target, self.folder.path().join(name)).unwrap();
        }

        /// The code of the refusal.
        async fn look(&self, root: &str, path: &str, form: MountForm) -> Option<String> {
            let root = self.folder.path().join(root).display().to_string();
            let mount = HostMount { parameter: "DATA".parse().unwrap(), root, path: path.to_owned(), form };
            SystemMounts.refusal(&mount).await.map(|message| message.code().to_owned())
        }

        async fn both(&self, root: &str, path: &str) -> [Option<String>; 2] {
            let folder = self.look(root, path, MountForm::Folder).await;
            [folder, self.look(root, path, MountForm::File).await]
        }
    }

    fn codes(folder: &str, file: &str) -> [Option<String>; 2] {
        [folder, file].map(|code| Some(code.to_owned()).filter(|code| !code.is_empty()))
    }

    #[tokio::test]
    async fn a_folder_and_a_file_can_be_mounted_as_what_they_are() {
        let world = World::new();
        assert_eq!(world.both("root", "shop/data").await, codes("", "mount_not_a_file"));
        assert_eq!(world.both("root/", "shop").await, codes("", "mount_not_a_file"));
        assert_eq!(world.both("root", "shop/map.txt").await, codes("mount_not_a_folder", ""));
        let missing = codes("mount_folder_missing", "mount_file_missing");
        assert_eq!(world.both("root", "shop/other").await, missing);
        assert_eq!(world.both("root", "shop/map.txt/data").await, missing);
        // The folder that the operator names is not there itself.
        let no_root = codes("mount_folder_missing", "mount_folder_missing");
        assert_eq!(world.both("nowhere", "shop").await, no_root);
    }

    #[tokio::test]
    async fn a_link_may_not_leave_the_root() {
        let world = World::new();
        world.link("../root-of-others/shop", "root/away");
        world.link("/", "root/everything");
        world.link("../../root-of-others/secret.txt", "root/shop/secret.txt");
        world.link("..", "root/up");
        world.link("nothing", "root/dangling");
        let away = codes("mount_leaves_root", "mount_leaves_root");
        for path in ["away", "everything", "everything/etc", "shop/secret.txt", "up"] {
            assert_eq!(world.both("root", path).await, away, "{path}");
        }
        let missing = codes("mount_folder_missing", "mount_file_missing");
        assert_eq!(world.both("root", "dangling").await, missing);
    }

    #[tokio::test]
    async fn a_link_inside_and_a_root_that_is_one_are_fine() {
        let world = World::new();
        world.link("shop/data", "root/current");
        world.link("root", "alias");
        assert_eq!(world.both("root", "current").await, codes("", "mount_not_a_file"));
        assert_eq!(world.both("alias", "shop/map.txt").await, codes("mount_not_a_folder", ""));
    }

    #[tokio::test]
    async fn a_path_is_followed_through_every_link_also_to_what_is_not_there() {
        let world = World::new();
        world.link("root-of-others", "alias");
        world.link("../alias/shop", "root/away");
        world.link("../nothing/yet", "root/dangling");
        let base = world.folder.path().canonicalize().unwrap();
        let cases = [
            ("root/shop", "root/shop"),
            ("root/away/secret.txt", "root-of-others/shop/secret.txt"),
            ("root/away/../../root", "root"),
            ("root/dangling/a", "nothing/yet/a"),
            ("root//shop/./data/", "root/shop/data"),
            ("nowhere/at/all", "nowhere/at/all"),
        ];
        for (path, expected) in cases {
            let resolved = SystemMounts.resolved(&world.folder.path().join(path).display().to_string()).await;
            assert_eq!(resolved, base.join(expected).display().to_string(), "{path}");
        }
    }

    #[tokio::test]
    async fn links_in_a_circle_are_given_up() {
        let world = World::new();
        world.link("round", "root/round");
        let path = world.folder.path().join("root/round").display().to_string();
        let resolved = SystemMounts.resolved(&path).await;
        assert!(resolved.ends_with("round"), "{resolved}");
    }

    #[tokio::test]
    async fn links_without_an_end_cannot_be_looked_at() {
        let world = World::new();
        world.link("round", "root/round");
        let unreadable = codes("mount_unreadable", "mount_unreadable");
        assert_eq!(world.both("root", "round").await, unreadable);
    }

    #[tokio::test]
    async fn what_is_neither_a_folder_nor_a_file_cannot_be_mounted() {
        let world = World::new();
        let socket = world.folder.path().join("root/engine.sock");
        let _listener = std::os::unix::net::UnixListener::bind(socket).unwrap();
        let neither = codes("mount_not_a_folder", "mount_not_a_file");
        assert_eq!(world.both("root", "engine.sock").await, neither);
    }
}
