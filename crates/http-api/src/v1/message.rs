//! A sentence for a person, in bodies.

use std::collections::BTreeMap;

use core_monitor_message::{Message, Param};
use serde::Serialize;
use utoipa::ToSchema;

/// A sentence for a person. A client that has words for `code` in another language fills them with `params`, of which those
/// in `messages` are sentences to translate themselves; otherwise it shows `text`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Message)]
pub(crate) struct MessageBody {
    /// The stable code of the sentence; `foreign` for words of others, such as the engine.
    #[schema(example = "port_taken")]
    code: String,
    /// The values it mentions, by name.
    #[schema(example = json!({"port": "8081"}))]
    params: BTreeMap<String, String>,
    /// The values that are sentences themselves, by name. `params` has their English text. A choice
    /// between text and object in one place is more than the clients of some languages can express.
    #[schema(no_recursion, example = json!({}))]
    messages: BTreeMap<String, MessageBody>,
    /// The sentence in English.
    #[schema(example = "port 8081 of the host is taken by the container `other`")]
    text: String,
}

impl MessageBody {
    /// The sentence in English.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self::from(&message)
    }
}

impl From<&Message> for MessageBody {
    fn from(message: &Message) -> Self {
        let named = || message.params().iter();
        let inner = |param: &Param| match param {
            Param::Text(_) => None,
            Param::Message(inner) => Some(Self::from(inner.as_ref())),
        };
        Self {
            code: message.code().to_owned(),
            params: named().map(|(name, param)| (name.clone(), param.to_string())).collect(),
            messages: named().filter_map(|(name, param)| Some((name.clone(), inner(param)?))).collect(),
            text: message.text().to_owned(),
        }
    }
}

/// The bodies of these sentences.
pub(crate) fn bodies<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<MessageBody> {
    messages.into_iter().map(MessageBody::from).collect()
}
