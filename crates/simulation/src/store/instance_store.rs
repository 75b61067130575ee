//! [`InstanceStore`] in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{StackId, TemplateId, VersionNumber};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::{
    InstanceChange, InstanceFilter, InstanceStore, LaunchError, Launched, NewApply, NewInstance, NewStack,
    NewVersion, Page, StoreError,
};
use core_monitor_domain::template::{Instance, MadeFrom, ParameterName};
use core_monitor_domain::time::Timestamp;

use super::command_queue::page;
use super::saved_versions::{add_version, apply_saved, create};
use super::state::State;
use super::{SimDatabase, refused};

/// The instances, each with its ports. They go with their stacks.
pub(super) type Instances = BTreeMap<(TemplateId, InstanceKey), Instance>;

/// What the versions of the stacks of instances were made from. They go with their stacks.
pub(super) type MadeVersions = BTreeMap<(StackId, VersionNumber), MadeFrom>;

/// Instances in memory.
#[derive(Debug, Clone)]
pub struct SimInstanceStore {
    db: SimDatabase,
}

impl SimInstanceStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl InstanceStore for SimInstanceStore {
    async fn launch(&self, new: NewInstance) -> Result<Launched, LaunchError> {
        self.db.write("InstanceStore::launch", |state| {
            check_template(state, new.template, new.template_version)?;
            if let Some(known) = state.instances.get(&(new.template, new.key.clone())) {
                return Err(LaunchError::Exists(Box::new(shown(state, known))));
            }
            check_ports(state, new.stack.id, &new.ports)?;
            check_apply(state, &new.apply)?;
            let (instance, apply) = (new.instance(), new.apply);
            let version = NewVersion { idempotency: None, ..new.stack.version };
            let saved = create(state, NewStack { version, ..new.stack })?;
            keep(state, &instance, saved.version.version);
            let deployed = apply_saved(state, saved, apply, None)?;
            Ok(Launched { instance, deployed })
        })
    }

    async fn change(&self, change: InstanceChange) -> Result<Launched, LaunchError> {
        self.db.write("InstanceStore::change", |state| {
            let before = of_stack(state, change.stack).ok_or(LaunchError::NotFound)?;
            check_template(state, before.template, change.template_version)?;
            check_ports(state, change.stack, &change.ports)?;
            check_apply(state, &change.apply)?;
            let version = NewVersion { idempotency: None, ..change.version };
            let saved = add_version(state, change.stack, change.if_match, version)?;
            let (template_version, values, ports) = (change.template_version, change.values, change.ports);
            let instance = Instance { template_version, values, ports, ..before };
            keep(state, &instance, saved.version.version);
            let deployed = apply_saved(state, saved, change.apply, None)?;
            Ok(Launched { instance, deployed })
        })
    }

    async fn find(&self, template: TemplateId, key: &InstanceKey) -> Result<Option<Instance>, StoreError> {
        self.db.read("InstanceStore::find", |state| {
            Ok(state.instances.get(&(template, key.clone())).map(|instance| shown(state, instance)))
        })
    }

    async fn of_stack(&self, stack: StackId) -> Result<Option<Instance>, StoreError> {
        self.db.read("InstanceStore::of_stack", |state| Ok(of_stack(state, stack)))
    }

    async fn newest_made(&self, stack: StackId) -> Result<Option<VersionNumber>, StoreError> {
        self.db.read("InstanceStore::newest_made", |state| {
            let all = (stack, VersionNumber(0))..=(stack, VersionNumber(u32::MAX));
            Ok(state.made_versions.range(all).last().map(|((_, version), _)| *version))
        })
    }

    async fn list(&self, filter: &InstanceFilter) -> Result<Page<Instance>, StoreError> {
        self.db.read("InstanceStore::list", |state| {
            let wanted = state.instances.iter().filter(|(place, instance)| {
                filter.template.is_none_or(|template| instance.template == template)
                    && filter.after.as_ref().is_none_or(|after| *place > after)
            });
            Ok(page(wanted.map(|(_, instance)| shown(state, instance)), filter.limit))
        })
    }

