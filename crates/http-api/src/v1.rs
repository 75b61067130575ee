//! The routes of version 1. A route that is not listed here does not exist; one that is, is documented.

use utoipa_actix_web::scope::scope;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::document::show_openapi;
use crate::monitoring::{show_health, show_metrics, show_readiness};

mod about;
mod account;
pub(crate) mod actor;
mod alerts;
mod artifacts;
mod audit;
mod catalog;
pub(crate) mod commands;
mod compose;
mod containers;
mod convert;
mod engine;
pub(crate) mod events;
mod files;
mod grants;
mod host;
pub(crate) mod instances;
mod keys;
mod lint;
pub(crate) mod logs;
pub(crate) mod message;
mod objects;
pub(crate) mod offer;
mod on_demand;
mod overview;
mod plans;
mod policy;
mod projects;
mod prune;
mod queue;
mod registries;
mod rollouts;
mod routes;
mod secrets;
mod session;
mod sessions;
mod settings;
pub(crate) mod stacks;
pub(crate) mod statistics;
mod sweeps;
pub(crate) mod templates;
mod terminal;
pub(crate) mod tokens;
pub(crate) mod users;
pub(crate) mod versions;
mod wizard;
pub(crate) mod words;

/// Every route.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(show_health)
        .service(show_readiness)
        .service(show_metrics)
        .service(scope("/api/v1").configure(version_1));
}

fn version_1(config: &mut ServiceConfig) {
    unattended(config);
    of_templates(config);
    of_callers(config);
    of_the_audit(config);
    of_the_policy(config);
    of_secrets(config);
    config
        .service(show_openapi)
        .service(convert::docker_run::convert_docker_run)
        .service(convert::autostart::convert_autostart)
        .service(catalog::list::list_catalog)
        .service(catalog::show::show_catalog_entry)
        .service(wizard::draft::draft_wizard)
        .service(wizard::save::save_wizard)
        .service(projects::list::list_projects)
        .service(projects::definition::show_project_definition)
        .service(projects::import::import_project)
        .service(stacks::create::create_stack)
        .service(stacks::create::create_stack_from_archive)
        .service(stacks::list::list_stacks)
        .service(stacks::show::show_stack)
        .service(stacks::change::change_stack)
        .service(stacks::labels::set_stack_labels)
        .service(stacks::status::show_stack_status)
        .service(stacks::proposal::propose_definition)
        .service(stacks::containers::list_stack_containers)
        .service(stacks::logs::show_stack_logs)
        .service(stacks::apply::apply_version)
        .service(stacks::rollback::roll_back_to_version)
        .service(stacks::deploy::deploy_artifact)
        .service(artifacts::list::list_artifacts)
        .service(stacks::start::start_stack)
        .service(stacks::stop::stop_stack)
        .service(stacks::restart::restart_stack)
        .service(stacks::scale::scale_service)
        .service(stacks::delete::delete_stack)
        .service(stacks::delete::plan::plan_delete)
        .service(lint::check::lint_definition)
        .service(lint::check::lint_archive)
        .service(versions::save::save_version)
        .service(versions::save::save_version_from_archive)
        .service(versions::list::list_versions)
        .service(versions::show::show_version)
        .service(versions::tag::tag_version)
        .service(versions::diff::diff_versions)
        .service(wizard::open::open_wizard)
        .service(versions::files::list::list_version_files)
        .service(versions::files::show::show_version_file)
        .service(plans::make::make_plan)
        .service(plans::show::show_plan)
        .service(commands::list::list_commands)
        .service(commands::show::show_command)
        .service(commands::cancel::cancel_command)
        .service(commands::retry::retry_command)
        .service(commands::events::list_command_events)
        .service(commands::events::stream_command_events)
        .service(events::list::list_events)
        .service(events::stream::stream_events)
        .service(registries::list::list_registries)
        .service(registries::show::show_registry)
        .service(registries::store::store_registry)
        .service(registries::remove::remove_registry)
        .service(containers::list::list_containers)
        .service(statistics::show::show_statistics)
        .service(statistics::stream::stream_statistics)
        .service(statistics::stack::show_stack_statistics)
        .service(statistics::history::show_stack_statistics_history)
        .service(host::show::show_host)
        .service(host::disk_usage::show_disk_usage)
        .service(containers::inspect::inspect_container)
        .service(containers::reveal::reveal_secrets)
        .service(objects::images::list_images)
        .service(objects::volumes::list_volumes)
        .service(objects::networks::list_networks)
        .service(prune::plan::plan_prune)
        .service(prune::run::prune)
        .service(engine::list::list_engine_events)
        .service(engine::stream::stream_engine_events)
        .service(containers::logs::show_container_logs)
        .service(containers::terminal::open_terminal)
        .service(containers::exec::exec_in_container)
        .service(containers::processes::list_processes)
        .service(terminal::attach_terminal)
        .service(files::list::list_container_files)
        .service(files::list::list_volume_files)
        .service(files::download::download_container_file)
        .service(files::download::download_volume_file)
        .service(files::download::download_container_folder)
        .service(files::download::download_volume_folder)
        .service(files::upload::upload_container_file)
        .service(files::upload::upload_volume_file)
        .service(files::upload::upload_container_folder)
        .service(files::upload::upload_volume_folder)
        .service(about::show::show_about)
        .service(compose::schema::show_compose_schema)
        .service(settings::show::show_settings)
        .service(overview::show::show_overview)
        .service(overview::stream::stream_changes)
        .service(queue::show::show_queue);
}

