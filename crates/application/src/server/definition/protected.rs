//! Refuses definitions that ask for what no stack gets, so that whoever saves one learns of it at once. The worker refuses it
//! in any case: here, nothing is known of links on the host, and what is protected is what the worker has reported.

use core_monitor_compose::{Limits, Project, Span, Spans};
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::named_secret::LatestSecret;
use core_monitor_domain::policy::Rules;
use core_monitor_domain::protection::{Asking, Protected, Refusal, VolumeSource};

use super::{Issue, NOT_APPLICABLE};

/// What a definition is checked against.
#[derive(Debug, Clone)]
pub struct DefinitionRules {
    /// How large it may be.
    pub limits: Limits,
    /// What no stack gets.
    pub protected: Protected,
    /// What it may be given for whoever asks. The rest is a warning: whoever may, can apply it all the same.
    pub allowed: Rules,
    /// The secrets that definitions can name; `None` if nobody has looked. One that is lacking is a warning: it may be there when
    /// the definition is applied.
    pub secrets: Option<Vec<LatestSecret>>,
}

/// With nothing protected and everything allowed, as for what was saved already.
impl From<Limits> for DefinitionRules {
    fn from(limits: Limits) -> Self {
        Self { limits, protected: Protected::default(), allowed: Rules::Everything, secrets: None }
    }
}

/// Everything in the definition that its stack does not get. The paths of `here` are those of the host.
pub(super) fn issues(
    here: &Project,
    desired: &DesiredStack,
    spans: &Spans,
    protected: &Protected,
    asking: Asking<'_>,
) -> Vec<Issue> {
    let mut issues = Vec::new();
    for service in &desired.services {
        let name = service.name.as_str();
        let refusals = protected.of_container(asking, name, &service.container);
        issues.extend(
            refusals.iter().map(|refusal| issue(refusal, mounted(here, name, &refusal.subject, spans))),
        );
    }
    for volume in desired.volumes.iter().filter(|volume| !volume.external) {
        let source = VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts };
        let span = spans.nearest(&format!("volumes.{}.driver_opts.device", volume.key));
        let refusals = protected.of_volume(asking, &volume.key, source);
        issues.extend(refusals.iter().map(|refusal| issue(refusal, span.clone())));
    }
    issues
}

fn issue(refusal: &Refusal, span: Option<Span>) -> Issue {
    let (message, hint) = (refusal.message(), Some(refusal.hint()));
    Issue { code: NOT_APPLICABLE.to_owned(), message, expected: None, hint, span }
}

/// Where the service mounts the path: among its volumes, or by a config or secret.
pub(super) fn mounted(here: &Project, service: &str, path: &str, spans: &Spans) -> Option<Span> {
    let path = Some(path);
    let volumes = here.services.get(service).map(|service| service.volumes.as_slice()).unwrap_or_default();
    if let Some(index) = volumes.iter().position(|mount| mount.source.as_deref() == path) {
        return spans.nearest(&spans.mount_path(service, index));
    }
    let config = here.configs.iter().find(|(_, config)| config.file.as_deref() == path);
    let secret = here.secrets.iter().find(|(_, secret)| secret.file.as_deref() == path);
    let file = config
        .map(|(name, _)| format!("configs.{name}.file"))
        .or_else(|| secret.map(|(name, _)| format!("secrets.{name}.file")));
    spans.nearest(&file.unwrap_or_else(|| format!("services.{service}")))
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::stack_version::Source;

    use super::*;
    use crate::server::Definition;

    /// The place and the code of each error.
    fn check(text: &str, expected: &[&str]) {
        let stacks = vec!["proxy-*".parse().unwrap()];
        let protected = Protected::new(vec!["/data".to_owned()], None, stacks);
        let rules = DefinitionRules { protected, ..Limits::default().into() };
        let source = Source::single("compose.yaml", text);
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/data/stacks/1", rules);
        let issues = read.map_or_else(|refused| refused.issues, |_| Vec::new());
        let line = |issue: &Issue| {
            let place = issue.span.as_ref().map(|span| (span.line, span.column)).unwrap_or_default();
            assert!(issue.hint.is_some() && issue.code == NOT_APPLICABLE, "{issue:?}");
            format!("{}:{}: {}", place.0, place.1, issue.message.code())
        };
        assert_eq!(issues.iter().map(line).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_mount_is_refused_where_it_is_written() {
        check(
            "services:\n  web:\n    image: x\n    volumes:\n      - ./conf:/conf\n      - ../../secret.key:/k:ro\n",
            &["6:9: installation_is_protected"],
        );
        check(
            "services:\n  web:\n    image: x\n    volumes:\n      - type: bind\n        source: /var/run\n        target: /r\n",
            &["5:9: socket_is_protected"],
        );
    }

    #[test]
    fn a_volume_a_config_and_a_secret_are_refused_where_they_are_declared() {
        check(
            "services:\n  web:\n    image: x\n    volumes: [all:/all]\n\
             volumes:\n  all:\n    driver_opts:\n      type: none\n      o: bind\n      device: /\n",
            &["10:7: installation_is_protected"],
        );
        check(
            "services:\n  web:\n    image: x\n    configs: [key]\n    secrets: [key]\n\
             configs:\n  key:\n    file: ../../secret.key\n\
             secrets:\n  key:\n    file: /data/core-monitor.db\n",
            &["8:5: installation_is_protected", "11:5: installation_is_protected"],
        );
    }

    #[test]
    fn what_has_nothing_to_do_with_it_is_accepted() {
        check(
            "services:\n  web:\n    image: x\n    volumes: [.:/all, /srv/data:/data, named:/n]\nvolumes: {named: }\n",
            &[],
        );
    }
}
