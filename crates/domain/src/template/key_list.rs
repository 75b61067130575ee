//! The list of the keys whose instances somebody still wants.

use std::collections::BTreeSet;
use std::time::Duration;

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};

use super::said;
use crate::names::InstanceKey;
use crate::time::Timestamp;

/// The keys of a template, as the owner of its instances last said. What is not on it is removed after the grace time of the
/// template; a template without a list keeps every instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyList {
    /// Where it comes from.
    pub source: KeySource,
    /// The keys that were said last.
    pub keys: BTreeSet<InstanceKey>,
    /// When they were; `None` before the first time. Until then, nothing is missing from it.
    pub taken_at: Option<Timestamp>,
    /// When it was last asked for.
    pub asked_at: Option<Timestamp>,
    /// Why it could not be read then. The keys stay those of the last time.
    pub trouble: Option<Message>,
}

/// Where a list of keys comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum KeySource {
    /// Whoever owns the instances sends it.
    Sent,
    /// It is asked for again and again.
    Polled {
        /// Where: `http` or `https`. The answer is a JSON list of keys.
        url: String,
        /// How often.
        every: Duration,
    },
}

impl KeySource {
    /// Whether both lists come from the same place, however often they are asked for.
    fn is_same_place(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sent, Self::Sent) => true,
            (Self::Polled { url, .. }, Self::Polled { url: other, .. }) => url == other,
            (Self::Sent, Self::Polled { .. }) | (Self::Polled { .. }, Self::Sent) => false,
        }
    }
}

impl KeySource {
    /// A list that is asked for at this address, or why it cannot be.
    pub fn polled(url: String, every: Duration) -> Result<Self, Message> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let plain = url.len() <= 2_048 && url.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(said::key_list_url_unusable());
        }
        if rest.and_then(|rest| rest.split(['/', '?', '#']).next()).is_some_and(|host| host.contains('@')) {
            return Err(said::key_list_url_with_user());
        }
        let (least, most) = KeyList::EVERY;
        if (least..=most).contains(&every) {
            Ok(Self::Polled { url, every })
        } else {
            Err(said::key_list_interval_unusable(least.as_secs(), most.as_secs()))
        }
    }
}

