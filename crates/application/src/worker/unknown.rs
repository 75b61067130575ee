//! Effects of which nobody knows whether they happened: the engine is asked, never the memory.

use core_monitor_domain::command_event::EventEntry;
use core_monitor_domain::observation::{ContainerState, Observation};

use super::history::OpenIntent;
use super::journal::Journal;
use super::pass::Memory;

/// Closes the open intents with what the engine shows now.
pub(crate) fn settle(journal: &Journal<'_>, memory: &mut Memory, observed: &Observation) -> Vec<EventEntry> {
    let open = std::mem::take(&mut memory.open);
    let close = |intent: OpenIntent| {
        let seen = observe(&intent, observed);
        if seen == RUNNING && begins_a_run(&intent.op) {
            memory.facts.note_started(intent.container.clone());
        }
        journal.unknown_outcome(&intent, seen)
    };
    open.into_iter().map(close).collect()
}

/// Whether a container that was seen up after this `op` counts as started by it. A start is sent to what is down, so the
/// run is the one that was asked for. After a restart it may still be the former run: then the restart comes again, and
/// hooks that had run before run once more.
pub(crate) fn begins_a_run(op: &str) -> bool {
    matches!(op, "start_container" | "restart_container")
}

/// A container that was seen up.
pub(crate) const RUNNING: &str = "running";

fn observe(intent: &OpenIntent, observed: &Observation) -> &'static str {
    let host = &observed.host;
    let present = |there: bool| if there { "present" } else { "absent" };
    let container = intent.container.as_ref().and_then(|id| observed.container(id));
    match intent.op.as_str() {
        "create_container" => present(host.occupant_named(&intent.target).is_some()),
        "create_network" | "remove_network" => present(host.networks_named(&intent.target).next().is_some()),
        "create_volume" | "remove_volume" => present(host.volume(&intent.target).is_some()),
        "pull_image" | "build_image" => present(host.image(&intent.target.as_str().into()).is_some()),
        "remove_container" => present(container.is_some()),
        _ => container.map_or("absent", |container| state(container.state)),
    }
}

fn state(state: ContainerState) -> &'static str {
    match state {
        ContainerState::Created => "created",
        ContainerState::Running | ContainerState::Restarting => RUNNING,
        ContainerState::Paused => "paused",
        ContainerState::Exited { .. } => "exited",
        ContainerState::Removing | ContainerState::Dead => "half removed",
    }
}
