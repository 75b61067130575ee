//! What is wrong with the value of an attribute.

core_monitor_message::messages! {
    pub(crate) fn write_list_not_split() = "write a list, which is not split";
    pub(crate) fn parenthesis_unopened() = "`)` has no matching `(`";
    pub(crate) fn parenthesis_needs_shell() = "`(` needs a shell";
    pub(crate) fn quote_or_bracket_open() = "a quote or bracket is never closed";
    pub(crate) fn external_with_attribute(place: Message, key) =
        "{place} is external and cannot have `{key}`";
    pub(crate) fn two_names(place: Message) = "{place} has two different names";
    pub(crate) fn not_whole_or_out_of_range(place: Message) = "{place} is out of range or not a whole number";
    pub(crate) fn not_a_number(place: Message) = "{place} is not a number";
    pub(crate) fn write_duration_example() = "write `90s` or `1m30s`, for example";
    pub(crate) fn a_duration() = "a duration with units";
    pub(crate) fn a_size() = "a size";
    pub(crate) fn write_size_example() = "write `64m` or `1.5g`, for example";
    pub(crate) fn item_without_name(place: Message) = "{place} has no name";
    pub(crate) fn variable_name_trailing_space(name, place: Message) =
        "variable name `{name}` in {place} ends with whitespace";
    pub(crate) fn env_file_outside(path, place: Message) =
        "env file `{path}` of {place} is outside the project folder";
    pub(crate) fn env_file_missing(path, place: Message) = "env file `{path}` of {place} is missing";
    pub(crate) fn add_file_or_not_required() = "add the file to the project, or set `required: false`";
    pub(crate) fn env_file_format(path, place: Message, format) =
        "env file `{path}` of {place} has unknown format `{format}`";
    pub(crate) fn remove_format() = "remove `format`, or write `format: raw`";
    pub(crate) fn env_files_too_large(limit) = "the env files are larger than {limit} bytes in total";
    pub(crate) fn count_with_device_ids(place: Message) = "{place} cannot be combined with `device_ids`";
    pub(crate) fn write_name_address() = "write `name=address`";
    pub(crate) fn write_mount_example() = "write `data:/var/lib/data` or `./conf:/etc/app:ro`, for example";
    pub(crate) fn bind_without_source(place: Message) = "bind mount {place} is missing `source`";
    pub(crate) fn write_absolute_path() = "write an absolute path";
    pub(crate) fn mount_empty() = "a mount cannot be empty";
    pub(crate) fn mount_empty_section(text) = "`{text}` has an empty section between colons";
    pub(crate) fn too_many_colons(text) = "`{text}` has too many colons";
    pub(crate) fn test_start(place: Message, word) = "{place} cannot start with `{word}`";
    pub(crate) fn start_test_with() = "start the list with `CMD`, `CMD-SHELL` or `NONE`";
    pub(crate) fn source_missing(place: Message) = "{place} is missing `source`";
    pub(crate) fn not_a_file_mode(place: Message) = "{place} is not a file mode";
    pub(crate) fn write_octal_digits() = "write octal digits, for example `0440`";
    pub(crate) fn no_content(place: Message) = "{place} has no content";
    pub(crate) fn add_content_or_external(choices) = "add {choices}, or `external: true`";
    pub(crate) fn two_contents(place: Message, first, second) = "{place} has both `{first}` and `{second}`";
    pub(crate) fn keep_one_of(choices) = "keep one of {choices}";
    pub(crate) fn write_port_example() = "write `8080:80`, `127.0.0.1:8080:80` or `53:53/udp`, for example";
    pub(crate) fn too_many_ports(limit) = "more than {limit} ports";
    pub(crate) fn target_missing(place: Message) = "{place} is missing `target`";
    pub(crate) fn cannot_be_zero(place: Message) = "{place} cannot be 0";
    pub(crate) fn port_without_container(text) = "`{text}` has no container port";
    pub(crate) fn not_an_ip_address(address) = "`{address}` is not an IP address";
    pub(crate) fn container_port_zero() = "the container port cannot be 0";
    pub(crate) fn port_ranges_differ(host, container) = "ranges `{host}` and `{container}` differ in length";
    pub(crate) fn range_reversed(range) = "range `{range}` ends before it starts";
    pub(crate) fn protocol_unknown(protocol) = "protocol `{protocol}` is not `tcp`, `udp` or `sctp`";
    pub(crate) fn write_target(source) = "write `target: {source}` for the same path";
    pub(crate) fn write_device() = "write `source[:target[:rwm]]`";
    pub(crate) fn set_sync_target() = "set the path in the container to copy the files to";
    pub(crate) fn value_at(place: Message, reason: Message) = "{place}: {reason}";
    pub(crate) fn path_without_home(path) = "`{path}` cannot be resolved without a home folder";
    pub(crate) fn port_too_high(text) = "`{text}` is not a port: the highest is 65535";
    pub(crate) fn not_a_port(text) = "`{text}` is not a port or range";
}
