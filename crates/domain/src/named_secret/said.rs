//! Sentences about named secrets.

core_monitor_message::messages! {
    /// `by` is an entry of `secrets` or a secret variable.
    pub(crate) fn secret_unknown(by, name) = "`{by}` asks for the secret `{name}`, which does not exist";
    pub(crate) fn secret_for_others(by, name) =
        "`{by}` asks for the secret `{name}`, which this stack may not use";
    pub(crate) fn create_secret(name) =
        "create the secret `{name}` with `POST /api/v1/secrets` or in the settings, then plan again";
    pub(crate) fn let_stack_use_secret(name) =
        "add a pattern for the name of this stack to the `stacks` of the secret `{name}`, or use another secret";
}
