//! The world as text, for oracles and golden files: the same text for the same state, however it was reached.
//!
//! What a crash and a resume may change is omitted: ids, times, addresses, and labels that name the creating run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use core_monitor_domain::labels;
use core_monitor_domain::observation::Health;

use super::SimContainerEngine;
use super::container::{Container, MountPoint};
use super::outside::SimImage;
use super::world::{PREDEFINED, World};

/// Labels of provenance, and those that only duplicate others for other tools.
const PROVENANCE: [&str; 5] =
    [labels::INSTANCE, labels::STACK, labels::COMMAND, labels::EPOCH, labels::CREATION];

impl SimContainerEngine {
    /// Containers, networks and volumes, one line each with indented details, sorted by name.
    pub fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.world().write(&mut out);
        out
    }

    /// Every image, one line each, sorted: its name, or `(none)`, and its content.
    pub fn render_images(&self) -> String {
        let world = self.world();
        let line = |image: &SimImage| {
            let name = if image.tag.is_empty() { "(none)" } else { image.tag.as_str() };
            format!("image {name} {}\n", image.id().short())
        };
        let mut lines: Vec<String> = world.images.values().map(line).collect();
        lines.sort();
        lines.concat()
    }
}

impl World {
    fn write(&self, out: &mut String) -> fmt::Result {
        let mut containers: Vec<&Container> = self.containers.values().collect();
        containers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        for container in containers {
            self.write_container(out, container)?;
        }
        let mut networks: Vec<_> = self.networks.values().collect();
        networks.retain(|network| !PREDEFINED.iter().any(|(name, _)| *name == network.name));
        networks.sort_by(|a, b| (&a.name, &a.labels).cmp(&(&b.name, &b.labels)));
        for network in networks {
            writeln!(out, "network {} {}{}", network.name, network.driver, tags(&network.labels))?;
        }
        self.write_volumes(out)
    }

    fn write_container(&self, out: &mut String, container: &Container) -> fmt::Result {
        let observed = self.observed(container);
        let health = match observed.health {
            Some(Health::Starting) => " starting",
            Some(Health::Healthy) => " healthy",
            Some(Health::Unhealthy) => " unhealthy",
            None => "",
        };
        let state = format!("{:?}", observed.state).to_lowercase();
        let image = self.images.get(&container.image_id).map_or(0, |image| image.generation);
        let name = &container.name;
        writeln!(
            out,
            "container {name} {state}{health} {}#{image}{}",
            container.image,
            tags(&container.labels)
        )?;
        writeln!(out, "  mode {}", self.mode(&container.network_mode))?;
        for (network, end) in &container.endpoints {
            let known = end.network.as_ref().map(|id| self.networks.contains_key(id));
            let remark = match known {
                Some(true) => "",
                Some(false) => " gone",
                None => " unresolved",
            };
            writeln!(out, "  on {network}{remark} as {}", end.aliases.join(","))?;
        }
        for mount in &container.mounts {
            writeln!(out, "  at {} {}", mount.target, self.mounted(mount))?;
        }
        for port in &container.ports {
            let (address, host, inside) = (&port.host_ip, port.host_port, port.container_port);
            writeln!(out, "  port {address}:{host}->{inside}/{}", port.protocol)?;
        }
        for (path, content) in &container.files {
            writeln!(out, "  file {path} \"{content}\"")?;
        }
        // How often one ran after a crash does not matter, only whether it ran.
        let hooks: BTreeSet<String> = container.hooks.iter().map(|hook| hook.join(" ")).collect();
        for hook in hooks {
            writeln!(out, "  ran {hook}")?;
        }
        let signals: BTreeSet<&String> = container.signals.iter().collect();
        for signal in signals {
            writeln!(out, "  got {signal}")?;
        }
        if container.error.is_empty() {
            Ok(())
        } else {
            writeln!(out, "  error {}", without_ids(&container.error))
        }
    }

    fn write_volumes(&self, out: &mut String) -> fmt::Result {
        let mut lines: Vec<String> = self
            .volumes
            .values()
            .map(|volume| {
                let name = if is_id(&volume.name) { "(anonymous)" } else { volume.name.as_str() };
                format!("volume {name} {}{} \"{}\"", volume.driver, tags(&volume.labels), volume.data)
            })
            .collect();
        lines.sort();
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// A volume by name, an anonymous one by its content.
    fn mounted(&self, mount: &MountPoint) -> String {
        let access = if mount.read_write { "" } else { " read-only" };
        match mount.kind {
            "volume" if is_id(&mount.volume) => {
                let data = self.volumes.get(&mount.volume).map_or("", |volume| volume.data.as_str());
                format!("anonymous \"{data}\"{access}")
            }
            "volume" => format!("volume {}{access}", mount.volume),
            kind => format!("{kind} {}{access}", mount.source),
        }
    }

    /// A shared namespace by the name of the other container.
    fn mode(&self, mode: &str) -> String {
        match mode.strip_prefix("container:") {
            Some(parent) => {
                let name = self.find_container(parent).map_or("(gone)", |found| found.name.as_str());
                format!("container:{name}")
            }
            None => mode.to_owned(),
        }
    }
}

fn without_ids(text: &str) -> String {
    let word = |word: &str| if is_id(word) { "(id)".to_owned() } else { word.to_owned() };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn tags(labels: &BTreeMap<String, String>) -> String {
    let shown = labels
        .iter()
        .filter(|(key, _)| !PROVENANCE.contains(&key.as_str()) && !key.starts_with("com.docker.compose."));
    let text = |(key, value): (&String, &String)| {
        let key = key.strip_prefix("io.core-monitor.").unwrap_or(key);
        let value = if is_id(value) { &value[..8] } else { value };
        format!(" {key}={value}")
    };
    shown.map(text).collect()
}
