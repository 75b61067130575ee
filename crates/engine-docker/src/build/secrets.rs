//! The content of build secrets.

use bytes::Bytes;
use core_monitor_domain::desired::BuildSecretSource;
use core_monitor_domain::effect::NewImage;
use core_monitor_domain::ports::{BuildSource, EngineError};

/// Maximum size of a secret in `BuildKit`.
const MAX_BYTES: usize = 500 * 1024;

/// All secrets of `new`, by the id that build steps use.
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
        if content.len() > MAX_BYTES {
            let (id, size) = (&secret.id, content.len());
            let message = format!(
                "the secret `{id}` is {size} bytes long; a build secret may have at most {MAX_BYTES} bytes"
            );
            return Err(EngineError::Refused { status: 0, message });
        }
        secrets.push((secret.id.clone(), content));
    }
    Ok(secrets)
}
