//! The stores and the queue over SeaORM, on SQLite.
//!
//! [`connect`] opens the database, checks that it is safe for a queue, migrates its schema and returns a [`Database`],
//! which provides the ports of the domain. The files mirror `domain/src/ports/`; `entity` has one file per table. The
//! stores decide the order of checks, locks and guards inside each transaction; the entities query and convert rows;
//! `cell` converts the values of columns.
//!
//! Statements are built, so that another database needs no second copy of this crate. Only pragmas are text, in
//! `database/settings.rs`, `database/existing.rs` and `wakeup.rs`; see `docs/decisions/0022-the-store-speaks-through-entities.md`.
//!
//! This crate makes no decisions. The domain, and once more the schema, decide which transitions are allowed; the
//! worker decides when to claim, renew and finish.

mod adoption_store;
mod alert_store;
mod audit_log;
mod cell;
mod change_marks;
mod command_filter;
mod command_queue;
mod command_record;
mod creation_store;
mod database;
mod deployments;
mod entity;
mod instance_store;
mod key_list_store;
mod many_versions;
mod observation_store;
mod on_demand_store;
mod placements;
mod plan_store;
mod policy_store;
mod record_store;
mod registry_store;
mod rollout_store;
mod rows;
mod saved_versions;
mod sealed_records;
mod secret_store;
mod secret_uses;
mod session_store;
mod stack_objects;
mod stack_store;
mod statement;
mod statistics_store;
mod store_error;
mod template_store;
mod token_store;
mod user_store;
mod version_records;
mod wakeup;
mod worker_lock;
mod worker_queue;

pub use adoption_store::SeaOrmAdoptionStore;
pub use alert_store::SeaOrmAlertStore;
pub use audit_log::SeaOrmAuditLog;
pub use change_marks::SeaOrmChangeMarks;
pub use command_queue::SeaOrmCommandQueue;
pub use creation_store::SeaOrmCreationStore;
pub use database::{ConnectError, Database, ExistingDatabase, Options, SchemaState, connect, default_url};
pub use instance_store::SeaOrmInstanceStore;
pub use key_list_store::SeaOrmKeyListStore;
pub use observation_store::SeaOrmObservationStore;
pub use on_demand_store::SeaOrmOnDemandStore;
pub use plan_store::SeaOrmPlanStore;
pub use policy_store::SeaOrmPolicyStore;
pub use record_store::SeaOrmRecordStore;
pub use registry_store::SeaOrmRegistryStore;
pub use rollout_store::SeaOrmRolloutStore;
pub use sealed_records::{SeaOrmSealedRecords, SealedColumn, sealed_columns};
pub use secret_store::SeaOrmSecretStore;
pub use session_store::SeaOrmSessionStore;
pub use stack_store::SeaOrmStackStore;
pub use statistics_store::SeaOrmStatisticsStore;
pub use template_store::SeaOrmTemplateStore;
pub use token_store::SeaOrmTokenStore;
pub use user_store::SeaOrmUserStore;
pub use version_records::SeaOrmVersionRecords;
pub use wakeup::SeaOrmQueueWakeup;
pub use worker_lock::FileWorkerLock;
pub use worker_queue::SeaOrmWorkerQueue;
