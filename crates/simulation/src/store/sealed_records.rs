//! [`SealedRecords`] in memory.

use async_trait::async_trait;
use core_monitor_domain::ports::{
    SealedAnew, SealedKind, SealedPlace, SealedRecord, SealedRecords, SealedSecret, StoreError,
};

use super::SimDatabase;
use super::state::State;

/// What is sealed, in memory.
#[derive(Debug, Clone)]
pub struct SimSealedRecords {
    db: SimDatabase,
}

impl SimSealedRecords {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SealedRecords for SimSealedRecords {
    async fn under_other_keys(
        &self,
        kind: SealedKind,
        key_id: &str,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<SealedRecord>, StoreError> {
        self.db.read("SealedRecords::under_other_keys", |state| {
            let others = all(state, kind).into_iter().filter(|record| record.sealed.key_id != key_id);
            let skip = usize::try_from(skip).unwrap_or(usize::MAX);
            Ok(others.skip(skip).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
        })
    }

    async fn replace(&self, records: &[SealedAnew]) -> Result<u64, StoreError> {
        self.db.write("SealedRecords::replace", |state| {
            let mut replaced = 0;
            for SealedAnew { place, before, after } in records {
                let there = sealed_at(state, place).filter(|sealed| **sealed == *before);
                if let Some(sealed) = there {
                    sealed.clone_from(after);
                    replaced += 1;
                }
            }
            Ok(replaced)
        })
    }
}

fn all(state: &State, kind: SealedKind) -> Vec<SealedRecord> {
    let record = |place, sealed: &SealedSecret| SealedRecord { place, sealed: sealed.clone() };
    match kind {
        SealedKind::Registry => {
            let stored = state.registries.values();
            stored.map(|stored| record(SealedPlace::Registry(stored.host.clone()), &stored.sealed)).collect()
        }
        SealedKind::SecretVariable => {
            let stored = state.secrets.iter();
            stored
                .map(|((stack, secret), sealed)| {
                    record(SealedPlace::SecretVariable(*stack, secret.clone()), sealed)
                })
                .collect()
        }
        SealedKind::OneTimeCodes => {
            let users = state.users.values().filter_map(|user| Some((user.id, user.totp.as_ref()?)));
            users.map(|(id, totp)| record(SealedPlace::OneTimeCodes(id), &totp.secret)).collect()
        }
        SealedKind::NamedSecret => {
            let stored = state.named.versions.iter();
            stored
                .map(|((secret, number), (_, sealed))| {
                    record(SealedPlace::NamedSecret(*secret, *number), sealed)
                })
                .collect()
        }
    }
}

fn sealed_at<'a>(state: &'a mut State, place: &SealedPlace) -> Option<&'a mut SealedSecret> {
    match place {
        SealedPlace::Registry(host) => state.registries.get_mut(host).map(|stored| &mut stored.sealed),
        SealedPlace::SecretVariable(stack, secret) => state.secrets.get_mut(&(*stack, secret.clone())),
        SealedPlace::OneTimeCodes(id) => {
            let user = state.users.values_mut().find(|user| user.id == *id)?;
            user.totp.as_mut().map(|totp| &mut totp.secret)
        }
        SealedPlace::NamedSecret(secret, number) => {
            state.named.versions.get_mut(&(*secret, *number)).map(|(_, sealed)| sealed)
        }
    }
}
