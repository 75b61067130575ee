//! Carries out what a request does to the secret variables of a stack.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::named_secret::NamedSecretName;
use core_monitor_domain::ports::{
    Idempotency, SecretStore, SecretVault, StackStore, StoreError, VaultError, VersionSecret,
};
use core_monitor_domain::secret_variable::{
    SecretChange, SecretKey, SecretName, SecretRef, SecretUses, SecretValue, sealing_purpose,
};
use core_monitor_domain::stack_version::{Source, SourceSecret, StackVersion};
use core_monitor_message::Message;

use super::definition::secret_issue;
use super::{Issue, RefusedDefinition, ServerPorts, said};
use crate::sealed_secrets::{open, open_named};

/// Most secret variables of a version.
const MOST: usize = 500;

/// Why the secret variables are not known.
#[derive(Debug)]
pub(super) enum NoSecrets {
    /// The request asks for something impossible.
    Refused(RefusedDefinition),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for NoSecrets {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Carries out the changes of `source` for a new version of `stack` after `parent`, and puts the resulting secret variables
/// into `source`. Returns what to store.
pub(super) async fn resolve(
    ports: &ServerPorts,
    stack: StackId,
    parent: Option<&StackVersion>,
    source: &mut Source,
) -> Result<Vec<VersionSecret>, NoSecrets> {
    let none = SecretUses::new();
    let kept = parent.map_or(&none, |version| &version.secrets);
    let changes = std::mem::take(&mut source.secret_changes);
    let mut resolver = Resolver {
        vault: &*ports.vault,
        stacks: &*ports.stacks,
        named: &*ports.secrets,
        key: SecretKey::new(ports.vault.derive(SecretKey::PURPOSE)),
        stack,
        issues: Vec::new(),
    };
    let mut secrets = BTreeMap::new();
    let names: BTreeSet<&SecretName> = kept.keys().chain(changes.keys()).collect();
    for name in names {
        let secret = match changes.get(name) {
            None | Some(SecretChange::Keep) => resolver.keep(name, kept).await?,
            Some(SecretChange::Set(value)) => resolver.set(name, value.clone()),
            Some(SecretChange::Generate(recipe)) => {
                resolver.set(name, recipe.generate(&mut || ports.ids.secret()))
            }
            Some(SecretChange::Refer(secret)) => resolver.refer(name, secret, None).await?,
            Some(SecretChange::Remove) => continue,
        };
        secrets.insert(name.clone(), secret);
    }
    resolver.check_names(source, &secrets);
    if !resolver.issues.is_empty() {
        return Err(NoSecrets::Refused(RefusedDefinition { issues: resolver.issues, warnings: Vec::new() }));
    }
    let (stored, known) = secrets.into_values().flatten().unzip();
    source.secrets = known;
    Ok(stored)
}

/// [`resolve`] for a definition that is only read. There is no parent version, so the value of a secret variable that is kept
/// stays unknown.
pub(super) async fn resolve_for_reading(
    ports: &ServerPorts,
    stack: StackId,
    source: &mut Source,
) -> Result<(), NoSecrets> {
    let kept: Vec<SecretName> = source
        .secret_changes
        .iter()
        .filter(|(_, change)| **change == SecretChange::Keep)
        .map(|(name, _)| name.clone())
        .collect();
    source.secret_changes.retain(|_, change| *change != SecretChange::Keep);
    resolve(ports, stack, None, source).await?;
    source.secrets.extend(
        kept.into_iter().map(|name| SourceSecret { reference: SecretRef::unknown(name), value: None }),
    );
    Ok(())
}

struct Resolver<'a> {
    vault: &'a dyn SecretVault,
    stacks: &'a dyn StackStore,
    named: &'a dyn SecretStore,
    key: SecretKey,
    stack: StackId,
    issues: Vec<Issue>,
}

/// What to store, and what to read the definition with.
type Resolved = Option<(VersionSecret, SourceSecret)>;

impl Resolver<'_> {
    fn set(&mut self, name: &SecretName, value: SecretValue) -> Resolved {
        let reference = self.key.reference(self.stack, name, &value);
        match self.vault.seal(&sealing_purpose(self.stack, name), value.expose().as_bytes()) {
            Ok(sealed) => {
                let sealed = Some(sealed);
                let stored = VersionSecret { reference: reference.clone(), sealed, from: None, set_in: None };
                Some((stored, SourceSecret { reference, value: Some(value) }))
            }
            Err(error) => {
                self.refuse(said::secret_not_sealed(name, error), said::secret_not_sealed_hint());
                None
            }
        }
    }

