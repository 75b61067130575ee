//! Paths as text: the loader never accesses the file system.

/// Joins `base` and `path` (unless `path` is absolute) and removes `.` and `..` steps.
pub(crate) fn resolve(base: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The shortest equivalent path, judged by text alone; `.` for the empty path.
pub(crate) fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if absolute => {}
            _ => steps.push(step),
        }
    }
    let joined = steps.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Joins `path` to `base`, a relative folder or empty.
pub(crate) fn join(base: &str, path: &str) -> String {
    if base.is_empty() || path.starts_with('/') { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The parent folder of a clean path; empty if it has a single component.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a host path is relative: not absolute, not in the home folder, and not a Windows path.
pub(crate) fn is_relative(path: &str) -> bool {
    !path.starts_with(['/', '~']) && !is_windows(path)
}

/// Whether a path has the form of another operating system.
pub(crate) fn is_windows(path: &str) -> bool {
    let drive =
        |bytes: &[u8]| matches!(bytes, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    path.starts_with("\\\\") || drive(path.as_bytes())
}

/// `path` relative to `base`, both clean; `None` if it is outside `base`.
pub(crate) fn inside<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(base)?;
    if base.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        let check = |path: &str, expected: &str| assert_eq!(clean(path), expected);
        check("./a/b", "a/b");
        check("a/../b", "b");
        check("../b", "../b");
        check("/a/../../b", "/b");
        check("", ".");
        check("/", "/");
        check("a//b/", "a/b");
    }

    #[test]
    fn relative_paths_are_resolved_against_the_base() {
        assert_eq!(resolve("/srv/app", "./data"), "/srv/app/data");
        assert_eq!(resolve("/srv/app", "../x"), "/srv/x");
        assert_eq!(resolve("/srv/app", "/etc"), "/etc");
    }

    #[test]
    fn parent_and_join_are_inverse() {
        assert_eq!(join("", "./a"), "a");
        assert_eq!(join("sub", "../a"), "a");
        assert_eq!(join("sub", "/a"), "/a");
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(parent("c"), "");
    }

    #[test]
    fn only_paths_below_the_base_are_inside() {
        assert_eq!(inside("/srv/app", "/srv/app/a/b"), Some("a/b"));
        assert_eq!(inside("/srv/app", "/srv/apple"), None);
        assert_eq!(inside("/srv/app", "/srv"), None);
        assert_eq!(inside("/", "/a"), Some("a"));
    }
}
