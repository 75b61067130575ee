//! Who sends an alert.

/// The installation that an alert comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceInfo {
    /// What people call it, e.g. the name of its host.
    pub name: String,
    /// Where its web UI is reached, such as `https://monitor.example.org`, with or without a slash at the end; `None` if it was
    /// not told, and alerts then have no links.
    pub url: Option<String>,
}

impl InstanceInfo {
    /// The address of a page of the web UI. `path` begins with a slash.
    pub fn link(&self, path: &str) -> Option<String> {
        self.url.as_deref().map(|url| format!("{}{path}", url.trim_end_matches('/')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_one_slash_between_address_and_path() {
        let of = |url: Option<&str>| InstanceInfo { name: "home".to_owned(), url: url.map(str::to_owned) };
        let link = |url: &str| of(Some(url)).link("/queue").unwrap();
        assert_eq!(link("https://monitor.example.org/"), "https://monitor.example.org/queue");
        assert_eq!(link("https://example.org/monitor"), "https://example.org/monitor/queue");
        assert_eq!(of(None).link("/queue"), None);
    }
}
