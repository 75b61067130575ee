//! Downloading a file or a folder.

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::Change;
use core_monitor_domain::container_file::{Download, FileEntry, FileRefusal};
use core_monitor_domain::ports::{Feed, LinkError};
use tokio::sync::OwnedSemaphorePermit;

use super::{FileUseError, FilesOf, find, record, told};
use crate::server::Server;

/// A file or an archive that is being fetched.
pub struct Fetched {
    /// What it is; its name is that of the path.
    pub entry: FileEntry,
    /// Its content. It fails if it is more than may be transferred.
    pub content: Box<dyn Feed<Vec<u8>, LinkError>>,
}

impl Server {
    /// Fetches a file, or everything below a folder as a tar. It is recorded before.
    pub async fn fetch_file(
        &self,
        actor: &Actor,
        of: &FilesOf,
        path: &str,
        form: Download,
    ) -> Result<Fetched, FileUseError> {
        let action = of.fetch(form);
        let ports = self.permit(actor, action, &of.resource()).await?;
        let found = find(ports, of, path, false).await?;
        let transfer = self.transfer()?;
        let fetched = ports.link.fetch_file(&found.place, form).await;
        let file = fetched.map_err(|error| told(&found.place, error))?;
        let (size, most) = (file.entry.size, ports.files_limit);
        if size > most {
            return Err(FileUseError::Refused(FileRefusal::TooLarge { size, most }));
        }
        let bytes = (form == Download::Content).then_some(size);
        record(ports, actor, action, &found, (Change::Downloaded, bytes, None)).await?;
        let name = found.path.name().map_or_else(|| found.name.clone(), str::to_owned);
        let content = Limited { content: file.content, left: most, most, _transfer: transfer };
        Ok(Fetched { entry: FileEntry { name, ..file.entry }, content: Box::new(content) })
    }
}

/// Content up to a limit, for which an archive has no size before.
struct Limited {
    content: Box<dyn Feed<Vec<u8>, LinkError>>,
    left: u64,
    most: u64,
    _transfer: OwnedSemaphorePermit,
}

#[async_trait]
impl Feed<Vec<u8>, LinkError> for Limited {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        let Some(part) = self.content.next().await? else { return Ok(None) };
        match self.left.checked_sub(part.len() as u64) {
            Some(left) => self.left = left,
            None => {
                return Err(LinkError::Refused { message: format!("it has more than {} bytes", self.most) });
            }
        }
        Ok(Some(part))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;

    use super::*;

    struct Endless;

    #[async_trait]
    impl Feed<Vec<u8>, LinkError> for Endless {
        async fn next(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
            Ok(Some(vec![0; 10]))
        }
    }

    #[tokio::test]
    async fn an_archive_that_is_too_large_fails_before_it_is_passed_on() {
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let mut content = Limited { content: Box::new(Endless), left: 25, most: 25, _transfer: permit };
        assert!(content.next().await.is_ok() && content.next().await.is_ok());
        assert!(matches!(content.next().await, Err(LinkError::Refused { .. })));
    }
}
