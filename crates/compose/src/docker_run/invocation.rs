//! The words of a line as a command: which program, which flags with which values, which image, which arguments.

use std::ops::Range;

use super::CommandError;
use super::flags::{self, Flag};
use super::words::Word;
use crate::suggest::did_you_mean;

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

/// A command that makes one container.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) flags: Vec<Given>,
    pub(super) image: Word,
    pub(super) arguments: Vec<Word>,
    pub(super) notes: Vec<String>,
}

/// Flags of `docker` itself that have a value, so that the value is not taken for the command.
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

/// What may stand before the program.
const WRAPPERS: [&str; 5] = ["$$", "sudo", "doas", "time", "command"];

struct Reader<'a> {
    line: &'a str,
    words: &'a [Word],
    next: usize,
    notes: Vec<String>,
}

/// Reads the words of a `docker run` or `docker create`, or the same of podman.
pub(super) fn read(line: &str, words: &[Word]) -> Result<Invocation, CommandError> {
    let mut reader = Reader { line, words, next: 0, notes: Vec::new() };
    reader.program()?;
    reader.subcommand()?;
    let flags = reader.flags()?;
    let Some(image) = reader.take() else {
        let end = line.trim_end().len();
        return Err(CommandError::new(line, end..end, "the command names no image")
            .hint("the image stands behind the flags: `docker run [FLAGS] IMAGE [COMMAND]`"));
    };
    if image.text.is_empty() {
        return Err(CommandError::new(line, image.at.clone(), "the image is empty"));
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

    fn fail(&self, word: &Word, message: impl Into<String>) -> CommandError {
        CommandError::new(self.line, word.at.clone(), message)
    }

    fn program(&mut self) -> Result<(), CommandError> {
        let wanted = "write a line that starts with `docker run`, `docker create` or `podman run`";
        while let Some(word) = self.take() {
            let name = word.text.rsplit('/').next().unwrap_or(&word.text);
            match name {
                "docker" | "podman" | "docker.exe" | "nerdctl" => return Ok(()),
                name if WRAPPERS.contains(&name) => {}
                // Flags of `sudo` without a value.
                "-E" | "-n" | "-S" if self.next > 1 => {}
                name if is_assignment(name) => {
                    self.notes.push(format!(
                        "`{}` was set for the command alone and is left out",
                        name.split('=').next().unwrap_or(name)
                    ));
                }
                // Just the part behind `docker`.
                "run" | "create" | "container" => {
                    self.next -= 1;
                    return Ok(());
                }
                _ => {
                    return Err(self
                        .fail(word, format!("`{}` is not a command that makes a container", word.text))
                        .hint(wanted));
                }
            }
        }
        Err(CommandError::new(self.line, 0..0, "there is no command").hint(wanted))
    }

    fn subcommand(&mut self) -> Result<(), CommandError> {
        let wanted = "only `run` and `create` make a container";
        while let Some(word) = self.take() {
            match word.text.as_str() {
                "run" | "create" => return Ok(()),
                "container" => {}
                text if PROGRAM_FLAGS.contains(&text) => {
                    self.next += 1;
                    self.notes
                        .push(format!("`{text}` says which engine is meant, which is not part of a stack"));
                }
                text if text.starts_with('-') => {}
                text => {
                    return Err(self.fail(word, format!("`{text}` does not make a container")).hint(wanted));
                }
            }
        }
        Err(CommandError::new(self.line, 0..self.line.trim_end().len(), "the command is not complete")
            .hint(wanted))
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
            return Err(self.fail(word, "`--help` only prints a text"));
        }
        let Some(flag) = flags::by_name(name) else {
            let error = self.fail(word, format!("`--{name}` is not a flag of `docker run`"));
            return Err(match did_you_mean(name, flags::names()) {
                Some(hint) => {
                    error.hint(hint.replace('`', "").replacen("mean ", "mean `--", 1).replace('?', "`?"))
                }
                None => error.hint("see `docker run --help` for the flags there are"),
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
                let error = self.fail(word, format!("`-{letter}` is not a flag of `docker run`"));
                // A long flag with one dash is the usual slip.
                let name = text.split('=').next().unwrap_or(text);
                return Err(match flags::by_name(name) {
                    Some(_) => error.hint(format!("did you mean `--{name}`?")),
                    None => error.hint("see `docker run --help` for the flags there are"),
                });
            };
            let behind = rest.as_str();
            if flag.is_switch() {
                let value = match behind.strip_prefix('=') {
                    Some(value) => {
                        let value = self.switch(word, value)?;
                        rest = "".chars();
                        value
                    }
                    None => "true".to_owned(),
                };
                given.push(Given { flag, value, at: word.at.clone() });
            } else if behind.is_empty() {
                given.push(self.value_behind(word, flag)?);
                return Ok(());
            } else {
                let value = behind.strip_prefix('=').unwrap_or(behind).to_owned();
                given.push(Given { flag, value, at: word.at.clone() });
                return Ok(());
            }
        }
        Ok(())
    }

    fn value_behind(&mut self, word: &'a Word, flag: &'static Flag) -> Result<Given, CommandError> {
        match self.take() {
            Some(value) => Ok(Given { flag, value: value.text.clone(), at: word.at.start..value.at.end }),
            None => Err(self.fail(word, format!("`{}` needs a value", word.text))),
        }
    }

    /// The words Go's flag library takes for a switch.
    fn switch(&self, word: &Word, value: &str) -> Result<String, CommandError> {
        match value {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok("true".to_owned()),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok("false".to_owned()),
            _ => Err(self.fail(word, format!("`{value}` is neither `true` nor `false`"))),
        }
    }
}

/// `NAME=value` before the program.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}
