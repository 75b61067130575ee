//! The images, volumes and networks of the host.

use core_monitor_application::server::{HostStock, HostStockError};
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::inventory::{Belongs, Prunable, Standing};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::message::MessageBody;

pub(crate) mod images;
pub(crate) mod networks;
pub(crate) mod volumes;

/// What to say about the objects.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SizesQuery {
    /// Also say how much space they take. The engine needs seconds to add that up, so what it said is kept for a minute.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub(crate) sizes: bool,
}

/// A container that uses an object, running or not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObjectUser)]
pub(crate) struct UserBody {
    /// The engine's id.
    #[schema(value_type = String, example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: ContainerId,
    #[schema(example = "shop-api-1")]
    name: String,
    /// Whether its processes exist.
    #[schema(example = true)]
    up: bool,
    /// Its stack; null for a container of somebody else.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// The name of the stack.
    #[schema(example = "shop")]
    stack_name: Option<String>,
    /// Its service.
    #[schema(example = "api")]
    service: Option<String>,
    /// Its replica number, from 1.
    #[schema(example = 1)]
    slot: Option<u32>,
}

/// Whose an object is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Owner)]
pub(crate) struct OwnerBody {
    #[schema(inline)]
    kind: OwnerWord,
    /// The stack that it belongs to, or that its labels name.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// The name of the stack; null if it is deleted.
    #[schema(example = "shop")]
    stack_name: Option<String>,
}

/// `stack`: a stack of this installation, which may be deleted; `spoofed`: somebody else, although its labels name a stack;
/// `foreign`: somebody else; `core_monitor`: Core Monitor itself; `engine`: the engine; `unknown`: it is too new.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OwnerWord {
    Stack,
    Spoofed,
    Foreign,
    CoreMonitor,
    Engine,
    Unknown,
}

/// Whether pruning may remove an object.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Prunable)]
pub(crate) struct PrunableBody {
    #[schema(inline)]
    when: PrunableWord,
    /// Why it stays; null if it may go.
    because: Option<MessageBody>,
}

/// `freely`: nothing would miss it; `by_name`: nothing uses it, but it may still be wanted, so it goes only when it is named;
/// `never`: it stays.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PrunableWord {
    Freely,
    ByName,
    Never,
}

impl From<&Prunable> for PrunableBody {
    fn from(prunable: &Prunable) -> Self {
        let when = match prunable {
            Prunable::Freely => PrunableWord::Freely,
            Prunable::ByName => PrunableWord::ByName,
            Prunable::No(_) => PrunableWord::Never,
        };
        Self { when, because: prunable.keeper().map(|keeper| keeper.message().into()) }
    }
}

/// What is the same for every object.
pub(crate) struct Shown<'a> {
    found: &'a HostStock,
}

impl<'a> Shown<'a> {
    pub(crate) fn of(found: &'a HostStock) -> Self {
        Self { found }
    }

    /// Whose it is.
    pub(crate) fn owner(&self, standing: &Standing) -> OwnerBody {
        let (kind, stack_id) = match standing.belongs {
            Belongs::Stack(stack) => (OwnerWord::Stack, Some(stack)),
            Belongs::Spoofed(stack) => (OwnerWord::Spoofed, Some(stack)),
            Belongs::Foreign => (OwnerWord::Foreign, None),
            Belongs::CoreMonitor => (OwnerWord::CoreMonitor, None),
            Belongs::Engine => (OwnerWord::Engine, None),
            Belongs::Unseen => (OwnerWord::Unknown, None),
        };
        OwnerBody { kind, stack_id, stack_name: self.stack_name(stack_id) }
    }

    /// Who uses it.
    pub(crate) fn users(&self, standing: &Standing) -> Vec<UserBody> {
        let users = standing.users.iter().filter_map(|id| self.found.stock.container(id));
        users
            .map(|user| {
                let place = self.found.places.get(&user.id);
                let stack_id = match self.found.stock.owner_of(&user.id) {
                    Belongs::Stack(stack) => Some(stack),
                    _ => None,
                };
                UserBody {
                    container_id: user.id.clone(),
                    name: user.name.clone(),
                    up: user.up,
                    stack_id,
                    stack_name: self.stack_name(stack_id),
                    service: place.map(|(service, _)| service.to_string()),
                    slot: place.map(|(_, slot)| slot.0),
                }
            })
            .collect()
    }

    /// When the engine added up the sizes.
    pub(crate) fn sizes_at(&self) -> Option<Timestamp> {
        self.found.stock.inventory().sizes.as_ref().map(|sizes| sizes.taken_at)
    }

    fn stack_name(&self, stack: Option<StackId>) -> Option<String> {
        self.found.stock.needs().stacks.get(&stack?).map(ToString::to_string)
    }
}

impl From<HostStockError> for Problem {
    fn from(error: HostStockError) -> Self {
        match error {
            HostStockError::Forbidden(error) => error.into(),
            HostStockError::NotObserved => Self::new(ErrorCode::NotObserved, said::not_observed())
                .with_hint(said::start_the_worker())
                .with_header(actix_web::http::header::RETRY_AFTER, "2"),
            HostStockError::Link(error) => error.into(),
            HostStockError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests;
