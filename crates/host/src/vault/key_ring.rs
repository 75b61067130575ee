//! The keys in a key file.
//!
//! A file of exactly 32 bytes is one key. Once a key was rotated or the file is encrypted, it is a text with a line for each
//! thing in it:
//!
//! ```text
//! core-monitor keys 1
//! key 64 hexadecimal digits; the first one seals, and all of them open
//! root 64 hexadecimal digits, from which other keys are derived
//! derived 64 hexadecimal digits and for what: what the first key derived, before it was removed
//! end
//! ```
//!
//! An encrypted file has this text sealed with the key-encryption key.

use std::fmt;

use core_monitor_domain::plan::PlanKey;
use core_monitor_domain::secret_variable::SecretKey;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::KeyFileError;
use super::encryption_key::EncryptionKey;

/// Bytes of a key.
pub(super) const KEY: usize = 32;

/// The most bytes of a key file.
pub(super) const LONGEST: u64 = 16 << 10;

const PLAIN: &str = "core-monitor keys 1\n";
const ENCRYPTED: &str = "core-monitor encrypted keys 1\n";

/// What the first key has derived and the database compares with: it stays when that key goes. A test finds what is missing.
pub(super) const DERIVED: [&str; 2] = [PlanKey::PURPOSE, SecretKey::PURPOSE];

/// A key of 256 bits.
pub(super) type KeyBytes = [u8; KEY];

/// What a key file has in it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct KeyRing {
    /// The first one seals; there is always one.
    pub(super) first: KeyBytes,
    /// The others open what is not sealed with the first one yet.
    pub(super) others: Vec<KeyBytes>,
    root: KeyBytes,
    derived: Vec<(String, KeyBytes)>,
}

/// Why bytes are no key ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RingError {
    /// They are something else.
    Malformed,
    /// They are encrypted, and there is nothing to open them with.
    Encrypted,
    /// They are not, although there is something to open them with.
    NotEncrypted,
    /// They are encrypted with something else.
    OtherEncryption,
}

/// Whether the bytes of a key file are encrypted.
pub(super) fn is_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(ENCRYPTED.as_bytes())
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyRing({} keys)", self.all().count())
    }
}

impl KeyRing {
    /// The ring of a file that has one key and nothing else.
    pub(super) fn of_one(key: KeyBytes) -> Self {
        Self { first: key, others: Vec::new(), root: key, derived: Vec::new() }
    }

    /// Reads a file, which is encrypted exactly if there is something to open it with.
    pub(super) fn read(bytes: &[u8], encryption: Option<&EncryptionKey>) -> Result<Self, RingError> {
        let Some(encryption) = encryption else {
            return if is_encrypted(bytes) { Err(RingError::Encrypted) } else { Self::read_plain(bytes) };
        };
        if !is_encrypted(bytes) {
            // Whatever it is, the settings do not ask for it.
            return Err(Self::read_plain(bytes).err().unwrap_or(RingError::NotEncrypted));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| RingError::Malformed)?;
        let body = text.strip_prefix(ENCRYPTED).ok_or(RingError::Malformed)?;
        let lines: Vec<&str> = body.lines().collect();
        let [by, sealed] = lines.as_slice() else { return Err(RingError::Malformed) };
        if by.strip_prefix("by ") != Some(encryption.id()) {
            return Err(RingError::OtherEncryption);
        }
        let sealed = unhex(sealed).ok_or(RingError::Malformed)?;
        let plain = encryption.open(ENCRYPTED, &sealed).ok_or(RingError::Malformed)?;
        Self::read_plain(&plain)
    }

    fn read_plain(bytes: &[u8]) -> Result<Self, RingError> {
        if let Ok(key) = KeyBytes::try_from(bytes) {
            return Ok(Self::of_one(key));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| RingError::Malformed)?;
        let body = text.strip_prefix(PLAIN).and_then(|body| body.strip_suffix("end\n"));
        Self::read_lines(body.ok_or(RingError::Malformed)?).ok_or(RingError::Malformed)
    }

