//! Why a start has failed, in the words of whoever visits the service.

use std::time::Duration;

use crate::Language;
use crate::texts::Texts;

/// What has kept a service from starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The engine could not start its container.
    Command,
    /// Its start could not be requested.
    Queue,
    /// Its container ended with this exit code.
    Ended(i64),
    /// There is no container to start.
    NoContainer,
    /// It did not answer within this time.
    Silent(Duration),
    /// Its health check fails.
    Unhealthy,
}

/// The exit code of what the system has killed. That is nearly always the kernel, which ran out of memory, or a limit of memory.
const KILLED: i64 = 137;

impl Failure {
    /// What has happened as one sentence, which is not escaped.
    pub fn sentence(self, language: Language) -> String {
        let texts = Texts::of(language);
        let words = &texts.failures;
        match self {
            Self::Command => words.command.to_owned(),
            Self::Queue => words.queue.to_owned(),
            Self::Ended(KILLED) => words.memory.to_owned(),
            Self::Ended(code) => words.ended.replace("{}", &code.to_string()),
            Self::NoContainer => words.no_container.to_owned(),
            Self::Silent(limit) => words.silent.replace("{}", &texts.duration(limit)),
            Self::Unhealthy => words.unhealthy.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ALL: [Failure; 7] = [
        Failure::Command,
        Failure::Queue,
        Failure::Ended(3),
        Failure::Ended(KILLED),
        Failure::NoContainer,
        Failure::Silent(Duration::from_secs(90)),
        Failure::Unhealthy,
    ];

    #[test]
    fn every_failure_has_a_sentence_of_its_own_in_each_language() {
        let of = |language| ALL.map(|failure| failure.sentence(language));
        let all: BTreeSet<_> = of(Language::English).into_iter().chain(of(Language::French)).collect();
        assert_eq!(all.len(), 2 * ALL.len());
        for sentence in &all {
            assert!(sentence.ends_with('.') && !sentence.contains("{}"), "{sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
        }
    }

    #[test]
    fn a_failure_says_its_code_or_its_time() {
        assert_eq!(Failure::Ended(3).sentence(Language::English), "It ended with exit code 3.");
        assert_eq!(
            Failure::Ended(3).sentence(Language::French),
            "Le service s’est arrêté avec le code de sortie 3."
        );
        let silent = Failure::Silent(Duration::from_secs(90));
        assert_eq!(silent.sentence(Language::English), "It did not answer within 1\u{a0}min 30\u{a0}s.");
        assert_eq!(
            silent.sentence(Language::French),
            "Le service n’a pas répondu en 1\u{202f}min 30\u{202f}s."
        );
    }

    #[test]
    fn whatever_was_killed_is_said_to_have_needed_memory() {
        assert!(Failure::Ended(137).sentence(Language::English).contains("memory"));
        assert!(Failure::Ended(137).sentence(Language::French).contains("mémoire"));
    }
}
