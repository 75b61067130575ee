//! Converts a `docker run` command to an equivalent compose file.
//!
//! The conversion has three stages: split the line into words as a shell would (`words`), read flags, image and arguments
//! (`invocation`, using the table in `flags`), and turn each flag into attributes (`service` and the modules beside it).
//! A flag that has no equivalent in a stack becomes a note; nothing is dropped silently.

use crate::document;
use core_monitor_message::Message;

mod draft;
mod error;
mod flags;
mod invocation;
mod mounts;
mod networks;
mod resources;
pub(crate) mod said;
mod service;
mod words;

pub use error::CommandError;

/// Longest accepted command in bytes. Nobody types one that long, and the shell's own limit is similar.
const MAX_BYTES: usize = 64 * 1024;

/// A converted line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The compose file.
    pub compose: String,
    /// What was left out and what else needs to be done. One sentence each.
    pub notes: Vec<Message>,
}

/// Converts a command as typed or pasted, including quotes, escaped line ends, a prompt and `sudo`.
///
/// Shell variables become variables of the stack; commands in `$(...)` are not run.
///
/// # Errors
/// Every flag that is unknown or has an invalid value, with its position in the command.
pub fn convert(line: &str) -> Result<Converted, Vec<CommandError>> {
    if line.len() > MAX_BYTES {
        let message = said::run_command_too_long(line.len(), MAX_BYTES);
        return Err(vec![CommandError::new(line, 0..0, message)]);
    }
    let split = words::split(line).map_err(|error| vec![error])?;
    let invocation = invocation::read(line, &split.words).map_err(|error| vec![error])?;
    let mut draft = service::draft(line, &invocation)?;
    let mut notes = split.notes;
    notes.append(&mut draft.notes);
    notes.dedup();
    Ok(Converted { compose: document::print(&draft.into_document()), notes })
}

#[cfg(test)]
mod tests;
