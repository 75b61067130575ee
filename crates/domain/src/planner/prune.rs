//! Pruning: removing what nothing uses.
//!
//! A plan to confirm is made from a request, [`prune`]. What a command does is made from the plan that was confirmed,
//! [`prune_confirmed`]: exactly those objects, as long as nothing has begun to use them. What became unused in the meantime
//! stays, since nobody has confirmed it.

use std::collections::BTreeSet;

use crate::command::FailureCode;
use crate::ids::{ContainerId, StepId};
use crate::image::ImageRef;
use crate::inventory::said;
use crate::inventory::{ImageChoice, InventoryImage, Prunable, PruneRequest, Stock, human_size};
use crate::plan::{Blocker, ConfirmedObject, ConfirmedPlan, Plan, Step, Target};
use crate::time::Timestamp;

mod candidate;

use candidate::{Candidate, Kind};

/// The plan for a request. Objects that were named and stay are in its notes, with the reason.
pub fn prune(stock: &Stock, request: &PruneRequest) -> Plan {
    let mut draft = Draft { stock, request, plan: Plan::default(), doomed: BTreeSet::new(), freed: 0 };
    draft.containers();
    draft.networks();
    draft.volumes();
    draft.images();
    draft.build_cache();
    draft.finish()
}

/// What is left of a confirmed plan. `is_done` tells what the command has removed already: if that is there again, somebody
/// has brought it back, and it stays.
///
/// What somebody needs by now, or has changed, prevents the plan before its first effect; once it has `begun`, such objects
/// stay, with a note.
pub fn prune_confirmed(
    stock: &Stock,
    confirmed: &ConfirmedPlan,
    begun: bool,
    is_done: &dyn Fn(&ConfirmedObject) -> bool,
) -> Plan {
    let mut plan = Plan::default();
    let mut doomed = BTreeSet::new();
    for object in confirmed.objects().iter().filter(|object| !is_done(object)) {
        let Some(found) = Candidate::confirmed(stock, object, &doomed) else { continue };
        let after = found.after(&plan.steps);
        let step = Step { id: object.step, after, ..found.step };
        let stays = if confirmed.is_object(object, &step) {
            let keeper = found.standing.prunable.keeper();
            keeper.map(|keeper| said::prune_in_use(found.kind, &found.name, keeper.message()))
        } else {
            Some(said::prune_changed(found.kind, &found.name))
        };
        match stays {
            None => {
                doomed.extend(step.action.container().and_then(Target::existing).cloned());
                plan.steps.push(step);
            }
            Some(message) if begun => plan.notes.push(message),
            Some(message) => plan.blockers.push(Blocker {
                code: FailureCode::PlanStale,
                message,
                hint: Some(said::make_a_new_prune_plan()),
                subject: found.name,
            }),
        }
    }
    plan
}

/// A plan while it is made.
struct Draft<'a> {
    stock: &'a Stock,
    request: &'a PruneRequest,
    plan: Plan,
    /// The containers that the plan removes.
    doomed: BTreeSet<ContainerId>,
    freed: u64,
}

