//! Reads the words of a line as a command: program, flags with values, image and arguments.

use core_monitor_message::Message;
use std::ops::Range;

use super::CommandError;
use super::flags::{self, Flag};
use super::said;
use super::words::Word;
use crate::suggest::nearest;

/// A flag with its value.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) flag: &'static Flag,
    /// `true` or `false` for a switch.
    pub(super) value: String,
    /// The flag and its value, in bytes of the line.
    pub(super) at: Range<usize>,
}

impl Given {
    /// Whether a switch is on.
    pub(super) fn is_on(&self) -> bool {
        self.value == "true"
    }
}

/// A command that creates one container.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) flags: Vec<Given>,
    pub(super) image: Word,
    pub(super) arguments: Vec<Word>,
    pub(super) notes: Vec<Message>,
}

/// Flags of `docker` itself that take a value, so that the value is not mistaken for the command.
const PROGRAM_FLAGS: [&str; 10] = [
    "-H",
    "--host",
    "-c",
    "--context",
    "-l",
    "--log-level",
    "--config",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
];

/// Words allowed before the program.
const WRAPPERS: [&str; 5] = ["$$", "sudo", "doas", "time", "command"];

struct Reader<'a> {
    line: &'a str,
    words: &'a [Word],
    next: usize,
    notes: Vec<Message>,
}

/// Reads the words of `docker run`, `docker create` or the podman equivalents.
pub(super) fn read(line: &str, words: &[Word]) -> Result<Invocation, CommandError> {
    let mut reader = Reader { line, words, next: 0, notes: Vec::new() };
    reader.program()?;
    reader.subcommand()?;
    let flags = reader.flags()?;
    let Some(image) = reader.take() else {
        let end = line.trim_end().len();
        return Err(
            CommandError::new(line, end..end, said::run_no_image()).hint(said::run_image_after_flags())
        );
    };
    if image.text.is_empty() {
        return Err(CommandError::new(line, image.at.clone(), said::run_image_empty()));
    }
    Ok(Invocation {
        flags,
        image: image.clone(),
        arguments: words[reader.next..].to_vec(),
        notes: reader.notes,
    })
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a Word> {
        let word = self.words.get(self.next)?;
        self.next += 1;
        Some(word)
    }

    fn fail(&self, word: &Word, message: Message) -> CommandError {
        CommandError::new(self.line, word.at.clone(), message)
    }

    fn program(&mut self) -> Result<(), CommandError> {
        let wanted = said::run_start_with();
        while let Some(word) = self.take() {
            let name = word.text.rsplit('/').next().unwrap_or(&word.text);
            match name {
                "docker" | "podman" | "docker.exe" | "nerdctl" => return Ok(()),
                name if WRAPPERS.contains(&name) => {}
                // Flags of `sudo` without a value.
                "-E" | "-n" | "-S" if self.next > 1 => {}
                name if is_assignment(name) => {
                    self.notes.push(said::run_assignment_left_out(name.split('=').next().unwrap_or(name)));
                }
                // The command without `docker`.
                "run" | "create" | "container" => {
                    self.next -= 1;
                    return Ok(());
                }
                _ => {
                    return Err(self.fail(word, said::run_not_a_command(&word.text)).hint(wanted));
                }
            }
        }
        Err(CommandError::new(self.line, 0..0, said::run_command_empty()).hint(wanted))
    }

    fn subcommand(&mut self) -> Result<(), CommandError> {
        let wanted = said::run_use_run_or_create();
        while let Some(word) = self.take() {
            match word.text.as_str() {
                "run" | "create" => return Ok(()),
                "container" => {}
                text if PROGRAM_FLAGS.contains(&text) => {
                    self.next += 1;
                    self.notes.push(said::run_engine_left_out(text));
                }
                text if text.starts_with('-') => {}
                text => {
                    return Err(self.fail(word, said::run_creates_nothing(text)).hint(wanted));
                }
            }
        }
        Err(CommandError::new(self.line, 0..self.line.trim_end().len(), said::run_incomplete()).hint(wanted))
    }

    fn flags(&mut self) -> Result<Vec<Given>, CommandError> {
        let mut given = Vec::new();
        while let Some(word) = self.words.get(self.next) {
            let text = word.text.as_str();
            if text == "--" {
                self.next += 1;
                break;
            }
            if let Some(long) = text.strip_prefix("--") {
                self.next += 1;
                given.push(self.long(word, long)?);
            } else if text.len() > 1 && text.starts_with('-') {
                self.next += 1;
                self.letters(word, &text[1..], &mut given)?;
            } else {
                break;
            }
        }
        Ok(given)
    }

    fn long(&mut self, word: &'a Word, text: &str) -> Result<Given, CommandError> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if name == "help" {
            return Err(self.fail(word, said::run_help()));
        }
        let Some(flag) = flags::by_name(name) else {
            let error = self.fail(word, said::run_flag_unknown(name));
            return Err(match nearest(name, flags::names()) {
                Some(flag) => error.hint(said::run_did_you_mean(flag)),
                None => error.hint(said::run_see_help()),
            });
        };
        match value {
            Some(value) if flag.is_switch() => {
                Ok(Given { flag, value: self.switch(word, value)?, at: word.at.clone() })
            }
            Some(value) => Ok(Given { flag, value: value.to_owned(), at: word.at.clone() }),
            None if flag.is_switch() => Ok(Given { flag, value: "true".to_owned(), at: word.at.clone() }),
            None => self.value_behind(word, flag),
        }
    }

    /// `-itd`, `-p8080:80`, `-p=8080:80`, `-p 8080:80`.
    fn letters(&mut self, word: &'a Word, text: &str, given: &mut Vec<Given>) -> Result<(), CommandError> {
        let mut rest = text.chars();
        while let Some(letter) = rest.next() {
            let Some(flag) = flags::by_letter(letter) else {
                let error = self.fail(word, said::run_letter_unknown(letter));
                // A long flag with a single dash is a common mistake.
                let name = text.split('=').next().unwrap_or(text);
                return Err(match flags::by_name(name) {
                    Some(_) => error.hint(said::run_did_you_mean(name)),
                    None => error.hint(said::run_see_help()),
                });
            };
            let remainder = rest.as_str();
            if flag.is_switch() {
                let value = match remainder.strip_prefix('=') {
                    Some(value) => {
                        let value = self.switch(word, value)?;
                        rest = "".chars();
                        value
                    }
                    None => "true".to_owned(),
                };
                given.push(Given { flag, value, at: word.at.clone() });
            } else if remainder.is_empty() {
                given.push(self.value_behind(word, flag)?);
                return Ok(());
            } else {
                let value = remainder.strip_prefix('=').unwrap_or(remainder).to_owned();
                given.push(Given { flag, value, at: word.at.clone() });
                return Ok(());
            }
        }
        Ok(())
    }

    fn value_behind(&mut self, word: &'a Word, flag: &'static Flag) -> Result<Given, CommandError> {
        match self.take() {
            Some(value) => Ok(Given { flag, value: value.text.clone(), at: word.at.start..value.at.end }),
            None => Err(self.fail(word, said::run_key_needs_value(&word.text))),
        }
    }

    /// The values that Go's flag library accepts for a switch.
    fn switch(&self, word: &Word, value: &str) -> Result<String, CommandError> {
        match value {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok("true".to_owned()),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok("false".to_owned()),
            _ => Err(self.fail(word, said::run_not_a_switch(value))),
        }
    }
}

/// `NAME=value` before the program.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
