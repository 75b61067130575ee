//! Commands that somebody runs in a container: in a terminal, or without one.
//!
//! A terminal is opened in two steps, since a browser cannot send a token when it opens a WebSocket: who may open one gets a
//! [`TerminalDesk`] ticket, which is good for one connection within [`TICKET_LIFE`].

mod desk;
mod ending;
mod processes;
mod request;
pub(crate) mod said;

pub use desk::{DeskRefusal, Place, TICKET_LIFE, TerminalDesk, TerminalLimits, Ticket, TicketHash};
pub use ending::{ExecEnd, NotStarted, TerminalEnd};
pub use processes::ProcessList;
pub use request::{ExecRequest, ExecRequestError, TerminalSize};
