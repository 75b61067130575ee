//! Lifecycle hooks.

use core_monitor_compose::model;

use crate::desired::Hook;

/// A hook without a command has no effect and is omitted.
pub(super) fn hooks(written: &[model::Hook]) -> Vec<Hook> {
    let hook = |hook: &model::Hook| {
        let command = hook.command.clone().filter(|command| !command.is_empty())?;
        Some(Hook {
            command,
            user: hook.user.clone(),
            privileged: hook.privileged,
            working_dir: hook.working_dir.clone(),
            environment: hook.environment.clone().into_iter().collect(),
        })
    };
    written.iter().filter_map(hook).collect()
}
