//! Removing images and what builds have left.

use std::collections::BTreeMap;

use bollard::errors::Error;
use core_monitor_domain::effect::EffectOutcome;
use core_monitor_domain::ids::ImageId;
use core_monitor_domain::ports::EngineError;
use hyper::Method;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::classify::{self, Operation, Rejection};
use crate::path;
use crate::session::Session;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inspected {
    id: String,
}

/// Removes an image: each name that still points to it, then the image itself, which is gone with its last name on most engines.
/// With `layers`, what it was made of goes too where nothing else needs it.
pub(crate) async fn remove(
    session: &Session,
    id: &ImageId,
    names: &[String],
    layers: bool,
) -> Result<EffectOutcome, EngineError> {
    for name in names {
        if points_to(session, name).await?.as_deref() == Some(id.as_str()) {
            delete(session, name, layers).await?;
        }
    }
    delete(session, id.as_str(), layers).await?;
    Ok(EffectOutcome::Done)
}

/// The id of the image that a name points to; `None` if none.
async fn points_to(session: &Session, name: &str) -> Result<Option<String>, EngineError> {
    let path = format!("/images/{}/json", path::image(name));
    match session.json::<Inspected>(Method::GET, &path, None).await.map_err(classify::read) {
        Ok(inspected) => Ok(Some(inspected.id)),
        Err(EngineError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn delete(session: &Session, name: &str, layers: bool) -> Result<(), EngineError> {
    // Without force: an image of a container, or with names that appeared meanwhile, stays.
    let path = format!("/images/{}?force=false&noprune={}", path::image(name), !layers);
    let answer: Result<IgnoredAny, Error> = session.json(Method::DELETE, &path, None).await;
    match answer.map_err(|error| classify::rejection(Operation::RemoveImage, error)) {
        Ok(_) | Err(Rejection::AlreadyDone) => Ok(()),
        Err(Rejection::Failed(error)) => Err(error),
        Err(rejection) => {
            Err(EngineError::Conflict { message: format!("unexpected response: {rejection:?}") })
        }
    }
}

/// Removes what no build uses from the cache of builds, of all kinds.
pub(crate) async fn prune_build_cache(
    session: &Session,
    unused_for_s: Option<u64>,
) -> Result<EffectOutcome, EngineError> {
    let age = unused_for_s.map(|age| ("until", BTreeMap::from([(format!("{age}s"), true)])));
    let filters: BTreeMap<_, _> = age.into_iter().collect();
    let filters = serde_json::to_string(&filters).unwrap_or_default();
    let path = format!("/build/prune?all=true&filters={}", path::value(&filters));
    let answer: Result<IgnoredAny, Error> = session.json(Method::POST, &path, None).await;
    answer.map(|_| EffectOutcome::Done).map_err(|error| classify::failure(Operation::PruneBuildCache, error))
}
