//! Actors in a column.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use core_monitor_domain::actor::Actor;
use sea_orm::DeriveValueType;

/// An actor, in the form that the release of the row wrote.
#[derive(Debug, Clone, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String")]
pub(crate) struct AsActor(pub(crate) Actor);

impl fmt::Display for AsActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AsActor {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Actor::from_stored(text)))
    }
}
