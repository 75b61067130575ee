//! `PUT /templates/{template}/instances/{key}`

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, put, web};
use core_monitor_application::server::{BlockingWork, LaunchInstance, LaunchedInstance};
use core_monitor_domain::ids::VersionNumber;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoResponses, ToSchema};

use super::InstanceBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::{Body, Query, WaitQuery, check_comment, patience};
use crate::v1::commands::CommandBody;

/// What an instance is to be.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InstanceRequest)]
pub(crate) struct LaunchBody {
    /// The version of the template. If null, a new instance gets the newest one, and one that exists keeps its own.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 1)]
    version: Option<VersionNumber>,
    /// The values of parameters, by name. If null, an instance that exists keeps its own; so it does with ports and secrets that are
    /// not given.
    #[serde(default)]
    #[schema(example = json!({"BRANCH": "main"}))]
    values: Option<BTreeMap<String, Value>>,
    /// Why.
    #[serde(default)]
    #[schema(example = "preview of the shop")]
    comment: Option<String>,
}

/// An instance that was launched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LaunchedInstance)]
pub(crate) struct LaunchedBody {
    pub(crate) instance: InstanceBody,
    /// The command that brings it up; null if nothing has to be done.
    pub(crate) command: Option<CommandBody>,
}

/// The answer to a launch.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Launched {
    /// It was there already.
    #[response(status = 200)]
    There(LaunchedBody),
    /// It was made.
    #[response(status = 201, headers(("Location" = String, description = "Path of the instance.")))]
    Created(LaunchedBody),
}

answers!(
    Answers,
    Write,
    [TemplateNotFound, TemplateVersionNotFound, InvalidName, InvalidDefinition, NameTaken, InstanceChanged]
);

/// Launch an instance, or bring it back.
///
/// Makes the stack `<template>-<key>` from the template and applies it, if there is no instance with this key. If there is one, it is
/// changed where the request says something else than it is, and started if it is stopped. Repeating the request changes
/// nothing, and two at once make one instance. Ports of the host are chosen and claimed before anything is created. If the
/// command fails, the queue goes on: the instance stays as it is, with the phase `failed` and the reason in `last_command`.
#[utoipa::path(
    tag = "instances",
    params(
        WaitQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ),
    request_body(content = Option<LaunchBody>, content_type = "application/json"),
    responses(Launched, Answers)
)]
#[put("/templates/{template}/instances/{key}")]
pub(crate) async fn launch_instance(
    api: web::Data<Api>,
    query: Query<WaitQuery>,
    path: web::Path<(String, String)>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let LaunchBody { version, values, comment } = body.json_or_default()?;
    let comment = comment.unwrap_or_default();
    check_comment(&comment)?;
    let (template, key) = path.into_inner();
    let template = template.parse().map_err(|_| template_not_found())?;
    let patience = api.patience(patience(query.wait)?);
    let request = LaunchInstance { template, key, version, values, comment };
    answer(&api, BlockingWork::Definition, async move |api| {
        let template = request.template.clone();
        let launched = api.server.launch_instance(&caller.0, request, &patience).await?;
        let location = format!("/api/v1/templates/{template}/instances/{}", launched.listed.instance.key);
        let LaunchedInstance { listed, is_new, command } = launched;
        let body = LaunchedBody {
            instance: InstanceBody::of(&template, listed),
            command: command.map(CommandBody::from),
        };
        Ok(if is_new {
            Answer::created(location, body)
        } else {
            Answer::ok(body).with_header((header::LOCATION, location))
        })
    })
    .await
}
