//! Lists the files of the built web UI, each with its compressed copies, so that they become part of the program. Without a built
//! UI, the list is empty: the server does not need Node to be built.
//!
//! The program alone has them, so that a changed UI compiles nothing else again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

/// Where the build of the UI leaves its files; from the folder of this crate.
const FOLDER: &str = "../web/dist";
/// What the tool behind that build writes beside a file that compresses well.
const COPIES: [&str; 2] = ["br", "gz"];
/// Files that are for whoever debugs the build.
const LEFT_OUT: &str = "map";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = Path::new(&variable("CARGO_MANIFEST_DIR")?).join(FOLDER);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let mut files = BTreeMap::new();
    collect(&folder, &folder, &mut files)?;
    if !files.is_empty() && !files.contains_key("index.html") {
        println!("cargo::warning=the web UI is not built in: {FOLDER} has files but no index.html");
        files.clear();
    }
    let mut list = "&[\n".to_owned();
    for (number, (name, path)) in files.iter().enumerate() {
        if is_copy(name, &files) {
            continue;
        }
        let plain = fs::read(path)?;
        let hash = hash(&plain);
        let copy = |kind: &str| match files.get(&format!("{name}.{kind}")) {
            Some(copy) => {
                keep(&out, &format!("{number}.{kind}"), &fs::read(copy)?).map(|kept| format!("Some({kept})"))
            }
            None => Ok("None".to_owned()),
        };
        let [brotli, gzip] = [copy(COPIES[0])?, copy(COPIES[1])?];
        let plain = keep(&out, &number.to_string(), &plain)?;
        // Writing to a String cannot fail.
        let _ = writeln!(
            list,
            "    File {{ path: {name:?}, hash: {hash:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},"
        );
    }
    list.push_str("]\n");
    fs::write(out.join("web_ui.rs"), list)
}

/// Whether a file is the compressed form of another one.
fn is_copy(name: &str, files: &BTreeMap<String, PathBuf>) -> bool {
    COPIES.iter().any(|kind| name.strip_suffix(&format!(".{kind}")).is_some_and(|of| files.contains_key(of)))
}

/// Letters and digits that change with the content.
fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(12).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Copies a content to where the compiler finds it even if the UI is built anew meanwhile, and gives the words that include it.
fn keep(out: &Path, name: &str, content: &[u8]) -> io::Result<String> {
    let name = format!("web_ui_{name}");
    fs::write(out.join(&name), content)?;
    Ok(format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))"))
}

/// The files below `folder`, by their path from `root`. A folder that does not exist has none.
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in listed {
        let path = entry?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden || path.extension().is_some_and(|kind| kind == LEFT_OUT) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let (Ok(name), true) = (path.strip_prefix(root), path.is_file()) {
            files.insert(name.to_string_lossy().into_owned(), path.clone());
        }
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "how cargo talks to a build script")]
fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}
