//! What the stacks of this installation need of the host, from the database.

use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::inventory::HostNeeds;
use core_monitor_domain::ports::{StackFilter, StackStore, StoreError};
use core_monitor_domain::stack::Stack;

use crate::build_source::{NotDesired, desired_stack};

/// How many stacks are read at once.
const STACKS: u32 = 200;

/// The images that a rollback of any stack restores, and those that its applied and its newest version name.
///
/// `stacks_dir` is where the host keeps the folders of stacks.
pub(crate) async fn host_needs(stacks: &dyn StackStore, stacks_dir: &str) -> Result<HostNeeds, StoreError> {
    let all = all_stacks(stacks).await?;
    let mut needs = HostNeeds::of(all.iter().map(|stack| (stack.id, stack.name.clone())).collect());
    for release in stacks.last_releases().await? {
        needs.release(&release);
    }
    for stack in &all {
        let applied = stack.current_version.filter(|version| *version != stack.latest_version);
        for version in applied.into_iter().chain([stack.latest_version]) {
            for image in images_of(stacks, stack, version, stacks_dir).await? {
                needs.version(stack.id, version, &image);
            }
        }
    }
    Ok(needs)
}

async fn all_stacks(stacks: &dyn StackStore) -> Result<Vec<Stack>, StoreError> {
    let mut all: Vec<Stack> = Vec::new();
    loop {
        let after = all.last().map(|stack| stack.name.clone());
        let page = stacks.list(&StackFilter { name: None, after, limit: STACKS }).await?;
        let is_last = !page.more || page.items.is_empty();
        all.extend(page.items);
        if is_last {
            return Ok(all);
        }
    }
}

/// The images that a version names. One that this release cannot carry out keeps at least those that it writes down.
async fn images_of(
    stacks: &dyn StackStore,
    stack: &Stack,
    version: VersionNumber,
    stacks_dir: &str,
) -> Result<Vec<ImageRef>, StoreError> {
    let Some(version) = stacks.find_version(stack.id, version).await? else { return Ok(Vec::new()) };
    match desired_stack(stacks, &version, stacks_dir).await {
        Ok(desired) => Ok(desired.services.iter().map(|service| service.image().clone()).collect()),
        Err(NotDesired::Store(error)) => Err(error),
        Err(NotDesired::Definition(_)) => {
            let written = version.model.services.values().filter_map(|service| service.image.as_deref());
            Ok(written.map(ImageRef::from).collect())
        }
    }
}
