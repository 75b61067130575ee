//! The files of a theme, and what a reference in one of them means.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{ThemeError, ThemeErrorKind};

/// How many bytes the files of a theme may have together. A page is sent to everybody who waits, so it should be far less.
const LIMIT: usize = 2 * 1024 * 1024;

/// Files whose paths stay in the folder, with a template among them.
pub(super) struct Files {
    page: String,
    files: BTreeMap<String, Vec<u8>>,
}

/// What a reference means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference<'a> {
    /// A file of the theme, by its path.
    File(String),
    /// An address on some host.
    External(&'a str),
    /// Nothing to do: a `data:` address, a fragment, or something the template fills in.
    Itself,
}

/// A place in a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) line: usize,
}

impl Place<'_> {
    pub(super) fn error(self, kind: ThemeErrorKind) -> ThemeError {
        ThemeError { file: self.file.to_owned(), line: self.line, kind }
    }
}

impl Files {
    pub(super) fn checked(name: &str, files: BTreeMap<String, Vec<u8>>) -> Result<Self, ThemeError> {
        let own = format!("{name}.html");
        let page = ["index.html", &own].into_iter().find(|page| files.contains_key(*page)).map(str::to_owned);
        let start = |file| Place { file, line: 1 };
        if let Some(path) = files.keys().find(|path| !stays_inside(path)) {
            return Err(start(path).error(ThemeErrorKind::BadPath));
        }
        let page = page.ok_or_else(|| start("index.html").error(ThemeErrorKind::NoPage { other: own }))?;
        if files.values().map(Vec::len).sum::<usize>() > LIMIT {
            return Err(start(&page).error(ThemeErrorKind::TooLarge { limit: LIMIT }));
        }
        Ok(Self { page, files })
    }

    /// The path of the template.
    pub(super) fn page(&self) -> &str {
        &self.page
    }

    /// The text of a file that `place` refers to.
    pub(super) fn text(&self, path: &str, place: Place<'_>) -> Result<&str, ThemeError> {
        let bytes = self.bytes(path, place)?;
        std::str::from_utf8(bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
            Place { file: path, line }.error(ThemeErrorKind::NotText)
        })
    }

    /// An image or a font as a `data:` address.
    pub(super) fn data(&self, path: &str, place: Place<'_>) -> Result<String, ThemeError> {
        let bytes = self.bytes(path, place)?;
        let kind = media_type(path)
            .ok_or_else(|| place.error(ThemeErrorKind::UnknownKind { path: path.to_owned() }))?;
        Ok(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
    }

    fn bytes(&self, path: &str, place: Place<'_>) -> Result<&[u8], ThemeError> {
        let missing = || place.error(ThemeErrorKind::MissingFile { path: path.to_owned() });
        self.files.get(path).map(Vec::as_slice).ok_or_else(missing)
    }
}

impl<'a> Reference<'a> {
    /// What a reference means that stands in the file of `place`.
    pub(super) fn of(written: &'a str, place: Place<'_>) -> Result<Self, ThemeError> {
        let reference = written.trim();
        let is_filled_in = reference.contains("{{") || reference.contains("{%");
        if reference.is_empty() || reference.starts_with('#') || is_filled_in || has_scheme(reference, "data")
        {
            return Ok(Self::Itself);
        }
        if reference.starts_with(['/', '\\'])
            || reference.split(['/', '?', '#']).next().is_some_and(|part| part.contains(':'))
        {
            return Ok(Self::External(reference));
        }
        let path = reference.split(['?', '#']).next().unwrap_or(reference);
        let mut parts: Vec<_> = place.file.split('/').collect();
        parts.pop();
        for part in path.split(['/', '\\']) {
            let leaves = part == ".." && parts.pop().is_none();
            if leaves {
                return Err(place.error(ThemeErrorKind::OutsideFolder { reference: reference.to_owned() }));
            }
            if !matches!(part, "" | "." | "..") {
                parts.push(part);
            }
        }
        Ok(Self::File(parts.join("/")))
    }
}

fn has_scheme(reference: &str, scheme: &str) -> bool {
    reference.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(scheme))
}

fn stays_inside(path: &str) -> bool {
    !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn media_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_from_the_file_they_stand_in() {
        let of = |written| Reference::of(written, Place { file: "css/main.css", line: 1 }).unwrap();
        assert_eq!(of("../img/a.png?v=2#x"), Reference::File("img/a.png".to_owned()));
        assert_eq!(of(" ./b.png "), Reference::File("css/b.png".to_owned()));
        assert_eq!(of("data:image/png;base64,AA=="), Reference::Itself);
        assert_eq!(of("#shape"), Reference::Itself);
        assert_eq!(of("{{ nonce }}.png"), Reference::Itself);
        for address in ["https://a.example/x", "//a.example/x", "/x.png", "javascript:x()", "\\\\a\\x"] {
            assert_eq!(of(address), Reference::External(address), "{address}");
        }
    }

    #[test]
    fn no_reference_leaves_the_folder() {
        let error = Reference::of("../../etc/passwd", Place { file: "css/main.css", line: 7 }).unwrap_err();
        assert_eq!(
            error.to_string(),
            "css/main.css:7: `../../etc/passwd` leads out of the folder of the theme"
        );
    }
}
