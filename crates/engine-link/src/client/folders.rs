//! Files that versions wrote into the folders of stacks.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{FolderLink, LinkError};

use super::EngineLinkClient;
use crate::operation::{ReadWritten, WrittenRequest};

#[async_trait]
impl FolderLink for EngineLinkClient {
    async fn read_written(
        &self,
        stack: StackId,
        paths: &[String],
    ) -> Result<BTreeMap<String, HostFile>, LinkError> {
        self.ask::<ReadWritten>(WrittenRequest { stack, paths: paths.to_vec() }).await
    }
}
