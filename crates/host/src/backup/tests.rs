use std::io::Read;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown, symlink};
use std::path::Path;

use core_monitor_domain::time::Timestamp;

use super::*;

fn manifest() -> BackupManifest {
    BackupManifest {
        format: BackupManifest::FORMAT,
        release: "0.0.0".to_owned(),
        created_at: Timestamp::from_millis(1_800_000_000_000).unwrap(),
        with_key: true,
        with_stacks: true,
    }
}

/// A data folder with a key and a stack, and the copy of a database.
fn installation(folder: &Path) -> PathBuf {
    let stack = folder.join("stacks/s/conf");
    std::fs::create_dir_all(&stack).unwrap();
    std::fs::write(folder.join("secret.key"), [7; 32]).unwrap();
    std::fs::write(stack.join("app.conf"), "port = 1\n").unwrap();
    std::fs::write(stack.join("run.sh"), "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(stack.join("run.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    symlink("app.conf", stack.join("link")).unwrap();
    let artifact = folder.join("artifacts/sha256/ab");
    std::fs::create_dir_all(&artifact).unwrap();
    std::fs::write(artifact.join("abcd"), "war").unwrap();
    std::fs::create_dir_all(folder.join("artifacts/incoming")).unwrap();
    std::fs::write(folder.join("artifacts/incoming/1-1"), "half a war").unwrap();
    std::fs::create_dir_all(folder.join("archive")).unwrap();
    std::fs::write(folder.join("archive/000001-commands-1-2.jsonl.gz"), "packed").unwrap();
    std::fs::write(folder.join("archive/.draft"), "").unwrap();
    let copy = folder.join("copy");
    std::fs::write(&copy, vec![42; 200_000]).unwrap();
    copy
}

fn archive(folder: &Path) -> (Vec<u8>, BackupReport) {
    let copy = installation(folder);
    let mut bytes = Vec::new();
    let source = BackupSource { manifest: &manifest(), database: &copy, data_dir: folder };
    let report = write_backup(&source, &mut bytes).unwrap();
    (bytes, report)
}

fn restore(bytes: &[u8], folder: &Path) -> Result<Restored, BackupError> {
    restore_backup(bytes, folder, |_| Ok(()))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_was_backed_up_is_restored() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (bytes, report) = archive(from.path());
    assert_eq!((report.stack_files, report.left_out.len(), report.changed.len()), (2, 0, 0));
    let data = to.path().join("new");
    let restored = restore(&bytes, &data).unwrap();
    assert_eq!((restored.stack_files, restored.manifest), (2, manifest()));
    assert_eq!(names(&data), ["archive", "artifacts", "core-monitor.db", "secret.key", "stacks"]);
    assert_eq!(report.kept_files, 2);
    assert_eq!(std::fs::read(data.join("artifacts/sha256/ab/abcd")).unwrap(), b"war");
    assert_eq!(
        (names(&data.join("artifacts")), names(&data.join("archive")).len()),
        (vec!["sha256".to_owned()], 1)
    );
    assert_eq!(std::fs::read(data.join("core-monitor.db")).unwrap(), vec![42; 200_000]);
    assert_eq!(std::fs::read(data.join("secret.key")).unwrap(), [7; 32]);
    let mode = |name: &str| data.join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("artifacts/sha256/ab/abcd"), mode("artifacts"), mode("archive")), (0o600, 0o700, 0o700));
    assert_eq!((mode("core-monitor.db"), mode("secret.key"), mode("")), (0o600, 0o600, 0o700));
    assert_eq!(mode("stacks/s/conf/run.sh"), 0o755);
    assert_eq!(std::fs::read_to_string(data.join("stacks/s/conf/link")).unwrap(), "port = 1\n");
}

#[test]
fn an_installation_is_never_overwritten() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (bytes, _) = archive(from.path());
    restore(&bytes, to.path()).unwrap();
    let refusal = restore(&bytes, to.path()).unwrap_err().to_string();
    assert!(
        refusal.ends_with("restore into an empty data folder, or move what is there away first"),
        "{refusal}"
    );
}

#[test]
fn an_archive_that_was_cut_off_or_bent_is_refused_and_leaves_nothing() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (bytes, _) = archive(from.path());
    // At every block of the tar format, which includes every boundary between two members.
    for length in (0..bytes.len() - 1_024).step_by(512) {
        let refusal = restore(&bytes[..length], to.path());
        // The end marker is followed by two empty blocks that carry nothing.
        assert!(refusal.is_err(), "{length} of {} bytes", bytes.len());
        assert_eq!(names(to.path()), [""; 0], "{length}");
    }
    let mut bent = bytes.clone();
    let at = bytes.windows(3).position(|window| window == [42; 3]).unwrap();
    bent[at + 1_000] ^= 1;
    assert!(matches!(restore(&bent, to.path()), Err(BackupError::Checksum)));
    assert_eq!(names(to.path()), [""; 0]);
}

