//! The stores and the queue over SeaORM, on SQLite.
//!
//! [`connect`] opens the database, checks that it can be trusted with a queue, brings its schema up to date and gives
//! a [`Database`] that hands out the ports of the domain. The files mirror `domain/src/ports/`. Statements are written
//! out as SQL, because the order of the checks, the locks and the guards inside each transaction is the subject of this
//! crate; SeaORM carries connections, transactions, values and migrations.
//!
//! What this crate is not: it decides nothing. Which transition is allowed is in the domain and, once more, in the
//! schema; when to claim, renew and finish is the worker's.

mod adoption_store;
mod command_queue;
mod command_record;
mod command_row;
mod database;
mod file_row;
mod observation_store;
mod plan_store;
mod registry_store;
mod sql;
mod stack_row;
mod stack_store;
mod store_error;
mod token_store;
mod wakeup;
mod worker_lock;
mod worker_queue;

pub use adoption_store::SeaOrmAdoptionStore;
pub use command_queue::SeaOrmCommandQueue;
pub use database::{ConnectError, Database, Options, connect, default_url};
pub use observation_store::SeaOrmObservationStore;
pub use plan_store::SeaOrmPlanStore;
pub use registry_store::SeaOrmRegistryStore;
pub use stack_store::SeaOrmStackStore;
pub use token_store::SeaOrmTokenStore;
pub use wakeup::SeaOrmQueueWakeup;
pub use worker_lock::FileWorkerLock;
pub use worker_queue::SeaOrmWorkerQueue;
