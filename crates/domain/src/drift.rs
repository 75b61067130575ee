//! What a definition can say of a drift, so that somebody may keep what was done by hand: how many containers a service has, and what
//! is in its files. An engine changes little else of a container that is there; whatever else differs is named with the reason why it
//! stays. See `docs/decisions/0055-what-was-done-by-hand-is-kept-as-a-version.md`.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_message::Message;

use crate::desired::{DesiredStack, ServiceSpec};
use crate::ids::Slot;
use crate::names::ServiceName;
use crate::observation::{EditedFile, ObservedContainer};
use crate::plan::{Cause, Step, StepAction};
use crate::stack_version::SourceFile;

mod host_file;
pub(crate) mod said;

pub use host_file::{HostFile, LONGEST_TEXT};

/// What of a drift a definition can say, and what it cannot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sayable {
    /// Services with another number of containers than they should have.
    pub numbers: Vec<Number>,
    /// Files of the folder that have another content than the version wrote, or are gone.
    pub files: Vec<FileNow>,
    /// What no definition can say, or none should.
    pub left: Vec<Left>,
}

/// How many containers a service has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The service.
    pub service: ServiceName,
    /// How many it should have.
    pub before: u32,
    /// How many it has.
    pub now: u32,
}

/// A file of the stack's folder as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNow {
    /// Path in the folder.
    pub path: String,
    /// Its content; `None` if it is gone.
    pub file: Option<SourceFile>,
}

/// A difference that stays.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The service; `None` for networks, volumes and files.
    pub service: Option<ServiceName>,
    /// The container, network, volume, image or file.
    pub subject: String,
    /// Why no definition says it, and what to do instead.
    pub reason: Message,
}

/// Whether a step of the plan of the applied version shows a drift. Waits change nothing, and what the definition pulls at every
/// apply is none.
pub fn is_drift(step: &Step) -> bool {
    let by_policy = matches!(step.action, StepAction::PullImage { .. }) && step.cause == Cause::PullPolicy;
    !step.action.is_wait() && !by_policy
}

/// Divides the differences between the applied version and what runs. `steps` are those of its plan, and `found` is what could be
/// read of the edited files.
pub fn sayable(
    desired: &DesiredStack,
    steps: &[Step],
    containers: &[ObservedContainer],
    edited: &[EditedFile],
    found: &BTreeMap<String, HostFile>,
) -> Sayable {
    let mut numbers = Vec::new();
    let mut left = Vec::new();
    for service in &desired.services {
        match number(service, containers) {
            Ok(Some(now)) => {
                numbers.push(Number { service: service.name.clone(), before: service.replicas, now });
            }
            Ok(None) => {}
            Err(slot) => left.push(Left {
                service: Some(service.name.clone()),
                subject: service.container_name(&desired.name, slot),
                reason: said::gap_in_containers(),
            }),
        }
    }
    let said: BTreeMap<&ServiceName, u32> = numbers.iter().map(|each| (&each.service, each.now)).collect();
    for step in steps.iter().filter(|step| is_drift(step)) {
        let number = step.service.as_ref().and_then(|service| said.get(service));
        let is_said = number.is_some_and(|now| step.slot.is_none_or(|slot| slot.0 > *now));
        if let Some(reason) = reason(step).filter(|_| !is_said) {
            let (service, subject) = (step.service.clone(), step.action.subject().to_owned());
            left.push(Left { service, subject, reason });
        }
    }
    let mut files = Vec::new();
    for EditedFile { path, .. } in edited {
        match now(path, found.get(path)) {
            Ok(file) => files.push(file),
            Err(reason) => left.push(Left { service: None, subject: path.clone(), reason }),
        }
    }
    let mut seen = BTreeSet::new();
    left.retain(|each| seen.insert(each.clone()));
    Sayable { numbers, files, left }
}

fn now(path: &str, found: Option<&HostFile>) -> Result<FileNow, Message> {
    let file = match found {
        Some(HostFile::Text { text, executable }) => Some(SourceFile::new(text.as_bytes(), *executable)),
        Some(HostFile::Gone) => None,
        Some(HostFile::Other) => return Err(said::file_is_no_text(LONGEST_TEXT)),
        None => return Err(said::file_only_on_the_host()),
    };
    Ok(FileNow { path: path.to_owned(), file })
}

/// How many containers the service has, if it is another number than it should be. An error with the place of a container that is
/// gone while a later one is there: no number says that.
fn number(service: &ServiceSpec, containers: &[ObservedContainer]) -> Result<Option<u32>, Slot> {
    let own = containers.iter().filter(|container| container.service().as_ref() == Some(&service.name));
    let there: BTreeSet<Slot> = own.filter_map(ObservedContainer::slot).collect();
    let last = there.last().map_or(0, |slot| slot.0);
    if let Some(gap) = (1..=last).map(Slot).find(|slot| !there.contains(slot)) {
        return Err(gap);
    }
    Ok((last != service.replicas && service.can_have(last).is_ok()).then_some(last))
}

/// Why no definition says the difference; `None` for steps that only follow from others.
fn reason(step: &Step) -> Option<Message> {
    match &step.cause {
        Cause::Missing if step.service.is_none() => Some(said::object_is_gone()),
        Cause::NotRunning | Cause::Paused if step.service.is_some() => Some(said::running_is_no_definition()),
        Cause::ImageChanged | Cause::BuildChanged => Some(said::image_has_moved()),
        Cause::NetworkMissing { network }
        | Cause::NetworkUnwanted { network }
        | Cause::AliasesChanged { network } => Some(said::networks_are_made_with_it(network)),
        Cause::DefinitionChanged { .. } => Some(said::made_from_another_definition()),
        Cause::WrongName | Cause::Superseded | Cause::Duplicate | Cause::Dead | Cause::NotInDefinition => {
            Some(said::only_repaired())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
