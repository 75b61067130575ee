//! The images that stacks need although no container uses them.

use std::collections::BTreeMap;

use super::InventoryImage;
use crate::ids::{ImageId, StackId, VersionNumber};
use crate::image::ImageRef;
use crate::names::StackName;
use crate::release::Release;

/// What the stacks of this installation need, as the database says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostNeeds {
    /// The stacks that are not deleted.
    pub stacks: BTreeMap<StackId, StackName>,
    /// By id, tag or digest, in the form that the engine lists.
    images: BTreeMap<String, ImageNeed>,
}

/// Why an image is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageNeed {
    /// The stack.
    pub stack_id: StackId,
    /// Its version.
    pub version: VersionNumber,
    /// A release of the version ran it, and a rollback runs the same bytes again. Otherwise, the version only names it.
    pub released: bool,
}

impl HostNeeds {
    /// The needs of these stacks, so far without images.
    pub fn of(stacks: BTreeMap<StackId, StackName>) -> Self {
        Self { stacks, images: BTreeMap::new() }
    }

    /// A rollback to the release restores its images: by id if the host still has them, else by digest, and a definition
    /// that is applied again takes what its reference points to.
    pub fn release(&mut self, release: &Release) {
        let need = ImageNeed { stack_id: release.stack_id, version: release.version, released: true };
        for pin in release.images.values() {
            self.images.insert(pin.id.to_string(), need);
            if let Some(digest) = &pin.digest {
                self.images.insert(ImageRef(digest.clone()).familiar(), need);
            }
            self.named(&ImageRef(pin.reference.clone()), need);
        }
    }

    /// The version names the image, and an APPLY of it would start it.
    pub fn version(&mut self, stack_id: StackId, version: VersionNumber, image: &ImageRef) {
        self.named(image, ImageNeed { stack_id, version, released: false });
    }

    /// Whether something needs the image with this id, which may be a layer of another one.
    pub fn needs(&self, id: &ImageId) -> bool {
        self.images.contains_key(id.as_str())
    }

    /// Why the image is needed; `None` if it is not.
    pub fn image(&self, image: &InventoryImage) -> Option<ImageNeed> {
        let names = image.tags.iter().chain(&image.digests);
        let mut keys = names.map(|name| ImageRef(name.clone()).familiar());
        let by_id = self.images.get(image.id.as_str());
        by_id.or_else(|| keys.find_map(|key| self.images.get(&key))).copied()
    }

    /// A release says more than a mention.
    fn named(&mut self, image: &ImageRef, need: ImageNeed) {
        // A reference may be the id itself.
        let id = image.as_str();
        let key = if id.starts_with("sha256:") { id.to_owned() } else { image.familiar() };
        let known = self.images.entry(key).or_insert(need);
        if need.released {
            *known = need;
        }
    }
}
