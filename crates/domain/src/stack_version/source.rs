//! The source of a version: a folder of files, and variables.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::secret_variable::{SecretChange, SecretName, SecretRef, SecretValue};

/// The files of a definition and its variables.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Paths of the compose files among `files`; later ones override earlier ones.
    pub compose_files: Vec<String>,
    /// Content by path within the project folder, with `/` as separator.
    pub files: BTreeMap<String, SourceFile>,
    /// Values for `${NAME}`; they take precedence over a `.env` file.
    pub variables: BTreeMap<String, String>,
    /// What a version made from it does to secret variables; the rest is kept from the parent version.
    pub secret_changes: BTreeMap<SecretName, SecretChange>,
    /// The secret variables, once the changes have been carried out.
    pub secrets: Vec<SourceSecret>,
}

/// A secret variable of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSecret {
    /// Its name and the fingerprint of its value.
    pub reference: SecretRef,
    /// Its value; `None` if it was not opened.
    pub value: Option<SecretValue>,
}

impl Source {
    /// A definition with a single compose file.
    pub fn single(compose_file: &str, text: impl Into<SourceFile>) -> Self {
        Self {
            compose_files: vec![compose_file.to_owned()],
            files: BTreeMap::from([(compose_file.to_owned(), text.into())]),
            ..Self::default()
        }
    }

    /// `sha256:` and 64 hexadecimal digits. Every part is length-prefixed, so different sources never have the same
    /// input; a file is included by the hash of its bytes.
    pub fn content_hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut feed = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        feed(&self.compose_files.len().to_string());
        for path in &self.compose_files {
            feed(path);
        }
        feed(&self.files.len().to_string());
        for (path, file) in &self.files {
            feed(path);
            feed(file.hash.as_str());
            feed(if file.executable { "x" } else { "-" });
        }
        feed(&self.variables.len().to_string());
        for (name, value) in &self.variables {
            feed(name);
            feed(value);
        }
        // Nothing follows without secrets, so that earlier versions keep their hash.
        for SecretRef { name, fingerprint } in self.secrets.iter().map(|secret| &secret.reference) {
            feed("secret");
            feed(name.as_str());
            feed(fingerprint);
        }
        format!("{PREFIX}{}", hex(&hash.finalize()))
    }

    /// The list of its files.
    pub fn entries(&self) -> Vec<FileEntry> {
        self.files.iter().map(|(path, file)| file.entry(path)).collect()
    }
}

/// Values of variables may be secrets and must not be logged.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.variables.keys().collect();
        let mut shown = f.debug_struct("Source");
        shown.field("compose_files", &self.compose_files).field("files", &self.files);
        shown.field("variables", &names).field("secrets", &self.secrets).finish_non_exhaustive()
    }
}

/// A file of a source. Copies share the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceFile {
    bytes: Arc<[u8]>,
    hash: FileHash,
    executable: bool,
}

impl SourceFile {
    /// Creates a file with this content.
    pub fn new(bytes: impl Into<Arc<[u8]>>, executable: bool) -> Self {
        let bytes = bytes.into();
        let hash = FileHash(format!("{PREFIX}{}", hex(&Sha256::digest(&bytes))));
        Self { bytes, hash, executable }
    }

    /// Its content.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// Its content, if it is UTF-8 text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// The hash of its content.
    pub fn hash(&self) -> &FileHash {
        &self.hash
    }

    /// Whether it is executable, the only part of its mode that is portable.
    pub fn is_executable(&self) -> bool {
        self.executable
    }

    /// Its entry in a list of files.
    pub fn entry(&self, path: &str) -> FileEntry {
        FileEntry {
            path: path.to_owned(),
            hash: self.hash.clone(),
            size: self.bytes.len() as u64,
            executable: self.executable,
        }
    }
}

/// Files may contain secrets and must not be logged.
impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceFile({} bytes, {}", self.bytes.len(), self.hash)?;
        f.write_str(if self.executable { ", executable)" } else { ")" })
    }
}

impl From<&str> for SourceFile {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes(), false)
    }
}

impl From<String> for SourceFile {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes(), false)
    }
}

impl From<Vec<u8>> for SourceFile {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes, false)
    }
}

/// A file in a list, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path within the project folder.
    pub path: String,
    /// The hash of its content.
    pub hash: FileHash,
    /// Size in bytes.
    pub size: u64,
    /// Whether it is executable.
    pub executable: bool,
}

const PREFIX: &str = "sha256:";

/// `sha256:` and 64 lower-case hexadecimal digits: equal for equal content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileHash(String);

impl FileHash {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for FileHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Text that is not a file hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a file hash; expected `sha256:` and 64 hexadecimal digits")]
pub struct FileHashError(String);

impl FromStr for FileHash {
    type Err = FileHashError;

    fn from_str(text: &str) -> Result<Self, FileHashError> {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match text.strip_prefix(PREFIX) {
            Some(digits) if digits.len() == 64 && digits.bytes().all(digit) => Ok(Self(text.to_owned())),
            _ => Err(FileHashError(text.to_owned())),
        }
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sources that differ in one thing have different hashes.
    fn check(change: impl FnOnce(&mut Source)) {
        let mut one = Source::single("compose.yml", "ab");
        one.files.insert("x".into(), "c".into());
        one.variables.insert("A".into(), "1".into());
        let mut other = one.clone();
        assert_eq!(one.content_hash(), other.content_hash());
        assert_eq!(one.content_hash().len(), PREFIX.len() + 64);
        change(&mut other);
        assert_ne!(one.content_hash(), other.content_hash());
    }

    #[test]
    fn the_hash_covers_everything() {
        check(|source| source.compose_files.push("x".into()));
        check(|source| source.compose_files = vec!["x".into()]);
        check(|source| drop(source.files.insert("x".into(), "d".into())));
        check(|source| drop(source.files.insert("x".into(), SourceFile::new(*b"c", true))));
        check(|source| drop(source.files.insert("y".into(), "c".into())));
        check(|source| drop(source.variables.insert("A".into(), "2".into())));
        check(|source| drop(source.variables.remove("A")));
    }

    #[test]
    fn the_hash_includes_part_boundaries() {
        let variables = |pairs: &[(&str, &str)]| {
            let mut source = Source::single("c", "");
            source.variables = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            source.content_hash()
        };
        assert_ne!(variables(&[("A", "1B")]), variables(&[("A1", "B")]));
        let (mut one, mut two) = (Source::single("c", ""), Source::single("c", ""));
        one.files.insert("A".into(), "1".into());
        two.variables.insert("A".into(), "1".into());
        assert_ne!(one.content_hash(), two.content_hash(), "a variable is not a file");
    }

    #[test]
    fn a_file_is_identified_by_its_content() {
        let file = SourceFile::new(*b"abc", true);
        let known = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(file.hash().as_str(), known);
        assert_eq!(format!("{file:?}"), format!("SourceFile(3 bytes, {known}, executable)"));
        assert_eq!(SourceFile::new(vec![0xff], false).text(), None);
        assert_eq!(known.parse().as_ref(), Ok(file.hash()));
        for wrong in ["", "sha256:", "sha256:ab", &known.to_uppercase(), &known[..70]] {
            assert!(wrong.parse::<FileHash>().is_err(), "{wrong}");
        }
    }
}
