//! Giving an installation another key, or another form of the key file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::encryption_key::EncryptionKey;
use super::key_ring::{KeyRing, LONGEST, RingError, id_of, is_encrypted};
use super::{FILE, KeyFileError, KeyFileVault, KeyLock, explain, own_user, write};
use crate::private::open_private;

/// The file that takes the place of the key file. A killed rotation may leave it, and the next one removes it.
const DRAFT: &str = ".secret.key.new";

/// A rotation that has the key file for itself until it is dropped.
///
/// Each step replaces the file at once, so there is never a moment without the keys for everything that is stored: the new
/// key comes beside the old one, then everything is sealed anew, and only then does the old one go. Killed in between, the
/// next rotation goes on with both.
#[derive(Debug)]
pub struct KeyRotation {
    folder: PathBuf,
    ring: KeyRing,
    encryption: Option<EncryptionKey>,
    _lock: KeyLock,
}

impl KeyRotation {
    /// Reads the key file, which `opened_by` opens if `encryption_file` does not. What is written is encrypted with
    /// `encryption_file`, if there is one. No program may use the key meanwhile.
    pub fn begin(
        data_dir: &Path,
        encryption_file: Option<&Path>,
        opened_by: Option<&Path>,
    ) -> Result<Self, KeyFileError> {
        let path = data_dir.join(FILE);
        let read = |file: &Path| EncryptionKey::read(file, data_dir, own_user());
        let encryption = encryption_file.map(read).transpose()?;
        let former = opened_by.map(read).transpose()?;
        if open_private(&path)?.is_none() {
            return Err(KeyFileError::Missing(path));
        }
        let lock = KeyLock::exclusive(data_dir)?;
        let file = open_private(&path)?.ok_or_else(|| KeyFileError::Missing(path.clone()))?;
        let mut bytes = Vec::new();
        let unusable = |source| KeyFileError::Unusable { path: path.clone(), source };
        file.take(LONGEST).read_to_end(&mut bytes).map_err(unusable)?;
        let candidates = [encryption.as_ref(), former.as_ref()];
        let ring = read_any(&bytes, candidates)
            .map_err(|error| explain(error, &path, candidates.into_iter().flatten().next()))?;
        Ok(Self { folder: data_dir.to_owned(), ring, encryption, _lock: lock })
    }

    /// Whether an earlier rotation was not ended: there is more than one key.
    pub fn is_unfinished(&self) -> bool {
        !self.ring.others.is_empty()
    }

    /// Adds a new key, which seals from now on, unless an earlier rotation has done so and was not ended.
    pub fn add_key(&mut self) -> Result<(), KeyFileError> {
        let ring = if self.is_unfinished() { self.ring.clone() } else { self.ring.with_new_key()? };
        self.replace(ring)
    }

    /// Writes the same keys in the form that is asked for.
    pub fn rewrite(&mut self) -> Result<(), KeyFileError> {
        self.replace(self.ring.clone())
    }

    /// Removes every key but the newest one. Nothing that is sealed with the others opens any more.
    pub fn finish(mut self) -> Result<(), KeyFileError> {
        self.replace(self.ring.with_newest_key())
    }

    /// Opens with all keys and seals with the newest one.
    pub fn vault(&self) -> KeyFileVault {
        KeyFileVault::of(self.ring.clone(), None)
    }

    /// The id of the newest key.
    pub fn key_id(&self) -> String {
        id_of(&self.ring.first)
    }

    /// The new file is whole and on the disk before it takes the place of the other one.
    fn replace(&mut self, ring: KeyRing) -> Result<(), KeyFileError> {
        let bytes = ring.write(self.encryption.as_ref())?;
        let (path, draft) = (self.folder.join(FILE), self.folder.join(DRAFT));
        let replaced = remove(&draft)
            .and_then(|()| write(&draft, &bytes))
            .and_then(|()| std::fs::rename(&draft, &path))
            .and_then(|()| File::open(&self.folder)?.sync_all());
        replaced.map_err(|source| KeyFileError::Unusable { path, source })?;
        self.ring = ring;
        Ok(())
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read_any(bytes: &[u8], candidates: [Option<&EncryptionKey>; 2]) -> Result<KeyRing, RingError> {
    if !is_encrypted(bytes) {
        return KeyRing::read(bytes, None);
    }
    let mut refused = RingError::Encrypted;
    for key in candidates.into_iter().flatten() {
        match KeyRing::read(bytes, Some(key)) {
            Err(RingError::OtherEncryption) => refused = RingError::OtherEncryption,
            found => return found,
        }
    }
    Err(refused)
}

#[cfg(test)]
mod tests;
