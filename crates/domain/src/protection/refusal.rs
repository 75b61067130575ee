//! Something that a stack does not get.

use core_monitor_message::Message;

use super::said;
use crate::names::StackName;

/// Why a stack does not get something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What it is.
    pub what: Refused,
    /// The service or volume that would have had it.
    pub owner: String,
    /// The path or the container, as it was asked for.
    pub subject: String,
    /// The stack.
    pub stack: StackName,
}

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// A path that has to do with the data and keys of this installation.
    Installation,
    /// A socket of an engine, or a folder that it is in.
    Socket,
    /// The folder of a process, through which its files can be reached.
    Process,
    /// A container of Core Monitor itself.
    Container,
}

impl Refusal {
    /// The refusal to share something with a container of Core Monitor itself, which has this name.
    pub fn of_container(stack: &StackName, owner: &str, container: &str) -> Self {
        let (owner, subject) = (owner.to_owned(), container.to_owned());
        Self { what: Refused::Container, owner, subject, stack: stack.clone() }
    }

    /// What is wrong.
    pub fn message(&self) -> Message {
        let (owner, subject) = (&self.owner, &self.subject);
        match self.what {
            Refused::Installation => said::installation_is_protected(owner, subject),
            Refused::Socket => said::socket_is_protected(owner, subject),
            Refused::Process => said::process_folder_is_protected(owner, subject),
            Refused::Container => said::own_container_is_protected(owner, subject),
        }
    }

    /// What to try.
    pub fn hint(&self) -> Message {
        match self.what {
            Refused::Installation => said::mount_own_folder(),
            Refused::Socket => said::name_stack_for_socket(&self.stack),
            Refused::Process => said::mount_the_folder_itself(),
            Refused::Container => said::share_with_another_container(),
        }
    }
}
