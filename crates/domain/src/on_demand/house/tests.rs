//! Stories of services, the laws they all obey, and every order of events of a small world.

mod by_hand;
mod exhaustive;
mod failing;
mod hours;
mod invariants;
mod random;
mod room;
mod sharing;
mod waking;
mod world;
