//! What is known about the stacks, so that only those about which something has changed are planned again.
//!
//! To say how a stack stands takes its definition and a plan, which is milliseconds; a list has up to a thousand of them, and
//! nothing has changed about nearly all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::attention::{ServiceFacts, ServiceTrouble};
use core_monitor_domain::changes::{ChangeTopic, Changes};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{ContainerState, HostObservation, ObservedContainer};
use core_monitor_domain::ports::{Marks, OpenCommand, StoreError};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;

use super::open_commands::OpenOf;
use super::stack_status::statuses_of;
use super::{ServerPorts, ServiceState, ServiceStatus, StackState, StackStatus};

/// How many stacks are read and planned at once. Each may have a definition with thousands of services, and all of these are
/// in memory at the same time.
const AT_ONCE: usize = 16;

/// How a stack stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JudgedStack {
    /// State of what is running.
    pub(super) state: StackState,
    /// How many steps it would take to match the applied version again, and what would prevent it. `None` if nothing is
    /// applied or nothing was observed, or if this release no longer reads the definition.
    pub(super) drift: Option<usize>,
    /// The services that are not as they should be.
    pub(super) troubles: Vec<ServiceFacts>,
}

/// The commands of a stack that are neither done nor cancelled.
pub(super) type OpenCommands = Vec<OpenCommand>;

/// What differs for each stack if anything about its containers does.
type Observed = BTreeMap<StackId, String>;

/// What the stacks are judged by.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// When the engine was last observed.
    pub(super) observed_at: Option<Timestamp>,
    host: Option<Arc<KnownHost>>,
    observed: Arc<Observed>,
    /// How often named secrets were changed: a new version of one is drift.
    secrets: u64,
}

/// The host, with a number for each part that stacks depend on. A number stands for what it was given for.
#[derive(Debug)]
struct KnownHost {
    mark: String,
    host: HostObservation,
    /// Of the host as a whole.
    whole: u64,
    /// Of the host without its containers, which come and go without concern to a stack that is as it should be.
    objects: u64,
}

/// The stacks, as they were judged last.
#[derive(Debug, Default)]
pub(super) struct KnownStacks(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    host: Option<Arc<KnownHost>>,
    observed: Option<(Option<Timestamp>, Arc<Observed>)>,
    stacks: BTreeMap<StackId, Entry>,
}

/// A stack, and what it was judged by.
#[derive(Debug)]
struct Entry {
    stack: Stack,
    open: OpenCommands,
    containers: Option<String>,
    secrets: u64,
    /// The number of the part of the host that counts for it.
    host: u64,
    /// Whether the containers of others count for it.
    is_sensitive: bool,
    judged: Arc<JudgedStack>,
}

impl KnownStacks {
    /// What the stacks are judged by now. The marks are read first: what changes meanwhile is seen the next time.
    pub(super) async fn look(&self, ports: &ServerPorts) -> Result<Look, StoreError> {
        let Marks { observed_at, host: mark, secrets, .. } = ports.marks.marks().await?;
        let (host, observed) = {
            let known = self.known();
            let host = known.host.clone().filter(|host| host.mark == mark);
            (host, known.observed.clone().filter(|(at, _)| *at == observed_at).map(|(_, marks)| marks))
        };
        let observed = match observed {
            Some(observed) => observed,
            None => Arc::new(ports.marks.observed().await?),
        };
        let read = if host.is_none() { ports.observations.host().await? } else { None };
        let mut known = self.known();
        let host = host.or_else(|| read.map(|read| known.number(mark, read)));
        known.observed = Some((observed_at, Arc::clone(&observed)));
        Ok(Look { observed_at, host, observed, secrets })
    }

    /// How a stack stands, if that is known already.
    pub(super) fn find(&self, look: &Look, stack: &Stack, open: &OpenCommands) -> Option<Arc<JudgedStack>> {
        let known = self.known();
        let entry = known.stacks.get(&stack.id)?;
        let same = entry.host == look.number_for(entry.is_sensitive)
            && entry.secrets == look.secrets
            && entry.containers.as_ref() == look.observed.get(&stack.id)
            && entry.open == *open
            && entry.stack == *stack;
        same.then(|| Arc::clone(&entry.judged))
    }

