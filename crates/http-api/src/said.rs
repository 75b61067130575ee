//! Why a request is refused.

core_monitor_message::messages! {
    pub(crate) fn request_without_token() = "the request has no token";
    pub(crate) fn cross_origin_request() = "the request comes from a page of another origin";
    pub(crate) fn server_failed() = "the server failed while handling this request; this is a bug";
    pub(crate) fn several_authorization_headers() = "the request has more than one `Authorization` header";
    pub(crate) fn authorization_missing() = "the request has no `Authorization: Bearer` header";
    pub(crate) fn token_invalid() = "the token is not valid";
    pub(crate) fn send_authorization() =
        "send `Authorization: Bearer <token>`; the first token is in the file `admin-token` in the server's data folder";
    pub(crate) fn session_ended() = "the session has ended";
    pub(crate) fn sign_in_again() = "sign in again with POST /api/v1/session";
    pub(crate) fn several_session_cookies() = "the request has more than one cookie of a session";
    pub(crate) fn remove_cookies() = "remove the cookies of this address in the browser, and sign in again";
    pub(crate) fn session_of_another_origin() =
        "the request comes from a page of another origin, so its session is not looked at";
    pub(crate) fn csrf_token_missing() = "the request has no header `X-CSRF-Token`, or more than one";
    pub(crate) fn csrf_token_of_another_session() = "the header `X-CSRF-Token` is not the CSRF token of this session";
    pub(crate) fn send_csrf_token() =
        "send the `csrf_token` that GET /api/v1/session shows; it stays the same as long as the session";
    pub(crate) fn no_session() = "the request is not part of a session";
    pub(crate) fn session_by_cookie_only() =
        "leave the `Authorization` header out; a session is known by its cookie";
    pub(crate) fn no_such_session() = "there is no session with this id";
    pub(crate) fn see_sessions() = "GET /api/v1/sessions lists the sessions";
    pub(crate) fn too_many_sign_ins(seconds) =
        "there were too many attempts to sign in; the next one is possible in {seconds} s";
    pub(crate) fn find_the_token() =
        "the first token is in the file `admin-token` in the server's data folder";
    pub(crate) fn connections_full() = "the server has as many connections as it allows";
    pub(crate) fn connections_of_address_full() =
        "there are as many connections from this address as the server allows";
    pub(crate) fn close_idle_connections() =
        "close idle connections; `connections` and `connections_per_address` in the server's configuration set the limits";
    pub(crate) fn request_target_too_long(most) =
        "the path and the query of the request have more than {most} bytes";
    pub(crate) fn request_head_malformed() =
        "the first line of the request or one of its headers is not HTTP/1.1";
    pub(crate) fn request_head_too_large() = "the request has too many or too long headers";
    pub(crate) fn request_head_too_slow() = "the headers of the request took too long to arrive";
    pub(crate) fn no_route(path) = "no route matches `{path}`";
    pub(crate) fn see_routes() = "GET /api/v1/openapi.json lists all routes; /swagger-ui/ shows them";
    pub(crate) fn method_not_allowed(path, allowed, method) = "`{path}` supports {allowed}, not {method}";
    pub(crate) fn delete_with_post(path) = "to delete it, use POST {path}/delete";
    pub(crate) fn too_many_streams(count) =
        "there are {count} event streams open with this token, which are all it may have";
    pub(crate) fn no_such_topic(topic, topics) = "`{topic}` cannot be followed: use {topics}, with commas between them";
    pub(crate) fn every_out_of_range(seconds, most) =
        "`every` is {seconds}, but must be from 1 to {most} seconds";
    pub(crate) fn step_unknown(text, known) = "`step` is `{text}`, but must be one of {known}";
    pub(crate) fn range_empty() = "`since` is not before `until`, or lies in the future";
    pub(crate) fn close_a_stream() = "close one of them; one stream can follow all commands";
    pub(crate) fn last_event_id_not_a_number() = "the header `Last-Event-ID` is not a number";
    pub(crate) fn after_negative(id) = "`after` is {id}, but must be 0 or greater";
    pub(crate) fn command_not_failed(status) =
        "the command is {status}; only a FAILED command can be retried";
    pub(crate) fn command_ended_already(status) = "the command is already {status}";
    pub(crate) fn command_with_error(message: Message) = "the command has an error: {message}";
    pub(crate) fn command_with_errors(count) = "the command has {count} errors";
    pub(crate) fn configuration_with_error(line, column, message: Message) =
        "the configuration has an error at line {line}, column {column}: {message}";
    pub(crate) fn configuration_with_errors(count) = "the configuration has {count} errors";
    pub(crate) fn send_autostart_config() =
        "send a JSON object that has the text of `config.json` as the string `config`, such as `jq -n --rawfile config config.json '$ARGS.named'` makes it";
    pub(crate) fn registry_body_form() = "the body is not an object";
    pub(crate) fn registry_key_missing(key) = "`{key}` is missing";
    pub(crate) fn registry_key_empty(key) = "`{key}` is empty";
    pub(crate) fn registry_key_too_long(key, limit) = "`{key}` is longer than {limit} bytes";
    pub(crate) fn registry_key_not_a_string(key) = "`{key}` must be a string";
    pub(crate) fn registry_key_unknown(key) = "unknown key `{key}`, expected `username` or `password`";
    pub(crate) fn force_recreate_invalid(reason: Message) =
        "`force_recreate` has no name of a service: {reason}";
    pub(crate) fn database_unavailable(reason) = "the database cannot be used right now: {reason}";
    pub(crate) fn record_unreadable() =
        "a stored record cannot be understood; the server's log has the details";
    pub(crate) fn definition_with_error(message: Message) = "the definition has an error: {message}";
    pub(crate) fn definition_with_errors(count) = "the definition has {count} errors";
    pub(crate) fn stack_without_name() = "the stack has no name";
    pub(crate) fn give_a_name() = "add `?name=NAME` to the address, or `name: NAME` to the file";
    pub(crate) fn leave_name_out() = "leave `name` out; a `name:` in the file is ignored";
    pub(crate) fn save_version_or_rename(stack, name) =
        "save a new version of that stack with POST /api/v1/stacks/{stack}/versions, or choose another name than `{name}`";
    pub(crate) fn project_of_stack(stack) = "the project already belongs to the stack `{stack}`";
    pub(crate) fn see_projects() = "GET /api/v1/projects lists all projects";
    pub(crate) fn see_stack(stack) =
        "GET /api/v1/stacks/{stack} shows the stack, if it belongs to this installation";
    pub(crate) fn apply_a_version_first() = "apply a version first";
    pub(crate) fn see_services(services) = "the services of the stack are: {services}";
    pub(crate) fn make_plan_again(stack, version) =
        "make a new plan with POST /api/v1/stacks/{stack}/plan/{version}, review it and apply with its id";
    pub(crate) fn start_the_worker() = "start `core-monitor-worker`, which observes the engine";
    pub(crate) fn save_for_this_release() =
        "this release is stricter than the one that saved the definition; save a corrected version";
    pub(crate) fn credentials_not_encrypted() =
        "the credentials cannot be encrypted; the server's log has the details";
    pub(crate) fn no_such_stack() = "there is no stack with this id";
    pub(crate) fn see_stacks() = "GET /api/v1/stacks lists all stacks; `?name=NAME` finds one by name";
    pub(crate) fn no_such_version() = "the stack has no version with this number";
    pub(crate) fn see_versions() = "GET /api/v1/stacks/{{id}}/versions lists the versions of a stack";
    pub(crate) fn no_such_command() = "there is no command with this id";
    pub(crate) fn stack_has_changed(revision) =
        "the stack has changed since you read it; it is now at `{revision}`";
    pub(crate) fn read_stack_again(revision) =
        "read the stack again; if the request still makes sense, repeat it with `If-Match: \"{revision}\"`";
    pub(crate) fn idempotency_key_used() = "this `Idempotency-Key` was used for a different request";
    pub(crate) fn use_a_new_key() = "use a new key for a new request";
    pub(crate) fn last_event_id_negative(id) =
        "the header `Last-Event-ID` is {id}, but must be 0 or greater";
    pub(crate) fn worker_away(reason) = "the worker cannot be reached: {reason}";
    pub(crate) fn other_release(worker, server) =
        "the worker (release {worker}) and the server (release {server}) speak different protocols";
    pub(crate) fn worker_did_not_answer(seconds) = "the worker did not answer within {seconds} s";
    pub(crate) fn worker_busy(reason) = "the worker is busy: {reason}";
    pub(crate) fn worker_cannot_answer(reason) = "the worker cannot answer: {reason}";
    pub(crate) fn not_allowed(actor, action, why: Message) = "`{actor}` may not use `{action}`: {why}";
    pub(crate) fn only_core_monitor() = "only Core Monitor itself does this";
    pub(crate) fn only_on_behalf() = "Core Monitor does this only on behalf of a person or a token";
    pub(crate) fn not_for_this_resource() = "the action does not apply to this kind of resource";
    pub(crate) fn not_by_policy() = "the policy of this installation does not allow it";
    pub(crate) fn nothing_granted_here() = "no access was granted to this";
    pub(crate) fn takes_role(role) = "it takes the role `{role}`";
    pub(crate) fn takes_permission(permission) = "it takes the permission `{permission}`";
    pub(crate) fn no_such_user() = "there is no user of this name";
    pub(crate) fn user_exists() = "there is a user of this name already";
    pub(crate) fn too_many_users(count) = "there are {count} users, which are as many as there may be: remove one first";
    pub(crate) fn last_administrator() =
        "this is the last user who can sign in and is an administrator of everything: somebody has to be";
    pub(crate) fn user_name_invalid(because) = "`name` is no name for a user: {because}";
    pub(crate) fn number_of_grants(most) = "`grants` has 1 to {most} entries";
    pub(crate) fn body_is_no_object() = "the body is not a JSON object";
    pub(crate) fn body_needs_text(key) = "the body needs a string `{key}`";
    pub(crate) fn body_has_no_such_key(known) = "the body has a key that is none of `{known}`";
    pub(crate) fn name_or_password_wrong() = "the name or the password is wrong";
    pub(crate) fn user_of_a_provider() = "the user comes from a provider, which has their password, and their groups there say what they may do";
    pub(crate) fn no_provider() = "no provider to sign in with is configured";
    pub(crate) fn provider_unreachable() = "the provider cannot be reached: try again in a moment";
    pub(crate) fn provider_unusable() = "the answer of the provider is not valid: the log of the server says why";
    pub(crate) fn provider_refused_code() = "the provider does not accept the sign-in: begin again";
    pub(crate) fn provider_is_busy() = "too many people sign in with the provider: try again in a moment";
    pub(crate) fn sign_in_not_under_way() = "no such sign-in is under way in this browser, or it took longer than ten minutes: begin again";
    pub(crate) fn no_group_with_a_role() = "none of your groups at the provider has a role here: ask an administrator";
    pub(crate) fn name_of_another_user() = "there is another user with your name, who does not come from the provider: ask an administrator";
    pub(crate) fn code_needed() = "a one-time code is needed: send the request again with `code`";
    pub(crate) fn code_wrong() = "the one-time code is wrong or was used already: wait for the next one";
    pub(crate) fn code_has_six_digits() = "`code` is not a one-time code, which has six digits";
    pub(crate) fn password_wrong() = "the password is wrong";
    pub(crate) fn password_too_short(least) = "the password is too short: it takes at least {least} characters";
    pub(crate) fn password_too_long(most) = "the password is too long: it has at most {most} bytes";
    pub(crate) fn password_guessable() =
        "the password is easy to guess: it repeats the name or a few characters, or follows the keyboard";
    pub(crate) fn choose_a_sentence() = "a few words that nobody else would put together are easy to remember and hard to guess";
    pub(crate) fn passwords_are_busy() = "too many passwords are being checked at the moment";
    pub(crate) fn password_not_checked() = "the server cannot check passwords; its log says why";
    pub(crate) fn not_a_user() = "only a user who has signed in has a password and one-time codes, not the holder of a token";
    pub(crate) fn totp_secret_unknown() = "`secret` is not one that `draft_totp` gave";
    pub(crate) fn invitation_invalid() = "it is not valid: it was used, its time has run out, or it never was one";
    pub(crate) fn ask_for_another_invitation() =
        "an administrator can invite you again; the first user is created with the token in the file `setup-token` in the data folder";
    pub(crate) fn no_such_token() = "there is no token of this name";
    pub(crate) fn token_exists() = "there is a token of this name already";
    pub(crate) fn too_many_tokens(count) = "there are {count} tokens, which are as many as there may be: revoke one first";
    pub(crate) fn token_expired_already() = "`expires_at` is not in the future, so the token would never be valid";
    pub(crate) fn token_name_invalid(because) = "`name` is no name for a token: {because}";
    pub(crate) fn no_such_role(word, known) = "`{word}` is no role: use one of {known}";
    pub(crate) fn no_such_preset(word, known) = "`{word}` is no preset: use one of {known}";
    pub(crate) fn not_restricted(word, known) = "no policy is about `{word}`: use one of {known}";
    pub(crate) fn no_such_secret() = "there is no secret of this name";
    pub(crate) fn no_such_secret_version(number) = "the secret has no version {number}, or it is no longer kept";
    pub(crate) fn secret_not_openable() =
        "the value of the secret cannot be encrypted or opened with the key of this installation";
    pub(crate) fn restore_secret_key() =
        "restore `secret.key` from the backup of the data folder, or give the secret another value";
    pub(crate) fn secret_exists() = "there is a secret of this name already";
    pub(crate) fn secret_in_use(stacks) = "these stacks use the secret: {stacks}";
    pub(crate) fn let_go_of_secret() =
        "save and apply versions of these stacks that do not use it, or delete the stacks";
    pub(crate) fn too_many_named_secrets(most) =
        "there are {most} secrets already, which are as many as there may be";
    pub(crate) fn secret_name_refused(why) = "`name` cannot be the name of a secret: {why}";
    pub(crate) fn secret_value_empty() = "`value` is empty";
    pub(crate) fn secret_value_with_nul() = "`value` contains a NUL character; encode what is not a text";
    pub(crate) fn secret_value_too_long(limit) = "`value` is longer than {limit} bytes";
    pub(crate) fn secret_description_too_long(limit) = "`description` is longer than {limit} characters";
    pub(crate) fn stacks_of_secret_missing() =
        "`stacks` is missing: list patterns of the stacks that may use the secret, or `[\"*\"]` for all stacks";
    pub(crate) fn number_of_patterns(most) = "`stacks` has 1 to {most} patterns";
    pub(crate) fn policy_changed(revision) = "somebody else has replaced the policy: it is at revision {revision} now";
    pub(crate) fn read_policy_again() = "read it again with `GET /api/v1/policy`, and change that one";
    pub(crate) fn version_not_allowed(count, findings: Message) =
        "the policy does not allow {count} of the things that this version asks for: {findings}";
    pub(crate) fn no_such_permission(word, known) = "`{word}` is no permission: use some of {known}";
    pub(crate) fn patterns_of_token(count) =
        "`stacks` has 1 to {count} patterns or labels; leave it out for a token that is for everything";
    pub(crate) fn pattern_invalid(pattern, because) = "`{pattern}` in `stacks` matches no name of a stack: {because}";
    pub(crate) fn grants_unreadable() = "the database does not say now what was granted to you";
    pub(crate) fn no_such_version_number(version) = "the stack has no version {version}";
    pub(crate) fn no_such_file() = "the version has no file with this path";
    pub(crate) fn no_such_plan() = "there is no plan with this id";
    pub(crate) fn no_such_registry(registry) = "no credentials are stored for `{registry}`";
    pub(crate) fn stack_cannot_be_renamed(name, wanted) =
        "the stack is called `{name}`; a new version cannot rename it to `{wanted}`";
    pub(crate) fn version_keeps_on_failure(choice) =
        "the stack has `on_failure: {choice}`, which a new version does not change";
    pub(crate) fn change_on_failure(stack) =
        "leave `on_failure` out, or change it with PATCH /api/v1/stacks/{stack}";
    pub(crate) fn name_taken(name) = "a stack called `{name}` already exists";
    pub(crate) fn no_key_list() = "the template has no list of keys: it keeps every instance";
    pub(crate) fn set_key_list() = "send the keys that are still wanted with PUT, or where to ask for them";
    pub(crate) fn keys_or_url() = "send either `keys` or `url`; only with `url` there is `every_seconds`";
    pub(crate) fn too_many_keys(limit) = "a list has at most {limit} keys";
    pub(crate) fn no_such_instance() = "the template has no instance with this key";
    pub(crate) fn nothing_to_build() = "the template of this instance declares nothing that builds";
    pub(crate) fn declare_build() = "name the services that build under `build` of the template, and upgrade the instance";
    pub(crate) fn apply_it_or_change_instance() =
        "apply that version on the page of the stack if it is meant to run, or send other values to make one from the template";
    pub(crate) fn no_rollout() = "the instances of the template were never upgraded together";
    pub(crate) fn start_rollout() = "POST to the same path upgrades them";
    pub(crate) fn rollout_under_way(version) = "all instances of the template are being upgraded to version {version}";
    pub(crate) fn cancel_rollout() = "wait until that is over, or cancel it with POST to /cancel below the same path";
    pub(crate) fn rollout_pace_unusable(most) = "`at_once` is a number from 1 to {most}";
    pub(crate) fn launches_collide() =
        "other launches took every port that was chosen; try again";
    pub(crate) fn no_such_template() = "there is no template of this name";
    pub(crate) fn see_templates() = "GET /api/v1/templates lists all templates";
    pub(crate) fn no_such_template_version(version) = "the template has no version {version}";
    pub(crate) fn see_template_versions() =
        "GET /api/v1/templates/{{template}}/versions lists the versions of a template";
    pub(crate) fn template_name_taken(name) = "a template called `{name}` already exists";
    pub(crate) fn save_template_version_instead(name) =
        "save a new version of it with POST /api/v1/templates/{name}/versions, or choose another name";
    pub(crate) fn template_has_changed(version) =
        "the template has changed since you read it; its newest version is {version}";
    pub(crate) fn read_template_again(version) =
        "read the template again; if the request still makes sense, repeat it with `If-Match: \"v{version}\"`";
    pub(crate) fn template_has_instances(count) = "the template has instances, {count} in number";
    pub(crate) fn remove_instances_first() = "remove its instances first";
    pub(crate) fn template_without_name() = "the template has no name";
    pub(crate) fn name_the_template() = "add `?name=NAME` to the address, or `name` to the JSON";
    pub(crate) fn template_cannot_be_renamed(name, wanted) =
        "the template is called `{name}`; a new version cannot rename it to `{wanted}`";
    pub(crate) fn template_without_on_failure() = "a template does not say what commands do on failure";
    pub(crate) fn leave_on_failure_out() = "leave `on_failure` out; it is chosen when an instance is launched";
    pub(crate) fn no_such_project(project) = "there is no project `{project}` on the host";
    pub(crate) fn project_is_a_stack(project) = "the project `{project}` is already a stack";
    pub(crate) fn project_is_core_monitor(project) = "the project `{project}` is Core Monitor itself";
    pub(crate) fn command_of_the_system(kind) =
        "{kind} commands are created by Core Monitor itself and cannot be requested";
    pub(crate) fn stack_never_applied() = "the stack has never been applied";
    pub(crate) fn no_websocket(reason: Message) = "this is opened with a WebSocket: {reason}";
    pub(crate) fn websocket_not_asked_for() =
        "the request lacks `Upgrade: websocket` and `Connection: Upgrade`";
    pub(crate) fn websocket_version_other() = "the request lacks `Sec-WebSocket-Version: 13`";
    pub(crate) fn websocket_without_key() = "the request lacks a `Sec-WebSocket-Key`";
    pub(crate) fn websocket_protocols_unknown() = "none of the offered protocols is supported";
    pub(crate) fn open_websocket(protocol) =
        "open it with a WebSocket client, with the protocol `{protocol}` or none";
    pub(crate) fn websocket_malformed(reason) = "the client sent what is no WebSocket message: {reason}";
    pub(crate) fn terminal_control_unknown() =
        "a text message must be JSON like {{\"resize\": {{\"columns\": 132, \"rows\": 43}}}}; what is typed is sent as binary messages";
    pub(crate) fn ticket_invalid() = "the ticket is missing, was used before, or has expired";
    pub(crate) fn get_a_ticket() =
        "get one with POST /api/v1/containers/{{id}}/terminal; it is good once and for 30 seconds";
    pub(crate) fn terminals_off() = "terminals and commands in containers are switched off here";
    pub(crate) fn switch_terminals_on() =
        "whoever runs the server can set `terminals = \"on\"` in its configuration";
    pub(crate) fn no_such_container() = "no stack has a container with this id or name";
    pub(crate) fn see_containers() = "GET /api/v1/containers lists the containers of all stacks";
    pub(crate) fn container_not_running(name) = "the container `{name}` is not running, or is paused";
    pub(crate) fn start_the_stack() = "start its stack, or wait until it is back";
    pub(crate) fn too_many_terminals(most) =
        "there are {most} terminals and running commands with this token, which are all it may have";
    pub(crate) fn all_terminals_taken(most) = "there are {most} terminals and running commands, which is the most";
    pub(crate) fn close_a_terminal() = "close one of them; a ticket that is not used counts for 30 seconds";
    pub(crate) fn exec_timeout_out_of_range(most) = "`timeout_seconds` must be from 1 to {most}";
    pub(crate) fn no_such_volume() = "no stack has a volume with this name";
    pub(crate) fn see_volumes() = "GET /api/v1/volumes lists the volumes of the host";
    pub(crate) fn volume_not_mounted() =
        "no container of a stack has the volume mounted, and the engine shows files only in containers";
    pub(crate) fn apply_the_stack() = "apply the stack that uses it; its containers need not run";
    pub(crate) fn too_many_transfers(most) = "{most} files are being transferred, which is the most";
    pub(crate) fn length_required() = "the size of the file is not known before its content";
    pub(crate) fn send_content_length() = "send the file with `Content-Length` instead of in chunks";
    pub(crate) fn owner_invalid() = "`uid` and `gid` must be less than 4294967295";
    pub(crate) fn mode_invalid() = "`mode` must be one to four octal digits, such as 0644";
    pub(crate) fn download_broken_off(reason) = "the download was broken off: {reason}";
    pub(crate) fn not_on_demand(service) = "the applied version has no service `{service}` that wakes on demand";
    pub(crate) fn on_demand_are(services) = "those that do are: {services}";
    pub(crate) fn on_demand_time_out_of_range(field, least, most) =
        "`{field}` must be from {least} to {most}";
    pub(crate) fn awake_until_not_ahead() = "`awake_until` is in the past, or more than 30 days away";
    pub(crate) fn never_sleeps(service) = "`{service}` never sleeps";
    pub(crate) fn domain_with_wildcard() = "`domain` is one name, without `*`";
    pub(crate) fn days_out_of_range(most) = "`days` is from 1 to {most}";
    pub(crate) fn no_such_service(service) = "the stack has no service `{service}`";
    pub(crate) fn no_such_plan_here(plan) = "there is no plan `{plan}` for this stack and version";
    pub(crate) fn plan_for_another(plan, purpose) =
        "the plan `{plan}` was made with `purpose={purpose}`, so it does not confirm this command";
    pub(crate) fn plan_for_other_delete(plan) =
        "the plan `{plan}` was not made for a delete with just these choices, so it does not confirm this one";
    pub(crate) fn make_delete_plan(stack) =
        "make a plan with POST /api/v1/stacks/{stack}/delete/plan and the same choices, review it and delete with its id";
    pub(crate) fn scale_unchanged(number) = "by its definition, the number of containers of the service is {number} already";
    pub(crate) fn apply_to_repair() = "if fewer run, apply the version";
    pub(crate) fn scale_changes_more() =
        "the number cannot be changed alone: the definition would mean something else besides";
    pub(crate) fn scale_named(name) =
        "the definition calls the container `{name}`, and no two containers have the same name";
    pub(crate) fn scale_without_name() = "remove `container_name` from the service first";
    pub(crate) fn scale_same_port(published, most) =
        "the containers would publish port {published} of the host, which is enough for {most}";
    pub(crate) fn scale_without_port() =
        "leave the port to the engine, publish a range, or put a proxy in front of the service";
    pub(crate) fn scale_same_address(address) =
        "the containers would have the address {address}, and no two have the same";
    pub(crate) fn scale_without_address() = "leave the addresses of the service to the engine";
    pub(crate) fn scale_from_elsewhere() =
        "no compose file of the version has the service itself: it comes from another file (`include` or `extends`)";
    pub(crate) fn scale_from_files(files) =
        "no compose file of the version has the service itself: it comes from another file (`include` or `extends`), such as {files}";
    pub(crate) fn scale_from_variable(file, line, written) =
        "the number is written as `{written}` in line {line} of `{file}`: it belongs to the variable";
    pub(crate) fn scale_is_shared(file, line) =
        "the service, or its number, is written with an anchor, an alias or a tag in line {line} of `{file}`, so others may share it";
    pub(crate) fn save_the_number_yourself() =
        "save a version with the other number, and apply it";
    pub(crate) fn tag_invalid(most) =
        "a tag has 1 to {most} characters, none of them invisible, and no space at its ends";
    pub(crate) fn tag_taken(version) = "version {version} of the stack has this tag";
    pub(crate) fn take_tag_away() = "take it away from the other version first, or choose another";
    pub(crate) fn plan_of_a_plan() = "a plan is not made from a plan: `plan_id` is for the delete itself";
    pub(crate) fn deletes_nothing() =
        "this deletes nothing, or volumes without the containers that use them";
    pub(crate) fn choose_what_goes() =
        "set `containers`, `definition` or both; `volumes` only together with `containers`";
    pub(crate) fn make_plan_with_purpose(purpose) =
        "make a plan with `purpose={purpose}`, review it and send its id";
    /// `plan` is the text of a plan, on several lines.
    pub(crate) fn plan_out_of_date(observed_at, plan) =
        "the plan is out of date: applying now would do something other than it says; it was based on the observation of {observed_at}. The plan would now be:\n{plan}";
    pub(crate) fn plan_out_of_date_because(why: Message, observed_at, plan) =
        "the plan is out of date: {why}; it was based on the observation of {observed_at}. The plan would now be:\n{plan}";
    pub(crate) fn plan_blocked(count, blockers: Message) =
        "the plan has {count} blockers and cannot be carried out: {blockers}";
    pub(crate) fn too_many_names(count, most) = "{count} objects are named; at most {most} are allowed";
    pub(crate) fn no_such_prune_plan(plan) = "there is no plan `{plan}` for pruning";
    pub(crate) fn make_prune_plan() = "make one with POST /api/v1/prune/plan and review it";
    pub(crate) fn prune_plan_stale(count, all: Message) =
        "the plan is out of date, since some of what it names can no longer be removed ({count}): {all}";
    pub(crate) fn service_parameter_invalid(why: Message) = "`service`: {why}";
    pub(crate) fn event_id_invalid(text) = "`{text}` is not the id of an event of the engine";
    pub(crate) fn send_event_id() = "send the `id` of the last event that you have received";
    pub(crate) fn event_times_reversed() = "`since` is later than `until`, so that nothing can be between them";
    pub(crate) fn events_in_the_future() = "`since` is in the future, where nothing has happened yet";
    pub(crate) fn follow_future_events() =
        "`GET /api/v1/engine/events/stream` waits for what happens from a time on";
    pub(crate) fn no_such_container_on_host() = "the host has no container with this id or name, as the worker last saw it";
    pub(crate) fn words_invalid(name, most) = "`{name}` must have 1 to {most} words";
    pub(crate) fn separate_event_words() = "separate words with commas, such as `die,start`";
    pub(crate) fn no_such_slot(slot, service) = "the service `{service}` has no slot `{slot}`";
    pub(crate) fn see_slots(slots) = "its slots are {slots}";
    pub(crate) fn declare_a_slot() = "declare one under `x-core-monitor.deploy` of the service";
    pub(crate) fn service_does_not_run(service) = "the service `{service}` does not run";
    pub(crate) fn start_the_service() = "start it first; a version can also be applied with the artifact in it";
    pub(crate) fn newer_version_not_applied(applied, latest) =
        "version {applied} is applied, and version {latest} was saved after it";
    pub(crate) fn apply_or_name_base(latest) =
        "apply version {latest} first, or say with `base` which version the deployment is made from";
    pub(crate) fn no_such_artifact(digest) = "no artifact `{digest}` is stored";
    pub(crate) fn artifact_damaged(digest) = "the stored artifact `{digest}` is damaged";
    pub(crate) fn upload_artifact_again() = "upload it again, which replaces what is stored";
    pub(crate) fn artifact_larger_than(limit) = "the artifact has more than {limit} bytes";
    pub(crate) fn no_space_for_artifact() = "there is no space left for the artifact";
    pub(crate) fn artifacts_unusable(reason) = "the store of artifacts cannot be used: {reason}";
    pub(crate) fn artifact_without_name() = "the artifact has no file name";
    pub(crate) fn send_file_name() = "send its name, such as `file_name=app.war`";
    pub(crate) fn plan_not_possible() = "the plan cannot be carried out";
    pub(crate) fn and_also(one: Message, other: Message) = "{one}; {other}";
    pub(crate) fn no_templates() = "the file has no list of `templates`";
    pub(crate) fn no_template_with_title(title) = "the file has no template with the title `{title}`";
    pub(crate) fn send_portainer_file() =
        "send a JSON object that has the file as `portainer`, such as `jq '{{portainer: .}}' templates.json` makes it";
    pub(crate) fn no_such_catalog_entry() = "the catalogue has no entry with this id";
    pub(crate) fn choices_with_problem(problem: Message) = "the choices have a problem: {problem}";
    pub(crate) fn choices_with_problems(count) = "the choices have {count} problems";
    /// `place` is a JSON pointer.
    pub(crate) fn choice_refused(place, problem: Message) = "`{place}`: {problem}";
    pub(crate) fn too_many_overwritten_paths(limit) = "`overwrite` has more than {limit} paths";
    pub(crate) fn not_observed() = "the engine has not been observed yet";
    pub(crate) fn registry_host_invalid(text) =
        "`{text}` is not a registry's host; write for example `docker.io` or `registry.example.com:5000`";
    pub(crate) fn credentials_with_colon() =
        "the user name contains a colon, which registries take for the end of the name";
    pub(crate) fn credentials_with_control_character() =
        "the user name or the password contains a control character";
    /// `address` is the path of the command.
    pub(crate) fn retry_or_cancel(address) =
        "retry the failed command with POST {address}/retry, or cancel it with POST {address}/cancel";
}
