//! Sentences of the journal itself.

core_monitor_message::messages! {
    /// `target` is a container, `state` the engine's word for it, such as `starting`.
    pub(crate) fn waiting_for(target, state) = "waiting for {target}: {state}";
    pub(crate) fn more_notes(count) = "and {count} more";
    pub(crate) fn continued_although(message: Message, action: Message) =
        "continued although {message}: {action}";
    /// `warning` is what the engine says about the container or network `target`.
    pub(crate) fn warned_about(target, warning: Message) = "`{target}`: {warning}";
}
