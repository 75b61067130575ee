//! Why something cannot be done now.

core_monitor_message::messages! {
    pub(crate) fn never_applied() = "the stack has never been applied";
    pub(crate) fn command_has_ended(status) = "the command is already {status}";
    pub(crate) fn command_has_not_failed(status) = "the command is {status}; only a FAILED command can be retried";
    pub(crate) fn command_was_asked_to_stop() = "the command was already asked to stop";
    pub(crate) fn container_does_not_run() = "the container is not running, or is paused";
}
