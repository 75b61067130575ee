//! What needs attention, and what to do about it.

core_monitor_message::messages! {
    pub(crate) fn worker_absent() = "no worker answers: commands are accepted, but none runs";
    pub(crate) fn look_after_worker() =
        "start `core-monitor-worker`, or read its log if it runs; what is shown of the engine may be old";
    pub(crate) fn never_observed() = "the engine has not been observed yet";
    pub(crate) fn observation_old(seconds) = "the engine was last observed {seconds} s ago";
    pub(crate) fn look_at_engine() = "read the log of the worker, and see whether the engine runs and answers";
    pub(crate) fn disk_low(free, path) = "only {free} are free on the disk of `{path}`";
    pub(crate) fn command_failed(kind, why: Message) = "{kind} failed: {why}";
    pub(crate) fn command_failed_silently(kind) = "{kind} failed";
    pub(crate) fn holds_everything() = "no later write runs until it is retried or cancelled";
    pub(crate) fn holds_related() =
        "later writes of this stack, and of stacks that share objects with it, wait until it is retried or cancelled";
    pub(crate) fn holds_nothing() = "retry or cancel it; nothing else waits for it";
    pub(crate) fn command_stuck(kind, minutes) = "{kind} runs, and has shown no progress for {minutes} min";
    pub(crate) fn look_or_cancel() =
        "read its events and the log of the worker; if you cancel it, it ends at the next safe point";
    pub(crate) fn service_failed(service, status) = "service `{service}` has failed: {status}";
    pub(crate) fn service_unhealthy(service) = "the health check of service `{service}` fails";
    pub(crate) fn read_its_logs() = "read its logs; if the last change broke it, roll back";
    pub(crate) fn stack_drifted_once() =
        "what runs differs from the applied version: it would take one step to match it";
    pub(crate) fn stack_drifted(count) =
        "what runs differs from the applied version: it would take {count} steps to match it";
    pub(crate) fn look_at_drift() =
        "see what differs, then apply the version again, or save what runs as a new version";
    pub(crate) fn lint_error(version) = "the lint finds an error in version {version}";
    pub(crate) fn lint_errors(count, version) = "the lint finds {count} errors in version {version}";
    pub(crate) fn look_at_findings() = "each finding says where it is and how to mend it";
}