    /// How these stacks stand, in their order. Only those about which something has changed are planned; what is needed of
    /// them is read at once. A definition that cannot be read must not hide the other stacks.
    pub(super) async fn judge_all(
        &self,
        ports: &ServerPorts,
        look: &Look,
        stacks: &[Stack],
        open: &OpenOf,
    ) -> Result<Vec<Arc<JudgedStack>>, StoreError> {
        let commands = |stack: &Stack| open.get(&stack.id).cloned().unwrap_or_default();
        let found: Vec<_> = stacks.iter().map(|stack| self.find(look, stack, &commands(stack))).collect();
        let missing = stacks.iter().zip(&found).filter(|(_, found)| found.is_none());
        let missing: Vec<_> = missing.map(|(stack, _)| stack).collect();
        let mut judged = Vec::with_capacity(missing.len());
        let mut host = look.host.as_ref().filter(|_| !missing.is_empty()).map(|known| known.host.clone());
        for some in missing.chunks(AT_ONCE) {
            let sights = sights_of(ports, &mut host, some).await?;
            for (stack, sight) in some.iter().zip(sights) {
                judged.push(self.keep(look, stack, commands(stack), sight));
            }
        }
        let mut judged = judged.into_iter();
        Ok(found.into_iter().filter_map(|found| found.or_else(|| judged.next())).collect())
    }

    /// Keeps how a stack stands, with what it was judged by.
    fn keep(&self, look: &Look, stack: &Stack, open: OpenCommands, sight: Sight) -> Arc<JudgedStack> {
        // Whose names and ports are taken matters to what has to be created.
        let is_sensitive = sight.shares || sight.judged.drift.is_none_or(|drift| drift > 0);
        let judged = Arc::new(sight.judged);
        let entry = Entry {
            stack: stack.clone(),
            open,
            containers: look.observed.get(&stack.id).cloned(),
            secrets: look.secrets,
            host: look.number_for(is_sensitive),
            is_sensitive,
            judged: Arc::clone(&judged),
        };
        self.known().stacks.insert(stack.id, entry);
        judged
    }

    /// Forgets all but these stacks, which are all that there are.
    pub(super) fn forget_others(&self, stacks: &BTreeSet<StackId>) {
        self.known().stacks.retain(|stack, _| stacks.contains(stack));
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Takes in a host, with other numbers where it differs from the one before.
    fn number(&mut self, mark: String, host: HostObservation) -> Arc<KnownHost> {
        let (whole, objects) = match &self.host {
            Some(before) if same_objects(&before.host, &host) => (before.whole + 1, before.objects),
            Some(before) => (before.whole + 1, before.whole + 1),
            None => (1, 1),
        };
        let host = Arc::new(KnownHost { mark, host, whole, objects });
        self.host = Some(Arc::clone(&host));
        host
    }
}

impl Look {
    /// What differs from an earlier look.
    pub(super) fn note_changes(&self, before: &Self, changes: &mut Changes) {
        let mark = |look: &Self, stack| look.observed.get(stack).cloned();
        if !Arc::ptr_eq(&self.observed, &before.observed) {
            let stacks: BTreeSet<_> = self.observed.keys().chain(before.observed.keys()).collect();
            for stack in stacks.into_iter().filter(|stack| mark(self, stack) != mark(before, stack)) {
                changes.note_stack(ChangeTopic::Observation, *stack);
            }
        }
        let is_observed = changes.topics().contains(&ChangeTopic::Observation);
        // The host shows our containers too: where they have changed, nothing else need have.
        if self.number_for(false) != before.number_for(false)
            || (!is_observed && self.number_for(true) != before.number_for(true))
        {
            changes.note(ChangeTopic::Host);
        }
    }

