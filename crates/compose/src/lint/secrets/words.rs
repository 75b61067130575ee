//! Recognises names and values of secrets.

/// Suffixes of names that relate to a secret but do not contain one.
const ABOUT: &[&str] = &[
    "_FILE",
    "_PATH",
    "_DIR",
    "_TTL",
    "_EXPIRY",
    "_EXPIRE",
    "_EXPIRES",
    "_EXPIRATION",
    "_LIFETIME",
    "_LENGTH",
    "_MIN",
    "_MAX",
    "_POLICY",
    "_ENABLED",
    "_ENABLE",
    "_NAME",
    "_ID",
    "_TYPE",
    "_ALGORITHM",
    "_HEADER",
    "_ISSUER",
    "_URL",
    "_URI",
    "_ENDPOINT",
    "_MINUTES",
    "_HOURS",
    "_DAYS",
    "_SECONDS",
    "_LIMIT",
    "_COUNT",
    "_ROUNDS",
    "PUBLIC_KEY",
    "SORT_KEY",
    "PARTITION_KEY",
    "PRIMARY_KEY",
    "FOREIGN_KEY",
    "CACHE_KEY",
    "SITE_KEY",
];

/// Words that mark a secret: anywhere in the name, at its end, or as the whole name.
const INSIDE: &[&str] =
    &["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "API_KEY", "CREDENTIAL"];
const AT_THE_END: &[&str] = &["_PASS", "_PWD", "_PW", "_KEY", "_SALT"];
const WHOLE: &[&str] = &["PASS", "PW"];

/// Whether a variable, argument or option is named like a secret.
pub(super) fn names_a_secret(name: &str) -> bool {
    let name = name.trim_start_matches('-').to_ascii_uppercase().replace('-', "_");
    // `ALLOW_EMPTY_PASSWORD` and similar are flags, which another rule checks.
    if name.starts_with("ALLOW_") || ABOUT.iter().any(|end| name.ends_with(end)) {
        return false;
    }
    INSIDE.iter().any(|word| name.contains(word))
        || AT_THE_END.iter().any(|end| name.ends_with(end))
        || WHOLE.contains(&name.as_str())
}

/// Whether a value cannot be a secret: empty, a flag, a small number, or the path of a file.
pub(super) fn cannot_be_secret(value: &str) -> bool {
    const WORDS: &[&str] = &["true", "false", "yes", "no", "on", "off", "none", "null", "0", "1"];
    let value = value.trim();
    value.is_empty()
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        || ["/run/secrets/", "/etc/", "/var/"].iter().any(|start| value.starts_with(start))
}

/// The password in `scheme://user:password@host`.
pub(super) fn password_in_url(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once("://")?;
    let is_scheme = !scheme.is_empty()
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-:".contains(&byte));
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user_info, _) = authority.rsplit_once('@')?;
    let (_, password) = user_info.split_once(':')?;
    (is_scheme && !password.is_empty()).then_some(password)
}

/// Whether a secret is easy to guess: a default, a placeholder, or one of `names`.
pub(super) fn is_guessable(value: &str, names: &[&str]) -> bool {
    const DEFAULTS: &[&str] = &[
        "1234",
        "12345",
        "123456",
        "1234567",
        "12345678",
        "123456789",
        "1234567890",
        "admin",
        "admin123",
        "administrator",
        "changeit",
        "default",
        "demo",
        "dev",
        "elastic",
        "grafana",
        "guest",
        "letmein",
        "local",
        "mariadb",
        "minio",
        "minio123",
        "minioadmin",
        "mongo",
        "my-secret-pw",
        "mysql",
        "neo4j",
        "pass",
        "postgres",
        "postgresql",
        "qwerty",
        "rabbitmq",
        "redis",
        "root",
        "secret",
        "supersecret",
        "sysadmin",
        "test",
        "toor",
        "topsecret",
        "user",
        "xxx",
        "xxxx",
    ];
    const PLACEHOLDERS: &[&str] = &[
        "password",
        "passwd",
        "passw0rd",
        "p@ssw0rd",
        "changeme",
        "change_me",
        "change-me",
        "changethis",
        "change_this",
        "change-this",
        "change me",
        "replace",
        "your_",
        "your-",
        "yoursecret",
        "yourpassword",
        "example",
        "placeholder",
        "insecure",
        "secretkey",
        "secret_key",
        "secret-key",
        "not-secure",
        "todo",
    ];
    let value = value.trim().to_ascii_lowercase();
    // A long random string may contain a word by chance; placeholders are short.
    let is_typed = value.len() <= 40;
    DEFAULTS.contains(&value.as_str())
        || names.iter().any(|name| !name.is_empty() && name.eq_ignore_ascii_case(&value))
        || is_typed && PLACEHOLDERS.iter().any(|word| value.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in [
            "POSTGRES_PASSWORD",
            "DB_PASS",
            "AWS_SECRET_ACCESS_KEY",
            "API_TOKEN",
            "APP_KEY",
            "--password",
            "PASS",
        ] {
            assert!(names_a_secret(name), "{name}");
        }
        for name in [
            "POSTGRES_PASSWORD_FILE",
            "TOKEN_TTL",
            "KEYBOARD",
            "COMPASS",
            "SORT_KEY",
            "JWT_PUBLIC_KEY",
            "BYPASS",
            "ALLOW_EMPTY_PASSWORD",
            "PWD",
            "TOKEN_EXPIRE_MINUTES",
            "KEY",
        ] {
            assert!(!names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn values_that_are_not_secrets() {
        for value in ["", " ", "true", "No", "/run/secrets/db"] {
            assert!(cannot_be_secret(value), "{value:?}");
        }
        assert!(!cannot_be_secret("truely-secret"));
    }

    #[test]
    fn passwords_in_urls() {
        assert_eq!(password_in_url("postgres://u:p@db:5432/x"), Some("p"));
        assert_eq!(password_in_url("jdbc:postgresql+x://u:p@q@db/x"), Some("p@q"));
        assert_eq!(password_in_url("redis://:p@cache"), Some("p"));
        for value in
            ["http://web:80/a@b:c", "postgres://u@db", "http://web", "u:p@db", "postgres://u:@db", "://:x@y"]
        {
            assert_eq!(password_in_url(value), None, "{value}");
        }
    }

    #[test]
    fn guessable_passwords() {
        for value in ["postgres", "Admin", "letsgo_password", "CHANGEME!", "change-me-please", "shop"] {
            assert!(is_guessable(value, &["shop"]), "{value}");
        }
        assert!(!is_guessable("kX9-v2Qm_77z", &["shop"]));
        assert!(!is_guessable("kX9-v2Qm_77zpasswdkX9-v2Qm_77zkX9-v2Qm_77z", &[]));
    }
}
