//! What an answer of the engine means. The engine's status codes do not separate "not now" from "never", and the
//! same situation has other codes in other versions, so most rows also look at the message.

use bollard::errors::Error;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::registry::RegistryHost;

#[cfg(test)]
mod tests;

/// What was asked for; the same words mean different things in different calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    CreateNetwork,
    RemoveNetwork,
    Connect,
    Disconnect,
    CreateVolume,
    RemoveVolume,
    CreateContainer,
    /// Restart too.
    Start,
    Stop,
    Unpause,
    Rename,
    RemoveContainer,
    Copy,
    Hook,
}

/// What to do about an answer that is not a success.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is as asked for.
    AlreadySo,
    /// Somebody removes the container right now: wait until it is gone.
    BeingRemoved,
    /// The container has no endpoint under that network id or name: see whether it has one by another.
    NotConnected,
    /// The network has an endpoint with the container's name: see whether it is the container's.
    EndpointExists,
    /// It was not done.
    Failed(EngineError),
}

/// Host ports held by another container or process.
const PORT_TAKEN: [&str; 4] = [
    "port is already allocated",
    "all ports are allocated",
    "bind: address already in use",
    "ports are not available",
];

/// Trouble inside the engine or on the way to it that passes by itself.
const PASSING: [&str; 8] = [
    "context deadline exceeded",
    "context canceled",
    "shutting down",
    "transport is closing",
    "containerd.sock",
    "code = unavailable",
    "connection reset by peer",
    "i/o timeout",
];

/// Trouble between the engine and a registry that passes by itself. `no such host` is not among them: it is the
/// name system's definite answer that there is no such registry.
const REGISTRY_PASSING: [&str; 11] = [
    "connection refused",
    "no route to host",
    "network is unreachable",
    "server misbehaving",
    "temporary failure",
    "client.timeout exceeded",
    "request canceled while waiting",
    "tls handshake timeout",
    "toomanyrequests",
    "status: 5",
    "eof",
];

/// A registry's ways to say that it has no such image, or not for us.
const IMAGE_REFUSED: [&str; 6] = [
    "not found",
    "manifest unknown",
    "name unknown",
    "no such host",
    "no matching manifest",
    "invalid reference",
];

/// A registry's ways to say that it wants credentials, or others.
const REGISTRY_DENIED: [&str; 8] = [
    "unauthorized",
    "authentication required",
    "no basic auth credentials",
    "access denied",
    "access forbidden",
    "resource is denied",
    "incorrect username or password",
    "docker login",
];

/// Sorts the failure of `operation`.
pub(crate) fn verdict(operation: Operation, error: Error) -> Verdict {
    match error {
        Error::DockerResponseServerError { status_code, message } => answer(operation, status_code, message),
        Error::DockerStreamError { error } => answer(operation, 200, error),
        other => Verdict::Failed(broken(&other)),
    }
}

/// Sorts the failure of a read.
pub(crate) fn read(error: Error) -> EngineError {
    failure(Operation::Read, error)
}

/// Sorts a failure that is one whatever the verdict says.
pub(crate) fn failure(operation: Operation, error: Error) -> EngineError {
    let message = error.to_string();
    match verdict(operation, error) {
        Verdict::Failed(error) => error,
        _ => EngineError::Conflict { message },
    }
}

/// Sorts the failure of a pull from `registry`.
pub(crate) fn pull(registry: RegistryHost, with_credentials: bool, error: Error) -> EngineError {
    let (status, message) = match error {
        Error::DockerResponseServerError { status_code, message } => (status_code, message),
        Error::DockerStreamError { error } => (200, error),
        other => return broken(&other),
    };
    let text = message.to_lowercase();
    if contains_any(&text, &REGISTRY_DENIED) {
        return EngineError::RegistryDenied { registry, with_credentials, message };
    }
    pull_error(status, message, &text)
}

/// Sorts the failure of a build. `base`: the image that was being fetched; anything else that goes wrong in a step is the
/// definition's doing, whatever words it uses.
pub(crate) fn build(status: u16, message: String, base: Option<ImageRef>, lines: Vec<String>) -> EngineError {
    let text = message.to_lowercase();
    // The engine quotes a command that failed, and its words are not the engine's.
    let code = text.rsplit_once("code: ").map(|(_, code)| code.trim().parse::<i32>());
    let is_command = matches!(code, Some(Ok(_)));
    let passes = status == 503 || (base.is_some() && contains_any(&text, &REGISTRY_PASSING));
    if !is_command && (passes || contains_any(&text, &PASSING)) {
        return EngineError::Unavailable { reason: message };
    }
    match base {
        Some(base) if contains_any(&text, &REGISTRY_DENIED) => {
            EngineError::RegistryDenied { registry: base.registry(), with_credentials: false, message }
        }
        _ => EngineError::BuildFailed { message, lines },
    }
}

