//! The first token: there is no default account and no default password.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use core_monitor_application::server::{ADMINISTRATOR, Server, TokenSecret};
use core_monitor_configuration::Settings;
use core_monitor_domain::actor::Actor;
use core_monitor_host::read_private;

/// Name of the file in the data folder.
const FILE: &str = "admin-token";

/// How to set a new token.
const ANOTHER: &str = "to set a new token, start once with `CORE_MONITOR_BOOTSTRAP_TOKEN`";

/// Makes sure that there is a valid token: the configured one, else one generated at the first start and written to a
/// file that only its owner can read.
pub(crate) async fn provide(
    server: &Server,
    random: impl FnOnce() -> TokenSecret,
    settings: &Settings,
) -> anyhow::Result<()> {
    let path = settings.data_dir.join(FILE);
    let token_file = path.display();
    if let Some(configured) = &settings.server.bootstrap_token {
        accept(server, &TokenSecret::chosen(configured.secret.expose())).await?;
        tracing::info!(token = ADMINISTRATOR, "accepting the token of {}", configured.source);
        if matches!(kept(server, &path).await?, Kept::Void) {
            tracing::warn!(%token_file, "the token in the file is no longer valid; remove the file");
        }
        return Ok(());
    }
    if server.has_tokens(&Actor::server()).await? {
        match kept(server, &path).await? {
            Kept::Valid => tracing::info!(%token_file, "the token in the file is valid"),
            Kept::Void => {
                tracing::warn!(%token_file, hint = ANOTHER, "the token in the file is no longer valid");
            }
            Kept::Nowhere => {
                tracing::info!(hint = ANOTHER, "the data folder has no file with the administrator's token");
            }
        }
        return Ok(());
    }
    let secret = random();
    // Write the file first: a crash in between leaves a file that the next start replaces, not a token that nobody
    // knows.
    write_private(&path, secret.expose())
        .with_context(|| format!("cannot write the token file `{}`", path.display()))?;
    accept(server, &secret).await?;
    tracing::info!(token_file = %path.display(), "created the first token");
    Ok(())
}

/// The state of the token file.
enum Kept {
    Valid,
    /// Another token has been set since.
    Void,
    /// There is no such file, as is proper once the token is kept elsewhere.
    Nowhere,
}

async fn kept(server: &Server, path: &Path) -> anyhow::Result<Kept> {
    // Longer than any token, and what somebody else may have put there is neither followed nor waited for.
    match read_private(path, 4096)? {
        Some(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let actor = server.authenticate(text.trim()).await?;
            Ok(if actor.is_some() { Kept::Valid } else { Kept::Void })
        }
        None => Ok(Kept::Nowhere),
    }
}

async fn accept(server: &Server, secret: &TokenSecret) -> anyhow::Result<()> {
    server
        .set_token(&Actor::server(), &ADMINISTRATOR.parse()?, secret)
        .await
        .context("cannot store the token")
}

/// Writes a file atomically, readable only by its owner at all times.
pub(crate) fn write_private(path: &Path, content: &str) -> std::io::Result<()> {
    let unfinished = path.with_extension("new");
    // A leftover of a crash may have other permissions than a new file gets.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(content.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_file_is_whole_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(path.with_extension("new"), "left over").unwrap();
        fs::write(&path, "an older one, readable by all").unwrap();
        write_private(&path, "cm_secret").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "cm_secret\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_private(&folder.path().join("missing").join(FILE), "x").is_err());
    }
}
