//! Writes down which objects of the engine a stack uses that other stacks may use too.

use std::collections::BTreeSet;

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::shared_objects::shared_objects;
use core_monitor_domain::stack_version::StackVersion;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, QuerySelect as _};

use crate::entity::{stack_object, stack_version};
use crate::rows;
use crate::store_error::store_error;

/// How many rows one statement inserts: SQLite limits the values of a statement, two of each row.
const AT_ONCE: usize = 1_000;

/// The objects of all versions of a stack for which none is written down yet, because an earlier release saved it. Reading
/// them takes time, so it comes before the write lock.
pub(crate) async fn unnoted(
    db: &impl ConnectionTrait,
    stack: StackId,
) -> Result<BTreeSet<String>, StoreError> {
    let mut used = BTreeSet::new();
    if rows::value::<String>(db, stack_object::of(stack).limit(1)).await?.is_some() {
        return Ok(used);
    }
    for number in 1.. {
        let query = stack_version::one(stack, VersionNumber(number));
        let Some(version) = rows::find::<stack_version::Model>(db, query).await? else { break };
        used.extend(shared_objects(&version.model));
    }
    Ok(used)
}

/// Adds the objects of a new version and `unnoted` ones to those of its stack.
pub(crate) async fn note(
    tx: &DatabaseTransaction,
    version: &StackVersion,
    unnoted: BTreeSet<String>,
) -> Result<(), StoreError> {
    let stack = version.stack_id;
    let known: BTreeSet<String> =
        rows::values::<String>(tx, stack_object::of(stack)).await?.into_iter().collect();
    let mut used = unnoted;
    used.extend(shared_objects(&version.model));
    let new: Vec<_> = used.difference(&known).collect();
    for objects in new.chunks(AT_ONCE) {
        let rows = objects.iter().map(|object| stack_object::row(stack, (*object).clone()));
        stack_object::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}
