//! Blockers and notes of plans.

core_monitor_message::messages! {
    pub(crate) fn awaited_without_healthcheck(service, dependency) =
        "service `{service}` waits for `{dependency}` to be healthy, but `{dependency}` has no health check";
    pub(crate) fn give_awaited_a_healthcheck(service) =
        "give `{service}` a `healthcheck`, or wait for `service_started`";
    pub(crate) fn started_and_ended(container, code) =
        "`{container}` was started and ended with exit code {code}";
    pub(crate) fn started_and_stopped(container, code) =
        "`{container}` was started, and then somebody else stopped it (exit code {code})";
    pub(crate) fn ended_unexplained(container) =
        "`{container}` was started and ended with exit code 0, and the engine no longer says whether by itself: this command \
         does not start it again, but the next apply does";
    pub(crate) fn find_who_stops_it() = "find out who or what stops it, then retry";
    pub(crate) fn fix_definition_and_apply(service) =
        "check its log, fix the definition of `{service}`, then cancel this command and apply the new version";
    pub(crate) fn container_name_in_use(name, image) =
        "the name `{name}` is in use by a container outside this stack (image `{image}`)";
    pub(crate) fn rename_or_remove_container() = "rename or remove that container";
    pub(crate) fn replicas_share_host_port(service, replicas, port, protocol) =
        "service `{service}` has {replicas} replicas, but only one of them can publish host port {port}/{protocol}";
    pub(crate) fn publish_a_range() = "publish a range, or let the engine choose the port";
    pub(crate) fn services_share_host_port(other, service, port, protocol) =
        "services `{other}` and `{service}` both publish host port {port}/{protocol}";
    pub(crate) fn host_port_in_use(service, port, protocol, container, image, address) =
        "service `{service}` needs host port {port}/{protocol}, which is in use by the container `{container}` ({image}) on {address}";
    pub(crate) fn publish_another_port() = "publish another port, or stop that container";
    pub(crate) fn rename_or_set_container_name() =
        "rename or remove that container, or give the service another `container_name`";
    pub(crate) fn shared_service_has_no_container(service, other) =
        "service `{service}` shares namespaces or volumes with `{other}`, which has no container";
    pub(crate) fn service_has_no_container(service) =
        "service `{service}` has no container; apply a version to create it";
    pub(crate) fn shared_container_missing(service, container) =
        "service `{service}` shares namespaces with the container `{container}`, which does not exist";
    pub(crate) fn start_shared_container(container) =
        "start a container named `{container}`, or use `service:` for a service of this stack; then retry or apply again";
    pub(crate) fn copied_files_are_lost(container) =
        "`{container}` was made by docker compose: files that exist only in it, such as inline `configs` that were copied there, are removed with it unless the definition has them";
    pub(crate) fn check_its_log() = "check its log";
    pub(crate) fn external_volume_missing(volume) = "the external volume `{volume}` does not exist";
    pub(crate) fn create_external_volume(volume) =
        "create it with `docker volume create {volume}`, or drop `external`";
    pub(crate) fn volume_diverged(volume, driver) =
        "the volume `{volume}` exists with driver `{driver}`, and its driver or options differ from the definition";
    pub(crate) fn replace_volume_by_hand() =
        "a volume cannot be changed; back up its data, remove it, and retry or apply again";
    pub(crate) fn foreign_volume_is_used(volume) =
        "the volume `{volume}` was not created by this stack; it is used as it is and never removed";
    pub(crate) fn volume_is_foreign(volume) =
        "the volume `{volume}` exists already and was not created by this stack";
    pub(crate) fn declare_volume_external() =
        "declare it `external: true` to use it with its data, or give yours another `name`";
    pub(crate) fn spoofed_is_left_alone(kind, name) =
        "the {kind} `{name}` carries the labels of this stack, but Core Monitor did not create it; it is left alone";
    pub(crate) fn build_would_move_tag(service, image, container) =
        "building service `{service}` would move the name `{image}` to another image, and the container `{container}` outside this stack uses it";
    pub(crate) fn give_the_image_another_name() =
        "give the service another `image`, or set `build_foreign_tags` to `warn`";
    pub(crate) fn build_moves_tag(image, container) =
        "the build moves the name `{image}`, which the container `{container}` outside this stack uses";
    pub(crate) fn build_network_not_allowed(service, network) =
        "service `{service}` is built in the network `{network}`, which `build_networks` does not allow";
    pub(crate) fn allow_the_build_network(network) =
        "remove `network` from `build`, or add `{network}` to the setting `build_networks` of the worker";
    /// `hosts` are names or addresses with "`, `" between them.
    pub(crate) fn build_fetches_inside(service, hosts) =
        "building service `{service}` would fetch from `{hosts}`, as the host itself and not as a build step, which `build_networks` does not allow";
    pub(crate) fn fetch_from_outside() =
        "fetch from a public address, or add `host` to the setting `build_networks` of the worker";
    pub(crate) fn image_not_on_host(image, service) =
        "the image `{image}` of service `{service}` is not on the host";
    pub(crate) fn provide_image_or_pull() = "load or build it there, or change the service's `pull_policy`";
    pub(crate) fn external_network_missing(network) = "the external network `{network}` does not exist";
    pub(crate) fn create_external_network(network) =
        "create it with `docker network create {network}`, or drop `external`";
    pub(crate) fn network_is_foreign(network) =
        "the network `{network}` exists already and was not created by this stack";
    pub(crate) fn declare_network_external() =
        "declare it `external: true` to use it as it is, give yours another `name`, or remove it";
    pub(crate) fn network_to_remove_in_use(network, container) =
        "the network `{network}` has to be removed, but the container `{container}` is attached to it";
    pub(crate) fn detach_container(network, container) =
        "detach it with `docker network disconnect {network} {container}`";
    pub(crate) fn network_in_use_is_kept(network, container) =
        "the network `{network}` is kept: the container `{container}`, which does not belong to this stack, is attached to it; once it no longer is, `docker network rm {network}` removes it";
    pub(crate) fn volume_is_kept(volume) = "the volume `{volume}` and its data are kept";
    pub(crate) fn left_volume_is_kept(volume, stack) =
        "the volume `{volume}` belongs to a deleted stack of the same name, `{stack}`, and is not in the definition; it is kept";
    pub(crate) fn foreign_volume_is_kept(volume) =
        "the volume `{volume}` was not created by this stack and is kept";
    pub(crate) fn cuts_off(other, container) =
        "`{other}` shares the network of `{container}` and is cut off from it: restart it afterwards, or apply its stack";
    pub(crate) fn is_cut_off(other, container) =
        "`{other}` shares the network of `{container}`, which was started again, and is cut off from it: restart it, or apply its stack";
    pub(crate) fn own_container(name) =
        "`{name}` runs Core Monitor itself, which would end in the middle of the command";
    pub(crate) fn update_from_outside() =
        "change it from outside, as it was started: `docker compose up -d` replaces it, and a running command goes on in its \
         successor";
    pub(crate) fn engine_too_old(attribute, owner, needed, here) =
        "`{attribute}` of `{owner}` needs Docker Engine {needed}, but the host has {here}, which would ignore it";
    pub(crate) fn update_engine_or_leave_out(attribute) =
        "update the engine, or save a version without `{attribute}`";
}
