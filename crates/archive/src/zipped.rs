//! Reads zip.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::budget::Budget;
use crate::contents::{Coming, Contents, Kept as _};
use crate::folder::{Folder, Resolved};
use crate::{ArchiveError, Fault, Format, Limits, Special, path};

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
const END: u64 = 22;
const END_SIGNATURE: &[u8] = b"PK\x05\x06";
/// The record that replaces it in a large zip.
const END_64_SIGNATURE: &[u8] = b"PK\x06\x06";
/// Bytes of these records up to the number of members and with it.
const RECORD: usize = 40;
/// Bytes that are looked through at a time.
const PIECE: usize = 64 << 10;

/// Reads an archive into memory first, since its table is at the end.
pub(crate) fn read<C: Contents>(
    input: impl Read,
    limits: &Limits,
    contents: &mut C,
) -> Result<Vec<Resolved<C::Kept>>, ArchiveError> {
    let budget = Budget::new(limits);
    let mut bytes = Vec::new();
    let mut input = budget.counted(input);
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Budget::archive_error(&budget.packed, limits, error, ArchiveError::Damaged))?;
    unpack(Cursor::new(bytes.as_slice()), budget, contents)
}

/// Reads an archive where it is.
pub(crate) fn read_in_place<C: Contents>(
    mut input: impl Read + Seek,
    limits: &Limits,
    contents: &mut C,
) -> Result<Vec<Resolved<C::Kept>>, ArchiveError> {
    let budget = Budget::new(limits);
    let length = input.seek(SeekFrom::End(0)).map_err(ArchiveError::Input)?;
    if length > limits.packed {
        return Err(ArchiveError::PackedTooLarge(limits.packed));
    }
    budget.packed.whole(length);
    unpack(BufReader::new(input), budget, contents)
}

fn unpack<R: Read + Seek, C: Contents>(
    mut input: R,
    mut budget: Budget,
    contents: &mut C,
) -> Result<Vec<Resolved<C::Kept>>, ArchiveError> {
    let limits = budget.limits;
    match first_bytes(&mut input).map_err(ArchiveError::Input)?.as_slice() {
        [0x1f, 0x8b, ..] => return Err(ArchiveError::OtherFormat { expected: Format::Zip, found: "gzip" }),
        [b'P', b'K', ..] => {}
        [] => return Err(ArchiveError::NoBytes),
        _ => return Err(ArchiveError::Damaged("it does not start with a zip header".to_owned())),
    }
    if announced_members(&mut input).map_err(ArchiveError::Input)? > limits.members as u64 {
        return Err(ArchiveError::TooManyMembers(limits.members));
    }
    let config = Config { archive_offset: ArchiveOffset::Known(0) };
    let mut archive = ZipArchive::with_config(config, input).map_err(damaged)?;
    if archive.len() > limits.members {
        return Err(ArchiveError::TooManyMembers(limits.members));
    }
    if archive.has_duplicate_names() {
        return Err(ArchiveError::DuplicateNames);
    }
    // Programs that read from the start and those that read from the end must find the same files.
    archive.validate_header_consistency().map_err(damaged)?;
    let comment = archive.comment().len() as u64;
    let mut folder = Folder::new();
    for index in 0..archive.len() {
        budget.member()?;
        add(&mut archive, index, &mut folder, &mut budget, contents)?;
    }
    if !ends_with_its_end(&mut archive.into_inner(), comment).map_err(ArchiveError::Input)? {
        return Err(ArchiveError::Trailing);
    }
    folder.into_files(&mut budget)
}

fn first_bytes(input: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.seek(SeekFrom::Start(0))?;
    input.by_ref().take(4).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The largest number of members that any end record announces. The library makes room for so many before it reads them, and
/// tries one record after the other.
fn announced_members(input: &mut (impl Read + Seek)) -> io::Result<u64> {
    let number = |at: &[u8], from: usize, length: usize| {
        let digits = at.get(from..from + length).unwrap_or_default();
        digits.iter().rev().fold(0, |number: u64, digit| number << 8 | u64::from(*digit))
    };
    input.seek(SeekFrom::Start(0))?;
    let mut most = 0;
    // The end of one piece is the start of the next, so that no record is cut in two.
    let mut piece = Vec::with_capacity(PIECE + RECORD);
    loop {
        let read = input.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        let starts = piece.windows(2).enumerate().filter(|(_, pair)| pair == b"PK").map(|(start, _)| start);
        let announced = starts.filter_map(|start| {
            let record = piece.get(start..)?;
            match record {
                _ if record.starts_with(END_SIGNATURE) => Some(number(record, 10, 2)),
                _ if record.starts_with(END_64_SIGNATURE) => Some(number(record, 32, 8)),
                _ => None,
            }
        });
        most = announced.fold(most, u64::max);
        if read == 0 {
            return Ok(most);
        }
        piece.drain(..piece.len().saturating_sub(RECORD));
    }
}

fn ends_with_its_end(input: &mut (impl Read + Seek), comment: u64) -> io::Result<bool> {
    let length = input.seek(SeekFrom::End(0))?;
    let Some(start) = length.checked_sub(END + comment) else { return Ok(false) };
    input.seek(SeekFrom::Start(start))?;
    let mut found = Vec::new();
    input.by_ref().take(END_SIGNATURE.len() as u64).read_to_end(&mut found)?;
    Ok(found == END_SIGNATURE)
}

fn add<R: Read + Seek, C: Contents>(
    archive: &mut ZipArchive<R>,
    index: usize,
    folder: &mut Folder<C::Kept>,
    budget: &mut Budget,
    contents: &mut C,
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
        contents.folder(&path, budget)?;
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
    let (size, executable) = (entry.size(), mode & OWNER_EXECUTES != 0);
    let of_content = |error| of_entry(ZipError::Io(error));
    if mode & KIND == SYMLINK {
        let mut target = Vec::new();
        budget.read_file(&mut entry, &of_content, |chunk| {
            target.extend_from_slice(chunk);
            Ok(())
        })?;
        let target =
            path::link_target(&path, &target, budget.limits.path).map_err(|fault| fault.of(&path))?;
        return folder.add_link(path, target);
    }
    let coming = Coming { path: &path, size, executable, input: &mut entry, damaged: &of_content };
    let content = contents.file(coming, budget)?;
    if content.length() != size {
        return Err(Fault::Damaged("it is truncated".to_owned()).of(&path));
    }
    folder.add_file(path, content, executable)
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
