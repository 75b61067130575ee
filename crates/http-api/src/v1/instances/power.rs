//! `POST /templates/{template}/instances/{key}/start`, `/stop`, `/restart` and `/rebuild`, and `DELETE` of the instance.

use actix_web::{HttpResponse, delete, post, web};

use super::names;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, patience};
use crate::response::accepted;
use crate::v1::commands::Queued;

answers!(Answers, Act, [InvalidRequest, TemplateNotFound, InstanceNotFound, NotApplied]);
answers!(
    RebuildAnswers,
    Act,
    [InvalidRequest, TemplateNotFound, InstanceNotFound, NothingToBuild, InstanceChanged]
);
answers!(RemoveAnswers, Act, [InvalidRequest, TemplateNotFound, InstanceNotFound]);

/// Start an instance.
///
/// Starts its stopped containers. What it has built is still there, so nothing is built again.
#[utoipa::path(tag = "instances", params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ), responses(Queued, Answers))]
#[post("/templates/{template}/instances/{key}/start")]
pub(crate) async fn start_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.start_instance(&caller.0, (&template, &key), &patience).await?))
}

/// Stop an instance.
///
/// Its containers, its data and its ports stay.
#[utoipa::path(tag = "instances", params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ), responses(Queued, Answers))]
#[post("/templates/{template}/instances/{key}/stop")]
pub(crate) async fn stop_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.stop_instance(&caller.0, (&template, &key), &patience).await?))
}

/// Restart an instance.
#[utoipa::path(tag = "instances", params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ), responses(Queued, Answers))]
#[post("/templates/{template}/instances/{key}/restart")]
pub(crate) async fn restart_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.restart_instance(&caller.0, (&template, &key), &patience).await?))
}

/// Build what an instance serves again.
///
/// Runs the services once more that its template names under `build`, and makes those again that depend on them.
#[utoipa::path(tag = "instances", params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ), responses(Queued, RebuildAnswers))]
#[post("/templates/{template}/instances/{key}/rebuild")]
pub(crate) async fn rebuild_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.rebuild_instance(&caller.0, (&template, &key), &patience).await?))
}

/// Remove an instance with its volumes.
///
/// An ordinary `DELETE` of its stack. Its key and its ports are free again once the command is done.
#[utoipa::path(tag = "instances", params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ), responses(Queued, RemoveAnswers))]
#[delete("/templates/{template}/instances/{key}")]
pub(crate) async fn remove_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    let patience = api.patience(patience(query.wait)?);
    Ok(accepted(api.server.remove_instance(&caller.0, (&template, &key), &patience).await?))
}
