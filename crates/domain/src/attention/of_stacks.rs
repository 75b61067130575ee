//! Services, drift and lint of a stack.

use core_monitor_compose::Severity;

use super::{AttentionItem, AttentionKind, ServiceFacts, ServiceTrouble, StackFacts, said};

pub(super) fn items(stack: &StackFacts) -> Vec<AttentionItem> {
    // While a command works on it, services come and go, and whoever waits for them says how that ends.
    let services = stack.services.iter().filter(|_| !stack.is_running).map(service);
    let items = services.chain(drift(stack)).chain(lint(stack));
    items.map(|item| AttentionItem { stack: Some((stack.id, stack.name.clone())), ..item }).collect()
}

fn service(service: &ServiceFacts) -> AttentionItem {
    let (kind, message) = match service.trouble {
        ServiceTrouble::Failed => {
            (AttentionKind::ServiceFailed, said::service_failed(&service.name, &service.status))
        }
        ServiceTrouble::Unhealthy => {
            (AttentionKind::ServiceUnhealthy, said::service_unhealthy(&service.name))
        }
    };
    AttentionItem {
        hint: Some(said::read_its_logs()),
        since: service.since,
        service: Some(service.name.clone()),
        ..AttentionItem::new(kind, Severity::Error, message)
    }
}

/// An open command is about to change what runs, or has failed to: either says more than the drift.
fn drift(stack: &StackFacts) -> Option<AttentionItem> {
    if stack.drift == 0 || stack.is_changing {
        return None;
    }
    let message = match stack.drift {
        1 => said::stack_drifted_once(),
        steps => said::stack_drifted(steps),
    };
    let item = AttentionItem::new(AttentionKind::Drifted, Severity::Warning, message);
    Some(AttentionItem { hint: Some(said::look_at_drift()), ..item })
}

/// Errors in what runs are worse than errors in what is only saved.
fn lint(stack: &StackFacts) -> Option<AttentionItem> {
    if stack.lint_errors == 0 {
        return None;
    }
    let runs = stack.current_version == Some(stack.latest_version);
    let severity = if runs { Severity::Error } else { Severity::Warning };
    let message = match stack.lint_errors {
        1 => said::lint_error(stack.latest_version),
        errors => said::lint_errors(errors, stack.latest_version),
    };
    let item = AttentionItem::new(AttentionKind::LintErrors, severity, message);
    Some(AttentionItem { hint: Some(said::look_at_findings()), ..item })
}
