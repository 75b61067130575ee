//! `x-core-monitor.on-demand`: how a service wakes and sleeps.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

use core_monitor_compose::Project;
use core_monitor_compose::model::Service;
use core_monitor_message::Message;
use serde_json::Value;

use super::extension::attribute;
use super::{DesiredError, said};
use crate::attribute::{At, Misread, said as read};
use crate::command::SleepMode;
use crate::names::{NameError, ServiceName, StackName};
use crate::on_demand::hosts::{Claims, Clash};
use crate::on_demand::settings::{ReadinessGate, path_prefix};
use crate::on_demand::{
    HostPattern, OnDemand, OnDemandTimes, Readiness, Schedule, ThemeName, WaitMode, WakeBy,
};

mod cautions;

pub use cautions::{Caution, on_demand_cautions};

/// The key under `x-core-monitor`.
const KEY: &str = "on-demand";
/// What may be under it.
const KNOWN: [&str; 22] = [
    "hosts",
    "path",
    "port",
    "mode",
    "theme",
    "show-logs",
    "idle-timeout",
    "start-timeout",
    "block-timeout",
    "min-up",
    "websocket-idle",
    "readiness",
    "stop",
    "schedule",
    "always-on",
    "wake",
    "ignore-user-agents",
    "companions",
    "needs",
    "not-with",
    "cold-start-worth",
    "enabled",
];
/// How many entries a list under it has at most.
const ENTRIES: usize = 64;

/// The services of a model that wake on demand, in the order of the file.
pub fn declared_on_demand(project: &Project) -> Result<Vec<(ServiceName, OnDemand)>, DesiredError> {
    let mut declared: Vec<(ServiceName, OnDemand)> = Vec::new();
    let mut taken = Claims::default();
    for (name, service) in &project.services {
        let Some(at) = attribute(name, service, KEY)? else { continue };
        let Some(door) = on_demand(project, service, &at)? else { continue };
        for (host, path) in door.claims() {
            if let Err(clash) = taken.claim(host, path, name) {
                return Err(contested(&at, &door, clash).into());
            }
        }
        declared.push((name.parse()?, door));
    }
    Ok(declared)
}

/// Requests that another service has already, or that this one asks for twice.
fn contested(at: &At<'_>, door: &OnDemand, clash: Clash<&String>) -> Misread {
    let Clash { host, path, taken_by, refused_to } = clash;
    if taken_by != refused_to {
        return at.refused(said::route_declared_twice(host, path, taken_by));
    }
    let is_listed_twice = door.hosts.iter().filter(|listed| **listed == host).count() > 1;
    at.refused(if is_listed_twice { said::listed_twice(host) } else { said::listed_twice(path) })
}

/// `None` if it is switched off.
fn on_demand(project: &Project, service: &Service, at: &At<'_>) -> Result<Option<OnDemand>, Misread> {
    at.only(&KNOWN)?;
    if let Some(enabled) = at.get("enabled")?
        && !enabled.flag()?
    {
        return Ok(None);
    }
    let flag = |key| -> Result<bool, Misread> {
        Ok(at.get(key)?.map(|at| at.flag()).transpose()?.unwrap_or_default())
    };
    let door = OnDemand {
        hosts: list(at, "hosts", str::parse::<HostPattern>)?,
        paths: list(at, "path", path_prefix)?,
        port: port(service, at)?,
        mode: word(at, "mode", &WaitMode::ALL, WaitMode::as_str)?,
        theme: at.get("theme")?.map(|at| parsed(&at)).transpose()?.unwrap_or_default(),
        show_logs: flag("show-logs")?,
        times: times(at)?,
        readiness: at.get("readiness")?.map(|at| readiness(service, &at)).transpose()?.unwrap_or_default(),
        stop: match at.get("stop")? {
            Some(at) => at.one_of(&["stop", "pause"], sleep_mode)?,
            None => SleepMode::Stop,
        },
        schedule: at.get("schedule")?.map(|at| schedule(&at)).transpose()?,
        always_on: flag("always-on")?,
        wake: word(at, "wake", &WakeBy::ALL, WakeBy::as_str)?,
        ignore_user_agents: list(at, "ignore-user-agents", |text| Ok(text.to_ascii_lowercase()))?,
        companions: companions(project, at)?,
        needs: services_of_stacks(at, "needs")?,
        not_with: services_of_stacks(at, "not-with")?,
        cold_start_worth: at
            .get("cold-start-worth")?
            .map(|at| at.duration(OnDemandTimes::WAIT))
            .transpose()?,
    };
    if door.hosts.is_empty() && !door.paths.is_empty() {
        return Err(at.refused(said::paths_need_hosts()));
    }
    Ok(Some(door))
}

