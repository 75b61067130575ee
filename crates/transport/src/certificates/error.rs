//! Why certificates cannot be used.

use std::io;
use std::path::PathBuf;

/// Why the certificates in a folder cannot be used. Each sentence names the file and what to try.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The folder cannot be listed.
    #[error("the folder {} cannot be listed: check that it exists and that the user of Core Monitor may read it", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// There is nothing in the folder.
    #[error(
        "there is no certificate in {}: put NAME.crt and NAME.key there, or NAME/fullchain.pem and NAME/privkey.pem",
        folder.display()
    )]
    NoCertificate {
        /// The folder.
        folder: PathBuf,
    },
    /// There is a key, but not what it is for.
    #[error("there is no certificate for the key {}: put it into {}", key.display(), expected.display())]
    KeyAlone {
        /// The key.
        key: PathBuf,
        /// Where the certificate is looked for.
        expected: PathBuf,
    },
    /// There is a certificate in a folder of its own, but no key.
    #[error("there is no key for the certificate {}: put it into {}", certificate.display(), expected.display())]
    CertificateAlone {
        /// The certificate.
        certificate: PathBuf,
        /// Where the key is looked for.
        expected: PathBuf,
    },
    /// A file cannot be read.
    #[error("{} cannot be read: check that the user of Core Monitor may read it", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// A key can be read by everybody.
    #[error("the key {} is open to all users of this machine (mode {mode:04o}): run `chmod o= {}`", file.display(), file.display())]
    KeyExposed {
        /// The file.
        file: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A file is far larger than a certificate or key.
    #[error("{} is larger than {most} bytes: check that it is a certificate or a key", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// The limit.
        most: u64,
    },
    /// A file is not as PEM files are.
    #[error("{} is damaged: copy it again, from `-----BEGIN` to the end", file.display())]
    NotPem {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        #[source]
        source: rustls_pki_types::pem::Error,
    },
    /// There is no certificate in the file of one.
    #[error("there is no certificate in {}: it has to have a block `BEGIN CERTIFICATE`", file.display())]
    NoCertificateInFile {
        /// The file.
        file: PathBuf,
    },
    /// There is no key in the file of one.
    #[error("there is no private key in {}: it has to have a block `BEGIN PRIVATE KEY`", file.display())]
    NoKeyInFile {
        /// The file.
        file: PathBuf,
    },
    /// A key has a passphrase, and nobody who could be asked for it.
    #[error(
        "the key in {} has a passphrase: write it without one, with `openssl pkey -in OLD -out NEW`",
        file.display()
    )]
    KeyWithPassphrase {
        /// The file.
        file: PathBuf,
    },
    /// A certificate is not one that can be understood.
    #[error("the certificate in {} is not a valid X.509 certificate: ask for a new one", file.display())]
    NotX509 {
        /// The file.
        file: PathBuf,
    },
    /// A key is of a kind that TLS has no use for, or damaged.
    #[error("the key in {} cannot be used: use an RSA key of 2048 bits or more, ECDSA P-256 or P-384, or Ed25519", file.display())]
    UnusableKey {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        #[source]
        source: rustls::Error,
    },
    /// The key and the certificate do not belong together.
    #[error(
        "the key in {} does not belong to the certificate in {}: copy both from the same order, and the certificate of the \
         server first if it is a chain",
        key.display(),
        certificate.display()
    )]
    Mismatch {
        /// The key.
        key: PathBuf,
        /// The certificate.
        certificate: PathBuf,
    },
}
