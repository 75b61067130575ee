//! Checks that need the whole model: references, exclusions, cycles.

mod cycles;
mod exclusions;
mod not_applied;
mod references;
pub(crate) mod said;

use crate::cursor::Cursor;
use crate::model::Project;
use crate::report::{Mark, Report};
use crate::yaml::Value;

/// The input of the checks.
pub(crate) struct Subject<'a> {
    pub(crate) project: &'a Project,
    /// Services whose profile is inactive.
    pub(crate) inactive: &'a [String],
    /// The tree the model was built from.
    pub(crate) root: &'a Cursor<'a>,
    pub(crate) report: &'a Report,
}

impl Subject<'_> {
    /// Where an attribute of a service names `word`: a list item that starts with it, or a key.
    fn mention(&self, service: &str, attribute: &str, word: &str) -> Option<Mark> {
        let services = self.root.mapping()?.get("services")?;
        let attributes = services.value.as_mapping()?.get(service)?.value.as_mapping()?;
        let attribute = &attributes.get(attribute)?.value;
        let mentions =
            |text: &str| text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
        match &attribute.value {
            Value::Mapping(entries) => entries.get(word).map(|entry| entry.key),
            Value::Sequence(items) => items
                .iter()
                .find(|item| match &item.value {
                    Value::String(text) => mentions(text),
                    Value::Mapping(long) => long
                        .get("source")
                        .is_some_and(|source| source.value.value == Value::String(word.to_owned())),
                    _ => false,
                })
                .map(|item| item.mark),
            Value::String(text) if text.strip_prefix("service:").is_some_and(mentions) => {
                Some(attribute.mark)
            }
            _ => None,
        }
    }

    /// Whether a service has an attribute, even one the model does not know.
    fn has_attribute(&self, service: &str, attribute: &str) -> bool {
        let attributes = || {
            let service = self.root.mapping()?.get("services")?.value.as_mapping()?.get(service)?;
            service.value.as_mapping()?.get(attribute)
        };
        attributes().is_some()
    }

    /// The position of an attribute, or of the service if the attribute is absent.
    fn mark(&self, service: &str, attribute: &str) -> Option<Mark> {
        let service = self.root.mapping()?.get("services")?.value.as_mapping()?.get(service)?;
        let attribute = service.value.as_mapping().and_then(|attributes| attributes.get(attribute));
        Some(attribute.map_or(service.key, |attribute| attribute.key))
    }
}

/// Runs every check.
pub(crate) fn check(subject: &Subject<'_>) {
    for (name, service) in &subject.project.services {
        references::check(subject, name, service);
        exclusions::check(subject, name, service);
    }
    exclusions::container_names(subject);
    cycles::check(subject);
    not_applied::warn(subject);
}
