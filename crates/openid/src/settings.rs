//! The settings of signing in with a provider, read and checked.

use core_monitor_domain::user::GroupGrants;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, RedirectUrl};
use url::Url;

use crate::client::is_local;
use crate::roles;

/// Where browsers come back to, below the address of the web UI.
const RETURN: &str = "signed-in";
/// Longest text of any of the settings but the groups.
const LONGEST: usize = 2_048;

/// The settings as they were written. It implements no `Debug`: one of them is a secret.
#[derive(Clone, Default)]
pub struct Written {
    /// The address of the provider.
    pub issuer: Option<String>,
    /// What this installation is called there.
    pub client_id: Option<String>,
    /// What it proves that with.
    pub client_secret: Option<String>,
    /// What people call the provider.
    pub name: Option<String>,
    /// What is asked for there, with spaces between it.
    pub scopes: String,
    /// The claim with the groups of somebody.
    pub groups_claim: String,
    /// What the groups are worth.
    pub roles: Option<String>,
    /// Where people reach the web UI.
    pub public_url: Option<String>,
}

/// The settings of a provider.
#[derive(Debug, Clone)]
pub struct OpenIdSettings {
    pub(crate) issuer: IssuerUrl,
    pub(crate) client_id: ClientId,
    pub(crate) client_secret: ClientSecret,
    pub(crate) redirect: RedirectUrl,
    pub(crate) name: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) groups_claim: String,
    roles: GroupGrants,
}

/// Why people cannot sign in with a provider by these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Some of it is there, and this is not.
    #[error(
        "`{0}` is missing: signing in with a provider takes all of `oidc_issuer`, `oidc_client_id`, `oidc_client_secret_file`, `oidc_roles` and `public_url`"
    )]
    Missing(&'static str),
    /// One of the settings cannot be used.
    #[error("`{setting}` cannot be used: {reason}")]
    Unusable {
        /// Which one.
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl OpenIdSettings {
    /// Checks the settings; `None` if nobody wants a provider.
    pub fn parse(written: Written) -> Result<Option<Self>, SettingsError> {
        let Written { issuer, client_id, client_secret, name, scopes, groups_claim, roles, public_url } =
            written;
        let wanted = [&issuer, &client_id, &client_secret, &roles];
        if wanted.into_iter().all(Option::is_none) {
            return Ok(None);
        }
        let issuer = given("oidc_issuer", issuer)?;
        let url = address("oidc_issuer", &issuer)?;
        let unusable = |setting| move |error: url::ParseError| unusable(setting, &error.to_string());
        let name = name.map(|name| given("oidc_name", Some(name))).transpose()?;
        let public = address("public_url", &given("public_url", public_url)?)?;
        let redirect = format!("{}/{RETURN}", public.as_str().trim_end_matches('/'));
        Ok(Some(Self {
            name: name.unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned()),
            // As it was written: the provider calls itself so, and the two are compared letter by letter.
            issuer: IssuerUrl::new(issuer).map_err(unusable("oidc_issuer"))?,
            client_id: ClientId::new(given("oidc_client_id", client_id)?),
            client_secret: ClientSecret::new(given("oidc_client_secret_file", client_secret)?),
            redirect: RedirectUrl::new(redirect).map_err(unusable("public_url"))?,
            // The library asks for `openid` itself.
            scopes: scopes.split_whitespace().filter(|scope| *scope != "openid").map(str::to_owned).collect(),
            groups_claim: given("oidc_groups_claim", Some(groups_claim))?,
            roles: roles::read(&roles.ok_or(SettingsError::Missing("oidc_roles"))?)
                .map_err(|reason| SettingsError::Unusable { setting: "oidc_roles", reason })?,
        }))
    }

    /// What the groups are worth.
    pub fn roles(&self) -> &GroupGrants {
        &self.roles
    }
}

fn unusable(setting: &'static str, reason: &str) -> SettingsError {
    SettingsError::Unusable { setting, reason: reason.to_owned() }
}

fn given(setting: &'static str, text: Option<String>) -> Result<String, SettingsError> {
    let text = text.ok_or(SettingsError::Missing(setting))?.trim().to_owned();
    if text.is_empty() {
        return Err(unusable(setting, "it is empty"));
    }
    if text.len() > LONGEST || text.chars().any(char::is_control) {
        return Err(unusable(setting, "it is too long, or has more than one line"));
    }
    Ok(text)
}

/// An address with `https`, or on this machine.
fn address(setting: &'static str, text: &str) -> Result<Url, SettingsError> {
    let url = Url::parse(text).map_err(|error| unusable(setting, &error.to_string()))?;
    if url.scheme() != "https" && !is_local(&url) {
        return Err(unusable(setting, "it has to begin with `https://`; `http://` is only for this machine"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable(setting, "it must not have a user or a password in it"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unusable(setting, "it must not have a `?` or a `#` in it"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written() -> Written {
        let text = |text: &str| Some(text.to_owned());
        Written {
            issuer: text("https://id.example.org/realms/home"),
            client_id: text("core-monitor"),
            client_secret: text("hunter22\n"),
            name: None,
            scopes: "openid profile groups".to_owned(),
            groups_claim: "groups".to_owned(),
            roles: text("admins=administrator"),
            public_url: text("https://monitor.example.org/"),
        }
    }

    fn reason(change: impl FnOnce(&mut Written)) -> String {
        let mut written = written();
        change(&mut written);
        OpenIdSettings::parse(written).unwrap_err().to_string()
    }

    #[test]
    fn a_provider_takes_all_of_its_settings() {
        let settings = OpenIdSettings::parse(written()).unwrap().unwrap();
        assert_eq!(settings.name, "id.example.org");
        assert_eq!(settings.redirect.as_str(), "https://monitor.example.org/signed-in");
        assert_eq!(settings.scopes, ["profile", "groups"]);
        assert!(!format!("{settings:?}").contains("hunter22"), "secrets are not shown");
        let none = Written { public_url: written().public_url, ..Written::default() };
        assert!(OpenIdSettings::parse(none).unwrap().is_none());
        assert!(reason(|written| written.issuer = None).starts_with("`oidc_issuer` is missing"));
        assert!(reason(|written| written.client_id = None).starts_with("`oidc_client_id` is missing"));
        assert!(reason(|written| written.client_secret = None).starts_with("`oidc_client_secret_file` is"));
        assert!(reason(|written| written.roles = None).starts_with("`oidc_roles` is missing"));
        assert!(reason(|written| written.public_url = None).starts_with("`public_url` is missing"));
    }

    #[test]
    fn addresses_have_https_or_are_of_this_machine() {
        for issuer in ["http://id.example.org", "ftp://id.example.org", "id.example.org"] {
            assert!(reason(|written| written.issuer = Some(issuer.to_owned())).contains("`oidc_issuer`"));
        }
        for public in ["http://monitor.example.org", "https://u:p@a.example.org", "https://a.example.org?b"] {
            assert!(reason(|written| written.public_url = Some(public.to_owned())).contains("`public_url`"));
        }
        let mut local = written();
        local.issuer = Some("http://127.0.0.1:9000".to_owned());
        assert!(OpenIdSettings::parse(local).unwrap().is_some());
    }
}
