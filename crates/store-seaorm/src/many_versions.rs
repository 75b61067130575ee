//! Versions of many stacks, and what else a plan of each needs, in few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::release::Release;
use core_monitor_domain::stack_version::StackVersion;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};

use crate::cell::{AsInteger, AsText};
use crate::deployments;
use crate::entity::{release, stack, stack_version, version_artifact};
use crate::rows;

/// How many one statement asks for: far below what SQLite takes as parameters, and as the depth of a condition.
const AT_ONCE: usize = 100;

/// Several versions, each with its newest release.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    wanted: &[(StackId, VersionNumber)],
) -> Result<Vec<(StackVersion, Option<Release>)>, StoreError> {
    let mut found = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(AT_ONCE) {
        let versions = rows::list::<stack_version::Model>(db, stack_version::these(some)).await?;
        let uses = rows::list::<version_artifact::Use>(db, version_artifact::uses_of(some)).await?;
        let deployed: HashSet<_> = uses.into_iter().map(|used| (used.stack_id, used.version)).collect();
        let releases = rows::list::<release::Model>(db, release::last_of(some)).await?;
        let mut releases: HashMap<_, _> =
            releases.into_iter().map(|release| ((release.stack_id, release.version), release)).collect();
        for version in versions {
            let key = (version.stack_id, version.version);
            // Few versions have artifacts.
            let version = if deployed.contains(&key) {
                deployments::with_artifacts(db, vec![version]).await?.pop()
            } else {
                Some(version)
            };
            found.extend(version.map(|version| (version, releases.remove(&key))));
        }
    }
    Ok(found)
}

/// The deleted stacks that had one of these names, by name.
pub(crate) async fn predecessors(
    db: &impl ConnectionTrait,
    names: &[StackName],
) -> Result<BTreeMap<StackName, BTreeSet<StackId>>, StoreError> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for some in names.chunks(AT_ONCE) {
        let deleted = stack::Entity::find()
            .filter(stack::Column::Name.is_in(some.iter().map(AsText)))
            .filter(stack::Column::DeletedAt.is_not_null());
        for stack in rows::list::<stack::Model>(db, deleted).await? {
            found.entry(stack.name).or_default().insert(stack.id);
        }
    }
    Ok(found)
}

/// Whether a row with these columns is about one of these versions. Not for none of them, which would be all rows.
pub(crate) fn are<C: ColumnTrait>(stack: C, version: C, wanted: &[(StackId, VersionNumber)]) -> Condition {
    let one = |(of, number): &(StackId, VersionNumber)| {
        Condition::all().add(stack.eq(AsText(*of))).add(version.eq(AsInteger(*number)))
    };
    wanted.iter().fold(Condition::any(), |any, version| any.add(one(version)))
}
