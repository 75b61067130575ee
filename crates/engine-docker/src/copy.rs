//! Copies files into a container.

use bollard::query_parameters::UploadToContainerOptions;
use bytes::Bytes;
use core_monitor_domain::desired::InjectedFile;
use core_monitor_domain::effect::EffectOutcome;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::EngineError;

use crate::classify::{self, Operation};
use crate::path;
use crate::session::Session;

/// Writes the files, replacing existing ones. The engine creates missing folders.
pub(crate) async fn copy(
    session: &Session,
    container: &ContainerId,
    files: &[InjectedFile],
) -> Result<EffectOutcome, EngineError> {
    let archive = archive(files).map_err(|error| EngineError::Refused {
        status: 400,
        message: format!("the files cannot be sent: {error}"),
    })?;
    // Without `copyUIDGID` the engine takes owners from the archive; with it, from the container's user.
    let options = UploadToContainerOptions { path: "/".to_owned(), ..UploadToContainerOptions::default() };
    let body = bollard::body_full(Bytes::from(archive));
    session
        .docker
        .upload_to_container(&path::segment(container.as_str()), Some(options), body)
        .await
        .map(|()| EffectOutcome::Done)
        .map_err(|error| classify::failure(Operation::Copy, error))
}

/// Uncompressed, because the engine runs an external program to unpack compressed archives.
fn archive(files: &[InjectedFile]) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.content.len() as u64);
        header.set_mode(file.mode);
        header.set_uid(file.uid.into());
        header.set_gid(file.gid.into());
        archive.append_data(&mut header, file.path.trim_start_matches('/'), file.content.as_bytes())?;
    }
    archive.into_inner()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn an_archive_has_owner_mode_and_text() {
        let path = format!("/run/secrets/{}", "long".repeat(60));
        let file =
            InjectedFile { path: path.clone(), content: "text".to_owned(), uid: 1, gid: 2, mode: 0o440 };
        let bytes = archive(&[file]).unwrap();
        let mut archive = tar::Archive::new(bytes.as_slice());
        let mut entry = archive.entries().unwrap().next().unwrap().unwrap();
        assert_eq!(format!("/{}", entry.path().unwrap().display()), path);
        let header = entry.header();
        assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mode().unwrap()), (1, 2, 0o440));
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        assert_eq!(text, "text");
    }
}
