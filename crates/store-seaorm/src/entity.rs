//! The entities, one file per table: its columns, and the conversion between rows and the domain's types.
//!
//! The migrations create the tables. A column added by a later release is ignored, since queries name their columns.

pub(crate) mod adoption;
pub(crate) mod alert;
pub(crate) mod alert_watch;
pub(crate) mod audit;
pub(crate) mod blob;
pub(crate) mod command;
pub(crate) mod command_attachment;
pub(crate) mod command_event;
pub(crate) mod command_total;
pub(crate) mod creation;
pub(crate) mod host_port;
pub(crate) mod instance;
pub(crate) mod key_list;
pub(crate) mod observation_host;
pub(crate) mod observation_stack;
pub(crate) mod on_demand_day;
pub(crate) mod on_demand_experience;
pub(crate) mod on_demand_gateway;
pub(crate) mod on_demand_report;
pub(crate) mod on_demand_wish;
pub(crate) mod placement;
pub(crate) mod plan;
pub(crate) mod record_file;
pub(crate) mod recorded_command;
pub(crate) mod registry;
pub(crate) mod release;
pub(crate) mod rollout;
pub(crate) mod session;
pub(crate) mod setting;
pub(crate) mod stack;
pub(crate) mod stack_file;
pub(crate) mod stack_object;
pub(crate) mod stack_secret;
pub(crate) mod stack_version;
pub(crate) mod statistics_block;
pub(crate) mod template;
pub(crate) mod template_file;
pub(crate) mod template_version;
pub(crate) mod token;
pub(crate) mod version_artifact;
pub(crate) mod version_tag;
pub(crate) mod worker_lease;
