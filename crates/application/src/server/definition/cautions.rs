//! Warns of what a service that wakes on demand asks for in vain.

use std::collections::BTreeMap;

use core_monitor_compose::{Code, Diagnostic, Project, Severity, Span, Spans};
use core_monitor_domain::desired::{Caution, on_demand_cautions};

/// Where a service declares what other stacks have a say in.
pub(in crate::server) fn place(service: &str, key: &str) -> String {
    format!("services.{service}.x-core-monitor.on-demand.{key}")
}

/// What the definition alone shows.
pub(super) fn warnings(project: &Project, spans: &Spans) -> Vec<Diagnostic> {
    let warning = |caution: Caution| Diagnostic {
        code: Code::NotApplied,
        severity: Severity::Warning,
        message: caution.message(),
        expected: None,
        span: spans.nearest(&format!("services.{}.{}", caution.service, caution.path)),
        hint: Some(caution.hint),
    };
    on_demand_cautions(project).into_iter().map(warning).collect()
}

/// The places that other stacks have a say in.
pub(super) fn shared(project: &Project, spans: &Spans) -> BTreeMap<String, Span> {
    let places = project
        .services
        .keys()
        .flat_map(|service| ["hosts", "needs", "not-with"].into_iter().map(move |key| place(service, key)));
    places.filter_map(|path| spans.get(&path).map(|span| (path, span))).collect()
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::Limits;
    use core_monitor_domain::stack_version::Source;

    use crate::server::Definition;

    #[test]
    fn what_is_asked_for_in_vain_is_warned_about_with_its_place() {
        let text = "services:\n  web:\n    image: x\n    expose: [80]\n    x-core-monitor:\n      on-demand:\n        \
                    theme: matirx\n        needs:\n          - shop/bd\n  db: {image: x}\n";
        let source = Source::single("compose.yaml", text);
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/shop", Limits::default()).unwrap();
        let line = |warning: &core_monitor_compose::Diagnostic| {
            let span = warning.span.as_ref().unwrap();
            format!("{}:{}: {}", span.line, span.column, warning.code)
        };
        assert_eq!(
            read.warnings.iter().map(line).collect::<Vec<_>>(),
            ["7:9: not-applied", "9:13: not-applied"]
        );
        assert!(read.warnings[1].message.text().contains("`bd` is not a service"), "{:?}", read.warnings[1]);
        assert_eq!(read.shared.len(), 1, "{:?}", read.shared);
    }
}
