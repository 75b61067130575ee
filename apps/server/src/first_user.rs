//! The first user: who finds the setup token in the data folder creates it, once.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use core_monitor_application::server::{SETUP_TOKEN_PREFIX as PREFIX, Server};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::SetupToken;
use core_monitor_host::read_private;
use sha2::{Digest as _, Sha256};

use crate::first_token::write_private;

/// Name of the file in the data folder.
const FILE: &str = "setup-token";

/// The setup token in its file.
pub(crate) struct SetupTokenFile {
    path: PathBuf,
    /// `None` before it was found that there is no user, and once there is one.
    hash: Mutex<Option<[u8; 32]>>,
}

impl SetupTokenFile {
    /// The file in this data folder. The token is not waited for yet.
    pub(crate) fn new(data_dir: &Path) -> Self {
        Self { path: data_dir.join(FILE), hash: Mutex::new(None) }
    }

    /// Waits for the token in the file if there is no user yet, and writes a new one if there is none. A token of before is removed.
    pub(crate) async fn provide(
        &self,
        server: &Server,
        random: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let setup_token_file = self.path.display();
        if server.has_users(&Actor::server()).await? {
            self.discard();
            return Ok(());
        }
        let token = self.kept_or(random).with_context(|| format!("cannot write `{setup_token_file}`"))?;
        *self.hash.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Sha256::digest(token.as_bytes()).into());
        tracing::info!(%setup_token_file, "there is no user yet: whoever has the token in this file can create the first one");
        Ok(())
    }

    /// The token of the file, so that a restart does not make a link worthless that somebody has just copied.
    fn kept_or(&self, random: impl FnOnce() -> String) -> anyhow::Result<String> {
        if let Some(bytes) = read_private(&self.path, 4096)? {
            let text = String::from_utf8_lossy(&bytes).trim().to_owned();
            if text.starts_with(PREFIX) && text.len() == LENGTH {
                return Ok(text);
            }
        }
        let token = random();
        write_private(&self.path, &token)?;
        Ok(token)
    }
}

/// How long one is: 43 characters encode 256 random bits.
const LENGTH: usize = PREFIX.len() + 43;

impl SetupToken for SetupTokenFile {
    fn hash(&self) -> Option<[u8; 32]> {
        *self.hash.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn discard(&self) {
        *self.hash.lock().unwrap_or_else(PoisonError::into_inner) = None;
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(%error, path = %self.path.display(), "cannot remove the setup token, which is worthless now");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(letter: &str) -> String {
        format!("{PREFIX}{}", letter.repeat(43))
    }

    #[test]
    fn a_token_is_kept_over_a_restart_and_gone_once_it_was_used() {
        let folder = tempfile::tempdir().unwrap();
        let token = |letter| SetupTokenFile::new(folder.path()).kept_or(|| random(letter)).unwrap();
        assert_eq!(token("a"), random("a"));
        assert_eq!(token("b"), random("a"), "the file is read again");
        SetupTokenFile::new(folder.path()).discard();
        assert_eq!(token("c"), random("c"));
    }

    #[test]
    fn what_somebody_else_wrote_is_no_token() {
        let folder = tempfile::tempdir().unwrap();
        write_private(&folder.path().join(FILE), "short").unwrap();
        let file = SetupTokenFile::new(folder.path());
        assert_eq!(file.kept_or(|| random("a")).unwrap(), random("a"));
        assert_eq!(file.hash(), None, "nothing is waited for until the users were looked at");
    }
}
