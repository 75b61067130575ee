//! What others may have put into the data folder: the programs do not start with it and say why, or put it right. They wait for
//! nobody.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use crate::harness::{Process, host};

/// Generous: the machine may be busy with other tests.
const LIMIT: Duration = Duration::from_secs(20);
const SERVER: &str = "core-monitor-server";
const WORKER: &str = "core-monitor-worker";
/// Of nobody.
const STRANGER: u32 = 12_345;

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn give_away(path: &Path) {
    chown(path, Some(STRANGER), None)
        .expect("only root can give a file away, and `tests/run.sh` runs as root");
}

fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

fn write(path: &Path, content: &[u8], mode: u32) {
    fs::write(path, content).unwrap();
    set_mode(path, mode);
}

/// Waits until the program is at work.
fn is_at_work(program: &str, process: &Process) {
    let sign = if program == SERVER { "listening" } else { "this worker holds the lock" };
    process.said("that it works", LIMIT, |line| line.contains(sign).then_some(()));
}

/// A data folder as it is before the first start.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::with_prefix("core-monitor-e2e-").unwrap())
    }

    /// One in which both programs have been at work before.
    fn used() -> Self {
        let folder = Self::new();
        for program in [SERVER, WORKER] {
            let mut process = folder.start(program);
            is_at_work(program, &process);
            assert!(process.terminate().success());
        }
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    /// Puts a link to somebody else's file in the place of a file.
    fn link(&self, name: &str) -> Elsewhere {
        let elsewhere = Elsewhere::new();
        let _ = fs::remove_file(self.path(name));
        symlink(elsewhere.file(), self.path(name)).unwrap();
        elsewhere
    }

    fn start(&self, program: &'static str) -> Process {
        let engine = host();
        let settings = [("CORE_MONITOR_LISTEN", "127.0.0.1:0"), ("DOCKER_HOST", engine.as_str())];
        Process::start(program, self.0.path(), settings)
    }

    /// The program ends with an error that contains these words.
    #[track_caller]
    fn refused_by(&self, program: &'static str, words: &str) {
        let mut process = self.start(program);
        assert!(process.log().has_ended_within(LIMIT), "{program} goes on: {:#?}", process.log().lines());
        let said = process.log().lines().join("\n");
        assert_eq!(process.ended().code(), Some(1), "{said}");
        assert!(said.contains(words), "not `{words}`: {said}");
    }

    /// The program starts, and ends when it is asked to.
    #[track_caller]
    fn accepted_by(&self, program: &'static str) {
        let mut process = self.start(program);
        is_at_work(program, &process);
        assert!(process.terminate().success());
    }
}

/// A file of somebody else.
struct Elsewhere(TempDir);

impl Elsewhere {
    const CONTENT: &str = "of somebody else";

    fn new() -> Self {
        let elsewhere = Self(TempDir::with_prefix("core-monitor-e2e-").unwrap());
        write(&elsewhere.file(), Self::CONTENT.as_bytes(), 0o600);
        elsewhere
    }

    fn file(&self) -> std::path::PathBuf {
        self.0.path().join("file")
    }

