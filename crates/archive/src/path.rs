//! Paths that stay inside their folder.

use crate::Fault;

/// Longest file name that file systems allow.
const MAX_COMPONENT: usize = 255;

/// Checks that `path` is relative, stays inside its folder for any program, and has at most `limit` bytes.
pub fn check_path(path: &str, limit: usize) -> Result<(), Fault> {
    if path.len() > limit {
        return Err(Fault::LongPath(limit));
    }
    if path.starts_with('/') {
        return Err(Fault::Absolute);
    }
    if path.chars().any(char::is_control) {
        return Err(Fault::Control);
    }
    if path.contains('\\') {
        return Err(Fault::Backslash);
    }
    let mut start = path.bytes();
    if start.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && start.next() == Some(b':') {
        return Err(Fault::Drive);
    }
    for part in path.split('/') {
        match part {
            "" | "." => return Err(Fault::EmptyComponent),
            ".." => return Err(Fault::Parent),
            part if part.len() > MAX_COMPONENT => return Err(Fault::LongComponent),
            _ => {}
        }
    }
    Ok(())
}

/// Normalizes the path of a member: `./a`, `a/./b` and `a/` become `a`, `a/b` and `a`. `None` is the folder itself.
pub(crate) fn member(raw: &[u8], limit: usize) -> Result<Option<String>, Fault> {
    // Twice the limit leaves room for what is removed, and bounds the work.
    if raw.len() > limit.saturating_mul(2) {
        return Err(Fault::LongPath(limit));
    }
    let text = std::str::from_utf8(raw).map_err(|_| Fault::NotUtf8)?;
    if text.starts_with('/') {
        return Err(Fault::Absolute);
    }
    let text = text.strip_suffix('/').unwrap_or(text);
    let parts: Vec<_> = text.split('/').filter(|part| *part != ".").collect();
    let path = parts.join("/");
    if path.is_empty() {
        return if raw.is_empty() { Err(Fault::EmptyComponent) } else { Ok(None) };
    }
    check_path(&path, limit)?;
    Ok(Some(path))
}

/// Resolves a symbolic link at `from` to a path from the root of the archive.
pub(crate) fn link_target(from: &str, target: &[u8], limit: usize) -> Result<String, Fault> {
    let shown = String::from_utf8_lossy(target).escape_debug().take(limit).collect::<String>();
    let text = std::str::from_utf8(target).map_err(|_| Fault::NotUtf8)?;
    if text.starts_with('/') || target.len() > limit {
        return Err(Fault::LinkOutside(shown));
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(|| Fault::LinkOutside(shown.clone()))?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let check = |raw: &str, expected: Result<Option<&str>, Fault>| {
            assert_eq!(member(raw.as_bytes(), 40), expected.map(|path| path.map(str::to_owned)), "{raw:?}");
        };
        check("a/b.txt", Ok(Some("a/b.txt")));
        check("./a/./b/", Ok(Some("a/b")));
        check("./", Ok(None));
        check(".", Ok(None));
        check("...", Ok(Some("...")));
        check("..a/.b", Ok(Some("..a/.b")));
        check("na\u{ef}ve", Ok(Some("na\u{ef}ve")));
        check("", Err(Fault::EmptyComponent));
        check("/etc/passwd", Err(Fault::Absolute));
        check("//a", Err(Fault::Absolute));
        check("..", Err(Fault::Parent));
        check("a/../b", Err(Fault::Parent));
        check("a/..", Err(Fault::Parent));
        check("../a", Err(Fault::Parent));
        check("./../a", Err(Fault::Parent));
        check("a//b", Err(Fault::EmptyComponent));
        check("a//", Err(Fault::EmptyComponent));
        check("a\\b", Err(Fault::Backslash));
        check("..\\a", Err(Fault::Backslash));
        check("C:/a", Err(Fault::Drive));
        check("c:a", Err(Fault::Drive));
        check("a\0b", Err(Fault::Control));
        check("a\nb", Err(Fault::Control));
        check("\u{1b}[31m", Err(Fault::Control));
        check(&"a/".repeat(30), Err(Fault::LongPath(40)));
        check(&"./".repeat(30), Ok(None));
        check(&"./".repeat(60), Err(Fault::LongPath(40)));
        assert_eq!(member(b"a\xff", 40), Err(Fault::NotUtf8));
        assert_eq!(member("a".repeat(256).as_bytes(), 512), Err(Fault::LongComponent));
    }

    #[test]
    fn links_are_resolved_from_their_folder() {
        let check = |from: &str, target: &str, expected: Option<&str>| {
            let found = link_target(from, target.as_bytes(), 100).ok();
            assert_eq!(found.as_deref(), expected, "{from} -> {target}");
        };
        check("a/b/link", "file", Some("a/b/file"));
        check("a/b/link", "../../file", Some("file"));
        check("link", "./a//file", Some("a/file"));
        check("a/link", "../../file", None);
        check("link", "..", None);
        check("link", "/etc/passwd", None);
        check("a/link", "..", Some(""));
    }
}
