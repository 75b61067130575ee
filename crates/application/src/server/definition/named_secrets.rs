//! Warns of named secrets that a definition asks for and would not get now.

use core_monitor_compose::{Code, Diagnostic, Project, Severity, Spans};
use core_monitor_domain::named_secret::{LatestSecret, UnavailableSecret, needed};
use core_monitor_domain::secret_variable::SecretUses;

/// A warning for each of them, where it is declared. Secret variables are in no file: they are refused when they are given.
pub(super) fn warnings(project: &Project, spans: &Spans, known: Option<&[LatestSecret]>) -> Vec<Diagnostic> {
    let Some(known) = known else { return Vec::new() };
    let warning = |secret: UnavailableSecret| Diagnostic {
        code: Code::SecretUnavailable,
        severity: Severity::Warning,
        message: secret.message(),
        expected: None,
        span: secret.needed.path.as_ref().and_then(|path| spans.nearest(path)),
        hint: Some(secret.hint()),
    };
    let lacking = needed(project, &SecretUses::new()).into_iter().filter_map(|needed| {
        let found = known.iter().find(|secret| secret.name.as_str() == needed.name);
        UnavailableSecret::of(&needed, &project.name, found)
    });
    lacking.map(warning).collect()
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::Limits;
    use core_monitor_domain::ids::{NamedSecretId, VersionNumber};
    use core_monitor_domain::stack_version::Source;

    use super::*;
    use crate::server::definition::{Definition, DefinitionRules};

    #[test]
    fn a_secret_that_the_stack_does_not_get_is_warned_about_where_it_is_declared() {
        let text = "services:\n  web: {image: x, secrets: [own, theirs, gone]}\nsecrets:\n  own:\n    external: true\n  \
                    theirs:\n    external: true\n    name: others\n  gone:\n    external: true\n  unused:\n    external: true\n";
        let known = |name: &str, stacks: &str| LatestSecret {
            id: NamedSecretId(uuid::Uuid::from_u128(1)),
            name: name.parse().unwrap(),
            stacks: [stacks.parse().unwrap()].into(),
            number: VersionNumber(1),
        };
        let secrets = Some(vec![known("own", "sh*"), known("others", "blog")]);
        let rules = DefinitionRules { secrets, ..Limits::default().into() };
        let source = Source::single("compose.yaml", text);
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/shop", rules).unwrap();
        let lacking = read.warnings.iter().filter(|warning| warning.code == Code::SecretUnavailable);
        let line = |warning: &Diagnostic| {
            let span = warning.span.as_ref().unwrap();
            format!("{}:{}: {}", span.line, span.column, warning.message.code())
        };
        let lines: Vec<_> = lacking.map(line).collect();
        assert_eq!(lines, ["6:3: secret_for_others", "9:3: secret_unknown"]);
    }
}
