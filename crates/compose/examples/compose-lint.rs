//! Lints a compose file for production use:
//! `compose-lint FILE [--project-name N] [--profile P]... [--format text|json]`.
//!
//! Exits with 1 if the file is invalid or has a finding that is an error, and with 0 otherwise.

use core_monitor_compose::{LoadOptions, ProjectFiles, Renderer, Severity, lint, load, render};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest file that is passed to the loader.
const MAX_FILE_BYTES: u64 = 16 << 20;

struct Arguments {
    file: PathBuf,
    options: LoadOptions,
    json: bool,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for the terminal")]
fn main() -> ExitCode {
    let given = arguments().and_then(|arguments| Ok((read_files(&arguments.file)?, arguments)));
    let (files, arguments) = match given {
        Ok(given) => given,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let loaded = match load(&files, &arguments.options) {
        Ok(loaded) => loaded,
        Err(rejected) => {
            for diagnostic in rejected.errors.iter().chain(&rejected.warnings) {
                eprintln!("{}", render(&files, diagnostic));
            }
            return ExitCode::FAILURE;
        }
    };
    for warning in &loaded.warnings {
        eprintln!("{}", render(&files, warning));
    }
    let report = lint(&loaded);
    if arguments.json {
        match serde_json::to_string_pretty(&report) {
            Ok(text) => println!("{text}"),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(2);
            }
        }
    } else {
        let mut renderer = Renderer::new(&files);
        for finding in &report.findings {
            println!("{}", renderer.finding(finding));
        }
        let summary = report.summary;
        println!(
            "{} errors, {} warnings, {} infos, {} ignored on purpose",
            summary.errors, summary.warnings, summary.infos, summary.suppressed
        );
    }
    let serious = report.findings.iter().any(|finding| finding.severity == Severity::Error);
    if serious { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (mut file, mut json) = (None, false);
    let mut options = LoadOptions { home: Some("/home".to_owned()), ..LoadOptions::default() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--project-name" => options.project_name = Some(value()?),
            "--profile" => options.profiles.push(value()?),
            "--format" => json = value()? == "json",
            _ if file.is_none() && !word.starts_with("--") => file = Some(PathBuf::from(word)),
            _ => return Err(format!("unknown argument `{word}`").into()),
        }
    }
    let file = file.ok_or("no compose file given")?;
    options.project_directory = folder_of(&file).canonicalize()?.to_string_lossy().into_owned();
    Ok(Arguments { file, options, json })
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn read_files(file: &Path) -> Result<ProjectFiles, Box<dyn Error>> {
    let mut files = ProjectFiles::new();
    let root = folder_of(file);
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let (entry, path) = entry.map(|entry| (entry.metadata(), entry.path()))?;
            let metadata = entry?;
            if metadata.is_dir() {
                folders.push(path);
            } else if metadata.is_file() && metadata.len() <= MAX_FILE_BYTES {
                files.add(path.strip_prefix(root)?.to_string_lossy(), std::fs::read(&path)?);
            }
        }
    }
    let name = file.file_name().ok_or("the compose file has no name")?;
    files.add_compose(name.to_string_lossy(), std::fs::read(file)?);
    Ok(files)
}
