//! Tests that need a real disk: modes, links, devices. The rest is in the contract suite, `tests/contracts/folder`.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderChanges, FolderError, StackFolder as _};
use core_monitor_domain::stack_version::{FileEntry, SourceFile};
use tempfile::TempDir;
use uuid::Uuid;

use super::DirectoryStackFolder;

const STACK: StackId = StackId(Uuid::from_u128(7));

struct World {
    disk: TempDir,
    folders: DirectoryStackFolder,
}

/// `path=text`; a `*` after the path marks an executable file.
fn file(text: &str) -> (String, SourceFile) {
    let (path, text) = text.split_once('=').unwrap();
    (path.trim_end_matches('*').to_owned(), SourceFile::new(text.as_bytes(), path.ends_with('*')))
}

impl World {
    fn new() -> Self {
        let disk = TempDir::new().unwrap();
        let folders = DirectoryStackFolder::new(disk.path().join("data/stacks"));
        Self { disk, folders }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.disk.path().join("data/stacks").join(STACK.to_string()).join(path)
    }

    fn outside(&self, name: &str) -> PathBuf {
        self.disk.path().join(name)
    }

    async fn compare(&self, files: &[&str]) -> Result<FolderChanges, FolderError> {
        let entries: Vec<FileEntry> =
            files.iter().map(|text| file(text)).map(|(path, file)| file.entry(&path)).collect();
        self.folders.compare(STACK, &entries).await
    }

    /// Brings the folder to a version as a worker does, and describes the changes.
    async fn bring(&self, files: &[&str]) -> Result<String, FolderError> {
        let changes = self.compare(files).await?;
        self.folders.remove(STACK, &[changes.remove.clone(), changes.kept.clone()].concat()).await?;
        let wanted = |(path, _): &(String, SourceFile)| changes.write.contains(path);
        let files: Vec<_> = files.iter().map(|text| file(text)).filter(wanted).collect();
        self.folders.write(STACK, &files).await?;
        let parts = [
            ("write", changes.write),
            ("overwritten", changes.overwritten),
            ("remove", changes.remove),
            ("kept", changes.kept),
        ];
        let parts = parts.iter().filter(|(_, paths)| !paths.is_empty());
        Ok(parts.map(|(word, paths)| format!("{word} {}", paths.join(" "))).collect::<Vec<_>>().join(", "))
    }

    async fn check(&self, files: &[&str], expected: &str) {
        assert_eq!(self.bring(files).await.unwrap(), expected, "{files:?}");
        let again = self.compare(files).await.unwrap();
        assert!(again.is_empty(), "{files:?}: {again:?}");
    }

    /// Lists everything: files with their text, empty folders with `/`, links with `->`.
    fn listing(&self) -> String {
        let mut lines = Vec::new();
        list(&self.path(""), "", &mut lines);
        lines.sort();
        lines.join("; ")
    }
}

