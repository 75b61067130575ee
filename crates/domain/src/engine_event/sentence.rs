//! An event as a sentence.

use core_monitor_message::Message;

use super::{EngineEvent, said};
use crate::ids::ContainerId;

/// What happened. What has no sentence of its own gets a general one with the engine's words.
pub(super) fn of(event: &EngineEvent) -> Message {
    let specific = match event.kind.as_str() {
        "container" => of_container(event),
        "network" => of_network(event),
        "volume" => of_volume(event),
        "image" => of_image(event),
        _ => None,
    };
    specific.unwrap_or_else(|| said::event_other(&event.kind, &event.name, &event.action))
}

fn of_container(event: &EngineEvent) -> Option<Message> {
    let name = &event.name;
    let attribute = |key: &str| event.attributes.get(key).map_or("", String::as_str);
    Some(match event.action.as_str() {
        "create" => said::event_container_created(name, attribute("image")),
        "start" => said::event_container_started(name),
        "die" => said::event_container_exited(name, attribute("exitCode")),
        "kill" => said::event_container_signalled(name, attribute("signal")),
        "stop" => said::event_container_stopped(name),
        "restart" => said::event_container_restarted(name),
        "pause" => said::event_container_paused(name),
        "unpause" => said::event_container_unpaused(name),
        "rename" => said::event_container_renamed(attribute("oldName").trim_start_matches('/'), name),
        "destroy" => said::event_container_removed(name),
        "oom" => said::event_container_out_of_memory(name),
        "update" => said::event_container_updated(name),
        "health_status" => said::event_container_health(name, event.result.as_deref().unwrap_or_default()),
        "exec_create" | "exec_start" => said::event_exec_started(name),
        "exec_die" => said::event_exec_ended(name, attribute("exitCode")),
        _ => return None,
    })
}

/// The container that an event of a network or a volume is about.
fn user(event: &EngineEvent) -> &str {
    let id = event.container.as_ref().map_or("", ContainerId::short);
    event.container_name.as_deref().unwrap_or(id)
}

fn of_network(event: &EngineEvent) -> Option<Message> {
    let (name, container) = (&event.name, user(event));
    Some(match event.action.as_str() {
        "create" => said::event_network_created(name),
        "destroy" | "remove" => said::event_network_removed(name),
        "connect" => said::event_network_connected(container, name),
        "disconnect" => said::event_network_disconnected(container, name),
        _ => return None,
    })
}

fn of_volume(event: &EngineEvent) -> Option<Message> {
    let (name, container) = (&event.name, user(event));
    Some(match event.action.as_str() {
        "create" => said::event_volume_created(name),
        "destroy" => said::event_volume_removed(name),
        "mount" => said::event_volume_mounted(container, name),
        "unmount" => said::event_volume_unmounted(container, name),
        _ => return None,
    })
}

fn of_image(event: &EngineEvent) -> Option<Message> {
    let name = &event.name;
    Some(match event.action.as_str() {
        "pull" => said::event_image_pulled(name),
        "tag" => said::event_image_tagged(name),
        "untag" => said::event_image_untagged(name),
        "delete" => said::event_image_removed(name),
        "import" | "load" => said::event_image_loaded(name),
        _ => return None,
    })
}
