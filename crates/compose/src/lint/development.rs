//! Settings that belong on a developer's machine.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::{MountKind, Service};

pub(super) static RULES: &[&Rule] = &[&DEV_MODE, &SOURCE_MOUNT];

static DEV_MODE: Rule = Rule {
    code: "dev-mode",
    severity: Severity::Warning,
    title: "a service runs in development mode",
    why: "Debug modes show stack traces and variables to visitors, and some even run code for them. Reloaders use CPU time.",
    cure: said::cure_dev_mode,
};

static SOURCE_MOUNT: Rule = Rule {
    code: "source-mount",
    severity: Severity::Warning,
    title: "source code from the host is mounted over the image's",
    why: "The service runs whatever is in the folder, not the image that was tested. A rollback does not restore the folder, and \
          the program can overwrite its own code.",
    cure: said::cure_source_mount,
};

/// Variables that are on or off.
const FLAGS: &[&str] = &[
    "APP_DEBUG",
    "DEBUG",
    "DEV",
    "DEVELOPMENT",
    "DEV_MODE",
    "DJANGO_DEBUG",
    "FLASK_DEBUG",
    "DEBUG_MODE",
    "HOT_RELOAD",
    "RELOAD",
    "UVICORN_RELOAD",
    "WATCHPACK_POLLING",
    "WERKZEUG_DEBUG_PIN_OFF",
];

/// Variables that name the mode.
const MODES: &[&str] = &[
    "APP_ENV",
    "APP_ENVIRONMENT",
    "ASPNETCORE_ENVIRONMENT",
    "DOTNET_ENVIRONMENT",
    "ENV",
    "ENVIRONMENT",
    "FLASK_ENV",
    "GIN_MODE",
    "MIX_ENV",
    "NODE_ENV",
    "RACK_ENV",
    "RAILS_ENV",
    "SPRING_PROFILES_ACTIVE",
    "SYMFONY_ENV",
];

const ON: &[&str] = &["1", "true", "yes", "on"];
const DEVELOPMENT: &[&str] = &["dev", "develop", "development", "debug", "local"];

/// Words, or sequences of words, of a command.
const COMMANDS: &[&[&str]] = &[
    &["--reload"],
    &["--hot"],
    &["--debug"],
    &["--inspect"],
    &["nodemon"],
    &["air"],
    &["npm", "run", "dev"],
    &["yarn", "dev"],
    &["yarn", "run", "dev"],
    &["pnpm", "dev"],
    &["pnpm", "run", "dev"],
    &["bun", "dev"],
    &["next", "dev"],
    &["vite"],
    &["ng", "serve"],
    &["fastapi", "dev"],
    &["manage.py", "runserver"],
    &["flask", "run"],
    &["cargo", "watch"],
    &["watchmedo"],
];

/// Where images usually keep their program.
const CODE: &[&str] = &[
    "/app",
    "/code",
    "/go/src",
    "/opt/app",
    "/project",
    "/src",
    "/srv",
    "/srv/app",
    "/usr/src",
    "/usr/src/app",
    "/var/www",
    "/var/www/html",
    "/workspace",
    "/workspaces",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        for (variable, value) in &service.environment {
            let value = value.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
            let flag = FLAGS.contains(&variable.as_str()) && ON.contains(&value.as_str());
            let mode = MODES.contains(&variable.as_str()) && DEVELOPMENT.contains(&value.as_str());
            if flag || mode {
                let path = subject.spans.variable_path(name, variable);
                let message = said::lint_development_mode(variable, name);
                findings.add(&DEV_MODE, Some(name), &path, message);
            }
        }
        commands(name, service, findings);
        mounts(subject, name, service, findings);
    }
}

fn commands(name: &str, service: &Service, findings: &mut Findings<'_>) {
    for (attribute, words) in [("command", &service.command), ("entrypoint", &service.entrypoint)] {
        // A shell gets its whole line as one word.
        let words: Vec<&str> = words.iter().flatten().flat_map(|word| word.split_whitespace()).collect();
        let bare = |word: &str, wanted: &str| {
            word == wanted || !wanted.starts_with('-') && word.rsplit('/').next() == Some(wanted)
        };
        let found = COMMANDS.iter().find(|wanted| {
            words
                .windows(wanted.len())
                .any(|some| some.iter().zip(**wanted).all(|(word, wanted)| bare(word, wanted)))
        });
        if let Some(found) = found {
            let message = said::lint_development_word(attribute, name, found.join(" "));
            findings.add(&DEV_MODE, Some(name), &format!("services.{name}.{attribute}"), message);
        }
    }
}

fn mounts(subject: &Subject<'_>, name: &str, service: &Service, findings: &mut Findings<'_>) {
    for (index, mount) in service.volumes.iter().enumerate() {
        let target = mount.target.trim_end_matches('/');
        let is_code = CODE.contains(&target) || service.working_dir.as_deref() == Some(target);
        // A static site is served from a read-only folder, which hides no program of the image.
        if mount.kind == MountKind::Bind && is_code && !mount.read_only {
            let message = said::lint_source_mounted(name, target);
            findings.add(&SOURCE_MOUNT, Some(name), &subject.spans.mount_path(name, index), message);
        }
    }
}
