//! Who may connect to which terminal: tickets, and how many terminals there are.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ExecRequest;
use crate::actor::Actor;
use crate::ids::ContainerId;
use crate::session::SessionHash;

/// How long a ticket is good.
pub const TICKET_LIFE: Duration = Duration::from_secs(30);

/// SHA-256 of a ticket. The ticket itself has 256 random bits and is known only to its holder.
pub type TicketHash = [u8; 32];

/// Limits for terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalLimits {
    /// Whether there are any, with or without a terminal in the narrow sense.
    pub allowed: bool,
    /// A terminal in which nothing is typed or printed for this long is closed.
    pub idle: Duration,
    /// A terminal that is this old is closed.
    pub age: Duration,
    /// How many one caller may have open, tickets included.
    pub per_caller: usize,
    /// How many there may be in all, tickets included.
    pub in_all: usize,
}

impl Default for TerminalLimits {
    fn default() -> Self {
        Self {
            allowed: true,
            idle: Duration::from_mins(15),
            age: Duration::from_hours(12),
            per_caller: 16,
            in_all: 64,
        }
    }
}

/// What a ticket opens, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Who asked for it.
    pub actor: Actor,
    /// The session it was asked for in; the terminal ends with it.
    pub session: Option<SessionHash>,
    /// The container.
    pub container: ContainerId,
    /// The command.
    pub request: ExecRequest,
}

/// Why there is no ticket or terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskRefusal {
    /// The caller has this many.
    TooMany {
        /// The limit.
        most: usize,
    },
    /// All callers together have this many.
    Full {
        /// The limit.
        most: usize,
    },
}

/// The place of an open terminal. It is given back with [`TerminalDesk::leave`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the place has to be given back"]
pub struct Place {
    caller: String,
}

#[derive(Debug)]
struct Issued {
    ticket: Ticket,
    /// On the monotonic clock.
    expires: Duration,
}

/// Hands out tickets and counts terminals. `now` is always the time of a monotonic clock.
#[derive(Debug)]
pub struct TerminalDesk {
    limits: TerminalLimits,
    issued: BTreeMap<TicketHash, Issued>,
    open: BTreeMap<String, usize>,
}

impl TerminalDesk {
    /// Without tickets and terminals.
    pub fn new(limits: TerminalLimits) -> Self {
        Self { limits, issued: BTreeMap::new(), open: BTreeMap::new() }
    }

    /// The limits.
    pub fn limits(&self) -> TerminalLimits {
        self.limits
    }

    /// Issues a ticket with this hash.
    pub fn issue(&mut self, hash: TicketHash, ticket: Ticket, now: Duration) -> Result<(), DeskRefusal> {
        self.forget_expired(now);
        self.has_room(&ticket.actor)?;
        self.issued.insert(hash, Issued { ticket, expires: now + TICKET_LIFE });
        Ok(())
    }

    /// Uses up the ticket with this hash and takes a place. `None` if there is none: it was never issued, is used up or has
    /// expired, which nobody is told apart.
    pub fn redeem(&mut self, hash: &TicketHash, now: Duration) -> Option<(Ticket, Place)> {
        self.forget_expired(now);
        let ticket = self.issued.remove(hash)?.ticket;
        // The ticket had a place.
        let place = self.take(&ticket.actor);
        Some((ticket, place))
    }

    /// Takes a place for a command without a terminal, which needs no ticket.
    pub fn enter(&mut self, actor: &Actor, now: Duration) -> Result<Place, DeskRefusal> {
        self.forget_expired(now);
        self.has_room(actor)?;
        Ok(self.take(actor))
    }

    /// Gives a place back.
    pub fn leave(&mut self, place: &Place) {
        if let Some(count) = self.open.get_mut(&place.caller) {
            *count -= 1;
            if *count == 0 {
                self.open.remove(&place.caller);
            }
        }
    }

    fn take(&mut self, actor: &Actor) -> Place {
        let caller = actor.to_string();
        *self.open.entry(caller.clone()).or_default() += 1;
        Place { caller }
    }

    fn has_room(&self, actor: &Actor) -> Result<(), DeskRefusal> {
        let in_all = self.issued.len() + self.open.values().sum::<usize>();
        if in_all >= self.limits.in_all {
            return Err(DeskRefusal::Full { most: self.limits.in_all });
        }
        let tickets = self.issued.values().filter(|issued| issued.ticket.actor == *actor).count();
        let open = self.open.get(&actor.to_string()).copied().unwrap_or(0);
        if tickets + open >= self.limits.per_caller {
            return Err(DeskRefusal::TooMany { most: self.limits.per_caller });
        }
        Ok(())
    }

    fn forget_expired(&mut self, now: Duration) {
        self.issued.retain(|_, issued| issued.expires > now);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::TokenId;

    const SECOND: Duration = Duration::from_secs(1);

    fn actor(name: &str) -> Actor {
        Actor::token(TokenId(Uuid::nil()), name.parse().unwrap())
    }

    fn ticket(name: &str) -> Ticket {
        let request = ExecRequest {
            command: ExecRequest::shell(),
            user: None,
            workdir: None,
            environment: BTreeMap::new(),
            terminal: None,
        };
        Ticket { actor: actor(name), session: None, container: ContainerId::from("c0"), request }
    }

    fn desk(per_caller: usize, in_all: usize) -> TerminalDesk {
        TerminalDesk::new(TerminalLimits { per_caller, in_all, ..TerminalLimits::default() })
    }

    #[test]
    fn a_ticket_is_good_once_and_for_a_short_time() {
        let mut desk = desk(9, 9);
        desk.issue([1; 32], ticket("ann"), SECOND).unwrap();
        desk.issue([2; 32], ticket("ann"), SECOND).unwrap();
        assert!(desk.redeem(&[3; 32], SECOND).is_none(), "it was never issued");
        let (redeemed, _place) = desk.redeem(&[1; 32], TICKET_LIFE).unwrap();
        assert_eq!(redeemed, ticket("ann"));
        assert!(desk.redeem(&[1; 32], TICKET_LIFE).is_none(), "it is used up");
        assert!(desk.redeem(&[2; 32], SECOND + TICKET_LIFE).is_none(), "it has expired");
        assert!(desk.issued.is_empty(), "nothing is kept of it");
    }

    #[test]
    fn tickets_and_terminals_count_together_until_they_end() {
        let mut desk = desk(2, 3);
        desk.issue([1; 32], ticket("ann"), SECOND).unwrap();
        let (_, place) = desk.redeem(&[1; 32], SECOND).unwrap();
        desk.issue([2; 32], ticket("ann"), SECOND).unwrap();
        assert_eq!(desk.issue([3; 32], ticket("ann"), SECOND), Err(DeskRefusal::TooMany { most: 2 }));
        assert_eq!(desk.enter(&actor("ann"), SECOND), Err(DeskRefusal::TooMany { most: 2 }));
        let other = desk.enter(&actor("bob"), SECOND).unwrap();
        assert_eq!(desk.issue([4; 32], ticket("bob"), SECOND), Err(DeskRefusal::Full { most: 3 }));
        let later = SECOND + TICKET_LIFE;
        desk.issue([5; 32], ticket("ann"), later).unwrap();
        desk.leave(&place);
        desk.leave(&other);
        desk.issue([6; 32], ticket("ann"), later).unwrap();
        assert!(desk.open.is_empty());
    }
}