fn times(at: &At<'_>) -> Result<OnDemandTimes, Misread> {
    let time = |key, bounds| at.get(key)?.map(|at| at.duration(bounds)).transpose();
    let default = OnDemandTimes::DEFAULT;
    Ok(OnDemandTimes {
        idle: time("idle-timeout", OnDemandTimes::IDLE)?.unwrap_or(default.idle),
        start: time("start-timeout", OnDemandTimes::WAIT)?,
        block: time("block-timeout", OnDemandTimes::WAIT)?.unwrap_or(default.block),
        min_up: time("min-up", OnDemandTimes::QUIET)?,
        websocket_idle: time("websocket-idle", OnDemandTimes::QUIET)?,
    })
}

/// The port that is named, or the only one that the service names elsewhere.
fn port(service: &Service, at: &At<'_>) -> Result<u16, Misread> {
    if let Some(port) = at.get("port")? {
        return port.number(1, 65_535);
    }
    let published = service.ports.iter().map(|port| port.target.to_string());
    let exposed = service.expose.iter().filter_map(|port| port.split('/').next().map(str::to_owned));
    let ports: BTreeSet<u16> = published.chain(exposed).filter_map(|port| port.parse().ok()).collect();
    match ports.into_iter().collect::<Vec<_>>()[..] {
        [port] if port != 0 => Ok(port),
        _ => Err(at.refused(said::on_demand_port_missing())),
    }
}

fn readiness(service: &Service, at: &At<'_>) -> Result<Readiness, Misread> {
    let health = |at: &At<'_>| match &service.healthcheck {
        // Without one here, the image may have one.
        Some(check) if check.disable || check.test.first().is_some_and(|word| word == "NONE") => {
            Err(at.refused(said::readiness_needs_health_check()))
        }
        _ => Ok(ReadinessGate::Health),
    };
    if let Value::String(word) = at.value {
        let gate = match word.as_str() {
            "tcp" => ReadinessGate::Tcp,
            "http" => ReadinessGate::default(),
            "health" => health(at)?,
            _ => return Err(at.refused(read::word_unknown(word, "tcp, http, health"))),
        };
        return Ok(Readiness { gate, after: Duration::ZERO });
    }
    at.only(&["gate", "path", "expect", "after"])?;
    let word = at.get("gate")?.map(|at| at.one_of(&["tcp", "http", "health"], |word| Some(word.to_owned())));
    let http = at.get("path")?.is_some() || at.get("expect")?.is_some();
    let gate = match word.transpose()?.as_deref() {
        Some(word @ ("tcp" | "health")) if http => return Err(at.refused(said::readiness_is_not_http(word))),
        Some("tcp") => ReadinessGate::Tcp,
        Some("health") => health(at)?,
        _ => ReadinessGate::Http {
            path: at.get("path")?.map(|at| at.request_path()).transpose()?.unwrap_or_else(|| "/".to_owned()),
            expect: statuses(at)?,
        },
    };
    let after = at.get("after")?.map(|at| at.duration(OnDemandTimes::WAIT)).transpose()?.unwrap_or_default();
    Ok(Readiness { gate, after })
}