#[test]
fn other_archives_are_refused_by_name() {
    let to = tempfile::tempdir().unwrap();
    let check = |members: &[(&str, &str)], expected: &str| {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, text) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            // Written as it is: `append_data` would refuse a path that leads out.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, text.as_bytes()).unwrap();
        }
        let refusal = restore(&builder.into_inner().unwrap(), to.path()).unwrap_err().to_string();
        assert_eq!(refusal, expected);
        assert_eq!(names(to.path()), [""; 0]);
    };
    let newer = r#"{"format": 3, "shape": "another"}"#;
    let this = serde_json::to_string(&manifest()).unwrap();
    check(
        &[("a.txt", "x")],
        "this is no archive of `backup`: it does not begin with `core-monitor-backup.json`",
    );
    check(
        &[(MANIFEST, newer)],
        "a newer release has written this archive (format 3, and this one reads 2): restore it with that release",
    );
    check(&[(MANIFEST, &this), ("etc/passwd", "x")], "this is no archive of `backup`: it has `etc/passwd`");
    check(
        &[(MANIFEST, &this), ("stacks/../../x", "x")],
        "this is no archive of `backup`: `stacks/../../x` leads out of it",
    );
}

#[test]
fn a_check_that_fails_leaves_nothing() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (bytes, _) = archive(from.path());
    let refused = restore_backup(bytes.as_slice(), to.path(), |path| {
        assert!(path.is_file());
        Err(BackupError::Foreign("no".to_owned()))
    });
    assert!(matches!(refused, Err(BackupError::Foreign(_))));
    assert_eq!(names(to.path()), [""; 0]);
}

#[test]
fn one_backup_runs_at_a_time_and_a_killed_one_leaves_nothing_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".backup.db");
    std::fs::write(&path, "half a copy").unwrap();
    let draft = DatabaseDraft::begin(folder.path()).unwrap();
    assert_eq!(draft.path().metadata().unwrap().len(), 0, "what was left is not part of the next one");
    assert!(matches!(DatabaseDraft::begin(folder.path()), Err(BackupError::Busy)));
    drop(draft);
    assert_eq!(names(folder.path()), [""; 0]);
    symlink("/etc/passwd", &path).unwrap();
    assert!(DatabaseDraft::begin(folder.path()).is_err(), "a link is not followed");
}

#[test]
fn the_file_gets_its_name_only_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.tar");
    drop(BackupFile::create(&path).unwrap());
    assert_eq!(names(folder.path()), [""; 0]);
    BackupFile::create(&path).unwrap().finish().unwrap();
    assert_eq!(names(folder.path()), ["a.tar"]);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let refused = BackupFile::create(&path).unwrap_err().to_string();
    assert!(
        refused
            .ends_with("exists already, and no backup is overwritten: choose another name, or move it away"),
        "{refused}"
    );
}

#[test]
fn a_socket_is_left_out_and_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("stacks/s")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("stacks/s/x.sock")).unwrap();
    let (bytes, report) = archive(folder.path());
    assert_eq!(report.left_out, ["stacks/s/x.sock: it is a socket"]);
    let to = tempfile::tempdir().unwrap();
    assert_eq!(restore(&bytes, to.path()).unwrap().stack_files, 2);
}

