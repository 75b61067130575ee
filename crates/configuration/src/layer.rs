//! The settings with their defaults, and one layer of them: the flags, the environment or the file.

use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

use crate::{
    ByteSize, ConfigurationError, HumanDuration, ListenAddress, LogFormat, MountRoots, Program, Secret,
    Switch,
};

/// The description of a setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its key in the file.
    pub name: &'static str,
    /// Its variable in the environment.
    pub variable: &'static str,
    /// The program that has it; `None` for all.
    pub program: Option<Program>,
    /// Its default, as shown in the manual.
    pub default: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// Declares the settings. Each line has name, type, variable, program and default; the doc comment is the text of `--help`
/// and of the manual. The default is written once, as the manual shows it, and parsed like any other value. A `computed`
/// setting has a default that depends on the machine, so the manual only describes it.
macro_rules! settings {
    (
        computed {
            $($(#[doc = $computed_doc:literal])+ $computed:ident: $computed_type:ty, $computed_variable:literal,
                $computed_program:expr, $computed_default:literal;)*
        }
        secrets {
            $($(#[doc = $secret_doc:literal])+ $secret:ident, $secret_variable:literal;)*
        }
        $($(#[doc = $doc:literal])+ $name:ident: $type:ty, $variable:literal, $program:expr, $default:literal;)*
    ) => {
        /// All settings, except the path of the file itself and the secrets, which have no flag.
        pub const SETTINGS: &[Setting] = &[
            $(Setting {
                name: stringify!($computed),
                variable: $computed_variable,
                program: $computed_program,
                default: $computed_default,
                about: concat!($($computed_doc),+).trim_ascii(),
            },)*
            $(Setting {
                name: stringify!($name),
                variable: $variable,
                program: $program,
                default: $default,
                about: concat!($($doc),+).trim_ascii(),
            },)*
        ];

        /// The secrets, by their keys in the file and their variables. They have no flag: everyone on the machine can read a
        /// command line.
        pub(crate) const SECRETS: &[(&str, &str)] = &[$((stringify!($secret), $secret_variable)),*];

        /// The settings of one source.
        #[derive(Clone, Default, clap::Args, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Layer {
            $($(#[doc = $computed_doc])+ #[arg(long)] pub(crate) $computed: Option<$computed_type>,)*
            $($(#[doc = $doc])+ #[arg(long)] pub(crate) $name: Option<$type>,)*
            $($(#[doc = $secret_doc])+ #[arg(skip)] pub(crate) $secret: Option<Secret>,)*
        }

        /// A value for every setting that has a fixed default.
        pub(crate) struct Values {
            $(pub(crate) $name: $type,)*
        }

        impl Layer {
            /// Reads the environment with `lookup`. An empty variable counts as unset.
            pub(crate) fn from_environment(
                lookup: &dyn Fn(&str) -> Option<String>,
            ) -> Result<Self, ConfigurationError> {
                Ok(Self {
                    $($computed: variable(lookup, $computed_variable)?,)*
                    $($name: variable(lookup, $variable)?,)*
                    $($secret: variable(lookup, $secret_variable)?,)*
                })
            }

            /// Takes settings that this layer does not have from `lower`.
            pub(crate) fn over(self, lower: Self) -> Self {
                Self {
                    $($computed: self.$computed.or(lower.$computed),)*
                    $($name: self.$name.or(lower.$name),)*
                    $($secret: self.$secret.or(lower.$secret),)*
                }
            }

            /// The secrets that this layer has, by their keys.
            pub(crate) fn secrets(&self) -> Vec<&'static str> {
                let given = [$((stringify!($secret), self.$secret.is_some())),*];
                given.into_iter().filter(|(_, is_given)| *is_given).map(|(name, _)| name).collect()
            }

            /// The value of every setting: the one in this layer, else the default.
            pub(crate) fn values(&self) -> Result<Values, ConfigurationError> {
                Ok(Values {
                    $($name: match &self.$name {
                        Some(value) => value.clone(),
                        None => parse_default(stringify!($name), $default)?,
                    },)*
                })
            }
        }
    };
}

settings! {
    computed {
        /// Folder for the database, the token file and the files of stacks.
        data_dir: PathBuf, "CORE_MONITOR_DATA_DIR", None,
            "`/var/lib/core-monitor` for root, else `core-monitor` in `$XDG_STATE_HOME` or `~/.local/state`";
        /// Folder with entries of your own for the catalogue of the wizard.
        catalog_folder: PathBuf, "CORE_MONITOR_CATALOG_FOLDER", Some(Program::Server), "`catalog` in `data_dir`";
        /// Folders of the host that templates may mount, as `name=/absolute/path` with commas between them.
        mount_roots: MountRoots, "CORE_MONITOR_MOUNT_ROOTS", Some(Program::Server), "no folders";
        /// A file with the policy on what may run: it replaces the policy at each start of the server.
        policy_file: PathBuf, "CORE_MONITOR_POLICY_FILE", Some(Program::Server), "no file";
        /// A file outside of the data folder that `secret.key` is encrypted with, such as `/etc/core-monitor/key-encryption` or
        /// `$CREDENTIALS_DIRECTORY/key-encryption`: 32 random bytes or more, or an age identity.
        key_encryption_file: PathBuf, "CORE_MONITOR_KEY_ENCRYPTION_FILE", None, "no file";
        /// A file with the certificate of the server, its own first and then those in between, as PEM: it then speaks TLS.
        tls_certificate: PathBuf, "CORE_MONITOR_TLS_CERTIFICATE", Some(Program::Server), "no TLS";
        /// The file with the key of that certificate, as PEM and without a passphrase, closed to all users but its owner and its group.
        tls_key: PathBuf, "CORE_MONITOR_TLS_KEY", Some(Program::Server), "no TLS";
        /// Stacks that may mount the engine's socket, as patterns of their names with commas between them, such as `traefik,ci-*`:
        /// whoever has it has the host.
        socket_stacks: String, "CORE_MONITOR_SOCKET_STACKS", Some(Program::Worker), "no stacks";
        /// Folder with `ca.pem`, `cert.pem` and `key.pem` for TLS to an engine at `tcp://`; the key must be closed to all users but its owner
        /// and its group.
        docker_cert_path: PathBuf, "DOCKER_CERT_PATH", Some(Program::Worker), "no TLS";
        /// Folder with the certificates and keys of the gateway; it listens for HTTPS if there are any.
        gateway_certificates: PathBuf, "CORE_MONITOR_GATEWAY_CERTIFICATES", Some(Program::Gateway),
            "`certificates` in `data_dir`";
        /// Folder with themes of your own for waiting pages.
        gateway_themes: PathBuf, "CORE_MONITOR_GATEWAY_THEMES", Some(Program::Gateway), "`themes` in `data_dir`";
        /// What people call this installation in alerts.
        instance_name: String, "CORE_MONITOR_INSTANCE_NAME", Some(Program::Server), "the name of the host";
        /// Where people reach the web UI, for links in alerts and on pages of the gateway, such as `https://monitor.example.org`.
        public_url: String, "CORE_MONITOR_PUBLIC_URL", None, "no links";
        /// The provider of OpenID Connect that people may sign in with, such as `https://id.example.org/realms/home`.
        oidc_issuer: String, "CORE_MONITOR_OIDC_ISSUER", Some(Program::Server), "no provider";
        /// What this installation is called at the provider.
        oidc_client_id: String, "CORE_MONITOR_OIDC_CLIENT_ID", Some(Program::Server), "no provider";
        /// A file with the client secret, which only the user of the server can read.
        oidc_client_secret_file: PathBuf, "CORE_MONITOR_OIDC_CLIENT_SECRET_FILE", Some(Program::Server), "no provider";
        /// What the button to sign in calls the provider.
        oidc_name: String, "CORE_MONITOR_OIDC_NAME", Some(Program::Server), "the host of `oidc_issuer`";
        /// What the groups of the provider are worth, such as `admins=administrator,devs=deployer+terminal:shop-*`.
        oidc_roles: String, "CORE_MONITOR_OIDC_ROLES", Some(Program::Server), "no provider";
        /// A file with more certificate authorities that the provider may have its certificate from.
        oidc_ca_file: PathBuf, "CORE_MONITOR_OIDC_CA_FILE", Some(Program::Server), "those of the machine";
        /// The mail server that alerts are sent by, such as `smtp://user@mail.example.org:587`.
        alert_smtp: String, "CORE_MONITOR_ALERT_SMTP", Some(Program::Server), "no mails";
        /// Who alerts by mail come from.
        alert_mail_from: String, "CORE_MONITOR_ALERT_MAIL_FROM", Some(Program::Server), "no mails";
        /// Who gets alerts by mail, with commas between them.
        alert_mail_to: String, "CORE_MONITOR_ALERT_MAIL_TO", Some(Program::Server), "no mails";
    }
    secrets {
        /// The administrator's token, at least 32 characters that nobody could guess.
        bootstrap_token, "CORE_MONITOR_BOOTSTRAP_TOKEN";
        /// The database; it may contain a password.
        database_url, "CORE_MONITOR_DATABASE_URL";
        /// The address of a webhook that gets alerts: whoever knows it can post there.
        alert_webhook, "CORE_MONITOR_ALERT_WEBHOOK";
        /// What its requests are signed with.
        alert_webhook_secret, "CORE_MONITOR_ALERT_WEBHOOK_SECRET";
        /// The topic of an ntfy server that gets alerts: whoever knows it can read them.
        alert_ntfy, "CORE_MONITOR_ALERT_NTFY";
        /// An access token of that server.
        alert_ntfy_token, "CORE_MONITOR_ALERT_NTFY_TOKEN";
        /// The password of the user at the mail server.
        alert_smtp_password, "CORE_MONITOR_ALERT_SMTP_PASSWORD";
    }

    /// Log filter: a level, or `target=level` pairs.
    log: String, "CORE_MONITOR_LOG", None, "info";
    /// Log format: `text` or `json`.
    log_format: LogFormat, "CORE_MONITOR_LOG_FORMAT", None, "text";
    /// Address and port to listen on.
    listen: ListenAddress, "CORE_MONITOR_LISTEN", Some(Program::Server), "127.0.0.1:8080";
    /// Maximum size of a request body.
    body_limit: ByteSize, "CORE_MONITOR_BODY_LIMIT", Some(Program::Server), "1MiB";
    /// Maximum time to receive a request body.
    body_timeout: HumanDuration, "CORE_MONITOR_BODY_TIMEOUT", Some(Program::Server), "30s";
    /// Maximum memory for the request bodies, unpacked archives and answers of more than 64 KiB of all requests; what finds no
    /// room is answered with 503 `server-busy`; at least `archive_limit` and `archive_unpacked` together.
    body_memory: ByteSize, "CORE_MONITOR_BODY_MEMORY", Some(Program::Server), "512MiB";
    /// Maximum number of connections.
    connections: usize, "CORE_MONITOR_CONNECTIONS", Some(Program::Server), "512";
    /// Maximum number of connections from one address, or one IPv6 /64 network; behind a reverse proxy, all come from its address.
    connections_per_address: usize, "CORE_MONITOR_CONNECTIONS_PER_ADDRESS", Some(Program::Server), "128";
    /// Addresses and networks of reverse proxies in front, with commas between them: what they say about clients in `X-Forwarded-For` and
    /// `X-Forwarded-Proto` is believed.
    trusted_proxies: String, "CORE_MONITOR_TRUSTED_PROXIES", Some(Program::Server), "127.0.0.1,::1";
    /// Maximum time to receive the headers of a request, with the handshake of TLS before the first one.
    header_timeout: HumanDuration, "CORE_MONITOR_HEADER_TIMEOUT", Some(Program::Server), "10s";
    /// Maximum time between two requests of a connection.
    idle_timeout: HumanDuration, "CORE_MONITOR_IDLE_TIMEOUT", Some(Program::Server), "75s";
    /// Maximum time that a client may not read its response; less if it has been slower than 16 KiB per second before.
    write_timeout: HumanDuration, "CORE_MONITOR_WRITE_TIMEOUT", Some(Program::Server), "30s";
    /// Maximum number of event streams that one token may have open.
    streams_per_caller: usize, "CORE_MONITOR_STREAMS_PER_CALLER", Some(Program::Server), "32";
    /// Maximum age of an event stream; it then ends, and the client continues with a new one.
    stream_age: HumanDuration, "CORE_MONITOR_STREAM_AGE", Some(Program::Server), "1h";
    /// How long a session of a browser lasts without being used, at least two minutes; an open page uses it.
    session_idle: HumanDuration, "CORE_MONITOR_SESSION_IDLE", Some(Program::Server), "12h";
    /// How long a session of a browser lasts however much it is used, at least two minutes.
    session_age: HumanDuration, "CORE_MONITOR_SESSION_AGE", Some(Program::Server), "720h";
    /// Whether terminals and commands in containers are allowed: `on` or `off`.
    terminals: Switch, "CORE_MONITOR_TERMINALS", Some(Program::Server), "on";
    /// Maximum time in which nothing is typed or printed in a terminal; it is then closed.
    terminal_idle: HumanDuration, "CORE_MONITOR_TERMINAL_IDLE", Some(Program::Server), "15m";
    /// Maximum age of a terminal; it is then closed.
    terminal_age: HumanDuration, "CORE_MONITOR_TERMINAL_AGE", Some(Program::Server), "12h";
    /// Maximum number of terminals and commands in containers that one token may have open.
    terminals_per_caller: usize, "CORE_MONITOR_TERMINALS_PER_CALLER", Some(Program::Server), "16";
    /// Maximum size of a file or archive that is downloaded from or uploaded to a container or volume.
    files_limit: ByteSize, "CORE_MONITOR_FILES_LIMIT", Some(Program::Server), "1024MiB";
    /// Maximum size of an uploaded project archive.
    archive_limit: ByteSize, "CORE_MONITOR_ARCHIVE_LIMIT", Some(Program::Server), "64MiB";
    /// Maximum total size of the files in an archive.
    archive_unpacked: ByteSize, "CORE_MONITOR_ARCHIVE_UNPACKED", Some(Program::Server), "256MiB";
    /// Maximum number of files, folders and links in an archive.
    archive_members: usize, "CORE_MONITOR_ARCHIVE_MEMBERS", Some(Program::Server), "10000";
    /// Maximum length of a path in an archive, in bytes.
    archive_path: usize, "CORE_MONITOR_ARCHIVE_PATH", Some(Program::Server), "512";
    /// Maximum time to receive an archive.
    archive_timeout: HumanDuration, "CORE_MONITOR_ARCHIVE_TIMEOUT", Some(Program::Server), "10m";
    /// Maximum size of a compose file or env file.
    compose_file_bytes: ByteSize, "CORE_MONITOR_COMPOSE_FILE_BYTES", Some(Program::Server), "4MiB";
    /// Maximum total size of the compose files of a definition; a file counts each time it is read.
    compose_total_bytes: ByteSize, "CORE_MONITOR_COMPOSE_TOTAL_BYTES", Some(Program::Server), "16MiB";
    /// Maximum nesting of lists and mappings, from 8 to 128.
    compose_depth: usize, "CORE_MONITOR_COMPOSE_DEPTH", Some(Program::Server), "64";
    /// Maximum number of values written in the compose files of a definition.
    compose_nodes: usize, "CORE_MONITOR_COMPOSE_NODES", Some(Program::Server), "250000";
    /// Maximum number of additional values created by YAML aliases.
    compose_alias_nodes: usize, "CORE_MONITOR_COMPOSE_ALIAS_NODES", Some(Program::Server), "200000";
    /// Maximum number of entries copied by merge keys, `extends` and override files.
    compose_merged_entries: usize, "CORE_MONITOR_COMPOSE_MERGED_ENTRIES", Some(Program::Server), "200000";
    /// Maximum number of included files.
    compose_includes: usize, "CORE_MONITOR_COMPOSE_INCLUDES", Some(Program::Server), "200";
    /// Maximum number of services in a definition.
    compose_services: usize, "CORE_MONITOR_COMPOSE_SERVICES", Some(Program::Server), "10000";
    /// Maximum number of ports in a definition after expanding ranges.
    compose_ports: usize, "CORE_MONITOR_COMPOSE_PORTS", Some(Program::Server), "65536";
    /// Maximum total size of the env files read by the services of a definition.
    compose_env_file_bytes: ByteSize, "CORE_MONITOR_COMPOSE_ENV_FILE_BYTES", Some(Program::Server), "4MiB";
    /// Maximum total size of interpolated values in a definition.
    compose_interpolated_bytes: ByteSize, "CORE_MONITOR_COMPOSE_INTERPOLATED_BYTES", Some(Program::Server), "16MiB";
    /// Maximum number of errors in one response.
    compose_errors: usize, "CORE_MONITOR_COMPOSE_ERRORS", Some(Program::Server), "100";
    /// Maximum time for running requests to finish when the server stops.
    shutdown_timeout: HumanDuration, "CORE_MONITOR_SHUTDOWN_TIMEOUT", Some(Program::Server), "30s";
    /// How many plans of each stack are kept, from 1 to 1000. A plan that a waiting command confirmed is kept in any case.
    plans_per_stack: usize, "CORE_MONITOR_PLANS_PER_STACK", Some(Program::Server), "20";
    /// What is asked for at the provider, with spaces between it.
    oidc_scopes: String, "CORE_MONITOR_OIDC_SCOPES", Some(Program::Server), "openid profile email groups";
    /// The claim of the provider with the groups of somebody.
    oidc_groups_claim: String, "CORE_MONITOR_OIDC_GROUPS_CLAIM", Some(Program::Server), "groups";
    /// How long a plan is kept.
    plan_age: HumanDuration, "CORE_MONITOR_PLAN_AGE", Some(Program::Server), "720h";
    /// Maximum size of an uploaded artifact; a slot may allow less.
    artifact_limit: ByteSize, "CORE_MONITOR_ARTIFACT_LIMIT", Some(Program::Server), "1024MiB";
    /// Maximum time to receive an artifact.
    artifact_timeout: HumanDuration, "CORE_MONITOR_ARTIFACT_TIMEOUT", Some(Program::Server), "1h";
    /// How long a command that is over stays in the database with its events, at least one hour; then it moves to a record file.
    /// An idempotency key lives as long as its command stays.
    keep_commands: HumanDuration, "CORE_MONITOR_KEEP_COMMANDS", Some(Program::Server), "2160h";
    /// How long an entry of the audit stays in the database, at least one hour; then it moves to a record file.
    keep_audit: HumanDuration, "CORE_MONITOR_KEEP_AUDIT", Some(Program::Server), "8760h";
    /// How long a record file is kept, at least one hour.
    keep_records: HumanDuration, "CORE_MONITOR_KEEP_RECORDS", Some(Program::Server), "87600h";
    /// How long an artifact is kept that no version names, at least one hour.
    keep_artifacts: HumanDuration, "CORE_MONITOR_KEEP_ARTIFACTS", Some(Program::Server), "24h";
    /// How long the files of a deleted stack are kept, at least one hour.
    keep_deleted: HumanDuration, "CORE_MONITOR_KEEP_DELETED", Some(Program::Server), "2160h";
    /// Address of the Docker Engine.
    docker_host: String, "DOCKER_HOST", Some(Program::Worker), "unix:///var/run/docker.sock";
    /// How long a container without a health check must stay up to count as ready.
    stable_for: HumanDuration, "CORE_MONITOR_STABLE_FOR", Some(Program::Worker), "5s";
    /// Maximum number of steps of one plan that run in parallel, from 1 to 64.
    parallelism: usize, "CORE_MONITOR_PARALLELISM", Some(Program::Worker), "8";
    /// How long the worker's lease lasts without being renewed.
    lease_ttl: HumanDuration, "CORE_MONITOR_LEASE_TTL", Some(Program::Worker), "10s";
    /// How long a command keeps retrying while the engine or a registry has temporary failures.
    retry_budget: HumanDuration, "CORE_MONITOR_RETRY_BUDGET", Some(Program::Worker), "5m";
    /// What a failed command holds up until somebody retries or cancels it: `everything`, or only commands of `related` stacks.
    failure_scope: String, "CORE_MONITOR_FAILURE_SCOPE", Some(Program::Worker), "everything";
    /// Timeout for pulling one image.
    pull_timeout: HumanDuration, "CORE_MONITOR_PULL_TIMEOUT", Some(Program::Worker), "30m";
    /// Timeout for one lifecycle hook.
    hook_timeout: HumanDuration, "CORE_MONITOR_HOOK_TIMEOUT", Some(Program::Worker), "10m";
    /// Timeout for building one image.
    build_timeout: HumanDuration, "CORE_MONITOR_BUILD_TIMEOUT", Some(Program::Worker), "1h";
    /// Networks that build steps may use, with commas between them; the first one is used where a definition names none.
    build_networks: String, "CORE_MONITOR_BUILD_NETWORKS", Some(Program::Worker), "default,none";
    /// What happens if a build would move the name of an image that others use: `refuse` or `warn`.
    build_foreign_tags: String, "CORE_MONITOR_BUILD_FOREIGN_TAGS", Some(Program::Worker), "refuse";
    /// Timeout for any other single write to the engine, not counting grace periods.
    operation_timeout: HumanDuration, "CORE_MONITOR_OPERATION_TIMEOUT", Some(Program::Worker), "2m";
    /// Timeout for one container to become healthy or stable. A health check that needs longer for its start period and all
    /// its retries gets that time: this is no upper bound for it.
    ready_timeout: HumanDuration, "CORE_MONITOR_READY_TIMEOUT", Some(Program::Worker), "10m";
    /// Timeout for one job to finish.
    completion_timeout: HumanDuration, "CORE_MONITOR_COMPLETION_TIMEOUT", Some(Program::Worker), "1h";
    /// Interval between two full observations of the engine, unless an event triggers one earlier.
    observe_every: HumanDuration, "CORE_MONITOR_OBSERVE_EVERY", Some(Program::Worker), "10s";
    /// Whether the worker measures what containers and the host use: `on` or `off`.
    statistics: Switch, "CORE_MONITOR_STATISTICS", Some(Program::Worker), "on";
    /// Maximum memory for the samples of the last hour; with more containers than fit, each keeps less than an hour.
    statistics_memory: ByteSize, "CORE_MONITOR_STATISTICS_MEMORY", Some(Program::Worker), "32MiB";
    /// Maximum size of the statistics of the last 14 days in the database; those of containers that ended longest ago go first.
    statistics_disk: ByteSize, "CORE_MONITOR_STATISTICS_DISK", Some(Program::Worker), "64MiB";
    /// Address and port on which the gateway takes HTTP.
    gateway_listen: ListenAddress, "CORE_MONITOR_GATEWAY_LISTEN", Some(Program::Gateway), "127.0.0.1:3456";
    /// Address and port on which the gateway takes HTTPS, if it has certificates.
    gateway_listen_tls: ListenAddress, "CORE_MONITOR_GATEWAY_LISTEN_TLS", Some(Program::Gateway), "127.0.0.1:3443";
    /// Address and port of the gateway's metrics and health, which need no token: keep it where only you get.
    gateway_admin: ListenAddress, "CORE_MONITOR_GATEWAY_ADMIN", Some(Program::Gateway), "127.0.0.1:3457";
    /// Whether HTTP is answered with a redirect to HTTPS: `on` or `off`.
    gateway_redirect: Switch, "CORE_MONITOR_GATEWAY_REDIRECT", Some(Program::Gateway), "off";
    /// Addresses and networks of proxies in front, with commas between them: what they say about clients and services is believed.
    gateway_trusted_proxies: String, "CORE_MONITOR_GATEWAY_TRUSTED_PROXIES", Some(Program::Gateway), "127.0.0.1,::1";
    /// Whether trusted proxies may choose a service with `X-Service-Name` and `X-Target-Port`, whatever the host: `on` or `off`. Only for
    /// proxies that do not pass on what clients say there.
    gateway_service_headers: Switch, "CORE_MONITOR_GATEWAY_SERVICE_HEADERS", Some(Program::Gateway), "off";
    /// Whether trusted proxies begin their connections with the PROXY protocol: `on` or `off`.
    gateway_proxy_protocol: Switch, "CORE_MONITOR_GATEWAY_PROXY_PROTOCOL", Some(Program::Gateway), "off";
    /// How many threads carry requests; 0 for one for each processor.
    gateway_threads: usize, "CORE_MONITOR_GATEWAY_THREADS", Some(Program::Gateway), "0";
    /// How many services start at once, from 1 to 64; the others wait for their turn.
    gateway_starts: usize, "CORE_MONITOR_GATEWAY_STARTS", Some(Program::Gateway), "2";
    /// Maximum number of connections to the gateway.
    gateway_connections: usize, "CORE_MONITOR_GATEWAY_CONNECTIONS", Some(Program::Gateway), "20000";
    /// Maximum number of connections to the gateway from one address, or one IPv6 /64 network, that is no trusted proxy.
    gateway_connections_per_address: usize, "CORE_MONITOR_GATEWAY_CONNECTIONS_PER_ADDRESS", Some(Program::Gateway), "512";
    /// Whether every request is logged: `on` or `off`.
    gateway_access_log: Switch, "CORE_MONITOR_GATEWAY_ACCESS_LOG", Some(Program::Gateway), "on";
}

/// Parses the default of a setting. Only a mistake in the table above can make this fail.
fn parse_default<T: FromStr<Err: ToString>>(
    setting: &'static str,
    text: &str,
) -> Result<T, ConfigurationError> {
    text.parse().map_err(|error: T::Err| ConfigurationError::Default { setting, reason: error.to_string() })
}

fn variable<T: FromStr<Err: ToString>>(
    lookup: &dyn Fn(&str) -> Option<String>,
    name: &'static str,
) -> Result<Option<T>, ConfigurationError> {
    match lookup(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|error: T::Err| ConfigurationError::Environment {
            variable: name,
            reason: error.to_string(),
        }),
    }
}
