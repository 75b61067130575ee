//! Which files of a folder belong together.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::CertificateError;

/// The endings of a certificate beside `NAME.key`, the one that surely has the whole chain first.
const ENDINGS: [&str; 4] = ["fullchain.pem", "fullchain", "crt", "pem"];

/// A certificate and its key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What the files looked like: their paths, sizes and times of change, those of the files that links lead to.
pub(super) type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// What is in a folder.
#[derive(Debug)]
pub(super) struct Found {
    /// In the order of their names.
    pub(super) pairs: Vec<Pair>,
    pub(super) without_key: Vec<PathBuf>,
    pub(super) stamp: Stamp,
}

/// Looks through a folder. What it has besides certificates and keys, such as a README, counts for nothing.
pub(super) fn find(folder: &Path) -> Result<Found, CertificateError> {
    let failed = |source| CertificateError::Folder { folder: folder.to_owned(), source };
    // Ordered, so that which certificate is the first one does not depend on the file system.
    let mut entries = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // A link that leads nowhere is no file; neither is one that has gone in the meantime.
        if let Some(name) = path.file_name().and_then(OsStr::to_str)
            && let Ok(metadata) = fs::metadata(&path)
        {
            entries.insert(name.to_owned(), metadata.is_dir());
        }
    }

    let mut found = Found { pairs: Vec::new(), without_key: Vec::new(), stamp: Vec::new() };
    for (name, is_folder) in &entries {
        if *is_folder {
            found.pairs.extend(pair_in_folder(folder, name)?);
        } else if let Some(stem) = name.strip_suffix(".key") {
            let certificate = ENDINGS.iter().map(|ending| format!("{stem}.{ending}"));
            let Some(certificate) = certificate.into_iter().find(|file| entries.get(file) == Some(&false))
            else {
                let expected = folder.join(format!("{stem}.crt"));
                return Err(CertificateError::KeyAlone { key: folder.join(name), expected });
            };
            let (certificate, key) = (folder.join(certificate), folder.join(name));
            found.pairs.push(Pair { name: stem.to_owned(), certificate, key });
        } else if let Some(stem) = name.strip_suffix(".crt")
            && !entries.contains_key(&format!("{stem}.key"))
        {
            found.without_key.push(folder.join(name));
        }
    }
    found.stamp = stamp(&found);
    Ok(found)
}

fn pair_in_folder(folder: &Path, name: &str) -> Result<Option<Pair>, CertificateError> {
    let certificate = folder.join(name).join("fullchain.pem");
    let key = folder.join(name).join("privkey.pem");
    match (certificate.exists(), key.exists()) {
        (true, true) => Ok(Some(Pair { name: name.to_owned(), certificate, key })),
        (true, false) => Err(CertificateError::CertificateAlone { certificate, expected: key }),
        (false, true) => Err(CertificateError::KeyAlone { key, expected: certificate }),
        (false, false) => Ok(None),
    }
}

fn stamp(found: &Found) -> Stamp {
    let paired = found.pairs.iter().flat_map(|pair| [&pair.certificate, &pair.key]);
    stamp_of(paired.chain(&found.without_key))
}

/// What these files look like now.
pub(super) fn stamp_of<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Stamp {
    let one = |file: &PathBuf| match fs::metadata(file) {
        Ok(metadata) => (file.clone(), metadata.len(), metadata.modified().ok()),
        Err(_) => (file.clone(), 0, None),
    };
    files.map(one).collect()
}