impl Draft<'_> {
    fn containers(&mut self) {
        for wanted in &self.request.containers {
            let mut all = self.stock.inventory().containers.iter();
            match all.find(|container| container.name == *wanted || container.id.as_str() == wanted) {
                Some(found) => {
                    if self.take_named(Candidate::container(self.stock, found)) {
                        self.doomed.insert(found.id.clone());
                    }
                }
                None => self.unknown(Kind::Container, wanted),
            }
        }
    }

    fn networks(&mut self) {
        for wanted in &self.request.networks {
            let mut all = self.stock.inventory().networks.iter();
            match all.find(|network| network.name == *wanted || network.id.as_str() == wanted) {
                Some(found) => _ = self.take_named(Candidate::network(self.stock, found, &self.doomed)),
                None => self.unknown(Kind::Network, wanted),
            }
        }
    }

    fn volumes(&mut self) {
        for wanted in &self.request.volumes {
            let mut all = self.stock.inventory().volumes.iter();
            match all.find(|volume| volume.name == *wanted) {
                Some(found) => _ = self.take_named(Candidate::volume(self.stock, found, &self.doomed)),
                None => self.unknown(Kind::Volume, wanted),
            }
        }
    }

    fn images(&mut self) {
        let all = &self.stock.inventory().images;
        let mut named = BTreeSet::new();
        for wanted in &self.request.named_images {
            match all.iter().find(|image| image.is_called(wanted)) {
                // Several names may mean the same image.
                Some(image) => {
                    if named.insert(&image.id) {
                        self.take_named_image(wanted, image);
                    }
                }
                None => self.unknown(Kind::Image, wanted),
            }
        }
        let chosen = |image: &&InventoryImage| match self.request.images {
            ImageChoice::None => false,
            ImageChoice::Dangling => image.is_dangling(),
            ImageChoice::Unused => true,
        };
        for image in all.iter().filter(chosen).filter(|image| !named.contains(&image.id)) {
            let candidate = Candidate::image(self.stock, image, &self.doomed);
            if candidate.standing.prunable == Prunable::Freely && self.is_old_enough(candidate.created_at) {
                self.take(candidate);
            }
        }
    }

    /// An image goes with all its tags, so whoever names it by one of them has to name the others too.
    fn take_named_image(&mut self, wanted: &str, image: &InventoryImage) {
        let is_named = |tag: &&String| self.request.named_images.iter().any(|name| is_tag(name, tag));
        let others: Vec<_> = image.tags.iter().filter(|tag| !is_named(tag)).map(String::as_str).collect();
        if others.len() < image.tags.len() && !others.is_empty() {
            self.plan.notes.push(said::prune_stays_tagged(wanted, others.join(", ")));
            return;
        }
        self.take_named(Candidate::image(self.stock, image, &self.doomed));
    }

    fn build_cache(&mut self) {
        let unused = self.stock.inventory().sizes.as_ref().map(|sizes| sizes.build_cache.unused);
        // Without sizes, nobody knows whether there is a cache.
        if self.request.build_cache && unused != Some(0) {
            let unused_for_s = self.request.older_than.map(|age| age.as_secs());
            self.take(Candidate::build_cache(self.stock, unused_for_s));
        }
    }

    /// Takes what was named, or says why it stays. Returns whether it was taken.
    fn take_named(&mut self, candidate: Candidate) -> bool {
        let (kind, name) = (candidate.kind, &candidate.name);
        let note = match &candidate.standing.prunable {
            Prunable::No(keeper) => said::prune_stays(kind, name, keeper.message()),
            Prunable::ByName if candidate.standing.is_foreign() && !self.request.foreign => {
                said::prune_stays_foreign(kind, name)
            }
            _ if !self.is_old_enough(candidate.created_at) => said::prune_stays_young(kind, name),
            Prunable::ByName | Prunable::Freely => {
                self.take(candidate);
                return true;
            }
        };
        self.plan.notes.push(note);
        false
    }

    fn take(&mut self, candidate: Candidate) {
        self.freed = self.freed.saturating_add(candidate.size.unwrap_or(0));
        let place = u32::try_from(self.plan.steps.len()).unwrap_or(u32::MAX).saturating_add(1);
        let after = candidate.after(&self.plan.steps);
        self.plan.steps.push(Step { id: StepId(place), after, ..candidate.step });
    }

    fn unknown(&mut self, kind: Kind, name: &str) {
        self.plan.notes.push(said::prune_nothing_named(kind, name));
    }

    /// What does not say when it was created is not young.
    fn is_old_enough(&self, created_at: Option<Timestamp>) -> bool {
        let (Some(age), Some(created_at)) = (self.request.older_than, created_at) else { return true };
        self.stock.inventory().taken_at.since(created_at) >= age
    }

    fn finish(mut self) -> Plan {
        if self.freed > 0 {
            self.plan.notes.push(said::prune_frees(human_size(self.freed)));
        }
        self.plan
    }
}

/// Whether a name means this tag, however it is written.
fn is_tag(name: &str, tag: &str) -> bool {
    ImageRef::from(name).familiar() == ImageRef::from(tag).familiar()
}

#[cfg(test)]
mod tests;
