//! A topic of an ntfy server.

use core_monitor_domain::secret_variable::SecretValue;
use url::Url;

use super::{NTFY, NTFY_TOKEN, SettingsError, address};

/// An example of [`NTFY`].
const EXAMPLE: &str = "https://ntfy.sh/my-secret-topic";
/// An example of [`NTFY_TOKEN`].
const EXAMPLE_TOKEN: &str = "tk_0123456789abcdefghijklmnopqrs";

/// Where alerts are published.
#[derive(Clone)]
pub struct NtfySettings {
    /// The server.
    pub server: Url,
    /// The topic, as good as a secret.
    pub topic: String,
    /// An access token; `None` if everybody may publish.
    pub token: Option<SecretValue>,
}

impl std::fmt::Debug for NtfySettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NtfySettings").field("host", &self.server.host_str()).finish_non_exhaustive()
    }
}

pub(super) fn parse(
    text: Option<&str>,
    token: Option<&SecretValue>,
) -> Result<Option<NtfySettings>, SettingsError> {
    let wrong = |what: String| SettingsError::new(NTFY, what, EXAMPLE);
    let Some(text) = text else {
        return match token {
            Some(_) => Err(wrong(format!("is missing, although {NTFY_TOKEN} is set"))),
            None => Ok(None),
        };
    };
    let mut server = address::of_web(text).map_err(wrong)?;
    if server.query().is_some() {
        return Err(wrong("has a query, which a topic has not".to_owned()));
    }
    let path = server.path().trim_end_matches('/').to_owned();
    let (folder, topic) = path.rsplit_once('/').unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if topic.is_empty() || topic.len() > 64 || !topic.chars().all(fits) {
        let what = "does not end with a topic of 1 to 64 letters, digits, dashes and underscores";
        return Err(wrong(what.to_owned()));
    }
    server.set_path(&format!("{folder}/"));
    if token.is_some_and(|token| !token.expose().bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(SettingsError::new(
            NTFY_TOKEN,
            "has spaces or characters that no token has",
            EXAMPLE_TOKEN,
        ));
    }
    Ok(Some(NtfySettings { server, topic: topic.to_owned(), token: token.cloned() }))
}
