//! Classifies the engine's responses. Its status codes do not distinguish temporary from permanent failures, and the same
//! situation has different codes in different versions, so most rules also look at the message.

use bollard::errors::Error;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::EngineError;
use core_monitor_domain::registry::RegistryHost;

mod handshake;
#[cfg(test)]
mod tests;

/// The operation that was requested; the same message means different things in different calls.
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
    /// Also covers restart.
    Start,
    Stop,
    Pause,
    Unpause,
    Rename,
    RemoveContainer,
    RemoveImage,
    PruneBuildCache,
    Copy,
    Signal,
    Hook,
}

/// What an unsuccessful response means.
#[derive(Debug)]
pub(crate) enum Rejection {
    /// The requested state already exists.
    AlreadyDone,
    /// The container is already being removed: wait until it is gone.
    BeingRemoved,
    /// The container has no endpoint under that network id or name: check whether it has one under the other.
    NotConnected,
    /// The network has an endpoint with the container's name: check whether it belongs to the container.
    EndpointExists,
    /// The operation failed.
    Failed(EngineError),
}

/// Messages for host ports used by another container or process.
const PORT_TAKEN: [&str; 4] = [
    "port is already allocated",
    "all ports are allocated",
    "bind: address already in use",
    "ports are not available",
];

/// Messages for temporary failures inside the engine or on the connection to it.
const TEMPORARY: [&str; 10] = [
    "context deadline exceeded",
    "context canceled",
    "shutting down",
    "transport is closing",
    // `BuildKit` lost the connection over which it reads the files of a build, which another builder may have shared.
    "client connection is closing",
    "no active session",
    "containerd.sock",
    "code = unavailable",
    "connection reset by peer",
    "i/o timeout",
];

/// Messages of failed writes that another attempt cannot change. A 5xx with any other message says nothing about what
/// happened.
const PERMANENT: [&str; 36] = [
    "invalid",
    "not supported",
    "unsupported",
    "unknown runtime",
    "unknown flag",
    "no space left on device",
    "no such file or directory",
    "not a directory",
    "is a directory",
    "no such device",
    "read-only file system",
    "marked read-only",
    "permission denied",
    "operation not permitted",
    "executable file not found",
    "exec format error",
    "error while mounting",
    "error mounting",
    "failed to mount",
    "unable to find user",
    "no matching entries in",
    "could not select device driver",
    "error gathering device information",
    "failed to initialize logging driver",
    "logger: no log driver",
    "apparmor profile",
    "seccomp",
    "plugin",
    "overlaps with",
    "address already in use",
    "no available ip",
    "could not find an available",
    "all predefined address pools",
    "does not belong to any of this network",
    "user specified ip address",
    "requested address",
];

