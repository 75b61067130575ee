//! Encrypts secrets with a key from a file next to the database, so that a copy of the database does not reveal them, and a
//! backup only if it was asked to contain the key.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use core_monitor_domain::ports::{SealedSecret, SecretVault, VaultError};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::private::{PrivacyError, open_private, open_private_in};

/// Name of the key file in the data folder.
pub(crate) const FILE: &str = "secret.key";
const KEY: usize = 32;
const NONCE: usize = 24;

/// XChaCha20-Poly1305 with a random nonce per secret; the purpose is authenticated with it.
pub struct KeyFileVault {
    cipher: XChaCha20Poly1305,
    /// Derives other keys.
    mac: Hmac<Sha256>,
    key_id: String,
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It can be neither read nor created.
    #[error("the key file `{}` cannot be read or created", path.display())]
    Unusable {
        /// Path of the file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Something else is in its place.
    #[error(
        "the key file `{}` is not an ordinary file: remove it, and put the key back from where you keep it if there was one",
        .0.display()
    )]
    NotAFile(PathBuf),
    /// It is not a file that only this user can read.
    #[error("the key file is not private")]
    Exposed(#[source] PrivacyError),
    /// It was not created by this program.
    #[error("the key file `{}` does not have exactly {KEY} bytes: restore it from a backup", .0.display())]
    Malformed(PathBuf),
}

impl From<PrivacyError> for KeyFileError {
    fn from(error: PrivacyError) -> Self {
        match error {
            PrivacyError::Unusable { path, source } => Self::Unusable { path, source },
            PrivacyError::NotAFile(path) | PrivacyError::NotAFolder(path) => Self::NotAFile(path),
            error @ (PrivacyError::Link(_)
            | PrivacyError::ForeignOwner { .. }
            | PrivacyError::MixedOwners { .. }
            | PrivacyError::Readable { .. }
            | PrivacyError::Writable { .. }) => Self::Exposed(error),
        }
    }
}

impl KeyFileVault {
    /// Reads the key from `secret.key` in the data folder, and creates it at the first start. Two programs that start at the
    /// same time get the same key.
    pub fn open(data_dir: &Path) -> Result<Self, KeyFileError> {
        let path = data_dir.join(FILE);
        let unusable = |source| KeyFileError::Unusable { path: path.clone(), source };
        let file = if let Some(file) = open_private(&path)? {
            file
        } else {
            make(data_dir, &path).map_err(unusable)?;
            open_private(&path)?.ok_or_else(|| unusable(io::ErrorKind::NotFound.into()))?
        };
        Self::read(file, &path)
    }

    /// Reads the key as `user`, the owner of the data folder, would find it. It is not created.
    pub(crate) fn examine(data_dir: &Path, user: u32) -> Result<Option<Self>, KeyFileError> {
        let path = data_dir.join(FILE);
        let is_own = rustix::process::geteuid().as_raw() == user;
        let file = if is_own { open_private(&path) } else { open_private_in(&path, user) };
        file?.map(|file| Self::read(file, &path)).transpose()
    }

    fn read(file: File, path: &Path) -> Result<Self, KeyFileError> {
        let unusable = |source| KeyFileError::Unusable { path: path.to_owned(), source };
        let mut key = Vec::with_capacity(KEY + 1);
        file.take(KEY as u64 + 1).read_to_end(&mut key).map_err(unusable)?;
        let malformed = |_| KeyFileError::Malformed(path.to_owned());
        let cipher = XChaCha20Poly1305::new_from_slice(&key).map_err(malformed)?;
        let mac = Hmac::new_from_slice(&key).map_err(malformed)?;
        Ok(Self { cipher, mac, key_id: id_of(&key) })
    }
}

/// An id for the key that does not reveal it.
fn id_of(key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"core-monitor key id").chain_update(key).finalize();
    hex(&digest[..6])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// Writes a temporary file first and then links it, so that a reader never sees a partial key and only one writer wins.
