//! Who did something, in bodies.

use core_monitor_domain::actor::{Actor, Principal};
use core_monitor_domain::ids::TokenId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::words::ActorKindWord;

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorBody {
    /// A user, the holder of a token, or a part of Core Monitor.
    #[schema(value_type = ActorKindWord, example = "token")]
    kind: &'static str,
    /// The name of the user, the name of the token, or the part: `server`, `worker` or `gateway`.
    #[schema(example = "admin")]
    name: String,
    /// The token; null if it is not one, or if its id was not recorded.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    token_id: Option<TokenId>,
    /// Whose request a part of Core Monitor carries out; null if it acts by itself.
    on_behalf_of: Option<RequesterBody>,
}

/// Who requested something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Requester)]
pub(crate) struct RequesterBody {
    /// A user, or the holder of a token.
    #[schema(value_type = ActorKindWord, example = "user")]
    kind: &'static str,
    /// The name of the user, or the name of the token.
    #[schema(example = "ann")]
    name: String,
    /// The token; null if it is not one, or if its id was not recorded.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    token_id: Option<TokenId>,
}

impl From<&Principal> for RequesterBody {
    fn from(principal: &Principal) -> Self {
        let (kind, token_id) = match principal {
            Principal::User { .. } => ("user", None),
            Principal::Token { id, .. } => ("token", *id),
        };
        Self { kind, name: principal.name().to_string(), token_id }
    }
}

impl From<&Actor> for ActorBody {
    fn from(actor: &Actor) -> Self {
        match actor {
            Actor::Principal(principal) => {
                let RequesterBody { kind, name, token_id } = principal.into();
                Self { kind, name, token_id, on_behalf_of: None }
            }
            Actor::System { part, on_behalf_of } => Self {
                kind: "system",
                name: part.as_str().to_owned(),
                token_id: None,
                on_behalf_of: on_behalf_of.as_ref().map(RequesterBody::from),
            },
        }
    }
}

impl From<Actor> for ActorBody {
    fn from(actor: Actor) -> Self {
        Self::from(&actor)
    }
}
