//! What is at a path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_domain::container_file::{FileEntry, FileKind, FilePath};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, FilesError};
use core_monitor_domain::time::Timestamp;
use hyper::Method;
use serde::Deserialize;

use super::{Result, address, answer};
use crate::session::Session;

/// The header with the answer.
const STAT: &str = "X-Docker-Container-Path-Stat";

/// The bits of a mode in Go.
const FOLDER: u32 = 1 << 31;
const LINK: u32 = 1 << 27;
/// Device, pipe, socket, character device, and what it does not know.
const SPECIAL: u32 = 1 << 26 | 1 << 25 | 1 << 24 | 1 << 21 | 1 << 19;
const SET_UID: u32 = 1 << 23;
const SET_GID: u32 = 1 << 22;
const STICKY: u32 = 1 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stat {
    name: String,
    size: u64,
    mode: u32,
    mtime: String,
    #[serde(default)]
    link_target: String,
}

/// What is there. A symbolic link is not followed; those on the way are, within the container. The owner is not known.
pub(super) async fn stat(session: &Session, container: &ContainerId, path: &FilePath) -> Result<FileEntry> {
    let address = address(container, path, "");
    let response = match session.send(Method::HEAD, &address).await {
        Ok(response) => response,
        // A HEAD says nothing about why; the same as a GET does. If that is answered, what was in the way has passed.
        Err(_) => session.send(Method::GET, &address).await.map_err(answer::error)?,
    };
    response.headers().get(STAT).and_then(|value| read(value.as_bytes())).ok_or_else(|| {
        let message = "the engine does not say what is at the path".to_owned();
        FilesError::Failed(EngineError::Refused { status: 200, message })
    })
}

fn read(value: &[u8]) -> Option<FileEntry> {
    let stat: Stat = serde_json::from_slice(&STANDARD.decode(value).ok()?).ok()?;
    let kind = match stat.mode {
        mode if mode & FOLDER != 0 => FileKind::Folder,
        mode if mode & LINK != 0 => FileKind::Link,
        mode if mode & SPECIAL != 0 => FileKind::Special,
        _ => FileKind::File,
    };
    let bit = |bit: u32, value: u32| if stat.mode & bit == 0 { 0 } else { value };
    Some(FileEntry {
        name: stat.name,
        // It was asked for by its name.
        name_replaced: false,
        kind,
        size: if kind == FileKind::File { stat.size } else { 0 },
        mode: stat.mode & 0o777 | bit(SET_UID, 0o4000) | bit(SET_GID, 0o2000) | bit(STICKY, 0o1000),
        uid: 0,
        gid: 0,
        modified: Timestamp::parse(&stat.mtime),
        target: (kind == FileKind::Link).then_some(stat.link_target),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: u32, kind: FileKind, expected: u32) {
        let text = format!(
            r#"{{"name":"f","size":3,"mode":{mode},"mtime":"2026-01-26T10:00:00.5Z","linkTarget":"/d/f"}}"#
        );
        let entry = read(STANDARD.encode(text).as_bytes()).unwrap();
        assert_eq!(
            (entry.kind, entry.mode, entry.target.is_some()),
            (kind, expected, kind == FileKind::Link)
        );
    }

    #[test]
    fn modes_are_those_of_go() {
        check(0o644, FileKind::File, 0o644);
        check(8_389_101, FileKind::File, 0o4755);
        check(2_147_484_141, FileKind::Folder, 0o755);
        check(134_218_239, FileKind::Link, 0o777);
        check(33_554_852, FileKind::Special, 0o644);
        check(FOLDER | STICKY | 0o777, FileKind::Folder, 0o1777);
        assert!(read(b"!").is_none() && read(STANDARD.encode("{}").as_bytes()).is_none());
    }
}
