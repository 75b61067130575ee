//! The provider that people may sign in with, from the settings.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use core_monitor_application::server::Identification;
use core_monitor_configuration::Settings;
use core_monitor_host::SystemClock;
use core_monitor_host::read_private;
use core_monitor_openid::{OpenIdProvider, OpenIdSettings, Written};
use core_monitor_requests::Trust;

/// Most bytes of a file.
const LONGEST: u64 = 256 << 10;

/// The provider, if one is configured; an error says which setting cannot be used.
pub(super) fn identification(settings: &Settings) -> anyhow::Result<Option<Identification>> {
    let own = &settings.openid;
    let client_secret = own.client_secret_file.as_deref().map(secret).transpose()?;
    let written = Written {
        issuer: own.issuer.clone(),
        client_id: own.client_id.clone(),
        client_secret,
        name: own.name.clone(),
        scopes: own.scopes.clone(),
        groups_claim: own.groups_claim.clone(),
        roles: own.roles.clone(),
        public_url: settings.alerts.public_url.clone(),
    };
    let parsed = OpenIdSettings::parse(written).context("nobody can sign in with a provider")?;
    let Some(parsed) = parsed else { return Ok(None) };
    let mut trust = Trust::of_machine();
    if let Some(file) = &own.ca_file {
        let unusable = || format!("`oidc_ca_file` cannot be used: `{}`", file.display());
        let pem = std::fs::read(file).with_context(unusable)?;
        trust = trust.and(&pem).with_context(unusable)?;
    }
    let roles = parsed.roles().clone();
    let provider = OpenIdProvider::new(parsed, &trust, Arc::new(SystemClock));
    Ok(Some(Identification { provider: Arc::new(provider), roles }))
}

/// The secret in a file that only its owner can read.
fn secret(file: &Path) -> anyhow::Result<String> {
    let unusable = || format!("`oidc_client_secret_file` cannot be used: `{}`", file.display());
    let bytes = read_private(file, LONGEST).with_context(unusable)?;
    let bytes = bytes.context("there is no such file").with_context(unusable)?;
    String::from_utf8(bytes).ok().context("it is no text").with_context(unusable)
}
