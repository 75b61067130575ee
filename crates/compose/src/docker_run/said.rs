//! What is wrong with a command line, and what its compose file leaves out.

core_monitor_message::messages! {
    pub(crate) fn run_mount_form(text) = "`{text}` is not `[SOURCE:]TARGET[:OPTIONS]`";
    pub(crate) fn run_mount_empty_section(text) = "`{text}` has an empty section";
    pub(crate) fn run_mount_options() =
        "use `ro`, `rw`, `z`, `Z`, `nocopy` or a propagation such as `rslave`";
    pub(crate) fn run_mount_option_unknown(option) = "unknown mount option `{option}`";
    pub(crate) fn run_home_path(path) = "`{path}` is in a user's home folder: write the absolute path";
    pub(crate) fn run_relative_path(path) =
        "`{path}` is relative to the stack's folder: put the files there, or write the absolute path";
    pub(crate) fn run_mount_help() = "see `docker run --help` and the documentation of `--mount`";
    pub(crate) fn run_mount_target_missing() = "`--mount` needs a `target`";
    pub(crate) fn run_bind_source_missing() = "a bind mount needs a `source`";
    pub(crate) fn run_not_a_switch(text) = "`{text}` is neither `true` nor `false`";
    pub(crate) fn run_key_needs_value(key) = "`{key}` needs a value";
    pub(crate) fn run_not_octal(text) = "`{text}` is not an octal number";
    pub(crate) fn run_mount_field_unknown(key) = "unknown field `{key}` in `--mount`";
    pub(crate) fn run_nul_character() = "a command cannot contain a NUL character";
    pub(crate) fn run_more_text() = "more text follows the end of the command";
    pub(crate) fn run_continue_with_backslash() =
        "to continue the command on the next line, end the line with `\\`; convert one command at a time";
    pub(crate) fn run_expansion_unsupported() = "this form of variable expansion cannot be converted";
    pub(crate) fn run_write_its_value() = "write its value instead";
    pub(crate) fn run_variable_of_shell(name) =
        "`${name}` came from the shell: set a variable `{name}` for the stack, or write its value";
    pub(crate) fn run_substitution(command) = "`$({command})` is not run: write its output instead";
    pub(crate) fn run_shell_operator(sign) =
        "`{sign}` is a shell operator, and only a single command can be converted";
    pub(crate) fn run_remove_or_quote() =
        "remove the rest of the line, or quote the word if it is meant for the container";
    pub(crate) fn run_not_closed(sign) = "`{sign}` is never closed";
    pub(crate) fn run_log_opt_form() = "`--log-opt` must be `KEY=VALUE`";
    pub(crate) fn run_unlimited_stop_timeout() =
        "an unlimited `--stop-timeout` is left out: a stack's containers always have a stop timeout";
    pub(crate) fn run_device_value_form(flag) = "`--{flag}` must be `DEVICE:VALUE`";
    pub(crate) fn run_gpus_field_unknown(key) = "unknown field `{key}` in `--gpus`";
    pub(crate) fn run_gpus_fields() = "use `count`, `device`, `driver`, `capabilities` or `options`";
    pub(crate) fn run_ulimit_form() = "`--ulimit` must be `NAME=SOFT[:HARD]`";
    pub(crate) fn run_not_key_value(text) = "`{text}` is not `KEY=VALUE`";
    pub(crate) fn run_publish_fields() = "use `target`, `published`, `protocol` or `mode`";
    pub(crate) fn run_publish_field_unknown(key) = "unknown field `{key}` in `--publish`";
    pub(crate) fn run_driver_opt_form() = "`driver-opt` must be `KEY=VALUE`";
    pub(crate) fn run_network_field_unknown(key) = "unknown field `{key}` in `--network`";
    pub(crate) fn run_network_name_missing() = "`--network` needs a network name";
    pub(crate) fn run_linked_container() =
        "a linked container can be reached only on a network that both containers join";
    pub(crate) fn run_no_image() = "the command has no image";
    pub(crate) fn run_image_after_flags() =
        "the image comes after the flags: `docker run [FLAGS] IMAGE [COMMAND]`";
    pub(crate) fn run_image_empty() = "the image name is empty";
    pub(crate) fn run_start_with() = "start with `docker run`, `docker create` or `podman run`";
    pub(crate) fn run_assignment_left_out(name) =
        "`{name}` is left out: it applies only to the `docker` command itself";
    pub(crate) fn run_not_a_command(word) = "`{word}` is not a command that creates a container";
    pub(crate) fn run_command_empty() = "the command is empty";
    pub(crate) fn run_use_run_or_create() = "use `run` or `create`";
    pub(crate) fn run_engine_left_out(flag) =
        "`{flag}` is left out: it selects a Docker engine, which is not part of a stack";
    pub(crate) fn run_creates_nothing(word) = "`{word}` does not create a container";
    pub(crate) fn run_incomplete() = "the command is incomplete";
    pub(crate) fn run_help() = "`--help` only prints the usage";
    pub(crate) fn run_flag_unknown(flag) = "`--{flag}` is not a flag of `docker run`";
    pub(crate) fn run_see_help() = "run `docker run --help` to list the flags";
    pub(crate) fn run_letter_unknown(letter) = "`-{letter}` is not a flag of `docker run`";
    pub(crate) fn run_did_you_mean(flag) = "did you mean `--{flag}`?";
    pub(crate) fn run_restart_policies() = "use `no`, `always`, `unless-stopped` or `on-failure[:N]`";
    pub(crate) fn run_restart_policy_unknown(text) = "`{text}` is not a restart policy";
    pub(crate) fn run_flag_key_value(flag) = "`--{flag}` must be `KEY=VALUE`";
    pub(crate) fn run_flag_left_out(flag, why: Message) = "`--{flag}` is left out: {why}";
    pub(crate) fn run_publish_all() = "`--publish-all` is left out: list the ports to publish under `ports`";
    pub(crate) fn run_seccomp_profile() = "the seccomp profile is a local file: add it to the stack";
    pub(crate) fn run_flag_not_a_number(flag, text) = "`--{flag}` must be a number, not `{text}`";
    pub(crate) fn run_variable_without_name() = "a variable needs a name";
    pub(crate) fn run_variable_from_shell(name) =
        "`{name}` came from the shell: set a variable `{name}` for the stack, or write its value";
    pub(crate) fn run_save_file(path) = "save the file `{path}` with the stack";
    pub(crate) fn run_container_name_invalid(name) = "`{name}` is not a valid container name";
    pub(crate) fn run_container_name_rule() =
        "use at least two letters, digits, `_`, `.` or `-`, starting with a letter or digit";
    pub(crate) fn run_not_a_port(text) = "`{text}` is not a port";
    pub(crate) fn run_not_a_port_range(text, limit) = "`{text}` is not a range of at most {limit} ports";
    pub(crate) fn run_command_too_long(length, limit) =
        "the command is {length} bytes long, but at most {limit} bytes are accepted";
    pub(crate) fn run_why_tracked() = "the stack tracks its containers";
    pub(crate) fn run_why_background() = "a stack's containers run in the background";
    pub(crate) fn run_why_unsigned() = "image signatures are not checked";
    pub(crate) fn run_why_kernel_memory() = "neither Compose nor current kernels support it";
    pub(crate) fn run_why_progress() = "progress is always shown with the command";
    pub(crate) fn run_why_removed() = "containers are removed together with their service or stack";
    pub(crate) fn run_why_no_socket() = "a stack has no such flag; mount the socket if a container needs it";
    pub(crate) fn run_why_no_attribute() = "Compose has no attribute for it";
    pub(crate) fn run_why_windows() = "Compose has no attribute for it, and only Windows engines support it";
    pub(crate) fn run_why_no_terminal() = "a stack's containers are not attached to a terminal";
}
