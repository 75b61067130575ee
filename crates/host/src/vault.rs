//! Secrets under a key in a file beside the database, so that neither a copy of the database nor its backup tells them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use core_monitor_domain::ports::{SealedSecret, SecretVault, VaultError};
use sha2::{Digest as _, Sha256};

/// The key file within the data folder.
const FILE: &str = "secret.key";
const KEY: usize = 32;
const NONCE: usize = 24;

/// XChaCha20-Poly1305 with a random nonce per secret; the purpose is authenticated with it.
pub struct KeyFileVault {
    cipher: XChaCha20Poly1305,
    key_id: String,
}

/// The key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Neither read nor made.
    #[error("the key file `{}` cannot be read or made", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others could read it.
    #[error("the key file `{}` can be read by others than its owner: `chmod 600` it", .0.display())]
    Exposed(PathBuf),
    /// Not made by this program.
    #[error("the key file `{}` has not {KEY} bytes: restore it from a backup", .0.display())]
    Malformed(PathBuf),
}

impl KeyFileVault {
    /// Reads the key from `secret.key` in the data folder. At the first start it is made; two programs that start at once
    /// get the same one.
    pub fn open(data_dir: &Path) -> Result<Self, KeyFileError> {
        let path = data_dir.join(FILE);
        let unusable = |source| KeyFileError::Unusable { path: path.clone(), source };
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(data_dir, &path).map_err(unusable)?;
                File::open(&path).map_err(unusable)?
            }
            opened => opened.map_err(unusable)?,
        };
        if file.metadata().map_err(unusable)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyFileError::Exposed(path));
        }
        let mut key = Vec::with_capacity(KEY + 1);
        file.take(KEY as u64 + 1).read_to_end(&mut key).map_err(unusable)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&key).map_err(|_| KeyFileError::Malformed(path))?;
        Ok(Self { cipher, key_id: id_of(&key) })
    }
}

/// A name for the key that tells nothing of it.
fn id_of(key: &[u8]) -> String {
    let digest = Sha256::new().chain_update(b"core-monitor key id").chain_update(key).finalize();
    hex(&digest[..6])
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// Written whole under another name first: a reader never sees half a key, and of two writers one wins.
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
    // The name has to survive a power cut before anything is sealed under it.
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
        // Only a secret of hundreds of gigabytes cannot be sealed.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_can_be_opened_with_the_same_key_and_purpose_only() {
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
    fn the_same_secret_is_never_sealed_to_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let vault = KeyFileVault::open(folder.path()).unwrap();
        assert_ne!(vault.seal("a", b"x").unwrap(), vault.seal("a", b"x").unwrap());
    }

    #[test]
    fn the_key_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        KeyFileVault::open(folder.path()).unwrap();
        let path = folder.path().join(FILE);
        let names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(names, std::slice::from_ref(&path), "no draft is left");
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        mode(0o640);
        assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::Exposed(_))));
        mode(0o600);
        std::fs::write(&path, b"short").unwrap();
        assert!(matches!(KeyFileVault::open(folder.path()), Err(KeyFileError::Malformed(_))));
    }

    #[test]
    fn programs_that_start_at_once_get_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let open = || KeyFileVault::open(folder.path()).unwrap().key_id;
        let ids = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    }
}
