//! Volumes and images.

use std::collections::BTreeMap;

use core_monitor_domain::desired::VolumeSpec;
use core_monitor_domain::effect::EffectOutcome;
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::{EngineError, Progress, ProgressSink};

use super::outside::SimImage;
use super::run::conflict;
use super::world::{Volume, World};

impl World {
    /// An existing volume is left unchanged, whatever was requested.
    pub(super) fn create_volume(
        &mut self,
        spec: &VolumeSpec,
        labels: &BTreeMap<String, String>,
    ) -> Result<(), EngineError> {
        let driver = spec.driver.as_deref().unwrap_or("local");
        if self.volumes.contains_key(&spec.name) {
            return Ok(());
        }
        if driver != "local" {
            let message = format!("create {}: error looking up volume plugin {driver}", spec.name);
            return Err(EngineError::Refused { status: 404, message });
        }
        self.add_volume(&spec.name, spec.driver_opts.clone(), labels.clone());
        Ok(())
    }

    pub(super) fn add_volume(
        &mut self,
        name: &str,
        options: BTreeMap<String, String>,
        labels: BTreeMap<String, String>,
    ) {
        let (name, driver) = (name.to_owned(), "local".to_owned());
        let volume = Volume { name: name.clone(), driver, options, labels, data: String::new() };
        self.notify("volume", "create", &name);
        self.volumes.insert(name, volume);
    }

    /// Mounting an unknown name creates a volume without labels.
    pub(super) fn ensure_volume(&mut self, name: &str) {
        if !self.volumes.contains_key(name) {
            self.add_volume(name, BTreeMap::new(), BTreeMap::new());
        }
    }

    pub(super) fn anonymous_volume(&mut self) -> String {
        let name = self.fresh_id();
        self.ensure_volume(&name);
        name
    }

    pub(super) fn remove_volume(&mut self, name: &str) -> Result<(), EngineError> {
        if self.containers.values().any(|c| c.mounts.iter().any(|mount| mount.volume == name)) {
            return Err(conflict(&format!("remove {name}: volume is in use")));
        }
        if self.volumes.remove(name).is_some() {
            self.notify("volume", "destroy", name);
        }
        Ok(())
    }

    /// The image that a reference resolves to on this host.
    pub(super) fn image(&self, reference: &ImageRef) -> Option<&SimImage> {
        let wanted = reference.familiar();
        self.images.values().find(|image| {
            image.id().as_str() == reference.as_str() || image.tag == wanted || image.digest() == wanted
        })
    }

    /// Without force: an image of a container stays.
    pub(super) fn remove_image(&mut self, id: &ImageId) -> Result<(), EngineError> {
        if let Some(user) = self.containers.values().find(|container| container.image_id == *id) {
            let message = format!(
                "conflict: unable to remove image {} - container {} is using it",
                id.short(),
                user.id.short()
            );
            return Err(EngineError::Conflict { message });
        }
        if self.images.remove(id).is_some() {
            self.notify("image", "delete", id.as_str());
        }
        Ok(())
    }

    pub(super) fn pull(
        &mut self,
        reference: &ImageRef,
        progress: &dyn ProgressSink,
    ) -> Result<EffectOutcome, EngineError> {
        if self.registry_down {
            let reason = "Get \"https://registry/v2/\": dial tcp: connection refused".to_owned();
            return Err(EngineError::Unavailable { reason });
        }
        let wanted = reference.familiar();
        let found = self.registry.values().find(|image| image.tag == wanted || image.digest() == wanted);
        let Some(image) = found.cloned() else {
            let message = format!("manifest for {wanted} not found: manifest unknown");
            return Err(EngineError::ImageUnavailable { message });
        };
        for current in [512, 1024] {
            let status = "Downloading".to_owned();
            let part = image.id().short().to_owned();
            progress.report(Progress { status, part, current: Some(current), total: Some(1024) });
        }
        let id = image.id();
        self.add_image(image);
        Ok(EffectOutcome::Image { id })
    }

    /// A tag points to one image and is removed from the previous one.
    pub(super) fn add_image(&mut self, image: SimImage) {
        for other in self.images.values_mut().filter(|other| other.tag == image.tag) {
            other.tag.clear();
        }
        self.notify("image", "tag", image.id().as_str());
        self.images.insert(image.id(), image);
    }
}
