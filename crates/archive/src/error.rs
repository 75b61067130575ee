//! Why an archive is rejected.

use core_monitor_message::Message;
use std::io;

use crate::{Format, said};

/// The archive was rejected.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// One of its members is invalid.
    #[error("{}", self.message())]
    Member {
        /// Path in the archive, made printable and shortened.
        path: String,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The format differs from the declared one.
    #[error("{}", self.message())]
    OtherFormat {
        /// The declared format.
        expected: Format,
        /// The format according to the first bytes.
        found: &'static str,
    },
    /// It violates its format.
    #[error("{}", self.message())]
    Damaged(String),
    /// There is data after its end, which some programs would read and others would not.
    #[error("{}", self.message())]
    Trailing,
    /// Two members have the same name, and programs differ in which one they use.
    #[error("{}", self.message())]
    DuplicateNames,
    /// Its first block is not a tar header.
    #[error("{}", self.message())]
    NotTar,
    /// Nobody has said what it is, and it begins like none of the formats.
    #[error("{}", self.message())]
    NoFormat,
    /// No bytes were received.
    #[error("{}", self.message())]
    NoBytes,
    /// It contains no files.
    #[error("{}", self.message())]
    Empty,
    /// The archive has too many bytes.
    #[error("{}", self.message())]
    PackedTooLarge(u64),
    /// Its files are too large in total.
    #[error("{}", self.message())]
    UnpackedTooLarge(u64),
    /// It has too many members.
    #[error("{}", self.message())]
    TooManyMembers(usize),
    /// The compression ratio is so high that it must be a bomb.
    #[error("{}", self.message())]
    Ratio(u64),
    /// The source failed before its end.
    #[error("{}", self.message())]
    Input(#[source] io::Error),
    /// What it contains could not be written to its end.
    #[error("{}", self.message())]
    Output(#[source] io::Error),
}

impl ArchiveError {
    /// What is wrong, for people.
    pub fn message(&self) -> Message {
        match self {
            Self::Member { path, fault } => said::archive_member(path, fault.message()),
            Self::OtherFormat { expected: Format::Zip, found } => said::archive_not_a_zip(found),
            Self::OtherFormat { expected: Format::TarGz, found } => said::archive_not_gzip(found),
            Self::OtherFormat { expected: Format::Tar, found } => said::archive_not_a_tar(found),
            Self::Damaged(value) => said::archive_damaged(value),
            Self::Trailing => said::archive_trailing(),
            Self::DuplicateNames => said::archive_duplicate_names(),
            Self::NotTar => said::archive_not_tar(),
            Self::NoFormat => said::archive_of_no_format(),
            Self::NoBytes => said::archive_no_bytes(),
            Self::Empty => said::archive_empty(),
            Self::PackedTooLarge(value) => said::archive_packed_too_large(value),
            Self::UnpackedTooLarge(value) => said::archive_unpacked_too_large(value),
            Self::TooManyMembers(value) => said::archive_too_many_members(value),
            Self::Ratio(value) => said::archive_ratio(value),
            Self::Input(_) => said::archive_input(),
            Self::Output(_) => said::archive_output(),
        }
    }
}

impl ArchiveError {
    /// What to try, if there is advice.
    pub fn hint(&self) -> Option<Message> {
        match self {
            Self::Member { fault, .. } => fault.hint(),
            Self::NoBytes => Some(said::archive_check_the_file()),
            Self::OtherFormat { .. } => Some(said::archive_set_content_type()),
            Self::NotTar | Self::NoFormat => Some(said::archive_pack_in_a_format()),
            Self::Ratio(_) => Some(said::archive_send_uncompressed()),
            Self::Empty => Some(said::archive_pack_the_folder()),
            _ => None,
        }
    }

    /// The same about an archive whose format was looked for: nobody expected a tar in particular.
    #[must_use]
    pub fn when_detected(self, format: Format) -> Self {
        match self {
            Self::NotTar if format == Format::Tar => Self::NoFormat,
            other => other,
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
                | Self::Member { fault: Fault::LongPath(_) | Fault::LongComponent, .. }
        )
    }
}

/// What is wrong with one member or path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It starts with `/`.
    #[error("{}", self.message())]
    Absolute,
    /// It leaves the folder, or could with the next member.
    #[error("{}", self.message())]
    Parent,
    /// A `\\`, which is a separator for some programs but not for others.
    #[error("{}", self.message())]
    Backslash,
    /// `C:`
    #[error("{}", self.message())]
    Drive,
    /// A control character, such as NUL or a line break.
    #[error("{}", self.message())]
    Control,
    /// Bytes that are not UTF-8.
    #[error("{}", self.message())]
    NotUtf8,
    /// An empty path, or `//` in it.
    #[error("{}", self.message())]
    EmptyComponent,
    /// The path is too long.
    #[error("{}", self.message())]
    LongPath(usize),
    /// A component is longer than file systems allow.
    #[error("{}", self.message())]
    LongComponent,
    /// The same path occurs twice.
    #[error("{}", self.message())]
    Duplicate,
    /// It is a file, but another member needs it to be a folder.
    #[error("{}", self.message())]
    FileAndFolder,
    /// A link to a path outside the archive.
    #[error("{}", self.message())]
    LinkOutside(String),
    /// A link to a missing member.
    #[error("{}", self.message())]
    LinkDangling(String),
    /// A link to a folder.
    #[error("{}", self.message())]
    LinkToFolder(String),
    /// A circular link, or a chain that is too long.
    #[error("{}", self.message())]
    LinkLoop,
    /// A special file, such as a device or FIFO.
    #[error("{}", self.message())]
    Special(Special),
    /// A file with holes.
    #[error("{}", self.message())]
    Sparse,
    /// It is encrypted.
    #[error("{}", self.message())]
    Encrypted,
    /// It is neither stored nor deflated.
    #[error("{}", self.message())]
    Compression,
    /// Its content does not match its header.
    #[error("{}", self.message())]
    Damaged(String),
}

impl Fault {
    /// What is wrong, for people.
    pub fn message(&self) -> Message {
        match self {
            Self::Absolute => said::member_absolute(),
            Self::Parent => said::member_parent(),
            Self::Backslash => said::member_backslash(),
            Self::Drive => said::member_drive(),
            Self::Control => said::member_control(),
            Self::NotUtf8 => said::member_not_utf8(),
            Self::EmptyComponent => said::member_empty_component(),
            Self::LongPath(value) => said::member_long_path(value),
            Self::LongComponent => said::member_long_component(),
            Self::Duplicate => said::member_duplicate(),
            Self::FileAndFolder => said::member_file_and_folder(),
            Self::LinkOutside(value) => said::member_link_outside(value),
            Self::LinkDangling(value) => said::member_link_dangling(value),
            Self::LinkToFolder(value) => said::member_link_to_folder(value),
            Self::LinkLoop => said::member_link_loop(),
            Self::Special(Special::Device) => said::member_device(),
            Self::Special(Special::Fifo) => said::member_fifo(),
            Self::Special(Special::Unknown) => said::member_of_unknown_type(),
            Self::Sparse => said::member_sparse(),
            Self::Encrypted => said::member_encrypted(),
            Self::Compression => said::member_compression(),
            Self::Damaged(value) => said::member_damaged(value),
        }
    }
}

/// What a member is that is neither a file nor a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A device.
    Device,
    /// A FIFO.
    Fifo,
    /// Of a type that is not known.
    Unknown,
}

