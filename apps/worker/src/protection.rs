//! What no stack gets on this host, from the settings.

use std::path::Path;

use anyhow::Context as _;
use core_monitor_configuration::Settings;
use core_monitor_domain::access::{StackPattern, StackPatternError};
use core_monitor_domain::protection::Protected;
use core_monitor_engine_docker::EngineAddress;

/// The data and keys of this installation, wherever the settings put them, and the socket of its engine.
pub(crate) fn protected(settings: &Settings, engine: &EngineAddress) -> anyhow::Result<Protected> {
    let folders = [&settings.data_dir, &settings.gateway.certificates];
    // The first may have the first token and other secrets in it; the second one opens the key.
    let files = settings.config_file.iter().chain(&settings.key_encryption_file);
    let mut installation: Vec<String> = folders.into_iter().chain(files).map(|path| shown(path)).collect();
    installation.extend(settings.worker.docker_cert_path.iter().map(|path| shown(path)));
    // The server has these settings, but they may be in the file that both read.
    installation.extend(settings.server.tls.iter().map(|files| shown(&files.key)));
    installation.extend(database_files(settings.database_url.expose()));
    let socket = match engine {
        EngineAddress::Unix(path) => Some(path.as_str()),
        EngineAddress::Tcp(_) => None,
    };
    let stacks = patterns(&settings.worker.socket_stacks).context("`socket_stacks` is invalid")?;
    Ok(Protected::new(installation, socket, stacks))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The file of the database and those that SQLite has beside it. It need not be in the data folder.
fn database_files(url: &str) -> Vec<String> {
    let Some(path) = url.strip_prefix("sqlite:") else { return Vec::new() };
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    if !path.starts_with('/') {
        return Vec::new();
    }
    ["", "-wal", "-shm", "-journal"].into_iter().map(|ending| format!("{path}{ending}")).collect()
}

fn patterns(text: &str) -> Result<Vec<StackPattern>, StackPatternError> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_has_files_beside_it() {
        let all = ["/db/cm.db", "/db/cm.db-wal", "/db/cm.db-shm", "/db/cm.db-journal"];
        for url in ["sqlite:///db/cm.db", "sqlite:///db/cm.db?mode=rwc", "sqlite:/db/cm.db"] {
            assert_eq!(database_files(url), all, "{url}");
        }
        assert!(
            database_files("sqlite::memory:").is_empty() && database_files("postgres://host/db").is_empty()
        );
    }

    #[test]
    fn stacks_are_named_by_patterns() {
        let shown =
            |text: &str| patterns(text).unwrap().iter().map(StackPattern::to_string).collect::<Vec<_>>();
        assert_eq!(shown(""), [""; 0]);
        assert_eq!(shown(" traefik, ci-*,"), ["traefik", "ci-*"]);
        assert_eq!(patterns("traefik,Not A Name"), Err(StackPatternError));
    }
}
