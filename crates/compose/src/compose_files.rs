//! The compose files that a `.env` file names.

use crate::env_file;

/// Separates the paths unless `COMPOSE_PATH_SEPARATOR` is set.
const SEPARATOR: &str = ":";

/// The paths in `COMPOSE_FILE`, as written. `None` if the file does not set it or cannot be parsed;
/// [`load`](crate::load) reports that error with its position. `limit` caps the size of all values in bytes.
pub fn named_compose_files(dotenv: &[u8], limit: usize) -> Option<Vec<String>> {
    let text = std::str::from_utf8(dotenv).ok()?;
    let parsed = env_file::parse(text, limit, &|_| None, &|_| None).ok()?;
    let value = |wanted: &str| {
        let found = parsed.variables.iter().rev().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let separator = value("COMPOSE_PATH_SEPARATOR").filter(|separator| !separator.is_empty());
    Some(value("COMPOSE_FILE")?.split(separator.unwrap_or(SEPARATOR)).map(ToOwned::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dotenv: &str, expected: Option<&[&str]>) {
        let expected = expected.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect());
        assert_eq!(named_compose_files(dotenv.as_bytes(), 1_000), expected, "{dotenv:?}");
    }

    #[test]
    fn paths_are_split_as_docker_compose_splits_them() {
        check("A=1", None);
        check("COMPOSE_FILE=a.yml", Some(&["a.yml"]));
        check("COMPOSE_FILE='a.yml:./sub/b.yml'", Some(&["a.yml", "./sub/b.yml"]));
        check("COMPOSE_FILE=a:b,c\nCOMPOSE_PATH_SEPARATOR=,", Some(&["a:b", "c"]));
        check("X=prod\nCOMPOSE_FILE=a.yml:${X}.yml\nCOMPOSE_PATH_SEPARATOR=", Some(&["a.yml", "prod.yml"]));
        check("COMPOSE_FILE=a\nCOMPOSE_FILE=b", Some(&["b"]));
        check("COMPOSE_FILE=", Some(&[""]));
        check("COMPOSE_FILE=a:", Some(&["a", ""]));
        check("COMPOSE_FILE='a", None);
    }
}
