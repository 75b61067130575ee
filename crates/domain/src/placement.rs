//! What is inside containers: which artifacts were put into them. The engine cannot show it, so it is recorded.
//!
//! A record changes in the transaction of the journal line that means something for it. The `INTENT` of a put says that files
//! of the artifact may be in the container from now on; its `OUTCOME`, that all of them are. A put that nobody saw the end
//! of is therefore done again, and nothing that may be left in a container is forgotten.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::artifact::{Activation, DeploySlot, SlotContent, SlotName};
use crate::command::{Command, StackChange};
use crate::ids::{ContainerId, StackId};
use crate::journal::{Answer, Entry, Made, Outcome};
use crate::observation::{Observation, ObservedContainer};
use crate::time::Timestamp;

/// A slot of one container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotPlace {
    /// The container.
    pub container: ContainerId,
    /// Its slot.
    pub slot: SlotName,
}

/// What is known of a slot of one container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// The slot.
    pub slot: SlotName,
    /// What is in it, as a whole; `None` while it is not known to be complete.
    pub content: Option<SlotContent>,
    /// Of what else there may be files: contents whose put was begun since, or before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remains: Vec<SlotContent>,
    /// When the run of the container began in which it was put in, by the engine's clock; `None` if it was not running.
    #[serde(default)]
    pub run: Option<Timestamp>,
    /// It was activated, or needs no activation.
    #[serde(default)]
    pub active: bool,
    /// It was seen to work.
    #[serde(default)]
    pub verified: bool,
    /// The time of the last line that the container had written before, by the engine's clock.
    #[serde(default)]
    pub log_from: Option<Timestamp>,
}

/// A put that is about to be requested: part of its intent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Putting {
    /// The slot.
    pub slot: SlotName,
    /// What is put in.
    pub content: SlotContent,
}

/// A put that has succeeded: part of its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// Where.
    pub place: SlotPlace,
    /// What.
    pub content: SlotContent,
    /// As in [`Placement::run`].
    pub run: Option<Timestamp>,
    /// Nothing has to be done for it to be active.
    pub active: bool,
    /// As in [`Placement::log_from`].
    pub log_from: Option<Timestamp>,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPlacement {
    /// The container's stack.
    pub stack_id: StackId,
    /// The container.
    pub container: ContainerId,
    /// What is known.
    pub placement: Placement,
}

/// How a journal entry or the end of a command changes the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacementChange {
    /// The record of this slot, if there is one, becomes what [`SlotChange::applied`] says.
    Slot(SlotPlace, SlotChange),
    /// The stack consists of exactly these containers, and all others are gone.
    Released(BTreeSet<ContainerId>),
    /// The stack is deleted.
    Deleted,
}

/// How the record of one slot changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotChange {
    /// Files of this content may be there from now on.
    Begun(Box<SlotContent>),
    /// All of it is there.
    Placed(Box<Placed>),
    /// It was activated.
    Activated,
    /// It was seen to work.
    Verified,
}

impl SlotChange {
    /// The record after the change. What is not recorded cannot become active.
    pub fn applied(self, slot: &SlotName, known: Option<Placement>) -> Option<Placement> {
        match self {
            Self::Begun(content) => {
                let mut placement = known.unwrap_or_else(|| Placement::empty(slot.clone()));
                let former = placement.content.take().into_iter().chain([*content]);
                for content in former {
                    if !placement.remains.contains(&content) {
                        placement.remains.push(content);
                    }
                }
                (placement.active, placement.verified) = (false, false);
                Some(placement)
            }
            Self::Placed(placed) => {
                let Placed { content, run, active, log_from, .. } = *placed;
                // The planner puts nothing over what would remain, so nothing else is there.
                Some(Placement {
                    content: Some(content),
                    run,
                    active,
                    log_from,
                    ..Placement::empty(slot.clone())
                })
            }
            Self::Activated => known.map(|placement| Placement { active: true, ..placement }),
            Self::Verified => known.map(|placement| Placement { verified: true, ..placement }),
        }
    }
}

