//! What an instance has for the parameters of its template.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_message::Message;
use serde_json::Value;

use super::{Declaration, Parameter, ParameterKind, ParameterName, said};
use crate::names::{InstanceKey, TemplateName};
use crate::on_demand::HostPattern;
use crate::secret_variable::{Alphabet, Recipe, SecretChange, SecretName, SecretValue};

mod value;

pub(super) use value::plain;

/// The folders of the host that the operator allows to be mounted, by name, as absolute paths.
pub type FolderRoots = BTreeMap<String, String>;

/// What somebody wants an instance to be.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// The template.
    pub template: &'a TemplateName,
    /// The key of the instance.
    pub key: &'a InstanceKey,
    /// The values that were given. A JSON null is no value.
    pub given: &'a BTreeMap<String, Value>,
    /// The ports of the host that it has or will get.
    pub ports: &'a BTreeMap<ParameterName, u16>,
    /// The secret variables that it has already: they are kept unless others are given.
    pub has: &'a BTreeSet<SecretName>,
    /// The folders that may be mounted.
    pub roots: &'a FolderRoots,
}

/// The variables of an instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filled {
    /// The plain ones.
    pub variables: BTreeMap<String, String>,
    /// What becomes of its secret ones.
    pub secrets: BTreeMap<SecretName, SecretChange>,
    /// What was given, without secrets: to fill in the same again.
    pub values: BTreeMap<ParameterName, Value>,
    /// The hosts that requests for it name.
    pub hosts: Vec<HostPattern>,
    /// What of the host it mounts.
    pub mounts: Vec<HostMount>,
    /// Where it is reached.
    pub url: Option<String>,
}

/// A folder or file of the host that an instance mounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMount {
    /// The parameter.
    pub parameter: ParameterName,
    /// The allowed folder that it is in, as an absolute path.
    pub root: String,
    /// The path below it.
    pub path: String,
    /// Which of the two it is.
    pub form: MountForm,
}

/// What a [`HostMount`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountForm {
    /// A folder.
    Folder,
    /// A file.
    File,
}

/// A value that an instance cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueProblem {
    /// The name of the parameter, as it was given.
    pub parameter: String,
    /// What is wrong. Never quotes a secret.
    pub message: Message,
    /// What to try.
    pub hint: Option<Message>,
}

impl Declaration {
    /// The variables of an instance, or everything that is wrong with the values.
    pub fn fill(&self, wish: Wish<'_>) -> Result<Filled, Vec<ValueProblem>> {
        let mut filling = Filling { wish, filled: Filled::default(), problems: Vec::new() };
        filling.set("TEMPLATE_NAME", wish.template.as_str());
        filling.set("INSTANCE", wish.key.as_str());
        filling.refuse_unknown(&self.parameters);
        // Hosts and paths may be made from the values of others.
        let (made, plain): (Vec<_>, Vec<_>) = self.parameters.iter().partition(|one| is_made(&one.kind));
        plain.into_iter().chain(made).for_each(|parameter| filling.parameter(parameter));
        let Filling { mut filled, problems, .. } = filling;
        if !problems.is_empty() {
            return Err(problems);
        }
        filled.url = self.url_of(wish, &filled);
        Ok(filled)
    }

    /// What an instance with these values and ports is reached by, whatever it mounts.
    pub fn addresses(
        &self,
        (template, key): (&TemplateName, &InstanceKey),
        values: &BTreeMap<ParameterName, Value>,
        ports: &BTreeMap<ParameterName, u16>,
    ) -> (Vec<HostPattern>, Option<String>) {
        let given = values.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        let has = self.parameters.iter().filter_map(|one| one.name.secret()).collect();
        let roots = self.sample_roots();
        let wish = Wish { template, key, given: &given, ports, has: &has, roots: &roots };
        self.fill(wish).map_or_else(|_| (Vec::new(), None), |filled| (filled.hosts, filled.url))
    }

    /// Where an instance is reached.
    fn url_of(&self, wish: Wish<'_>, filled: &Filled) -> Option<String> {
        if let Some(url) = &self.url {
            return url.fill(|name| named(wish, &filled.variables, name));
        }
        let host = filled.hosts.iter().find(|host| host.wildcard().is_none());
        let port = || self.host_ports().find_map(|(name, _)| wish.ports.get(name));
        host.map(|host| format!("http://{host}/"))
            .or_else(|| port().map(|port| format!("http://localhost:{port}/")))
    }
}

/// Whether a value may be made from others.
fn is_made(kind: &ParameterKind) -> bool {
    matches!(kind, ParameterKind::Host { .. } | ParameterKind::Folder { .. } | ParameterKind::File { .. })
}

/// What a name in braces stands for.
fn named<'v>(wish: Wish<'v>, variables: &'v BTreeMap<String, String>, name: &str) -> Option<&'v str> {
    match name {
        "key" => Some(wish.key.as_str()),
        "template" => Some(wish.template.as_str()),
        _ => variables.get(name).map(String::as_str),
    }
}

