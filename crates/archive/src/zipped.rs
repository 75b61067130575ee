//! Reads zip.

use std::io::{Cursor, Read};

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::budget::Budget;
use crate::folder::Folder;
use crate::{ArchiveError, Fault, File, Format, Limits, Special, path};

/// The file type bits of a Unix mode.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const SYMLINK: u32 = 0o120_000;
const FIFO: u32 = 0o010_000;
/// The owner's execute permission.
const OWNER_EXECUTES: u32 = 0o100;
/// The metadata folder that macOS Finder adds.
const RESOURCE_FORKS: &[u8] = b"__MACOSX/";
/// The record at the end of a zip, without its comment.
const END: usize = 22;
const END_SIGNATURE: &[u8] = b"PK\x05\x06";
/// The record that replaces it in a large zip.
const END_64_SIGNATURE: &[u8] = b"PK\x06\x06";

pub(crate) fn read(input: impl Read, limits: &Limits) -> Result<Vec<File>, ArchiveError> {
    let mut budget = Budget::new(limits);
    let mut bytes = Vec::new();
    let mut input = budget.counted(input);
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Budget::archive_error(&budget.packed, limits, error, ArchiveError::Damaged))?;
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => return Err(ArchiveError::OtherFormat { expected: Format::Zip, found: "gzip" }),
        [b'P', b'K', ..] => {}
        [] => return Err(ArchiveError::NoBytes),
        _ => return Err(ArchiveError::Damaged("it does not start with a zip header".to_owned())),
    }
    if announced_members(&bytes) > limits.members as u64 {
        return Err(ArchiveError::TooManyMembers(limits.members));
    }
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, Cursor::new(bytes.as_slice())).map_err(damaged)?;
    if archive.len() > limits.members {
        return Err(ArchiveError::TooManyMembers(limits.members));
    }
    if !ends_with_its_end(&bytes, archive.comment()) {
        return Err(ArchiveError::Trailing);
    }
    if archive.has_duplicate_names() {
        return Err(ArchiveError::DuplicateNames);
    }
    // Programs that read from the start and those that read from the end must find the same files.
    archive.validate_header_consistency().map_err(damaged)?;
    let mut folder = Folder::default();
    for index in 0..archive.len() {
        budget.member()?;
        add(&mut archive, index, &mut folder, &mut budget)?;
    }
    folder.into_files(&mut budget)
}

/// The largest number of members that any end record announces. The library makes room for so many before it reads them, and
/// tries one record after the other.
fn announced_members(bytes: &[u8]) -> u64 {
    let number = |at: &[u8], from: usize, length: usize| {
        let digits = at.get(from..from + length).unwrap_or_default();
        digits.iter().rev().fold(0, |number: u64, digit| number << 8 | u64::from(*digit))
    };
    let starts = bytes.windows(2).enumerate().filter(|(_, pair)| pair == b"PK").map(|(start, _)| start);
    let announced = starts.filter_map(|start| {
        let record = bytes.get(start..)?;
        match record {
            _ if record.starts_with(END_SIGNATURE) => Some(number(record, 10, 2)),
            _ if record.starts_with(END_64_SIGNATURE) => Some(number(record, 32, 8)),
            _ => None,
        }
    });
    announced.max().unwrap_or(0)
}

fn ends_with_its_end(bytes: &[u8], comment: &[u8]) -> bool {
    let end = bytes.len().checked_sub(END + comment.len());
    end.and_then(|end| bytes.get(end..)).is_some_and(|end| end.starts_with(END_SIGNATURE))
}

fn add(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    folder: &mut Folder,
    budget: &mut Budget,
) -> Result<(), ArchiveError> {
    let entry = archive.by_index_data(index).map_err(damaged)?;
    let raw = entry.name_raw().to_vec();
    if raw.starts_with(RESOURCE_FORKS) {
        return Ok(());
    }
    let mode = entry.unix_mode().unwrap_or(REGULAR);
    let (encrypted, is_folder) = (entry.encrypted(), raw.ends_with(b"/"));
    let deflated = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
    let Some(path) = path::member(&raw, budget.limits.path).map_err(|fault| fault.of(&raw))? else {
        return if is_folder { Ok(()) } else { Err(Fault::EmptyComponent.of(&raw)) };
    };
    if is_folder {
        folder.add_folder(path);
        return Ok(());
    }
    if encrypted {
        return Err(Fault::Encrypted.of(&path));
    }
    match mode & KIND {
        0 | REGULAR | SYMLINK => {}
        FIFO => return Err(Fault::Special(Special::Fifo).of(&path)),
        FOLDER => return Err(Fault::FileAndFolder.of(&path)),
        _ => return Err(Fault::Special(Special::Device).of(&path)),
    }
    if !deflated {
        return Err(Fault::Compression.of(&path));
    }
    let of_entry = |error: ZipError| Fault::Damaged(words(&error)).of(&path);
    let mut entry = archive.by_index(index).map_err(of_entry)?;
    let bytes = budget.read_file(&mut entry, |error| of_entry(ZipError::Io(error)))?;
    if mode & KIND == SYMLINK {
        let target = path::link_target(&path, &bytes, budget.limits.path).map_err(|fault| fault.of(&path))?;
        return folder.add_link(path, target);
    }
    folder.add_file(path, bytes, mode & OWNER_EXECUTES != 0)
}

#[expect(clippy::needless_pass_by_value, reason = "required by `map_err`")]
fn damaged(error: ZipError) -> ArchiveError {
    ArchiveError::Damaged(words(&error))
}

/// The library's message, which may quote the archive.
fn words(error: &ZipError) -> String {
    let text = match error {
        ZipError::Io(error) => error.to_string(),
        ZipError::InvalidArchive(text) => text.to_string(),
        error => error.to_string(),
    };
    text.escape_debug().take(200).collect()
}