impl Placement {
    fn empty(slot: SlotName) -> Self {
        let (content, remains) = (None, Vec::new());
        Self { slot, content, remains, run: None, active: false, verified: false, log_from: None }
    }

    /// Everything of which files may be in the container.
    pub fn contents(&self) -> impl Iterator<Item = &SlotContent> {
        self.content.iter().chain(&self.remains)
    }

    /// Whether the container works with what is in the slot, as far as it is known. A container that was started since has
    /// found it there, but nobody has run a program in it.
    pub fn is_active(&self, slot: &DeploySlot, container: &ObservedContainer) -> bool {
        let is_later_run = container.state.is_up() && container.started_at != self.run;
        self.active || (is_later_run && !matches!(slot.activate, Activation::Exec(_)))
    }
}

/// Whether the entry may mean something for the records.
pub fn concerns(entry: &Entry) -> bool {
    match entry {
        Entry::Intent(intent) => intent.putting.is_some(),
        Entry::Outcome(outcome) => {
            matches!(&outcome.answer, Answer::Succeeded { made: Made::Placed(_) | Made::Activated(_), .. })
        }
        Entry::Verified(_) => true,
        _ => false,
    }
}

/// What the entry means for the records; `None` if nothing.
pub fn change(entry: &Entry) -> Option<PlacementChange> {
    match entry {
        Entry::Intent(intent) => {
            let Putting { slot, content } = intent.putting.as_deref()?.clone();
            let place = SlotPlace { container: intent.container.clone()?, slot };
            Some(PlacementChange::Slot(place, SlotChange::Begun(Box::new(content))))
        }
        Entry::Outcome(Outcome { answer: Answer::Succeeded { made, .. }, .. }) => match made {
            Made::Placed(placed) => {
                let change = SlotChange::Placed(placed.clone());
                Some(PlacementChange::Slot(placed.place.clone(), change))
            }
            Made::Activated(place) => Some(PlacementChange::Slot(place.clone(), SlotChange::Activated)),
            _ => None,
        },
        Entry::Verified(place) => Some(PlacementChange::Slot(place.clone(), SlotChange::Verified)),
        _ => None,
    }
}

/// What the end of a command means for the records of its stack.
pub fn change_of_stack(change: &StackChange) -> Option<PlacementChange> {
    if change.deleted {
        return Some(PlacementChange::Deleted);
    }
    if change.unapplied {
        return Some(PlacementChange::Released(BTreeSet::new()));
    }
    let release = change.release.as_ref()?;
    Some(PlacementChange::Released(release.containers.iter().map(|container| container.id.clone()).collect()))
}

/// Writes what is known into the observed containers.
pub fn fill(observed: &mut Observation, records: Vec<RecordedPlacement>) {
    for record in records {
        let container = observed.containers.iter_mut().find(|container| container.id == record.container);
        if let Some(container) = container.filter(|container| container.stack_id() == Some(record.stack_id)) {
            container.placements.push(record.placement);
        }
    }
}

/// The records after all changes of `command`, for a store without a query language.
pub fn apply(records: &mut Vec<RecordedPlacement>, command: &Command, change: PlacementChange) {
    let stack_id = command.stack_id;
    match change {
        PlacementChange::Slot(SlotPlace { container, slot }, change) => {
            let is_it =
                |record: &RecordedPlacement| record.container == container && record.placement.slot == slot;
            let known = records.iter().position(is_it).map(|place| records.swap_remove(place).placement);
            if let Some(placement) = change.applied(&slot, known) {
                records.push(RecordedPlacement { stack_id, container, placement });
            }
        }
        PlacementChange::Released(kept) => {
            records.retain(|record| record.stack_id != stack_id || kept.contains(&record.container));
        }
        PlacementChange::Deleted => records.retain(|record| record.stack_id != stack_id),
    }
}

#[cfg(test)]
mod tests;
