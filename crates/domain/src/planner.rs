//! The planner: from what is wanted and what is, to what to do.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::Readiness;
use crate::desired::DesiredStack;
use crate::ids::ContainerId;
use crate::image::ImageRef;
use crate::labels::Provenance;
use crate::names::ServiceName;
use crate::observation::Observation;
use crate::plan::Plan;
use crate::release::ImagePin;
use crate::stack::RunId;

mod builder;
mod changes;
mod converge;
mod create;
mod delete;
mod gates;
mod images;
mod index;
mod networks;
mod order;
mod ports;
mod power;
mod readiness;
mod slots;
mod start;
mod step_set;
mod turnover;
mod volumes;

/// All a plan depends on. The same input gives the same plan, byte for byte.
#[derive(Debug, Clone)]
pub struct PlanningInput<'a> {
    /// What is asked for.
    pub intent: Intent<'a>,
    /// What the engine was last seen to have.
    pub observed: &'a Observation,
    /// Whose objects, and in whose name they are made.
    pub provenance: &'a Provenance,
    /// What happened so far that the engine cannot show.
    pub facts: &'a Facts,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Intent<'a> {
    /// Have exactly what `desired` says.
    Converge {
        /// What should be.
        desired: &'a DesiredStack,
        /// What was applied before, to say which attributes changed.
        previous: Option<&'a DesiredStack>,
        /// Images of an earlier release, which win over what their references mean now.
        pins: &'a BTreeMap<ServiceName, ImagePin>,
        /// When it counts as done.
        readiness: Readiness,
    },
    /// Start what is stopped.
    Start {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// One service, or all.
        only: Option<&'a ServiceName>,
    },
    /// Stop what runs.
    Stop {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// One service, or all.
        only: Option<&'a ServiceName>,
    },
    /// Stop and start what runs, start what is stopped.
    Restart {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// One service, or all.
        only: Option<&'a ServiceName>,
    },
    /// Have nothing.
    Delete {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// Volumes too, with the data in them.
        volumes: bool,
    },
}

/// What happened so far that the engine cannot show. All of it can be read back from the journal, except
/// `settled`, whose loss costs one more wait.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Images fetched by this command since its last retry.
    pub pulled: BTreeSet<ImageRef>,
    /// Containers started by this command since its last retry. One of them that has ended again is a failure, not
    /// something to start once more.
    pub started: BTreeSet<ContainerId>,
    /// Hooks that have run since the container's last start: the container, and the hook's place among its `post_start`.
    pub hooked: BTreeSet<(ContainerId, u32)>,
    /// Runs that were watched for as long as stability asks.
    pub settled: BTreeSet<RunId>,
    /// Runs that a STOP ended, from the stack. They did not end by themselves, so they count as not running.
    pub stopped_runs: BTreeSet<RunId>,
    /// For RESTART: the runs that were there when the command was first claimed. They are the ones to end.
    pub restarting: BTreeSet<RunId>,
    /// For DELETE with volumes: the anonymous volumes that were mounted when the command was first claimed. A volume that
    /// was handed from one container to the next is not anonymous to the engine any more, so it does not go with its
    /// container, and then no label leads to it.
    pub doomed_volumes: BTreeSet<String>,
}

impl Facts {
    /// A container was started: none of its hooks has run since.
    pub fn note_started(&mut self, container: Option<ContainerId>) {
        if let Some(id) = container {
            self.hooked.retain(|(hooked, _)| *hooked != id);
            self.started.insert(id);
        }
    }
}

/// Makes the plan. Never fails: what stands in the way is a [`Problem`](crate::plan::Problem) of the plan.
pub fn plan(input: &PlanningInput<'_>) -> Plan {
    match input.intent {
        Intent::Converge { desired, previous, pins, readiness } => {
            converge::converge(input, converge::Goal { desired, previous, pins, readiness })
        }
        Intent::Start { desired, only } => power::up(input, desired, only, power::Power::Start),
        Intent::Restart { desired, only } => power::up(input, desired, only, power::Power::Restart),
        Intent::Stop { desired, only } => power::down(input, desired, only),
        Intent::Delete { desired, volumes } => delete::delete(input, desired, volumes),
    }
}
