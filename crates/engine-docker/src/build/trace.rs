//! `BuildKit`'s progress reports, which arrive as separate messages between those of the engine.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bollard_buildkit_proto::moby::buildkit::v1::{StatusResponse, Vertex, VertexStatus};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::{Progress, ProgressSink};
use prost::Message as _;

use super::output::Output;

/// What has been reported about the steps of a build.
#[derive(Debug, Default)]
pub(super) struct Trace {
    begun: BTreeSet<String>,
}

impl Trace {
    /// Handles the payload of one message. An unreadable one is ignored, since it only reports progress.
    pub(super) fn take(&mut self, encoded: &str, output: &mut Output<'_>, progress: &dyn ProgressSink) {
        let Ok(bytes) = STANDARD.decode(encoded) else { return };
        let Ok(account) = StatusResponse::decode(bytes.as_slice()) else { return };
        for vertex in &account.vertexes {
            self.step(vertex, output, progress);
        }
        for log in &account.logs {
            output.write(&log.vertex, &String::from_utf8_lossy(&log.msg), progress);
        }
        account.statuses.iter().for_each(|status| transfer(status, progress));
    }

    /// Reports a step when it starts, and again when it fails, since other steps may have written in between.
    fn step(&mut self, vertex: &Vertex, output: &mut Output<'_>, progress: &dyn ProgressSink) {
        if vertex.started.is_some() && self.begun.insert(vertex.digest.clone()) {
            let cached = if vertex.cached { " (cached)" } else { "" };
            output.step(&format!("{}{cached}", vertex.name), progress);
        }
        if !vertex.error.is_empty() {
            output.step(&format!("failed: {}", vertex.name), progress);
            output.failed_fetching(base_image(&vertex.name));
        }
    }
}

fn transfer(status: &VertexStatus, progress: &dyn ProgressSink) {
    let bytes = |count: i64| u64::try_from(count).ok().filter(|count| *count > 0);
    progress.report(Progress {
        status: status.name.clone(),
        part: status.id.clone(),
        current: bytes(status.current),
        total: bytes(status.total),
    });
}

/// The image that a step fetches, judged by its name.
fn base_image(name: &str) -> Option<ImageRef> {
    let image = name.split_once("load metadata for ").or_else(|| name.split_once("] FROM "))?.1;
    let image = image.split_whitespace().find(|word| !word.starts_with("--"))?;
    // The name is followed by the resolved digest.
    Some(ImageRef::from(image.split('@').next().unwrap_or(image)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, image: Option<&str>) {
        assert_eq!(base_image(name), image.map(ImageRef::from));
    }

    #[test]
    fn step_names_tell_which_image_is_fetched() {
        check("[internal] load metadata for docker.io/library/base:1", Some("docker.io/library/base:1"));
        check("[web a 1/3] FROM r.example/base:1@sha256:00", Some("r.example/base:1"));
        check("[2/3] RUN echo FROM x", None);
        check("[internal] load .dockerignore", None);
    }
}