/// Why a value cannot be used, and what to try.
type Refused = Box<(Message, Option<Message>)>;

struct Filling<'a> {
    wish: Wish<'a>,
    filled: Filled,
    problems: Vec<ValueProblem>,
}

impl Filling<'_> {
    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.filled.variables.insert(name.to_owned(), value.into());
    }

    fn refuse(&mut self, parameter: &str, message: Message, hint: Option<Message>) {
        self.problems.push(ValueProblem { parameter: parameter.to_owned(), message, hint });
    }

    fn refuse_unknown(&mut self, parameters: &[Parameter]) {
        let known: Vec<String> = parameters.iter().map(|one| format!("`{}`", one.name)).collect();
        for name in
            self.wish.given.keys().filter(|name| !parameters.iter().any(|one| one.name.as_str() == **name))
        {
            let shown: String = name.chars().take(60).collect();
            let message = match known.as_slice() {
                [] => said::parameter_unknown_none(&shown),
                known => said::parameter_unknown(&shown, known.join(", ")),
            };
            self.refuse(&shown, message, None);
        }
    }

    fn parameter(&mut self, parameter: &Parameter) {
        let name = &parameter.name;
        let given = self.wish.given.get(name.as_str()).filter(|value| !value.is_null());
        if let Err(refused) = self.value(parameter, given) {
            let (message, hint) = *refused;
            self.refuse(name.as_str(), message, hint);
        } else if let Some(given) = given
            && !matches!(parameter.kind, ParameterKind::Secret { .. })
        {
            self.filled.values.insert(name.clone(), given.clone());
        }
    }

    fn value(&mut self, parameter: &Parameter, given: Option<&Value>) -> Result<(), Refused> {
        let name = &parameter.name;
        let plain = |message| Box::new((message, None));
        let value = match &parameter.kind {
            ParameterKind::Secret { generate } => {
                return self.secret(parameter, *generate, given).map_err(plain);
            }
            ParameterKind::HostPort { range } => {
                let port = self.wish.ports.get(name).copied();
                let port = port.ok_or_else(|| plain(said::port_not_chosen(range)))?;
                if !range.contains(port) {
                    return Err(plain(said::port_not_in_range(port, range)));
                }
                Some(port.to_string())
            }
            ParameterKind::Folder { root, path } | ParameterKind::File { root, path } => {
                let made = path.as_ref().and_then(|path| self.made(path));
                let path = value::path(given, made).map_err(plain)?;
                path.map(|path| self.mount(parameter, root, path)).transpose()?
            }
            ParameterKind::Host { pattern } => {
                let made = pattern.as_ref().and_then(|pattern| self.made(pattern));
                let host = value::host(given, made).map_err(plain)?;
                self.filled.hosts.extend(host.clone());
                host.map(|host| host.to_string())
            }
            kind => value::plain(kind, given).map_err(plain)?,
        };
        match value {
            Some(value) => self.set(name.as_str(), value),
            None if parameter.optional => self.set(name.as_str(), ""),
            None => return Err(plain(said::parameter_without_value())),
        }
        Ok(())
    }

    fn made(&self, text: &super::Braced) -> Option<String> {
        text.fill(|name| named(self.wish, &self.filled.variables, name))
    }

    fn secret(
        &mut self,
        parameter: &Parameter,
        generate: Option<u16>,
        given: Option<&Value>,
    ) -> Result<(), Message> {
        let Some(name) = parameter.name.secret() else { return Err(said::value_secret_unusable()) };
        let change = match (given, generate) {
            (Some(given), _) => {
                let text = given.as_str().ok_or_else(said::value_not_a_text)?;
                SecretChange::Set(SecretValue::new(text).map_err(|_| said::value_secret_unusable())?)
            }
            (None, _) if self.wish.has.contains(&name) => SecretChange::Keep,
            (None, Some(length)) => {
                let recipe = Recipe::new(length, Alphabet::default());
                SecretChange::Generate(recipe.unwrap_or_default())
            }
            (None, None) if parameter.optional => {
                self.set(parameter.name.as_str(), "");
                return Ok(());
            }
            (None, None) => return Err(said::parameter_without_value()),
        };
        self.filled.secrets.insert(name, change);
        Ok(())
    }

    /// The absolute path of a mount.
    fn mount(&mut self, parameter: &Parameter, root: &str, path: String) -> Result<String, Refused> {
        let Some(folder) = self.wish.roots.get(root) else {
            return Err(Box::new((said::root_unknown(root), Some(said::root_hint(root)))));
        };
        let form = match parameter.kind {
            ParameterKind::File { .. } => MountForm::File,
            _ => MountForm::Folder,
        };
        let absolute = format!("{}/{path}", folder.trim_end_matches('/'));
        let parameter = parameter.name.clone();
        self.filled.mounts.push(HostMount { parameter, root: folder.clone(), path, form });
        Ok(absolute)
    }
}

#[cfg(test)]
mod tests;
