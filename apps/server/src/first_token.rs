//! How the first person gets in: no default account, no default password.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use core_monitor_application::server::{
    ADMINISTRATOR, Server, TokenSecret, accept_token, authenticate, has_tokens,
};
use core_monitor_configuration::Settings;

/// Name of the file in the data folder.
const FILE: &str = "admin-token";

/// How to get in without it.
const ANOTHER: &str = "start once with `CORE_MONITOR_BOOTSTRAP_TOKEN` to choose another";

/// Makes sure that somebody can get in: with the configured token, else with one that is made at the first start and
/// written to a file that only its owner can read.
pub(crate) async fn provide(server: &Server, settings: &Settings) -> anyhow::Result<()> {
    let path = settings.data_dir.join(FILE);
    let token_file = path.display();
    if let Some(configured) = &settings.server.bootstrap_token {
        accept(server, &TokenSecret::chosen(configured.expose())).await?;
        tracing::info!(token = ADMINISTRATOR, "the token of `CORE_MONITOR_BOOTSTRAP_TOKEN` is valid");
        if matches!(kept(server, &path).await?, Kept::Void) {
            tracing::warn!(%token_file, "the token in the file is void, remove the file");
        }
        return Ok(());
    }
    if has_tokens(server.tokens.as_ref()).await? {
        match kept(server, &path).await? {
            Kept::Valid => tracing::info!(%token_file, "the token in the file is valid"),
            Kept::Void => tracing::warn!(%token_file, hint = ANOTHER, "the token in the file is void"),
            Kept::Nowhere => {
                tracing::info!(hint = ANOTHER, "the administrator's token is not kept in the data folder");
            }
        }
        return Ok(());
    }
    let secret = TokenSecret::random(server.ids.as_ref());
    // The file comes first: a crash in between leaves a file that the next start replaces, not a token that nobody knows.
    write_private(&path, secret.expose())
        .with_context(|| format!("the token file `{}` cannot be written", path.display()))?;
    accept(server, &secret).await?;
    tracing::info!(token_file = %path.display(), "the first token was made");
    Ok(())
}

/// What the token file is good for.
enum Kept {
    Valid,
    /// Somebody chose another token since.
    Void,
    /// There is no such file, as it should be once the token is kept elsewhere.
    Nowhere,
}

async fn kept(server: &Server, path: &Path) -> anyhow::Result<Kept> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let principal = authenticate(server.tokens.as_ref(), text.trim()).await?;
            Ok(if principal.is_some() { Kept::Valid } else { Kept::Void })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Kept::Nowhere),
        // Nothing depends on it.
        Err(_) => Ok(Kept::Void),
    }
}

async fn accept(server: &Server, secret: &TokenSecret) -> anyhow::Result<()> {
    accept_token(server.tokens.as_ref(), server.clock.as_ref(), server.ids.as_ref(), ADMINISTRATOR, secret)
        .await
        .context("the token cannot be stored")
}

/// Writes a file that is there with all of its content or not at all, and that nobody else can read at any moment.
fn write_private(path: &Path, content: &str) -> std::io::Result<()> {
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
