//! What becomes of each attribute of the language: which engines carry it out, and what has no effect.
//!
//! The table names every attribute of the schema, so that none can be lost without a word: one that an engine is too old for is
//! refused with the version it needs, and one without effect is warned about when the definition is saved.

mod needs;
mod table;

pub use needs::{EngineNeed, engine_needs};
pub use table::ATTRIBUTES;

/// What becomes of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It is part of what every supported engine is asked for.
    Applied,
    /// Engines carry it out from this version on. Older ones would ignore it, so they are not asked.
    Since(EngineVersion),
    /// It says how to read or to carry out the rest, and no engine sees it.
    Resolved,
    /// It describes something for readers or for other programs.
    Note,
    /// It has no effect, always or in some combination, and the loader warns about it.
    NotApplied,
    /// A definition that uses it is refused, always or with some values.
    Refused,
}

/// The first engine that carries something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineVersion {
    /// Minor number of its API; the major number is 1.
    pub api_minor: u16,
    /// The release.
    pub release: &'static str,
}

/// What becomes of the attribute at `path`, in which `*` stands for names and items of lists are left out, such as
/// `services.*.volumes.volume.subpath`. An attribute inside one without effect has none either.
pub fn support(path: &str) -> Option<Support> {
    let of = |wanted: &str| {
        ATTRIBUTES.iter().find(|(_, paths)| paths.contains(&wanted)).map(|(support, _)| *support)
    };
    of(path).or_else(|| {
        let mut rest = path;
        while let Some((parent, _)) = rest.rsplit_once('.') {
            if let Some(support) = of(&format!("{parent}.**")) {
                return Some(support);
            }
            rest = parent;
        }
        None
    })
}

/// The first engine that carries out the attribute at `path`, if not all do.
pub fn needed_engine(path: &str) -> Option<EngineVersion> {
    match support(path)? {
        Support::Since(version) => Some(version),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::schema::attribute_paths;

    #[test]
    fn every_attribute_of_the_schema_is_accounted_for() {
        let paths = attribute_paths();
        assert!(paths.len() > 300, "{} paths", paths.len());
        let forgotten: Vec<_> = paths.iter().filter(|path| support(path).is_none()).collect();
        assert!(forgotten.is_empty(), "not in the table: {forgotten:#?}");
    }

    #[test]
    fn the_table_has_only_attributes_of_the_schema_and_each_once() {
        let paths: BTreeSet<String> = attribute_paths().into_iter().collect();
        let mut seen = BTreeSet::new();
        for path in ATTRIBUTES.iter().flat_map(|(_, paths)| *paths) {
            assert!(seen.insert(path), "{path} twice");
            assert!(paths.contains(path.trim_end_matches(".**")), "{path} is not in the schema");
        }
    }

    #[test]
    fn what_is_inside_something_without_effect_has_none() {
        assert_eq!(support("services.*.develop.watch.exec.user"), Some(Support::NotApplied));
        assert_eq!(support("services.*.image"), Some(Support::Applied));
        assert_eq!(support("services.*.imgae"), None);
        assert_eq!(needed_engine("services.*.healthcheck.start_interval").unwrap().release, "25.0");
    }
}
