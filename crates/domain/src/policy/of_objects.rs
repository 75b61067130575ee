//! What volumes and networks ask of the host.

use super::demand::{Asker, Own};
use super::values::mount_of;
use super::{Demand, Restricted};
use crate::desired::{NetworkSpec, VolumeSpec};
use crate::protection::VolumeSource;

/// The engine's own driver of volumes.
const LOCAL: &str = "local";

/// What a volume asks that the stack makes.
pub fn of_volume(volume: &VolumeSpec, own: &Own<'_>) -> Vec<Demand> {
    let asker = Asker { owner: &volume.key, path: format!("volumes.{}", volume.key) };
    if let Some(driver) = volume.driver.as_deref().filter(|driver| !matches!(*driver, "" | LOCAL)) {
        return vec![asker.wants(Restricted::VolumeDrivers, driver, "driver")];
    }
    let source = VolumeSource { driver: volume.driver.as_deref(), options: &volume.driver_opts };
    let paths = source.host_paths();
    let mut demands: Vec<Demand> = paths
        .iter()
        .filter(|path| !own.has(path) || own.can_exchange(path))
        .map(|path| {
            let demand = asker.wants(Restricted::Binds, mount_of(path, false), "driver_opts.device");
            Demand { is_exchangeable: own.has(path), ..demand }
        })
        .collect();
    // Whatever the device is: file systems such as `proc` do not look at it.
    if let Some(kind) = kind(volume).filter(|kind| *kind != "tmpfs" && !source.is_bind()) {
        demands.push(asker.wants(Restricted::VolumeDrivers, format!("{LOCAL}:{kind}"), "driver_opts"));
    }
    demands
}

/// What the options tell the engine to mount; `None` if they do not.
fn kind(volume: &VolumeSpec) -> Option<&str> {
    let option =
        |name: &str| volume.driver_opts.get(name).map(String::as_str).filter(|text| !text.is_empty());
    option("type").or_else(|| option("device").or_else(|| option("o")).map(|_| "options"))
}

/// What a network asks that the stack makes.
pub fn of_network(network: &NetworkSpec) -> Vec<Demand> {
    let asker = Asker { owner: &network.key, path: format!("networks.{}", network.key) };
    let driver = network.driver.as_deref().filter(|driver| !driver.is_empty());
    let driver = driver.map(|driver| asker.wants(Restricted::NetworkDrivers, driver, "driver"));
    let options = network.driver_opts.keys().map(|name| (name.clone(), "driver_opts"));
    let addresses = network.ipam_driver.as_deref().filter(|driver| !matches!(*driver, "" | "default"));
    let addresses = addresses.map(|driver| (format!("ipam:{driver}"), "ipam.driver"));
    let of_addresses = network.ipam_options.keys().map(|name| (name.clone(), "ipam.options"));
    let options = options.chain(addresses).chain(of_addresses);
    let options = options.map(|(name, attribute)| asker.wants(Restricted::NetworkOptions, name, attribute));
    // The engine refuses what is not in the subnet of the same pool.
    let ranges = network
        .ipam_pools
        .iter()
        .filter_map(|pool| pool.subnet.as_ref().or(pool.ip_range.as_ref()).or(pool.gateway.as_ref()));
    let ranges = ranges.map(|range| asker.wants(Restricted::Subnets, range.as_str(), "ipam.config"));
    driver.into_iter().chain(options).chain(ranges).collect()
}