/// An exchange that did not come to an answer. A request that was sent may have been carried out.
fn broken(error: &Error) -> EngineError {
    match error {
        Error::JsonSerdeError { .. } | Error::JsonDataError { .. } => EngineError::Refused {
            status: 200,
            message: format!("the engine's answer makes no sense: {error}"),
        },
        _ => EngineError::Unavailable { reason: root_cause(error) },
    }
}

/// The innermost cause: `Connection refused` rather than `error in the client`.
pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn answer(operation: Operation, status: u16, message: String) -> Verdict {
    let text = message.to_lowercase();
    match (operation, status) {
        (Operation::Rename, 400) if text.contains("same name as its current name") => Verdict::AlreadySo,
        (Operation::RemoveContainer | Operation::RemoveNetwork | Operation::RemoveVolume, 404) => {
            Verdict::AlreadySo
        }
        // Another driver; whoever asked compares what is there with what was wanted.
        (Operation::CreateVolume, 409) => Verdict::AlreadySo,
        (Operation::RemoveContainer, 409) if text.contains("already in progress") => Verdict::BeingRemoved,
        (Operation::Connect, _) if text.contains("already exists in network") => Verdict::EndpointExists,
        (Operation::Disconnect, _) if text.contains("is not connected to") => Verdict::NotConnected,
        _ => Verdict::Failed(error(operation, status, message, &text)),
    }
}

fn error(operation: Operation, status: u16, message: String, text: &str) -> EngineError {
    let refused = |message| EngineError::Refused { status, message };
    if status == 503 || (status >= 500 && contains_any(text, &PASSING)) {
        return EngineError::Unavailable { reason: message };
    }
    match operation {
        Operation::Start => start_error(status, message, text),
        Operation::CreateContainer if status == 404 && text.contains("no such image") => {
            EngineError::ImageUnavailable { message }
        }
        Operation::CreateContainer | Operation::Rename
            if status == 409 && text.contains("already in use") =>
        {
            EngineError::NameTaken { holder: holder(&message), message }
        }
        Operation::CreateNetwork if status == 409 => EngineError::NameTaken { holder: None, message },
        // The 404 of a create call is about a plugin or a driver, which no second look brings back.
        Operation::CreateNetwork | Operation::CreateVolume => refused(message),
        Operation::RemoveNetwork if text.contains("active endpoints") => EngineError::Conflict { message },
        // Somebody else's address now; perhaps free after the next look.
        Operation::Connect if text.contains("address already in use") => EngineError::Conflict { message },
        Operation::Unpause if text.contains("is not paused") => EngineError::Conflict { message },
        // A half removed or half stopped container shows as such.
        Operation::RemoveContainer | Operation::Stop if status == 500 => EngineError::Conflict { message },
        // A path that runs through a file, a program that is not there: they stay.
        Operation::Copy | Operation::Hook if !matches!(status, 404 | 409) => refused(message),
        Operation::Read if status >= 500 => EngineError::Unavailable { reason: message },
        _ => match status {
            404 => EngineError::NotFound { message },
            409 => EngineError::Conflict { message },
            _ => refused(message),
        },
    }
}

fn start_error(status: u16, message: String, text: &str) -> EngineError {
    // A restart wraps the missing namespace parent into a 500.
    if status == 404 || text.contains("no such container") {
        EngineError::NotFound { message }
    } else if status == 409 {
        EngineError::Conflict { message }
    } else if contains_any(text, &PORT_TAKEN) {
        EngineError::PortTaken { message }
    } else {
        // A missing command, an unmountable volume, a taken fixed address: 400, 403 or 500, and all of them stay.
        EngineError::StartRefused { message }
    }
}

fn pull_error(status: u16, message: String, text: &str) -> EngineError {
    if status == 503 || contains_any(text, &PASSING) || contains_any(text, &REGISTRY_PASSING) {
        EngineError::Unavailable { reason: message }
    } else if matches!(status, 400 | 401 | 403 | 404) || contains_any(text, &IMAGE_REFUSED) {
        EngineError::ImageUnavailable { message }
    } else {
        EngineError::Refused { status, message }
    }
}

/// The container that the engine names as the holder of a name.
fn holder(message: &str) -> Option<ContainerId> {
    let (_, after) = message.split_once("by container")?;
    let id = after.trim_start().trim_start_matches('"');
    let end = id.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(id.len());
    (end == 64).then(|| ContainerId(id[..end].to_owned()))
}

fn contains_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}
