//! What a program is asked to do, with which settings.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::command_line::{command_line, flags};
use crate::unknown::unknown_variables;
use crate::{ConfigurationError, Program, Settings};

/// One start of a program.
#[derive(Clone)]
pub struct Invocation {
    /// What to do.
    pub task: Task,
    /// With these settings.
    pub settings: Settings,
    /// Sentences about the environment, to log once the log has started.
    pub warnings: Vec<String>,
}

/// What a program does when it is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Its work, until it is stopped.
    Run,
    /// Writes an archive of the data folder.
    Backup {
        /// The file to create; `None` for standard output.
        to: Option<PathBuf>,
        /// Whether `secret.key` is in it.
        with_key: bool,
        /// Whether the folders of stacks are in it.
        with_stacks: bool,
    },
    /// Puts an archive into an empty data folder.
    Restore {
        /// The file to read; `None` for standard input.
        from: Option<PathBuf>,
    },
    /// Gives the installation a new key.
    RotateKey {
        /// The file that the key file is encrypted with until now, if it is another one than in the settings.
        opened_by: Option<PathBuf>,
        /// Whether the key stays, and only the form of its file changes.
        keeps_key: bool,
    },
    /// Verifies that the audit is as it was written.
    VerifyAudit,
    /// Checks this machine.
    Doctor,
    /// Says by its exit code whether the running program is well.
    Healthcheck,
    /// Prints these completions.
    Completions(String),
    /// Writes these manual pages into a folder.
    Manual {
        /// The folder.
        into: PathBuf,
        /// File names and contents.
        pages: Vec<(String, Vec<u8>)>,
    },
}

impl Invocation {
    /// Reads the command line, the environment and the configuration file of this process.
    ///
    /// `ConfigurationError::Flags` also carries the output of `--help` and `--version`: print it with its own `exit`.
    pub fn read(program: Program) -> Result<Self, ConfigurationError> {
        #[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
        let lookup = |name: &str| std::env::var(name).ok();
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let invocation = Self::from_sources(program, std::env::args_os(), &lookup)?;
        Ok(Self { warnings: unknown_variables(names), ..invocation })
    }

    pub(crate) fn from_sources(
        program: Program,
        arguments: impl IntoIterator<Item = OsString>,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigurationError> {
        let mut command = command_line(program);
        let matches = command.try_get_matches_from_mut(arguments)?;
        let (mut layer, mut config) = flags(program, &matches, &mut command)?;
        let mut task = Task::Run;
        if let Some((name, matches)) = matches.subcommand() {
            // Flags may stand before or after the name of the task.
            let (inner, named) = flags(program, matches, &mut command)?;
            layer = inner.over(layer);
            config = named.or(config);
            task = read_task(program, name, matches)?;
        }
        // Where a person stands is known, unlike where a service is started.
        layer.data_dir = layer.data_dir.map(|path| std::path::absolute(&path).unwrap_or(path));
        Ok(Self { task, settings: Settings::from_sources(layer, config, lookup)?, warnings: Vec::new() })
    }
}

fn read_task(program: Program, name: &str, matches: &clap::ArgMatches) -> Result<Task, ConfigurationError> {
    let path = |id: &str| matches.get_one::<PathBuf>(id).cloned().unwrap_or_default();
    let file = |id: &str| Some(path(id)).filter(|path| path.as_os_str() != "-");
    Ok(match name {
        "backup" => Task::Backup {
            to: file("to"),
            with_key: matches.get_flag("with-key"),
            with_stacks: !matches.get_flag("without-stacks"),
        },
        "restore" => Task::Restore { from: file("from") },
        "rotate-key" => Task::RotateKey {
            opened_by: matches
                .get_one::<PathBuf>("opened-by")
                .map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone())),
            keeps_key: matches.get_flag("keep-key"),
        },
        "verify-audit" => Task::VerifyAudit,
        "doctor" => Task::Doctor,
        "healthcheck" => Task::Healthcheck,
        "completions" => Task::Completions(completions(program, matches)?),
        _ => Task::Manual { into: path("into"), pages: pages(program)? },
    })
}

fn completions(program: Program, matches: &clap::ArgMatches) -> Result<String, ConfigurationError> {
    let mut text = Vec::new();
    if let Some(shell) = matches.get_one::<clap_complete::Shell>("shell") {
        clap_complete::generate(*shell, &mut command_line(program), program.name(), &mut text);
    }
    String::from_utf8(text).map_err(|error| ConfigurationError::Generated { reason: error.to_string() })
}

/// A page for the program and one for each of its commands, as `man` looks for them.
fn pages(program: Program) -> Result<Vec<(String, Vec<u8>)>, ConfigurationError> {
    let mut command = command_line(program).disable_help_subcommand(true);
    command.build();
    let tasks: Vec<_> = command.get_subcommands().cloned().collect();
    let mut pages = vec![page(program.name(), command)?];
    for task in tasks {
        let title = format!("{}-{}", program.name(), task.get_name());
        pages.push(page(&title, task)?);
    }
    Ok(pages)
}

fn page(title: &str, command: clap::Command) -> Result<(String, Vec<u8>), ConfigurationError> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command).title(title.to_uppercase()).section("1");
    man.render(&mut page).map_err(|error| ConfigurationError::Generated { reason: error.to_string() })?;
    Ok((format!("{title}.1"), page))
}

#[cfg(test)]
mod tests;
