//! `x-core-monitor.deploy`: the slots of a service.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::Project;
use core_monitor_compose::model::{Bytes, Service};
use core_monitor_message::Message;
use serde_json::Value;

use super::extension::{KEY, attribute};
use super::{DesiredError, said};
use crate::artifact::{
    Activation, ArtifactForm, DeploySlot, HttpCheck, Owner, Pattern, SlotKey, SlotName, SlotNameError,
    Verification,
};
use crate::attribute::{At, Misread, said as read};
use crate::desired::{ContainerSpec, DesiredSlot, Hook, MountKind};
use crate::names::ServiceName;

/// How many slots a service may have.
const SLOTS: usize = 32;
/// The largest limit of a slot.
const LARGEST: u64 = 16 << 30;
/// The signals that a process can react to.
const SIGNALS: [&str; 14] = [
    "HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "TERM", "CONT", "TSTP", "TTIN", "TTOU", "URG", "WINCH",
    "IO",
];

/// The slots that the services of a model declare.
pub fn declared_slots(project: &Project) -> Result<Vec<(SlotKey, DeploySlot)>, DesiredError> {
    let mut declared = Vec::new();
    for (name, service) in project.services.iter().filter(|(_, service)| service.extensions.contains_key(KEY))
    {
        let of: ServiceName = name.parse()?;
        for DesiredSlot { slot, .. } in slots(name, service)? {
            declared.push((SlotKey { service: of.clone(), slot: slot.name.clone() }, slot));
        }
    }
    Ok(declared)
}

