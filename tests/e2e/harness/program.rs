//! Programs that the tests run.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

#[expect(clippy::disallowed_methods, reason = "these tests drive programs from outside")]
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// A program of this workspace, from the build that this test belongs to.
///
/// Cargo tells a test only where the programs of its own package are, so it is looked for beside the test itself.
pub(crate) fn built(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a test lies in target/<profile>/deps");
    let program = folder.join(name);
    let profile = if folder.ends_with("release") { " --release" } else { "" };
    assert!(
        program.is_file(),
        "`{}` is not there: run `cargo build --workspace --all-features{profile}` first",
        program.display()
    );
    program
}

/// The folder with the programs of this build.
pub(crate) fn programs() -> PathBuf {
    built("core-monitor-server").parent().unwrap().to_owned()
}

/// A script of this repository, by its path from `tests`.
pub(crate) fn script(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}