    async fn keep(&mut self, name: &SecretName, kept: &SecretUses) -> Result<Resolved, StoreError> {
        let Some(used) = kept.get(name) else {
            self.refuse(said::nothing_to_keep(name), said::nothing_to_keep_hint());
            return Ok(None);
        };
        if let Some(secret) = &used.from {
            return self.refer(name, secret, Some(used.set_in)).await;
        }
        let reference = SecretRef { name: name.clone(), fingerprint: Arc::clone(&used.fingerprint) };
        let sealed = self.stacks.sealed_secret(self.stack, &reference).await?;
        match sealed.ok_or(VaultError::Damaged).and_then(|sealed| open(self.vault, self.stack, name, &sealed))
        {
            Ok(value) => {
                let set_in = Some(used.set_in);
                let stored = VersionSecret { reference: reference.clone(), sealed: None, from: None, set_in };
                Ok(Some((stored, SourceSecret { reference, value: Some(value) })))
            }
            Err(error) => {
                self.refuse(said::kept_secret_not_opened(name, error), said::kept_secret_not_opened_hint());
                Ok(None)
            }
        }
    }

    /// The newest version of a named secret, whichever that is when something is planned. The definition is read with the value of
    /// today; one that cannot be opened is left to the worker, as is a secret that was deleted after a version has asked for it.
    async fn refer(
        &mut self,
        name: &SecretName,
        secret: &NamedSecretName,
        set_in: Option<VersionNumber>,
    ) -> Result<Resolved, StoreError> {
        let found = self.named.find(secret).await?;
        if found.is_none() && set_in.is_none() {
            self.refuse(said::named_secret_unknown(name, secret), said::named_secret_unknown_hint(secret));
            return Ok(None);
        }
        let value = match found {
            Some(found) => {
                let number = found.latest.number;
                let sealed = self.named.sealed(found.id, number).await?;
                sealed.and_then(|sealed| open_named(self.vault, found.id, number, &sealed).ok())
            }
            None => None,
        };
        let reference = self.key.reference_to(self.stack, name, secret);
        let from = Some(secret.clone());
        let stored = VersionSecret { reference: reference.clone(), sealed: None, from, set_in };
        Ok(Some((stored, SourceSecret { reference, value })))
    }

    /// A plain variable of the same name would be stored in the clear, or be ignored.
    fn check_names(&mut self, source: &Source, secrets: &BTreeMap<SecretName, Resolved>) {
        for name in secrets.keys().filter(|name| source.variables.contains_key(name.as_str())) {
            self.refuse(said::secret_is_also_plain(name), said::secret_is_also_plain_hint(name));
        }
        if secrets.len() > MOST {
            self.issues.push(secret_issue(said::too_many_secrets(MOST), None, None));
        }
    }

    fn refuse(&mut self, message: Message, hint: Message) {
        self.issues.push(secret_issue(message, Some(hint), None));
    }
}

/// The idempotency key of a request with secret values. The fingerprint that the caller computed is a plain hash over the
/// values, which would allow guessing them.
pub(super) fn covered(
    ports: &ServerPorts,
    source: &Source,
    idempotency: Option<Idempotency>,
) -> Option<Idempotency> {
    if source.secret_changes.is_empty() {
        return idempotency;
    }
    let key = SecretKey::new(ports.vault.derive(SecretKey::PURPOSE));
    idempotency.map(|given| Idempotency { fingerprint: key.cover(&given.fingerprint), ..given })
}

#[cfg(test)]
mod tests;
