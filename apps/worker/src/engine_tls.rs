//! TLS to the engine, from the settings.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use core_monitor_configuration::WorkerSettings;
use core_monitor_engine_docker::EngineAddress;
use core_monitor_transport::{ClientConfig, engine};

/// What connections to the engine need. Whoever can change what goes to an engine has its host, so that only this machine is reached in
/// the clear.
pub(crate) fn config(
    settings: &WorkerSettings,
    address: &EngineAddress,
) -> anyhow::Result<Option<Arc<ClientConfig>>> {
    match (&settings.docker_cert_path, address) {
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
