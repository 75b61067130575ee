//! Says what in a definition the policy does not allow, so that whoever saves one learns of it at once. It can be saved all the
//! same: somebody else may be allowed to apply it, and the policy may change.

use core_monitor_compose::{Code, Diagnostic, Project, Severity, Span, Spans};
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::policy::{Demand, Finding, Restricted, Rules, demands};

use super::protected::mounted;

/// A warning for everything that the rules do not allow. The paths of `here` are those of the host, where the files of the stack
/// are in `folder`.
pub(super) fn warnings(
    here: &Project,
    desired: &DesiredStack,
    spans: &Spans,
    rules: &Rules,
    folder: &str,
) -> Vec<Diagnostic> {
    if rules.is_everything() {
        return Vec::new();
    }
    let findings = rules.findings(demands(desired, folder));
    let warning = |finding: &Finding| Diagnostic {
        code: Code::RefusedByPolicy,
        severity: Severity::Warning,
        message: finding.message(),
        expected: None,
        hint: Some(finding.hint()),
        span: place(here, &finding.0, spans),
    };
    findings.iter().map(warning).collect()
}

/// Where it is asked for.
fn place(here: &Project, demand: &Demand, spans: &Spans) -> Option<Span> {
    let is_of_service = here.services.contains_key(&demand.owner) && demand.path.starts_with("services.");
    match demand.what {
        Restricted::Binds if is_of_service => mounted(here, &demand.owner, &demand.value, spans),
        _ => spans.nearest(&demand.path),
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::Limits;
    use core_monitor_domain::policy::{Policy, Preset};
    use core_monitor_domain::stack_version::Source;

    use crate::server::definition::{Definition, DefinitionRules};

    use super::*;

    /// The place and the code of each warning for one with these rules.
    fn check(text: &str, allowed: Rules, expected: &[&str]) {
        let rules = DefinitionRules { allowed, ..Limits::default().into() };
        let source = Source::single("compose.yaml", text);
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/data/stacks/1", rules).unwrap();
        let refused = read.warnings.iter().filter(|warning| warning.code == Code::RefusedByPolicy);
        let line = |warning: &Diagnostic| {
            let place = warning.span.as_ref().map(|span| (span.line, span.column)).unwrap_or_default();
            assert!(warning.hint.is_some(), "{warning:?}");
            format!("{}:{}: {}", place.0, place.1, warning.message.code())
        };
        assert_eq!(refused.map(line).collect::<Vec<_>>(), expected, "{text}");
    }

    const TEXT: &str = "services:\n  web:\n    image: x\n    privileged: true\n    cap_add:\n      - NET_ADMIN\n    \
                        volumes:\n      - ./conf:/conf\n      - /srv:/srv\n    ports:\n      - 80:80\nnetworks:\n  \
                        default:\n    driver: macvlan\n";

    #[test]
    fn what_the_policy_refuses_is_said_where_it_is_written() {
        check(
            TEXT,
            Rules::of(Preset::Careful, &[]),
            &[
                "4:5: policy_privileged",
                "5:5: policy_capability",
                "9:9: policy_bind",
                "10:5: policy_port",
                "14:5: policy_network_driver",
            ],
        );
    }

    #[test]
    fn whoever_may_do_everything_is_told_nothing() {
        check(TEXT, Policy::default().own_rules("shop"), &[]);
    }

    #[test]
    fn an_ordinary_application_is_no_news() {
        let text = "services:\n  web:\n    image: nginx:1.29\n    ports: ['8080:80']\n    volumes: [./conf:/conf, data:/data]\n    \
                    cap_drop: [ALL]\n    cap_add: [CHOWN]\n    security_opt: ['no-new-privileges:true']\n    \
                    networks: [front, default]\nvolumes: {data: {}}\nnetworks:\n  front: {external: true, name: proxy}\n";
        check(text, Rules::of(Preset::Careful, &[]), &[]);
    }
}
