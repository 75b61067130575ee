//! Server-sent events.

use std::io::{BufRead as _, BufReader, Read};

use serde_json::Value;

/// One event of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Its kind: `INTENT`, `OUTCOME`, ... and `SETTLED` at the end of a command.
    pub(crate) kind: String,
    pub(crate) data: Value,
}

impl Event {
    /// What a frame carries: an event, the command at its end, or a problem.
    fn read(mut frame: Value) -> Self {
        let kind = frame["kind"].as_str().unwrap().to_owned();
        match kind.as_str() {
            "EVENT" => {
                let data = frame["event"].take();
                Self { kind: data["kind"].as_str().unwrap().to_owned(), data }
            }
            "SETTLED" => Self { kind, data: frame["command"].take() },
            _ => Self { kind, data: frame },
        }
    }

    pub(crate) fn op(&self) -> &str {
        self.data["op"].as_str().unwrap_or_default()
    }

    pub(crate) fn target(&self) -> &str {
        self.data["target"].as_str().unwrap_or_default()
    }

    /// Whether it is of this kind and about this effect or wait.
    pub(crate) fn is(&self, kind: &str, op: &str) -> bool {
        self.kind == kind && self.op() == op
    }
}

/// A stream that blocks until the next event comes.
pub(crate) struct Events {
    lines: BufReader<Box<dyn Read + Send>>,
}

impl Events {
    pub(crate) fn new(stream: impl Read + Send + 'static) -> Self {
        Self { lines: BufReader::new(Box::new(stream)) }
    }

    /// Everything up to and with the first event that is `wanted`.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut seen = Vec::new();
        for event in self.by_ref() {
            let last = wanted(&event);
            seen.push(event);
            if last {
                return seen;
            }
        }
        panic!("the stream ended before {what}: {seen:#?}");
    }
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let mut frame: Option<Value> = None;
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("data", text)) => frame = Some(serde_json::from_str(text).unwrap()),
                // An empty line ends the frame. Behind a comment it ends nothing.
                None if line.trim_end().is_empty() => {
                    if let Some(frame) = frame.take() {
                        return Some(Event::read(frame));
                    }
                }
                _ => {}
            }
        }
    }
}
