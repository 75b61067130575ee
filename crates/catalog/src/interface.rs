//! What components can be to each other.

/// What one component offers and another one needs, with the values that come with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// Its name.
    pub name: &'static str,
    /// The values that every provider has; a consumer can count on these and on no others.
    pub values: &'static [&'static str],
}

const DATABASE: &[&str] = &["host", "port", "user", "password", "database", "url"];
const ADDRESS: &[&str] = &["host", "port", "url"];

const ALL: &[Interface] = &[
    Interface { name: "postgres", values: DATABASE },
    Interface { name: "mysql", values: DATABASE },
    Interface { name: "mongodb", values: DATABASE },
    Interface { name: "redis", values: &["host", "port", "password", "url"] },
    Interface { name: "memcached", values: &["host", "port"] },
    Interface { name: "amqp", values: &["host", "port", "user", "password", "vhost", "url"] },
    Interface { name: "kafka", values: &["host", "port", "bootstrap"] },
    Interface { name: "nats", values: ADDRESS },
    Interface { name: "mqtt", values: ADDRESS },
    Interface { name: "search", values: &["host", "port", "url", "user", "password"] },
    Interface { name: "http", values: ADDRESS },
    Interface { name: "prometheus-target", values: &["host", "port", "path"] },
    Interface { name: "prometheus", values: ADDRESS },
    Interface { name: "loki", values: ADDRESS },
    Interface { name: "smtp", values: ADDRESS },
    Interface { name: "s3", values: &["host", "port", "url", "access_key", "secret_key", "region"] },
];

/// Every interface.
pub fn interfaces() -> &'static [Interface] {
    ALL
}

/// The interface with this name.
pub(crate) fn interface(name: &str) -> Option<&'static Interface> {
    ALL.iter().find(|interface| interface.name == name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_has_the_values_of_every_interface() {
        let page = include_str!("../README.md");
        for interface in super::ALL {
            let values = interface.values.join(" ");
            let row = page.lines().find(|line| {
                line.starts_with('|')
                    && line.contains(&format!("`{}`", interface.name))
                    && line.contains(&values)
            });
            assert!(row.is_some(), "a row with `{}` and `{values}`", interface.name);
        }
    }
}