impl KeyList {
    /// Most keys.
    pub const KEYS: usize = 20_000;
    /// The shortest and the longest time between two polls.
    pub const EVERY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_hours(24));

    /// One that nobody has said anything on yet.
    pub fn from_now_on(source: KeySource) -> Self {
        Self { source, keys: BTreeSet::new(), taken_at: None, asked_at: None, trouble: None }
    }

    /// The same list from `source`. What is known stays, unless it comes from somewhere else now.
    #[must_use]
    pub fn sourced(self, source: KeySource) -> Self {
        if self.source.is_same_place(&source) { Self { source, ..self } } else { Self::from_now_on(source) }
    }

    /// With these keys, as `from` said at `at`; `None` if they were said later than that, or if the list comes from somewhere else
    /// by now.
    pub fn taken(self, from: &KeySource, keys: BTreeSet<InstanceKey>, at: Timestamp) -> Option<Self> {
        if !self.source.is_same_place(from) || self.taken_at.is_some_and(|taken| taken > at) {
            return None;
        }
        let asked_at = match &self.source {
            KeySource::Sent => None,
            KeySource::Polled { .. } => Some(at),
        };
        Some(Self { keys, taken_at: Some(at), asked_at, trouble: None, ..self })
    }

    /// With the reason why it could not be read from `from` at `at`; `None` if it was asked for later than that, or comes from
    /// somewhere else by now.
    pub fn failed(self, from: &KeySource, trouble: Message, at: Timestamp) -> Option<Self> {
        if !self.source.is_same_place(from) || self.asked_at.is_some_and(|asked| asked > at) {
            return None;
        }
        Some(Self { asked_at: Some(at), trouble: Some(trouble), ..self })
    }

    /// Whether it is to be asked for now.
    pub fn is_due(&self, now: Timestamp) -> bool {
        match &self.source {
            KeySource::Sent => false,
            KeySource::Polled { every, .. } => self.asked_at.is_none_or(|asked| now >= asked.plus(*every)),
        }
    }

    /// Since when an instance is not on it, if it is not: since before, or since the list was taken. A list that is older than the
    /// instance says nothing about it.
    pub fn missing_since(
        &self,
        key: &InstanceKey,
        created_at: Timestamp,
        before: Option<Timestamp>,
    ) -> Option<Timestamp> {
        let taken_at = self.taken_at.filter(|taken| *taken > created_at)?;
        if self.keys.contains(key) { None } else { Some(before.unwrap_or(taken_at)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000).unwrap()
    }

    fn list(keys: &[&str], taken_at: Option<i64>) -> KeyList {
        let keys = keys.iter().map(|key| key.parse().unwrap()).collect();
        KeyList { keys, taken_at: taken_at.map(at), ..KeyList::from_now_on(KeySource::Sent) }
    }

    #[test]
    fn a_key_is_missing_since_the_first_list_without_it() {
        let key: InstanceKey = "shop".parse().unwrap();
        let missing = |list: KeyList, before| list.missing_since(&key, at(100), before);
        assert_eq!(missing(list(&["shop"], Some(200)), None), None);
        assert_eq!(missing(list(&[], Some(200)), None), Some(at(200)));
        assert_eq!(missing(list(&[], Some(300)), Some(at(200))), Some(at(200)));
        assert_eq!(missing(list(&["shop"], Some(300)), Some(at(200))), None, "it is back");
    }

    #[test]
    fn a_list_says_nothing_about_what_came_after_it() {
        let key: InstanceKey = "shop".parse().unwrap();
        assert_eq!(list(&[], Some(100)).missing_since(&key, at(100), None), None);
        assert_eq!(list(&[], None).missing_since(&key, at(100), None), None, "nobody has sent it yet");
    }

    #[test]
    fn what_is_known_stays_until_the_list_comes_from_somewhere_else() {
        let polled = |url: &str, seconds| KeySource::Polled {
            url: url.to_owned(),
            every: Duration::from_secs(seconds),
        };
        let known = KeyList { source: polled("http://a/", 60), ..list(&["shop"], Some(200)) };
        let sooner = known.clone().sourced(polled("http://a/", 5));
        assert_eq!(sooner, KeyList { source: polled("http://a/", 5), ..known.clone() });
        for other in [polled("http://b/", 60), KeySource::Sent] {
            assert_eq!(known.clone().sourced(other.clone()), KeyList::from_now_on(other));
        }
        let sent = list(&["shop"], Some(200));
        assert_eq!(sent.clone().sourced(KeySource::Sent), sent);
    }

    #[test]
    fn what_is_said_late_is_left_out() {
        let known = list(&["shop"], Some(200));
        let sent = KeySource::Sent;
        assert_eq!(known.clone().taken(&sent, BTreeSet::new(), at(199)), None);
        let same = known.clone().taken(&sent, BTreeSet::new(), at(200));
        assert_eq!(
            same.map(|list| list.keys.len()),
            Some(0),
            "of two at the same moment, the second one counts"
        );
        let newer = known.clone().taken(&sent, BTreeSet::new(), at(201)).unwrap();
        assert_eq!((newer.keys.len(), newer.taken_at, newer.asked_at), (0, Some(at(201)), None));
        let source = KeySource::Polled { url: "http://a/".into(), every: Duration::from_mins(1) };
        let asked = KeyList::from_now_on(source.clone()).taken(&source, known.keys, at(300)).unwrap();
        assert_eq!(asked.asked_at, Some(at(300)));
        let trouble = Message::foreign("nobody answers");
        assert_eq!(asked.clone().failed(&source, trouble.clone(), at(299)), None);
        let failed = asked.clone().failed(&source, trouble.clone(), at(300)).unwrap();
        assert_eq!(failed, KeyList { trouble: Some(trouble.clone()), ..asked.clone() });
        let elsewhere = KeySource::Polled { url: "http://b/".into(), every: Duration::from_mins(1) };
        assert_eq!(asked.clone().taken(&elsewhere, BTreeSet::new(), at(400)), None);
        assert_eq!(asked.failed(&elsewhere, trouble, at(400)), None);
    }

    #[test]
    fn an_address_is_one_of_the_web() {
        let polled =
            |url: &str, seconds| KeySource::polled(url.to_owned(), Duration::from_secs(seconds)).is_ok();
        assert!(
            polled("http://site-builder:3000/api/projects", 60) && polled("https://a.example/keys?all=1", 1)
        );
        for url in [
            "",
            "http://",
            "https:///keys",
            "ftp://a/keys",
            "file:///etc/passwd",
            "http://a/ keys",
            "http://u:p@a/",
        ] {
            assert!(!polled(url, 60), "{url}");
        }
        assert!(!polled("http://a/", 0) && !polled("http://a/", 100_000));
    }

    #[test]
    fn a_list_is_asked_for_again_after_its_time() {
        let source = KeySource::Polled { url: "http://localhost/keys".into(), every: Duration::from_mins(1) };
        let never = KeyList::from_now_on(source);
        assert!(never.is_due(at(0)));
        let asked = KeyList { asked_at: Some(at(100)), ..never };
        assert!(!asked.is_due(at(159)) && asked.is_due(at(160)));
        assert!(!list(&[], None).is_due(at(0)), "one that is sent is not asked for");
    }
}
