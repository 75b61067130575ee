//! Limits and reservations.

use bollard::models::{DeviceRequest, HostConfig, ResourcesBlkioWeightDevice, ThrottleDevice};
use core_monitor_domain::desired::{Blkio, BlkioDevice, Resources};

/// Fills in the limits. Fails only on device requests that are not in the engine's form.
pub(super) fn apply(resources: &Resources, config: &mut HostConfig) -> serde_json::Result<()> {
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
    // 0 is no limit, which the engine writes as none.
    config.pids_limit = resources.pids.filter(|limit| *limit != 0);
    if let Some(blkio) = &resources.blkio {
        block_devices(blkio, config);
    }
    config.device_requests = device_requests(resources)?;
    Ok(())
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

fn device_requests(resources: &Resources) -> serde_json::Result<Option<Vec<DeviceRequest>>> {
    let requests = &resources.device_requests;
    let read: Vec<DeviceRequest> =
        requests.iter().cloned().map(serde_json::from_value).collect::<Result<_, _>>()?;
    Ok((!read.is_empty()).then_some(read))
}
