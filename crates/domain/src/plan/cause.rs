//! Why a step is in a plan.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::ServiceName;

/// The reason of one step, in a form that can be shown, counted and tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Cause {
    /// It does not exist yet.
    Missing,
    /// Its definition is another one.
    DefinitionChanged {
        /// The attributes that differ; empty when the earlier definition is not known.
        attributes: Vec<String>,
    },
    /// The reference means another image now.
    ImageChanged,
    /// The image was built from another definition or other files.
    BuildChanged,
    /// The definition asks the registry at every apply.
    PullPolicy,
    /// A container whose namespaces it shares was replaced.
    ParentReplaced {
        /// The other service.
        service: ServiceName,
    },
    /// A network it is attached to has to be made anew.
    NetworkReplaced {
        /// The network's name.
        network: String,
    },
    /// It is not attached to a network it should be attached to, or to a former one of that name.
    NetworkMissing {
        /// The network's name.
        network: String,
    },
    /// Others on that network find it under other names than they should.
    AliasesChanged {
        /// The network's name.
        network: String,
    },
    /// It is attached to a network it should not be attached to.
    NetworkUnwanted {
        /// The network's name.
        network: String,
    },
    /// It has another name than it should have: a replacement was cut off.
    WrongName,
    /// It does not run although it should.
    NotRunning,
    /// This command began it and was interrupted.
    Interrupted,
    /// It is frozen.
    Paused,
    /// A newer container of the same slot takes its place.
    Superseded,
    /// Several networks have the same name.
    Duplicate,
    /// The engine could not finish removing it.
    Dead,
    /// Its service is not in the definition any more.
    NotInDefinition,
    /// There are fewer replicas now.
    ScaledDown,
    /// A dependency with `restart: true` was replaced.
    DependencyReplaced {
        /// The dependency.
        service: ServiceName,
    },
    /// Another service waits for it.
    DependencyCondition {
        /// The service that waits.
        service: ServiceName,
    },
    /// What runs is touched only after everything new is there.
    Safety,
    /// It holds a name or a host port that another container needs.
    InTheWay,
    /// It has to be ready for the command to be done.
    Readiness,
    /// A person asked for it.
    Requested,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::DefinitionChanged { attributes } if attributes.is_empty() => {
                f.write_str("definition changed")
            }
            Self::DefinitionChanged { attributes } => write!(f, "{} changed", attributes.join(", ")),
            Self::ImageChanged => f.write_str("image changed"),
            Self::BuildChanged => f.write_str("build changed"),
            Self::PullPolicy => f.write_str("pull policy"),
            Self::ParentReplaced { service } => {
                write!(f, "shares namespaces with `{service}`, which is replaced")
            }
            Self::NetworkReplaced { network } => write!(f, "network `{network}` is replaced"),
            Self::NetworkMissing { network } => write!(f, "not on network `{network}`"),
            Self::AliasesChanged { network } => write!(f, "other aliases on network `{network}`"),
            Self::NetworkUnwanted { network } => write!(f, "no longer on network `{network}`"),
            Self::WrongName => f.write_str("wrong name"),
            Self::NotRunning => f.write_str("not running"),
            Self::Interrupted => f.write_str("interrupted before"),
            Self::Paused => f.write_str("paused"),
            Self::Superseded => f.write_str("superseded"),
            Self::Duplicate => f.write_str("duplicate name"),
            Self::Dead => f.write_str("dead"),
            Self::NotInDefinition => f.write_str("not in the definition"),
            Self::ScaledDown => f.write_str("scaled down"),
            Self::DependencyReplaced { service } => write!(f, "dependency `{service}` replaced"),
            Self::DependencyCondition { service } => write!(f, "`{service}` waits for it"),
            Self::Safety => f.write_str("before anything is interrupted"),
            Self::InTheWay => f.write_str("in the way"),
            Self::Readiness => f.write_str("must be ready"),
            Self::Requested => f.write_str("requested"),
        }
    }
}
