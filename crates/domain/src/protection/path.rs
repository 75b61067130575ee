//! Paths of a Linux host, compared as text. Upper and lower case are different.

/// Folders that every Linux system has under a second name.
const ALIASES: [(&str, &str); 2] = [("/var/run", "/run"), ("/dev/fd", "/proc/self/fd")];

/// The path from the root, without `.`, `..`, doubled `/` and second names. A relative one begins at the root, as in the
/// engine.
pub fn plain(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path = format!("/{}", parts.join("/"));
    let renamed = ALIASES.iter().find_map(|(alias, name)| Some(format!("{name}{}", rest(&path, alias)?)));
    renamed.unwrap_or(path)
}

/// What follows `folder` in `path`, if it is the folder or in it. Both are plain.
fn rest<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Whether a plain path is a folder or in it.
pub(crate) fn is_within(path: &str, folder: &str) -> bool {
    rest(path, folder).is_some()
}

/// Whether whoever has `path` has something of `known`, or all of it. Both are plain.
pub(super) fn reaches(path: &str, known: &str) -> bool {
    is_within(path, known) || is_within(known, path)
}

/// Whether a plain path is in the folder of a process, where links lead to every file that the process can open.
pub(super) fn is_of_process(path: &str) -> bool {
    let process = rest(path, "/proc").and_then(|rest| rest.split('/').nth(1));
    process.is_some_and(|name| {
        matches!(name, "self" | "thread-self")
            || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_compared_without_detours() {
        let cases = [
            ("/", "/"),
            ("", "/"),
            ("//", "/"),
            ("/a//b/./c/", "/a/b/c"),
            ("/a/b/../c", "/a/c"),
            ("/../../a", "/a"),
            ("a/b", "/a/b"),
            ("../a", "/a"),
            ("/var/run/docker.sock", "/run/docker.sock"),
            ("/var/../var/run", "/run"),
            ("/var/running", "/var/running"),
            ("/dev/fd/3", "/proc/self/fd/3"),
            ("/A", "/A"),
        ];
        for (path, expected) in cases {
            assert_eq!(plain(path), expected, "{path}");
        }
    }

    #[test]
    fn a_name_that_only_begins_alike_is_another_folder() {
        assert!(reaches("/data", "/data") && reaches("/data/a", "/data") && reaches("/", "/data"));
        assert!(reaches("/data", "/data/a") && reaches("/data", "/"));
        assert!(!reaches("/data-2", "/data") && !reaches("/data", "/data-2") && !reaches("/DATA", "/data"));
    }

    #[test]
    fn only_numbers_are_processes() {
        assert!(
            is_of_process("/proc/1") && is_of_process("/proc/self/root") && is_of_process("/proc/17/cwd/a")
        );
        assert!(!is_of_process("/proc") && !is_of_process("/proc/sys/net") && !is_of_process("/process/1"));
        assert!(!is_of_process("/srv/proc/1"));
    }
}
