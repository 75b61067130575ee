//! From a `docker run` line to a compose file that means the same.
//!
//! A line goes through three stages: the shell's splitting into words (`words`), the command's flags, image and
//! arguments (`invocation`, by the table in `flags`), and the attributes that every flag becomes (`service` and the
//! modules beside it). What a line says and a stack has no place for becomes a note; nothing is dropped in silence.

use crate::document;

mod draft;
mod error;
mod flags;
mod invocation;
mod mounts;
mod networks;
mod resources;
mod service;
mod words;

pub use error::CommandError;

/// Longest line that is read. Nobody types one, and the shell's own limit is not far.
const LONGEST: usize = 64 * 1024;

/// A converted line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The compose file.
    pub compose: String,
    /// What a person should know: what was left out, and what has to be done beside the file. One sentence each.
    pub notes: Vec<String>,
}

/// Converts a line as it is typed or pasted: with quotes, line ends behind backslashes, a prompt, `sudo`.
///
/// The shell's variables become variables of the stack; commands in `$(...)` are not run.
///
/// # Errors
/// Every flag that is unknown or has a value that cannot be, with its position in the line.
pub fn convert(line: &str) -> Result<Converted, Vec<CommandError>> {
    if line.len() > LONGEST {
        let message = format!("the command has {} bytes, at most {LONGEST} are read", line.len());
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
