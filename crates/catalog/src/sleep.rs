//! A component that sleeps when nobody uses it: what its main service declares for the gateway.

use core_monitor_compose::document::Item;
use core_monitor_message::Message;
use serde_json::Value as Json;

use crate::problem::Problem;
use crate::said;

/// How a component wakes and sleeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sleep {
    /// The hosts whose requests wake it.
    pub hosts: Vec<String>,
    /// Where it listens in its container; its only port if absent.
    pub port: Option<u16>,
    /// After how long without a use it sleeps, such as `10m`.
    pub idle_timeout: Option<String>,
    /// How its waiting page looks.
    pub theme: Option<String>,
    /// Who may wake it: `anyone` or `authenticated`.
    pub wake: Option<String>,
}

/// Most hosts of a component.
const MOST_HOSTS: usize = 20;

impl Sleep {
    /// What is wrong with it; `pointer` is its place in the request.
    pub(crate) fn problems(&self, pointer: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut check = |place: String, fits: bool, wanted: fn() -> Message| {
            if !fits {
                problems.push(Problem::new(format!("{pointer}/{place}"), said::wizard_value_type(wanted())));
            }
        };
        check("hosts".to_owned(), (1..=MOST_HOSTS).contains(&self.hosts.len()), said::word_hosts);
        for (index, host) in self.hosts.iter().take(MOST_HOSTS).enumerate() {
            check(format!("hosts/{index}"), is_host(host), said::word_host);
        }
        check("port".to_owned(), self.port != Some(0), said::word_port);
        let idle = self.idle_timeout.as_deref();
        check("idle_timeout".to_owned(), idle.is_none_or(is_duration), said::word_duration);
        check("theme".to_owned(), self.theme.as_deref().is_none_or(is_word), said::word_theme);
        let wake = self.wake.as_deref();
        let known = wake.is_none_or(|wake| ["anyone", "authenticated"].contains(&wake));
        check("wake".to_owned(), known, said::word_wake);
        problems
    }

    /// As it is recorded among the choices, and read back by [`read`](Self::read).
    pub(crate) fn written(&self) -> Item {
        self.item("idle_timeout")
    }

    /// Adds the declaration to a service.
    pub(crate) fn declare(&self, service: &mut Item) {
        const KEY: &str = "x-core-monitor";
        let Item::Map(entries) = service else { return };
        let declared = ("on-demand".to_owned(), self.item("idle-timeout"));
        match entries.iter_mut().find(|(key, _)| key == KEY) {
            Some((_, Item::Map(own))) => own.push(declared),
            Some(_) => {}
            None => entries.push((KEY.to_owned(), Item::Map(vec![declared]))),
        }
    }

    fn item(&self, idle: &'static str) -> Item {
        let text = |text: &Option<String>| text.as_ref().map(|text| Item::literal(text));
        Item::map([
            ("hosts", Some(Item::List(self.hosts.iter().map(|host| Item::literal(host)).collect()))),
            ("port", self.port.map(|port| Item::Number(port.to_string()))),
            (idle, text(&self.idle_timeout)),
            ("theme", text(&self.theme)),
            ("wake", text(&self.wake)),
        ])
    }

    /// From the record of choices; `None` if it cannot be read.
    pub(crate) fn read(value: &Json) -> Option<Self> {
        let text = |key: &str| match value.get(key) {
            None => Some(None),
            Some(text) => Some(Some(text.as_str()?.to_owned())),
        };
        let hosts = value.get("hosts")?.as_array()?.iter();
        Some(Self {
            hosts: hosts.map(|host| Some(host.as_str()?.to_owned())).collect::<Option<_>>()?,
            port: match value.get("port") {
                None => None,
                Some(port) => Some(u16::try_from(port.as_u64()?).ok()?),
            },
            idle_timeout: text("idle_timeout")?,
            theme: text("theme")?,
            wake: text("wake")?,
        })
    }
}

fn is_host(host: &str) -> bool {
    let domain = host.strip_prefix("*.").unwrap_or(host);
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=253).contains(&domain.len())
        && domain.bytes().all(inner)
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

fn is_word(word: &str) -> bool {
    (1..=64).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A time as compose files have it: `90s`, `10m`, `1h30m`.
fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if unit.len() == rest.len() {
            return false;
        }
        let Some(after) = unit.strip_prefix(['s', 'm', 'h']) else { return false };
        rest = after;
    }
    (1..=16).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sleep() -> Sleep {
        Sleep {
            hosts: vec!["shop.example.org".to_owned()],
            port: Some(8080),
            idle_timeout: Some("10m".to_owned()),
            theme: Some("matrix".to_owned()),
            wake: None,
        }
    }

    fn pointers(sleep: &Sleep) -> Vec<String> {
        sleep.problems("/s").into_iter().map(|problem| problem.pointer).collect()
    }

    #[test]
    fn what_is_recorded_is_read_back() {
        let Item::Map(written) = sleep().written() else { panic!("no map") };
        assert_eq!(written.len(), 4);
        let json = serde_json::json!({
            "hosts": ["shop.example.org"], "port": 8080, "idle_timeout": "10m", "theme": "matrix"
        });
        assert_eq!(Sleep::read(&json), Some(sleep()));
        assert_eq!(Sleep::read(&serde_json::json!({"hosts": [], "port": 99_999})), None);
    }

    #[test]
    fn nonsense_has_a_place() {
        assert!(pointers(&sleep()).is_empty());
        assert_eq!(pointers(&Sleep::default()), ["/s/hosts"]);
        let wrong = Sleep {
            hosts: vec!["*.ok.org".to_owned(), "http://x/".to_owned(), "a..b".to_owned()],
            port: Some(0),
            idle_timeout: Some("10 minutes".to_owned()),
            theme: Some("../x".to_owned()),
            wake: Some("me".to_owned()),
        };
        assert_eq!(
            pointers(&wrong),
            ["/s/hosts/1", "/s/hosts/2", "/s/port", "/s/idle_timeout", "/s/theme", "/s/wake"]
        );
        for time in ["", "m", "5", "5x", "1h 2m"] {
            assert!(!is_duration(time), "{time}");
        }
        assert!(is_duration("1h30m") && is_duration("90s"));
    }
}
