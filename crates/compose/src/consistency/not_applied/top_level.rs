//! The same for configs, secrets and models at top level.

use super::super::Subject;
use super::super::said;
use crate::Code;
use crate::model::{Config, Secret};

pub(super) fn warn(subject: &Subject<'_>) {
    let project = subject.project;
    for (key, config) in &project.configs {
        report(subject, "configs", key, of_config(config));
    }
    for (key, secret) in &project.secrets {
        report(subject, "secrets", key, of_secret(secret));
    }
    if let Some(models) = subject.root.get("models") {
        let message = said::no_effect_at("models", said::not_models());
        subject.report.warning(Code::NotApplied, models.node.mark, message);
    }
}

fn of_config(config: &Config) -> Vec<&'static str> {
    let all = [("labels", !config.labels.is_empty()), ("template_driver", config.template_driver.is_some())];
    all.into_iter().filter(|(_, written)| *written).map(|(attribute, _)| attribute).collect()
}

fn of_secret(secret: &Secret) -> Vec<&'static str> {
    let all = [
        ("labels", !secret.labels.is_empty()),
        ("driver", secret.driver.is_some()),
        ("driver_opts", !secret.driver_opts.is_empty()),
        ("template_driver", secret.template_driver.is_some()),
    ];
    all.into_iter().filter(|(_, written)| *written).map(|(attribute, _)| attribute).collect()
}

fn report(subject: &Subject<'_>, section: &str, key: &str, attributes: Vec<&'static str>) {
    for attribute in attributes {
        let entries = subject.root.get(section);
        let entry = entries.as_ref().and_then(|entries| entries.get(key));
        let mark = entry.as_ref().and_then(|entry| entry.get(attribute)).map(|cursor| cursor.node.mark);
        let message = said::no_effect_at(format_args!("{section}.{key}.{attribute}"), said::not_swarm());
        subject.report.warning(Code::NotApplied, mark, message);
    }
}
