//! Lists the files of `entries/`, so that adding an entry is adding a file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("entries");
    let listed = fs::read_dir(&folder)?.map(|file| Ok(file?.path()));
    let mut files: Vec<PathBuf> = listed.collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut list = "&[\n".to_owned();
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    list.push_str("]\n");
    fs::write(Path::new(&variable("OUT_DIR")?).join("entries.rs"), list)?;
    println!("cargo::rerun-if-changed=entries");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "how cargo talks to a build script")]
fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}
