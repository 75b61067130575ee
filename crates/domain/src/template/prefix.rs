//! The beginning of the paths under which other proxies reach an instance.

use core_monitor_message::Message;

use super::{Declaration, said};
use crate::names::{InstanceKey, TemplateName};
use crate::on_demand::settings::path_prefix;

/// What may stand in braces: whoever reads a path can tell from it which instance it is.
const NAMES: [&str; 2] = ["key", "template"];

impl Declaration {
    /// The beginning of the paths of an instance, with a slash at both ends.
    pub fn prefix_of(&self, template: &TemplateName, key: &InstanceKey) -> String {
        let own = self.prefix.as_ref().and_then(|prefix| {
            prefix.fill(|name| match name {
                "key" => Some(key.as_str()),
                "template" => Some(template.as_str()),
                _ => None,
            })
        });
        own.unwrap_or_else(|| format!("/{template}/{key}/"))
    }

    /// Why its prefix cannot be used.
    pub(super) fn wrong_prefix(&self) -> Option<Message> {
        let prefix = self.prefix.as_ref()?;
        let names = prefix.names().unwrap_or_default();
        if let Some(unknown) = names.into_iter().find(|name| !NAMES.contains(name)) {
            let known = NAMES.map(|name| format!("`{{{name}}}`"));
            return Some(said::brace_unknown(unknown, known.join(", ")));
        }
        // Any word will do: names and keys have only characters that paths may have.
        let sample = prefix.fill(|_| Some("example")).unwrap_or_default();
        // It is written into the configuration of other programs, where other characters would mean something.
        let is_plain = sample
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'~' | b'-'));
        let is_usable = is_plain && sample.ends_with('/') && path_prefix(&sample).is_ok();
        (!is_usable).then(|| said::template_prefix_unusable(prefix.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Braced;

    fn with(prefix: &str) -> Declaration {
        Declaration { prefix: Some(Braced::new(prefix)), ..Declaration::default() }
    }

    #[test]
    fn an_instance_is_below_its_template_unless_that_says_otherwise() {
        let (template, key) = ("shop".parse().unwrap(), "demo".parse().unwrap());
        assert_eq!(Declaration::default().prefix_of(&template, &key), "/shop/demo/");
        assert_eq!(with("/{key}/").prefix_of(&template, &key), "/demo/");
        assert_eq!(with("/p/{template}-{key}/").prefix_of(&template, &key), "/p/shop-demo/");
    }

    #[test]
    fn only_plain_paths_can_be_prefixes() {
        for fine in ["/", "/{key}/", "/{template}/{key}/", "/a.b/~{key}/"] {
            assert_eq!(with(fine).wrong_prefix(), None, "{fine}");
        }
        let wrong =
            ["{key}/", "/{key}", "", "//", "/../", "/{PORT}/", "/a b/", "/a;/", "/`/", "/\"/", "/%41/"];
        for wrong in wrong {
            assert!(with(wrong).wrong_prefix().is_some(), "{wrong}");
        }
    }
}
