//! Where an installation is, unless somebody says otherwise.

use std::path::{Path, PathBuf};

use crate::{ConfigurationError, Secret};

/// The data folder, if nobody names one.
pub(super) fn default_data_dir(
    root: bool,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<PathBuf, ConfigurationError> {
    if root {
        return Ok(PathBuf::from("/var/lib/core-monitor"));
    }
    let absolute = |name| lookup(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("core-monitor"))
        .ok_or(ConfigurationError::NoDataDir)
}

/// The database, if nobody names one.
pub(super) fn default_database(data_dir: &Path) -> Secret {
    Secret::new(format!("sqlite://{}", data_dir.join("core-monitor.db").display()))
}
