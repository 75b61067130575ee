//! Paths as text: the loader never touches a file system.

/// Joins `base` and `path` (unless `path` is absolute) and removes `.` and `..` steps.
pub(crate) fn resolve(base: &str, path: &str) -> String {
    if path.starts_with('/') { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The shortest path that means the same, by text alone; `.` for the empty path.
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

/// `path` as seen from where `base`, a relative folder or nothing, is seen from.
pub(crate) fn join(base: &str, path: &str) -> String {
    if base.is_empty() || path.starts_with('/') { clean(path) } else { clean(&format!("{base}/{path}")) }
}

/// The folder that a clean path lies in; empty for a path of one step.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a host path starts neither at the root nor in the home folder nor at a Windows drive.
pub(crate) fn is_relative(path: &str) -> bool {
    !path.starts_with(['/', '~']) && !is_windows(path)
}

/// Whether a path has the form of another operating system.
pub(crate) fn is_windows(path: &str) -> bool {
    let drive =
        |bytes: &[u8]| matches!(bytes, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    path.starts_with("\\\\") || drive(path.as_bytes())
}

/// The part of `path` below `base`, both clean; `None` when it lies elsewhere.
pub(crate) fn inside<'a>(base: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(base)?;
    if base.ends_with('/') { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_by_text() {
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
    fn relative_paths_start_at_the_base() {
        assert_eq!(resolve("/srv/app", "./data"), "/srv/app/data");
        assert_eq!(resolve("/srv/app", "../x"), "/srv/x");
        assert_eq!(resolve("/srv/app", "/etc"), "/etc");
    }

    #[test]
    fn folders_are_taken_off_and_put_before() {
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
