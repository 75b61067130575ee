//! What is said between the lines of logs, and why there are none.

core_monitor_message::messages! {
    pub(crate) fn started(container) = "`{container}` has started";
    pub(crate) fn replaced(container, former) = "`{container}` has taken the place of the container {former}";
    pub(crate) fn ended(container) = "`{container}` is gone";
    pub(crate) fn gap(container) =
        "lines of `{container}` may be missing here: the engine no longer has the line after which to go on";
    pub(crate) fn unreadable(container, driver) =
        "the log driver `{driver}` of `{container}` keeps nothing that the engine could read";
    pub(crate) fn use_a_readable_driver() =
        "look where the driver sends the lines, or use one that the engine can read, such as `local` or `json-file`, in `logging` of the service";
    pub(crate) fn failed(container, error) = "the log of `{container}` cannot be read: {error}";
    pub(crate) fn complete() = "this is the end of the logs";
    pub(crate) fn stack_deleted() = "the logs end here: the stack was deleted";
    pub(crate) fn broken() = "the logs end here: reading them was interrupted";
    pub(crate) fn old() = "the logs end here: the stream is as old as the server allows; request them again";
    pub(crate) fn stopping() = "the logs end here: the server is stopping; request them again";
    pub(crate) fn no_container_named(container) = "no container has the id or name `{container}`";
    pub(crate) fn list_containers() = "GET /api/v1/containers lists the containers of all stacks";
    pub(crate) fn foreign_container(container) = "the container `{container}` belongs to no stack";
    pub(crate) fn import_it() =
        "import its compose project as a stack (POST /api/v1/projects/{{name}}/import), or read it with `docker logs`";
    pub(crate) fn ambiguous_container(beginning) = "several containers have an id that begins with `{beginning}`";
    pub(crate) fn give_more_of_the_id() = "give more of the id, or the name";
    pub(crate) fn too_many_logs(count, most) =
        "the logs of {count} containers were asked for, but at most {most} can be read at once";
    pub(crate) fn choose_services() = "choose services with `service`";
    pub(crate) fn secrets_unknown() =
        "the values of the stack's secret variables cannot be opened, so they could not be hidden in its logs";
    pub(crate) fn restore_the_key() = "restore `secret.key` from the backup of the data folder";
    pub(crate) fn not_a_tail(value) = "`tail` is `{value}`, which is neither `all` nor a number of lines";
    pub(crate) fn not_a_position(name) = "`{name}` is not a position in logs";
    pub(crate) fn send_position_unchanged() = "send the `id` or `after` of the last line as it was received";
    pub(crate) fn until_of_what_follows() = "`until` and `follow` cannot be combined: what is followed has no end";
    pub(crate) fn no_stream_chosen() = "neither `stdout` nor `stderr` is wanted";
    pub(crate) fn grep_too_long(length, most) = "`grep` has {length} bytes; at most {most} are allowed";
    pub(crate) fn bad_service_name(reason: Message) = "`service` is not a name of a service: {reason}";
}