/// Runs `act` as another user than root, who may read and write everywhere. The other threads go on as root.
fn as_user<T: Send>(user: u32, act: impl FnOnce() -> T + Send) -> T {
    let switched = || {
        rustix::thread::set_thread_groups(&[]).unwrap();
        rustix::thread::set_thread_gid(rustix::fs::Gid::from_raw(user)).unwrap();
        rustix::thread::set_thread_uid(rustix::fs::Uid::from_raw(user)).unwrap();
        act()
    };
    std::thread::scope(|scope| scope.spawn(switched).join().unwrap())
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Gives everything below `folder` to a user.
fn give(folder: &Path, user: u32) {
    lchown(folder, Some(user), Some(user)).unwrap();
    if folder.symlink_metadata().unwrap().is_dir() {
        for entry in std::fs::read_dir(folder).unwrap() {
            give(&entry.unwrap().path(), user);
        }
    }
}

#[test]
fn the_user_of_the_programs_may_have_another_number_on_the_new_machine() {
    // Only root can give files away.
    if !is_root() {
        return;
    }
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = installation(from.path());
    give(&from.path().join("stacks"), 12_345);
    let data = from.path().join("stacks/s/data");
    std::fs::create_dir(&data).unwrap();
    for (name, user, group) in [("of-a-container", 70, 71), ("of-both", 70, 12_345)] {
        std::fs::write(data.join(name), "x").unwrap();
        std::fs::set_permissions(data.join(name), std::fs::Permissions::from_mode(0o4755)).unwrap();
        lchown(data.join(name), Some(user), Some(group)).unwrap();
        // Changing the owner has taken the first digit away.
        std::fs::set_permissions(data.join(name), std::fs::Permissions::from_mode(0o4755)).unwrap();
    }
    lchown(&data, Some(70), Some(71)).unwrap();
    let mut bytes = Vec::new();
    let source = BackupSource { manifest: &manifest(), database: &copy, data_dir: from.path() };
    write_backup(&source, &mut bytes).unwrap();

    give(to.path(), 995);
    restore(&bytes, to.path()).unwrap();
    let owner = |name: &str| {
        let found = to.path().join(name).symlink_metadata().unwrap();
        (found.uid(), found.gid())
    };
    for name in [
        "stacks",
        "stacks/s/conf",
        "stacks/s/conf/run.sh",
        "stacks/s/conf/link",
        "secret.key",
        "core-monitor.db",
    ] {
        assert_eq!(owner(name), (995, 995), "{name}");
    }
    assert_eq!(owner("stacks/s/data"), (70, 71));
    assert_eq!(
        (owner("stacks/s/data/of-a-container"), owner("stacks/s/data/of-both")),
        ((70, 71), (70, 995))
    );
    let mode = to.path().join("stacks/s/data/of-both").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o4755);
}

#[test]
fn folders_that_their_owner_may_not_write_are_restored() {
    // Root may write everywhere.
    if !is_root() {
        return;
    }
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = installation(from.path());
    let closed = from.path().join("stacks/s/conf");
    let inner = closed.join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("file"), "x").unwrap();
    for folder in [&inner, &closed] {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555)).unwrap();
        let changed = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        std::fs::File::open(folder).unwrap().set_modified(changed).unwrap();
    }
    let mut bytes = Vec::new();
    let source = BackupSource { manifest: &manifest(), database: &copy, data_dir: from.path() };
    write_backup(&source, &mut bytes).unwrap();

    give(to.path(), 12_345);
    // What a killed restore has left is no obstacle either.
    let left = to.path().join(".restoring/stacks/s");
    std::fs::create_dir_all(&left).unwrap();
    std::fs::write(left.join("file"), "x").unwrap();
    give(&to.path().join(".restoring"), 12_345);
    std::fs::set_permissions(&left, std::fs::Permissions::from_mode(0o555)).unwrap();
    let restored = as_user(12_345, || restore(&bytes, to.path()).map(|restored| restored.stack_files));
    assert_eq!(restored.unwrap(), 3);
    for name in ["stacks/s/conf", "stacks/s/conf/inner"] {
        let found = to.path().join(name).metadata().unwrap();
        assert_eq!((found.mode() & 0o7777, found.mtime()), (0o555, 1_000_000_000), "{name}");
    }
}

/// A disk that cannot be read to the end.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() { Err(io::ErrorKind::TimedOut.into()) } else { self.0.read(buffer) }
    }
}

#[test]
fn what_the_target_refuses_is_no_damage_of_the_archive() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (bytes, _) = archive(from.path());
    let mut builder = tar::Builder::new(Vec::new());
    let manifest = serde_json::to_vec(&manifest()).unwrap();
    let long = format!("stacks/{}", "x".repeat(300));
    for (name, content) in [(MANIFEST, manifest.as_slice()), (long.as_str(), b"x")] {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        builder.append_data(&mut header, name, content).unwrap();
    }
    let refused = restore(&builder.into_inner().unwrap(), to.path()).unwrap_err();
    assert!(matches!(refused, BackupError::File { attempt: "written", .. }), "{refused}");
    assert_eq!(names(to.path()), [""; 0]);

    for length in (512..bytes.len() - 1_024).step_by(512) {
        let refused = restore_backup::<BackupError>(Failing(&bytes[..length]), to.path(), |_| Ok(()));
        assert!(matches!(refused, Err(BackupError::Read(_))), "{length}: {refused:?}");
    }
}