/// Users and tokens, and the sessions that they begin.
fn of_callers(config: &mut ServiceConfig) {
    config
        .service(session::sign_in::sign_in)
        .service(session::password::sign_in_with_password)
        .service(session::provider::show_provider)
        .service(session::provider::begin_provider_sign_in)
        .service(session::provider::sign_in_with_provider)
        .service(session::become_user::show_setup)
        .service(session::become_user::set_up)
        .service(session::become_user::accept_invitation)
        .service(session::show::show_session)
        .service(session::sign_out::sign_out)
        .service(sessions::list::list_sessions)
        .service(sessions::revoke::revoke_session)
        .service(account::show::show_account)
        .service(account::password::change_password)
        .service(account::totp::draft_totp)
        .service(account::totp::set_up_totp)
        .service(account::totp::remove_totp)
        .service(users::list::list_users)
        .service(users::invite::invite_user)
        .service(users::renew::renew_invitation)
        .service(users::set_grants::set_user_grants)
        .service(users::remove::remove_user)
        .service(tokens::list::list_tokens)
        .service(tokens::issue::issue_token)
        .service(tokens::rotate::rotate_token)
        .service(tokens::revoke::revoke_token);
}

/// Who did what without a command.
fn of_the_audit(config: &mut ServiceConfig) {
    config
        .service(audit::list::list_audit)
        .service(audit::export::export_audit)
        .service(audit::verify::verify_audit);
}

/// What may run.
fn of_the_policy(config: &mut ServiceConfig) {
    config
        .service(policy::show::show_policy)
        .service(policy::replace::replace_policy)
        .service(policy::trial::try_policy);
}

/// Secrets that stacks use by name.
fn of_secrets(config: &mut ServiceConfig) {
    config
        .service(secrets::list::list_secrets)
        .service(secrets::create::create_secret)
        .service(secrets::show::show_secret)
        .service(secrets::change::change_secret)
        .service(secrets::add_version::add_secret_version)
        .service(secrets::value::read_secret_value)
        .service(secrets::remove::delete_secret);
}

/// Templates and their versions.
fn of_templates(config: &mut ServiceConfig) {
    config
        .service(catalog::import::import_templates)
        .service(templates::convert::convert_templates)
        .service(templates::create::create_template)
        .service(templates::create::create_template_from_archive)
        .service(templates::list::list_templates)
        .service(templates::show::show_template)
        .service(templates::delete::delete_template)
        .service(templates::render::render_template)
        .service(templates::versions::save::save_template_version)
        .service(templates::versions::save::save_template_version_from_archive)
        .service(templates::versions::list::list_template_versions)
        .service(templates::versions::show::show_template_version)
        .service(templates::versions::diff::diff_template_versions)
        .service(templates::versions::file::show_template_file)
        .service(instances::list::list_instances)
        .service(instances::show::show_instance)
        .service(instances::launch::launch_instance)
        .service(instances::power::start_instance)
        .service(instances::power::stop_instance)
        .service(instances::power::restart_instance)
        .service(instances::power::rebuild_instance)
        .service(instances::power::remove_instance)
        .service(instances::upgrade::upgrade_instance)
        .service(instances::hold::hold_instance)
        .service(instances::hold::release_instance)
        .service(rollouts::start::start_rollout)
        .service(rollouts::show::show_rollout)
        .service(rollouts::cancel::cancel_rollout)
        .service(rollouts::plan::plan_rollout)
        .service(keys::show::show_keys)
        .service(keys::set::set_keys)
        .service(keys::remove::remove_keys)
        .service(sweeps::list::list_sweeps)
        .service(routes::nginx::show_nginx_routes)
        .service(routes::caddy::show_caddy_routes)
        .service(routes::traefik::show_traefik_routes);
}

/// What happens while nobody is looking.
fn unattended(config: &mut ServiceConfig) {
    config
        .service(alerts::list::list_alerts)
        .service(alerts::test::send_test_alert)
        .service(on_demand::list::list_on_demand)
        .service(on_demand::report::show_on_demand_report)
        .service(on_demand::table::show_on_demand_table)
        .service(on_demand::show::show_on_demand_service)
        .service(on_demand::set::set_on_demand_service)
        .service(on_demand::power::wake_service)
        .service(on_demand::power::put_service_to_sleep);
}
