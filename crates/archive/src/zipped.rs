//! zip.

use std::io::{Cursor, Read};

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::budget::Budget;
use crate::folder::Folder;
use crate::{ArchiveError, Fault, File, Limits, path};

/// The kinds of files in a Unix mode.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const SYMLINK: u32 = 0o120_000;
const FIFO: u32 = 0o010_000;
/// Whether the owner may execute it.
const OWNER_EXECUTES: u32 = 0o100;
/// What Finder adds beside the files.
const RESOURCE_FORKS: &[u8] = b"__MACOSX/";
/// The record at the end of a zip, without its comment.
const END: usize = 22;
const END_SIGNATURE: &[u8] = b"PK\x05\x06";

pub(crate) fn read(input: impl Read, limits: &Limits) -> Result<Vec<File>, ArchiveError> {
    let mut budget = Budget::new(limits);
    let mut bytes = Vec::new();
    let mut input = budget.counted(input);
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Budget::archive_error(&budget.packed, limits, error, ArchiveError::Damaged))?;
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => return Err(ArchiveError::OtherFormat { expected: "a zip", found: "gzip" }),
        [b'P', b'K', ..] => {}
        [] => return Err(ArchiveError::NoBytes),
        _ => return Err(ArchiveError::Damaged("it does not begin like a zip".to_owned())),
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
    // Programs that read from the front and those that read from the end must find the same.
    archive.validate_header_consistency().map_err(damaged)?;
    let mut folder = Folder::default();
    for index in 0..archive.len() {
        budget.member()?;
        add(&mut archive, index, &mut folder, &mut budget)?;
    }
    folder.into_files(&mut budget)
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
        return if is_folder { Ok(()) } else { Err(Fault::EmptyPart.of(&raw)) };
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
        FIFO => return Err(Fault::Special("a FIFO").of(&path)),
        FOLDER => return Err(Fault::FileAndFolder.of(&path)),
        _ => return Err(Fault::Special("a device").of(&path)),
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

#[expect(clippy::needless_pass_by_value, reason = "the signature that `map_err` calls")]
fn damaged(error: ZipError) -> ArchiveError {
    ArchiveError::Damaged(words(&error))
}

/// What the library says, which may quote the archive.
fn words(error: &ZipError) -> String {
    let text = match error {
        ZipError::Io(error) => error.to_string(),
        ZipError::InvalidArchive(text) => text.to_string(),
        error => error.to_string(),
    };
    text.escape_debug().take(200).collect()
}
