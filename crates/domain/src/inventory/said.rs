//! Why something is kept, and what pruning left.

core_monitor_message::messages! {
    pub(crate) fn kept_for_container(container) = "the container `{container}` uses it";
    pub(crate) fn kept_for_rollback(stack, version) =
        "a rollback of the stack `{stack}` to version {version} needs it";
    pub(crate) fn kept_for_version(stack, version) = "version {version} of the stack `{stack}` names it";
    pub(crate) fn kept_of_stack(stack) = "it belongs to the stack `{stack}`";
    pub(crate) fn kept_of_deleted_stack() =
        "it is what a deleted stack left, and a new stack of the same name takes it over";
    pub(crate) fn kept_of_core_monitor() = "it is a part of Core Monitor";
    pub(crate) fn kept_of_engine() = "it belongs to the engine";
    pub(crate) fn kept_running() = "it is running";
    pub(crate) fn kept_unseen() = "the worker has not looked at it yet";

    pub(crate) fn prune_nothing_named(kind, name) = "there is no {kind} `{name}`";
    pub(crate) fn prune_stays(kind, name, because: Message) = "the {kind} `{name}` stays: {because}";
    pub(crate) fn prune_stays_tagged(name, others) =
        "the image `{name}` stays: it has other tags, {others}; name them too, or name the image by its id";
    pub(crate) fn prune_stays_foreign(kind, name) =
        "the {kind} `{name}` stays: Core Monitor did not create it; ask for it with `foreign`";
    pub(crate) fn prune_stays_young(kind, name) = "the {kind} `{name}` stays: it is not old enough";
    /// `size` is a number of bytes for people.
    pub(crate) fn prune_frees(size) = "this frees {size}, according to the engine";
    pub(crate) fn prune_in_use(kind, name, because: Message) =
        "the {kind} `{name}` is now in use: {because}";
    pub(crate) fn prune_changed(kind, name) = "the {kind} `{name}` has changed since the plan was made";
    pub(crate) fn make_a_new_prune_plan() = "make a new plan";
}
