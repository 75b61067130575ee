//! Limits, devices and logging.

use core_monitor_compose::document::Item;

use super::super::{Blkio, BlkioDevice, ContainerSpec, DeviceRequest, Logging, Ulimit};
use super::{flag, map, number, text};

pub(super) fn resources(spec: &ContainerSpec) -> Vec<(&'static str, Option<Item>)> {
    let limits = &spec.resources;
    let whole = |value: Option<i64>| number(value);
    vec![
        ("userns_mode", text(spec.userns.as_ref())),
        ("cpus", limits.nano_cpus.map(cpus)),
        ("cpuset", text(limits.cpuset.as_ref())),
        ("cpu_shares", whole(limits.cpu_shares)),
        ("cpu_period", whole(limits.cpu_period)),
        ("cpu_quota", whole(limits.cpu_quota)),
        ("cpu_rt_period", whole(limits.cpu_rt_period)),
        ("cpu_rt_runtime", whole(limits.cpu_rt_runtime)),
        ("cpu_count", whole(limits.cpu_count)),
        ("cpu_percent", whole(limits.cpu_percent)),
        ("mem_limit", limits.memory.map(bytes)),
        ("mem_reservation", limits.memory_reservation.map(bytes)),
        ("memswap_limit", limits.memory_swap.map(bytes)),
        ("mem_swappiness", whole(limits.memory_swappiness)),
        ("pids_limit", whole(limits.pids)),
        ("shm_size", spec.shm_size.and_then(|size| i64::try_from(size).ok()).map(bytes)),
        ("ulimits", ulimits(spec)),
        ("oom_kill_disable", flag(spec.oom_kill_disable)),
        ("oom_score_adj", whole(Some(spec.oom_score_adj).filter(|score| *score != 0))),
        ("blkio_config", limits.blkio.as_ref().map(blkio)),
        ("deploy", devices(&limits.device_requests)),
        ("logging", spec.logging.as_ref().map(logging)),
    ]
}

fn cpus(nano: i64) -> Item {
    let text = format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
    Item::Number(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// In the largest unit that divides it exactly.
fn bytes(size: i64) -> Item {
    if size <= 0 {
        return Item::Number(size.to_string());
    }
    let units = [(1_i64 << 30, "g"), (1 << 20, "m"), (1 << 10, "k")];
    let fitting = units.iter().find(|(unit, _)| size % unit == 0);
    fitting.map_or_else(
        || Item::literal(&format!("{size}b")),
        |(unit, word)| Item::literal(&format!("{}{word}", size / unit)),
    )
}

fn ulimits(spec: &ContainerSpec) -> Option<Item> {
    let entry = |(name, limit): (&String, &Ulimit)| {
        let limit = if limit.soft == limit.hard {
            Item::Number(limit.soft.to_string())
        } else {
            Item::map([("soft", number(Some(limit.soft))), ("hard", number(Some(limit.hard)))])
        };
        (name.clone(), limit)
    };
    (!spec.ulimits.is_empty()).then(|| Item::Map(spec.ulimits.iter().map(entry).collect()))
}

fn blkio(blkio: &Blkio) -> Item {
    let devices = |devices: &[BlkioDevice], word: &'static str| {
        let device = |device: &BlkioDevice| {
            Item::map([("path", Some(Item::literal(&device.path))), (word, number(Some(device.value)))])
        };
        (!devices.is_empty()).then(|| Item::List(devices.iter().map(device).collect()))
    };
    Item::map([
        ("weight", number(blkio.weight)),
        ("weight_device", devices(&blkio.weight_device, "weight")),
        ("device_read_bps", devices(&blkio.read_bps, "rate")),
        ("device_read_iops", devices(&blkio.read_iops, "rate")),
        ("device_write_bps", devices(&blkio.write_bps, "rate")),
        ("device_write_iops", devices(&blkio.write_iops, "rate")),
    ])
}

/// Device requests under `deploy.resources.reservations`.
fn devices(requests: &[DeviceRequest]) -> Option<Item> {
    let words = |words: &[String]| (!words.is_empty()).then(|| Item::Words(words.to_vec()));
    let request = |request: &DeviceRequest| {
        let count = match request.count {
            -1 => Some(Item::literal("all")),
            0 => None,
            count => Some(Item::Number(count.to_string())),
        };
        Item::map([
            ("driver", (!request.driver.is_empty()).then(|| Item::literal(&request.driver))),
            ("count", count),
            ("device_ids", words(&request.device_ids)),
            ("capabilities", request.capabilities.first().and_then(|needed| words(needed))),
            ("options", map(&request.options)),
        ])
    };
    let list = Item::List(requests.iter().map(request).collect());
    let within = |key, item| Item::map([(key, Some(item))]);
    (!requests.is_empty()).then(|| within("resources", within("reservations", within("devices", list))))
}

fn logging(logging: &Logging) -> Item {
    Item::map([("driver", text(logging.driver.as_ref())), ("options", map(&logging.options))])
}
