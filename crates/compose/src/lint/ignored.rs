//! `x-lint: {ignore: [CODE, ...]}`: findings that the author has chosen to ignore.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::Extensions;
use crate::suggest::did_you_mean;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

pub(super) static RULES: &[&Rule] = &[&INVALID_SETTING];

static INVALID_SETTING: Rule = Rule {
    code: "invalid-lint-setting",
    severity: Severity::Warning,
    title: "`x-lint` is invalid",
    why: "A misspelled code in `x-lint` ignores nothing, and neither does the code of a rule that no longer exists.",
    cure: said::cure_invalid_lint_setting,
};

const KEY: &str = "x-lint";

/// The ignored codes, for the whole project and by service.
#[derive(Debug, Default)]
pub(super) struct Ignored<'a> {
    project: HashSet<&'a str>,
    services: HashMap<&'a str, HashSet<&'a str>>,
}

impl<'a> Ignored<'a> {
    pub(super) fn read(subject: &Subject<'a>) -> Self {
        let codes = |extensions: &'a Extensions| {
            let list =
                extensions.get(KEY).and_then(|setting| setting.get("ignore")).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).collect::<HashSet<&str>>()
        };
        let services = subject.project.services.iter();
        let services = services.filter(|(_, service)| service.extensions.contains_key(KEY));
        Self {
            project: codes(&subject.project.extensions),
            services: services.map(|(name, service)| (name.as_str(), codes(&service.extensions))).collect(),
        }
    }

    pub(super) fn has(&self, code: &str, service: Option<&str>) -> bool {
        self.project.contains(code)
            || service.and_then(|name| self.services.get(name)).is_some_and(|codes| codes.contains(code))
    }
}

/// Checks the `x-lint` settings themselves.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    setting(&subject.project.extensions, None, KEY, findings);
    for (name, service) in &subject.project.services {
        setting(&service.extensions, Some(name), &format!("services.{name}.{KEY}"), findings);
    }
}

fn setting(extensions: &Extensions, service: Option<&str>, path: &str, findings: &mut Findings<'_>) {
    let Some(setting) = extensions.get(KEY) else { return };
    let entries = setting.as_object();
    let list = entries.filter(|entries| entries.len() == 1).and_then(|entries| entries.get("ignore"));
    let Some(list) = list.and_then(Value::as_array) else {
        let message = said::lint_setting_form(KEY);
        findings.add(&INVALID_SETTING, service, path, message);
        return;
    };
    for (index, item) in list.iter().enumerate() {
        let code = item.as_str().unwrap_or_default();
        if super::RULES.iter().copied().flatten().any(|rule| rule.code == code) {
            continue;
        }
        let path = format!("{path}.ignore[{index}]");
        let shown: String = code.chars().take(60).collect();
        let message = said::lint_setting_unknown(KEY, shown);
        let known = super::RULES.iter().copied().flatten().map(|rule| rule.code);
        match did_you_mean(code, known) {
            Some(hint) => findings.add_with_hint(&INVALID_SETTING, service, &path, message, hint),
            None => findings.add(&INVALID_SETTING, service, &path, message),
        }
    }
}
