//! What the engine's errors about files mean.

use bollard::errors::Error;
use core_monitor_domain::container_file::FileRefusal;
use core_monitor_domain::ports::{EngineError, FilesError};

use crate::classify::{self, Operation};

/// The meaning of an error. The engine's words may contain paths of its host, which are nobody's business.
pub(super) fn error(error: Error) -> FilesError<EngineError> {
    let (status, message) = match &error {
        Error::DockerResponseServerError { status_code, message } => (*status_code, message.clone()),
        _ => return FilesError::Failed(classify::failure(Operation::Read, error)),
    };
    let text = message.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    let refusal = if has(&["no such container"]) {
        return FilesError::Failed(EngineError::NotFound { message });
    } else if has(&["too many links", "too many levels of symbolic links"]) {
        FileRefusal::LinksInACircle
    } else if has(&["read-only"]) {
        FileRefusal::ReadOnly
    } else if has(&["no space left", "disk quota exceeded"]) {
        FileRefusal::NoSpace
    } else if has(&["could not find the file", "no such file or directory", "not a directory"]) {
        FileRefusal::NotFound
    } else if has(&["unexpected eof", "invalid tar header", "archive/tar"]) {
        FileRefusal::NotATar
    } else if status == 503 || has(&["context canceled", "shutting down", "connection reset"]) {
        return FilesError::Failed(EngineError::Unavailable { reason: message });
    } else {
        FileRefusal::Refused { message: discreet(&message) }
    };
    FilesError::Refused(refusal)
}

/// The words without the engine's own folders.
fn discreet(message: &str) -> String {
    let word = |word: &str| {
        let within = ["/merged", "/_data"].iter().find_map(|end| word.split_once(end));
        match within {
            Some((_, path)) if word.contains("/docker/") => {
                if path.is_empty() {
                    "/".to_owned()
                } else {
                    path.to_owned()
                }
            }
            _ if word.contains("/docker/") => "(a folder of the engine)".to_owned(),
            _ => word.to_owned(),
        }
    };
    message.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, message: &str, expected: &str) {
        let found =
            error(Error::DockerResponseServerError { status_code: status, message: message.to_owned() });
        let found = match found {
            FilesError::Refused(refusal) => format!("{refusal:?}"),
            FilesError::Failed(error) => format!("failed: {error}"),
        };
        assert_eq!(found, expected, "{message}");
    }

    #[test]
    fn answers_have_their_meaning_and_no_path_of_the_host() {
        check(404, "No such container: x", "failed: No such container: x");
        check(404, "Could not find the file /nope in container x", "NotFound");
        check(500, "lstat /var/lib/docker/overlay2/a1/merged/d/f/x: not a directory", "NotFound");
        check(
            500,
            "evalSymlinksInScope: too many links in /var/lib/docker/overlay2/a1/merged/d",
            "LinksInACircle",
        );
        check(500, "container rootfs is marked read-only", "ReadOnly");
        check(500, "mounted volume is marked read-only", "ReadOnly");
        check(500, "write /var/lib/docker/x: no space left on device", "NoSpace");
        check(
            400,
            "cannot overwrite /var/lib/docker/overlay2/a1/merged/d/f with a folder of /var/lib/docker/tmp",
            "Refused { message: \"cannot overwrite /d/f with a folder of (a folder of the engine)\" }",
        );
    }
}
