//! The use cases of the gateway: letting requests in, waking what sleeps, and putting to sleep what nobody uses.
//!
//! [`Routes`] says which [`Door`] a request is for, and the door lets it in or has it wait. Neither asks anybody. The
//! keeper moves the doors: it runs the [`House`](core_monitor_domain::on_demand::house::House), which decides,
//! beside the database and the queue.

mod book;
pub(crate) mod declared;
pub mod door;
#[cfg(test)]
mod fixture;
pub mod keeper;
pub mod ledger;
mod looks;
mod prober;
pub mod routes;
pub mod standing;

pub use door::{Door, Face, Inside, Knock, KnockKind, LetIn, Life, NotLetIn, Watcher};
pub use keeper::{Addresses, GatewayPorts, Keeper, Signals};
pub use ledger::{Ledger, Named, NoLedger};
pub use routes::Routes;
pub use standing::{Progress, Standing};
