//! What contradicts itself or refers to nothing.

core_monitor_message::messages! {
    pub(crate) fn dependency_inactive(service, dependency) =
        "service `{service}` depends on `{dependency}`, whose profile is not active";
    pub(crate) fn activate_profile() = "activate the profile, or set `required: false`";
    pub(crate) fn dependency_undefined(service, dependency) =
        "service `{service}` depends on undefined service `{dependency}`";
    pub(crate) fn declare_network(network) = "declare `{network}` under the top-level `networks`";
    pub(crate) fn network_undefined(service, network) =
        "service `{service}` refers to undefined network `{network}`";
    pub(crate) fn declare_volume(volume) =
        "declare `{volume}` under the top-level `volumes`, or write `./{volume}` to mount a folder";
    pub(crate) fn volume_undefined(service, volume) =
        "service `{service}` refers to undefined volume `{volume}`";
    pub(crate) fn declare_in_section(name, section) = "declare `{name}` under the top-level `{section}`";
    pub(crate) fn file_undefined(service, kind, name) =
        "service `{service}` refers to undefined {kind} `{name}`";
    pub(crate) fn declare_model(model) = "declare `{model}` under the top-level `models`";
    pub(crate) fn model_undefined(service, model) = "service `{service}` refers to undefined model `{model}`";
    pub(crate) fn build_context_not_built(service, other) =
        "service `{service}` uses service `{other}` as a build context, but it has no `build`";
    pub(crate) fn build_context_undefined(service, other) =
        "service `{service}` uses undefined service `{other}` as a build context";
    pub(crate) fn network_mode_and_networks(service) =
        "service `{service}` has both `network_mode` and `networks`";
    pub(crate) fn scale_and_replicas_differ(service) =
        "`scale` and `deploy.replicas` of service `{service}` differ";
    pub(crate) fn container_name_and_replicas(service) =
        "service `{service}` has a `container_name` but more than one replica";
    pub(crate) fn dockerfile_and_inline(service) =
        "service `{service}` has both `dockerfile` and `dockerfile_inline`";
    pub(crate) fn platform_not_built(service, platform) =
        "`build.platforms` of service `{service}` does not include its `platform`, `{platform}`";
    pub(crate) fn no_image_or_build(service) = "service `{service}` has neither an image nor a build";
    pub(crate) fn add_image_or_build() = "add `image:` or `build:`";
    pub(crate) fn limits_differ(attribute, other, service) =
        "`{attribute}` and `deploy.resources.{other}` of service `{service}` differ";
    pub(crate) fn mounted_as_volume_and_tmpfs(service, target) =
        "service `{service}` mounts `{target}` both as a volume and as a tmpfs";
    pub(crate) fn tmpfs_mounted_twice(service, target) =
        "service `{service}` mounts `{target}` as a tmpfs twice";
    pub(crate) fn container_name_twice(first, second, container) =
        "services `{first}` and `{second}` have the same `container_name`, `{container}`";
    pub(crate) fn no_effect(attribute, service, why: Message) =
        "`{attribute}` of service `{service}` has no effect: {why}";
    pub(crate) fn not_for_watch() = "it configures `docker compose watch`, a development tool";
    pub(crate) fn not_models() = "models are not supported";
    pub(crate) fn not_providers() = "providers are not run, so the service has no container";
    pub(crate) fn not_windows() = "it applies to Windows only";
    pub(crate) fn not_api_socket() = "to give a container the engine's socket, mount it";
    pub(crate) fn use_pull_policy_instead() = "use `pull_policy` instead";
    pub(crate) fn only_one_host() = "there is only one host";
    pub(crate) fn not_swarm() = "it applies to Swarm only";
    pub(crate) fn not_swarm_labels() = "they apply to Swarm services only";
    pub(crate) fn no_effect_at(path, why: Message) = "`{path}` has no effect: {why}";
    pub(crate) fn engine_times_restarts() =
        "the engine itself decides how long to wait before a restart, and what counts as a start";
    pub(crate) fn mounted_as_it_is() =
        "a file is mounted as it is, with the owner and the mode it has; with `content` or `environment` as its source, they can be set";
    pub(crate) fn not_with_other_bind_options() =
        "the engine sets no label together with `create_host_path: false`, `propagation` or `recursive`";
    pub(crate) fn set_in_the_build_step() =
        "owner and mode are set by the build step that mounts it, in `RUN --mount=type=secret`";
    pub(crate) fn circular_dependency(path) = "circular dependency: {path}";
}
