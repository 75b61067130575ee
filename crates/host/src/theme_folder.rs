//! The folder with the operator's own themes for waiting pages.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files of a theme by their path in it.
pub type ThemeFiles = BTreeMap<String, Vec<u8>>;

/// How many themes are read at most.
const THEMES: usize = 64;
/// How many files of one theme are read at most.
const FILES: usize = 256;
/// How many bytes of one theme are read at most: a page carries them all.
const BYTES: u64 = 4 << 20;

/// A folder with themes: each is a folder of its own, or a single `.html` file.
#[derive(Debug, Clone)]
pub struct ThemeFolder {
    path: PathBuf,
}

/// What differs if anything in the folder does: the size and the time of every file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThemeMarks(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

impl ThemeFolder {
    /// The folder at this path, which need not exist.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// What differs if anything in it does.
    pub fn marks(&self) -> io::Result<ThemeMarks> {
        let mut marks = BTreeMap::new();
        for (_, files) in self.found()? {
            for (_, path) in files {
                let about = std::fs::metadata(&path)?;
                marks.insert(path, (about.len(), about.modified().ok()));
            }
        }
        Ok(ThemeMarks(marks))
    }

    /// The files of every theme, by the name of the theme.
    pub fn read(&self) -> io::Result<BTreeMap<String, ThemeFiles>> {
        let mut themes = BTreeMap::new();
        for (name, files) in self.found()? {
            let mut read = ThemeFiles::new();
            let mut left = BYTES;
            for (inside, path) in files {
                left = left.checked_sub(std::fs::metadata(&path)?.len()).ok_or_else(|| {
                    io::Error::other(format!("the theme `{name}` has more than {BYTES} bytes"))
                })?;
                read.insert(inside, std::fs::read(path)?);
            }
            themes.insert(name, read);
        }
        Ok(themes)
    }

    /// The files of every theme, as paths in the theme and on the disk.
    fn found(&self) -> io::Result<BTreeMap<String, Vec<(String, PathBuf)>>> {
        let mut themes = BTreeMap::new();
        for path in entries(&self.path)?.into_iter().take(THEMES) {
            let about = std::fs::symlink_metadata(&path)?;
            let Some(name) = path.file_stem().and_then(|name| name.to_str()).map(str::to_owned) else {
                continue;
            };
            if about.is_dir() {
                let mut files = Vec::new();
                collect(&path, "", &mut files)?;
                themes.insert(name, files);
            } else if about.is_file() && path.extension().is_some_and(|extension| extension == "html") {
                themes.insert(name, vec![("index.html".to_owned(), path)]);
            }
        }
        Ok(themes)
    }
}

/// Links are not followed: a theme is what is in its folder.
fn collect(folder: &Path, inside: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for path in entries(folder)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let inside = if inside.is_empty() { name.to_owned() } else { format!("{inside}/{name}") };
        let about = std::fs::symlink_metadata(&path)?;
        if about.is_dir() {
            collect(&path, &inside, files)?;
        } else if about.is_file() {
            if files.len() >= FILES {
                return Err(io::Error::other(format!("`{}` has more than {FILES} files", folder.display())));
            }
            files.push((inside, path));
        }
    }
    Ok(())
}

/// What is in a folder, sorted; nothing if there is no such folder.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn a_theme_is_a_folder_or_a_page() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("brand/index.html"), "<p>");
        write(&folder.path().join("brand/css/a.css"), "p{}");
        write(&folder.path().join("monTheme.html"), "<h1>");
        write(&folder.path().join("README.md"), "no theme");
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("brand/passwd")).unwrap();
        let themes = ThemeFolder::new(folder.path().to_owned()).read().unwrap();
        let files: Vec<(&str, Vec<&str>)> = themes
            .iter()
            .map(|(name, files)| (name.as_str(), files.keys().map(String::as_str).collect()))
            .collect();
        assert_eq!(files, [("brand", vec!["css/a.css", "index.html"]), ("monTheme", vec!["index.html"])]);
    }

    #[test]
    fn a_change_shows_and_a_folder_that_is_missing_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let themes = ThemeFolder::new(folder.path().join("themes"));
        let before = themes.marks().unwrap();
        assert_eq!((themes.read().unwrap().len(), &before), (0, &ThemeMarks::default()));
        write(&folder.path().join("themes/a.html"), "<p>");
        assert_ne!(themes.marks().unwrap(), before);
    }

    #[test]
    fn a_theme_that_is_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.html"), vec![b' '; usize::try_from(BYTES).unwrap() + 1])
            .unwrap();
        let error = ThemeFolder::new(folder.path().to_owned()).read().unwrap_err();
        assert!(error.to_string().contains("the theme `a` has more than"), "{error}");
    }
}
