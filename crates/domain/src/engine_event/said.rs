//! What happened on the engine.

core_monitor_message::messages! {
    pub(crate) fn event_container_created(container, image) =
        "container {container} was created from {image}";
    pub(crate) fn event_container_started(container) = "container {container} was started";
    pub(crate) fn event_container_exited(container, code) = "container {container} exited with code {code}";
    pub(crate) fn event_container_signalled(container, signal) =
        "container {container} was sent the signal {signal}";
    pub(crate) fn event_container_stopped(container) = "container {container} was stopped";
    pub(crate) fn event_container_restarted(container) = "container {container} was restarted";
    pub(crate) fn event_container_paused(container) = "container {container} was paused";
    pub(crate) fn event_container_unpaused(container) = "container {container} was resumed";
    pub(crate) fn event_container_renamed(old, new) = "container {old} is now called {new}";
    pub(crate) fn event_container_removed(container) = "container {container} was removed";
    pub(crate) fn event_container_out_of_memory(container) = "container {container} ran out of memory";
    pub(crate) fn event_container_updated(container) = "the limits of container {container} were changed";
    /// `health` is the engine's word.
    pub(crate) fn event_container_health(container, health) = "container {container} is {health}";
    pub(crate) fn event_exec_started(container) = "a command was started in container {container}";
    pub(crate) fn event_exec_ended(container, code) =
        "a command in container {container} ended with code {code}";
    pub(crate) fn event_network_created(network) = "network {network} was created";
    pub(crate) fn event_network_removed(network) = "network {network} was removed";
    pub(crate) fn event_network_connected(container, network) =
        "container {container} was connected to network {network}";
    pub(crate) fn event_network_disconnected(container, network) =
        "container {container} was disconnected from network {network}";
    pub(crate) fn event_volume_created(volume) = "volume {volume} was created";
    pub(crate) fn event_volume_removed(volume) = "volume {volume} was removed";
    pub(crate) fn event_volume_mounted(container, volume) = "container {container} mounted volume {volume}";
    pub(crate) fn event_volume_unmounted(container, volume) =
        "container {container} unmounted volume {volume}";
    pub(crate) fn event_image_pulled(image) = "image {image} was pulled";
    pub(crate) fn event_image_tagged(image) = "image {image} got a tag";
    pub(crate) fn event_image_untagged(image) = "image {image} lost a tag";
    pub(crate) fn event_image_removed(image) = "image {image} was removed";
    pub(crate) fn event_image_loaded(image) = "image {image} was loaded";
    /// All three are the engine's words.
    pub(crate) fn event_other(kind, name, action) = "{kind} {name}: {action}";
}