impl Fault {
    /// Every [`code`](Self::code).
    pub const CODES: [&str; 10] = [
        "path-outside",
        "path-malformed",
        "path-too-long",
        "duplicate-path",
        "link",
        "not-a-file",
        "sparse",
        "encrypted",
        "compression",
        "damaged",
    ];

    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Absolute | Self::Parent | Self::Drive => "path-outside",
            Self::Backslash | Self::Control | Self::NotUtf8 | Self::EmptyComponent => "path-malformed",
            Self::LongPath(_) | Self::LongComponent => "path-too-long",
            Self::Duplicate | Self::FileAndFolder => "duplicate-path",
            Self::LinkOutside(_) | Self::LinkDangling(_) | Self::LinkToFolder(_) | Self::LinkLoop => "link",
            Self::Special(_) => "not-a-file",
            Self::Sparse => "sparse",
            Self::Encrypted => "encrypted",
            Self::Compression => "compression",
            Self::Damaged(_) => "damaged",
        }
    }

    /// What to try, if there is advice.
    pub fn hint(&self) -> Option<Message> {
        match self {
            Self::Absolute | Self::Parent | Self::Drive => Some(said::archive_pack_from_inside()),
            Self::Backslash => Some(said::archive_pack_with_slashes()),
            Self::NotUtf8 | Self::Control | Self::LongComponent => Some(said::archive_rename_file()),
            Self::LinkOutside(_) | Self::LinkDangling(_) | Self::LinkToFolder(_) | Self::LinkLoop => {
                Some(said::archive_replace_link())
            }
            Self::Sparse => Some(said::archive_pack_without_sparse()),
            Self::Encrypted => Some(said::archive_pack_without_password()),
            Self::Compression => Some(said::archive_use_deflate()),
            Self::Special(_) => Some(said::archive_exclude_it()),
            _ => None,
        }
    }

    /// The error for the member at `path`.
    pub(crate) fn of(self, path: impl AsRef<[u8]>) -> ArchiveError {
        ArchiveError::Member { path: printable(path.as_ref()), fault: self }
    }
}

/// Maximum characters of a path in a message.
const MAX_SHOWN: usize = 200;

fn printable(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    let mut shown: String = text.escape_debug().take(MAX_SHOWN).collect();
    if text.escape_debug().nth(MAX_SHOWN).is_some() {
        shown.push('\u{2026}');
    }
    shown
}
