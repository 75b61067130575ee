//! `PUT /templates/{template}/keys`

use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::{HttpResponse, put, web};
use core_monitor_application::server::{BlockingWork, WantedKeys};
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::template::{KeyList, KeySource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::KeyListBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::{Body, NoQuery};
use crate::said;

/// How often a list is asked for unless the request says otherwise.
const EVERY: u64 = 60;

/// All keys, or where they are asked for: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyListRequest, example = json!({"keys": ["shop", "blog"]}))]
pub(crate) struct KeysBody {
    /// All keys whose instances are still wanted.
    #[serde(default)]
    #[schema(example = json!(["shop", "blog"]))]
    keys: Option<Vec<String>>,
    /// Where the server asks for them. The answer is a JSON list of keys, or an object with the list as `keys`.
    #[serde(default)]
    #[schema(example = json!(null))]
    url: Option<String>,
    /// How often it asks, in seconds; every minute if null.
    #[serde(default)]
    #[schema(example = json!(null))]
    every_seconds: Option<u64>,
}

answers!(Answers, Write, [TemplateNotFound]);

/// Say which instances of a template are still wanted.
///
/// The list is the truth: an instance that is not on it is marked, waits for the grace time of the template, and is removed with its
/// volumes by an ordinary `DELETE`, unless its key comes back or somebody holds it. `GET /sweeps` shows what will be
/// removed. An instance that was launched after the list was taken is not missing from it. A list that is asked for and cannot be
/// read marks nothing.
#[utoipa::path(
    tag = "instances",
    params(("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")),
    request_body(content = KeysBody, content_type = "application/json"),
    responses((status = 200, description = "The list.", body = KeyListBody), Answers)
)]
#[put("/templates/{template}/keys")]
pub(crate) async fn set_keys(
    api: web::Data<Api>,
    _no_query: NoQuery,
    template: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let wanted = wanted(body.json()?)?;
    let template = template.parse().map_err(|_| template_not_found())?;
    answer(&api, BlockingWork::Read, async move |api| {
        let list = api.server.set_keys(&caller.0, &template, wanted).await?;
        Ok(Answer::ok(KeyListBody::from(list)))
    })
    .await
}

fn wanted(body: KeysBody) -> Result<WantedKeys, Problem> {
    let refused = |message| Problem::new(ErrorCode::InvalidRequest, message);
    match (body.keys, body.url, body.every_seconds) {
        (Some(keys), None, None) => {
            if keys.len() > KeyList::KEYS {
                return Err(refused(said::too_many_keys(KeyList::KEYS)));
            }
            let key = |key: String| key.parse::<InstanceKey>().map_err(|error| refused(error.message()));
            let keys: BTreeSet<InstanceKey> = keys.into_iter().map(key).collect::<Result<_, _>>()?;
            Ok(WantedKeys::These(keys))
        }
        (None, Some(url), every) => {
            let every = Duration::from_secs(every.unwrap_or(EVERY));
            KeySource::polled(url, every).map(WantedKeys::From).map_err(refused)
        }
        _ => Err(refused(said::keys_or_url())),
    }
}
