//! The nine transitions of a command.
//!
//! The numbers are the same here, in the triggers of the schema, in their tests, and in `docs/INVARIANTS.md`. A test
//! compares its table with this one.

use std::fmt::Write as _;

use super::CommandStatus;

macro_rules! transitions {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $from:expr => $to:ident, $who:literal, $when:literal;)*) => {
        /// One edge of the state machine.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Transition {
            $($(#[$doc])* $name,)*
        }

        impl Transition {
            /// Every edge, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its number.
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number,)* }
            }

            /// The status before; `None` if the command does not exist yet.
            pub fn from(self) -> Option<CommandStatus> {
                match self { $(Self::$name => $from,)* }
            }

            /// The status after.
            pub fn to(self) -> CommandStatus {
                match self { $(Self::$name => CommandStatus::$to,)* }
            }

            /// Who performs it.
            pub fn who(self) -> &'static str {
                match self { $(Self::$name => $who,)* }
            }

            /// The condition, in words.
            pub fn when(self) -> &'static str {
                match self { $(Self::$name => $when,)* }
            }
        }
    };
}

transitions! {
    /// It is accepted.
    Accept = "T1", None => Pending, "server",
        "the request is allowed, its precondition holds, and its key was not used before; `CREATE` and `UPDATE` are `DONE` at once";
    /// A worker starts it.
    Claim = "T2", Some(CommandStatus::Pending) => Running, "worker",
        "it is the head of its lane and nothing else runs for its stack";
    /// The plan is empty and every wait is over.
    Complete = "T3", Some(CommandStatus::Running) => Done, "worker",
        "a plan made from a fresh look at the engine is empty and nothing is left to wait for";
    /// A permanent error, or the retry budget is used up.
    Fail = "T4", Some(CommandStatus::Running) => Failed, "worker",
        "it cannot go on, or the time for trying again is used up";
    /// Another worker takes it over.
    Adopt = "T5", Some(CommandStatus::Running) => Running, "worker",
        "the worker that ran it lost its lease";
    /// A cancel takes effect at a safe point, or a failed command has rolled back.
    Stop = "T6", Some(CommandStatus::Running) => Cancelled, "worker",
        "somebody asked to cancel it and a safe point is reached, it has rolled back, or its stack was deleted before it started";
    /// It is cancelled before it started.
    Withdraw = "T7", Some(CommandStatus::Pending) => Cancelled, "server or worker",
        "somebody asked to cancel it, or, for a power change, a later command of the stack starts";
    /// A person requests another attempt.
    Retry = "T8", Some(CommandStatus::Failed) => Pending, "server",
        "somebody asked to try again; it keeps its place";
    /// It is cancelled after a failure.
    GiveUp = "T9", Some(CommandStatus::Failed) => Cancelled, "server or worker",
        "somebody asked to cancel it, or, for a power change, a later command of the stack starts";
}

impl Transition {
    /// Whether any transition leads from `from` to `to`.
    pub fn is_allowed(from: CommandStatus, to: CommandStatus) -> bool {
        Self::ALL.iter().any(|edge| edge.from() == Some(from) && edge.to() == to)
    }

    /// The table of all transitions, as in the documentation.
    pub fn table() -> String {
        let mut table = String::from("| number | from | to | by | when |\n| --- | --- | --- | --- | --- |\n");
        for edge in Self::ALL {
            let from = edge.from().map_or_else(|| "none".to_owned(), |status| format!("`{status}`"));
            let (number, to, who, when) = (edge.number(), edge.to(), edge.who(), edge.when());
            let _ = writeln!(table, "| {number} | {from} | `{to}` | {who} | {when} |");
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_25_pairs_eight_are_allowed() {
        let mut allowed = Vec::new();
        for from in CommandStatus::ALL {
            for to in CommandStatus::ALL {
                if Transition::is_allowed(from, to) {
                    allowed.push(format!("{from} -> {to}"));
                }
            }
        }
        assert_eq!(
            allowed,
            [
                "PENDING -> RUNNING",
                "PENDING -> CANCELLED",
                "RUNNING -> RUNNING",
                "RUNNING -> DONE",
                "RUNNING -> FAILED",
                "RUNNING -> CANCELLED",
                "FAILED -> PENDING",
                "FAILED -> CANCELLED",
            ]
        );
    }

    #[test]
    fn the_numbers_are_consecutive() {
        let numbers: Vec<_> = Transition::ALL.iter().map(|edge| edge.number()).collect();
        assert_eq!(numbers, ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"]);
    }
}
