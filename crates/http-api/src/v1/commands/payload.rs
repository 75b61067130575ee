//! What a command was asked to do.

use core_monitor_domain::command::{CommandPayload, PowerCause};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::v1::commands::{OnFailureWord, ReadinessWord};

/// The payload as the domain writes it, with all its properties; null if this release cannot read it.
pub(crate) fn body(payload: &CommandPayload) -> Value {
    let mut body = serde_json::to_value(payload).unwrap_or_default();
    if payload.options().is_some() && body.get("force_recreate").is_none() {
        // The stored form leaves out an empty list.
        body["force_recreate"] = json!([]);
    }
    if let CommandPayload::Wake(scope) | CommandPayload::Sleep { scope, .. } = payload {
        body["services"] = json!(scope.services);
        body["cause"] = scope.cause.as_ref().map(cause).unwrap_or_default();
    }
    body
}

/// A cause with all its properties.
pub(crate) fn cause(cause: &PowerCause) -> Value {
    let mut body = json!({
        "why": cause.word(), "service": cause.service(), "host": null, "path": null, "seconds": null, "other": null,
    });
    match cause {
        PowerCause::Request { host, path, .. } => {
            body["host"] = json!(host);
            body["path"] = json!(path);
        }
        PowerCause::Idle { seconds, .. } => body["seconds"] = json!(seconds),
        PowerCause::NeededBy { stack, by, .. } => body["other"] = json!(format!("{stack}/{by}")),
        PowerCause::Yields { stack, to, .. } => body["other"] = json!(format!("{stack}/{to}")),
        PowerCause::Schedule { .. } | PowerCause::Predicted { .. } | PowerCause::Person { .. } => {}
    }
    body
}

/// What the command was asked to do, by its kind.
#[derive(ToSchema)]
#[schema(as = CommandPayload)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum PayloadSchema {
    /// Converge to a version.
    Apply {
        #[schema(example = 2)]
        version: u32,
        /// The confirmed plan.
        #[schema(required = true)]
        plan_id: Option<Uuid>,
        on_failure: OnFailureWord,
        readiness: ReadinessWord,
        /// Services whose containers are replaced although nothing about them has changed.
        #[schema(example = json!([]))]
        force_recreate: Vec<String>,
    },
    /// Converge to an earlier version with the images it used.
    Rollback {
        #[schema(example = 1)]
        version: u32,
        /// Use the images that the tags refer to now.
        #[schema(example = false)]
        refresh_images: bool,
        /// The confirmed plan.
        #[schema(required = true)]
        plan_id: Option<Uuid>,
        on_failure: OnFailureWord,
        readiness: ReadinessWord,
        /// Services whose containers are replaced although nothing about them has changed.
        #[schema(example = json!([]))]
        force_recreate: Vec<String>,
    },
    /// Converge to a version that differs from the one before it by an artifact.
    Deploy {
        /// The version that the deployment made.
        #[schema(example = 3)]
        version: u32,
        #[schema(example = "web")]
        service: String,
        /// The slot of the service.
        #[schema(example = "app")]
        slot: String,
        /// Always null.
        #[schema(required = true)]
        plan_id: Option<Uuid>,
        on_failure: OnFailureWord,
        readiness: ReadinessWord,
        /// Always empty.
        #[schema(example = json!([]))]
        force_recreate: Vec<String>,
    },
    /// A stack and its first version were saved.
    Create {
        #[schema(example = 1)]
        version: u32,
    },
    /// A version was saved.
    Update {
        #[schema(example = 2)]
        version: u32,
    },
    /// Start what is stopped.
    Start {
        /// One service; null for the whole stack.
        #[schema(required = true, example = "web")]
        service: Option<String>,
    },
    /// Stop what runs.
    Stop {
        /// One service; null for the whole stack.
        #[schema(required = true, example = "web")]
        service: Option<String>,
    },
    /// Restart what runs, and start what is stopped.
    Restart {
        /// One service; null for the whole stack.
        #[schema(required = true, example = "web")]
        service: Option<String>,
    },
    /// Remove what the stack has on the engine, the stack itself, or both.
    Delete {
        /// Remove its containers and networks.
        #[schema(example = true)]
        containers: bool,
        /// Remove its volumes, with their data.
        #[schema(example = false)]
        volumes: bool,
        /// Remove the stack with its versions.
        #[schema(example = true)]
        definition: bool,
        /// The confirmed plan.
        #[schema(required = true)]
        plan_id: Option<Uuid>,
    },
    /// Remove what nothing on the host uses.
    Prune {
        /// The confirmed plan: exactly what it lists is removed.
        plan_id: Uuid,
    },
    /// Start services that sleep.
    Wake {
        /// The services, with what they need; empty for the whole stack.
        #[schema(example = json!(["db", "web"]))]
        services: Vec<String>,
        /// Null if it was not recorded.
        #[schema(required = true)]
        cause: Option<PowerCauseBody>,
    },
    /// Put idle services to sleep.
    Sleep {
        mode: SleepModeWord,
        /// The services; empty for the whole stack.
        #[schema(example = json!(["db", "web"]))]
        services: Vec<String>,
        /// Null if it was not recorded.
        #[schema(required = true)]
        cause: Option<PowerCauseBody>,
    },
}

/// Why services wake or go to sleep.
#[derive(ToSchema)]
#[schema(as = PowerCause)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct PowerCauseBody {
    why: PowerCauseWord,
    /// The service that it is about.
    #[schema(example = "web")]
    service: String,
    /// `request`: the host that was asked for.
    #[schema(required = true, example = "shop.example.org")]
    host: Option<String>,
    /// `request`: the path, without its query.
    #[schema(required = true, example = "/orders")]
    path: Option<String>,
    /// `idle`: for how many seconds nobody had used it.
    #[schema(required = true, example = 600)]
    seconds: Option<u64>,
    /// `needed_by` and `yields`: the other service, as `stack/service`.
    #[schema(required = true, example = "reports/web")]
    other: Option<String>,
}

/// `request`: somebody asked for it. `idle`: nobody did. `schedule`: its schedule says so. `predicted`: it is expected to be
/// used soon. `needed_by`: a service of another stack needs it. `yields`: another service needs its memory, or must not run
/// beside it. `person`: somebody asked Core Monitor for it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum PowerCauseWord {
    Request,
    Idle,
    Schedule,
    Predicted,
    NeededBy,
    Yields,
    Person,
}

/// What a sleeping stack keeps: `stop` only its disk, `pause` its memory too.
#[derive(ToSchema)]
#[schema(as = SleepMode, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum SleepModeWord {
    Stop,
    Pause,
}
