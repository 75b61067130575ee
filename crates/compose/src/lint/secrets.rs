//! Passwords, tokens and keys that stand where everybody reads them. No message holds a value.

use super::Rule;
use super::findings::Findings;
use super::subject::Subject;
use crate::Severity;
use crate::model::Service;
use words::{is_guessable, names_a_secret, password_in_url, says_nothing};

mod words;

pub(super) static RULES: &[&Rule] =
    &[&DEFAULT_PASSWORD, &INLINE_SECRET, &PASSWORD_IN_URL, &SECRET_IN_COMMAND, &SECRET_IN_BUILD_ARGS];

static DEFAULT_PASSWORD: Rule = Rule {
    code: "default-password",
    severity: Severity::Error,
    title: "a password is a default or easy to guess",
    why: "Defaults, examples and names are the first passwords that anybody tries, and programs try them all day.",
    cure: "make a long random one, such as with `openssl rand -base64 24`, and keep it out of the compose file",
};

static INLINE_SECRET: Rule = Rule {
    code: "inline-secret",
    severity: Severity::Warning,
    title: "a password, token or key is written into the compose file",
    why: "Whoever may read the file, its history, or `docker inspect` has the secret, and changing it means changing the file.",
    cure: "write `${NAME:?}` and give the value when the stack is saved, or use `secrets` and a variable that ends in `_FILE`",
};

static PASSWORD_IN_URL: Rule = Rule {
    code: "password-in-url",
    severity: Severity::Warning,
    title: "a connection URL has a password in it",
    why: "Programs log their connection URLs, and the password stands in the compose file besides.",
    cure: "give user and password in variables of their own, or put `${NAME:?}` in place of the password",
};

static SECRET_IN_COMMAND: Rule = Rule {
    code: "secret-in-command",
    severity: Severity::Warning,
    title: "a password is an argument of the command",
    why: "The arguments of a process can be read by everybody on the host, and by `docker inspect`.",
    cure: "give it in a variable or a file the program reads",
};

static SECRET_IN_BUILD_ARGS: Rule = Rule {
    code: "secret-in-build-args",
    severity: Severity::Warning,
    title: "a build argument is a secret",
    why: "`docker history` shows the arguments of a build to everybody who has the image.",
    cure: "use `build.secrets` and `RUN --mount=type=secret`",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
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
        let Some(value) = value.as_deref().filter(|value| !says_nothing(value)) else { continue };
        let url = password_in_url(value);
        if url.is_none() && !names_a_secret(variable) {
            continue;
        }
        let path = subject.spans.variable_path(name, variable);
        // Only what stands in the compose file as it is: env files and `${NAME}` are where a secret may be.
        let is_literal = !path.ends_with(".env_file") && !subject.spans.is_interpolated(&path);
        let (rule, said) = match url {
            _ if is_guessable(url.unwrap_or(value), &names) => (&DEFAULT_PASSWORD, "is easy to guess"),
            Some(_) if is_literal => (&PASSWORD_IN_URL, "is a URL with a password in it"),
            None if is_literal => (&INLINE_SECRET, "is a secret written into the file"),
            _ => continue,
        };
        findings.add(rule, Some(name), &path, format!("`{variable}` of service `{name}` {said}"));
    }
}

/// What a lazy password repeats: the service, its image, users and databases.
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
        // `--requirepass` is the one option for it that has no secret's name in the usual form.
        let is_secret = option.starts_with('-') && (names_a_secret(option) || option == "--requirepass");
        let item = format!("{whole}[{at}]");
        let path = if subject.spans.has(&item) { &item } else { &whole };
        if is_secret && !says_nothing(value) && !value.contains('$') && !subject.spans.is_interpolated(path) {
            let shown: String = option.chars().take(60).collect();
            let message = format!("`{attribute}` of service `{name}` has a secret behind `{shown}`");
            findings.add(&SECRET_IN_COMMAND, Some(name), path, message);
        }
    }
}

fn build_args(subject: &Subject<'_>, name: &str, service: &Service, findings: &mut Findings<'_>) {
    let Some(build) = &service.build else { return };
    for (argument, value) in &build.args {
        if !names_a_secret(argument) || says_nothing(value) {
            continue;
        }
        let key = format!("services.{name}.build.args.{argument}");
        let path = if subject.spans.has(&key) { key } else { format!("services.{name}.build.args") };
        let message = format!("build argument `{argument}` of service `{name}` is a secret");
        findings.add(&SECRET_IN_BUILD_ARGS, Some(name), &path, message);
    }
}
