//! Loads every `tests/cases/**/*.yml` and compares the result with the `.out` file beside it.
//!
//! A case is a compose file. A line `#- PATH` starts another file of the project; `#! name=NAME profile=P VAR=value` on the
//! first line sets options. `print=lint` prints lint findings instead of the model, and `print=source` prints diagnostics
//! with their source lines. Set `COMPOSE_CASES=overwrite` to rewrite the `.out` files, then review them as text.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use core_monitor_compose::lint::Summary;
use core_monitor_compose::{
    Diagnostic, Finding, LintReport, LoadOptions, Loaded, ProjectFiles, Rejected, lint, load, render,
};
use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let trials = files.iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap_or(path).with_extension("").display().to_string();
        let path = path.clone();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yml") => Trial::test(name, move || compare(&path)),
            _ => Trial::test(format!("{name}.out has a case"), move || orphan(&path)),
        }
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder of cases");
    for path in entries.map(|entry| entry.expect("an entry of the folder").path()) {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
    files.sort();
}

fn orphan(path: &Path) -> Result<(), Failed> {
    if path.with_extension("yml").exists() { Ok(()) } else { Err("this file has no `.yml` case".into()) }
}

fn compare(path: &Path) -> Result<(), Failed> {
    let said = run(&std::fs::read_to_string(path)?);
    let golden = path.with_extension("out");
    #[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
    if std::env::var("COMPOSE_CASES").is_ok_and(|mode| mode == "overwrite") {
        std::fs::write(&golden, &said)?;
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    if said == expected {
        return Ok(());
    }
    let mut difference = String::new();
    let lines = said.lines().map(Some).chain(std::iter::repeat(None));
    let known = expected.lines().map(Some).chain(std::iter::repeat(None));
    for (new, old) in lines.zip(known).take_while(|(new, old)| new.is_some() || old.is_some()) {
        if new != old {
            writeln!(difference, "- {}\n+ {}", old.unwrap_or_default(), new.unwrap_or_default())?;
        }
    }
    Err(format!("the output differs from {}:\n{difference}", golden.display()).into())
}

/// The output of the loader for a case, as text.
fn run(case: &str) -> String {
    let mut options = LoadOptions {
        project_directory: "/srv/case".to_owned(),
        home: Some("/home/me".to_owned()),
        ..LoadOptions::default()
    };
    let mut files = ProjectFiles::new();
    let mut compose = String::new();
    let mut extra: Option<(String, String)> = None;
    let mut print = Print::Model;
    for line in case.split_inclusive('\n') {
        if let Some(settings) = line.strip_prefix("#! ") {
            for setting in settings.split_whitespace() {
                match setting {
                    "print=lint" => print = Print::Lint,
                    "print=source" => print = Print::Source,
                    _ => set(&mut options, setting),
                }
            }
        }
        match (line.strip_prefix("#- "), &mut extra) {
            (Some(path), _) => {
                if let Some((path, content)) = extra.take() {
                    files.add(path, content);
                }
                extra = Some((path.trim().to_owned(), String::new()));
            }
            (None, Some((_, content))) => content.push_str(line),
            (None, None) => compose.push_str(line),
        }
    }
    if let Some((path, content)) = extra {
        files.add(path, content);
    }
    files.add_compose("compose.yml", compose);
    let answer = load(&files, &options);
    match print {
        Print::Model => model(&answer),
        Print::Source => source(&files, &answer),
        Print::Lint => findings(&answer.expect("a case of the lint is accepted")),
    }
}

/// What a case prints.
enum Print {
    Model,
    Source,
    Lint,
}

fn source(files: &ProjectFiles, answer: &Result<Loaded, Rejected>) -> String {
    let (word, errors, warnings) = match answer {
        Ok(loaded) => ("accepted", &[][..], &loaded.warnings),
        Err(rejected) => ("rejected", &rejected.errors[..], &rejected.warnings),
    };
    let all = errors.iter().chain(warnings);
    all.fold(format!("{word}\n"), |text, one| text + "\n" + &render(files, one))
}

fn findings(loaded: &Loaded) -> String {
    let LintReport { findings, summary } = lint(loaded);
    let line = |one: &Finding| {
        let place = one.span.as_ref().map(|span| format!("{span}-{}", span.column + span.length));
        format!(
            "{}[{}] {} {}: {}\n",
            one.severity,
            one.code,
            place.unwrap_or_default(),
            one.path,
            one.message
        )
    };
    let Summary { errors, warnings, infos, suppressed, left_out } = summary;
    assert_eq!(left_out, 0, "no case is that large");
    findings.iter().map(line).collect::<String>()
        + &format!("{errors} errors, {warnings} warnings, {infos} infos, {suppressed} suppressed\n")
}

fn model(answer: &Result<Loaded, Rejected>) -> String {
    match answer {
        Ok(loaded) => {
            let model = serde_yaml::to_string(&loaded.project).expect("a model is printable");
            let again = serde_json::to_string(&loaded.project).expect("a model is printable");
            let back = serde_json::from_str(&again).expect("a printed model can be read");
            assert_eq!(loaded.project, back, "the model survives being stored as JSON");
            format!("accepted\n{}{model}", diagnostics("warning", &loaded.warnings))
        }
        Err(rejected) => format!(
            "rejected\n{}{}",
            diagnostics("error", &rejected.errors),
            diagnostics("warning", &rejected.warnings)
        ),
    }
}

fn set(options: &mut LoadOptions, setting: &str) {
    let (key, value) = setting.split_once('=').expect("a setting is KEY=value");
    match key {
        "name" => options.project_name = Some(value.to_owned()),
        "profile" => options.profiles.push(value.to_owned()),
        "secret" => drop(options.secrets.get_or_insert_default().insert(value.to_owned())),
        "nodes" => options.limits.nodes = value.parse().expect("a number"),
        "aliases" => options.limits.alias_nodes = value.parse().expect("a number"),
        "merges" => options.limits.merged_entries = value.parse().expect("a number"),
        "depth" => options.limits.depth = value.parse().expect("a number"),
        "services" => options.limits.services = value.parse().expect("a number"),
        "bytes" => options.limits.bytes = value.parse().expect("a number"),
        _ => {
            options.variables.insert(key.to_owned(), value.to_owned());
        }
    }
}

fn diagnostics(kind: &str, list: &[Diagnostic]) -> String {
    list.iter().fold(String::new(), |text, one| text + &format!("{kind}[{}] {one}\n", one.code))
}
