//! The overview: what needs attention, how the stacks stand, and what the host does.

use std::collections::BTreeMap;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::alerts::Facts;
use core_monitor_domain::attention::{
    Attention, AttentionFacts, AttentionItem, FailedFacts, RunningFacts, StackFacts, attention,
};
use core_monitor_domain::command::{CommandStatus, FailureScope};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::journal::Progress;
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{OpenCommand, StackFilter, StoreError};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::statistics::HostFigures;
use core_monitor_domain::time::Timestamp;

use super::known_stacks::{JudgedStack, Look};
use super::open_commands::{OpenOf, attended, open_of_all};
use super::seen_stacks::SeenStacks;
use super::shown_command::all_shown;
use super::{QueryError, Server, ServerPorts, ShownCommand, StackState};

/// How many stacks are read at once.
const STACKS_AT_ONCE: u32 = 1_000;

/// The overview.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownOverview {
    /// When it was put together.
    pub taken_at: Timestamp,
    /// What needs attention, the worst first.
    pub attention: Vec<AttendedItem>,
    /// How many things need attention beyond those.
    pub attention_left_out: usize,
    /// Of how many stacks it is not known yet what the lint says.
    pub lint_left_out: usize,
    /// How the stacks stand.
    pub stacks: StackCounts,
    /// How many commands of the write lane wait.
    pub pending: u64,
    /// Whether nothing runs before somebody retries or cancels a failed command.
    pub is_blocked: bool,
    /// The commands that run.
    pub running: Vec<ShownCommand>,
    /// What the host uses; `None` if no worker says it.
    pub host: Option<HostFigures>,
}

/// Something that needs attention, with the command that it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct AttendedItem {
    /// It.
    pub item: AttentionItem,
    /// The command.
    pub command: Option<ShownCommand>,
}

/// How many stacks there are, and how they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StackCounts {
    /// All of them.
    pub total: usize,
    /// Those that are not as their applied versions say.
    pub drifted: usize,
    states: Vec<StackState>,
}

impl StackCounts {
    /// How many are in this state.
    pub fn with(&self, state: StackState) -> usize {
        self.states.iter().filter(|found| **found == state).count()
    }
}

/// The stacks, and how each stands.
struct Judged {
    stacks: Vec<Stack>,
    facts: Vec<StackFacts>,
    counts: StackCounts,
    lint_left_out: usize,
    look: Look,
}

impl Server {
    /// What needs attention, how the stacks stand and what the host does, in one answer. Who was granted something for some stacks
    /// sees only these, and nothing of the host.
    pub async fn show_overview(&self, actor: &Actor) -> Result<ShownOverview, QueryError> {
        let ports = self.permit(actor, Action::ShowOverview, &Resource::Installation).await?;
        let seen = self.seen_by(ports, actor).await?;
        let statistics = self.known_statistics().get_soon(&*ports.link, &*ports.clock).await;
        let mut open = open_of_all(ports).await?;
        let judged = self.judged(ports, &open, &seen).await?;
        let mut attended = attended(ports).await?;
        attended.retain(|command| seen.has(command.stack_id));
        let attended = all_shown(ports, self.known_progress(), attended).await?;
        let lane = ports.queue.write_lane().await?;
        // What the host uses is about more than some stacks.
        let shown = statistics.as_ref().filter(|_| seen.only().is_none());
        let host = shown.and_then(|snapshot| snapshot.host.clone());
        let pending = match seen.only() {
            None => ports.queue.overview().await?.pending,
            Some(only) => {
                open.retain(|stack, _| only.contains(stack));
                pending_of(&open)
            }
        };
        let now = ports.clock.now();
        let known =
            Known { now, worker_answers: statistics.is_some(), host: host.as_ref(), scope: lane.scope };
        let Attention { items, left_out } = known.attention(&judged, &attended);
        let running =
            attended.iter().filter(|shown| shown.command.status == CommandStatus::Running).cloned().collect();
        Ok(ShownOverview {
            taken_at: now,
            attention: with_commands(items, &attended),
            attention_left_out: left_out,
            lint_left_out: judged.lint_left_out,
            stacks: judged.counts,
            pending,
            is_blocked: lane.is_blocked(),
            running,
            host,
        })
    }

    /// What is worth an alert, as far as the overview knows it, and the stacks.
    pub(super) async fn overview_facts(
        &self,
        ports: &ServerPorts,
    ) -> Result<(Facts, Vec<Stack>), StoreError> {
        let statistics = self.known_statistics().get_soon(&*ports.link, &*ports.clock).await;
        let open = open_of_all(ports).await?;
        let judged = self.judged(ports, &open, &SeenStacks::All).await?;
        let attended = all_shown(ports, self.known_progress(), attended(ports).await?).await?;
        let lane = ports.queue.write_lane().await?;
        let host = statistics.as_ref().and_then(|snapshot| snapshot.host.clone());
        let worker_answers = statistics.is_some();
        let known = Known { now: ports.clock.now(), worker_answers, host: host.as_ref(), scope: lane.scope };
        let facts = known.with_facts(&judged, &attended, Facts::of);
        Ok((facts, judged.stacks))
    }

