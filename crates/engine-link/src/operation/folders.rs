//! Files that versions wrote into the folders of stacks.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::drift::HostFile;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{EngineLink, LinkError};
use serde::{Deserialize, Serialize};

use super::Question;

/// What is in the place of files now.
pub(crate) struct ReadWritten;

/// Which files.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WrittenRequest {
    pub(crate) stack: StackId,
    pub(crate) paths: Vec<String>,
}

#[async_trait]
impl Question for ReadWritten {
    const NAME: &'static str = "read_written";
    type Request = WrittenRequest;
    type Answer = BTreeMap<String, HostFile>;

    async fn answer(link: &dyn EngineLink, wanted: WrittenRequest) -> Result<Self::Answer, LinkError> {
        link.read_written(wanted.stack, &wanted.paths).await
    }
}
