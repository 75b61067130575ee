//! The headers of the tar that is sent: owner, mode and time are those of the slot.

use std::io::Result;

use tar::{EntryType, Header};

use super::BLOCK;

/// Writes headers, and rewrites those of an archive that passes in chunks of any size.
pub(super) struct Headers {
    uid: u32,
    gid: u32,
    mode: u32,
    /// Seconds since the Unix epoch.
    modified: u64,
    /// The beginning of a header whose end has not come yet.
    held: Vec<u8>,
    /// How many bytes come before the next header.
    body: u64,
}

impl Headers {
    pub(super) fn new(uid: u32, gid: u32, mode: u32, modified: i64) -> Self {
        let modified = u64::try_from(modified).unwrap_or_default();
        Self { uid, gid, mode, modified, held: Vec::with_capacity(BLOCK), body: 0 }
    }

    /// Everything that comes before the bytes of a file: its header, and its name if that is long.
    pub(super) fn of_file(&self, path: &str, size: u64) -> Result<Vec<u8>> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(size);
        self.stamp(&mut header, self.mode);
        Self::written(path, header)
    }

    /// An archive with one folder.
    pub(super) fn of_folder(&self, path: &str) -> Result<Vec<u8>> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Directory);
        header.set_size(0);
        self.stamp(&mut header, enterable(self.mode));
        let mut archive = Self::written(path, header)?;
        archive.resize(archive.len() + 2 * BLOCK, 0);
        Ok(archive)
    }

    fn written(path: &str, mut header: Header) -> Result<Vec<u8>> {
        let mut archive = tar::Builder::new(Vec::new());
        archive.append_data(&mut header, path.trim_start_matches('/'), std::io::empty())?;
        Ok(archive.get_ref().clone())
    }

    fn stamp(&self, header: &mut Header, mode: u32) {
        header.set_mode(mode);
        header.set_uid(self.uid.into());
        header.set_gid(self.gid.into());
        header.set_mtime(self.modified);
    }

    /// The next part of an archive, with its headers rewritten. A header is held back until it is complete.
    pub(super) fn rewritten(&mut self, mut chunk: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(chunk.len() + BLOCK);
        while !chunk.is_empty() {
            let wanted = match usize::try_from(self.body).unwrap_or(usize::MAX) {
                0 => BLOCK - self.held.len(),
                body => body,
            };
            let (part, rest) = chunk.split_at(wanted.min(chunk.len()));
            chunk = rest;
            if self.body > 0 {
                self.body -= part.len() as u64;
                out.extend_from_slice(part);
                continue;
            }
            self.held.extend_from_slice(part);
            if self.held.len() == BLOCK {
                self.header()?;
                out.append(&mut self.held);
            }
        }
        Ok(out)
    }

    /// Rewrites the header that is complete now.
    fn header(&mut self) -> Result<()> {
        // Two blocks of zeros are the end of an archive.
        if self.held.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let mut header = Header::new_old();
        header.as_mut_bytes().copy_from_slice(&self.held);
        self.body = header.entry_size()?.next_multiple_of(BLOCK as u64);
        match header.entry_type() {
            EntryType::Regular => {
                let executable = header.mode()? & 0o111 != 0;
                self.stamp(&mut header, if executable { enterable(self.mode) } else { self.mode });
            }
            EntryType::Directory => self.stamp(&mut header, enterable(self.mode)),
            // The name of the member that follows.
            EntryType::GNULongName => return Ok(()),
            other => {
                let message = format!("an artifact has a member of the kind {other:?}");
                return Err(std::io::Error::other(message));
            }
        }
        header.set_cksum();
        self.held.copy_from_slice(header.as_bytes());
        Ok(())
    }
}

/// The same permissions, and the executable bit for everybody who may read.
fn enterable(mode: u32) -> u32 {
    mode | (mode & 0o444) >> 2
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    /// A canonical archive: what the store of artifacts has for a tree.
    fn archive() -> (Vec<u8>, String) {
        let long = format!("a/{}.html", "long".repeat(60));
        let mut archive = tar::Builder::new(Vec::new());
        for (path, mode, text) in
            [("run.sh", 0o755, "#!"), (&long, 0o644, &*"x".repeat(1500)), ("empty", 0o644, "")]
        {
            let mut header = Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(mode);
            archive.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        let mut folder = Header::new_gnu();
        folder.set_entry_type(EntryType::Directory);
        folder.set_size(0);
        folder.set_mode(0o755);
        archive.append_data(&mut folder, "b", std::io::empty()).unwrap();
        (archive.into_inner().unwrap(), long)
    }

    #[test]
    fn a_tree_keeps_its_files_and_gets_the_owner_and_the_mode_of_the_slot() {
        let (stored, long) = archive();
        for size in [1, 7, 511, 512, 513, 4096, stored.len()] {
            let mut headers = Headers::new(33, 34, 0o640, 1_700_000_000);
            let sent: Vec<u8> =
                stored.chunks(size).flat_map(|chunk| headers.rewritten(chunk).unwrap()).collect();
            assert_eq!(sent.len(), stored.len(), "{size}");
            let mut found = Vec::new();
            for entry in tar::Archive::new(sent.as_slice()).entries().unwrap() {
                let mut entry = entry.unwrap();
                let header = entry.header().clone();
                assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (33, 34));
                assert_eq!(header.mtime().unwrap(), 1_700_000_000);
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                found.push((entry.path().unwrap().display().to_string(), header.mode().unwrap(), text.len()));
            }
            let expected =
                [("run.sh", 0o750, 2), (long.as_str(), 0o640, 1500), ("empty", 0o640, 0), ("b", 0o750, 0)];
            assert_eq!(found, expected.map(|(path, mode, size)| (path.to_owned(), mode, size)), "{size}");
        }
    }

    #[test]
    fn a_link_is_never_sent() {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Symlink);
        header.set_size(0);
        archive.append_link(&mut header, "a", "/etc").unwrap();
        let stored = archive.into_inner().unwrap();
        assert!(Headers::new(0, 0, 0o644, 0).rewritten(&stored).is_err());
    }

    #[test]
    fn a_file_has_its_whole_name() {
        let path = format!("/apps/{}.war", "long".repeat(60));
        let mut sent = Headers::new(1, 2, 0o600, 5).of_file(&path, 3).unwrap();
        sent.extend([b'a', b'b', b'c']);
        sent.resize(sent.len().next_multiple_of(BLOCK) + 2 * BLOCK, 0);
        let mut archive = tar::Archive::new(sent.as_slice());
        let mut entry = archive.entries().unwrap().next().unwrap().unwrap();
        assert_eq!(format!("/{}", entry.path().unwrap().display()), path);
        assert_eq!(entry.header().mode().unwrap(), 0o600);
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        assert_eq!(text, "abc");
    }
}
