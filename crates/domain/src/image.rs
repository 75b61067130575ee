//! Image references, compared as the engine compares them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An image as a definition has it: `[registry/]name[:tag][@digest]`, or an image id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ImageRef(pub String);

impl ImageRef {
    /// The reference as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it can be a reference at all. Otherwise no registry and no engine can have an image of that name.
    ///
    /// The check is more lenient than the grammar of references, so that nothing an engine accepts is rejected.
    pub fn is_well_formed(&self) -> bool {
        let known = |c: char| c.is_ascii_alphanumeric() || "._-/:@+".contains(c);
        let name = self.name();
        // Upper case is allowed only in the registry's host and in tags.
        let path = match name.split_once('/') {
            Some((_, path)) => path,
            None => name,
        };
        !path.is_empty() && self.0.chars().all(known) && !path.contains(|c: char| c.is_ascii_uppercase())
    }

    /// The digest, if the reference has one.
    pub fn digest(&self) -> Option<&str> {
        self.0.split_once('@').map(|(_, digest)| digest)
    }

    /// The part before tag and digest.
    pub fn name(&self) -> &str {
        let without_digest = self.0.split('@').next().unwrap_or(&self.0);
        match without_digest.rsplit_once(':') {
            // A colon before the last slash belongs to the registry's port.
            Some((name, tag)) if !tag.contains('/') => name,
            _ => without_digest,
        }
    }

    /// The tag; `latest` if the reference has neither tag nor digest.
    pub fn tag(&self) -> Option<&str> {
        let without_digest = self.0.split('@').next().unwrap_or(&self.0);
        match without_digest.rsplit_once(':') {
            Some((_, tag)) if !tag.contains('/') => Some(tag),
            _ if self.digest().is_some() => None,
            _ => Some("latest"),
        }
    }

    /// The reference in the short form that the engine lists under `RepoTags` or `RepoDigests`: without `docker.io/`
    /// and `library/`, with an explicit tag.
    pub fn familiar(&self) -> String {
        let name = self.name();
        let name =
            name.strip_prefix("docker.io/").or_else(|| name.strip_prefix("index.docker.io/")).unwrap_or(name);
        let name = name.strip_prefix("library/").unwrap_or(name);
        match (self.digest(), self.tag()) {
            (Some(digest), _) => [name, "@", digest].concat(),
            (None, Some(tag)) => [name, ":", tag].concat(),
            (None, None) => name.to_owned(),
        }
    }
}

impl fmt::Display for ImageRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&str> for ImageRef {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reference: &str, familiar: &str) {
        assert_eq!(ImageRef::from(reference).familiar(), familiar);
    }

    #[test]
    fn impossible_references_are_not_well_formed() {
        let well_formed = |text| ImageRef::from(text).is_well_formed();
        for text in [
            "nginx",
            "a/b_c/d__e.f-g:1.0_B",
            "Registry/app",
            "host:5000/app:V1",
            "a@sha256:abc",
            "sha256:abc",
        ] {
            assert!(well_formed(text), "{text}");
        }
        for text in ["", ":1", "/", "host/", "Nginx", "host/App:1", "a b", "nginx:1\0", "näh", "$(id)"] {
            assert!(!well_formed(text), "{text}");
        }
    }

    #[test]
    fn references_normalize_to_the_familiar_form() {
        check("nginx", "nginx:latest");
        check("docker.io/library/nginx:1.25", "nginx:1.25");
        check("localhost:5000/app", "localhost:5000/app:latest");
        check("localhost:5000/app:2", "localhost:5000/app:2");
        check("app:1@sha256:abc", "app@sha256:abc");
        check("registry.example/library/app", "registry.example/library/app:latest");
    }
}
