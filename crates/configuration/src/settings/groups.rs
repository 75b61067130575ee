//! The settings by what they are about, each with its bounds.

use std::path::PathBuf;

use super::bounds::{
    at_least, at_least_one, at_least_one_hour, at_least_one_kib, at_least_one_second, at_least_two_minutes,
    in_range,
};
use super::{
    ArchiveSettings, ArtifactSettings, BootstrapToken, ComposeSettings, ConnectionSettings, Deadlines,
    GatewaySettings, RetentionSettings, ServerSettings, SessionSettings, StatisticsSettings,
    TerminalSettings, TlsFiles, WorkerSettings,
};
use crate::layer::Values;
use crate::{ConfigurationError, MountRoots};

impl ServerSettings {
    pub(super) fn of(
        values: &Values,
        bootstrap_token: Option<BootstrapToken>,
        mount_roots: MountRoots,
        tls: Option<TlsFiles>,
    ) -> Result<Self, ConfigurationError> {
        let archive = ArchiveSettings::of(values)?;
        Ok(Self {
            listen: values.listen.0,
            tls,
            trusted_proxies: values.trusted_proxies.clone(),
            bootstrap_token,
            body_limit: at_least_one_kib("body_limit", values.body_limit)?,
            body_timeout: at_least_one_second("body_timeout", values.body_timeout)?,
            body_memory: at_least(
                "body_memory",
                values.body_memory.0,
                archive.packed.saturating_add(archive.unpacked),
                "at least `archive_limit` and `archive_unpacked` together",
            )?,
            connections: ConnectionSettings::of(values)?,
            sessions: SessionSettings::of(values)?,
            terminals: TerminalSettings::of(values)?,
            files_limit: at_least_one_kib("files_limit", values.files_limit)?,
            archive,
            compose: ComposeSettings::of(values)?,
            plans_per_stack: in_range(
                "plans_per_stack",
                values.plans_per_stack,
                1..=1_000,
                "from 1 to 1000",
            )?,
            plan_age: at_least_one_second("plan_age", values.plan_age)?,
            artifact: ArtifactSettings::of(values)?,
            retention: RetentionSettings::of(values)?,
            mount_roots,
            shutdown_timeout: at_least_one_second("shutdown_timeout", values.shutdown_timeout)?,
        })
    }
}

impl ConnectionSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            in_all: at_least_one("connections", values.connections)?,
            per_address: at_least_one("connections_per_address", values.connections_per_address)?,
            header_timeout: at_least_one_second("header_timeout", values.header_timeout)?,
            idle_timeout: at_least_one_second("idle_timeout", values.idle_timeout)?,
            write_timeout: at_least_one_second("write_timeout", values.write_timeout)?,
            streams_per_caller: at_least_one("streams_per_caller", values.streams_per_caller)?,
            stream_age: at_least_one_second("stream_age", values.stream_age)?,
        })
    }
}

impl SessionSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            idle: at_least_two_minutes("session_idle", values.session_idle)?,
            age: at_least_two_minutes("session_age", values.session_age)?,
        })
    }
}

impl TerminalSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            allowed: values.terminals.is_on(),
            idle: at_least_one_second("terminal_idle", values.terminal_idle)?,
            age: at_least_one_second("terminal_age", values.terminal_age)?,
            per_caller: at_least_one("terminals_per_caller", values.terminals_per_caller)?,
        })
    }
}

impl ArchiveSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            packed: at_least_one_kib("archive_limit", values.archive_limit)?,
            unpacked: at_least_one_kib("archive_unpacked", values.archive_unpacked)?,
            members: at_least_one("archive_members", values.archive_members)?,
            path: in_range("archive_path", values.archive_path, 1..=4_096, "from 1 to 4096")?,
            timeout: at_least_one_second("archive_timeout", values.archive_timeout)?,
        })
    }
}

impl ArtifactSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            limit: at_least_one_kib("artifact_limit", values.artifact_limit)?,
            timeout: at_least_one_second("artifact_timeout", values.artifact_timeout)?,
        })
    }
}

