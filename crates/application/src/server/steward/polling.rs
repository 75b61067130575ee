//! Asking for the lists of keys.

use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::template::{KeyList, KeySource};
use futures::stream::{self, StreamExt as _};

use super::super::{InstanceError, ServerPorts};

/// How many lists are asked for at once. One that does not answer keeps the others waiting no longer than its time limit.
const AT_ONCE: usize = 8;

/// Asks for every list whose time has come. One that cannot be read says nothing: no instance is removed because its owner is down.
pub(super) async fn poll(ports: &ServerPorts) -> Result<(), InstanceError> {
    let now = ports.clock.now();
    let lists = ports.key_lists.all().await?;
    let due = lists.into_iter().filter(|(_, list)| list.is_due(now));
    let asked =
        stream::iter(due).map(|(template, list)| ask(ports, template, list)).buffer_unordered(AT_ONCE);
    let asked: Vec<_> = asked.collect().await;
    asked.into_iter().collect()
}

async fn ask(ports: &ServerPorts, template: TemplateId, list: KeyList) -> Result<(), InstanceError> {
    let KeySource::Polled { url, .. } = &list.source else { return Ok(()) };
    // The list is as old as the question: an instance that was launched while it was answered need not be on it.
    let at = ports.clock.now();
    match ports.key_source.keys(url).await {
        Ok(keys) => ports.key_lists.take(template, &list.source, keys, at).await?,
        Err(trouble) => ports.key_lists.fail(template, &list.source, trouble, at).await?,
    }
    Ok(())
}
