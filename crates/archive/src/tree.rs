//! Turns an archive into a plain tar, without holding what is in it.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use tar::{Builder, EntryType, Header};

use crate::budget::Budget;
use crate::contents::{Coming, Contents, Kept};
use crate::{ArchiveError, Fault, Format, Limits, tarball, zipped};

/// The size of the blocks of a tar.
const BLOCK: u64 = 512;
/// Size of one read when content is copied.
const CHUNK: u64 = 64 << 10;
const FOLDER: u32 = 0o755;
const EXECUTABLE: u32 = 0o755;
const FILE: u32 = 0o644;

/// Writes the files of an archive to `output` as a tar that has nothing but folders and regular files, and answers with the
/// paths of the files, sorted. `output` is empty before, and what is written is read again where a link becomes a copy.
///
/// The tar has every folder before what is in it, then the files in the order of the archive, copies in place of links at its
/// end; owner and time are zero. Folders count as members, also those that are only part of a path.
///
/// The rules are those of [`read`](crate::read). What was written before an error is to be thrown away.
pub fn write_tar(
    format: Format,
    mut input: impl Read + Seek,
    limits: &Limits,
    output: impl Read + Write + Seek,
) -> Result<Vec<String>, ArchiveError> {
    input.seek(SeekFrom::Start(0)).map_err(ArchiveError::Input)?;
    let mut writer = TreeWriter { tar: Builder::new(output), folders: BTreeSet::new() };
    let files = match format {
        Format::Tar => tarball::read(input, limits, &mut writer),
        Format::TarGz => tarball::read_gzip(input, limits, &mut writer),
        Format::Zip => zipped::read_in_place(input, limits, &mut writer),
    }?;
    // The bytes of copies were counted when the links were resolved.
    let mut budget = Budget::new(limits);
    let mut paths = Vec::with_capacity(files.len());
    for file in files {
        if file.target.is_some() {
            writer.copy(&file.path, file.content, file.executable, &mut budget)?;
        }
        paths.push(file.path);
    }
    writer.tar.finish().map_err(ArchiveError::Output)?;
    writer.tar.get_mut().flush().map_err(ArchiveError::Output)?;
    Ok(paths)
}

/// Where the content of a file is in the output.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    length: u64,
}

impl Kept for Place {
    fn length(&self) -> u64 {
        self.length
    }
}

struct TreeWriter<W: Read + Write + Seek> {
    tar: Builder<W>,
    /// Those that have been written.
    folders: BTreeSet<String>,
}

impl<W: Read + Write + Seek> TreeWriter<W> {
    /// Writes the header of a member. Its content comes after it.
    fn header(&mut self, path: &str, kind: EntryType, mode: u32, size: u64) -> io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mode(mode);
        header.set_mtime(0);
        header.set_size(size);
        self.tar.append_data(&mut header, path, io::empty())
    }

    fn begin_file(
        &mut self,
        path: &str,
        size: u64,
        executable: bool,
        budget: &mut Budget,
    ) -> Result<Place, ArchiveError> {
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.folder(folder, budget)?;
        }
        let mode = if executable { EXECUTABLE } else { FILE };
        self.header(path, EntryType::Regular, mode, size).map_err(ArchiveError::Output)?;
        let start = self.tar.get_mut().stream_position().map_err(ArchiveError::Output)?;
        Ok(Place { start, length: size })
    }

    fn pad(&mut self, length: u64) -> Result<(), ArchiveError> {
        let padding = length.next_multiple_of(BLOCK) - length;
        io::copy(&mut io::repeat(0).take(padding), self.tar.get_mut()).map_err(ArchiveError::Output)?;
        Ok(())
    }

    /// Writes a file with the content of another one.
    fn copy(
        &mut self,
        path: &str,
        of: Place,
        executable: bool,
        budget: &mut Budget,
    ) -> Result<(), ArchiveError> {
        let to = self.begin_file(path, of.length, executable, budget)?;
        copy_within(self.tar.get_mut(), of, to.start).map_err(ArchiveError::Output)?;
        self.pad(of.length)
    }
}

fn copy_within(output: &mut (impl Read + Write + Seek), from: Place, to: u64) -> io::Result<()> {
    let mut chunk = Vec::new();
    let mut done = 0;
    while done < from.length {
        chunk.clear();
        output.seek(SeekFrom::Start(from.start + done))?;
        Read::by_ref(output).take(CHUNK.min(from.length - done)).read_to_end(&mut chunk)?;
        if chunk.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        output.seek(SeekFrom::Start(to + done))?;
        output.write_all(&chunk)?;
        done += chunk.len() as u64;
    }
    Ok(())
}

impl<W: Read + Write + Seek> Contents for TreeWriter<W> {
    type Kept = Place;

    fn file(&mut self, file: Coming<'_>, budget: &mut Budget) -> Result<Place, ArchiveError> {
        let truncated = || Fault::Damaged("it is truncated".to_owned()).of(file.path);
        let place = self.begin_file(file.path, file.size, file.executable, budget)?;
        let (mut length, output) = (0, self.tar.get_mut());
        budget.read_file(file.input, file.damaged, |chunk| {
            length += chunk.len() as u64;
            // More than its header says would be read as the header of the next one.
            if length > file.size {
                return Err(truncated());
            }
            output.write_all(chunk).map_err(ArchiveError::Output)
        })?;
        if length != file.size {
            return Err(truncated());
        }
        self.pad(length)?;
        Ok(place)
    }

    fn folder(&mut self, path: &str, budget: &mut Budget) -> Result<(), ArchiveError> {
        let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
        for end in ends {
            let Some(folder) = path.get(..end) else { continue };
            if self.folders.contains(folder) {
                continue;
            }
            budget.member()?;
            self.folders.insert(folder.to_owned());
            self.header(&format!("{folder}/"), EntryType::Directory, FOLDER, 0)
                .map_err(ArchiveError::Output)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
