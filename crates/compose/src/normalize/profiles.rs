//! Which services are active.

use crate::LoadOptions;
use crate::interpolate::Variables;
use crate::model::Service;
use std::collections::HashSet;

/// The active profiles.
#[derive(Debug)]
pub(crate) struct Profiles(HashSet<String>);

impl Profiles {
    /// Profiles from the options, else from `COMPOSE_PROFILES`.
    pub(crate) fn new(options: &LoadOptions, variables: &Variables<'_>) -> Self {
        if !options.profiles.is_empty() {
            return Self(options.profiles.iter().cloned().collect());
        }
        let listed = variables.get("COMPOSE_PROFILES").unwrap_or_default();
        // Without profiles, the empty profile is active, as in the reference.
        Self(listed.split(',').map(|name| name.trim().to_owned()).collect())
    }

    /// Whether a service is active: it has no profile, or an active one.
    pub(crate) fn activate(&self, service: &Service) -> bool {
        self.activate_any(&service.profiles)
    }

    /// Whether a service with these profiles is active.
    pub(crate) fn activate_any(&self, profiles: &[String]) -> bool {
        profiles.is_empty() || self.0.contains("*") || profiles.iter().any(|profile| self.0.contains(profile))
    }
}