    /// The stacks that are seen, and how each stands.
    async fn judged(
        &self,
        ports: &ServerPorts,
        open: &OpenOf,
        seen: &SeenStacks,
    ) -> Result<Judged, StoreError> {
        let known = self.known_stacks();
        let mut stacks = all_stacks(ports).await?;
        known.forget_others(&stacks.iter().map(|stack| stack.id).collect());
        stacks.retain(|stack| seen.has(stack.id));
        let look = known.look(ports).await?;
        let standing = known.judge_all(ports, &look, &stacks, open).await?;
        let lint = self.known_lint().errors(ports, &stacks).await?;
        let facts = stacks.iter().zip(&standing).map(|(stack, judged)| {
            let errors = lint.of.get(&stack.id).copied().unwrap_or_default();
            let open = open.get(&stack.id).map(Vec::as_slice).unwrap_or_default();
            facts_of(stack, judged, open, errors)
        });
        let facts = facts.collect();
        let counts = StackCounts {
            total: stacks.len(),
            drifted: standing.iter().filter(|judged| judged.drift.is_some_and(|drift| drift > 0)).count(),
            states: standing.iter().map(|judged| judged.state).collect(),
        };
        Ok(Judged { stacks, facts, counts, lint_left_out: lint.unknown, look })
    }
}

/// What is known of the installation beside its stacks and commands.
struct Known<'a> {
    now: Timestamp,
    worker_answers: bool,
    host: Option<&'a HostFigures>,
    scope: FailureScope,
}

impl Known<'_> {
    fn attention(&self, judged: &Judged, attended: &[ShownCommand]) -> Attention {
        self.with_facts(judged, attended, attention)
    }

    /// What all of this is as facts.
    fn with_facts<T>(
        &self,
        judged: &Judged,
        attended: &[ShownCommand],
        of: impl FnOnce(&AttentionFacts<'_>) -> T,
    ) -> T {
        let names: BTreeMap<StackId, &StackName> =
            judged.stacks.iter().map(|stack| (stack.id, &stack.name)).collect();
        let name = |shown: &ShownCommand| names.get(&shown.command.stack_id).copied();
        let with = |status| attended.iter().filter(move |shown| shown.command.status == status);
        let failed: Vec<_> = with(CommandStatus::Failed)
            .map(|shown| FailedFacts { command: &shown.command, stack: name(shown) })
            .collect();
        let running: Vec<_> = with(CommandStatus::Running)
            .map(|shown| RunningFacts {
                command: &shown.command,
                stack: name(shown),
                heard_at: shown.heard_at,
                deadline: shown.progress.as_ref().and_then(Progress::deadline),
            })
            .collect();
        of(&AttentionFacts {
            now: self.now,
            worker_answers: self.worker_answers,
            observed_at: judged.look.observed_at,
            disks: self.host.map(|host| host.disks.as_slice()).unwrap_or_default(),
            failure_scope: self.scope,
            failed: &failed,
            running: &running,
            stacks: &judged.facts,
        })
    }
}

/// How many commands wait.
fn pending_of(open: &OpenOf) -> u64 {
    let waiting = open.values().flatten().filter(|command| command.status == CommandStatus::Pending);
    u64::try_from(waiting.count()).unwrap_or(u64::MAX)
}

fn with_commands(items: Vec<AttentionItem>, attended: &[ShownCommand]) -> Vec<AttendedItem> {
    let find =
        |item: &AttentionItem| attended.iter().find(|shown| Some(shown.command.id) == item.command).cloned();
    items.into_iter().map(|item| AttendedItem { command: find(&item), item }).collect()
}

fn facts_of(stack: &Stack, judged: &JudgedStack, open: &[OpenCommand], lint_errors: usize) -> StackFacts {
    StackFacts {
        id: stack.id,
        name: stack.name.clone(),
        latest_version: stack.latest_version,
        current_version: stack.current_version,
        is_changing: !open.is_empty(),
        is_running: open.iter().any(|command| command.status == CommandStatus::Running),
        services: judged.troubles.clone(),
        drift: judged.drift.unwrap_or_default(),
        lint_errors,
    }
}

/// Every stack that is not deleted, by name.
pub(super) async fn all_stacks(ports: &ServerPorts) -> Result<Vec<Stack>, StoreError> {
    let mut stacks: Vec<Stack> = Vec::new();
    loop {
        let after = stacks.last().map(|stack| stack.name.clone());
        let filter = StackFilter { after, limit: STACKS_AT_ONCE, ..StackFilter::default() };
        let page = ports.stacks.list(&filter).await?;
        stacks.extend(page.items);
        if !page.more {
            return Ok(stacks);
        }
    }
}
