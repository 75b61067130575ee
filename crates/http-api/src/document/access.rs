//! Documents who may call an operation, from the same table that decides it.

use actix_web::http::Method;
use core_monitor_domain::access::{Action, Permission, Role};
use serde_json::json;
use utoipa::openapi::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;

use super::{SCHEME, SESSION_SCHEME};
use crate::middleware::is_public;

/// The extension that describes the action of an operation.
pub(super) const PERMISSION: &str = "x-permission";

/// Sets the security requirement of every operation: none for public ones, else a token or a session and the action it must permit.
/// An operation without an action of the same name keeps the document's default, and the tests fail.
pub(super) fn write(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let operations = [
            (Method::GET, &mut item.get),
            (Method::PUT, &mut item.put),
            (Method::POST, &mut item.post),
            (Method::PATCH, &mut item.patch),
            (Method::DELETE, &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                write_operation(operation, is_public(&method, path));
            }
        }
    }
}

fn write_operation(operation: &mut Operation, public: bool) {
    if public {
        operation.security = Some(vec![SecurityRequirement::default()]);
        return;
    }
    let Some(action) = action(operation) else { return };
    let requirement = |scheme| SecurityRequirement::new(scheme, [action.as_str()]);
    operation.security = Some(vec![requirement(SCHEME), requirement(SESSION_SCHEME)]);
    let permission = json!({
        "action": action.as_str(),
        "resource": action.resource().as_str(),
        "writes": action.writes(),
        "role": action.role().map(Role::as_str),
        "permission": action.permission().map(Permission::as_str),
        "anywhere": action.is_anywhere(),
    });
    let extensions = Extensions::builder().add(PERMISSION, permission).build();
    operation.extensions.get_or_insert_default().merge(extensions);
}

/// The action with the same name as the operation.
pub(super) fn action(operation: &Operation) -> Option<Action> {
    operation.operation_id.as_ref()?.parse().ok()
}

#[cfg(test)]
mod tests;
