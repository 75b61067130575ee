//! Files in containers.

use async_trait::async_trait;
use core_monitor_domain::container_file::{Download, FilePlace, FolderListing, Upload};
use core_monitor_domain::ports::{
    ContainerFiles as _, EngineError, Feed, FetchedFile, FileLink, FileSink, FilesError, LinkError,
};
use tokio::sync::watch;

use super::{SimEngineLink, away, link_error};

fn passed_on(error: FilesError<EngineError>) -> FilesError<LinkError> {
    match error {
        FilesError::Refused(refusal) => FilesError::Refused(refusal),
        FilesError::Failed(error) => FilesError::Failed(link_error(error)),
    }
}

#[async_trait]
impl FileLink for SimEngineLink {
    async fn list_files(&self, place: &FilePlace) -> Result<FolderListing, FilesError<LinkError>> {
        self.reached()?;
        self.engine.list(place).await.map_err(passed_on)
    }

    async fn fetch_file(
        &self,
        place: &FilePlace,
        form: Download,
    ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>> {
        self.reached()?;
        let file = self.engine.fetch(place, form).await.map_err(passed_on)?;
        let content = SimContent { content: file.content, away: self.away.subscribe() };
        Ok(FetchedFile { entry: file.entry, content: Box::new(content) })
    }

    async fn put_file(
        &self,
        place: &FilePlace,
        upload: Upload,
    ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>> {
        self.reached()?;
        let sink = self.engine.put(place, upload).await.map_err(passed_on)?;
        Ok(Box::new(SimSink { sink, away: self.away.subscribe() }))
    }
}

struct SimContent {
    content: Box<dyn Feed<Vec<u8>, EngineError>>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl Feed<Vec<u8>, LinkError> for SimContent {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, LinkError> {
        if *self.away.borrow() {
            return Err(away());
        }
        self.content.next().await.map_err(link_error)
    }
}

struct SimSink {
    sink: Box<dyn FileSink<EngineError>>,
    away: watch::Receiver<bool>,
}

#[async_trait]
impl FileSink<LinkError> for SimSink {
    async fn write(&mut self, part: Vec<u8>) -> Result<(), FilesError<LinkError>> {
        if *self.away.borrow() {
            return Err(away().into());
        }
        self.sink.write(part).await.map_err(passed_on)
    }

    async fn finish(self: Box<Self>) -> Result<(), FilesError<LinkError>> {
        if *self.away.borrow() {
            return Err(away().into());
        }
        self.sink.finish().await.map_err(passed_on)
    }
}
