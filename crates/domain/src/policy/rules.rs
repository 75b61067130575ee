//! What may run.

use std::collections::BTreeMap;

use super::{Allowance, Demand, Finding, Preset, Restricted, values};

/// What may run, for one who applies it and one stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rules {
    /// Anything.
    Everything,
    /// Only this; nothing of what is not named.
    Only(BTreeMap<Restricted, Vec<String>>),
}

impl Rules {
    /// A preset with what is allowed instead.
    pub fn of(preset: Preset, allow: &[Allowance]) -> Self {
        if preset == Preset::Open && allow.is_empty() {
            return Self::Everything;
        }
        let of_preset = |what: Restricted| {
            let allowed = preset.allows(what).iter().map(|value| (*value).to_owned()).collect();
            (what, allowed)
        };
        let mut only: BTreeMap<Restricted, Vec<String>> = Restricted::ALL.map(of_preset).into();
        only.extend(allow.iter().map(|allowance| (allowance.what, allowance.values.clone())));
        Self::Only(only)
    }

    /// Whether nothing is refused, so that nobody has to look.
    pub fn is_everything(&self) -> bool {
        *self == Self::Everything
    }

    /// Whether this may be had.
    pub fn allow(&self, what: Restricted, value: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(_) => self.allowed(what).iter().any(|allowed| values::is_in(what, value, allowed)),
        }
    }

    /// What is allowed of this, as it is written in a policy.
    pub fn allowed(&self, what: Restricted) -> &[String] {
        match self {
            Self::Everything => &[],
            Self::Only(only) => only.get(&what).map(Vec::as_slice).unwrap_or_default(),
        }
    }

    /// The same with something else allowed of this. Where everything is allowed, it stays so.
    #[must_use]
    pub fn with(mut self, what: Restricted, values: Vec<String>) -> Self {
        if let Self::Only(only) = &mut self {
            only.insert(what, values);
        }
        self
    }

    /// Everything that is refused, in the order of the demands.
    pub fn findings(&self, demands: impl IntoIterator<Item = Demand>) -> Vec<Finding> {
        let is_refused = |demand: &Demand| !self.allow(demand.what, &demand.value);
        demands.into_iter().filter(is_refused).map(Finding::from).collect()
    }
}
