//! Values to check a template with, before anybody launches it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Braced, Declaration, Filled, FolderRoots, Parameter, ParameterKind, ParameterName, ValueProblem, Wish,
    said,
};
use crate::attribute::{At, Misread};
use crate::names::{InstanceKey, TemplateName};

/// What stands where any text will do.
const EXAMPLE: &str = "example";

impl Declaration {
    /// An instance that this template could have. Its folders are those of no host.
    pub fn sample(&self, template: &TemplateName) -> Result<Filled, Vec<ValueProblem>> {
        let Some(key) = self.sample_key() else { return Ok(Filled::default()) };
        let given = self.parameters.iter().filter_map(|one| Some((one.name.to_string(), one.sample()?)));
        let given: BTreeMap<String, Value> = given.collect();
        let ports = self.host_ports().map(|(name, range)| (name.clone(), range.first())).collect();
        let roots = self.sample_roots();
        let has = BTreeSet::new();
        let wish = Wish { template, key: &key, given: &given, ports: &ports, has: &has, roots: &roots };
        self.fill(wish)
    }

    /// A folder of no host for each root that is named.
    pub(super) fn sample_roots(&self) -> FolderRoots {
        let root = |parameter: &Parameter| match &parameter.kind {
            ParameterKind::Folder { root, .. } | ParameterKind::File { root, .. } => {
                Some((root.clone(), format!("/{root}")))
            }
            _ => None,
        };
        self.parameters.iter().filter_map(root).collect()
    }

    /// A key that an instance could have.
    pub fn sample_key(&self) -> Option<InstanceKey> {
        self.key.example.clone().or_else(|| EXAMPLE.parse().ok())
    }

    /// Itself, if instances can be made from it: its defaults and examples keep its own rules, and every name in braces stands for
    /// something.
    pub(super) fn checked(self, at: &At<'_>) -> Result<Self, Misread> {
        let refused = |path: String, what| Misread { owner: String::new(), path, what };
        if let (Some(pattern), Some(key)) = (&self.key.pattern, self.sample_key())
            && self.key.refusal(&key).is_some()
        {
            return Err(refused(".key".to_owned(), said::template_key_needs_example(pattern.as_str())));
        }
        for parameter in &self.parameters {
            let path = format!("{}.parameters.{}", at.path, parameter.name);
            parameter.checked().map_err(|what| refused(path.clone(), what))?;
            if let ParameterKind::Host { pattern: Some(text) }
            | ParameterKind::Folder { path: Some(text), .. }
            | ParameterKind::File { path: Some(text), .. } = &parameter.kind
            {
                self.known_names(text, false).map_err(|what| refused(path, what))?;
            }
        }
        if let Some(url) = &self.url {
            self.known_names(url, true).map_err(|what| refused(".url".to_owned(), what))?;
            // It becomes a link: anything else could run in the browser of whoever follows it.
            if !["http://", "https://"].iter().any(|scheme| url.as_str().starts_with(scheme)) {
                return Err(refused(".url".to_owned(), said::template_url_unusable()));
            }
        }
        if let Some(what) = self.wrong_prefix() {
            return Err(refused(".prefix".to_owned(), what));
        }
        Ok(self)
    }

    /// Refuses a name in braces that stands for nothing. Only what is filled in last may use the values of all parameters.
    fn known_names(&self, text: &Braced, all: bool) -> Result<(), core_monitor_message::Message> {
        let usable = |one: &&Parameter| match one.kind {
            ParameterKind::Secret { .. } => false,
            ParameterKind::Host { .. } | ParameterKind::Folder { .. } | ParameterKind::File { .. } => all,
            _ => true,
        };
        let names: Vec<&ParameterName> = self.parameters.iter().filter(usable).map(|one| &one.name).collect();
        let known =
            |name: &&str| ["key", "template"].contains(name) || names.iter().any(|one| one.as_str() == *name);
        let Some(unknown) = text.names().unwrap_or_default().into_iter().find(|name| !known(name)) else {
            return Ok(());
        };
        let mut known = vec!["`{key}`".to_owned(), "`{template}`".to_owned()];
        known.extend(names.iter().map(|name| format!("`{{{name}}}`")));
        Err(said::brace_unknown(unknown, known.join(", ")))
    }
}

impl Parameter {
    /// A value that could be given; `None` where none has to be.
    fn sample(&self) -> Option<Value> {
        match &self.kind {
            ParameterKind::String { default: None, example, .. } => {
                Some(Value::from(example.clone().unwrap_or_else(|| EXAMPLE.to_owned())))
            }
            ParameterKind::Int { default: None, min, max } => Some(Value::from(min.or(*max).unwrap_or(1))),
            ParameterKind::Secret { generate: None } if !self.optional => Some(Value::from(EXAMPLE)),
            ParameterKind::Folder { path: None, .. } | ParameterKind::File { path: None, .. } => {
                Some(Value::from(EXAMPLE))
            }
            ParameterKind::Host { pattern: None } => Some(Value::from("example.localhost")),
            _ => None,
        }
    }

    /// Whether its default and its example keep its own rules.
    fn checked(&self) -> Result<(), core_monitor_message::Message> {
        let sample = self.sample();
        match super::fill::plain(&self.kind, sample.as_ref()) {
            Ok(_) => Ok(()),
            Err(what) => match &self.kind {
                ParameterKind::String { default: None, pattern: Some(pattern), .. } => {
                    Err(said::parameter_needs_example(pattern.as_str()))
                }
                _ => Err(said::parameter_default_refused(what)),
            },
        }
    }
}