/// Messages for temporary failures between the engine and a registry. `no such host` is not one of them: it is the
/// definite answer of DNS that there is no such registry.
const REGISTRY_TEMPORARY: [&str; 11] = [
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

/// Messages for an image that does not exist or is not accessible.
const IMAGE_UNAVAILABLE: [&str; 6] = [
    "not found",
    "manifest unknown",
    "name unknown",
    "no such host",
    "no matching manifest",
    "invalid reference",
];

/// Messages for missing or wrong credentials.
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

/// Classifies the error of `operation`.
pub(crate) fn rejection(operation: Operation, error: Error) -> Rejection {
    match error {
        Error::DockerResponseServerError { status_code, message } => answer(operation, status_code, message),
        Error::DockerStreamError { error } => answer(operation, 200, error),
        other => Rejection::Failed(broken(&other)),
    }
}

/// Classifies the error of a read.
pub(crate) fn read(error: Error) -> EngineError {
    failure(Operation::Read, error)
}

/// Classifies an error that counts as a failure in any case.
pub(crate) fn failure(operation: Operation, error: Error) -> EngineError {
    let message = error.to_string();
    match rejection(operation, error) {
        Rejection::Failed(error) => error,
        _ => EngineError::Conflict { message },
    }
}

/// Classifies the error of a pull from `registry`.
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

/// Classifies the error of a build. `base` is the image that was being fetched; any other failure of a step is caused by the
/// definition, whatever its message.
pub(crate) fn build(status: u16, message: String, base: Option<ImageRef>, lines: Vec<String>) -> EngineError {
    let text = message.to_lowercase();
    // The engine quotes the failed command, whose text must not be matched.
    let code = text.rsplit_once("code: ").map(|(_, code)| code.trim().parse::<i32>());
    let is_command = matches!(code, Some(Ok(_)));
    let passes = status == 503 || (base.is_some() && contains_any(&text, &REGISTRY_TEMPORARY));
    if !is_command && (passes || contains_any(&text, &TEMPORARY)) {
        return EngineError::Unavailable { reason: message };
    }
    match base {
        Some(base) if contains_any(&text, &REGISTRY_DENIED) => {
            EngineError::RegistryDenied { registry: base.registry(), with_credentials: false, message }
        }
        _ if unexplained(status, &text) && !text.contains("dockerfile") => {
            EngineError::Unexplained { status, message }
        }
        _ => EngineError::BuildFailed { message, lines },
    }
}

/// A request without a response. It may have been executed all the same.
fn broken(error: &Error) -> EngineError {
    match error {
        Error::JsonSerdeError { .. } | Error::JsonDataError { .. } => EngineError::Refused {
            status: 200,
            message: format!("the engine's response cannot be parsed: {error}"),
        },
        _ => EngineError::Unavailable {
            reason: handshake::trouble(error).unwrap_or_else(|| root_cause(error)),
        },
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

fn answer(operation: Operation, status: u16, message: String) -> Rejection {
    let text = message.to_lowercase();
    match (operation, status) {
        (Operation::Rename, 400) if text.contains("same name as its current name") => Rejection::AlreadyDone,
        (
            Operation::RemoveContainer
            | Operation::RemoveNetwork
            | Operation::RemoveVolume
            | Operation::RemoveImage,
            404,
        )
        // Another driver; the caller compares the existing volume with the requested one.
        | (Operation::CreateVolume, 409) => Rejection::AlreadyDone,
        (Operation::RemoveContainer, 409) if text.contains("already in progress") => Rejection::BeingRemoved,
        (Operation::Connect, _) if text.contains("already exists in network") => Rejection::EndpointExists,
        (Operation::Disconnect, _) if text.contains("is not connected to") => Rejection::NotConnected,
        _ => Rejection::Failed(error(operation, status, message, &text)),
    }
}

fn error(operation: Operation, status: u16, message: String, text: &str) -> EngineError {
    let refused = |message| EngineError::Refused { status, message };
    if status == 503 || (status >= 500 && contains_any(text, &TEMPORARY)) {
        return EngineError::Unavailable { reason: message };
    }
    if status == 400 && text.contains("http request to an https server") {
        return EngineError::Unavailable { reason: handshake::IN_THE_CLEAR.to_owned() };
    }
    match operation {
        // What the engine does not implement, such as reading the output that a logging driver has sent elsewhere.
        Operation::Read if status == 501 => refused(message),
        Operation::Read if status >= 500 => EngineError::Unavailable { reason: message },
        Operation::Start => start_error(status, message, text),
        Operation::CreateContainer if status == 404 && text.contains("no such image") => {
            EngineError::ImageUnavailable { message }
        }
        Operation::CreateContainer if status == 404 && text.contains("specified platform") => {
            EngineError::WrongPlatform { message }
        }
        Operation::CreateContainer | Operation::Rename
            if status == 409 && text.contains("already in use") =>
        {
            EngineError::NameTaken { holder: holder(&message), message }
        }
        Operation::CreateNetwork if status == 409 => EngineError::NameTaken { holder: None, message },
        Operation::RemoveNetwork if text.contains("active endpoints") => EngineError::Conflict { message },
        Operation::Unpause if text.contains("is not paused") => EngineError::Conflict { message },
        _ if unexplained(status, text) => EngineError::Unexplained { status, message },
        // A 404 for a create call is about a missing plugin or driver, which a retry does not fix.
        Operation::CreateNetwork | Operation::CreateVolume => refused(message),
        // A path through a file, or a missing program: permanent.
        Operation::Copy | Operation::Hook if !matches!(status, 404 | 409) => refused(message),
        _ => match status {
            404 => EngineError::NotFound { message },
            409 => EngineError::Conflict { message },
            _ => refused(message),
        },
    }
}

/// Whether an answer leaves open what happened: the engine failed, and its message names no cause that would persist.
fn unexplained(status: u16, text: &str) -> bool {
    status >= 500 && !contains_any(text, &PERMANENT)
}

fn start_error(status: u16, message: String, text: &str) -> EngineError {
    // A restart reports a missing namespace parent as 500.
    if status == 404 || text.contains("no such container") {
        EngineError::NotFound { message }
    } else if status == 409 {
        EngineError::Conflict { message }
    } else if contains_any(text, &PORT_TAKEN) {
        EngineError::PortTaken { message }
    } else if unexplained(status, text) {
        EngineError::Unexplained { status, message }
    } else {
        // A missing command, a volume that cannot be mounted, a fixed address in use: 400, 403 or 500, all permanent.
        EngineError::StartRefused { message }
    }
}

fn pull_error(status: u16, message: String, text: &str) -> EngineError {
    if status == 503 || contains_any(text, &TEMPORARY) || contains_any(text, &REGISTRY_TEMPORARY) {
        EngineError::Unavailable { reason: message }
    } else if matches!(status, 400 | 401 | 403 | 404) || contains_any(text, &IMAGE_UNAVAILABLE) {
        EngineError::ImageUnavailable { message }
    } else if unexplained(status, text) {
        EngineError::Unexplained { status, message }
    } else {
        EngineError::Refused { status, message }
    }
}

/// The container that uses a name, according to the engine's message.
fn holder(message: &str) -> Option<ContainerId> {
    let (_, after) = message.split_once("by container")?;
    let id = after.trim_start().trim_start_matches('"');
    let end = id.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(id.len());
    (end == 64).then(|| ContainerId(id[..end].to_owned()))
}

fn contains_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}
