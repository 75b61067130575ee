//! Reads tar, plain or compressed with gzip.

use std::io::{self, BufRead as _, BufReader, Read};
use std::rc::Rc;

use tar::{Archive, Entry, EntryType};

use crate::budget::{Budget, Counted, Gauge};
use crate::contents::{Coming, Contents, Kept as _};
use crate::folder::{Folder, Resolved};
use crate::gzip::GzipMembers;
use crate::{ArchiveError, Fault, Format, Limits, Special, path};

/// Header bytes of one member: its own header, and those for a long name, a long link and pax records, with padding.
const HEADERS: u64 = 6 * 1024;
/// The end of a tar is two zero blocks, but some programs write only one.
const END: usize = 512;
/// The error for a block that is not a member header.
const NO_HEADER: &str = "expected a member header";
/// The owner's execute permission.
const OWNER_EXECUTES: u32 = 0o100;

pub(crate) fn read<C: Contents>(
    input: impl Read,
    limits: &Limits,
    contents: &mut C,
) -> Result<Vec<Resolved<C::Kept>>, ArchiveError> {
    let budget = Budget::new(limits);
    let mut input = BufReader::new(budget.counted(input));
    match first_bytes(&mut input, &budget)? {
        [0x1f, 0x8b, ..] => return Err(other_format(Format::Tar, "gzip")),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => return Err(other_format(Format::Tar, "zip")),
        [] => return Err(ArchiveError::NoBytes),
        _ => {}
    }
    unpack(input, budget, contents)
}

pub(crate) fn read_gzip<C: Contents>(
    input: impl Read,
    limits: &Limits,
    contents: &mut C,
) -> Result<Vec<Resolved<C::Kept>>, ArchiveError> {
    let budget = Budget::new(limits);
    let mut input = BufReader::new(budget.counted(input));
    match first_bytes(&mut input, &budget)? {
        [0x1f, 0x8b, ..] => {}
        [b'P', b'K', 3 | 5, 4 | 6, ..] => return Err(other_format(Format::TarGz, "zip")),
        [] => return Err(ArchiveError::NoBytes),
        _ => return Err(ArchiveError::Damaged("it does not start with a gzip header".to_owned())),
    }
    let members = GzipMembers::new(input, limits.members);
    unpack(members, budget, contents)
}

fn first_bytes<'a>(
    input: &'a mut BufReader<Counted<impl Read>>,
    budget: &Budget,
) -> Result<&'a [u8], ArchiveError> {
    input
        .fill_buf()
        .map_err(|error| Budget::archive_error(&budget.packed, &budget.limits, error, ArchiveError::Damaged))
}

fn other_format(expected: Format, found: &'static str) -> ArchiveError {
    ArchiveError::OtherFormat { expected, found }
}

fn unpack<C: Contents>(
    input: impl Read,
    mut budget: Budget,
    contents: &mut C,
) -> Result<Vec<Resolved<C::Kept>>, ArchiveError> {
    let limits = budget.limits;
    // The tar library holds long names and pax records in memory, so they are limited.
    let per_member = HEADERS.saturating_add(limits.path as u64 * 4);
    let headers = (limits.members as u64 + 1).saturating_mul(per_member);
    let most = limits.unpacked.saturating_add(headers);
    let (packed, unpacked) = (Rc::clone(&budget.packed), Rc::new(Gauge::default()));
    let refuse = |error: io::Error, damaged: fn(String) -> ArchiveError| {
        if unpacked.read() > most {
            return ArchiveError::UnpackedTooLarge(limits.unpacked);
        }
        Budget::archive_error(&packed, &limits, error, damaged)
    };
    let whole = |error: io::Error| refuse(error, ArchiveError::Damaged);
    let mut archive = Archive::new(Counted::new(input, most, &unpacked));
    let mut folder = Folder::new();
    let mut is_first = true;
    for entry in archive.entries().map_err(&whole)? {
        let mut entry = entry.map_err(|error| match error.kind() {
            // The library's message quotes the bytes it could not read.
            io::ErrorKind::Other if is_first => refuse(error, |_| ArchiveError::NotTar),
            io::ErrorKind::Other => refuse(error, |_| ArchiveError::Damaged(NO_HEADER.to_owned())),
            _ => whole(error),
        })?;
        is_first = false;
        budget.member()?;
        add(&mut entry, &mut folder, &mut budget, contents, &whole)?;
    }
    let mut rest = archive.into_inner();
    let ended = rest.zeros_at_end() >= END as u64;
    let mut chunk = vec![0; END];
    loop {
        match rest.read(&mut chunk).map_err(&whole)? {
            0 => break,
            length if chunk.iter().take(length).any(|byte| *byte != 0) => return Err(ArchiveError::Trailing),
            _ => {}
        }
    }
    if !ended {
        return Err(ArchiveError::Damaged("it has no end marker".to_owned()));
    }
    folder.into_files(&mut budget)
}

