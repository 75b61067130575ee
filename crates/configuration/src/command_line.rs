//! The flags and subcommands of all programs.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args as _, Command, FromArgMatches as _};

use crate::layer::{Layer, SETTINGS};
use crate::{ConfigurationError, Program};

/// Flags that subcommands show in their help; they take all others as well, so that a command line can be extended.
const SHARED: &[&str] = &["data_dir", "log"];

/// The whole description, from which help, completions and manual pages are made too.
pub(crate) fn command_line(program: Program) -> Command {
    let command = with_settings(program, Command::new(program.name()), |_| true)
        // After the flags, whose type brings its own description.
        .about(program.about())
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_value_name("COMMAND")
        .after_help(
            "Every flag is also a key of the file and an environment variable: `--data-dir` is `data_dir` and \
             `CORE_MONITOR_DATA_DIR`; only `--docker-host` is `DOCKER_HOST`. Flags override the environment, and the \
             environment overrides the file. Secrets, such as \
             `CORE_MONITOR_DATABASE_URL` and `CORE_MONITOR_BOOTSTRAP_TOKEN`, have no flag, because everyone on a machine can read a command line. Without a command the program does its work \
             until it is stopped.",
        );
    let common = [doctor(program), healthcheck(program), completions(), manual()];
    let own = match program {
        Program::Server => vec![backup(), restore(), rotate_key(), verify_audit()],
        Program::Worker | Program::Gateway => Vec::new(),
    };
    own.into_iter().chain(common).fold(command, |command, task| {
        let shown = shown_by(task.get_name());
        let about = task.get_about().cloned();
        command.subcommand(
            with_settings(program, task, |name| shown.contains(&name)).about(about.unwrap_or_default()),
        )
    })
}

fn shown_by(task: &str) -> Vec<&'static str> {
    let own: &[&str] = match task {
        "doctor" => &[
            "key_encryption_file",
            "listen",
            "tls_certificate",
            "tls_key",
            "docker_host",
            "docker_cert_path",
            "gateway_listen",
        ],
        "healthcheck" => &["listen", "tls_certificate", "tls_key", "gateway_admin"],
        "rotate-key" => &["key_encryption_file"],
        "completions" | "manual" => return Vec::new(),
        _ => &[],
    };
    SHARED.iter().chain(own).copied().collect()
}

fn doctor(program: Program) -> Command {
    let about = match program {
        Program::Server => "Check this machine for the server, and say what to do about what is wrong",
        Program::Worker => {
            "Check this machine and the engine for the worker, and say what to do about what is wrong"
        }
        Program::Gateway => "Check this machine for the gateway, and say what to do about what is wrong",
    };
    Command::new("doctor").about(about)
}

fn healthcheck(program: Program) -> Command {
    let about = match program {
        Program::Server => "Exit with 0 if the server of this machine answers and can use its database",
        Program::Worker => "Exit with 0 if the worker of this data folder holds its lease",
        Program::Gateway => "Exit with 0 if the gateway of this machine answers and can read its database",
    };
    Command::new("healthcheck").about(about)
}

fn backup() -> Command {
    Command::new("backup")
        .about("Write the database and the folders of stacks into one archive, also while the programs run")
        .arg(Arg::new("to").value_name("FILE").required(true).value_parser(clap::value_parser!(PathBuf)).help(
            "Archive to create, which must not exist; `-` writes it to standard output",
        ))
        .arg(Arg::new("with-key").long("with-key").action(ArgAction::SetTrue).help(
            "Include secret.key, which opens the credentials and secret variables in the archive: whoever reads it has them",
        ))
        .arg(Arg::new("without-stacks").long("without-stacks").action(ArgAction::SetTrue).help(
            "Leave out the folders of stacks, which contain what containers wrote there",
        ))
}

fn restore() -> Command {
    Command::new("restore").about("Put an archive of `backup` into an empty data folder").arg(
        Arg::new("from")
            .value_name("FILE")
            .required(true)
            .value_parser(clap::value_parser!(PathBuf))
            .help("Archive to read; `-` reads standard input"),
    )
}

fn rotate_key() -> Command {
    Command::new("rotate-key")
        .about(
            "Seal everything that is encrypted in the database with a new key, and remove the old one, while the programs are \
             stopped; killed in between, it goes on when it is run again",
        )
        .arg(Arg::new("keep-key").long("keep-key").action(ArgAction::SetTrue).help(
            "Keep the key, and only write secret.key as `key_encryption_file` asks for: encrypted, or not any more",
        ))
        .arg(
            Arg::new("opened-by")
                .long("opened-by")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .help("File that secret.key is encrypted with until now, if `key_encryption_file` names another one or none"),
        )
}

fn verify_audit() -> Command {
    Command::new("verify-audit").about(
        "Verify that the audit is as it was written, in the database and in the record files; exit with 1 if it is not",
    )
}

fn completions() -> Command {
    Command::new("completions").about("Print the completions for a shell").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(clap::value_parser!(clap_complete::Shell))
            .help("Shell that reads them"),
    )
}

fn manual() -> Command {
    Command::new("manual").about("Write the manual pages of the program and its commands into a folder").arg(
        Arg::new("into")
            .value_name("FOLDER")
            .required(true)
            .value_parser(clap::value_parser!(PathBuf))
            .help("Folder that exists"),
    )
}

/// Adds the flags of all settings, of which `shows` decides which the help mentions.
fn with_settings(program: Program, command: Command, shows: impl Fn(&str) -> bool) -> Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .help("Configuration file in TOML, also `CORE_MONITOR_CONFIG`");
    let command = Layer::augment_args(command).arg(config);
    SETTINGS.iter().fold(command, |command, setting| {
        let foreign = setting.program.is_some_and(|owner| owner != program);
        let help = format!("{} [default: {}]", setting.about.trim_end_matches('.'), setting.default);
        let hidden = foreign || !shows(setting.name);
        command.mut_arg(setting.name, |arg| arg.hide(hidden).help(help).long_help(None::<&str>))
    })
}

/// The flags in one level of a command line, and the file they name.
pub(crate) fn flags(
    program: Program,
    matches: &ArgMatches,
    command: &mut Command,
) -> Result<(Layer, Option<PathBuf>), ConfigurationError> {
    let layer = Layer::from_arg_matches(matches).map_err(|error| error.format(command))?;
    reject_flags_of_other_programs(program, matches, command)?;
    Ok((layer, matches.get_one::<PathBuf>("config").cloned()))
}

/// The programs share one file and one environment, but a flag is passed to one of them, so a flag of another is an error.
fn reject_flags_of_other_programs(
    program: Program,
    matches: &ArgMatches,
    command: &mut Command,
) -> Result<(), ConfigurationError> {
    for setting in SETTINGS {
        if let Some(owner) = setting.program
            && owner != program
            && matches.contains_id(setting.name)
        {
            let flag = setting.name.replace('_', "-");
            let message = format!("`--{flag}` is a flag of {}, not of {}", owner.name(), program.name());
            return Err(command.error(clap::error::ErrorKind::UnknownArgument, message).into());
        }
    }
    Ok(())
}
