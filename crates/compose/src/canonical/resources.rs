//! Limits, devices and logging of a container.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{BlkioConfig, Device, Logging, ThrottleDevice, Ulimit, WeightDevice};
use crate::report::Advice;
use crate::said as words;
use indexmap::IndexMap;

pub(super) fn ulimits(service: &Cursor<'_>) -> IndexMap<String, Ulimit> {
    let Some(written) = service.get("ulimits") else { return IndexMap::new() };
    let limit = |(name, cursor): (&str, Cursor<'_>)| {
        let limit = if cursor.mapping().is_some() {
            Ulimit::Range { soft: cursor.integer_at("soft")?, hard: cursor.integer_at("hard")? }
        } else {
            Ulimit::Single(written.integer_at(name)?)
        };
        Some((name.to_owned(), limit))
    };
    written.entries().filter_map(limit).collect()
}

/// `SOURCE[:TARGET[:PERMISSIONS]]`, or the long form. If several share a target, the last one wins.
pub(super) fn devices(service: &Cursor<'_>) -> Vec<Device> {
    let Some(written) = service.get("devices") else { return Vec::new() };
    let mut devices: IndexMap<String, Device> = IndexMap::new();
    for item in written.items() {
        if let Some(device) = device(&item) {
            devices.insert(device.target.clone(), device);
        }
    }
    devices.into_values().collect()
}

fn device(item: &Cursor<'_>) -> Option<Device> {
    if item.mapping().is_some() {
        let source = item.text_at("source")?;
        let Some(target) = item.text_at("target") else {
            let advice = Advice::expected(words::written_as("target")).hint(said::write_target(source));
            item.fail_with_advice(Code::MissingKey, said::target_missing(item.describe()), advice);
            return None;
        };
        return Some(Device {
            target,
            permissions: item.text_at("permissions").unwrap_or_default(),
            source,
            extensions: item.extensions(),
        });
    }
    let text = item.text()?;
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, permissions) = match parts[..] {
        [source] => (source, source, ALL_PERMISSIONS),
        [source, target] => (source, target, ALL_PERMISSIONS),
        [source, target, permissions] => (source, target, permissions),
        _ => {
            let message = said::value_at(item.describe(), said::too_many_colons(text));
            item.fail_with_hint(Code::InvalidValue, message, said::write_device());
            return None;
        }
    };
    Some(Device {
        source: source.to_owned(),
        target: if target.is_empty() { source } else { target }.to_owned(),
        permissions: permissions.to_owned(),
        ..Device::default()
    })
}

const ALL_PERMISSIONS: &str = "rwm";

pub(super) fn logging(cursor: &Cursor<'_>) -> Logging {
    Logging {
        driver: cursor.text_at("driver"),
        options: cursor.labels_at("options"),
        extensions: cursor.extensions(),
    }
}

pub(super) fn blkio(cursor: &Cursor<'_>) -> BlkioConfig {
    BlkioConfig {
        weight: cursor.count_at("weight"),
        weight_device: cursor
            .get("weight_device")
            .map(|list| {
                list.items()
                    .map(|item| WeightDevice {
                        path: item.text_at("path").unwrap_or_default(),
                        weight: item.integer_at("weight").unwrap_or_default(),
                    })
                    .collect()
            })
            .unwrap_or_default(),
        device_read_bps: throttles(cursor, "device_read_bps"),
        device_read_iops: throttles(cursor, "device_read_iops"),
        device_write_bps: throttles(cursor, "device_write_bps"),
        device_write_iops: throttles(cursor, "device_write_iops"),
    }
}

fn throttles(cursor: &Cursor<'_>, key: &str) -> Vec<ThrottleDevice> {
    let Some(list) = cursor.get(key) else { return Vec::new() };
    list.items()
        .map(|item| ThrottleDevice {
            path: item.text_at("path").unwrap_or_default(),
            rate: item.bytes_at("rate").unwrap_or_default(),
        })
        .collect()
}
