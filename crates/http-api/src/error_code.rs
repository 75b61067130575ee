//! The table of every error the API can answer with.
//!
//! Status, title, documentation page and the examples of the `OpenAPI` document all come from here. Scripts rely on the
//! codes: a code is never renamed and never changes its meaning.

use std::fmt::Write as _;

use actix_web::http::StatusCode;
use core_monitor_domain::command::FailureCode;
use serde::Serialize;

macro_rules! error_codes {
    ($($variant:ident = $text:literal, $status:ident, $title:literal, $about:literal;)*) => {
        /// Why a request failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum ErrorCode {
            $(#[doc = $about] #[serde(rename = $text)] $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it appears in the JSON.
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
    InvalidRequest = "invalid-request", BAD_REQUEST, "The request is malformed",
        "A header, query parameter or JSON body is not in the documented form. For JSON, `errors` gives line and column.";
    Unauthorized = "unauthorized", UNAUTHORIZED, "A valid token is required",
        "Send `Authorization: Bearer <token>`. The first token is in the file `admin-token` in the server's data folder.";
    SessionEnded = "session-ended", UNAUTHORIZED, "The session has ended",
        "The session was not used for too long, is too old, was ended by somebody, or its token was replaced; or the request has more than one cookie of a session. Sign in again with `POST /api/v1/session`. Nothing was changed.";
    SignInRefused = "sign-in-refused", UNAUTHORIZED, "The name or the password is wrong",
        "Check both. Whoever has lost their password is invited again by an administrator.";
    CodeNeeded = "code-needed", UNAUTHORIZED, "A one-time code is needed",
        "Send the same request with the `code` that the authenticator app shows.";
    WrongPassword = "wrong-password", FORBIDDEN, "The password is wrong",
        "Changes of the own account take the own password once more.";
    WrongCode = "wrong-code", FORBIDDEN, "The one-time code is wrong",
        "A code is valid once and for about a minute. Wait for the next one, and check the clock of the device.";
    ProviderSignInRefused = "provider-sign-in-refused", FORBIDDEN, "The sign-in with the provider is refused",
        "`detail` says why. Begin again on the page to sign in, in the same browser and within ten minutes.";
    InvitationInvalid = "invitation-invalid", FORBIDDEN, "The invitation is not valid",
        "An invitation or a setup token is valid once and for a limited time. An administrator can invite you again.";
    Forbidden = "forbidden", FORBIDDEN, "The caller is not allowed to do this",
        "The token is valid but does not permit this action. The response is the same whether or not the resource exists. In `/api/v1/openapi.json`, the `security` of each operation names the action it requires.";
    RefusedByPolicy = "refused-by-policy", FORBIDDEN, "The policy does not allow it",
        "The version asks for something that the policy does not allow to the caller in this stack: `detail` says what. Nothing was changed.";
    CrossSite = "cross-site", FORBIDDEN, "Cross-site writes are refused",
        "A browser sent the request on behalf of a page from another origin. Clients that are not browsers send no `Origin`.";
    CsrfInvalid = "csrf-invalid", FORBIDDEN, "The CSRF token is missing or wrong",
        "A request by a session that is not GET or HEAD sends the session's `csrf_token` in the header `X-CSRF-Token`; `GET /api/v1/session` shows it. Nothing was changed.";
    TerminalsOff = "terminals-off", FORBIDDEN, "Terminals are switched off",
        "The operator of this installation does not allow terminals and commands in containers: `terminals` in the server's configuration is `off`.";
    NotFound = "not-found", NOT_FOUND, "No resource at this path",
        "No route matches this path, or an id or version number in it is malformed. `/api/v1/openapi.json` lists all routes.";
    StackNotFound = "stack-not-found", NOT_FOUND, "Stack not found",
        "The id is unknown, or the stack was deleted. The commands of a deleted stack can still be read.";
    VersionNotFound = "version-not-found", NOT_FOUND, "Version not found",
        "Versions are numbered 1, 2, 3 within a stack; `GET /api/v1/stacks/{id}/versions` lists them.";
    TemplateNotFound = "template-not-found", NOT_FOUND, "Template not found",
        "No template has this name, or it was deleted. `GET /api/v1/templates` lists all templates.";
    InstanceNotFound = "instance-not-found", NOT_FOUND, "Instance not found",
        "The template has no instance with this key. `GET /api/v1/templates/{template}/instances` lists those that it has.";
    NoKeyList = "no-key-list", NOT_FOUND, "The template has no list of keys",
        "Without a list, every instance is kept. `PUT /api/v1/templates/{template}/keys` sets one.";
    NoRollout = "no-rollout", NOT_FOUND, "The template has no rollout",
        "Nobody has upgraded all instances of the template yet. `POST /api/v1/templates/{template}/rollout` does.";
    TemplateVersionNotFound = "template-version-not-found", NOT_FOUND, "Version of the template not found",
        "Versions are numbered 1, 2, 3 within a template; `GET /api/v1/templates/{template}/versions` lists them.";
    FileNotFound = "file-not-found", NOT_FOUND, "File not found",
        "The version has no file at this path. `GET /api/v1/stacks/{id}/versions/{version}/files` lists its files, and `GET /api/v1/templates/{template}/versions/{version}` those of a template.";
    CommandNotFound = "command-not-found", NOT_FOUND, "Command not found",
        "The id is unknown, or the command is so old that its record file was removed (`keep_records` in the server's configuration).";
    CatalogEntryNotFound = "catalog-entry-not-found", NOT_FOUND, "Entry not found",
        "The catalogue has no entry with this id. `GET /api/v1/catalog` lists its entries.";
    PlanNotFound = "plan-not-found", NOT_FOUND, "Plan not found",
        "The id is unknown.";
    ProjectNotFound = "project-not-found", NOT_FOUND, "Project not found on the host",
        "No container has this name in the label `com.docker.compose.project`. `GET /api/v1/projects` lists all projects.";
    RegistryNotFound = "registry-not-found", NOT_FOUND, "No credentials are stored for the registry",
        "`GET /api/v1/registries` lists the registries with stored credentials.";
    UserNotFound = "user-not-found", NOT_FOUND, "User not found",
        "No user has this name. `GET /api/v1/users` lists all users.";
    NoProvider = "no-provider", NOT_FOUND, "There is no provider to sign in with",
        "The server has no `oidc_issuer` in its configuration. Sign in with a name and a password.";
    TokenNotFound = "token-not-found", NOT_FOUND, "Token not found",
        "No token has this name. `GET /api/v1/tokens` lists all tokens.";
    NoSession = "no-session", NOT_FOUND, "The request is not part of a session",
        "A token in `Authorization` identified the caller, and no session is looked at then. Only browsers have sessions.";
    SessionNotFound = "session-not-found", NOT_FOUND, "Session not found",
        "The id is unknown, or the session has ended. `GET /api/v1/sessions` lists the sessions.";
    SlotUnknown = "slot-unknown", NOT_FOUND, "The service has no such slot",
        "The definition declares the slots of a service under `x-core-monitor.deploy`. `detail` names those that there are.";
    ArtifactNotFound = "artifact-not-found", NOT_FOUND, "Artifact not found",
        "No artifact with this digest is stored. `GET /api/v1/artifacts` lists them; one that no version names is removed after a while (`keep_artifacts` in the server's configuration).";
    NotOnDemand = "not-on-demand", NOT_FOUND, "The service does not wake on demand",
        "The applied version has no service of this name with `x-core-monitor.on-demand`.";
    ContainerNotFound = "container-not-found", NOT_FOUND, "Container not found",
        "No stack has a container with this id or name, as far as the worker has seen. Containers that belong to no stack, and those of Core Monitor itself, are not found either. `GET /api/v1/containers` lists them.";
    VolumeNotFound = "volume-not-found", NOT_FOUND, "Volume not found",
        "No stack has a volume with this name, as far as the worker has seen.";
    PathNotFound = "path-not-found", NOT_FOUND, "Path not found",
        "There is nothing at this path in the container or volume, or the folder for a new file does not exist.";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed",
        "The path exists but does not support this method. The `Allow` header lists the methods it supports.";
    RequestTimeout = "request-timeout", REQUEST_TIMEOUT, "The request took too long to arrive",
        "Nothing was changed. Send the request again over a faster connection.";
    LogsUnreadable = "logs-unreadable", CONFLICT, "The log driver cannot be read",
        "The engine cannot read what the container's log driver keeps (`none`, or another one whose local copy is switched off). Use another driver in `logging` of the service, and apply.";
    SecretNotFound = "secret-not-found", NOT_FOUND, "There is no such secret",
        "No secret of the installation has this name.";
    SecretVersionNotFound = "secret-version-not-found", NOT_FOUND, "The secret has no such version",
        "It never had it, or it is one of the oldest, which are not kept.";
    SecretExists = "secret-exists", CONFLICT, "There is a secret of this name",
        "Give it another name, or add a version to the secret that is there.";
    SecretInUse = "secret-in-use", CONFLICT, "Stacks use the secret",
        "A secret is deleted once neither the applied nor the newest version of any stack asks for it.";
    SecretsUnreadable = "secrets-unreadable", CONFLICT, "Secret values cannot be opened",
        "The stack has secret variables whose values could not be hidden in what was asked for, because they cannot be opened: the key file is missing or another one.";
    NameTaken = "name-taken", CONFLICT, "The name is taken by another stack",
        "Choose another name, or save a new version of the existing stack.";
    UserExists = "user-exists", CONFLICT, "There is a user of this name",
        "Choose another name, or invite the user again with `POST /api/v1/users/{name}/invitation`.";
    LastAdministrator = "last-administrator", CONFLICT, "This is the last administrator",
        "Make another user who has accepted their invitation an administrator of everything first.";
    NotAUser = "not-a-user", CONFLICT, "The caller is not a user who has signed in",
        "Sign in with a name and a password. The holder of a token has no password and no one-time codes.";
    TokenExists = "token-exists", CONFLICT, "There is a token of this name",
        "Choose another name, give the token another secret with `POST /api/v1/tokens/{name}/rotate`, or revoke it first.";
    TemplateNameTaken = "template-name-taken", CONFLICT, "The name is taken by another template",
        "Choose another name, or save a new version of the existing template.";
    NothingToBuild = "nothing-to-build", CONFLICT, "The template builds nothing",
        "A rebuild runs the services again that the template names under `build`, and this version of it names none.";
    InstanceChanged = "instance-changed", CONFLICT, "The instance was changed by hand",
        "The newest version of its stack was not made from the template, and nobody has applied it. It is not applied without anybody looking at it: apply it on the page of the stack, or make another version from the template.";
    RolloutUnderWay = "rollout-under-way", CONFLICT, "A rollout of the template is under way",
        "The instances of a template are upgraded together to one version at a time. Wait until it is over, or cancel it with `POST /api/v1/templates/{template}/rollout/cancel`.";
    TemplateInUse = "template-in-use", CONFLICT, "The template has instances",
        "Only a template without instances can be deleted. Remove its instances first.";
    ProjectOwned = "project-owned", CONFLICT, "The project cannot be imported",
        "Its containers already belong to a stack of this or another installation, or to Core Monitor itself.";
    NotApplied = "not-applied", CONFLICT, "The stack has never been applied",
        "There is nothing to start, stop or restart yet. Apply a version first with `POST /api/v1/stacks/{id}/apply/{version}`.";
    PlanStale = "plan-stale", CONFLICT, "The confirmed plan is out of date",
        "Something has changed since: applying now would do something other than the plan says. Make a new plan, review it, and apply with its id.";
    PlanBlocked = "plan-blocked", CONFLICT, "The plan is blocked",
        "The plan lists the problems that prevent it from being carried out. Fix them, then make a new plan.";
    PolicyChanged = "policy-changed", CONFLICT, "The policy has changed",
        "Somebody else has replaced the policy since its `revision` was read. Nothing was changed.";
    CommandEnded = "command-ended", CONFLICT, "The command has already ended",
        "The command is DONE or CANCELLED, so there is nothing to cancel.";
    CommandNotFailed = "command-not-failed", CONFLICT, "Only a failed command can be retried",
        "The command is not FAILED.";
    ContainerNotRunning = "container-not-running", CONFLICT, "The container is not running",
        "Commands run only in containers that are running and not paused. Start the stack with `POST /api/v1/stacks/{id}/start`.";
    NeverSleeps = "never-sleeps", CONFLICT, "The service never sleeps",
        "It is always on, or a service that does not sleep needs it. Take `always-on` out of its definition, or stop the stack.";
    ServiceStopped = "service-stopped", CONFLICT, "The service does not run",
        "An artifact is put into running containers. Start the stack first with `POST /api/v1/stacks/{id}/start`.";
    AppliedVersionUnclear = "applied-version-unclear", CONFLICT, "A newer version was saved and not applied",
        "A deployment, or another number of containers, is made from the applied version. Apply the newer one first, or name the version with `base`.";
    NotScalable = "not-scalable", CONFLICT, "The service cannot have this number of containers",
        "It has this number already, its container has a name, a host port or an address that no two can have, or the number cannot be changed in the definition alone: `detail` says which, and where.";
    TagTaken = "tag-taken", CONFLICT, "Another version has the tag",
        "A tag belongs to one version of a stack. Take it away from the other one first, or choose another.";
    VolumeNotMounted = "volume-not-mounted", CONFLICT, "No container has the volume mounted",
        "The engine shows files only in containers. A container of a stack must have the volume mounted; it need not run.";
    PathRefused = "path-refused", CONFLICT, "This cannot be done with what is at the path",
        "It is no file or no folder, a symbolic link, read-only, too large, or the engine refuses it: `message` says which.";
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "The stack has changed",
        "Another command was accepted since you read the stack. Read it again, then repeat the request with the new `ETag` in `If-Match`.";
    TemplateChanged = "template-changed", PRECONDITION_FAILED, "The template has changed",
        "Another version was saved since you read the template. Read it again, then repeat the request with the new `ETag` in `If-Match`.";
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE, "The request body is too large",
        "The limit is 1 MiB, or 64 MiB for archives, unless `body_limit` or `archive_limit` in the server's configuration says otherwise.";
    ArchiveTooLarge = "archive-too-large", PAYLOAD_TOO_LARGE, "The unpacked archive is too large",
        "The unpacked size, the number of files, the length of a path or the compression ratio exceeds a limit: `archive_unpacked`, `archive_members` and `archive_path` in the server's configuration. `detail` gives the limit. Nothing was saved.";
    ArtifactTooLarge = "artifact-too-large", PAYLOAD_TOO_LARGE, "The artifact is too large",
        "The slot declares how large an artifact may be (`max_size`), and the server's configuration how large an upload may be (`artifact_limit`). Nothing was kept.";
    TargetTooLong = "target-too-long", URI_TOO_LONG, "The address of the request is too long",
        "Path and query together have a limit, which `detail` gives.";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Unsupported content type",
        "Send definitions as `application/yaml`, `application/json`, `application/x-tar`, `application/gzip` or `application/zip`, and everything else as `application/json`.";
    InvalidDefinition = "invalid-definition", UNPROCESSABLE_ENTITY, "The definition has errors",
        "`errors` lists every error with file, line and column. Nothing was saved.";
    WeakPassword = "weak-password", UNPROCESSABLE_ENTITY, "The password is not accepted",
        "A password has at least 12 characters and is not one that is tried first. A few words are fine.";
    InvalidArchive = "invalid-archive", UNPROCESSABLE_ENTITY, "The archive is not a valid project folder",
        "The archive is damaged, has no compose file, or contains something other than regular files and folders. `errors` gives the path in the archive. Nothing was saved.";
    ArtifactRefused = "artifact-refused", UNPROCESSABLE_ENTITY, "The slot does not take this artifact",
        "Its name does not match the pattern of the slot, or the slot takes a tree and this is no tar, tar.gz or zip of plain files. Nothing was changed.";
    DigestMismatch = "digest-mismatch", UNPROCESSABLE_ENTITY, "The body does not have the digest of its header",
        "What arrived is not what was sent, or the `Repr-Digest` or `Content-Digest` was made from something else. Nothing was kept.";
    InvalidChoices = "invalid-choices", UNPROCESSABLE_ENTITY, "The choices have problems",
        "`errors` lists every problem, beginning with its place in the request. `POST /api/v1/wizard` says the same while choosing.";
    InvalidCommand = "invalid-command", UNPROCESSABLE_ENTITY, "The text to convert has errors",
        "`errors` lists every error with line and column in the command line or configuration.";
    InvalidName = "invalid-name", UNPROCESSABLE_ENTITY, "The name is invalid",
        "The name of a stack has 1 to 63 lower-case letters, digits, `_` and `-`, and starts with a letter or a digit. It comes from the parameter `name`, or from `name:` in the file. The name of a template has at most 40 of them, and the key of an instance at most 61; both together, with a `-` between them, are the name of a stack.";
    InvalidRegistry = "invalid-registry", UNPROCESSABLE_ENTITY, "The registry or the credentials are invalid",
        "The path ends with the registry's host and port, or `docker.io` for Docker Hub. The body has `username` and `password`, both strings.";
    ServiceUnknown = "service-unknown", UNPROCESSABLE_ENTITY, "Unknown service",
        "Neither the applied nor the newest version has a service with this name.";
    TooManyContainers = "too-many-containers", UNPROCESSABLE_ENTITY, "Too many containers at once",
        "Logs of at most 200 containers are read at once. Choose services with `service`.";
    PlanUnknown = "plan-unknown", UNPROCESSABLE_ENTITY, "The plan does not belong to this stack and version",
        "`plan_id` must be the id of a plan made for the same stack and version, and with the `purpose` of the command: `apply` or `rollback`.";
    IdempotencyMismatch = "idempotency-mismatch", UNPROCESSABLE_ENTITY, "The idempotency key was used for a different request",
        "The same `Idempotency-Key` was sent earlier with a different method, path or body. Use a new key for a new request.";
    InvalidExec = "invalid-exec", UNPROCESSABLE_ENTITY, "The command cannot be run like this",
        "`command` is a list of words of which the first is a program in the container. Its user, folder, variables, size of the terminal and timeout have limits; `detail` says which one was missed.";
    ProgramNotFound = "program-not-found", UNPROCESSABLE_ENTITY, "The container has no such program",
        "The first word of `command` is neither the path of a file in the container nor a program in its `PATH`. Many images have no shell.";
    CommandNotStarted = "command-not-started", UNPROCESSABLE_ENTITY, "The command cannot be started",
        "The engine could not start it: the program is no file that can be executed, or `user` or `workdir` does not exist in the container. `detail` has the engine's words.";
    UpgradeRequired = "upgrade-required", UPGRADE_REQUIRED, "A WebSocket is required",
        "The path is opened with a WebSocket (RFC 6455, version 13). A client that offers protocols must offer the one in `hint`.";
    InvalidPath = "invalid-path", UNPROCESSABLE_ENTITY, "The path is invalid",
        "A path in a container is absolute and has no part `..`; each part has at most 255 bytes.";
    InvalidUpload = "invalid-upload", UNPROCESSABLE_ENTITY, "The upload is invalid",
        "The body is no uncompressed tar, or it ended early. A part of it may have been written.";
    LengthRequired = "length-required", LENGTH_REQUIRED, "The length of the body is required",
        "Send the size of the file in `Content-Length`: the engine wants to know it first.";
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED, "The request requires a precondition",
        "Send the stack's `ETag` in `If-Match`, so that you do not overwrite a change you have not seen, or `If-Match: *` to write in any state.";
    HeadTooLarge = "head-too-large", REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers of the request are too large",
        "A request has at most 96 headers, and less than 128 KiB of them including its first line.";
    TooManyStreams = "too-many-streams", TOO_MANY_REQUESTS, "Too many streams are open",
        "The caller has as many streams of events and logs open as the server allows (`streams_per_caller` in its configuration). Close one, follow all commands with one stream, or read the logs of a whole stack.";
    TooManySignIns = "too-many-sign-ins", TOO_MANY_REQUESTS, "Too many attempts to sign in",
        "There were too many attempts with wrong tokens, from one address or in all. Try again after the number of seconds in `Retry-After`. Programs that send a token in `Authorization` are not affected.";
    TooManyTerminals = "too-many-terminals", TOO_MANY_REQUESTS, "Too many terminals are open",
        "The caller, or all callers together, have as many terminals, tickets and running commands as the server allows (`terminals_per_caller` in its configuration). Close one.";
    TooManyTransfers = "too-many-transfers", TOO_MANY_REQUESTS, "Too many files are being transferred",
        "As many files are being read and written as the server allows at a time. Try again after the number of seconds in `Retry-After`.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal server error",
        "This is a bug. The server's log has the details under the same `X-Request-Id`.";
    DatabaseCorrupt = "database-corrupt", INTERNAL_SERVER_ERROR, "The database is corrupt",
        "Stored data cannot be read; the server's log says which. Restore a backup, or report the problem with the log.";
    NotImplemented = "not-implemented", NOT_IMPLEMENTED, "Not implemented",
        "The path is reserved for a feature that this release does not have.";
    StorageFull = "storage-full", INSUFFICIENT_STORAGE, "There is no space left",
        "The disk with the server's data folder has no room for the artifact. Nothing was kept.";
    DatabaseUnavailable = "database-unavailable", SERVICE_UNAVAILABLE, "The database is unavailable",
        "The database is locked, full or unreachable. Nothing was changed. Try again after the number of seconds in `Retry-After`.";
    ServerBusy = "server-busy", SERVICE_UNAVAILABLE, "The server has no room for the request",
        "There are as many connections, or as many bytes of request bodies and answers in memory, as the server's configuration allows (`connections`, `connections_per_address`, `body_memory`). Nothing was changed. Try again after the number of seconds in `Retry-After`.";
    ProviderUnavailable = "provider-unavailable", SERVICE_UNAVAILABLE, "The provider to sign in with is unavailable",
        "The server cannot reach the provider, or cannot use its answer. The log of the server says what is wrong.";
    WorkerAway = "worker-away", SERVICE_UNAVAILABLE, "The worker is unreachable",
        "Only the worker talks to the engine. Check that `core-monitor-worker` is running with the same data folder.";
    EngineUnavailable = "engine-unavailable", SERVICE_UNAVAILABLE, "The engine is unavailable",
        "The worker is running, but the engine did not answer it, or answered with an error. `detail` has the engine's message.";
    NotObserved = "not-observed", SERVICE_UNAVAILABLE, "The engine has not been observed yet",
        "The worker has not yet reported what is running. Check that `core-monitor-worker` is running and can reach the engine.";
}

/// The page `docs/reference/errors.md`.
pub fn errors_page() -> String {
    let mut page = String::from(
        "# Errors\n\n\
         <!-- Generated from the tables in the code: `cargo run -p core-monitor-http-api --example errors > docs/reference/errors.md` -->\n\n\
         ## API errors\n\n\
         A failed request is answered with a problem body (RFC 9457, `application/problem+json`) with a stable \
         `code`.\n\n| code | status | title | when it happens, and what to do |\n| --- | --- | --- | --- |\n",
    );
    for code in ErrorCode::ALL {
        let (text, status, title, about) =
            (code.as_str(), code.status().as_u16(), code.title(), code.about());
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| `{text}` | {status} | {title} | {about} |");
    }
    page.push_str(
        "\n## Failures of commands\n\n\
         A command that ends `FAILED` gives the reason in `failure.code`; the problems of a plan use the same codes. \
         `failure.message` and `failure.also` have the details, `failure.hint` says what to try.\n\n| code | meaning |\n| --- | --- |\n",
    );
    for code in FailureCode::ALL {
        let _ = writeln!(page, "| `{code}` | {} |", code.about());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_errors_and_fit_the_table() {
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
    fn the_errors_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/errors.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == errors_page(),
            "run `cargo run -p core-monitor-http-api --example errors > docs/reference/errors.md`"
        );
    }
}
