//! What happens to every request, from the outside in: what it says about its way here is kept or removed, it is counted and logged, browsers are told what not to do with the
//! answer, panics are caught, the token or session is checked, writes from other sites are refused, and a HEAD becomes a GET.

mod authenticate;
mod catch_panic;
mod ends_with_caller;
mod forwarded;
mod head_as_get;
mod observe;
mod protect;
mod same_origin;

pub(crate) use authenticate::{authenticate, is_public};
pub(crate) use catch_panic::catch_panic;
pub(crate) use forwarded::{ClientAddress, forwarded};
pub(crate) use head_as_get::head_as_get;
pub(crate) use observe::observe;
pub(crate) use protect::{protect, protection_lines};
pub(crate) use same_origin::{is_foreign, same_origin};
