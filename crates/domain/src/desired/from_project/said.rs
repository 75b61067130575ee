//! What a definition asks for that cannot be carried out.

core_monitor_message::messages! {
    pub(crate) fn value_unusable(attribute, owner, what: Message) = "{attribute} of `{owner}`: {what}";
    pub(crate) fn pull_policy_needs_build() = "the policy `build` requires a `build` section";
    pub(crate) fn pull_policy_unsupported(policy) =
        "`{policy}` is not supported yet; use `always`, `missing` or `never`";
    pub(crate) fn label_is_reserved(label) = "`{label}` is reserved; choose another prefix";
    pub(crate) fn no_image_and_no_build() = "neither `image` nor `build` is set";
    pub(crate) fn port_protocol_unknown(protocol) =
        "`{protocol}` is not a protocol; use `tcp`, `udp` or `sctp`";
    pub(crate) fn restarts_not_a_number(text) = "`{text}` is not a number of restarts";
    pub(crate) fn restart_policy_unknown(policy) =
        "`{policy}` is not a policy; use `no`, `always`, `unless-stopped` or `on-failure[:N]`";
    pub(crate) fn network_not_declared(network) = "`{network}` is not declared under `networks`";
    pub(crate) fn healthcheck_test_form(word) =
        "the test starts with `{word}`; use `CMD`, `CMD-SHELL` or `NONE`";
    pub(crate) fn mount_type_unsupported(kind) = "a mount of type `{kind}` is not supported yet";
    pub(crate) fn file_not_declared(name) = "`{name}` is not declared";
    pub(crate) fn file_is_external(name) =
        "`{name}` is external, which only Swarm supports; use `file`, `content` or `environment`";
    pub(crate) fn secret_name_unusable(name) =
        "`{name}` cannot be the name of a secret, which has 1 to 64 letters, digits and `_`, `.`, `-`, and begins with a letter or digit";
    pub(crate) fn file_variable_unset(variable, name) =
        "the variable `{variable}` of `{name}` is not set; give it in `variables` or `secret_variables` of the request, or in the `.env` of the project folder";
    pub(crate) fn file_needs_writable_container(name) =
        "`{name}` has to be copied into the container, which is `read_only`; use `file` instead";
    pub(crate) fn file_owner_not_a_number(text, name) = "`{text}` of `{name}` is not a number";
    pub(crate) fn build_context_is_remote(context) =
        "`{context}` is a remote context, but builds use only the files of the version; send the project folder as an archive (tar, tar.gz or zip)";
    pub(crate) fn build_context_is_outside(context) =
        "`{context}` is outside the files of the version; send the project folder as an archive (tar, tar.gz or zip)";
    pub(crate) fn build_network_without_secrets(network) =
        "builds on the network `{network}` need the engine's classic builder, which does not support secrets; use `default`, `host` or `none`";
    pub(crate) fn dockerignore_line_invalid(line, text) = "line {line} of `.dockerignore`: `{text}` is not a pattern";
    pub(crate) fn dockerfile_missing(path) =
        "the version has no file `{path}` in this folder; send the project folder as an archive (tar, tar.gz or zip)";
    /// `what` is one of the reasons below.
    pub(crate) fn build_attribute_unsupported(what: Message) = "{what}, which is not supported";
    pub(crate) fn build_for_several_platforms() = "several platforms need a multi-platform image";
    pub(crate) fn build_with_additional_contexts() = "additional contexts need a `BuildKit` client";
    pub(crate) fn build_with_ssh_agent() = "build steps would get access to the worker's SSH agent";
    pub(crate) fn build_exports_cache() = "the build cache would be exported";
    pub(crate) fn build_with_entitlements() = "build steps would get additional privileges";
    pub(crate) fn build_privileged() = "build steps would run privileged on the host";
    pub(crate) fn build_with_attestations() = "attestations need an image store that supports them";
    pub(crate) fn cache_source_unsupported(source) =
        "`{source}` is not supported; use an image or `type=registry,ref=IMAGE`";
    pub(crate) fn image_built_twice(image, service) =
        "`{image}` is also built by `{service}` with a different definition; give each service its own `image`";
    pub(crate) fn route_declared_twice(host, path, service) =
        "`{host}` with the path `{path}` is already taken by the service `{service}`; a request can be for only one of them";
    pub(crate) fn listed_twice(listed) = "`{listed}` is listed twice";
    pub(crate) fn paths_need_hosts() = "`path` needs `hosts`: paths are compared only for requests to these hosts";
    pub(crate) fn on_demand_port_missing() =
        "`port` is missing: name the port on which the service listens in its container";
    pub(crate) fn readiness_needs_health_check() = "the `healthcheck` of the service is switched off, so there is nothing to wait for";
    pub(crate) fn readiness_is_not_http(word) = "`path` and `expect` are for `http`, not for `{word}`";
    pub(crate) fn schedule_is_empty() = "a schedule needs `open` or `awake`";
    pub(crate) fn companion_unknown(name) = "`{name}` is not another service of this definition";
    pub(crate) fn not_stack_and_service() = "write the name of a stack and of a service, like `shared/db`";
    pub(crate) fn theme_is_not_built_in(name) =
        "`{name}` is not a built-in theme: without a folder of this name among the gateway's themes, the page is plain";
    pub(crate) fn theme_is_meant(name) = "did you mean the built-in theme `{name}`?";
    pub(crate) fn relation_to_itself() = "a service has no such relation to itself";
    pub(crate) fn relation_leave_out() = "leave it out";
    pub(crate) fn relation_service_unknown(name) = "`{name}` is not a service of this definition";
    pub(crate) fn relation_is_meant(stack, service) = "did you mean `{stack}/{service}`?";
    pub(crate) fn relation_not_on_demand(name) = "`{name}` does not wake on demand, so this has no effect";
    pub(crate) fn relation_declare_on_demand(name) =
        "declare `x-core-monitor.on-demand` at `{name}`, or leave it out";
    pub(crate) fn too_many_slots(limit) = "a service has at most {limit} slots";
    pub(crate) fn slot_needs_writable_container() =
        "the engine puts nothing into a container that is `read_only`; leave `read_only` out";
    pub(crate) fn target_not_absolute(path) = "`{path}` does not begin with `/`";
    pub(crate) fn target_is_the_root() = "`/` is the root of the container; name a file or a folder in it";
    pub(crate) fn target_has_part(path, part) = "`{path}` has a part `{part}`; write the path without";
    pub(crate) fn target_has_empty_part(path) = "`{path}` has two slashes in a row";
    pub(crate) fn target_has_control() = "the path has a control character";
    pub(crate) fn target_is_of_the_engine(path) =
        "the engine mounts something of its own at `{path}`, so that nobody would see what is put there";
    pub(crate) fn target_is_in_memory(path, folder) =
        "`{path}` is in the memory file system at `{folder}`, into which the engine cannot put anything";
    pub(crate) fn name_needs_a_folder(path) =
        "with `as`, the target is a folder and ends with `/`, which `{path}` does not";
    pub(crate) fn as_unusable() = "this has to be the name of a file, without a path";
    pub(crate) fn as_in_a_tree() = "only the form `file` has a name; the files of a `tree` keep theirs";
    pub(crate) fn size_unusable(limit) = "this has to be a size such as `200MB`, at most {limit} bytes";
    pub(crate) fn owner_unusable() = "this has to be `uid:gid` in numbers, such as `1000:1000`";
    pub(crate) fn mode_unusable() = "this has to be three or four octal digits in quotes, at most `0777`, such as `\"0644\"`";
    pub(crate) fn activation_unknown(word) =
        "`{word}` is not a way to activate; use `none`, `restart`, `signal: HUP` or `exec: [program, argument]`";
    pub(crate) fn activation_of_wrong_form() =
        "this has to be `none`, `restart`, or a mapping: `signal: HUP` or `exec: [program, argument]`";
    pub(crate) fn activation_is_one() = "give either `signal` or `exec`";
    pub(crate) fn signal_unusable(name) =
        "`{name}` is not a signal that a process can react to; use a name such as `HUP` or `USR1`";
    pub(crate) fn exec_unusable() =
        "this has to be a list of a program and its arguments, all of them texts, such as `[nginx, -s, reload]`";
    pub(crate) fn verification_is_empty() = "give at least one of `log`, `health` and `http`";
    pub(crate) fn build_secret_file_missing(path, name) =
        "`{path}` of `{name}` is not a file of the version; send the project folder as an archive (tar, tar.gz or zip)";
}
