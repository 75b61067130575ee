//! Sentences about steps and their causes.

core_monitor_message::messages! {
    pub(crate) fn step_pull_image(image) = "pull image {image}";
    pub(crate) fn step_build_image(image) = "build image {image}";
    pub(crate) fn step_create_network(network) = "create network {network}";
    pub(crate) fn step_remove_network(network, id) = "remove network {network} [{id}]";
    pub(crate) fn step_create_volume(volume) = "create volume {volume}";
    pub(crate) fn step_remove_volume(volume) = "remove volume {volume} with its data";
    pub(crate) fn step_create_container(container) = "create container {container}";
    /// `paths` are those of the anonymous volumes of its predecessor, in the container.
    pub(crate) fn step_create_container_keeping(container, paths) =
        "create container {container}, keeping the volume at {paths}";
    pub(crate) fn step_connect_network(container, network) = "connect {container} to network {network}";
    pub(crate) fn step_disconnect_network(container, network) =
        "disconnect {container} from network {network}";
    pub(crate) fn step_copy_files(container, paths) = "put {paths} into {container}";
    /// `digest` is the beginning of its SHA-256.
    pub(crate) fn step_put_artifact(artifact, digest, container, path) =
        "put {artifact} [{digest}] into {container} at {path}";
    pub(crate) fn step_activate(slot, container) = "activate `{slot}` in {container}";
    pub(crate) fn step_signal(slot, container, signal) =
        "activate `{slot}` in {container} by the signal {signal}";
    pub(crate) fn step_activate_by_program(slot, container, program) =
        "activate `{slot}` in {container} by `{program}`";
    pub(crate) fn step_verify(slot, container) = "verify `{slot}` in {container}";
    /// `stage` is `post_start` or `pre_stop`.
    pub(crate) fn step_run_hook(container, stage, program) = "run {stage} hook `{program}` in {container}";
    pub(crate) fn step_start_container(container) = "start {container}";
    pub(crate) fn step_stop_container(container) = "stop {container}";
    pub(crate) fn step_restart_container(container) = "restart {container}";
    pub(crate) fn step_pause_container(container) = "pause {container}";
    pub(crate) fn step_unpause_container(container) = "unpause {container}";
    pub(crate) fn step_rename_container(container, to) = "rename {container} to {to}";
    pub(crate) fn step_remove_container(container) = "remove {container}";
    pub(crate) fn step_remove_container_and_volumes(container) =
        "remove {container} with its anonymous volumes";
    pub(crate) fn step_remove_image(image, id) = "remove image {image} [{id}]";
    pub(crate) fn step_prune_build_cache() = "remove what is unused from the cache of builds";
    pub(crate) fn step_prune_old_build_cache(seconds) =
        "remove what was not used for {seconds} s from the cache of builds";
    pub(crate) fn step_prepared() = "everything is prepared";
    pub(crate) fn step_await_healthy(container) = "wait until {container} is healthy";
    pub(crate) fn step_await_completed(container) = "wait until {container} has succeeded";
    pub(crate) fn step_await_stable(container) = "wait until {container} is stable";

    pub(crate) fn cause_missing() = "does not exist";
    pub(crate) fn cause_definition_changed() = "its definition changed";
    pub(crate) fn cause_attributes_changed(attributes) = "{attributes} changed";
    pub(crate) fn cause_a_file_changed() = "a file that it mounts changed";
    pub(crate) fn cause_file_changed(file) = "its file `{file}` changed";
    pub(crate) fn cause_files_changed(files) = "its files {files} changed";
    pub(crate) fn cause_secret_renewed(secret) = "secret {secret} has a new version";
    pub(crate) fn cause_secrets_renewed(secrets) = "secrets {secrets} have new versions";
    pub(crate) fn cause_image_changed() = "its image changed";
    pub(crate) fn cause_build_changed() = "what it is built from changed";
    pub(crate) fn cause_pull_policy() = "the definition asks for the newest image at every apply";
    pub(crate) fn cause_parent_replaced(service) = "shares namespaces with `{service}`, which is replaced";
    pub(crate) fn cause_container_replaced(container) =
        "shares namespaces with the container `{container}`, which was replaced";
    pub(crate) fn cause_parent_restarted(container) =
        "shares namespaces with `{container}`, which was started again";
    pub(crate) fn cause_network_replaced(network) = "network `{network}` is replaced";
    pub(crate) fn cause_network_missing(network) = "is not connected to the network `{network}`";
    pub(crate) fn cause_aliases_changed(network) =
        "has other names on the network `{network}` than the definition gives it";
    pub(crate) fn cause_network_unwanted(network) = "network `{network}` is no longer in the definition";
    pub(crate) fn cause_wrong_name() = "has another name than the definition gives it";
    pub(crate) fn cause_not_running() = "not running";
    pub(crate) fn cause_restored() = "ran before the command";
    pub(crate) fn cause_interrupted() = "was begun before, and interrupted";
    pub(crate) fn cause_paused() = "is paused";
    pub(crate) fn cause_superseded() = "a newer container takes its place";
    pub(crate) fn cause_duplicate_name() = "another one has the same name";
    pub(crate) fn cause_dead() = "the engine could not finish removing it";
    pub(crate) fn cause_not_in_definition() = "is not in the definition";
    pub(crate) fn cause_scaled_down() = "the definition asks for fewer containers";
    pub(crate) fn cause_dependency_replaced(service) = "depends on `{service}`, which is replaced";
    pub(crate) fn cause_dependency_restarted(service) = "follows `{service}`, which is restarted";
    pub(crate) fn cause_awaited(service) = "`{service}` waits for it";
    pub(crate) fn cause_before_interruption() = "has to be done before anything that runs is interrupted";
    pub(crate) fn cause_in_the_way() = "has a name or a host port that another container needs";
    pub(crate) fn cause_readiness() = "has to be ready before the command is done";
    pub(crate) fn cause_requested() = "asked for";
    pub(crate) fn cause_artifact_missing(slot) = "the artifact of `{slot}` was not put into it yet";
    pub(crate) fn cause_artifact_changed(slot) = "the version has another artifact for `{slot}`";
    pub(crate) fn cause_artifact_inactive(slot) =
        "the artifact of `{slot}` was put into it and is not active yet";
    pub(crate) fn cause_artifact_removed(slot) = "files of `{slot}` are no longer in the version";
    pub(crate) fn cause_artifact_unverified(slot) = "the artifact of `{slot}` was not seen to work yet";
    pub(crate) fn cause_forced() = "asked for although nothing changed";
    pub(crate) fn cause_unused() = "nothing uses it";
    /// `size` is a number of bytes for people.
    pub(crate) fn cause_unused_of_size(size) = "nothing uses it, and it takes {size}";
    pub(crate) fn cause_untagged() = "no tag points to it";
    pub(crate) fn cause_untagged_of_size(size) = "no tag points to it, {size}";

    pub(crate) fn now_also(step: Message, cause: Message) = "`{step}` would be needed now ({cause})";
    pub(crate) fn no_longer(step: Message) = "`{step}` is not needed any more";

    /// Both are numbers of containers.
    pub(crate) fn service_scaled(before, after) = "from {before} to {after} containers";
    pub(crate) fn service_is_right() = "nothing about it changes";
    pub(crate) fn service_has_ended() = "it has ended and is not started again";
    pub(crate) fn service_has_no_replicas() = "it has no replicas";
    pub(crate) fn service_is_gone() = "it has no containers any more";
    pub(crate) fn risk_interruption(container) = "{container} is stopped, and what uses it is interrupted";
    /// `path` is the place of the volume in the container.
    pub(crate) fn risk_anonymous_volume(container, path) =
        "the data at {path} in {container} is in an anonymous volume that no new container takes over";
    pub(crate) fn risk_volume_removed(volume) = "the volume {volume} is removed with its data";
    pub(crate) fn risk_port_closed(port) = "port {port} of the host is closed";
    pub(crate) fn risk_no_health_check() = "it has no health check: whether it works is not looked at";
}
