//! A mock of the whole link: one block for each topic.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{
    FileLink, FolderLink, Inspection, LinkError, LogLink, ObjectLink, ObservationLink, ProjectLink,
    StatisticsLink, TerminalLink,
};
use crate::container_file::{Download, FilePlace, FolderListing, Upload};
use crate::drift::HostFile;
use crate::engine_event::EventsFrom;
use crate::ids::{ContainerId, StackId};
use crate::inventory::Inventory;
use crate::logs::LogRequest;
use crate::names::ServiceName;
use crate::ports::{ContainerOutput, EventFeed, ExecSession, FetchedFile, FileSink, FilesError};
use crate::running_project::{ProjectSummary, RunningProject};
use crate::statistics::{History, StatisticsSnapshot, Step};
use crate::terminal::{ExecRequest, ProcessList};
use crate::time::Timestamp;

mockall::mock! {
    /// A mock [`EngineLink`](super::EngineLink).
    pub EngineLink {}

    #[async_trait]
    impl ObservationLink for EngineLink {
        async fn refresh(&self) -> Result<Timestamp, LinkError>;
    }

    #[async_trait]
    impl ObjectLink for EngineLink {
        async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError>;
        async fn inspect(&self, wanted: &Inspection) -> Result<serde_json::Value, LinkError>;
        async fn engine_events(&self, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError>;
    }

    #[async_trait]
    impl ProjectLink for EngineLink {
        async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError>;
        async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError>;
    }

    #[async_trait]
    impl FileLink for EngineLink {
        async fn list_files(&self, place: &FilePlace) -> Result<FolderListing, FilesError<LinkError>>;
        async fn fetch_file(
            &self,
            place: &FilePlace,
            form: Download,
        ) -> Result<FetchedFile<LinkError>, FilesError<LinkError>>;
        async fn put_file(
            &self,
            place: &FilePlace,
            upload: Upload,
        ) -> Result<Box<dyn FileSink<LinkError>>, FilesError<LinkError>>;
    }

    #[async_trait]
    impl FolderLink for EngineLink {
        async fn read_written(
            &self,
            stack: StackId,
            paths: &[String],
        ) -> Result<BTreeMap<String, HostFile>, LinkError>;
    }

    #[async_trait]
    impl TerminalLink for EngineLink {
        async fn exec(
            &self,
            container: &ContainerId,
            request: &ExecRequest,
        ) -> Result<ExecSession<LinkError>, LinkError>;
        async fn processes(&self, container: &ContainerId) -> Result<ProcessList, LinkError>;
    }

    #[async_trait]
    impl LogLink for EngineLink {
        async fn read_logs(
            &self,
            container: &ContainerId,
            request: &LogRequest,
        ) -> Result<ContainerOutput<LinkError>, LinkError>;
    }

    #[async_trait]
    impl StatisticsLink for EngineLink {
        async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError>;
        async fn recent_statistics(
            &self,
            stack: StackId,
            service: Option<ServiceName>,
            from: Timestamp,
            to: Timestamp,
            step: Step,
        ) -> Result<History, LinkError>;
    }
}
