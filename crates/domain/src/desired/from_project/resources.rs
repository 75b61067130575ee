//! Limits: the attributes of `deploy.resources` take precedence over the older ones, as in docker compose.

use core_monitor_compose::model::{self, Bytes, DeployResources, Service};

use crate::desired::{Blkio, BlkioDevice, DeviceRequest, Resources};

pub(super) fn resources(service: &Service) -> Resources {
    let none = DeployResources::default();
    let deploy = service.deploy.as_ref().map_or(&none, |deploy| &deploy.resources);
    let limits = deploy.limits.clone().unwrap_or_default();
    let reservations = deploy.reservations.clone().unwrap_or_default();
    Resources {
        memory: limits.memory.or(service.mem_limit).map(bytes),
        memory_reservation: reservations.memory.or(service.mem_reservation).map(bytes),
        memory_swap: service.memswap_limit.map(bytes),
        memory_swappiness: service.mem_swappiness.map(|percent| percent.0),
        nano_cpus: limits.cpus.or(service.cpus).map(nano_cpus),
        cpu_shares: service.cpu_shares,
        cpu_period: service.cpu_period,
        cpu_quota: service.cpu_quota,
        cpu_rt_period: service.cpu_rt_period,
        cpu_rt_runtime: service.cpu_rt_runtime,
        cpuset: service.cpuset.clone(),
        cpu_count: service.cpu_count,
        cpu_percent: service.cpu_percent.map(whole),
        pids: limits.pids.or(service.pids_limit),
        blkio: service.blkio_config.as_ref().map(blkio),
        device_requests: reservations
            .devices
            .iter()
            .map(device_request)
            .chain(service.gpus.iter().map(gpu_request))
            .collect(),
    }
}

fn bytes(size: Bytes) -> i64 {
    size.0
}

fn nano_cpus(cpus: f64) -> i64 {
    whole(cpus * 1e9)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and no machine has nine billion processors"
)]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

fn device_request(request: &model::DeviceRequest) -> DeviceRequest {
    DeviceRequest {
        driver: request.driver.clone().unwrap_or_default(),
        // Without count and ids it means all devices, as in docker compose.
        count: request.count.unwrap_or(if request.device_ids.is_empty() { -1 } else { 0 }),
        device_ids: request.device_ids.clone(),
        capabilities: vec![request.capabilities.clone()],
        options: request.options.clone().into_iter().collect(),
    }
}

/// An entry of `gpus` needs the capability `gpu`, which docker compose adds.
fn gpu_request(request: &model::DeviceRequest) -> DeviceRequest {
    let mut gpu = device_request(request);
    gpu.capabilities.iter_mut().for_each(|needed| needed.push("gpu".to_owned()));
    gpu
}

fn blkio(config: &model::BlkioConfig) -> Blkio {
    let rates = |devices: &[model::ThrottleDevice]| {
        let rate = |d: &model::ThrottleDevice| BlkioDevice {
            path: d.path.clone(),
            value: u64::try_from(d.rate.0).unwrap_or(0),
        };
        devices.iter().map(rate).collect()
    };
    let weight = |d: &model::WeightDevice| BlkioDevice { path: d.path.clone(), value: u64::from(d.weight) };
    Blkio {
        weight: config.weight,
        weight_device: config.weight_device.iter().map(weight).collect(),
        read_bps: rates(&config.device_read_bps),
        read_iops: rates(&config.device_read_iops),
        write_bps: rates(&config.device_write_bps),
        write_iops: rates(&config.device_write_iops),
    }
}
