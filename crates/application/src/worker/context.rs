//! What everything that works on one command needs to reach.

use core_monitor_domain::command::Command;
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::labels::Provenance;
use core_monitor_domain::ports::{Clock, ContainerEngine};

use super::WorkerPorts;
use super::activity::Activity;
use super::goal::Goal;
use super::journal::Journal;
use super::observer::Observer;
use super::settings::WorkerSettings;
use super::tenure::Tenure;

/// One command at work under one lease.
pub(crate) struct Context<'w> {
    pub(crate) ports: &'w WorkerPorts,
    pub(crate) settings: &'w WorkerSettings,
    pub(crate) instance: InstanceId,
    pub(crate) activity: &'w Activity,
    pub(crate) observer: &'w Observer<'w>,
    pub(crate) tenure: &'w Tenure<'w>,
    pub(crate) journal: Journal<'w>,
    pub(crate) command: &'w Command,
}

impl Context<'_> {
    pub(crate) fn engine(&self) -> &dyn ContainerEngine {
        &*self.ports.engine
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.ports.clock
    }

    /// In whose name the objects of `goal` are made.
    pub(crate) fn provenance(&self, goal: &Goal) -> Provenance {
        let DesiredStack { name, .. } = &goal.desired;
        Provenance {
            instance: self.instance,
            stack_id: self.command.stack_id,
            stack: name.clone(),
            version: goal.version,
            command: Some(self.command.id),
            epoch: Some(self.tenure.lease().epoch),
            predecessors: goal.predecessors.clone(),
        }
    }
}
