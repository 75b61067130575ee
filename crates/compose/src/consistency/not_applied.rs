//! Parts of the language that are read, checked and kept in the model, and that nothing here acts on.

use super::Subject;
use crate::Code;
use crate::model::{Deploy, Placement, Service};

/// Says of every active service what is in vain.
pub(super) fn tell(subject: &Subject<'_>) {
    for (name, service) in &subject.project.services {
        for (attribute, why) in attributes(subject, name, service) {
            let message = format!("`{attribute}` of service `{name}` is not applied: {why}");
            let mark = subject.mark(name, attribute.split('.').next().unwrap_or(attribute));
            subject.report.warning(Code::NotApplied, mark, message);
        }
    }
}

fn attributes(subject: &Subject<'_>, name: &str, service: &Service) -> Vec<(&'static str, &'static str)> {
    let deploy = service.deploy.as_ref();
    let says = |of: fn(&Deploy) -> bool| deploy.is_some_and(of);
    let all = [
        ("develop", "it is for a tool that watches files beside a developer", service.develop.is_some()),
        ("models", "models are not run here", !service.models.is_empty()),
        (
            "provider",
            "no other program is called, so the service has no container",
            service.provider.is_some(),
        ),
        ("credential_spec", "it is for Windows", service.credential_spec.is_some()),
        ("isolation", "it is for Windows", service.isolation.is_some()),
        ("use_api_socket", "a container gets the engine's socket only as a mount", service.use_api_socket),
        ("pull_refresh_after", "use `pull_policy`", subject.says(name, "pull_refresh_after")),
        ("deploy.placement", "there is one host", says(|deploy| deploy.placement != Placement::default())),
        ("deploy.endpoint_mode", "it is for Swarm", says(|deploy| deploy.endpoint_mode.is_some())),
        ("deploy.labels", "they are for a Swarm service", says(|deploy| !deploy.labels.is_empty())),
    ];
    all.into_iter().filter(|(_, _, written)| *written).map(|(attribute, why, _)| (attribute, why)).collect()
}
