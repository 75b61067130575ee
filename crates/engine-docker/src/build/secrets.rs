//! The content of what a build may mount.

use bytes::Bytes;
use core_monitor_domain::desired::BuildSecretSource;
use core_monitor_domain::ports::{BuildSource, EngineError, NewImage};

/// `BuildKit` takes no larger one.
const LARGEST: usize = 500 * 1024;

/// Every secret of `new`, by the name by which steps ask for it.
pub(super) async fn read(
    source: &dyn BuildSource,
    new: &NewImage,
) -> Result<Vec<(String, Bytes)>, EngineError> {
    let mut secrets = Vec::with_capacity(new.spec.secrets.len());
    for secret in &new.spec.secrets {
        let content = match &secret.source {
            BuildSecretSource::Value(value) => Bytes::copy_from_slice(value.as_bytes()),
            BuildSecretSource::Stored(path) => {
                let content = source.read(new.stack_id, new.version, path).await;
                let content =
                    content.map_err(|error| EngineError::Conflict { message: error.to_string() })?;
                Bytes::copy_from_slice(&content)
            }
        };
        if content.len() > LARGEST {
            let (id, size) = (&secret.id, content.len());
            let message = format!("the secret `{id}` has {size} bytes, and a build takes {LARGEST} at most");
            return Err(EngineError::Refused { status: 0, message });
        }
        secrets.push((secret.id.clone(), content));
    }
    Ok(secrets)
}