fn add<C: Contents>(
    entry: &mut Entry<'_, impl Read>,
    folder: &mut Folder<C::Kept>,
    budget: &mut Budget,
    contents: &mut C,
    whole: &impl Fn(io::Error) -> ArchiveError,
) -> Result<(), ArchiveError> {
    let longest = budget.limits.path;
    let raw = entry.path_bytes().into_owned();
    let kind = entry.header().entry_type();
    if kind == EntryType::XGlobalHeader {
        return Ok(());
    }
    let Some(path) = path::member(&raw, longest).map_err(|fault| fault.of(&raw))? else {
        return if kind == EntryType::Directory { Ok(()) } else { Err(Fault::EmptyComponent.of(&raw)) };
    };
    if is_sparse(entry, kind).map_err(whole)? {
        return Err(Fault::Sparse.of(&path));
    }
    let link =
        |entry: &Entry<'_, _>| entry.link_name_bytes().map(std::borrow::Cow::into_owned).unwrap_or_default();
    match kind {
        EntryType::Regular | EntryType::Continuous => {
            let mode = entry.header().mode().map_err(whole)?;
            let (size, executable) = (entry.size(), mode & OWNER_EXECUTES != 0);
            let coming = Coming { path: &path, size, executable, input: entry, damaged: whole };
            let content = contents.file(coming, budget)?;
            if content.length() != size {
                return Err(Fault::Damaged("it is truncated".to_owned()).of(&path));
            }
            folder.add_file(path, content, executable)
        }
        EntryType::Directory => {
            contents.folder(&path, budget)?;
            folder.add_folder(path);
            Ok(())
        }
        EntryType::Symlink => {
            let target = path::link_target(&path, &link(entry), longest).map_err(|fault| fault.of(&path))?;
            folder.add_link(path, target)
        }
        // The target of a hard link is relative to the root of the archive.
        EntryType::Link => {
            let target = path::member(&link(entry), longest).ok().flatten();
            let target = target.ok_or_else(|| {
                Fault::LinkOutside(String::from_utf8_lossy(&link(entry)).escape_debug().to_string()).of(&path)
            })?;
            folder.add_link(path, target)
        }
        EntryType::Char | EntryType::Block => Err(Fault::Special(Special::Device).of(&path)),
        EntryType::Fifo => Err(Fault::Special(Special::Fifo).of(&path)),
        _ => Err(Fault::Special(Special::Unknown).of(&path)),
    }
}

/// GNU and pax record holes differently; readers that do not know the pax form mistake its map for content.
fn is_sparse(entry: &mut Entry<'_, impl Read>, kind: EntryType) -> io::Result<bool> {
    if kind == EntryType::GNUSparse {
        return Ok(true);
    }
    let Some(records) = entry.pax_extensions()? else { return Ok(false) };
    for record in records {
        if record?.key_bytes().starts_with(b"GNU.sparse.") {
            return Ok(true);
        }
    }
    Ok(false)
}
