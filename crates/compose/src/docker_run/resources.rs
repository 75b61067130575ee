//! Limits, devices, logging and ports.

use std::ops::Range;

use super::draft::Draft;
use super::flags::Rule;
use super::invocation::Given;
use super::said;
use crate::document::Item;

pub(super) fn flag(draft: &mut Draft<'_>, rule: Rule, given: &Given) {
    let Given { value, at, .. } = given;
    match rule {
        Rule::BlkioWeight if value == "0" => {}
        Rule::BlkioWeight => {
            if let Some(number) = draft.number(given, value) {
                draft.set_entry("blkio_config", "weight", number, at);
            }
        }
        Rule::BlkioWeightDevice => blkio_device(draft, given, "weight_device", "weight"),
        Rule::DeviceRate(key) => blkio_device(draft, given, key, "rate"),
        Rule::Device => {
            let device = device(value);
            draft.push("devices", Item::Text(device), at);
        }
        Rule::Gpus => gpus(draft, given),
        Rule::LogDriver => draft.set_entry("logging", "driver", Item::Text(value.clone()), at),
        Rule::LogOpt => match value.split_once('=') {
            Some((key, text)) if !key.is_empty() => {
                let entry = (key.to_owned(), Item::Text(text.to_owned()));
                if let Some(Item::Map(options)) = draft.entry("logging", "options") {
                    options.retain(|(known, _)| known != key);
                    options.push(entry);
                } else {
                    draft.set_entry("logging", "options", Item::Map(vec![entry]), at);
                }
            }
            _ => draft.fail(at, said::run_log_opt_form()),
        },
        Rule::StopTimeout if value.starts_with('-') => {
            draft.note(said::run_unlimited_stop_timeout());
        }
        Rule::StopTimeout => {
            if let Some(Item::Number(seconds)) = draft.number(given, value) {
                draft.put("stop_grace_period", Item::Text(format!("{seconds}s")), at);
            }
        }
        Rule::Swappiness if value == "-1" => {}
        Rule::Swappiness => {
            if let Some(number) = draft.number(given, value) {
                draft.put("mem_swappiness", number, at);
            }
        }
        Rule::Ulimit => ulimit(draft, given),
        _ => {}
    }
}

/// `path:value`.
fn blkio_device(draft: &mut Draft<'_>, given: &Given, list: &'static str, key: &'static str) {
    let Some((path, value)) = given.value.rsplit_once(':').filter(|(path, _)| !path.is_empty()) else {
        return draft.fail(&given.at, said::run_device_value_form(given.flag.name));
    };
    let value = match value.parse::<u64>() {
        Ok(number) => Item::Number(number.to_string()),
        Err(_) => Item::Text(value.to_owned()),
    };
    let entry = Item::map([("path", Some(Item::Text(path.to_owned()))), (key, Some(value))]);
    if let Some(Item::List(known)) = draft.entry("blkio_config", list) {
        known.push(entry);
    } else {
        draft.set_entry("blkio_config", list, Item::List(vec![entry]), &given.at);
    }
}

/// Writes all three parts if two would be ambiguous: `/dev/sda:r` has permissions but no container path.
fn device(text: &str) -> String {
    let is_mode = |text: &str| !text.is_empty() && text.chars().all(|c| "rwm".contains(c));
    match text.split(':').collect::<Vec<_>>()[..] {
        [host, mode] if is_mode(mode) => format!("{host}:{host}:{mode}"),
        _ => text.to_owned(),
    }
}

/// `all`, a number, or `device=0,1`, `capabilities=...`, `driver=...`, `options=...`, quoted as CSV.
fn gpus(draft: &mut Draft<'_>, given: &Given) {
    let Given { value, at, .. } = given;
    if value == "all" {
        return draft.put("gpus", Item::literal("all"), at);
    }
    let (mut count, mut driver, mut ids) = (None, None, Vec::new());
    let (mut capabilities, mut options) = (vec!["gpu".to_owned()], Vec::new());
    for field in csv(value) {
        let (key, text) = field.split_once('=').unwrap_or(("count", &field));
        let words = || text.split(',').map(str::to_owned);
        match key {
            "count" if text == "all" => count = Some(Item::literal("all")),
            "count" => count = draft.number(given, text),
            "driver" => driver = Some(Item::Text(text.to_owned())),
            "device" => ids.extend(words()),
            "capabilities" => capabilities.extend(words().filter(|word| word != "gpu")),
            "options" => {
                options.extend(words().filter_map(|pair| {
                    pair.split_once('=').map(|(key, value)| (key.to_owned(), Item::Text(value.to_owned())))
                }));
            }
            _ => {
                return draft.fail_with_hint(at, said::run_gpus_field_unknown(key), said::run_gpus_fields());
            }
        }
    }
    let plain = capabilities.len() == 1;
    let request = Item::map([
        ("driver", driver),
        ("count", count.filter(|_| ids.is_empty())),
        ("device_ids", (!ids.is_empty()).then_some(Item::Words(ids))),
        ("capabilities", (!plain).then_some(Item::Words(capabilities))),
        ("options", (!options.is_empty()).then_some(Item::Map(options))),
    ]);
    draft.push("gpus", request, at);
}

/// `name=soft[:hard]`.
fn ulimit(draft: &mut Draft<'_>, given: &Given) {
    let Some((name, limits)) = given.value.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        return draft.fail(&given.at, said::run_ulimit_form());
    };
    let limit = match limits.split_once(':') {
        None => draft.number(given, limits),
        Some((soft, hard)) => match (draft.number(given, soft), draft.number(given, hard)) {
            (Some(soft), Some(hard)) => Some(Item::map([("soft", Some(soft)), ("hard", Some(hard))])),
            _ => None,
        },
    };
    if let Some(limit) = limit {
        draft.set_entry("ulimits", name, limit, &given.at);
    }
}

/// Keeps the short form, and converts the long form to a mapping.
pub(super) fn publish(draft: &mut Draft<'_>, value: &str, at: &Range<usize>) {
    if !value.contains('=') {
        return draft.push("ports", Item::Text(value.to_owned()), at);
    }
    let mut entries = Vec::new();
    for field in csv(value) {
        let Some((key, text)) = field.split_once('=') else {
            return draft.fail(at, said::run_not_key_value(field));
        };
        let item = match key {
            "target" => Item::Number(text.to_owned()),
            "published" | "protocol" | "mode" => Item::Text(text.to_owned()),
            _ => {
                let hint = said::run_publish_fields();
                return draft.fail_with_hint(at, said::run_publish_field_unknown(key), hint);
            }
        };
        entries.push((key.to_owned(), item));
    }
    draft.push("ports", Item::Map(entries), at);
}

/// Fields of one CSV record. Commas may be quoted, and a doubled quote is a literal quote.
pub(super) fn csv(record: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = record.chars().peekable();
    while let Some(c) = chars.next() {
        let last = fields.len() - 1;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                fields[last].push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields[last].push(c),
        }
    }
    fields
}
