//! What an import leaves out or changes.

core_monitor_message::messages! {
    pub(crate) fn run_container_not_imported(container) =
        "`{container}` is a container of `docker compose run` and is not imported";
    pub(crate) fn container_without_service_not_imported(container) =
        "`{container}` has no service label and is not imported";
    pub(crate) fn address_range_left_out(networks) =
        "the address range of {networks} looks like one chosen by the engine and was left out";
    pub(crate) fn container_differs_from_others(container, service) =
        "`{container}` differs from the other containers of `{service}` and will be replaced";
    pub(crate) fn running_image_used(image, service) =
        "`{image}` now refers to a different image than the one `{service}` runs; the running image was used instead";
    pub(crate) fn container_will_be_renamed(container, name) = "`{container}` will be renamed to `{name}`";
    pub(crate) fn files_left(service, files) =
        "{files} exist only in the container of `{service}`, such as inline `configs` whose content docker compose copied there: they are not carried over, and the next update that replaces the container removes them; add them to the definition";
    pub(crate) fn more_files_left(service, files, more) =
        "{files} and {more} more exist only in the container of `{service}`, such as inline `configs` whose content docker compose copied there: they are not carried over, and the next update that replaces the container removes them; add them to the definition";
    pub(crate) fn attribute_not_carried_over(service, attribute) =
        "not carried over from `{service}`: {attribute}";
}