    /// The number of what counts on the host; 0 before the first observation.
    fn number_for(&self, is_sensitive: bool) -> u64 {
        self.host.as_ref().map_or(0, |host| if is_sensitive { host.whole } else { host.objects })
    }
}

/// What was seen of a stack.
struct Sight {
    judged: JudgedStack,
    /// Whether the container of another one counts for it.
    shares: bool,
}

/// How these stacks stand, in their order.
async fn sights_of(
    ports: &ServerPorts,
    host: &mut Option<HostObservation>,
    stacks: &[&Stack],
) -> Result<Vec<Sight>, StoreError> {
    let ids: Vec<_> = stacks.iter().map(|stack| stack.id).collect();
    let mut containers: BTreeMap<_, _> = ports.observations.containers_of(&ids).await?.into_iter().collect();
    let cases: Vec<_> = stacks
        .iter()
        .map(|stack| ((*stack).clone(), containers.remove(&stack.id).unwrap_or_default()))
        .collect();
    let shares = |(_, containers): &(Stack, Vec<ObservedContainer>)| containers.iter().any(shares_namespaces);
    let shares: Vec<bool> = cases.iter().map(shares).collect();
    if host.is_none() {
        let unknown = |shares| Sight { judged: JudgedStack::unknown(), shares };
        return Ok(shares.into_iter().map(unknown).collect());
    }
    let statuses = statuses_of(ports, cases, host.take()).await?;
    *host = statuses.host;
    let sights = statuses.of.into_iter().zip(shares).map(|(status, shares)| {
        let judged = status.map_or_else(|_| JudgedStack::unknown(), JudgedStack::from);
        Sight { judged, shares }
    });
    Ok(sights.collect())
}

impl JudgedStack {
    fn unknown() -> Self {
        Self { state: StackState::Unknown, drift: None, troubles: Vec::new() }
    }
}

impl From<StackStatus> for JudgedStack {
    fn from(status: StackStatus) -> Self {
        Self {
            state: status.state,
            drift: status.drift.map(|drift| drift.steps.len() + drift.blockers.len()),
            troubles: status.services.into_iter().filter_map(trouble).collect(),
        }
    }
}

fn trouble(service: ServiceStatus) -> Option<ServiceFacts> {
    let trouble = match service.state {
        ServiceState::Failed => ServiceTrouble::Failed,
        ServiceState::Unhealthy => ServiceTrouble::Unhealthy,
        _ => return None,
    };
    let worst = service.containers.iter().max_by_key(|container| container.state);
    let ended = worst
        .map(|worst| &worst.observed)
        .filter(|observed| matches!(observed.state, ContainerState::Exited { .. } | ContainerState::Dead));
    let since = ended.and_then(|observed| observed.finished_at);
    // A container without a readable label stands for itself.
    let name = match worst {
        Some(worst) if service.name.is_empty() => worst.name.clone(),
        _ => service.name,
    };
    Some(ServiceFacts { name, trouble, status: service.text, since })
}

/// Whether the container of another one counts for this one.
fn shares_namespaces(container: &ObservedContainer) -> bool {
    let modes = [&container.network_mode, &container.pid_mode, &container.ipc_mode];
    modes.into_iter().any(|mode| mode.starts_with("container:"))
}

/// Whether two observations differ at most in their containers and their time.
fn same_objects(one: &HostObservation, other: &HostObservation) -> bool {
    let HostObservation {
        taken_at: _,
        engine,
        stacks_dir,
        builds,
        protected,
        networks,
        volumes,
        images,
        occupants: _,
        spoofed,
        edited_files,
    } = one;
    (engine, stacks_dir, builds, protected)
        == (&other.engine, &other.stacks_dir, &other.builds, &other.protected)
        && (networks, volumes, images) == (&other.networks, &other.volumes, &other.images)
        && (spoofed, edited_files) == (&other.spoofed, &other.edited_files)
}

#[cfg(test)]
mod tests;
