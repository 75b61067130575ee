//! The one table of everything the API may answer instead of what was asked for.
//!
//! Status, title, documentation page and the examples of the `OpenAPI` document all come from here. A code is a promise to
//! scripts: it is never renamed and never gets another meaning.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use core_monitor_domain::command::FailureCode;
use serde::Serialize;

macro_rules! error_codes {
    ($($variant:ident = $text:literal, $status:ident, $title:literal, $about:literal;)*) => {
        /// Why a request was not answered as asked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum ErrorCode {
            $(#[doc = $about] #[serde(rename = $text)] $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The HTTP status it is sent with.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// A short summary, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// When it happens and what to do.
            pub fn about(self) -> &'static str {
                match self { $(Self::$variant => $about,)* }
            }
        }
    };
}

error_codes! {
    InvalidRequest = "invalid-request", BAD_REQUEST, "The request cannot be understood",
        "A header, query parameter or JSON body does not have the documented form. `errors` has line and column for JSON.";
    Unauthorized = "unauthorized", UNAUTHORIZED, "A valid token is needed",
        "Send `Authorization: Bearer <token>`. The first token is in the file `admin-token` in the server's data folder.";
    CrossSite = "cross-site", FORBIDDEN, "Writes from other web sites are refused",
        "A browser sent the request on behalf of a page of another origin. Programs that are not browsers send no `Origin`.";
    NotFound = "not-found", NOT_FOUND, "There is nothing at this address",
        "No route has this path, or an id in it is malformed. `/api/v1/openapi.json` lists all of them.";
    StackNotFound = "stack-not-found", NOT_FOUND, "There is no such stack",
        "The id is unknown, or the stack was deleted. Its commands can still be read.";
    VersionNotFound = "version-not-found", NOT_FOUND, "The stack has no such version",
        "Versions are numbered 1, 2, 3 within a stack; `GET /api/v1/stacks/{id}/versions` lists them.";
    FileNotFound = "file-not-found", NOT_FOUND, "The version has no such file",
        "`GET /api/v1/stacks/{id}/versions/{version}/files` lists them.";
    CommandNotFound = "command-not-found", NOT_FOUND, "There is no such command",
        "The id is unknown. Commands are never removed.";
    PlanNotFound = "plan-not-found", NOT_FOUND, "There is no such plan",
        "The id is unknown.";
    ProjectNotFound = "project-not-found", NOT_FOUND, "There is no such project on the host",
        "No container carries its name in the label `com.docker.compose.project`. `GET /api/v1/projects` lists all of them.";
    RegistryNotFound = "registry-not-found", NOT_FOUND, "No credentials are stored for the registry",
        "`GET /api/v1/registries` lists those that have some.";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "The address exists, but not for this method",
        "The header `Allow` lists the methods it has.";
    RequestTimeout = "request-timeout", REQUEST_TIMEOUT, "The request body took too long to arrive",
        "Send it again over a better connection. Nothing was changed.";
    NameTaken = "name-taken", CONFLICT, "The name belongs to another stack",
        "Choose another name, or save a new version of the stack that has it.";
    ProjectOwned = "project-owned", CONFLICT, "The project cannot be imported",
        "Its containers belong to a stack already, of this installation or another one, or to Core Monitor itself.";
    NotApplied = "not-applied", CONFLICT, "The stack was never applied",
        "There is nothing to start, stop or restart before `POST /api/v1/stacks/{id}/apply/{version}`.";
    PlanStale = "plan-stale", CONFLICT, "The confirmed plan is out of date",
        "Applying now would do something else than the plan says. Make a new plan, read it, and apply with its id.";
    PlanBlocked = "plan-blocked", CONFLICT, "The plan has problems",
        "The plan lists what keeps it from being carried out. Solve that, then make a new plan.";
    CommandEnded = "command-ended", CONFLICT, "The command has ended already",
        "It is DONE or CANCELLED, so there is nothing left to cancel.";
    CommandNotFailed = "command-not-failed", CONFLICT, "Only a failed command can be retried",
        "The command is not FAILED.";
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "The stack has changed meanwhile",
        "Somebody else's command was accepted since you read the stack. Read it again, then repeat the request with the new `ETag` in `If-Match`.";
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE, "The request body is too large",
        "The limit is 1 MiB, for archives 64 MiB, unless `body_limit` and `archive_limit` of the server's configuration say otherwise.";
    ArchiveTooLarge = "archive-too-large", PAYLOAD_TOO_LARGE, "The archive unpacks to too much",
        "Its files, their number, a path or the compression exceed `archive_unpacked`, `archive_members` or `archive_path` of the server's configuration. `detail` has the number. Nothing was saved.";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body is of an unknown kind",
        "Definitions are `application/yaml`, `application/json`, `application/x-tar`, `application/gzip` or `application/zip`, everything else is `application/json`.";
    InvalidDefinition = "invalid-definition", UNPROCESSABLE_ENTITY, "The definition has errors",
        "`errors` lists all of them with file, line and column. Nothing was saved.";
    InvalidArchive = "invalid-archive", UNPROCESSABLE_ENTITY, "The archive cannot be kept as a folder",
        "It is damaged, has no compose file, or has something that is no plain file inside one folder. `errors` has the path in the archive. Nothing was saved.";
    InvalidCommand = "invalid-command", UNPROCESSABLE_ENTITY, "The command line has errors",
        "`errors` lists all of them with line and column in the command.";
    InvalidName = "invalid-name", UNPROCESSABLE_ENTITY, "This cannot be a stack's name",
        "A name has 1 to 63 lower-case letters, digits, `_` and `-`, and starts with a letter or a digit. It comes from the parameter `name`, or from `name:` in the file.";
    InvalidRegistry = "invalid-registry", UNPROCESSABLE_ENTITY, "This is not a registry, or these are not credentials",
        "The address ends with the registry's host and port, `docker.io` for Docker Hub; the body has `username` and `password`, both texts.";
    ServiceUnknown = "service-unknown", UNPROCESSABLE_ENTITY, "The stack has no such service",
        "Neither the applied nor the newest version has it.";
    PlanUnknown = "plan-unknown", UNPROCESSABLE_ENTITY, "The plan is not one of this stack and version",
        "`plan_id` must be the id of a plan that was made for the same stack and version.";
    IdempotencyMismatch = "idempotency-mismatch", UNPROCESSABLE_ENTITY, "The idempotency key was used for another request",
        "The same `Idempotency-Key` came with another method, address or body. Use a new key for a new request.";
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED, "The request needs a precondition",
        "Send the stack's `ETag` in `If-Match`, so that a change of somebody else is not overwritten unseen; or `If-Match: *` to write whatever the state.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong in the server",
        "A defect. The server's log has the details under the same `X-Request-Id`.";
    DatabaseCorrupt = "database-corrupt", INTERNAL_SERVER_ERROR, "The database holds something unexpected",
        "The server's log says what. Restore a backup, or ask for help with the log.";
    NotImplemented = "not-implemented", NOT_IMPLEMENTED, "This is not available yet",
        "The address is reserved for a function that this release does not have.";
    DatabaseUnavailable = "database-unavailable", SERVICE_UNAVAILABLE, "The database cannot be used right now",
        "It is locked, full or unreachable. Nothing was changed; try again after the seconds in `Retry-After`.";
    WorkerAway = "worker-away", SERVICE_UNAVAILABLE, "The worker cannot be reached",
        "Only the worker may speak to the engine. Is `core-monitor-worker` running, with the same data folder?";
    EngineUnavailable = "engine-unavailable", SERVICE_UNAVAILABLE, "The engine cannot be asked right now",
        "The worker runs, and the engine did not answer it, or not in a way that it understands. `detail` has its words.";
    NotObserved = "not-observed", SERVICE_UNAVAILABLE, "The engine has not been looked at yet",
        "The worker has not reported what runs. Is `core-monitor-worker` running, and can it reach the engine?";
}