fn make(folder: &Path, path: &Path) -> io::Result<()> {
    let mut bytes = [0; KEY + 8];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let (key, name) = bytes.split_at(KEY);
    let draft = folder.join(format!(".{FILE}.{}", hex(name)));
    let written = write(&draft, key).and_then(|()| match std::fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = std::fs::remove_file(&draft);
    written.and(removed)?;
    // The file must survive a power failure before anything is encrypted with it.
    File::open(folder)?.sync_all()
}

fn write(path: &Path, key: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key)?;
    file.sync_all()
}

impl SecretVault for KeyFileVault {
    fn seal(&self, purpose: &str, secret: &[u8]) -> Result<SealedSecret, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| VaultError::Randomness)?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        // Encryption fails only for secrets of hundreds of gigabytes.
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Damaged)?;
        Ok(SealedSecret { key_id: self.key_id.clone(), bytes: [nonce.as_slice(), &sealed].concat() })
    }

    fn open(&self, purpose: &str, sealed: &SealedSecret) -> Result<Vec<u8>, VaultError> {
        if sealed.key_id != self.key_id {
            let (sealed_with, here) = (sealed.key_id.clone(), self.key_id.clone());
            return Err(VaultError::OtherKey { sealed_with, here });
        }
        let (nonce, content) = sealed.bytes.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg: content, aad: purpose.as_bytes() };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Damaged)
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        let labelled = self.mac.clone().chain_update(b"core-monitor derived key\0");
        labelled.chain_update(purpose.as_bytes()).finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn sealed_secrets_open_only_with_the_same_key_and_purpose() {
        let folder = tempfile::tempdir().unwrap();
        let vault = KeyFileVault::open(folder.path()).unwrap();
        let sealed = vault.seal("registry a", b"canary").unwrap();
        assert!(!sealed.bytes.windows(6).any(|window| window == b"canary"));
        let again = KeyFileVault::open(folder.path()).unwrap();
        assert_eq!(again.open("registry a", &sealed).unwrap(), b"canary");
        assert_eq!(again.open("registry b", &sealed), Err(VaultError::Damaged));

        let mut bent = sealed.clone();
        *bent.bytes.last_mut().unwrap() ^= 1;
        assert_eq!(vault.open("registry a", &bent), Err(VaultError::Damaged));
        bent.bytes.truncate(10);
        assert_eq!(vault.open("registry a", &bent), Err(VaultError::Damaged));

        let elsewhere = tempfile::tempdir().unwrap();
        let other = KeyFileVault::open(elsewhere.path()).unwrap();
        assert!(matches!(other.open("registry a", &sealed), Err(VaultError::OtherKey { .. })));
    }

    #[test]
    fn derived_keys_depend_on_file_and_purpose() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = |folder: &tempfile::TempDir, purpose: &str| {
            KeyFileVault::open(folder.path()).unwrap().derive(purpose)
        };
        assert_eq!(key(&folder, "a"), key(&folder, "a"));
        assert_ne!(key(&folder, "a"), key(&folder, "b"));
        assert_ne!(key(&folder, "a"), key(&elsewhere, "a"));
    }

    #[test]
    fn sealing_the_same_secret_twice_gives_different_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let vault = KeyFileVault::open(folder.path()).unwrap();
        assert_ne!(vault.seal("a", b"x").unwrap(), vault.seal("a", b"x").unwrap());
    }

    #[test]
    fn only_the_owner_can_read_the_key_file() {
        let folder = tempfile::tempdir().unwrap();
        KeyFileVault::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        let names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(names, std::slice::from_ref(&path), "no temporary file is left");
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        mode(0o640);
        assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::Exposed(_))));
        mode(0o600);
        std::fs::write(&path, b"short").unwrap();
        assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::Malformed(_))));
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::NotAFile(_))));
        // What the system cannot read says nothing about who else can.
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refused = KeyFileVault::open(&file).map(drop).unwrap_err();
        assert!(matches!(refused, KeyFileError::Unusable { .. }), "{refused}");
        assert!(refused.to_string().ends_with("secret.key` cannot be read or created"), "{refused}");
    }

    #[test]
    fn programs_that_start_together_get_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let open = || KeyFileVault::open(folder.path()).unwrap().key_id;
        let ids = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
}
