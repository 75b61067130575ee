//! How commands end.

core_monitor_message::messages! {
    /// After the first sentences of a failure.
    pub(crate) fn more_sentences(count) = "and {count} more";
    pub(crate) fn deleted_already() = "nothing was left to do: an earlier command deleted the stack";
    pub(crate) fn deleted_before_start() = "cancelled: an earlier command deleted the stack";
    pub(crate) fn stored_command_unreadable(reason) = "the stored command cannot be read: {reason}";
    pub(crate) fn stored_failure_unreadable(reason) = "why it failed cannot be read any more: {reason}";
    pub(crate) fn stored_result_unreadable(reason) = "what it did cannot be read any more: {reason}";
    pub(crate) fn cancel_what_is_unreadable() = "cancel the command and request it again; if the database was opened by an older release, install the newer one and retry";
    pub(crate) fn superseded_by(kind, seq) = "superseded by the later {kind} #{seq}";
}