/// The slots of a service, by name. None may be in a memory file system: what the engine puts there is under the mount, where
/// nobody sees it.
pub(super) fn slots_beside(
    name: &str,
    service: &Service,
    container: &ContainerSpec,
) -> Result<Vec<DesiredSlot>, DesiredError> {
    let mounted = container.mounts.iter().filter(|mount| matches!(mount.kind, MountKind::Tmpfs { .. }));
    let in_memory: Vec<&String> = container.tmpfs.keys().chain(mounted.map(|mount| &mount.target)).collect();
    let slots = slots(name, service)?;
    for DesiredSlot { slot, .. } in &slots {
        let is_in = |folder: &str| {
            let rest = slot.target.strip_prefix(folder.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(folder) = in_memory.iter().find(|folder| is_in(folder)) {
            let path = format!("{KEY}.deploy.{}.target", slot.name);
            let what = said::target_is_in_memory(&slot.target, folder);
            return Err(DesiredError::Extension { service: name.to_owned(), path, what });
        }
    }
    Ok(slots)
}

/// The slots of a service, by name.
fn slots(name: &str, service: &Service) -> Result<Vec<DesiredSlot>, DesiredError> {
    let Some(deploy) = attribute(name, service, "deploy")? else { return Ok(Vec::new()) };
    let declared = deploy.map()?;
    if declared.len() > SLOTS {
        return Err(deploy.refused(said::too_many_slots(SLOTS)).into());
    }
    let mut slots = Vec::with_capacity(declared.len());
    for key in declared.keys() {
        let Some(at) = deploy.get(key)? else { continue };
        let slot_name: SlotName = key.parse().map_err(|error: SlotNameError| at.refused(error.message()))?;
        let slot = slot(slot_name, &at)?;
        if service.read_only {
            return Err(at.refused(said::slot_needs_writable_container()).into());
        }
        slots.push(DesiredSlot { slot, artifact: None, covers: BTreeSet::new() });
    }
    slots.sort_by(|a, b| a.slot.name.cmp(&b.slot.name));
    Ok(slots)
}

fn slot(name: SlotName, at: &At<'_>) -> Result<DeploySlot, Misread> {
    at.only(&["target", "form", "name", "as", "max_size", "owner", "mode", "activate", "verify"])?;
    let target = at.get("target")?.ok_or_else(|| at.refused(read::attribute_missing("target")))?;
    let form = match at.get("form")? {
        None => ArtifactForm::File,
        Some(form) => form.one_of(&ArtifactForm::ALL.map(ArtifactForm::as_str), ArtifactForm::named)?,
    };
    let file_name = at.get("as")?.map(|at| at.file_name(form)).transpose()?;
    let slot = DeploySlot {
        name,
        target: self::target(&target, file_name.is_some())?,
        form,
        pattern: at.get("name")?.map(|at| at.text().map(Pattern)).transpose()?,
        file_name,
        max_size: at
            .get("max_size")?
            .map(|at| at.size())
            .transpose()?
            .unwrap_or(DeploySlot::DEFAULT_MAX_SIZE),
        owner: at.get("owner")?.map(|at| at.owner()).transpose()?.unwrap_or_default(),
        mode: at.get("mode")?.map(|at| at.mode()).transpose()?.unwrap_or(DeploySlot::DEFAULT_MODE),
        activate: at.get("activate")?.map(|at| activation(&at)).transpose()?.unwrap_or_default(),
        verify: at.get("verify")?.map(|at| verification(&at)).transpose()?,
    };
    Ok(slot)
}

fn target(at: &At<'_>, has_name: bool) -> Result<String, Misread> {
    let target = at.text()?;
    if let Some(fault) = fault_of(&target) {
        return Err(at.refused(fault));
    }
    if is_of_the_engine(&target) {
        return Err(at.refused(said::target_is_of_the_engine(&target)));
    }
    if has_name && !target.ends_with('/') {
        return Err(at.refused(said::name_needs_a_folder(&target)));
    }
    Ok(target)
}

/// Why a target is no path in a container.
fn fault_of(target: &str) -> Option<Message> {
    let Some(path) = target.strip_prefix('/') else { return Some(said::target_not_absolute(target)) };
    if path.contains(char::is_control) {
        return Some(said::target_has_control());
    }
    if path.is_empty() {
        return Some(said::target_is_the_root());
    }
    path.strip_suffix('/').unwrap_or(path).split('/').find_map(|part| match part {
        "" => Some(said::target_has_empty_part(target)),
        "." | ".." => Some(said::target_has_part(target, part)),
        _ => None,
    })
}

/// Whether the engine mounts something there itself, so that nobody would see what is put under it.
fn is_of_the_engine(target: &str) -> bool {
    let path = target.trim_end_matches('/');
    let is_in = |folder: &&str| {
        path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    ["/proc", "/sys", "/dev", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"].iter().any(is_in)
}

fn activation(at: &At<'_>) -> Result<Activation, Misread> {
    if let Value::String(word) = at.value {
        return match word.as_str() {
            "none" => Ok(Activation::None),
            "restart" => Ok(Activation::Restart),
            _ => Err(at.refused(said::activation_unknown(word))),
        };
    }
    if !at.value.is_object() {
        return Err(at.refused(said::activation_of_wrong_form()));
    }
    at.only(&["signal", "exec"])?;
    match (at.get("signal")?, at.get("exec")?) {
        (Some(signal), None) => Ok(Activation::Signal(signal.signal()?)),
        (None, Some(exec)) => Ok(Activation::Exec(exec.hook()?)),
        _ => Err(at.refused(said::activation_is_one())),
    }
}

fn verification(at: &At<'_>) -> Result<Verification, Misread> {
    at.only(&["log", "health", "http", "within"])?;
    let verification = Verification {
        log: at.get("log")?.map(|at| at.text().map(Pattern)).transpose()?,
        health: at.get("health")?.map(|at| at.flag()).transpose()?.unwrap_or_default(),
        http: at.get("http")?.map(|at| http(&at)).transpose()?,
        within_ms: match at.get("within")? {
            Some(within) => within.milliseconds()?,
            None => u64::try_from(DeploySlot::DEFAULT_WITHIN.as_millis()).unwrap_or(u64::MAX),
        },
    };
    if verification.is_empty() {
        return Err(at.refused(said::verification_is_empty()));
    }
    Ok(verification)
}

fn http(at: &At<'_>) -> Result<HttpCheck, Misread> {
    at.only(&["port", "path", "status"])?;
    let port = at.get("port")?.ok_or_else(|| at.refused(read::attribute_missing("port")))?;
    let path = at.get("path")?.map(|at| at.request_path()).transpose()?.unwrap_or_else(|| "/".to_owned());
    let status = match at.get("status")? {
        Some(at) => at.number(100, 599)?,
        None => 200,
    };
    Ok(HttpCheck { port: port.number(1, 65_535)?, path, status })
}

impl At<'_> {
    fn size(&self) -> Result<u64, Misread> {
        let size = match self.value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse::<Bytes>().ok().and_then(|bytes| u64::try_from(bytes.0).ok()),
            _ => None,
        };
        size.filter(|size| (1..=LARGEST).contains(size))
            .ok_or_else(|| self.refused(said::size_unusable(LARGEST)))
    }

    /// `uid` or `uid:gid`, in numbers: the names are known only inside the image.
    fn owner(&self) -> Result<Owner, Misread> {
        let read = |text: &str| {
            let (uid, gid) = text.split_once(':').unwrap_or((text, text));
            // The largest number stands for nobody in system calls.
            let id = |text: &str| text.parse().ok().filter(|id| *id != u32::MAX);
            Some(Owner { uid: id(uid)?, gid: id(gid)? })
        };
        let owner = match self.value {
            Value::Number(number) => read(&number.to_string()),
            Value::String(text) => read(text),
            _ => None,
        };
        owner.ok_or_else(|| self.refused(said::owner_unusable()))
    }

    /// Octal digits as text: what a number would mean depends on how the file is read.
    fn mode(&self) -> Result<u32, Misread> {
        let digits = self.value.as_str().filter(|text| (3..=4).contains(&text.len()));
        let mode = digits.and_then(|digits| u32::from_str_radix(digits, 8).ok());
        mode.filter(|mode| *mode <= 0o777).ok_or_else(|| self.refused(said::mode_unusable()))
    }

    fn file_name(&self, form: ArtifactForm) -> Result<String, Misread> {
        let name = self.text()?;
        let plain = !matches!(name.as_str(), "." | "..") && name.len() <= 255 && !name.contains(['/', '\\']);
        if form != ArtifactForm::File {
            return Err(self.refused(said::as_in_a_tree()));
        }
        if !plain || name.contains(char::is_control) {
            return Err(self.refused(said::as_unusable()));
        }
        Ok(name)
    }

    /// The name without `SIG`, in capitals, or a number.
    fn signal(&self) -> Result<String, Misread> {
        let word = match self.value {
            Value::Number(number) => number.to_string(),
            Value::String(word) => word.to_ascii_uppercase(),
            _ => String::new(),
        };
        let name = word.strip_prefix("SIG").unwrap_or(&word);
        let numbered =
            name.parse::<u8>().is_ok_and(|number| (1..=64).contains(&number) && !matches!(number, 9 | 19));
        if !numbered && !SIGNALS.contains(&name) {
            return Err(self.refused(said::signal_unusable(name)));
        }
        Ok(name.to_owned())
    }

    fn words(&self) -> Result<Vec<String>, Misread> {
        let words =
            self.value.as_array().map(|words| words.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        let words = words.flatten().filter(|words| words.first().is_some_and(|program| !program.is_empty()));
        let words = words.ok_or_else(|| self.refused(said::exec_unusable()))?;
        Ok(words.into_iter().map(str::to_owned).collect())
    }

    fn hook(&self) -> Result<Hook, Misread> {
        let (command, user, working_dir) = if self.value.is_object() {
            self.only(&["command", "user", "working_dir"])?;
            let command =
                self.get("command")?.ok_or_else(|| self.refused(read::attribute_missing("command")))?;
            let text = |key| self.get(key)?.map(|at| at.text()).transpose();
            (command.words()?, text("user")?, text("working_dir")?)
        } else {
            (self.words()?, None, None)
        };
        Ok(Hook { command, user, privileged: false, working_dir, environment: BTreeMap::new() })
    }
}

#[cfg(test)]
mod tests;
