//! The files of the web UI: which one a path means, in the form that a browser takes.
//!
//! The server's program embeds what `just web` built, and gives it here. Without it there are no files, and [`Assets::is_built`] says
//! so. This crate must never know HTTP beyond the values of its headers, nor what the UI does.
#![deny(missing_docs)]

mod accepted;
mod kinds;

pub use accepted::Accepted;

/// How long browsers keep a file whose name changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Asked for every time, and answered shortly if nothing has changed.
const ASKED_AGAIN: &str = "no-cache";
/// The folder of files whose names change with their content.
const HASHED: &str = "assets/";
/// The page that every address of the UI begins with.
const PAGE: &str = "index.html";

/// One file of a UI.
#[derive(Debug)]
pub struct File {
    /// Its path, without a slash before it.
    pub path: &'static str,
    /// Letters and digits that change with its content.
    pub hash: &'static str,
    /// Its content.
    pub plain: &'static [u8],
    /// The same, compressed with brotli.
    pub brotli: Option<&'static [u8]>,
    /// The same, compressed with gzip.
    pub gzip: Option<&'static [u8]>,
}

/// The files of a UI.
#[derive(Debug, Clone, Copy, Default)]
pub struct Assets(&'static [File]);

/// What a path means.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    /// A file.
    File(&'static File),
    /// A file that there is not: of another release, mistyped, or one that somebody hopes for.
    Missing,
    /// An address of the UI, which finds out by itself what is there: its page.
    Page(&'static File),
    /// The UI was not built.
    NotBuilt,
}

/// A file in the form that a browser takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The bytes.
    pub bytes: &'static [u8],
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Content-Encoding`, if it is compressed.
    pub encoding: Option<&'static str>,
    /// `ETag`, another one for each form.
    pub etag: String,
    /// `Cache-Control`.
    pub cache: &'static str,
    /// Whether another browser may get another form of it.
    pub varies: bool,
}

impl Assets {
    /// These files, which are sorted by path.
    pub fn of(files: &'static [File]) -> Self {
        Self(files)
    }

    /// Whether there is a UI.
    pub fn is_built(self) -> bool {
        self.find(PAGE).is_some()
    }

    /// What the path of a request means, with the slash before it.
    pub fn at(self, path: &str) -> Asked {
        let path = path.trim_start_matches('/');
        match (self.find(path), self.find(PAGE)) {
            (_, None) => Asked::NotBuilt,
            (Some(file), _) if file.path != PAGE => Asked::File(file),
            (None, _) if path.starts_with(HASHED) || is_file_name(path) => Asked::Missing,
            (_, Some(page)) => Asked::Page(page),
        }
    }

    fn find(self, path: &str) -> Option<&'static File> {
        self.0.binary_search_by(|file| file.path.cmp(path)).ok().and_then(|at| self.0.get(at))
    }
}

/// Whether somebody looks for a file that there is not, such as `robots.txt` or `.git/config`: addresses of the UI begin with a word.
fn is_file_name(path: &str) -> bool {
    path != PAGE && path.split('/').next().is_some_and(|first| first.contains('.'))
}

impl File {
    /// The file in the best of the forms that are accepted. One that accepts none gets it as it is.
    pub fn sent(&self, accepted: Accepted) -> Sent {
        let compressed = accepted.best(self.brotli.is_some(), self.gzip.is_some());
        let (bytes, encoding) = match compressed {
            Some("br") => (self.brotli, Some("br")),
            Some(gzip) => (self.gzip, Some(gzip)),
            None => (None, None),
        };
        let form = encoding.unwrap_or("plain");
        Sent {
            bytes: bytes.unwrap_or(self.plain),
            content_type: kinds::content_type(self.path),
            encoding,
            etag: format!("\"{}-{form}\"", self.hash),
            cache: if self.path.starts_with(HASHED) { FOR_EVER } else { ASKED_AGAIN },
            varies: self.brotli.is_some() || self.gzip.is_some(),
        }
    }
}

#[cfg(test)]
mod tests;