fn list(folder: &Path, prefix: &str, lines: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            lines.push(format!("{path}->{}", fs::read_link(entry.path()).unwrap().display()));
        } else if kind.is_dir() {
            let before = lines.len();
            list(&entry.path(), &format!("{path}/"), lines);
            if lines.len() == before {
                lines.push(format!("{path}/"));
            }
        } else {
            lines.push(format!("{path}={}", fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

#[tokio::test]
async fn a_folder_is_updated_to_each_version() {
    let world = World::new();
    world
        .check(&["compose.yaml=1", "conf/app.conf=a", "run.sh*=x"], "write compose.yaml conf/app.conf run.sh")
        .await;
    assert_eq!(world.listing(), "compose.yaml=1; conf/app.conf=a; run.sh=x");
    let mode = |path: &str| fs::metadata(world.path(path)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("run.sh"), mode("conf/app.conf"), mode("conf"), mode("")), (0o755, 0o644, 0o755, 0o755));
    let inode = fs::metadata(world.path("compose.yaml")).unwrap().ino();
    world.check(&["compose.yaml=1", "conf/app.conf=b", "run.sh=x"], "write conf/app.conf run.sh").await;
    assert_eq!(
        fs::metadata(world.path("compose.yaml")).unwrap().ino(),
        inode,
        "unchanged files are not written"
    );
    assert_eq!(mode("run.sh"), 0o644);
    world.check(&["compose.yaml=1"], "remove conf/app.conf run.sh").await;
    assert_eq!(world.listing(), "compose.yaml=1");
    world.check(&["compose.yaml=1", "conf/app.conf=a"], "write conf/app.conf").await;
    world.check(&[], "remove compose.yaml conf/app.conf").await;
    assert!(!world.path("").exists(), "removing the last file removes the folder");
    let left: Vec<_> = fs::read_dir(world.disk.path().join("data/stacks/.written")).unwrap().collect();
    assert!(left.iter().all(|entry| !entry.as_ref().unwrap().path().ends_with(".json")), "{left:?}");
}

#[tokio::test]
async fn links_are_never_followed() {
    let world = World::new();
    world.check(&["a=1", "conf/b=1"], "write a conf/b").await;
    fs::write(world.outside("victim"), "precious").unwrap();
    fs::create_dir(world.outside("etc")).unwrap();
    fs::write(world.outside("etc/b"), "precious").unwrap();

    // A link in place of a file is replaced; its target is unchanged.
    fs::remove_file(world.path("a")).unwrap();
    symlink(world.outside("victim"), world.path("a")).unwrap();
    world.check(&["a=1", "conf/b=1"], "write a, overwritten a").await;
    assert_eq!(fs::read_to_string(world.outside("victim")).unwrap(), "precious");
    assert_eq!(world.listing(), "a=1; conf/b=1");

    // A link whose target has the right content is replaced too.
    fs::remove_file(world.path("a")).unwrap();
    fs::write(world.outside("same"), "1").unwrap();
    symlink(world.outside("same"), world.path("a")).unwrap();
    world.check(&["a=1", "conf/b=1"], "write a, overwritten a").await;

    // A link in place of a folder blocks both writing and removing.
    fs::remove_dir_all(world.path("conf")).unwrap();
    symlink(world.outside("etc"), world.path("conf")).unwrap();
    let refusal = world.bring(&["a=1", "conf/b=2"]).await.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "`conf` in the stack's folder is a symbolic link, which is never followed, where the version has a folder"
    );
    world.check(&["a=1"], "remove conf/b").await;
    assert_eq!(fs::read_to_string(world.outside("etc/b")).unwrap(), "precious");
    assert!(world.path("conf").is_symlink());

    // If the stack's own folder is a link, it is not used at all.
    fs::remove_file(world.path("conf")).unwrap();
    fs::remove_dir_all(world.path("")).unwrap();
    symlink(world.outside("etc"), world.path("").to_str().unwrap().trim_end_matches('/')).unwrap();
    world.bring(&["a=1"]).await.unwrap_err();
    assert!(!world.outside("etc/a").exists());
}

#[tokio::test]
async fn a_fifo_does_not_block_and_is_replaced() {
    let world = World::new();
    world.check(&["a=1", "b=1"], "write a b").await;
    fs::remove_file(world.path("a")).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o644);
    rustix::fs::mknodat(rustix::fs::CWD, world.path("a"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
    world.check(&["a=1", "b=1"], "write a, overwritten a").await;
    assert_eq!(world.listing(), "a=1; b=1");
}

#[tokio::test]
async fn an_interrupted_write_is_resumed() {
    let world = World::new();
    world.check(&["a=1", "b=1", "c=1"], "write a b c").await;
    // The record is ahead of the files: the worker died in between.
    let open = || super::OpenFolder::open(world.folders.root.clone(), STACK).unwrap();
    let mut folder = open();
    for text in ["a=2", "d=2"] {
        let (path, file) = file(text);
        folder.record.note(&path, &file);
    }
    let record = world.folders.root.join(".written").join(format!("{STACK}.json"));
    folder.record.save(&record).unwrap();
    assert_eq!(
        world.compare(&["a=2", "b=1", "c=1", "d=2"]).await.unwrap(),
        FolderChanges { write: vec!["a".into(), "d".into()], ..FolderChanges::default() },
        "the old content is recognised as ours"
    );
    // A version without these files: existing ones are removed, missing ones are dropped from the record.
    world.check(&["b=1"], "remove a c d").await;
    assert_eq!(world.listing(), "b=1");
    assert_eq!(open().record.files.len(), 1);
}

#[tokio::test]
async fn stacks_are_isolated() {
    let world = World::new();
    let other = StackId(Uuid::from_u128(8));
    world.check(&["a=1"], "write a").await;
    world.folders.write(other, &[file("a=2")]).await.unwrap();
    assert_eq!(world.listing(), "a=1");
    world.check(&[], "remove a").await;
    assert!(world.folders.root.join(other.to_string()).join("a").exists());
}

#[tokio::test]
async fn secret_files_are_closed_to_other_users_of_the_host() {
    let world = World::new();
    let stacks = world.disk.path().join("data/stacks");
    fs::create_dir_all(&stacks).unwrap();
    fs::set_permissions(&stacks, fs::Permissions::from_mode(0o755)).unwrap();
    world.check(&["db_password.txt=hunter2"], "write db_password.txt").await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&stacks), 0o700, "nobody else gets to any file of a stack");
    assert_eq!(mode(&stacks.join(".written")), 0o700, "nor to the record");
    // A container gets the file itself, and runs as a user that only its image knows.
    assert_eq!(mode(&world.path("db_password.txt")), 0o644);
}
