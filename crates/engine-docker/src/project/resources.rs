//! Limits and reservations.

use bollard::models::{DeviceRequest, HostConfig, ResourcesBlkioWeightDevice, ThrottleDevice};
use core_monitor_domain::desired::{Blkio, BlkioDevice, ContainerSpec, DeviceRequest as Devices, Resources};

use super::Found;
use super::scene::{non_empty, non_zero};

pub(super) fn derive(found: &Found, spec: &mut ContainerSpec) {
    let host = &found.host;
    spec.resources = Resources {
        memory: non_zero(host.memory),
        memory_reservation: non_zero(host.memory_reservation),
        // By default the engine allows as much swap as memory.
        memory_swap: non_zero(host.memory_swap)
            .filter(|swap| Some(*swap) != host.memory.map(|memory| memory.saturating_mul(2))),
        memory_swappiness: host.memory_swappiness.filter(|value| *value >= 0),
        nano_cpus: non_zero(host.nano_cpus),
        cpu_shares: non_zero(host.cpu_shares),
        cpu_period: non_zero(host.cpu_period),
        cpu_quota: non_zero(host.cpu_quota),
        cpu_rt_period: non_zero(host.cpu_realtime_period),
        cpu_rt_runtime: non_zero(host.cpu_realtime_runtime),
        cpuset: non_empty(host.cpuset_cpus.as_ref()),
        cpu_count: non_zero(host.cpu_count),
        cpu_percent: non_zero(host.cpu_percent),
        pids: non_zero(host.pids_limit),
        blkio: blkio(host),
        device_requests: host.device_requests.iter().flatten().map(devices).collect(),
    };
}

fn devices(request: &DeviceRequest) -> Devices {
    Devices {
        driver: request.driver.clone().unwrap_or_default(),
        count: request.count.unwrap_or(0),
        device_ids: request.device_ids.clone().unwrap_or_default(),
        capabilities: request.capabilities.clone().unwrap_or_default(),
        options: request.options.clone().unwrap_or_default().into_iter().collect(),
    }
}

fn blkio(host: &HostConfig) -> Option<Blkio> {
    let blkio = Blkio {
        weight: host.blkio_weight.filter(|weight| *weight != 0),
        weight_device: host.blkio_weight_device.iter().flatten().map(weight).collect(),
        read_bps: rates(host.blkio_device_read_bps.as_ref()),
        read_iops: rates(host.blkio_device_read_iops.as_ref()),
        write_bps: rates(host.blkio_device_write_bps.as_ref()),
        write_iops: rates(host.blkio_device_write_iops.as_ref()),
    };
    (blkio != Blkio::default()).then_some(blkio)
}

fn weight(device: &ResourcesBlkioWeightDevice) -> BlkioDevice {
    BlkioDevice {
        path: device.path.clone().unwrap_or_default(),
        value: device.weight.and_then(|weight| u64::try_from(weight).ok()).unwrap_or(0),
    }
}

fn rates(devices: Option<&Vec<ThrottleDevice>>) -> Vec<BlkioDevice> {
    let rate = |device: &ThrottleDevice| BlkioDevice {
        path: device.path.clone().unwrap_or_default(),
        value: device.rate.and_then(|rate| u64::try_from(rate).ok()).unwrap_or(0),
    };
    devices.into_iter().flatten().map(rate).collect()
}