impl RetentionSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            commands: at_least_one_hour("keep_commands", values.keep_commands)?,
            audit: at_least_one_hour("keep_audit", values.keep_audit)?,
            records: at_least_one_hour("keep_records", values.keep_records)?,
            artifacts: at_least_one_hour("keep_artifacts", values.keep_artifacts)?,
            deleted: at_least_one_hour("keep_deleted", values.keep_deleted)?,
        })
    }
}

impl ComposeSettings {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            file_bytes: at_least_one_kib("compose_file_bytes", values.compose_file_bytes)?,
            total_bytes: at_least_one_kib("compose_total_bytes", values.compose_total_bytes)?,
            // Deeper nesting would need more stack than a thread has.
            depth: in_range("compose_depth", values.compose_depth, 8..=128, "from 8 to 128")?,
            nodes: at_least_one("compose_nodes", values.compose_nodes)?,
            // Whoever wants none of these can say so.
            alias_nodes: values.compose_alias_nodes,
            merged_entries: values.compose_merged_entries,
            includes: values.compose_includes,
            ports: values.compose_ports,
            env_file_bytes: values.compose_env_file_bytes.0,
            services: at_least_one("compose_services", values.compose_services)?,
            interpolated_bytes: at_least_one_kib(
                "compose_interpolated_bytes",
                values.compose_interpolated_bytes,
            )?,
            errors: at_least_one("compose_errors", values.compose_errors)?,
        })
    }
}

impl WorkerSettings {
    pub(super) fn of(
        values: &Values,
        socket_stacks: String,
        docker_cert_path: Option<PathBuf>,
    ) -> Result<Self, ConfigurationError> {
        Ok(Self {
            docker_host: values.docker_host.clone(),
            docker_cert_path,
            stable_for: values.stable_for.0,
            parallelism: in_range("parallelism", values.parallelism, 1..=64, "from 1 to 64")?,
            lease_ttl: at_least_one_second("lease_ttl", values.lease_ttl)?,
            retry_budget: values.retry_budget.0,
            failure_scope: values.failure_scope.clone(),
            deadlines: Deadlines::of(values)?,
            observe_every: at_least_one_second("observe_every", values.observe_every)?,
            statistics: values.statistics.is_on().then_some(StatisticsSettings {
                memory: values.statistics_memory.0,
                disk: values.statistics_disk.0,
            }),
            build_networks: values.build_networks.clone(),
            build_foreign_tags: values.build_foreign_tags.clone(),
            socket_stacks,
        })
    }
}

impl Deadlines {
    fn of(values: &Values) -> Result<Self, ConfigurationError> {
        Ok(Self {
            pull: at_least_one_second("pull_timeout", values.pull_timeout)?,
            build: at_least_one_second("build_timeout", values.build_timeout)?,
            hook: at_least_one_second("hook_timeout", values.hook_timeout)?,
            operation: at_least_one_second("operation_timeout", values.operation_timeout)?,
            ready: at_least_one_second("ready_timeout", values.ready_timeout)?,
            completion: at_least_one_second("completion_timeout", values.completion_timeout)?,
        })
    }
}

impl GatewaySettings {
    pub(super) fn of(
        values: &Values,
        certificates: PathBuf,
        themes: PathBuf,
    ) -> Result<Self, ConfigurationError> {
        Ok(Self {
            listen: values.gateway_listen.0,
            listen_tls: values.gateway_listen_tls.0,
            admin: values.gateway_admin.0,
            certificates,
            themes,
            redirect: values.gateway_redirect.is_on(),
            trusted_proxies: values.gateway_trusted_proxies.clone(),
            service_headers: values.gateway_service_headers.is_on(),
            proxy_protocol: values.gateway_proxy_protocol.is_on(),
            threads: in_range("gateway_threads", values.gateway_threads, 0..=256, "from 0 to 256")?,
            starts: in_range("gateway_starts", values.gateway_starts, 1..=64, "from 1 to 64")?,
            connections: at_least_one("gateway_connections", values.gateway_connections)?,
            connections_per_address: at_least_one(
                "gateway_connections_per_address",
                values.gateway_connections_per_address,
            )?,
            access_log: values.gateway_access_log.is_on(),
        })
    }
}
