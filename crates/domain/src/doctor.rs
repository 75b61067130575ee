//! What is wrong with an installation on its machine, and what to do about it.
//!
//! A program gathers [`MachineFacts`], which are values, and [`diagnose`] judges them.

mod diagnosis;
mod facts;
pub(crate) mod said;

pub use diagnosis::diagnose;
pub(crate) use diagnosis::{readable_size, verdict_of_space};
pub use facts::{
    DatabaseFacts, EngineState, FolderState, KeyState, LeaseFacts, ListenState, LockState, MachineFacts,
    SpaceFacts, StorageFacts,
};

use std::fmt;

use core_monitor_message::{Message, harmless};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// Works now, but may not stay so.
    Warning,
    /// Does not work.
    Wrong,
}

/// What was found about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub verdict: Verdict,
    /// What was found.
    pub sentence: Message,
    /// What to do about it.
    pub advice: Option<Message>,
}

impl Finding {
    fn fine(sentence: Message) -> Self {
        Self { verdict: Verdict::Fine, sentence, advice: None }
    }

    fn warning(sentence: Message, advice: Message) -> Self {
        Self { verdict: Verdict::Warning, sentence, advice: Some(advice) }
    }

    fn wrong(sentence: Message, advice: Message) -> Self {
        Self { verdict: Verdict::Wrong, sentence, advice: Some(advice) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Fine => "ok",
            Verdict::Warning => "warning",
            Verdict::Wrong => "WRONG",
        };
        write!(f, "{verdict:<8} {}", harmless(self.sentence.text()))?;
        match &self.advice {
            Some(advice) => write!(f, "\n         try: {}", harmless(advice.text())),
            None => Ok(()),
        }
    }
}
