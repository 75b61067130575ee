//! A disk that is soon full.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;

use super::program::command;

/// A file system in memory. Unmounted when it is dropped.
pub(crate) struct SmallDisk {
    place: PathBuf,
}

impl SmallDisk {
    /// Mounts one of this many MiB. Needs root, as `tests/run.sh` does.
    pub(crate) fn mount(place: &Path, mib: u32) -> Self {
        let options = format!("size={mib}m,mode=700");
        run("mount", &["-t", "tmpfs", "-o", &options, "core-monitor-e2e"], place);
        Self { place: place.to_owned() }
    }

    /// Fills it until only this many KiB are left.
    pub(crate) fn fill(&self, left: u64) {
        let found = statvfs(&self.place).unwrap();
        let free = found.f_bavail * found.f_frsize;
        let size = free.checked_sub(left << 10).unwrap_or_else(|| panic!("only {free} bytes are free"));
        // Written, not merely long: a file of holes takes no space.
        let written = fs::write(self.filler(), vec![1; usize::try_from(size).unwrap()]);
        // The programs write, too; then it is as full as it can be.
        let full = |error: io::Error| error.kind() == io::ErrorKind::StorageFull;
        assert!(written.is_ok() || written.is_err_and(full));
    }

    /// Gives the space back.
    pub(crate) fn empty(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.place.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a program that was killed a moment ago may still have a file open.
        run("umount", &["--lazy"], &self.place);
    }
}

fn run(program: &str, arguments: &[&str], place: &Path) {
    let output = command(program).args(arguments).arg(place).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {}: {said}; mounting needs root", place.display());
}
