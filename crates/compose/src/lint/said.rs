//! What to reconsider before production, and how.

core_monitor_message::messages! {
    pub(crate) fn lint_authentication_disabled(setting, service) =
        "`{setting}` of service `{service}` disables authentication";
    pub(crate) fn lint_development_mode(variable, service) =
        "`{variable}` of service `{service}` enables development mode";
    pub(crate) fn lint_development_word(attribute, service, word) =
        "`{attribute}` of service `{service}` contains `{word}`, which is for development";
    pub(crate) fn lint_source_mounted(service, target) =
        "service `{service}` mounts a host folder over `{target}`";
    pub(crate) fn lint_healthcheck_disabled(service) = "service `{service}` has its health check disabled";
    pub(crate) fn lint_no_healthcheck(service) =
        "service `{service}` has no `healthcheck`, and its image may not have one either";
    pub(crate) fn lint_setting_form(key) = "`{key}` must contain only `ignore` with a list of codes";
    pub(crate) fn lint_setting_unknown(key, code) = "`{key}` ignores `{code}`, which is not a rule";
    pub(crate) fn lint_image_without_version(service, image) =
        "service `{service}` runs `{image}` without a version";
    pub(crate) fn lint_floating_pull(service, policy) =
        "service `{service}` pulls a floating tag with `pull_policy: {policy}`";
    pub(crate) fn lint_major_version_only(service, image) =
        "service `{service}` pins only the major version of `{image}`";
    pub(crate) fn lint_pinned_by_tag(service, image) = "service `{service}` pins `{image}` by tag only";
    pub(crate) fn lint_anonymous_volume(service, target) =
        "service `{service}` stores `{target}` in an anonymous volume";
    pub(crate) fn lint_engine_socket(service) = "service `{service}` has access to the engine's socket";
    pub(crate) fn lint_data_in_container(service) =
        "service `{service}` stores its data inside its container";
    pub(crate) fn lint_no_reverse_proxy() =
        "services are published on all host addresses, but the project has no reverse proxy";
    pub(crate) fn lint_no_https() =
        "ports are published on all host addresses, but none of them is for HTTPS";
    pub(crate) fn lint_public_port(service, port) =
        "service `{service}` publishes port {port} on all host addresses";
    pub(crate) fn lint_bind_to_localhost(published, target) =
        "write `127.0.0.1:{published}:{target}`, or remove it: services of the project need no published port";
    pub(crate) fn lint_replicas_share_port(replicas, service) =
        "all {replicas} replicas of service `{service}` publish the same host port";
    pub(crate) fn lint_port_published_twice(service, port, protocol) =
        "service `{service}` publishes host port {port}/{protocol} twice";
    pub(crate) fn lint_port_shared(other, service, port, protocol) =
        "services `{other}` and `{service}` both publish host port {port}/{protocol}";
    pub(crate) fn lint_privileged(service) = "service `{service}` is privileged";
    pub(crate) fn lint_capability(service, capability) =
        "service `{service}` has the capability `{capability}`";
    pub(crate) fn lint_security_option(service, option) = "service `{service}` has `{option}`";
    pub(crate) fn lint_host_network(service) = "service `{service}` uses the host network";
    pub(crate) fn lint_host_namespace(service, attribute) = "service `{service}` has `{attribute}: host`";
    pub(crate) fn lint_may_run_as_root(service) = "service `{service}` has no `user`, so it may run as root";
    pub(crate) fn lint_runs_as_root(service) = "service `{service}` runs as root";
    pub(crate) fn lint_version_obsolete() = "`version` is obsolete";
    pub(crate) fn lint_no_backup(service) =
        "service `{service}` stores data, but no service of the project makes backups";
    pub(crate) fn lint_unused(key, section) = "`{key}` of `{section}` is not used by any service";
    pub(crate) fn lint_no_restart_policy(service) = "service `{service}` has no restart policy";
    pub(crate) fn lint_job_restarts(service) =
        "service `{service}` must complete successfully, but is restarted when it does";
    pub(crate) fn lint_plain_secret(name) = "`{name}` looks like a secret but is a plain variable";
    pub(crate) fn lint_secret_in_command(attribute, service, option) =
        "`{attribute}` of service `{service}` has a secret after `{option}`";
    pub(crate) fn lint_secret_build_argument(argument, service) =
        "build argument `{argument}` of service `{service}` contains a secret";
    pub(crate) fn lint_awaited_without_check(service, dependency) =
        "service `{service}` waits for `{dependency}` to become healthy, but `{dependency}` has no `healthcheck`";
    pub(crate) fn lint_awaited_with_check_disabled(service, dependency) =
        "service `{service}` waits for `{dependency}` to become healthy, but `{dependency}` has its health check disabled";
    pub(crate) fn lint_can_read(service, path) = "service `{service}` can read `{path}` on the host";
    pub(crate) fn lint_can_write(service, path) = "service `{service}` can write to `{path}` on the host";
    pub(crate) fn lint_no_memory_limit(service) = "service `{service}` can use all memory of the host";
    pub(crate) fn lint_no_cpu_limit(service) = "service `{service}` can use all CPUs of the host";
    pub(crate) fn lint_no_log_rotation(service) = "service `{service}` writes a log that is never rotated";
    pub(crate) fn lint_guessable(variable, service) = "`{variable}` of service `{service}` is easy to guess";
    pub(crate) fn lint_password_in_url(variable, service) =
        "`{variable}` of service `{service}` is a URL that contains a password";
    pub(crate) fn lint_inline_secret(variable, service) =
        "`{variable}` of service `{service}` is a secret written in the file";

    pub(crate) fn cure_no_authentication() = "remove the setting, and configure a user and a password";
    pub(crate) fn cure_dev_mode() = "set it to its production value, or remove it";
    pub(crate) fn cure_source_mount() =
        "keep the code in the image; mount only data and configuration, and the configuration read-only";
    pub(crate) fn cure_healthy_without_healthcheck() =
        "add a `healthcheck` to the dependency, or wait for `service_started`; if its image has a health check, ignore this rule there";
    pub(crate) fn cure_no_healthcheck() =
        "add a `healthcheck` that queries the service, such as `test: [CMD, wget, -q, --spider, http://localhost:8080/health]`";
    pub(crate) fn cure_healthcheck_disabled() =
        "remove `disable` or `NONE`, or write a suitable health check";
    pub(crate) fn cure_invalid_lint_setting() =
        "write `x-lint: {{ignore: [CODE, ...]}}` with codes from this page";
    pub(crate) fn cure_floating_tag() = "use the version you tested, such as `nginx:1.27.3`";
    pub(crate) fn cure_moving_image() = "add a version to `image`, or remove `pull_policy`";
    pub(crate) fn cure_major_tag() = "use the full version, such as `postgres:16.4`";
    pub(crate) fn cure_no_digest() =
        "add the digest, such as `nginx:1.27.3@sha256:...`; `docker image inspect` shows it";
    pub(crate) fn cure_docker_socket() =
        "use a socket proxy that allows only the calls it needs, or remove the mount";
    pub(crate) fn cure_host_path() = "mount only the file or folder that is needed, read-only: add `:ro`";
    pub(crate) fn cure_host_path_read_only() = "mount only the file or folder that is needed";
    pub(crate) fn lint_newer_engine(attribute, owner, release) =
        "`{attribute}` of `{owner}` needs Docker Engine {release} or newer";
    pub(crate) fn cure_newer_engine() = "update the engine if it is older, or leave the attribute out";
    pub(crate) fn lint_one_letter_volume(service, target) =
        "service `{service}` mounts an anonymous volume at `{target}`, not a volume with that name";
    pub(crate) fn cure_one_letter_volume() =
        "give the volume a name with more letters, or use the long form with `type: volume`, `source` and `target`";
    pub(crate) fn cure_anonymous_volume() =
        "use a named volume: `data:/path`, and declare `data` under the top-level `volumes`";
    pub(crate) fn cure_database_without_volume() =
        "mount a named volume where the image stores its data, or a `tmpfs` if the data may be lost";
    pub(crate) fn cure_duplicate_host_port() = "publish one of them on a different port or address";
    pub(crate) fn cure_replicas_share_port() =
        "publish a range with one port per replica, omit the host port, or use a proxy";
    pub(crate) fn cure_public_database_port() =
        "remove the port, or bind it to localhost: `127.0.0.1:5432:5432`";
    pub(crate) fn cure_public_port() =
        "bind it to localhost, such as `127.0.0.1:8080:80`, and expose it through a reverse proxy";
    pub(crate) fn cure_no_reverse_proxy() =
        "add a proxy such as Traefik, Caddy or nginx, and publish nothing else";
    pub(crate) fn cure_no_tls() =
        "publish port 443 of a proxy that has certificates, and redirect port 80 to it";
    pub(crate) fn cure_privileged() =
        "remove `privileged`, and add only the capability or device it needs with `cap_add` or `devices`";
    pub(crate) fn cure_broad_capability() =
        "remove it, or add only the narrower capability that the program needs";
    pub(crate) fn cure_unconfined() =
        "remove it from `security_opt`, or use a profile that allows only what is needed";
    pub(crate) fn cure_host_network() = "remove `network_mode: host`, and publish the ports that are needed";
    pub(crate) fn cure_host_namespace() = "remove `pid: host`, `ipc: host` or `userns_mode: host`";
    pub(crate) fn cure_runs_as_root() = "add `user: \"1000:1000\"` if the image works without root";
    pub(crate) fn cure_no_backup() =
        "add a service that dumps the database to another host on a schedule, and regularly test restoring it; a service counts if its name, image or command contains `backup` or `dump`";
    pub(crate) fn cure_unused_resource() = "use it or remove it";
    pub(crate) fn cure_obsolete_version() = "remove it";
    pub(crate) fn cure_no_memory_limit() = "add `mem_limit: 512m`, or `deploy.resources.limits.memory`";
    pub(crate) fn cure_no_cpu_limit() = "add `cpus: 1.5`, or `deploy.resources.limits.cpus`";
    pub(crate) fn cure_no_log_rotation() =
        "add `logging: {{driver: json-file, options: {{max-size: 10m, max-file: \"3\"}}}}`, or `driver: local`, which rotates by default";
    pub(crate) fn cure_no_restart_policy() =
        "add `restart: unless-stopped`, or `restart: \"no\"` for a job that is meant to end";
    pub(crate) fn cure_job_restarts() =
        "write `restart: \"no\"`, or `restart: on-failure` to retry a failed run";
    pub(crate) fn cure_default_password() =
        "generate a long random one, for example with `openssl rand -base64 24`, and keep it out of the compose file";
    pub(crate) fn cure_inline_secret() =
        "write `${{NAME:?}}` and make `NAME` a secret variable when you save the stack, or use `secrets` and a variable that ends in `_FILE`";
    pub(crate) fn cure_plain_secret_variable() =
        "give it as a secret variable when you save the stack, and remove it from `.env`";
    pub(crate) fn cure_password_in_url() =
        "pass user and password in separate variables, or write `${{NAME:?}}` in place of the password and make `NAME` a secret variable";
    pub(crate) fn cure_secret_in_command() = "pass it in a variable or a file that the program reads";
    pub(crate) fn cure_secret_in_build_args() = "use `build.secrets` and `RUN --mount=type=secret`";
}
