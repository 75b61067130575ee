//! The planner: computes the steps from the observed to the desired state.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::Readiness;
use crate::desired::DesiredStack;
use crate::labels::Provenance;
use crate::names::ServiceName;
use crate::observation::{EditedFile, FileEdit, Observation};
use crate::plan::Plan;
use crate::policy::Rules;
use crate::release::ImagePin;

mod builder;
mod builds;
mod changes;
mod chosen;
mod converge;
mod create;
mod cut_off;
mod delete;
mod deploy;
mod engine_needs;
mod facts;
mod gates;
mod host_ports;
mod images;
mod index;
mod namespaces;
mod networks;
mod order;
mod own_containers;
mod part;
mod policy;
mod power;
mod protected;
mod prune;
mod readiness;
pub(crate) mod said;
mod secrets;
mod settle;
mod slots;
mod spoofed;
mod start;
mod step_set;
mod turnover;
mod volumes;

pub use chosen::Chosen;
pub use facts::Facts;
pub use index::HostIndex;
pub use prune::{prune, prune_confirmed};
pub use settle::Hopeless;

use index::Index;

/// Everything a plan depends on. The same input gives the same plan, byte for byte.
#[derive(Debug, Clone)]
pub struct PlanningInput<'a> {
    /// What was requested.
    pub objective: Objective<'a>,
    /// The last observation of the engine.
    pub observed: &'a Observation,
    /// The owner of the objects, and what is written on new ones.
    pub provenance: &'a Provenance,
    /// What happened so far that the engine cannot show.
    pub facts: &'a Facts,
    /// What the stack may be given for whoever wants this.
    pub rules: &'a Rules,
}

impl PlanningInput<'_> {
    /// The files of the stack's folder that somebody else has changed: those that are changed now, and those that this command
    /// has already overwritten.
    fn edited_files(&self) -> BTreeSet<&str> {
        let is_edited =
            |file: &&EditedFile| file.stack_id == self.provenance.stack_id && file.edit == FileEdit::Changed;
        let now = self.observed.host.edited_files.iter().filter(is_edited).map(|file| &file.path);
        now.chain(&self.facts.overwritten).map(String::as_str).collect()
    }
}

/// What was requested.
#[derive(Debug, Clone, Copy)]
pub enum Objective<'a> {
    /// Make the engine match `desired` exactly.
    Converge {
        /// The desired state.
        desired: &'a DesiredStack,
        /// The previously applied definition, used to name the changed attributes.
        previous: Option<&'a DesiredStack>,
        /// Images of an earlier release, which take precedence over what their references point to now.
        pins: &'a BTreeMap<ServiceName, ImagePin>,
        /// When it counts as done.
        readiness: Readiness,
        /// Services whose containers are replaced even if they are right, unless this command has created them.
        recreate: &'a BTreeSet<ServiceName>,
        /// The service that it is about, with what shares something with it or is restarted with it; `None` means the whole
        /// stack. The other services are left as they are.
        only: Option<&'a ServiceName>,
    },
    /// Bring back what a converging command has interrupted before it ends early: start the former containers again, and
    /// where they are gone finish the replacement. Nothing else changes.
    Settle {
        /// The state that the command was converging to.
        desired: &'a DesiredStack,
        /// The previously applied definition.
        previous: Option<&'a DesiredStack>,
        /// As for `Converge`.
        pins: &'a BTreeMap<ServiceName, ImagePin>,
        /// As for `Converge`.
        recreate: &'a BTreeSet<ServiceName>,
        /// As for `Converge`.
        only: Option<&'a ServiceName>,
        /// What was tried in vain.
        hopeless: &'a Hopeless,
    },
    /// Start what is stopped.
    Start {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// Which services.
        chosen: &'a Chosen,
    },
    /// Stop what runs.
    Stop {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// Which services.
        chosen: &'a Chosen,
    },
    /// Pause what is running.
    Pause {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// Which services.
        chosen: &'a Chosen,
    },
    /// Restart what is running and start what is stopped.
    Restart {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// Which services.
        chosen: &'a Chosen,
    },
    /// Remove everything.
    Delete {
        /// The applied definition, for the order.
        desired: &'a DesiredStack,
        /// Also remove volumes with their data.
        volumes: bool,
    },
}

impl<'a> Objective<'a> {
    /// The definition that it is about.
    fn desired(&self) -> &'a DesiredStack {
        match *self {
            Self::Converge { desired, .. }
            | Self::Settle { desired, .. }
            | Self::Start { desired, .. }
            | Self::Stop { desired, .. }
            | Self::Pause { desired, .. }
            | Self::Restart { desired, .. }
            | Self::Delete { desired, .. } => desired,
        }
    }
}

/// Computes the plan. It never fails: whatever prevents execution is a [`Blocker`](crate::plan::Blocker) of the plan.
pub fn plan(input: &PlanningInput<'_>) -> Plan {
    plan_on(input, &HostIndex::new(&input.observed.host))
}

/// The same for one of many stacks on one observation. `host` is the index of the host in `input`.
pub fn plan_on<'a>(input: &PlanningInput<'a>, host: &'a HostIndex<'a>) -> Plan {
    let mut plan = unguarded(input, &Index::new(input, host));
    own_containers::guard(&mut plan, input.observed);
    protected::guard(&mut plan, input, host);
    policy::guard(&mut plan, input);
    cut_off::note(&mut plan, input);
    plan
}

fn unguarded<'a>(input: &PlanningInput<'a>, index: &Index<'a>) -> Plan {
    match input.objective {
        Objective::Converge { desired, previous, pins, readiness, recreate, only } => {
            let goal = converge::Convergence { desired, previous, pins, readiness, recreate, only };
            converge::converge(input, index, goal)
        }
        Objective::Settle { desired, previous, pins, recreate, only, hopeless } => {
            let readiness = Readiness::Started;
            let goal = converge::Convergence { desired, previous, pins, readiness, recreate, only };
            settle::settle(input, index, goal, hopeless)
        }
        Objective::Start { desired, chosen } => power::up(input, index, desired, chosen, power::Power::Start),
        Objective::Restart { desired, chosen } => {
            power::up(input, index, desired, chosen, power::Power::Restart)
        }
        Objective::Stop { desired, chosen } => power::down(index, desired, chosen),
        Objective::Pause { desired, chosen } => power::pause(index, desired, chosen),
        Objective::Delete { desired, volumes } => delete::delete(input, index, desired, volumes),
    }
}
