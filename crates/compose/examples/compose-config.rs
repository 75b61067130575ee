//! Prints the normalized model of a compose file:
//! `compose-config FILE --project-name N [--project-directory D] [--home H] [--env-file F] [--profile P]... [--format json|yaml]`.
//! Further files, `-f FILE`, are merged over the first.
//!
//! The library does no I/O; this program passes it all files in the folder of the first compose file.

use core_monitor_compose::{Diagnostic, LoadOptions, ProjectFiles, load, render};
use std::error::Error;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest file that is passed to the loader; larger files next to a compose file are data.
const MAX_FILE_BYTES: u64 = 16 << 20;

struct Arguments {
    /// At least one.
    compose: Vec<PathBuf>,
    options: LoadOptions,
    env_file: Option<PathBuf>,
    yaml: bool,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for the terminal")]
fn main() -> ExitCode {
    let text = arguments().and_then(|arguments| {
        let files = read_files(&arguments)?;
        Ok((arguments, files))
    });
    let (arguments, files) = match text {
        Ok(given) => given,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    match load(&files, &arguments.options) {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                eprintln!("{}", format_diagnostic(&files, warning));
            }
            let printed = if arguments.yaml {
                serde_yaml::to_string(&loaded.project).map_err(|error| error.to_string())
            } else {
                serde_json::to_string_pretty(&loaded.project).map_err(|error| error.to_string())
            };
            match printed {
                Ok(text) => {
                    println!("{text}");
                    ExitCode::SUCCESS
                }
                Err(error) => {
                    eprintln!("error: {error}");
                    ExitCode::FAILURE
                }
            }
        }
        Err(rejected) => {
            for diagnostic in rejected.warnings.iter().chain(&rejected.errors) {
                eprintln!("{}", format_diagnostic(&files, diagnostic));
            }
            ExitCode::FAILURE
        }
    }
}

/// Includes source lines on a terminal; a single line otherwise.
fn format_diagnostic(files: &ProjectFiles, diagnostic: &Diagnostic) -> String {
    if std::io::stderr().is_terminal() {
        return render(files, diagnostic);
    }
    format!("{}[{}]: {diagnostic}", diagnostic.severity, diagnostic.code)
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (mut compose, mut env_file, mut yaml) = (Vec::new(), None, false);
    let mut options = LoadOptions { project_directory: String::new(), ..LoadOptions::default() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--project-name" => options.project_name = Some(value()?),
            "--project-directory" => options.project_directory = value()?,
            "--home" => options.home = Some(value()?),
            "--env-file" => env_file = Some(PathBuf::from(value()?)),
            "--profile" => options.profiles.push(value()?),
            "--format" => yaml = value()? == "yaml",
            "-f" | "--file" => compose.push(PathBuf::from(value()?)),
            _ if compose.is_empty() && !word.starts_with('-') => compose.push(PathBuf::from(word)),
            _ => return Err(format!("unknown argument `{word}`").into()),
        }
    }
    let first = compose.first().ok_or("no compose file given")?;
    if options.project_directory.is_empty() {
        options.project_directory = folder(first).canonicalize()?.to_string_lossy().into_owned();
    }
    Ok(Arguments { compose, options, env_file, yaml })
}

fn read_files(arguments: &Arguments) -> Result<ProjectFiles, Box<dyn Error>> {
    let mut files = ProjectFiles::new();
    let root = arguments.compose.first().map_or(Path::new("."), |first| folder(first));
    add_folder(root, root, &mut files)?;
    if let Some(env_file) = &arguments.env_file {
        files.add(".env", std::fs::read(env_file)?);
    }
    for path in &arguments.compose {
        // Relative to the folder of the first file, which is the base for relative paths in all files.
        let name = path.strip_prefix(root).unwrap_or(path);
        files.add_compose(name.to_string_lossy(), std::fs::read(path)?);
    }
    Ok(files)
}

/// The folder that contains a file.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn add_folder(root: &Path, folder: &Path, files: &mut ProjectFiles) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let path = entry.path();
        if kind.is_dir() {
            add_folder(root, &path, files)?;
        } else if kind.is_file() && entry.metadata()?.len() <= MAX_FILE_BYTES {
            files.add(path.strip_prefix(root)?.to_string_lossy(), std::fs::read(&path)?);
        }
    }
    Ok(())
}
