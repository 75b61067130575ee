//! A path in a container.

use std::fmt;
use std::str::FromStr;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;

/// An absolute path in a container in its simplest form: `/`, or parts with one slash before each, of which none is empty, `.` or
/// `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FilePath(String);

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilePathError(pub Message);

impl FilePath {
    /// Longest path in bytes, as Linux has it.
    pub const LONGEST: usize = 4_095;
    /// Longest part in bytes, as file systems have it.
    pub const LONGEST_PART: usize = 255;

    /// The path of everything.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// The last part; `None` for the root.
    pub fn name(&self) -> Option<&str> {
        self.parts().last()
    }

    /// Whether the kernel shows files of its own here while a container runs.
    pub fn is_virtual(&self) -> bool {
        matches!(self.parts().next(), Some("dev" | "proc" | "sys"))
    }

    /// The folder that contains it; the root for itself.
    #[must_use]
    pub fn parent(&self) -> Self {
        match self.0.rsplit_once('/') {
            Some(("", _)) | None => Self::root(),
            Some((parent, _)) => Self(parent.to_owned()),
        }
    }

    /// This path below `folder`.
    pub fn below(&self, folder: &Self) -> Result<Self, FilePathError> {
        format!("{}{}", folder.0.trim_end_matches('/'), self.0).parse()
    }

    /// The folders between `folder` and this path, without either, from the outermost.
    pub fn between(&self, folder: &Self) -> Vec<Self> {
        let mut between = Vec::new();
        let mut parent = self.parent();
        while parent.0.len() > folder.0.len() && parent.0.len() > 1 {
            between.push(parent.clone());
            parent = parent.parent();
        }
        between.reverse();
        between
    }
}

impl FromStr for FilePath {
    type Err = FilePathError;

    fn from_str(text: &str) -> Result<Self, FilePathError> {
        let refuse = |words| Err(FilePathError(words));
        if !text.starts_with('/') {
            return refuse(said::path_not_absolute());
        }
        if text.contains('\0') {
            return refuse(said::nul_in_path());
        }
        let parts: Vec<_> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if parts.contains(&"..") {
            return refuse(said::dots_in_path());
        }
        let path = format!("/{}", parts.join("/"));
        if path.len() > Self::LONGEST || parts.iter().any(|part| part.len() > Self::LONGEST_PART) {
            return refuse(said::path_too_long(Self::LONGEST, Self::LONGEST_PART));
        }
        Ok(Self(path))
    }
}

impl TryFrom<String> for FilePath {
    type Error = FilePathError;

    fn try_from(text: String) -> Result<Self, FilePathError> {
        text.parse()
    }
}

impl From<FilePath> for String {
    fn from(path: FilePath) -> Self {
        path.0
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let found = text.parse::<FilePath>();
        let found = match &found {
            Ok(path) => Ok(path.as_str()),
            Err(error) => Err(error.0.code()),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    fn path(text: &str) -> FilePath {
        text.parse().unwrap()
    }

    #[test]
    fn a_path_has_one_form() {
        check("/", Ok("/"));
        check("//etc/./nginx//", Ok("/etc/nginx"));
        check("/.", Ok("/"));
        check("/ a\n\\ ü?&%2e%2e", Ok("/ a\n\\ ü?&%2e%2e"));
        check("/...", Ok("/..."));
        let longest = format!("/{}", "x".repeat(FilePath::LONGEST_PART));
        check(&longest, Ok(&longest));
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        check("", Err("path_not_absolute"));
        check("etc", Err("path_not_absolute"));
        check("./etc", Err("path_not_absolute"));
        check("\\etc", Err("path_not_absolute"));
        for text in ["/..", "/../etc", "/etc/..", "/etc/../../shadow", "/etc/.././shadow", "/a/../"] {
            check(text, Err("dots_in_path"));
        }
        check("/etc/\0", Err("nul_in_path"));
        check(&format!("/{}", "x".repeat(FilePath::LONGEST_PART + 1)), Err("path_too_long"));
        check(&"/xy".repeat(FilePath::LONGEST / 3 + 1), Err("path_too_long"));
        assert!(serde_json::from_str::<FilePath>("\"/a/../b\"").is_err(), "also from the other program");
    }

    #[test]
    fn a_path_knows_its_surroundings() {
        assert_eq!((path("/").name(), path("/").parent()), (None, FilePath::root()));
        assert_eq!((path("/a").name(), path("/a").parent()), (Some("a"), FilePath::root()));
        assert_eq!((path("/a/b").name(), path("/a/b").parent()), (Some("b"), path("/a")));
        assert_eq!(path("/a/b").below(&path("/var/data")).unwrap(), path("/var/data/a/b"));
        assert_eq!(path("/").below(&path("/var/data")).unwrap(), path("/var/data"));
        assert_eq!(path("/a").below(&FilePath::root()).unwrap(), path("/a"));
        assert_eq!(path("/v/a/b/c").between(&path("/v")), [path("/v/a"), path("/v/a/b")]);
        assert_eq!(path("/v/a").between(&path("/v")), [] as [FilePath; 0]);
        assert_eq!(path("/v").between(&path("/v")), [] as [FilePath; 0]);
        assert_eq!(path("/a/b").between(&FilePath::root()), [path("/a")]);
    }
}
