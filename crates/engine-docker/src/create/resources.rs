//! Limits and reservations.

use bollard::models::{DeviceRequest, HostConfig, ResourcesBlkioWeightDevice, ThrottleDevice};
use core_monitor_domain::desired::{Blkio, BlkioDevice, DeviceRequest as Devices, Resources};

/// Sets the limits.
pub(super) fn apply(resources: &Resources, config: &mut HostConfig) {
    config.memory = resources.memory;
    config.memory_reservation = resources.memory_reservation;
    config.memory_swap = resources.memory_swap;
    config.memory_swappiness = resources.memory_swappiness;
    config.nano_cpus = resources.nano_cpus;
    config.cpu_shares = resources.cpu_shares;
    config.cpu_period = resources.cpu_period;
    config.cpu_quota = resources.cpu_quota;
    config.cpu_realtime_period = resources.cpu_rt_period;
    config.cpu_realtime_runtime = resources.cpu_rt_runtime;
    config.cpuset_cpus.clone_from(&resources.cpuset);
    config.cpu_count = resources.cpu_count;
    config.cpu_percent = resources.cpu_percent;
    // 0 means no limit, which the engine represents as absent.
    config.pids_limit = resources.pids.filter(|limit| *limit != 0);
    if let Some(blkio) = &resources.blkio {
        block_devices(blkio, config);
    }
    config.device_requests = device_requests(resources);
}

fn block_devices(blkio: &Blkio, config: &mut HostConfig) {
    let weight = |device: &BlkioDevice| ResourcesBlkioWeightDevice {
        path: Some(device.path.clone()),
        weight: Some(usize::try_from(device.value).unwrap_or(usize::MAX)),
    };
    config.blkio_weight = blkio.weight;
    config.blkio_weight_device = Some(blkio.weight_device.iter().map(weight).collect());
    config.blkio_device_read_bps = throttles(&blkio.read_bps);
    config.blkio_device_read_iops = throttles(&blkio.read_iops);
    config.blkio_device_write_bps = throttles(&blkio.write_bps);
    config.blkio_device_write_iops = throttles(&blkio.write_iops);
}

fn throttles(devices: &[BlkioDevice]) -> Option<Vec<ThrottleDevice>> {
    let throttle = |device: &BlkioDevice| ThrottleDevice {
        path: Some(device.path.clone()),
        rate: Some(i64::try_from(device.value).unwrap_or(i64::MAX)),
    };
    (!devices.is_empty()).then(|| devices.iter().map(throttle).collect())
}

fn device_requests(resources: &Resources) -> Option<Vec<DeviceRequest>> {
    let request = |request: &Devices| DeviceRequest {
        driver: Some(request.driver.clone()),
        count: Some(request.count),
        device_ids: Some(request.device_ids.clone()),
        capabilities: Some(request.capabilities.clone()),
        options: Some(request.options.clone().into_iter().collect()),
    };
    let requests = &resources.device_requests;
    (!requests.is_empty()).then(|| requests.iter().map(request).collect())
}
