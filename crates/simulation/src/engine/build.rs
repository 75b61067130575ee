//! Builds: the parts of a Dockerfile that determine whether it succeeds.

use core_monitor_domain::desired::Dockerfile;
use core_monitor_domain::effect::{EffectOutcome, NewImage};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::{EngineError, Progress, ProgressSink};

use super::outside::SimImage;
use super::world::World;

impl World {
    /// Supports `FROM` and `RUN exit N` in an inline Dockerfile; a Dockerfile in a file always succeeds, unless builds
    /// are broken. The name moves only after success.
    pub(super) fn build(
        &mut self,
        new: &NewImage,
        progress: &dyn ProgressSink,
    ) -> Result<EffectOutcome, EngineError> {
        let text = match &new.spec.dockerfile {
            Dockerfile::Inline(text) => text.clone(),
            Dockerfile::Stored(path) => format!("COPY {path}"),
        };
        let instructions: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let mut lines = Vec::new();
        let mut volumes = Vec::new();
        for (index, instruction) in instructions.iter().enumerate() {
            let line = format!("Step {}/{} : {instruction}", index + 1, instructions.len());
            progress.line(&line, true);
            lines.push(line);
            if let Some(base) = instruction.strip_prefix("FROM ") {
                volumes = self.base(&ImageRef::from(base.trim()), &lines)?.volumes;
            }
            let ends_with =
                instruction.strip_prefix("RUN exit ").and_then(|code| code.trim().parse::<u8>().ok());
            if let Some(code) = ends_with.filter(|code| *code != 0) {
                let message =
                    format!("The command '/bin/sh -c exit {code}' returned a non-zero code: {code}");
                return Err(EngineError::BuildFailed { message, lines });
            }
        }
        if self.builds_broken {
            let message = "The command '/bin/sh -c make' returned a non-zero code: 2".to_owned();
            return Err(EngineError::BuildFailed { message, lines });
        }
        let image = SimImage::built(&new.image.familiar(), &new.spec.hash, new.labels.clone(), volumes);
        let id = image.id();
        self.add_image(image);
        Ok(EffectOutcome::Image { id })
    }

    /// The base image, pulled if the host does not have it.
    fn base(&mut self, reference: &ImageRef, lines: &[String]) -> Result<SimImage, EngineError> {
        if let Some(image) = self.image(reference) {
            return Ok(image.clone());
        }
        match self.pull(reference, &Unheard) {
            Ok(_) => {}
            Err(EngineError::ImageUnavailable { message }) => {
                return Err(EngineError::BuildFailed { message, lines: lines.to_vec() });
            }
            Err(error) => return Err(error),
        }
        let gone = || EngineError::BuildFailed { message: format!("no {reference}"), lines: lines.to_vec() };
        self.image(reference).cloned().ok_or_else(gone)
    }
}

struct Unheard;

impl ProgressSink for Unheard {
    fn report(&self, _: Progress) {}
}
