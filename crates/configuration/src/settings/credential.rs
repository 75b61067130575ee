//! Files that systemd may pass to a service.

use std::path::{Path, PathBuf};

/// The variable in which systemd says where the credentials of a service are.
const FOLDER: &str = "CREDENTIALS_DIRECTORY";

/// The absolute path of `file`: `$CREDENTIALS_DIRECTORY/name` is a credential of the service, and anything else is seen from the
/// data folder. Without the variable a credential stays as it is written, and whoever needs the file says that it is not there.
pub(super) fn place(file: PathBuf, data_dir: &Path, lookup: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    let Ok(name) = file.strip_prefix(format!("${FOLDER}")) else { return data_dir.join(&file) };
    match lookup(FOLDER) {
        Some(folder) => Path::new(&folder).join(name),
        None => file,
    }
}
