//! What a definition written as text loses.

core_monitor_message::messages! {
    pub(crate) fn lost_service(service) = "the service `{service}`";
    pub(crate) fn lost_attribute(attribute, service) = "`{attribute}` of `{service}`";
    pub(crate) fn lost_containers(service) = "the names or number of containers of `{service}`";
    pub(crate) fn lost_network(network) = "attributes of the network `{network}`";
    pub(crate) fn lost_volume(volume) = "attributes of the volume `{volume}`";
}
