//! Named secrets: listing, creating, changing, giving another value, reading and deleting them.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Action, Forbidden, Resource, StackPattern};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{NamedSecretId, VersionNumber};
use core_monitor_domain::named_secret::{
    NamedSecret, NamedSecretChange, NamedSecretName, NamedSecretVersion, NewSecretVersion, SecretUser,
    sealing_purpose,
};
use core_monitor_domain::ports::{NamedSecretError, StoreError, VaultError};
use core_monitor_domain::secret_variable::SecretValue;

use super::{Server, ServerPorts};
use crate::sealed_secrets::open_named;

/// A secret to be made. Its value is not in `Debug`.
#[derive(Debug)]
pub struct CreateSecret {
    /// Its name.
    pub name: NamedSecretName,
    /// The value of its first version.
    pub value: SecretValue,
    /// What it is for; may be empty.
    pub description: String,
    /// The stacks that may use it. Whoever makes it has to say so, since each of them can show the value.
    pub stacks: BTreeSet<StackPattern>,
}

/// A secret, with the stacks that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedSecret {
    /// The secret.
    pub secret: NamedSecret,
    /// By name.
    pub users: Vec<SecretUser>,
}

/// Secrets, some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPage {
    /// By name.
    pub secrets: Vec<UsedSecret>,
    /// Whether there are more after the last one.
    pub has_more: bool,
}

/// A secret with its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretDetails {
    /// The secret.
    pub used: UsedSecret,
    /// Those that are kept, the newest first.
    pub versions: Vec<NamedSecretVersion>,
}

/// Why nothing became of a request about named secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretUseError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such version, or it is no longer kept.
    #[error("the secret has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The value cannot be encrypted or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store refused it.
    #[error(transparent)]
    Secret(#[from] NamedSecretError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Server {
    /// Up to `limit` secrets by name, those after `after` if it is given.
    pub async fn list_secrets(
        &self,
        actor: &Actor,
        after: Option<NamedSecretName>,
        limit: u32,
    ) -> Result<SecretPage, SecretUseError> {
        let ports = self.permit(actor, Action::ListSecrets, &Resource::Installation).await?;
        let mut secrets = ports.secrets.list(after, limit.saturating_add(1)).await?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = secrets.len() > most;
        secrets.truncate(most);
        let names: Vec<_> = secrets.iter().map(|secret| secret.name.clone()).collect();
        let mut users = ports.secrets.users(&names).await?;
        let with_users = |secret: NamedSecret| UsedSecret {
            users: users.remove(&secret.name).unwrap_or_default(),
            secret,
        };
        Ok(SecretPage { secrets: secrets.into_iter().map(with_users).collect(), has_more })
    }

    /// A secret with its versions.
    pub async fn show_secret(
        &self,
        actor: &Actor,
        name: &NamedSecretName,
    ) -> Result<SecretDetails, SecretUseError> {
        let ports = self.permit(actor, Action::ShowSecret, &Resource::Secret(name.clone())).await?;
        let secret = ports.secrets.find(name).await?.ok_or(NamedSecretError::NotFound)?;
        details(ports, secret).await
    }

    /// Creates a secret with its first version.
    pub async fn create_secret(
        &self,
        actor: &Actor,
        request: CreateSecret,
    ) -> Result<SecretDetails, SecretUseError> {
        let CreateSecret { name, value, description, stacks } = request;
        let ports = self.permit(actor, Action::CreateSecret, &Resource::Secret(name.clone())).await?;
        let (id, number, now) = (NamedSecretId(ports.ids.next_uuid()), VersionNumber(1), ports.clock.now());
        let sealed = ports.vault.seal(&sealing_purpose(id, number), value.expose().as_bytes())?;
        let secret = NamedSecret {
            id,
            name,
            description,
            stacks,
            latest: NamedSecretVersion { number, created_at: now, created_by: actor.clone() },
            created_at: now,
            created_by: actor.clone(),
        };
        ports.secrets.add(&secret, &sealed, NamedSecret::MOST).await?;
        details(ports, secret).await
    }

    /// Changes what a secret is for, and which stacks may use it.
    pub async fn change_secret(
        &self,
        actor: &Actor,
        name: &NamedSecretName,
        change: NamedSecretChange,
    ) -> Result<SecretDetails, SecretUseError> {
        let ports = self.permit(actor, Action::ChangeSecret, &Resource::Secret(name.clone())).await?;
        let secret = ports.secrets.change(name, change, actor, ports.clock.now()).await?;
        details(ports, secret).await
    }

    /// Gives a secret another value. The stacks that use it have drifted until they are applied.
    pub async fn add_secret_version(
        &self,
        actor: &Actor,
        name: &NamedSecretName,
        value: SecretValue,
    ) -> Result<SecretDetails, SecretUseError> {
        let ports = self.permit(actor, Action::AddSecretVersion, &Resource::Secret(name.clone())).await?;
        // A value is sealed for its number. This ends: each time, somebody else has added a version.
        loop {
            let secret = ports.secrets.find(name).await?.ok_or(NamedSecretError::NotFound)?;
            let number = VersionNumber(secret.latest.number.0.saturating_add(1));
            let sealed = ports.vault.seal(&sealing_purpose(secret.id, number), value.expose().as_bytes())?;
            let version = NewSecretVersion { secret: secret.id, number, sealed };
            match ports.secrets.add_version(&version, actor, ports.clock.now()).await {
                Err(NamedSecretError::Changed) => {}
                done => return details(ports, done?).await,
            }
        }
    }

    /// The value of a version. Who reads it is recorded before anything is shown.
    pub async fn read_secret_value(
        &self,
        actor: &Actor,
        name: &NamedSecretName,
        number: VersionNumber,
    ) -> Result<SecretValue, SecretUseError> {
        let ports = self.permit(actor, Action::ReadSecretValue, &Resource::Secret(name.clone())).await?;
        let secret = ports.secrets.find(name).await?.ok_or(NamedSecretError::NotFound)?;
        let sealed = ports.secrets.sealed(secret.id, number).await?;
        let sealed = sealed.ok_or(SecretUseError::VersionNotFound(number))?;
        let value = open_named(&*ports.vault, secret.id, number, &sealed)?;
        ports.audit.record(&AuditEntry::secret_read(name, number, actor, ports.clock.now())).await?;
        Ok(value)
    }

    /// Deletes a secret that no stack uses.
    pub async fn delete_secret(&self, actor: &Actor, name: &NamedSecretName) -> Result<(), SecretUseError> {
        let ports = self.permit(actor, Action::DeleteSecret, &Resource::Secret(name.clone())).await?;
        Ok(ports.secrets.remove(name, actor, ports.clock.now()).await?)
    }
}

async fn details(ports: &ServerPorts, secret: NamedSecret) -> Result<SecretDetails, SecretUseError> {
    let users = ports.secrets.users(std::slice::from_ref(&secret.name)).await?.remove(&secret.name);
    let versions = ports.secrets.versions(secret.id).await?;
    Ok(SecretDetails { used: UsedSecret { secret, users: users.unwrap_or_default() }, versions })
}
