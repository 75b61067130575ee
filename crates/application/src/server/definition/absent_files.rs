//! Warns of mounted files that a version does not bring along: where a file is missing on the host, the engine makes a
//! folder.

use core_monitor_compose::model::{Mount, MountKind};
use core_monitor_compose::{Code, Diagnostic, Project, Severity, Spans};
use core_monitor_domain::stack_version::Source;

use super::super::said;

/// How many warnings there are at most, without the one that counts the others. They are stored with the version.
const MOST: usize = 100;

/// One warning for each mount, config and secret.
pub(super) fn warnings(source: &Source, project: &Project, spans: &Spans) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (name, service) in &project.services {
        for (index, mount) in service.volumes.iter().enumerate() {
            let Some(path) = absent_file(source, mount) else { continue };
            warnings.push(Diagnostic {
                code: Code::MissingFile,
                severity: Severity::Warning,
                message: said::mounted_file_is_absent(name, path),
                expected: None,
                hint: Some(said::send_the_mounted_file()),
                span: spans.nearest(&spans.mount_path(name, index)),
            });
        }
    }
    let configs = project.configs.iter().map(|(name, config)| ("configs", name, config.file.as_deref()));
    let secrets = project.secrets.iter().map(|(name, secret)| ("secrets", name, secret.file.as_deref()));
    for (section, name, file) in configs.chain(secrets) {
        let Some(path) = file.and_then(|file| absent(source, file)) else { continue };
        warnings.push(Diagnostic {
            code: Code::MissingFile,
            severity: Severity::Warning,
            message: said::source_file_is_absent(section, name, path),
            expected: None,
            hint: Some(said::send_the_mounted_file()),
            span: spans.nearest(&format!("{section}.{name}.file")),
        });
    }
    let left_out = warnings.len().saturating_sub(MOST);
    if let Some(last) = warnings.get(MOST).filter(|_| left_out > 1).cloned() {
        warnings.truncate(MOST);
        warnings.push(Diagnostic { message: said::more_files_are_absent(left_out), span: None, ..last });
    }
    warnings
}

/// The relative path of a file that is not in the version.
fn absent<'f>(source: &Source, file: &'f str) -> Option<&'f str> {
    file.strip_prefix("./").filter(|path| !source.files.contains_key(*path))
}

/// The relative path of a mounted file that is not in the version. A path stands for a file if its name, or the name in the
/// container, has an ending: `./data` may well be a folder that the engine is to make.
fn absent_file<'m>(source: &Source, mount: &'m Mount) -> Option<&'m str> {
    let written = mount.source.as_deref().filter(|_| mount.kind == MountKind::Bind)?;
    let path = written.strip_prefix("./")?.trim_end_matches('/');
    let has_ending = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path).trim_start_matches('.');
        name.rsplit_once('.').is_some_and(|(_, ending)| !ending.is_empty())
    };
    let is_folder = || {
        let inside = format!("{path}/");
        source.files.keys().any(|file| file.starts_with(&inside))
    };
    let is_file =
        has_ending(path) && !written.ends_with('/') && (has_ending(&mount.target) || mount.read_only);
    (is_file && !source.files.contains_key(path) && !is_folder()).then_some(path)
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::Limits;

    use super::*;
    use crate::server::Definition;

    fn check(volume: &str, expected: &[&str]) {
        let text = format!("services:\n  web:\n    image: x\n    volumes: ['{volume}']\n");
        let mut source = Source::single("compose.yaml", text);
        for path in ["here.conf", "conf.d/a.conf"] {
            source.files.insert(path.to_owned(), "x".into());
        }
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/shop", Limits::default()).unwrap();
        let lines: Vec<_> = read.warnings.iter().map(|warning| warning.message.to_string()).collect();
        assert_eq!(lines, expected, "{volume}");
    }

    #[test]
    fn so_many_are_named_and_the_others_are_counted() {
        let count = |mounts: usize| {
            let volumes =
                (0..mounts).fold(String::new(), |text, n| text + &format!("    - ./{n}.conf:/{n}.conf\n"));
            let text = format!("services:\n  web:\n    image: x\n    volumes:\n{volumes}");
            let source = Source::single("compose.yaml", text);
            Definition::read(&source, &"shop".parse().unwrap(), "/shop", Limits::default()).unwrap().warnings
        };
        assert_eq!(count(MOST + 1).len(), MOST + 1, "a count of one would say less");
        let many = count(MOST + 7);
        assert_eq!(many.len(), MOST + 1);
        assert!(many[MOST].message.to_string().starts_with("7 more files"), "{}", many[MOST].message);
    }

    #[test]
    fn the_file_of_a_config_or_secret_that_the_version_lacks_is_warned_about_when_saving() {
        for section in ["configs", "secrets"] {
            for (file, expected) in [("./here.conf", 0), ("./key", 1), ("/etc/key", 0)] {
                let text = format!(
                    "services:\n  web:\n    image: x\n    {section}: [k]\n{section}:\n  k: {{ file: {file} }}\n"
                );
                let mut source = Source::single("compose.yaml", text);
                source.files.insert("here.conf".to_owned(), "x".into());
                let name = "shop".parse().unwrap();
                let read = Definition::read(&source, &name, "/shop", Limits::default()).unwrap();
                let lines: Vec<_> = read.warnings.iter().map(|found| found.message.to_string()).collect();
                assert_eq!(lines.len(), expected, "{section} {file}: {lines:?}");
                let named = format!("`k` of `{section}` is read from `key`");
                assert!(lines.iter().all(|line| line.starts_with(&named)), "{lines:?}");
            }
        }
    }

    #[test]
    fn a_mounted_file_that_the_version_lacks_is_warned_about_when_saving() {
        let words = "service `web` mounts `app.conf`, which is not among the files of this version: where it is missing on \
                     the host, the engine makes a folder of this name";
        check("./app.conf:/etc/app.conf:ro", &[words]);
        check("./app.conf:/etc/app.conf", &[words]);
        for fine in [
            "./here.conf:/etc/app.conf",
            "./conf.d:/etc/conf.d",
            "./data:/var/lib/data",
            "./.cache:/cache",
            "/etc/hosts.d:/x.d",
        ] {
            check(fine, &[]);
        }
    }
}
