//! What a DELETE takes away, each by itself.

use serde::{Deserialize, Serialize};

/// What a DELETE takes away. What a request leaves out is as in [`Self::default`]: the stack with its containers, without its
/// data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteChoices {
    /// The containers and networks. If not, they go on as they are, and are no longer ours once the definition is gone.
    pub containers: bool,
    /// The volumes this installation created for the stack, with their data.
    pub volumes: bool,
    /// The stack with its versions. If not, it stays, with no version applied.
    pub definition: bool,
}

impl Default for DeleteChoices {
    fn default() -> Self {
        Self { containers: true, volumes: false, definition: true }
    }
}

impl DeleteChoices {
    /// Whether the choices say what to do: something goes, and volumes go only with the containers that use them.
    pub fn is_meaningful(self) -> bool {
        self.containers || (self.definition && !self.volumes)
    }

    /// Whether only the stack goes, and everything on the engine stays as it is.
    pub fn forgets(self) -> bool {
        !self.containers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandPayload;

    #[test]
    fn a_stored_delete_of_before_takes_everything_but_the_data() {
        let read = |json: &str| serde_json::from_str::<CommandPayload>(json).unwrap();
        assert_eq!(read(r#"{"kind":"DELETE"}"#), CommandPayload::delete(false));
        assert_eq!(read(r#"{"kind":"DELETE","volumes":true}"#), CommandPayload::delete(true));
        let forget = DeleteChoices { containers: false, ..DeleteChoices::default() };
        let payload = CommandPayload::Delete { what: forget, plan_id: None };
        let stored = serde_json::to_string(&payload).unwrap();
        assert_eq!(read(&stored), payload, "{stored}");
    }

    #[test]
    fn volumes_go_only_with_containers_and_something_has_to_go() {
        let choices = |containers, volumes, definition| DeleteChoices { containers, volumes, definition };
        assert!(choices(true, true, false).is_meaningful() && choices(false, false, true).is_meaningful());
        assert!(!choices(false, true, true).is_meaningful() && !choices(false, false, false).is_meaningful());
    }
}
