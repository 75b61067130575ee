//! What the policy refuses.

core_monitor_message::messages! {
    pub(crate) fn policy_privileged(owner) = "the policy does not allow `{owner}` to be privileged";
    pub(crate) fn policy_namespace(owner, namespace) =
        "the policy does not allow `{owner}` to use the {namespace} namespace of the host";
    pub(crate) fn policy_capability(owner, capability) =
        "the policy does not allow `{owner}` the capability `{capability}`";
    pub(crate) fn policy_device(owner, device) = "the policy does not allow `{owner}` the device `{device}`";
    pub(crate) fn policy_security_option(owner, option) =
        "the policy does not allow `{owner}` the security option `{option}`";
    pub(crate) fn policy_sysctl(owner, sysctl) =
        "the policy does not allow `{owner}` to set the kernel parameter `{sysctl}`";
    pub(crate) fn policy_bind(owner, path) = "the policy does not allow `{owner}` to mount `{path}` of the host";
    pub(crate) fn policy_bind_in_writable(owner, path) =
        "the policy does not allow `{owner}` to mount `{path}`: a container of the stack may write to a folder that it is in, and \
         could put a link to anything on the host in its place";
    pub(crate) fn policy_volume_driver(owner, driver) =
        "the policy does not allow the volume `{owner}` the driver `{driver}`";
    pub(crate) fn policy_volume(owner, volume) =
        "the policy does not allow `{owner}` to mount the volume `{volume}`, which is not the stack's own";
    pub(crate) fn policy_network_driver(owner, driver) =
        "the policy does not allow the network `{owner}` the driver `{driver}`";
    pub(crate) fn policy_network_option(owner, option) =
        "the policy does not allow `{owner}` the network option `{option}`";
    pub(crate) fn policy_subnet(owner, subnet) =
        "the policy does not allow the network `{owner}` the address range `{subnet}`";
    pub(crate) fn policy_network(owner, network) =
        "the policy does not allow `{owner}` to be in the network `{network}`, which is not the stack's own";
    pub(crate) fn policy_container(owner, container) =
        "the policy does not allow `{owner}` to share namespaces or volumes with the container `{container}`";
    pub(crate) fn policy_port(owner, port) = "the policy does not allow `{owner}` the port `{port}` of the host";
    pub(crate) fn policy_address(owner, address) =
        "the policy does not allow `{owner}` to publish ports on `{address}`";
    pub(crate) fn policy_image(owner, image) = "the policy does not allow `{owner}` the image `{image}`";
    pub(crate) fn policy_build(owner, network) =
        "the policy does not allow `{owner}` to build an image with the network `{network}`";
    pub(crate) fn policy_runtime(owner, runtime) = "the policy does not allow `{owner}` the runtime `{runtime}`";
    pub(crate) fn policy_cgroup_parent(owner, parent) =
        "the policy does not allow `{owner}` the parent control group `{parent}`";
    pub(crate) fn policy_log_driver(owner, driver) = "the policy does not allow `{owner}` the log driver `{driver}`";
    pub(crate) fn policy_oom_protection(owner, attribute) =
        "the policy does not allow `{owner}` to be kept alive by `{attribute}` when the host has no memory left";
    pub(crate) fn policy_annotation(owner, annotation) =
        "the policy does not allow `{owner}` the annotation `{annotation}`";
    pub(crate) fn do_without_or_allow(what) =
        "do without it, or have an administrator apply it or allow it in the policy under `{what}`";
    pub(crate) fn policy_too_many_rules(most) = "a policy has at most {most} rules";
    pub(crate) fn policy_too_many_stacks(rule, most) = "rule {rule} names more than {most} patterns of stacks";
    pub(crate) fn policy_allows_twice(rule, what) = "rule {rule} has two entries for `{what}`";
    pub(crate) fn policy_too_many_values(rule, what, most) = "rule {rule} has more than {most} values for `{what}`";
    pub(crate) fn policy_value_is_invalid(rule, what, value) = "rule {rule} has `{value}` for `{what}`, which cannot be one";
    pub(crate) fn policy_value_is_port() = "write a port, a range such as `1024-65535`, or `*`";
    pub(crate) fn policy_value_is_path() = "write an absolute path, `:ro` behind it if it may only be read, or `*`";
    pub(crate) fn policy_value_is_subnet() = "write an address range such as `10.20.0.0/16`, or `*`";
    pub(crate) fn policy_value_is_pattern(most) = "write 1 to {most} printable characters; `*` stands for any number of them";
    pub(crate) fn leave_out_the_rest() = "leave out what is not needed, or write patterns";
}
