//! Opens the secret variables of versions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{NamedSecretId, StackId, VersionNumber};
use core_monitor_domain::named_secret;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::ports::{SealedSecret, SecretVault, StackStore, StoreError, VaultError};
use core_monitor_domain::secret_variable::{
    OpenedSecrets, SecretName, SecretRef, SecretUses, SecretValue, sealing_purpose,
};

/// Opens a value of `stack` that was sealed under `name`.
pub(crate) fn open(
    vault: &dyn SecretVault,
    stack: StackId,
    name: &SecretName,
    sealed: &SealedSecret,
) -> Result<SecretValue, VaultError> {
    let plain = vault.open(&sealing_purpose(stack, name), sealed)?;
    let text = String::from_utf8(plain).map_err(|_| VaultError::Damaged)?;
    SecretValue::new(text).map_err(|_| VaultError::Damaged)
}

/// Opens a version of a named secret.
pub(crate) fn open_named(
    vault: &dyn SecretVault,
    secret: NamedSecretId,
    number: VersionNumber,
    sealed: &SealedSecret,
) -> Result<SecretValue, VaultError> {
    let plain = vault.open(&named_secret::sealing_purpose(secret, number), sealed)?;
    let text = String::from_utf8(plain).map_err(|_| VaultError::Damaged)?;
    SecretValue::of_named(text).map_err(|_| VaultError::Damaged)
}

/// The secret variables of a stack, of every version: containers of an older one may still run, and the engine quotes what
/// they were created from.
#[derive(Debug, Clone, Default)]
pub(crate) struct StackSecrets {
    /// Those that could be opened.
    pub(crate) opened: OpenedSecrets,
    /// The named secrets among them, which no marker becomes until a plan has chosen a version.
    named: BTreeMap<SecretRef, SecretValue>,
    lost: BTreeMap<SecretRef, VaultError>,
}

impl StackSecrets {
    /// Reads and opens them.
    pub(crate) async fn read(
        stacks: &dyn StackStore,
        vault: &dyn SecretVault,
        stack: StackId,
    ) -> Result<Self, StoreError> {
        let mut secrets = Self::default();
        for (reference, sealed) in stacks.sealed_secrets(stack).await? {
            let named = reference.as_named();
            let opened = match &named {
                Some((_, secret, number)) => open_named(vault, *secret, *number, &sealed),
                None => open(vault, stack, &reference.name, &sealed),
            };
            match opened {
                Ok(value) if named.is_some() => {
                    secrets.opened.hide(value.clone());
                    secrets.named.insert(reference, value);
                }
                Ok(value) => secrets.opened.insert(reference, value),
                Err(error) => {
                    secrets.opened.lose();
                    secrets.lost.insert(reference, error);
                }
            }
        }
        Ok(secrets)
    }

    /// Lets the markers of the versions that a plan gets become their values; returns the first that could not be opened, with the
    /// reason.
    pub(crate) fn pin(&mut self, desired: &DesiredStack) -> Option<(SecretName, VaultError)> {
        let mut unopened = None;
        for version in &desired.named_secrets.pinned {
            if let Some(value) = self.named.get(version) {
                self.opened.insert(version.clone(), value.clone());
            } else if unopened.is_none() {
                let why = self.lost.get(version).cloned().unwrap_or(VaultError::Damaged);
                unopened = Some((version.name.clone(), why));
            }
        }
        unopened
    }

    /// The first of those that `uses` lists that could not be opened, with the reason.
    pub(crate) fn unopened(&self, uses: &SecretUses) -> Option<(SecretName, VaultError)> {
        let mut own = uses.iter().filter(|(_, used)| used.from.is_none());
        own.find_map(|(name, used)| {
            let reference = SecretRef { name: name.clone(), fingerprint: Arc::clone(&used.fingerprint) };
            if self.opened.get(&reference).is_some() {
                return None;
            }
            Some((name.clone(), self.lost.get(&reference).cloned().unwrap_or(VaultError::Damaged)))
        })
    }
}

/// Takes the values of secret variables out of what the engine says about containers: it keeps why a start failed, and
/// quotes the command there.
pub(crate) async fn redact_errors(
    containers: &mut [ObservedContainer],
    stacks: &dyn StackStore,
    vault: &dyn SecretVault,
) -> Result<(), StoreError> {
    let mut known: BTreeMap<StackId, OpenedSecrets> = BTreeMap::new();
    for container in containers.iter_mut().filter(|container| !container.error.is_empty()) {
        let Some(stack) = container.stack_id() else { continue };
        let secrets = match known.entry(stack) {
            Entry::Occupied(secrets) => secrets.into_mut(),
            Entry::Vacant(unread) => unread.insert(StackSecrets::read(stacks, vault, stack).await?.opened),
        };
        container.error = secrets.redact_quote(&container.error).into_owned();
    }
    Ok(())
}
