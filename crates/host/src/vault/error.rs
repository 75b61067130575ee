//! Why the key file cannot be used.

use std::io;
use std::path::PathBuf;

use super::key_ring::KEY;
use crate::private::PrivacyError;

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
    #[error(
        "the key file `{}` neither has exactly {KEY} bytes nor is one that `rotate-key` has written: restore it from a backup",
        .0.display()
    )]
    Malformed(PathBuf),
    /// The settings name nothing that opens it.
    #[error(
        "the key file `{}` is encrypted: set `key_encryption_file` to the file that it is encrypted with",
        .0.display()
    )]
    Encrypted(PathBuf),
    /// The settings ask for an encrypted one.
    #[error(
        "the key file `{}` is not encrypted, but `key_encryption_file` is set: stop the programs and run \
         `core-monitor-server rotate-key`, which encrypts it",
        .0.display()
    )]
    NotEncrypted(PathBuf),
    /// It is encrypted with something else.
    #[error("the key file `{}` was not encrypted with `{}`, but with another file", path.display(), with.display())]
    OtherEncryption {
        /// Path of the key file.
        path: PathBuf,
        /// The file that does not open it.
        with: PathBuf,
    },
    /// The file that encrypts the key cannot be used.
    #[error("`{}`, which encrypts the key file, {reason}", path.display())]
    EncryptionFile {
        /// Its path.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// `rotate-key` is at work.
    #[error("the key in `{}` is being rotated: wait until `rotate-key` has ended", .0.display())]
    BeingRotated(PathBuf),
    /// A program has the key in use.
    #[error("a program uses the data folder `{}`: stop the server and the worker, and run `rotate-key` again", .0.display())]
    InUse(PathBuf),
    /// There is no key yet.
    #[error("there is no key file `{}`: the first start generates it, or it has to be put back", .0.display())]
    Missing(PathBuf),
    /// No key was made.
    #[error("the operating system provided no random bytes")]
    Randomness,
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
