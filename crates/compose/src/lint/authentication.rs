//! Services without authentication.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;

pub(super) static RULES: &[&Rule] = &[&NO_AUTHENTICATION];

static NO_AUTHENTICATION: Rule = Rule {
    code: "no-authentication",
    severity: Severity::Warning,
    title: "a service has authentication disabled",
    why: "Anonymous access and empty passwords are for trials. Anyone who can reach the port has access.",
    cure: said::cure_no_authentication,
};

/// Variables of well-known images, with the values that switch authentication off. `*` is any value that is not empty.
const SWITCHES: &[(&str, &[&str])] = &[
    ("ALLOW_ANONYMOUS_LOGIN", TRUE),
    ("ALLOW_EMPTY_PASSWORD", TRUE),
    ("DANGEROUSLY_OMIT_AUTH", TRUE),
    ("DISABLE_AUTH", TRUE),
    ("GF_AUTH_ANONYMOUS_ENABLED", TRUE),
    ("GF_AUTH_DISABLE_LOGIN_FORM", TRUE),
    ("ME_CONFIG_BASICAUTH", FALSE),
    ("MARIADB_ALLOW_EMPTY_ROOT_PASSWORD", ANY),
    ("MYSQL_ALLOW_EMPTY_PASSWORD", ANY),
    ("NEO4J_AUTH", &["none"]),
    ("PGADMIN_CONFIG_MASTER_PASSWORD_REQUIRED", FALSE),
    ("PGADMIN_CONFIG_SERVER_MODE", FALSE),
    ("POSTGRES_HOST_AUTH_METHOD", &["trust"]),
    ("xpack.security.enabled", FALSE),
    ("DISABLE_SECURITY_PLUGIN", TRUE),
];

const TRUE: &[&str] = &["true", "1", "yes", "on"];
const FALSE: &[&str] = &["false", "0", "no", "off"];
const ANY: &[&str] = &["*"];

/// Prefixes of arguments that do the same.
const ARGUMENTS: &[&str] = &[
    "--NotebookApp.token=''",
    "--NotebookApp.token=\"\"",
    "--ServerApp.token=''",
    "--api.insecure=true",
    "--api.insecure",
    "--noauth",
    "--skip-grant-tables",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        for (variable, values) in SWITCHES {
            let Some(Some(value)) = service.environment.get(*variable) else { continue };
            let off = values.iter().any(|word| word.eq_ignore_ascii_case(value.trim()) || *word == "*");
            if off && !value.trim().is_empty() {
                let path = subject.spans.variable_path(name, variable);
                let message = said::lint_authentication_disabled(variable, name);
                findings.add(&NO_AUTHENTICATION, Some(name), &path, message);
            }
        }
        for word in service.command.iter().flatten() {
            if let Some(argument) = ARGUMENTS.iter().find(|argument| *word == **argument) {
                let message = said::lint_authentication_disabled(argument, name);
                findings.add(&NO_AUTHENTICATION, Some(name), &format!("services.{name}.command"), message);
            }
        }
    }
}
