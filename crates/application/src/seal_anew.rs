//! Seals everything in the store with the newest key.

use core_monitor_domain::named_secret;
use core_monitor_domain::ports::{
    SealedAnew, SealedKind, SealedPlace, SealedRecord, SealedRecords, SealedSecret, SecretVault, StoreError,
    VaultError,
};
use core_monitor_domain::secret_variable::sealing_purpose;

use crate::{registry_credentials, server};

/// How many of the records that do not open are named.
const NAMED: usize = 20;

/// What was found and done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resealing {
    /// Records that were sealed anew.
    pub anew: u64,
    /// Records that no key opens: they are damaged, or were sealed with a key that is lost. They stay as they are.
    pub lost: u64,
    /// The first of them, for people.
    pub named: Vec<String>,
}

/// Why it stopped. What was done stays, and the next call goes on.
#[derive(Debug, thiserror::Error)]
pub enum ResealingError {
    /// The store failed.
    #[error("the database cannot be read or written")]
    Store(#[from] StoreError),
    /// A value could not be sealed, or did not open again afterwards.
    #[error("a value cannot be sealed anew")]
    Vault(#[source] VaultError),
}

/// Seals whatever is sealed with another key than `key_id`, the one that `vault` seals with, anew: `batch` records in each
/// transaction, each of them only after what takes its place was opened again. `told` hears of each transaction how many
/// records are done so far.
///
/// It ends once a walk over everything has found nothing more that opens with another key, so no other key is needed
/// any more, provided that nobody else writes meanwhile.
pub async fn seal_anew(
    records: &dyn SealedRecords,
    vault: &dyn SecretVault,
    key_id: &str,
    batch: u32,
    told: &(dyn Fn(u64) + Sync),
) -> Result<Resealing, ResealingError> {
    let mut found = Resealing::default();
    loop {
        let before = found.anew;
        found = Resealing { anew: before, ..Resealing::default() };
        for kind in SealedKind::ALL {
            walk(records, vault, (kind, key_id), batch, &mut found, told).await?;
        }
        if found.anew == before {
            return Ok(found);
        }
    }
}

/// Goes through the records of one kind. Those that are done are not found again, so only the lost ones have to be skipped.
async fn walk(
    records: &dyn SealedRecords,
    vault: &dyn SecretVault,
    (kind, key_id): (SealedKind, &str),
    batch: u32,
    found: &mut Resealing,
    told: &(dyn Fn(u64) + Sync),
) -> Result<(), ResealingError> {
    let mut skip = 0;
    loop {
        let part = records.under_other_keys(kind, key_id, skip, batch.max(1)).await?;
        if part.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::with_capacity(part.len());
        for record in part {
            if let Some(after) = sealed_anew(vault, &record)? {
                changes.push(SealedAnew { place: record.place, before: record.sealed, after });
                continue;
            }
            skip += 1;
            found.lost += 1;
            if found.named.len() < NAMED {
                found.named.push(name(&record.place));
            }
        }
        if !changes.is_empty() {
            found.anew += records.replace(&changes).await?;
            told(found.anew);
        }
    }
}

/// The same secret under the newest key; `None` if it does not open.
fn sealed_anew(
    vault: &dyn SecretVault,
    record: &SealedRecord,
) -> Result<Option<SealedSecret>, ResealingError> {
    let purpose = purpose(&record.place);
    let Ok(plain) = vault.open(&purpose, &record.sealed) else { return Ok(None) };
    let after = vault.seal(&purpose, &plain).map_err(ResealingError::Vault)?;
    match vault.open(&purpose, &after) {
        Ok(again) if again == plain => Ok(Some(after)),
        Ok(_) => Err(ResealingError::Vault(VaultError::Damaged)),
        Err(error) => Err(ResealingError::Vault(error)),
    }
}

/// For what each record is sealed, in the words of what seals it.
fn purpose(place: &SealedPlace) -> String {
    match place {
        SealedPlace::Registry(host) => registry_credentials::purpose(host),
        SealedPlace::SecretVariable(stack, secret) => sealing_purpose(*stack, &secret.name),
        SealedPlace::OneTimeCodes(user) => server::totp_purpose(*user),
        SealedPlace::NamedSecret(secret, number) => named_secret::sealing_purpose(*secret, *number),
    }
}

fn name(place: &SealedPlace) -> String {
    match place {
        SealedPlace::Registry(host) => format!("the credentials of registry {host}"),
        SealedPlace::SecretVariable(stack, secret) => {
            format!("a value of the secret variable {} of stack {stack}", secret.name)
        }
        SealedPlace::OneTimeCodes(user) => format!("the one-time codes of user {user}"),
        SealedPlace::NamedSecret(secret, number) => format!("version {number} of the named secret {secret}"),
    }
}

#[cfg(test)]
mod tests;
