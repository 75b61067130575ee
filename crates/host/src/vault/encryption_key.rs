//! The key that a key file may be encrypted with, from a file that is kept somewhere else.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use rustix::fs::{Mode, OFlags};

use super::KeyFileError;
use super::key_ring::{KEY, id_of, keyed_hash};

const NONCE: usize = 24;

/// The most bytes of the file.
const LONGEST: u64 = 4 << 10;

/// Fewer different bytes are in no file that was made at random, binary, in hexadecimal or otherwise.
const FEWEST_KINDS: usize = 8;

/// What an age identity begins with that has its key in it.
const IDENTITY: &str = "AGE-SECRET-KEY-";

/// The key-encryption key.
pub(super) struct EncryptionKey {
    cipher: XChaCha20Poly1305,
    id: String,
    path: PathBuf,
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({} from {})", self.id, self.path.display())
    }
}

impl EncryptionKey {
    /// Reads it from `path`, for the programs of `user`, whose data folder is `data_dir`.
    pub(super) fn read(path: &Path, data_dir: &Path, user: u32) -> Result<Self, KeyFileError> {
        let refused = |reason: String| KeyFileError::EncryptionFile { path: path.to_owned(), reason };
        if path.starts_with(data_dir) {
            let reason =
                "is in the data folder too, so whoever copies the folder has both: put it somewhere else";
            return Err(refused(reason.to_owned()));
        }
        if path.starts_with("$CREDENTIALS_DIRECTORY") {
            let reason = "is a credential that systemd gives to the services alone: run the command with `systemd-run` as well";
            return Err(refused(reason.to_owned()));
        }
        let content = read_file(path, user).map_err(refused)?;
        let material = material(&content).map_err(|reason| refused(reason.to_owned()))?;
        let key = keyed_hash(material, &[b"core-monitor key encryption key"]);
        let id = id_of(&[b"encryption".as_slice(), &key].concat());
        Ok(Self { cipher: XChaCha20Poly1305::new(&Key::from(key)), id, path: path.to_owned() })
    }

    /// Distinguishes it from others, without revealing it.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The file it is from.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, KeyFileError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| KeyFileError::Randomness)?;
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        // Encryption fails only for hundreds of gigabytes.
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| KeyFileError::Randomness)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    pub(super) fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, content) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: content, aad: purpose.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

/// The content of an ordinary file that belongs to `user` or root and that others cannot read. Links are followed: secrets are
/// often mounted as links, and what counts is whose file is at their end. Root may have given a group the right to read it,
/// which is also what an access list of systemd looks like.
fn read_file(path: &Path, user: u32) -> Result<Vec<u8>, String> {
    // Opening a FIFO to read would wait for somebody who writes.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty()).map_err(io::Error::from);
    let file = opened.map(File::from).map_err(|error| format!("cannot be read: {error}"))?;
    let found = file.metadata().map_err(|error| format!("cannot be read: {error}"))?;
    if !found.is_file() {
        return Err("is not an ordinary file".to_owned());
    }
    let (owner, mode) = (found.uid(), found.mode() & 0o7777);
    if owner != user && owner != 0 {
        return Err(format!("belongs to user {owner}: give it to user {user} or to root"));
    }
    let closed = if owner == 0 { 0o037 } else { 0o077 };
    if mode & closed != 0 {
        return Err(format!("is open to other users (mode {mode:o}): run `chmod 400` on it"));
    }
    let mut content = Vec::new();
    let read = file.take(LONGEST + 1).read_to_end(&mut content);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if content.len() as u64 > LONGEST {
        return Err(format!("has more than {LONGEST} bytes"));
    }
    Ok(content)
}

/// What of the file is secret: the identity of an age identity file, whose comments may change, and otherwise all of it but
/// a line break at its end, which editors add.
fn material(content: &[u8]) -> Result<&[u8], &'static str> {
    if content.starts_with(b"age-encryption.org/") || content.starts_with(b"-----BEGIN AGE") {
        return Err(
            "is itself encrypted with age: nobody is there to type its passphrase when a program starts",
        );
    }
    if let Ok(text) = std::str::from_utf8(content) {
        let mut lines = text.lines().map(str::trim);
        if let Some(identity) = lines.clone().find(|line| line.starts_with(IDENTITY)) {
            let more = lines.filter(|line| line.starts_with(IDENTITY)).count();
            return match (more, identity.len() > IDENTITY.len() + KEY) {
                (1, true) => Ok(identity.as_bytes()),
                (1, false) => Err("has no whole age identity in it"),
                _ => Err("has several age identities in it: leave one"),
            };
        }
        if lines.any(|line| line.starts_with("AGE-PLUGIN-")) {
            return Err(
                "has an age identity of a plugin, whose key is not in the file: use one that `age-keygen` makes",
            );
        }
    }
    let kinds: BTreeSet<&u8> = content.iter().collect();
    if content.len() < KEY || kinds.len() < FEWEST_KINDS {
        return Err("is not random enough: make it with `head -c 32 /dev/urandom`");
    }
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    Ok(content.strip_suffix(b"\r").unwrap_or(content))
}

#[cfg(test)]
mod tests;
