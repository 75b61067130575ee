//! Pulls an image.

use bollard::auth::DockerCredentials;
use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::{EngineError, Progress, ProgressSink};
use core_monitor_domain::registry::{Credentials, RegistryHost};
use futures::TryStreamExt;

use crate::classify;
use crate::path;
use crate::session::Session;
use crate::sources::Sources;

/// Pulls `image` and returns its id. The engine's success report is verified: the stream may end early or contain an error
/// after status 200, so the image must exist afterwards.
pub(crate) async fn pull(
    session: &Session,
    sources: &Sources,
    image: &ImageRef,
    platform: Option<&str>,
    progress: &dyn ProgressSink,
) -> Result<ImageId, EngineError> {
    let options = CreateImageOptions {
        from_image: Some(image.name().to_owned()),
        // A digest takes precedence over a tag, as everywhere in the engine.
        tag: image.digest().or(image.tag()).map(ToOwned::to_owned),
        platform: platform.unwrap_or_default().to_owned(),
        ..CreateImageOptions::default()
    };
    let registry = image.registry();
    let credentials = sources.credentials(&registry).await?;
    let with_credentials = credentials.is_some();
    let refused = |error| classify::pull(registry.clone(), with_credentials, error);
    let shown = credentials.map(|credentials| shown(&registry, credentials));
    let mut stream = session.docker.create_image(Some(options), None, shown);
    while let Some(info) = stream.try_next().await.map_err(&refused)? {
        progress.report(step(info));
    }
    find(session, image).await?.ok_or_else(|| EngineError::ImageUnavailable {
        message: format!("the engine reported that it pulled `{image}`, but the image does not exist"),
    })
}

fn shown(registry: &RegistryHost, credentials: Credentials) -> DockerCredentials {
    DockerCredentials {
        username: Some(credentials.username),
        password: Some(credentials.password),
        serveraddress: Some(registry.engine_key().to_owned()),
        ..DockerCredentials::default()
    }
}

/// The id of an image, if the engine has it.
pub(crate) async fn find(session: &Session, image: &ImageRef) -> Result<Option<ImageId>, EngineError> {
    let found = session.docker.inspect_image(&path::image(&image.familiar())).await;
    match found.map_err(classify::read) {
        Ok(inspect) => Ok(inspect.id.map(ImageId)),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn step(info: CreateImageInfo) -> Progress {
    let detail = info.progress_detail.unwrap_or_default();
    let bytes = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
    Progress {
        status: info.status.unwrap_or_default(),
        part: info.id.unwrap_or_default(),
        current: bytes(detail.current),
        total: bytes(detail.total),
    }
}
