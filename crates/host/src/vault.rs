//! Encrypts secrets with a key from a file next to the database, so that a copy of the database does not reveal them, and a
//! backup only if it was asked to contain the key. The file may be encrypted itself, with a key that is kept somewhere else.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use core_monitor_domain::ports::{SealedSecret, SecretVault, VaultError};

use self::encryption_key::EncryptionKey;
use self::key_ring::{KeyRing, LONGEST, RingError, id_of, is_encrypted, random_key};
use crate::private::{open_private, open_private_in};

mod encryption_key;
mod error;
mod key_lock;
mod key_ring;
mod rotation;

pub use error::KeyFileError;
pub use key_lock::KeyLock;
pub(crate) use key_ring::hex;
pub use rotation::KeyRotation;

/// Name of the key file in the data folder.
pub(crate) const FILE: &str = "secret.key";
const NONCE: usize = 24;

/// XChaCha20-Poly1305 with a random nonce per secret; the purpose is authenticated with it.
pub struct KeyFileVault {
    /// By the ids of their keys. The first one seals.
    ciphers: Vec<(String, XChaCha20Poly1305)>,
    /// Derives other keys.
    ring: KeyRing,
    /// Keeps the key as it is while it is in use.
    _lock: Option<KeyLock>,
}

/// The form of a key file that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyForm {
    /// The file that it is encrypted with.
    pub(crate) encrypted_with: Option<PathBuf>,
    /// Whether it has keys that only open: a rotation was not ended.
    pub(crate) is_rotating: bool,
}

impl KeyFileVault {
    /// [`open_with`](Self::open_with) without encryption.
    pub fn open(data_dir: &Path) -> Result<Self, KeyFileError> {
        Self::open_with(data_dir, None)
    }

    /// Reads the key from `secret.key` in the data folder, and creates it at the first start. Two programs that start at the
    /// same time get the same key. It is encrypted with what `encryption_file` has in it, exactly if there is one. Until the
    /// vault is dropped, the key is not rotated.
    pub fn open_with(data_dir: &Path, encryption_file: Option<&Path>) -> Result<Self, KeyFileError> {
        let path = data_dir.join(FILE);
        let unusable = |source| KeyFileError::Unusable { path: path.clone(), source };
        let encryption = read_encryption(encryption_file, data_dir, own_user())?;
        let lock = KeyLock::shared(data_dir)?;
        let file = if let Some(file) = open_private(&path)? {
            file
        } else {
            let key = random_key()?;
            let content = match &encryption {
                None => key.to_vec(),
                Some(_) => KeyRing::of_one(key).write(encryption.as_ref())?,
            };
            make(data_dir, &path, &content).map_err(unusable)?;
            open_private(&path)?.ok_or_else(|| unusable(io::ErrorKind::NotFound.into()))?
        };
        Ok(Self::of(read(file, &path, encryption.as_ref())?, Some(lock)))
    }

    /// The form of the key file as `user`, the owner of the data folder, would find it. It is not created.
    pub(crate) fn examine(
        data_dir: &Path,
        encryption_file: Option<&Path>,
        user: u32,
    ) -> Result<Option<KeyForm>, KeyFileError> {
        let path = data_dir.join(FILE);
        let file = if own_user() == user { open_private(&path) } else { open_private_in(&path, user) };
        let Some(file) = file? else { return Ok(None) };
        let encryption = read_encryption(encryption_file, data_dir, user)?;
        let ring = read(file, &path, encryption.as_ref())?;
        let encrypted_with = encryption.map(|encryption| encryption.path().to_owned());
        Ok(Some(KeyForm { encrypted_with, is_rotating: !ring.others.is_empty() }))
    }

    /// Whether the key file of an installation is encrypted; `false` if there is none.
    pub fn is_encrypted(data_dir: &Path) -> io::Result<bool> {
        let mut bytes = Vec::new();
        match File::open(data_dir.join(FILE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => opened?.take(LONGEST).read_to_end(&mut bytes)?,
        };
        Ok(is_encrypted(&bytes))
    }

    fn of(ring: KeyRing, lock: Option<KeyLock>) -> Self {
        let cipher = |key: &[u8; 32]| (id_of(key), XChaCha20Poly1305::new(&Key::from(*key)));
        Self { ciphers: ring.all().map(cipher).collect(), ring, _lock: lock }
    }

    /// The id of the key that seals.
    fn key_id(&self) -> String {
        id_of(&self.ring.first)
    }

    fn cipher(&self, key_id: &str) -> Option<&XChaCha20Poly1305> {
        self.ciphers.iter().find(|(id, _)| id == key_id).map(|(_, cipher)| cipher)
    }
}

fn own_user() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn read_encryption(
    file: Option<&Path>,
    data_dir: &Path,
    user: u32,
) -> Result<Option<EncryptionKey>, KeyFileError> {
    file.map(|file| EncryptionKey::read(file, data_dir, user)).transpose()
}

fn read(file: File, path: &Path, encryption: Option<&EncryptionKey>) -> Result<KeyRing, KeyFileError> {
    let mut bytes = Vec::new();
    let read = file.take(LONGEST).read_to_end(&mut bytes);
    read.map_err(|source| KeyFileError::Unusable { path: path.to_owned(), source })?;
    KeyRing::read(&bytes, encryption).map_err(|error| explain(error, path, encryption))
}

/// What is wrong with the file at `path`, which `encryption` was to open.
fn explain(error: RingError, path: &Path, encryption: Option<&EncryptionKey>) -> KeyFileError {
    let path = path.to_owned();
    match (error, encryption) {
        (RingError::Malformed, _) => KeyFileError::Malformed(path),
        (RingError::NotEncrypted, _) => KeyFileError::NotEncrypted(path),
        (RingError::OtherEncryption, Some(with)) => {
            KeyFileError::OtherEncryption { path, with: with.path().to_owned() }
        }
        (RingError::Encrypted | RingError::OtherEncryption, _) => KeyFileError::Encrypted(path),
    }
}

/// Writes a temporary file first and then links it, so that a reader never sees a partial key and only one writer wins.
fn make(folder: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = [0; 8];
    getrandom::fill(&mut name).map_err(io::Error::other)?;
    let draft = folder.join(format!(".{FILE}.{}", hex(&name)));
    let written = write(&draft, content).and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = std::fs::remove_file(&draft);
    written.and(removed)?;
    // The file must survive a power failure before anything is encrypted with it.
    File::open(folder)?.sync_all()
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

impl SecretVault for KeyFileVault {
    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<SealedSecret, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::Randomness)?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let key_id = self.key_id();
        let cipher = self.cipher(&key_id).ok_or(VaultError::Damaged)?;
        // Encryption fails only for secrets of hundreds of gigabytes.
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Damaged)?;
        Ok(SealedSecret { key_id, bytes: [nonce.as_slice(), &sealed].concat() })
    }

    fn open(&self, purpose: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError> {
        let Some(cipher) = self.cipher(&sealed.key_id) else {
            return Err(VaultError::OtherKey { sealed_with: sealed.key_id.clone(), here: self.key_id() });
        };
        let (nonce, content) = sealed.bytes.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg: content, aad: purpose.as_bytes() };
        cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Damaged)
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        self.ring.derive(purpose)
    }
}

#[cfg(test)]
mod tests;
