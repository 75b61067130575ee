//! What can be done now, in bodies.

use core_monitor_domain::offer::Offer;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::message::MessageBody;
use crate::v1::words::ActionWord;

/// An action, and whether it would be accepted now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferBody {
    /// The action, by the `operationId` of its operation.
    #[schema(value_type = ActionWord, example = "apply_version")]
    name: &'static str,
    /// Whether it would be accepted now.
    #[schema(example = true)]
    allowed: bool,
    /// Why not; null if it would be.
    reason: Option<MessageBody>,
}

impl From<Offer> for OfferBody {
    fn from(offer: Offer) -> Self {
        Self {
            name: offer.action.as_str(),
            allowed: offer.unavailable.is_none(),
            reason: offer.unavailable.map(|reason| reason.message().into()),
        }
    }
}

/// The bodies of these offers.
pub(crate) fn offers(offers: Vec<Offer>) -> Vec<OfferBody> {
    offers.into_iter().map(OfferBody::from).collect()
}