    #[track_caller]
    fn is_untouched(&self) {
        assert_eq!(fs::read_to_string(self.file()).unwrap(), Self::CONTENT);
        assert_eq!(fs::read_dir(self.0.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_data_folder_of_others_is_refused_by_both_programs() {
    for program in [SERVER, WORKER] {
        for mode in [0o770, 0o777, 0o1777] {
            let folder = Folder::new();
            set_mode(folder.0.path(), mode);
            folder.refused_by(program, "can be written by other users");
            assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 0, "nothing was put into it");
        }
        let folder = Folder::new();
        give_away(folder.0.path());
        folder.refused_by(program, "belongs to user 12345");
        assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 0, "nothing was put into it");
    }
}

#[test]
fn a_key_that_others_know_or_chose_is_refused_by_both_programs() {
    for program in [SERVER, WORKER] {
        let folder = Folder::new();
        let key = folder.path("secret.key");
        let elsewhere = folder.link("secret.key");
        folder.refused_by(program, "is a symbolic link");
        elsewhere.is_untouched();
        fs::remove_file(&key).unwrap();
        fifo(&key);
        folder.refused_by(program, "is not an ordinary file: remove it");
        fs::remove_file(&key).unwrap();
        fs::create_dir(&key).unwrap();
        folder.refused_by(program, "is not an ordinary file: remove it");
        fs::remove_dir(&key).unwrap();
        write(&key, &[7; 32], 0o644);
        folder.refused_by(program, "can be read by other users");
        set_mode(&key, 0o600);
        give_away(&key);
        folder.refused_by(program, "belongs to user 12345");
        fs::remove_file(&key).unwrap();
        folder.accepted_by(program);
    }
}

#[test]
fn a_database_of_others_is_refused_and_an_open_one_is_closed() {
    let folder = Folder::used();
    let database = folder.path("core-monitor.db");
    for program in [SERVER, WORKER] {
        set_mode(&database, 0o666);
        folder.accepted_by(program);
        assert_eq!(mode(&database), 0o600, "{program}");
    }
    let aside = folder.path("aside");
    for program in [SERVER, WORKER] {
        for name in ["core-monitor.db", "core-monitor.db-setup"] {
            let file = folder.path(name);
            fs::rename(&file, &aside).unwrap();
            let elsewhere = folder.link(name);
            folder.refused_by(program, name);
            elsewhere.is_untouched();
            fs::remove_file(&file).unwrap();
            fifo(&file);
            folder.refused_by(program, name);
            fs::rename(&aside, &file).unwrap();
        }
        // Only a bell: it is not rung.
        let bell = folder.path("core-monitor.db-bell");
        let elsewhere = folder.link("core-monitor.db-bell");
        folder.accepted_by(program);
        elsewhere.is_untouched();
        fs::remove_file(&bell).unwrap();
        fifo(&bell);
        folder.accepted_by(program);
        fs::remove_file(&bell).unwrap();
    }
}

#[test]
fn a_lock_of_others_is_refused_by_the_worker_and_an_open_one_is_closed() {
    let folder = Folder::new();
    let lock = folder.path("worker.lock");
    let elsewhere = folder.link("worker.lock");
    folder.refused_by(WORKER, "is a symbolic link");
    elsewhere.is_untouched();
    fs::remove_file(&lock).unwrap();
    fifo(&lock);
    folder.refused_by(WORKER, "is not used: it is not an ordinary file");
    fs::remove_file(&lock).unwrap();
    write(&lock, b"", 0o600);
    give_away(&lock);
    folder.refused_by(WORKER, "belongs to user 12345");
    fs::remove_file(&lock).unwrap();
    // Whoever can read a file can lock it.
    write(&lock, b"", 0o666);
    folder.accepted_by(WORKER);
    assert_eq!(mode(&lock), 0o600);
}

#[test]
fn a_token_file_of_others_is_replaced_at_the_first_start_and_refused_later() {
    for place in ["a link", "a FIFO", "a file"] {
        let folder = Folder::new();
        let token = folder.path("admin-token");
        let elsewhere = folder.link("admin-token");
        match place {
            "a link" => {}
            "a FIFO" => {
                fs::remove_file(&token).unwrap();
                fifo(&token);
            }
            _ => {
                fs::remove_file(&token).unwrap();
                write(&token, b"a token that somebody else knows", 0o666);
            }
        }
        folder.accepted_by(SERVER);
        let found = fs::symlink_metadata(&token).unwrap();
        assert!(found.is_file() && mode(&token) == 0o600, "{place}");
        assert!(fs::read_to_string(&token).unwrap().starts_with("cm_"), "{place}");
        elsewhere.is_untouched();
    }
    let folder = Folder::used();
    let token = folder.path("admin-token");
    let elsewhere = folder.link("admin-token");
    folder.refused_by(SERVER, "is a symbolic link");
    elsewhere.is_untouched();
    fs::remove_file(&token).unwrap();
    fifo(&token);
    folder.refused_by(SERVER, "is not an ordinary file: remove it");
    fs::remove_file(&token).unwrap();
    folder.accepted_by(SERVER);
}