/// One status or several.
fn statuses(at: &At<'_>) -> Result<Vec<u16>, Misread> {
    let Some(expect) = at.get("expect")? else { return Ok(Vec::new()) };
    let all = expect.items(ENTRIES)?;
    all.iter().map(|at| at.number(100, 599)).collect()
}

fn schedule(at: &At<'_>) -> Result<Schedule, Misread> {
    at.only(&["time-zone", "open", "awake"])?;
    let zone = at.get("time-zone")?.map(|at| at.text()).transpose()?.unwrap_or_else(|| "UTC".to_owned());
    let open = list(at, "open", |text| Ok(text.to_owned()))?;
    let awake = list(at, "awake", |text| Ok(text.to_owned()))?;
    if open.is_empty() && awake.is_empty() {
        return Err(at.refused(said::schedule_is_empty()));
    }
    Schedule::parse(&zone, &open, &awake).map_err(|what| at.refused(what))
}

/// Services of the same stack; `all` are all of it that nothing else wakes.
fn companions(project: &Project, at: &At<'_>) -> Result<BTreeSet<ServiceName>, Misread> {
    let Some(companions) = at.get("companions")? else { return Ok(BTreeSet::new()) };
    if companions.value.as_str() == Some("all") {
        let others = project.services.iter().filter(|(name, service)| {
            name.as_str() != at.owner && !matches!(attribute(name, service, KEY), Ok(Some(_)))
        });
        return others.map(|(name, _)| named(at, name)).collect();
    }
    let mut names = BTreeSet::new();
    for item in companions.items(ENTRIES)? {
        let name = item.text()?;
        if name == at.owner || !project.services.contains_key(&name) {
            return Err(item.refused(said::companion_unknown(name)));
        }
        names.insert(named(&item, &name)?);
    }
    Ok(names)
}

/// A name that has been written.
fn named<T: FromStr<Err = NameError>>(at: &At<'_>, name: &str) -> Result<T, Misread> {
    name.parse().map_err(|error: NameError| at.refused(error.message()))
}

/// Services of other stacks, as `stack/service`.
fn services_of_stacks(at: &At<'_>, key: &str) -> Result<BTreeSet<(StackName, ServiceName)>, Misread> {
    let Some(services) = at.get(key)? else { return Ok(BTreeSet::new()) };
    let mut all = BTreeSet::new();
    for item in services.items(ENTRIES)? {
        let text = item.text()?;
        let (stack, service) =
            text.split_once('/').ok_or_else(|| item.refused(said::not_stack_and_service()))?;
        all.insert((named(&item, stack)?, named(&item, service)?));
    }
    Ok(all)
}

fn sleep_mode(word: &str) -> Option<SleepMode> {
    match word {
        "stop" => Some(SleepMode::Stop),
        "pause" => Some(SleepMode::Pause),
        _ => None,
    }
}

/// One of the words of `all`, or the default.
fn word<T: Copy + Default, const N: usize>(
    at: &At<'_>,
    key: &str,
    all: &[T; N],
    as_str: fn(T) -> &'static str,
) -> Result<T, Misread> {
    let Some(at) = at.get(key)? else { return Ok(T::default()) };
    at.one_of(&all.map(as_str), |word| all.iter().copied().find(|known| as_str(*known) == word))
}

/// A list of texts, or one text alone.
fn list<T>(at: &At<'_>, key: &str, read: impl Fn(&str) -> Result<T, Message>) -> Result<Vec<T>, Misread> {
    let Some(list) = at.get(key)? else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for item in list.items(ENTRIES)? {
        let text = item.text()?;
        all.push(read(&text).map_err(|what| item.refused(what))?);
    }
    Ok(all)
}

fn parsed(at: &At<'_>) -> Result<ThemeName, Misread> {
    at.text()?.parse().map_err(|what| at.refused(what))
}

#[cfg(test)]
mod tests;
