//! Lists of keys that say what a test wants.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::KeyListSource;
use core_monitor_message::Message;

/// What an address answers.
type Answer = Result<BTreeSet<InstanceKey>, Message>;

/// Nobody answers at first.
#[derive(Debug, Default)]
pub struct SimKeyListSource {
    answers: Mutex<BTreeMap<String, Answer>>,
    asked: Mutex<Vec<String>>,
}

impl SimKeyListSource {
    /// From now on, `url` answers this.
    pub fn set(&self, url: &str, answer: Result<BTreeSet<InstanceKey>, Message>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), answer);
    }

    /// Every address that was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl KeyListSource for SimKeyListSource {
    async fn keys(&self, url: &str) -> Result<BTreeSet<InstanceKey>, Message> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(url.to_owned());
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(url).cloned().unwrap_or_else(|| Err(Message::foreign("nobody answers")))
    }
}
