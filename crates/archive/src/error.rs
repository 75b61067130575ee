//! Why an archive is refused.

use std::io;

/// The archive was refused.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Because of one of its members.
    #[error("`{path}` {fault}")]
    Member {
        /// Path in the archive, made printable and not longer than needed to find it.
        path: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// It is of another kind than announced.
    #[error("the archive is not {expected} but looks like {found}")]
    OtherFormat {
        /// As announced.
        expected: &'static str,
        /// By its first bytes.
        found: &'static str,
    },
    /// It is not as its format asks for.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
    /// Something follows its end, which some programs would read and others would not.
    #[error("the archive has more bytes behind its end")]
    Trailing,
    /// Two members have one name, and programs differ in which one counts.
    #[error("the archive has two members of the same name")]
    DuplicateNames,
    /// Its first block is no header of a tar.
    #[error("the archive is not a tar")]
    NotTar,
    /// Nothing came at all.
    #[error("the archive is empty, not one byte came")]
    NoBytes,
    /// There is no file in it.
    #[error("the archive has no files")]
    Empty,
    /// The archive has too many bytes.
    #[error("the archive has more than {0} bytes")]
    PackedTooLarge(u64),
    /// Its files have too many bytes.
    #[error("the files of the archive have more than {0} bytes together")]
    UnpackedTooLarge(u64),
    /// There are too many of them.
    #[error("the archive has more than {0} members")]
    TooManyMembers(usize),
    /// So little that unpacks to so much is meant to do harm.
    #[error("the archive unpacks to more than {0} times its size")]
    Ratio(u64),
    /// It could not be read to its end.
    #[error("the archive could not be read to its end")]
    Input(#[source] io::Error),
}

impl ArchiveError {
    /// What to try, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Member { fault, .. } => fault.hint(),
            Self::NoBytes => Some("was the file found, and did the program that packs it end well?"),
            Self::OtherFormat { .. } | Self::NotTar => Some("say the kind of the archive in `Content-Type`"),
            Self::Ratio(_) => Some("send it as a tar without compression"),
            Self::Empty => Some("pack the folder with the compose file in it"),
            _ => None,
        }
    }

    /// Whether a smaller archive would have been accepted.
    pub fn is_too_large(&self) -> bool {
        matches!(
            self,
            Self::PackedTooLarge(_)
                | Self::UnpackedTooLarge(_)
                | Self::TooManyMembers(_)
                | Self::Ratio(_)
                | Self::Member { fault: Fault::LongPath(_) | Fault::LongPart, .. }
        )
    }
}

/// What can be wrong with one member, or with one path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It begins with `/`.
    #[error("is an absolute path")]
    Absolute,
    /// It leaves the folder, now or with the next member.
    #[error("has `..` in its path")]
    Parent,
    /// A `\\`, which separates parts for some programs and not for others.
    #[error("has a backslash in its path")]
    Backslash,
    /// `C:`
    #[error("begins with a drive letter")]
    Drive,
    /// NUL, a line break, an escape.
    #[error("has a control character in its path")]
    Control,
    /// Bytes that are no text.
    #[error("has a path that is not UTF-8")]
    NotUtf8,
    /// Nothing between two `/`, or nothing at all.
    #[error("has an empty part in its path")]
    EmptyPart,
    /// Too many bytes.
    #[error("has a path of more than {0} bytes")]
    LongPath(usize),
    /// More than a file system takes.
    #[error("has a part of more than 255 bytes in its path")]
    LongPart,
    /// Once more.
    #[error("is there twice")]
    Duplicate,
    /// A file where another member needs a folder.
    #[error("is both a file and a folder")]
    FileAndFolder,
    /// A link to a place outside.
    #[error("links to `{0}`, which is outside the archive's folder")]
    LinkOutside(String),
    /// A link to nothing.
    #[error("links to `{0}`, which is not in the archive")]
    LinkDangling(String),
    /// A link to a folder.
    #[error("links to the folder `{0}`")]
    LinkToFolder(String),
    /// A link that comes back to itself.
    #[error("is a link that leads to no file")]
    LinkLoop,
    /// A device, a FIFO, a socket.
    #[error("is {0}, only files and folders can be kept")]
    Special(&'static str),
    /// A file with holes.
    #[error("is a sparse file")]
    Sparse,
    /// Needs a password.
    #[error("is encrypted")]
    Encrypted,
    /// Neither stored nor deflated.
    #[error("is compressed by a method other than deflate")]
    Compression,
    /// Its bytes are not what the archive says of them.
    #[error("is damaged: {0}")]
    Damaged(String),
}

impl Fault {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absolute | Self::Parent | Self::Drive => "path-outside",
            Self::Backslash | Self::Control | Self::NotUtf8 | Self::EmptyPart => "path-malformed",
            Self::LongPath(_) | Self::LongPart => "path-too-long",
            Self::Duplicate | Self::FileAndFolder => "duplicate-path",
            Self::LinkOutside(_) | Self::LinkDangling(_) | Self::LinkToFolder(_) | Self::LinkLoop => "link",
            Self::Special(_) => "not-a-file",
            Self::Sparse => "sparse",
            Self::Encrypted => "encrypted",
            Self::Compression => "compression",
            Self::Damaged(_) => "damaged",
        }
    }

    /// What to try, where there is something.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Absolute | Self::Parent | Self::Drive => {
                Some("pack the project folder from inside: `tar czf project.tgz -C FOLDER .`")
            }
            Self::Backslash => Some("pack it with a program that separates folders by `/`"),
            Self::NotUtf8 | Self::Control | Self::LongPart => Some("rename the file"),
            Self::LinkOutside(_) | Self::LinkDangling(_) | Self::LinkToFolder(_) | Self::LinkLoop => {
                Some("put the file itself there; `tar --dereference` does it for all links")
            }
            Self::Sparse => Some("pack it without `--sparse`"),
            Self::Encrypted => Some("pack it without a password"),
            Self::Compression => Some("`zip -Z deflate` is understood everywhere"),
            Self::Special(_) => Some("leave it out"),
            _ => None,
        }
    }

    /// This, of the member at `path`.
    pub(crate) fn of(self, path: impl AsRef<[u8]>) -> ArchiveError {
        ArchiveError::Member { path: printable(path.as_ref()), fault: self }
    }
}

/// Longest path that is shown, in characters.
const SHOWN: usize = 200;

fn printable(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    let mut shown: String = text.escape_debug().take(SHOWN).collect();
    if text.escape_debug().nth(SHOWN).is_some() {
        shown.push('\u{2026}');
    }
    shown
}
