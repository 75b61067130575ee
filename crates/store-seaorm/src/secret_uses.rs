//! Which stacks ask for which named secrets, and what they get.

use std::collections::{BTreeMap, HashMap};

use core_monitor_domain::ids::StackId;
use core_monitor_domain::named_secret::{NamedSecretName, SecretUser, needed};
use core_monitor_domain::ports::{SHOWN_SECRET_VERSIONS, SealedSecret, StoreError};
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::cell::AsText;
use crate::entity::{named_secret, named_secret_version, secret_use, stack};
use crate::rows;
use crate::store_error::store_error;

/// How many one statement asks for: far below what SQLite takes as parameters.
const AT_ONCE: usize = 100;

/// Writes down what a new version asks for. What cannot be the name of a secret is refused when it is saved.
pub(crate) async fn note(tx: &DatabaseTransaction, version: &StackVersion) -> Result<(), StoreError> {
    let wanted = needed(&version.model, &version.secrets);
    let mut names: Vec<NamedSecretName> =
        wanted.into_iter().filter_map(|needed| needed.name.parse().ok()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let row = secret_use::row(version.stack_id, version.version, name);
        secret_use::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

/// The stacks whose applied or newest version asks for these secrets, by name.
pub(crate) async fn users(
    db: &impl ConnectionTrait,
    names: &[NamedSecretName],
) -> Result<BTreeMap<NamedSecretName, Vec<SecretUser>>, StoreError> {
    let mut uses = Vec::new();
    for some in names.chunks(AT_ONCE) {
        uses.extend(rows::list::<secret_use::Model>(db, secret_use::of_secrets(some)).await?);
    }
    let mut ids: Vec<StackId> = uses.iter().map(|(_, stack, _)| *stack).collect();
    ids.sort();
    ids.dedup();
    let mut stacks: HashMap<StackId, Stack> = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let these = stack::Column::StackId.is_in(some.iter().map(AsText));
        let query = stack::find().filter(these).filter(stack::Column::DeletedAt.is_null());
        stacks
            .extend(rows::list::<stack::Model>(db, query).await?.into_iter().map(|stack| (stack.id, stack)));
    }
    let mut found: BTreeMap<NamedSecretName, Vec<SecretUser>> = BTreeMap::new();
    for (name, stack, version) in uses {
        let Some(stack) = stacks.get(&stack) else { continue };
        if stack.latest_version == version || stack.current_version == Some(version) {
            found.entry(name).or_default().push(SecretUser { name: stack.name.clone(), id: stack.id });
        }
    }
    for stacks in found.values_mut() {
        stacks.sort();
        stacks.dedup();
    }
    Ok(found)
}

/// The sealed values of the named secrets that any version of a stack asks for, the newest of each.
pub(crate) async fn sealed(
    db: &impl ConnectionTrait,
    stack: StackId,
) -> Result<Vec<(SecretRef, SealedSecret)>, StoreError> {
    let names = rows::values::<String>(db, secret_use::names_of(stack)).await?;
    let names: Vec<NamedSecretName> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let mut found = Vec::new();
    for some in names.chunks(AT_ONCE) {
        for secret in rows::list::<named_secret::Model>(db, named_secret::these(some)).await? {
            let newest = named_secret_version::newest(secret.id, SHOWN_SECRET_VERSIONS);
            for (version, sealed) in rows::list::<named_secret_version::Model>(db, newest).await? {
                found.push((SecretRef::named(&secret.name, secret.id, version.number), sealed));
            }
        }
    }
    Ok(found)
}
