//! What was granted to a user.

use serde::{Deserialize, Serialize};

use crate::access::Grant;

/// Grants of a user: one or more, so that somebody can look at everything and deploy some of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Grant>", into = "Vec<Grant>")]
pub struct UserGrants(Vec<Grant>);

/// Why a list is not the grants of a user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a user has 1 to {most} grants, not {count}")]
pub struct UserGrantsError {
    /// How many there are.
    pub count: usize,
    /// As many as there may be.
    pub most: usize,
}

impl UserGrants {
    /// As many as there may be: each is looked at for every request.
    pub const MOST: usize = 16;

    /// Checks their number.
    pub fn new(grants: Vec<Grant>) -> Result<Self, UserGrantsError> {
        if (1..=Self::MOST).contains(&grants.len()) {
            Ok(Self(grants))
        } else {
            Err(UserGrantsError { count: grants.len(), most: Self::MOST })
        }
    }

    /// Those of an administrator of everything.
    pub fn administrator() -> Self {
        Self(vec![Grant::administrator()])
    }

    /// Each of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Grant> {
        self.0.iter()
    }
}

impl<'g> IntoIterator for &'g UserGrants {
    type Item = &'g Grant;
    type IntoIter = std::slice::Iter<'g, Grant>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<Grant>> for UserGrants {
    type Error = UserGrantsError;

    fn try_from(grants: Vec<Grant>) -> Result<Self, UserGrantsError> {
        Self::new(grants)
    }
}

impl From<UserGrants> for Vec<Grant> {
    fn from(grants: UserGrants) -> Self {
        grants.0
    }
}
