//! Networks and namespaces shared with the host or with other containers.

use bollard::models::HostConfig;
use core_monitor_domain::desired::{NamespaceMode, NetworkMode};
use core_monitor_domain::effect::NewContainer;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::EngineError;

/// Sets the modes. `service:` references are replaced by containers.
pub(super) fn apply(new: &NewContainer, config: &mut HostConfig) -> Result<(), EngineError> {
    config.network_mode = Some(network_mode(new)?);
    config.pid_mode = namespace(new, &new.spec.pid)?;
    config.ipc_mode = namespace(new, &new.spec.ipc)?;
    Ok(())
}

fn network_mode(new: &NewContainer) -> Result<String, EngineError> {
    Ok(match &new.spec.network_mode {
        NetworkMode::Networks { attachments } => {
            let first = new.attachments.first().map(|(_, attachment)| attachment).or(attachments.first());
            first.map_or_else(|| "none".to_owned(), |attachment| attachment.network.clone())
        }
        NetworkMode::Host => "host".to_owned(),
        NetworkMode::None => "none".to_owned(),
        NetworkMode::Bridge => "bridge".to_owned(),
        NetworkMode::Service { service } => of_parent(new, service)?,
        NetworkMode::Container { container } => format!("container:{container}"),
        NetworkMode::Other { name } => name.clone(),
    })
}

fn namespace(new: &NewContainer, mode: &NamespaceMode) -> Result<Option<String>, EngineError> {
    Ok(match mode {
        NamespaceMode::Default => None,
        NamespaceMode::Service { service } => Some(of_parent(new, service)?),
        NamespaceMode::Engine { mode } => Some(mode.clone()),
    })
}

fn of_parent(new: &NewContainer, service: &ServiceName) -> Result<String, EngineError> {
    match new.parents.get(service) {
        Some(id) => Ok(format!("container:{id}")),
        None => Err(EngineError::NotFound {
            message: format!("service `{service}` has no container to share a namespace with"),
        }),
    }
}