    fn read_lines(body: &str) -> Option<Self> {
        let (mut keys, mut root, mut derived) = (Vec::new(), None, Vec::new());
        for line in body.lines() {
            match line.split_once(' ')? {
                ("key", key) => keys.push(read_key(key)?),
                ("root", key) if root.is_none() => root = Some(read_key(key)?),
                ("derived", rest) => {
                    let (key, purpose) = rest.split_once(' ')?;
                    derived.push((purpose.to_owned(), read_key(key)?));
                }
                _ => return None,
            }
        }
        let mut keys = keys.into_iter();
        Some(Self { first: keys.next()?, others: keys.collect(), root: root?, derived })
    }

    /// The bytes of a file that has these keys.
    pub(super) fn write(&self, encryption: Option<&EncryptionKey>) -> Result<Vec<u8>, KeyFileError> {
        let plain = self.text();
        let Some(encryption) = encryption else { return Ok(plain.into_bytes()) };
        let sealed = encryption.seal(ENCRYPTED, plain.as_bytes())?;
        Ok(format!("{ENCRYPTED}by {}\n{}\n", encryption.id(), hex(&sealed)).into_bytes())
    }

    fn text(&self) -> String {
        let keys = self.all().map(|key| format!("key {}\n", hex(key)));
        let root = format!("root {}\n", hex(&self.root));
        let derived = self.derived.iter().map(|(purpose, key)| format!("derived {} {purpose}\n", hex(key)));
        let lines: String = keys.chain([root]).chain(derived).collect();
        format!("{PLAIN}{lines}end\n")
    }

    /// Every key, the one that seals first.
    pub(super) fn all(&self) -> impl Iterator<Item = &KeyBytes> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// With a new key in front. The first key of an installation is also what other keys are derived from; what it derived
    /// stays, so that it can go.
    pub(super) fn with_new_key(&self) -> Result<Self, KeyFileError> {
        let mut ring = Self { first: random_key()?, others: self.all().copied().collect(), ..self.clone() };
        if ring.others.contains(&ring.root) {
            ring.derived = DERIVED.map(|purpose| (purpose.to_owned(), self.derive(purpose))).into();
            ring.root = random_key()?;
        }
        Ok(ring)
    }

    /// Without the keys that only open.
    pub(super) fn with_newest_key(&self) -> Self {
        Self { others: Vec::new(), ..self.clone() }
    }

    /// The key that this installation derives for `purpose`, whatever became of the keys that seal.
    pub(super) fn derive(&self, purpose: &str) -> KeyBytes {
        let kept = self.derived.iter().find(|(known, _)| known == purpose);
        kept.map_or_else(|| derive(&self.root, purpose), |(_, key)| *key)
    }
}

fn derive(root: &KeyBytes, purpose: &str) -> KeyBytes {
    keyed_hash(root, &[b"core-monitor derived key\0", purpose.as_bytes()])
}

/// HMAC-SHA256, which takes keys of any length.
pub(super) fn keyed_hash(key: &[u8], parts: &[&[u8]]) -> KeyBytes {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; KEY] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// An id for a key that does not reveal it.
pub(super) fn id_of(key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"core-monitor key id").chain_update(key).finalize();
    hex(&digest[..6])
}

pub(super) fn random_key() -> Result<KeyBytes, KeyFileError> {
    let mut key = [0; KEY];
    getrandom::fill(&mut key).map_err(|_| KeyFileError::Randomness)?;
    Ok(key)
}

fn read_key(digits: &str) -> Option<KeyBytes> {
    unhex(digits)?.try_into().ok()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let nibbles = digits.chars().map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()));
    let nibbles: Vec<u8> = nibbles.collect::<Option<_>>()?;
    let pairs = nibbles.chunks(2).map(|pair| match pair {
        [high, low] => Some((high << 4) | low),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests;