    async fn ports(&self) -> Result<BTreeSet<u16>, StoreError> {
        self.db.read("InstanceStore::ports", |state| {
            Ok(state.instances.values().flat_map(|instance| claimed(&shown(state, instance))).collect())
        })
    }

    async fn note_stopped(&self, changes: &[(StackId, Option<Timestamp>)]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.db.write("InstanceStore::note_stopped", |state| {
            for (stack, since) in changes {
                if let Some(instance) = of_stack_mut(state, *stack) {
                    instance.stopped_since = *since;
                }
            }
            Ok(())
        })
    }

    async fn hold(
        &self,
        stack: StackId,
        is_held: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.db.write("InstanceStore::hold", |state| {
            let Some(before) = of_stack(state, stack) else { return Ok(false) };
            if before.is_held == is_held {
                return Ok(true);
            }
            let name = state.templates.name(before.template);
            let name = name.ok_or_else(|| refused("an instance has a template that is not deleted"))?;
            let entry = AuditEntry::instance_held(name, &before.key, is_held, by, now);
            if let Some(instance) = of_stack_mut(state, stack) {
                instance.is_held = is_held;
            }
            state.audit(entry);
            Ok(true)
        })
    }
}

/// How many instances a template has.
pub(super) fn of_template(state: &State, template: TemplateId) -> u64 {
    state.instances.values().filter(|instance| instance.template == template).count() as u64
}

/// Keeps an instance with what this version of its stack was made from.
fn keep(state: &mut State, instance: &Instance, version: VersionNumber) {
    state.made_versions.insert((instance.stack, version), instance.newest());
    state.instances.insert((instance.template, instance.key.clone()), instance.clone());
}

/// An instance with what its applied version was made from.
fn shown(state: &State, instance: &Instance) -> Instance {
    let stack = instance.stack;
    let applied = state.stacks.get(&stack).and_then(|stack| stack.current_version);
    let made = applied.and_then(|applied| {
        let until = state.made_versions.range((stack, VersionNumber(0))..=(stack, applied));
        until.last().map(|(_, made)| made.clone())
    });
    Instance { applied: made, ..instance.clone() }
}

/// The ports of an instance, and those of its applied version.
fn claimed(instance: &Instance) -> Vec<u16> {
    let applied = instance.applied.iter().flat_map(|applied| applied.ports.values());
    instance.ports.values().chain(applied).copied().collect()
}

fn of_stack(state: &State, stack: StackId) -> Option<Instance> {
    state.instances.values().find(|instance| instance.stack == stack).map(|instance| shown(state, instance))
}

fn of_stack_mut(state: &mut State, stack: StackId) -> Option<&mut Instance> {
    state.instances.values_mut().find(|instance| instance.stack == stack)
}

/// Refuses what is made from a template that is deleted, or from a version that it does not have.
fn check_template(state: &State, template: TemplateId, version: VersionNumber) -> Result<(), LaunchError> {
    if state.templates.has(template, version) { Ok(()) } else { Err(LaunchError::TemplateNotFound) }
}

/// Refuses ports that another instance than `stack` has, and one port for two parameters.
fn check_ports(
    state: &State,
    stack: StackId,
    ports: &BTreeMap<ParameterName, u16>,
) -> Result<(), LaunchError> {
    let wanted: BTreeSet<u16> = ports.values().copied().collect();
    let others = state.instances.values().filter(|instance| instance.stack != stack);
    let taken: BTreeSet<u16> = others.flat_map(|instance| claimed(&shown(state, instance))).collect();
    if let Some(port) = wanted.intersection(&taken).next() {
        return Err(LaunchError::PortTaken { port: *port });
    }
    if wanted.len() < ports.len() || wanted.contains(&0) {
        return Err(refused("a port of the host belongs to one instance").into());
    }
    Ok(())
}

/// Refuses a command that could not be enqueued once the version is saved.
fn check_apply(state: &State, apply: &NewApply) -> Result<(), LaunchError> {
    match state.command(apply.command_id) {
        Some(_) => Err(refused(format_args!("the command id `{}` is taken", apply.command_id)).into()),
        None => Ok(()),
    }
}