/// The page `docs/reference/errors.md`.
pub fn errors_page() -> String {
    let mut page = String::from(
        "# Errors\n\n\
         <!-- Generated from the tables in the code: `cargo run -p core-monitor-http-api --example errors > docs/reference/errors.md` -->\n\n\
         ## Answers of the API\n\n\
         A request that cannot be answered as asked gets a problem body (RFC 9457, `application/problem+json`) with a stable \
         `code`.\n\n| code | status | meaning | when, and what to do |\n| --- | --- | --- | --- |\n",
    );
    for code in ErrorCode::ALL {
        let (text, status, title, about) =
            (code.as_str(), code.status().as_u16(), code.title(), code.about());
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| `{text}` | {status} | {title} | {about} |");
    }
    page.push_str(
        "\n## Failures of commands\n\n\
         A command that ends `FAILED` says why in `failure.code`; the problems of a plan use the same words. \
         `failure.message` has the details, `failure.hint` what to try.\n\n",
    );
    for code in FailureCode::ALL {
        let _ = writeln!(page, "- `{code}`");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_its_own_word() {
        let mut words: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
            assert!(!code.about().contains('|'), "{code:?} would break the table of the page");
        }
    }

    #[test]
    fn the_page_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/errors.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == errors_page(),
            "run `cargo run -p core-monitor-http-api --example errors > docs/reference/errors.md`"
        );
    }
}
