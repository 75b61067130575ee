//! What is in a container: what it was created from, and what was copied and executed since.

use std::collections::BTreeMap;

use core_monitor_domain::desired::ContainerSpec;

use super::SimContainerEngine;
use super::container::Container;
use crate::artifacts::SimArtifacts;

impl SimContainerEngine {
    /// The definition in the call that created the container with this name.
    pub fn created_from(&self, name: &str) -> Option<ContainerSpec> {
        self.within(name, |container| container.spec.clone())
    }

    /// The files copied into it, by path; empty without such a container.
    pub fn files_of(&self, name: &str) -> BTreeMap<String, String> {
        self.within(name, |container| container.files.clone()).unwrap_or_default()
    }

    /// The commands executed in it since its last start; none without such a container.
    pub fn hooks_of(&self, name: &str) -> Vec<Vec<String>> {
        self.within(name, |container| container.hooks.clone()).unwrap_or_default()
    }

    /// The signals that its main process got since its last start; none without such a container.
    pub fn signals_of(&self, name: &str) -> Vec<String> {
        self.within(name, |container| container.signals.clone()).unwrap_or_default()
    }

    /// Takes the bytes of artifacts from this store from now on. Without one, every artifact is there and whole.
    pub fn put_from(&self, artifacts: &SimArtifacts) {
        self.world().artifacts = Some(artifacts.clone());
    }

    fn within<T>(&self, name: &str, read: impl Fn(&Container) -> T) -> Option<T> {
        self.world().find_container(name).map(read)
    }
}
