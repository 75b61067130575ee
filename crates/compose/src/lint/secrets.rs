//! Passwords, tokens and keys in exposed places. No message contains a value.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::Service;
use words::{cannot_be_secret, is_guessable, names_a_secret, password_in_url};

mod words;

pub(super) static RULES: &[&Rule] = &[
    &DEFAULT_PASSWORD,
    &INLINE_SECRET,
    &PLAIN_SECRET_VARIABLE,
    &PASSWORD_IN_URL,
    &SECRET_IN_COMMAND,
    &SECRET_IN_BUILD_ARGS,
];

static DEFAULT_PASSWORD: Rule = Rule {
    code: "default-password",
    severity: Severity::Error,
    title: "a password is a default or easy to guess",
    why: "Default, example and service names are the first passwords an attacker tries, and bots try them all day.",
    cure: said::cure_default_password,
};

static INLINE_SECRET: Rule = Rule {
    code: "inline-secret",
    severity: Severity::Warning,
    title: "a password, token or key is written into the compose file",
    why: "Anyone who can read the file, its history or `docker inspect` has the secret, and changing it means changing the file.",
    cure: said::cure_inline_secret,
};

static PLAIN_SECRET_VARIABLE: Rule = Rule {
    code: "plain-secret-variable",
    severity: Severity::Warning,
    title: "a variable with a password, token or key is not secret",
    why: "Plain variables are stored as they are and shown to everyone who may read the stack; secret variables are encrypted and never shown again.",
    cure: said::cure_plain_secret_variable,
};

static PASSWORD_IN_URL: Rule = Rule {
    code: "password-in-url",
    severity: Severity::Warning,
    title: "a connection URL contains a password",
    why: "Programs log their connection URLs, and the password is also in the compose file.",
    cure: said::cure_password_in_url,
};

static SECRET_IN_COMMAND: Rule = Rule {
    code: "secret-in-command",
    severity: Severity::Warning,
    title: "a password is an argument of the command",
    why: "Everyone on the host can read the arguments of a process, and `docker inspect` shows them.",
    cure: said::cure_secret_in_command,
};

static SECRET_IN_BUILD_ARGS: Rule = Rule {
    code: "secret-in-build-args",
    severity: Severity::Warning,
    title: "a build argument contains a secret",
    why: "`docker history` shows build arguments to everyone who has the image.",
    cure: said::cure_secret_in_build_args,
};

/// Whether a variable of the project looks like a secret.
pub(crate) fn looks_secret(name: &str, value: &str) -> bool {
    names_a_secret(name) && !cannot_be_secret(value)
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for name in subject.plain_secrets {
        let message = said::lint_plain_secret(name);
        findings.add(&PLAIN_SECRET_VARIABLE, None, "", message);
    }
    for (name, service) in subject.services() {
        variables(subject, name, service, findings);
        for attribute in ["command", "entrypoint"] {
            arguments(subject, name, service, attribute, findings);
        }
        build_args(subject, name, service, findings);
    }
}

fn variables(subject: &Subject<'_>, name: &str, service: &Service, findings: &mut Findings<'_>) {
    let names = known_names(name, service);
    for (variable, value) in &service.environment {
        let Some(value) = value.as_deref().filter(|value| !cannot_be_secret(value)) else { continue };
        let url = password_in_url(value);
        if url.is_none() && !names_a_secret(variable) {
            continue;
        }
        let path = subject.spans.variable_path(name, variable);
        // Only literal values in the compose file: a secret may come from an env file or `${NAME}`.
        let is_literal = !path.ends_with(".env_file") && !subject.spans.is_interpolated(&path);
        let (rule, message) = match url {
            _ if is_guessable(url.unwrap_or(value), &names) => {
                (&DEFAULT_PASSWORD, said::lint_guessable(variable, name))
            }
            Some(_) if is_literal => (&PASSWORD_IN_URL, said::lint_password_in_url(variable, name)),
            None if is_literal => (&INLINE_SECRET, said::lint_inline_secret(variable, name)),
            _ => continue,
        };
        findings.add(rule, Some(name), &path, message);
    }
}

/// Names that weak passwords repeat: the service, its image, users and databases.
fn known_names<'a>(name: &'a str, service: &'a Service) -> Vec<&'a str> {
    let image = service.image.as_deref().map(super::known::repository);
    let image = image.and_then(|image| image.rsplit('/').next());
    let users = service.environment.iter().filter(|(variable, _)| {
        ["USER", "USERNAME", "LOGIN", "DB", "DATABASE"].iter().any(|word| variable.ends_with(word))
    });
    let users = users.filter_map(|(_, value)| value.as_deref());
    image.into_iter().chain([name]).chain(users).collect()
}

fn arguments(
    subject: &Subject<'_>,
    name: &str,
    service: &Service,
    attribute: &str,
    findings: &mut Findings<'_>,
) {
    let words = if attribute == "command" { &service.command } else { &service.entrypoint };
    let Some(words) = words else { return };
    let whole = format!("services.{name}.{attribute}");
    for (index, word) in words.iter().enumerate() {
        let (option, value, at) = match word.split_once('=') {
            Some((option, value)) => (option, value, index),
            None => match words.get(index + 1) {
                Some(next) if !next.starts_with('-') => (word.as_str(), next.as_str(), index + 1),
                _ => continue,
            },
        };
        // `--requirepass` is the only such option without a secret-like name.
        let is_secret = option.starts_with('-') && (names_a_secret(option) || option == "--requirepass");
        let item = format!("{whole}[{at}]");
        let path = if subject.spans.has(&item) { &item } else { &whole };
        if is_secret
            && !cannot_be_secret(value)
            && !value.contains('$')
            && !subject.spans.is_interpolated(path)
        {
            let shown: String = option.chars().take(60).collect();
            let message = said::lint_secret_in_command(attribute, name, shown);
            findings.add(&SECRET_IN_COMMAND, Some(name), path, message);
        }
    }
}

fn build_args(subject: &Subject<'_>, name: &str, service: &Service, findings: &mut Findings<'_>) {
    let Some(build) = &service.build else { return };
    for (argument, value) in &build.args {
        if !names_a_secret(argument) || cannot_be_secret(value) {
            continue;
        }
        let key = format!("services.{name}.build.args.{argument}");
        let path = if subject.spans.has(&key) { key } else { format!("services.{name}.build.args") };
        let message = said::lint_secret_build_argument(argument, name);
        findings.add(&SECRET_IN_BUILD_ARGS, Some(name), &path, message);
    }
}
