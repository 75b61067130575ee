//! External inputs of effects: build files, registry credentials and artifacts.

use std::fmt;
use std::sync::Arc;

use core_monitor_domain::ports::{
    ArtifactSource, BuildSource, CredentialsError, EngineError, RegistryCredentials,
};
use core_monitor_domain::registry::{Credentials, RegistryHost};

/// All are optional: without them the adapter cannot build, accesses registries anonymously, and puts in no artifacts.
#[derive(Clone, Default)]
pub(crate) struct Sources {
    pub(crate) files: Option<Arc<dyn BuildSource>>,
    pub(crate) credentials: Option<Arc<dyn RegistryCredentials>>,
    pub(crate) artifacts: Option<Arc<dyn ArtifactSource>>,
}

impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sources")
    }
}

impl Sources {
    /// The credentials of one registry.
    pub(crate) async fn credentials(
        &self,
        registry: &RegistryHost,
    ) -> Result<Option<Credentials>, EngineError> {
        match &self.credentials {
            Some(credentials) => credentials.find(registry).await.map_err(refused),
            None => Ok(None),
        }
    }

    /// The credentials of all registries.
    pub(crate) async fn all_credentials(&self) -> Result<Vec<(RegistryHost, Credentials)>, EngineError> {
        match &self.credentials {
            Some(credentials) => credentials.all().await.map_err(refused),
            None => Ok(Vec::new()),
        }
    }
}

fn refused(error: CredentialsError) -> EngineError {
    let message = error.to_string();
    match error {
        // The database may be available at the next attempt.
        CredentialsError::Unavailable { .. } => EngineError::Conflict { message },
        CredentialsError::Sealed { registry, .. } => {
            EngineError::RegistryDenied { registry, with_credentials: true, message }
        }
    }
}
