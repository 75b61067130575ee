//! TLS to the engine, from the settings.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use core_monitor_engine_docker::EngineAddress;
use core_monitor_transport::{ClientConfig, engine};

/// What connections to the engine need, with `docker_cert_path` if it is set. Whoever can change what goes to an engine has its host, so that only this machine is reached in
/// the clear.
pub(crate) fn config(
    folder: Option<&Path>,
    address: &EngineAddress,
) -> anyhow::Result<Option<Arc<ClientConfig>>> {
    match (folder, address) {
        (Some(folder), EngineAddress::Tcp(_)) => {
            engine::client_config(folder).map(Some).context("`docker_cert_path` cannot be used")
        }
        (None, EngineAddress::Tcp(_)) if address.is_remote() => {
            bail!(
                "the engine at {address} is on another machine: set `docker_cert_path`, so that it is reached over TLS"
            )
        }
        (_, EngineAddress::Unix(_)) | (None, EngineAddress::Tcp(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_on_another_machine_is_never_reached_in_the_clear() {
        for other in ["tcp://192.0.2.1:2375", "tcp://engine.example:2376", "tcp://[2001:db8::1]:2375"] {
            let error = config(None, &other.parse().unwrap()).unwrap_err().to_string();
            assert!(error.contains(other) && error.contains("set `docker_cert_path`"), "{error}");
        }
        for own in ["unix:///run/docker.sock", "tcp://127.0.0.1:2375", "tcp://localhost:2375"] {
            assert!(config(None, &own.parse().unwrap()).unwrap().is_none(), "{own}");
        }
    }

    #[test]
    fn files_that_cannot_be_used_are_never_done_without() {
        let folder = Some(Path::new("/no-such-folder"));
        let error = config(folder, &"tcp://127.0.0.1:2376".parse().unwrap()).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("`docker_cert_path`") && text.contains("/no-such-folder/ca.pem"), "{text}");
        // A socket of this machine has no use for them.
        assert!(config(folder, &"unix:///run/docker.sock".parse().unwrap()).unwrap().is_none());
    }
}
