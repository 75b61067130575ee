//! The text formats of Prometheus.

use std::fmt::{Display, Write as _};

use super::histogram::Counted;

/// Which of the two text formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// 0.0.4, which every scraper reads.
    Prometheus,
    /// `OpenMetrics` 1.0, in which a counter is named without `_total` and the text has an end.
    OpenMetrics,
}

/// The kind of a family of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// A text being written.
pub(super) struct Text {
    format: Format,
    written: String,
}

/// The labels of a number, in the order in which they are written.
pub(super) type Labels<'a> = &'a [(&'static str, &'a str)];

impl Text {
    pub(super) fn new(format: Format) -> Self {
        Self { format, written: String::new() }
    }

    /// Begins a family. `name` is without the `_total` of a counter.
    pub(super) fn family(&mut self, name: &str, kind: Kind, help: &str) {
        let suffix = match (self.format, kind) {
            (Format::Prometheus, Kind::Counter) => "_total",
            _ => "",
        };
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(format_args!("# HELP {name}{suffix} {help}"));
        self.line(format_args!("# TYPE {name}{suffix} {kind}"));
    }

    pub(super) fn counter(&mut self, name: &str, labels: Labels<'_>, value: impl Display) {
        self.sample(name, "_total", labels, None, value);
    }

    pub(super) fn gauge(&mut self, name: &str, labels: Labels<'_>, value: u64) {
        self.sample(name, "", labels, None, value);
    }

    pub(super) fn histogram(&mut self, name: &str, labels: Labels<'_>, counted: &Counted) {
        for (limit, count) in &counted.up_to {
            // OpenMetrics wants `1.0`, not `1`.
            let limit = format!("{:?}", limit.as_secs_f64());
            self.sample(name, "_bucket", labels, Some(&limit), *count);
        }
        self.sample(name, "_bucket", labels, Some("+Inf"), counted.count);
        self.sample(name, "_sum", labels, None, counted.sum.as_secs_f64());
        self.sample(name, "_count", labels, None, counted.count);
    }

    pub(super) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.line(format_args!("# EOF"));
        }
        self.written
    }

    fn sample(
        &mut self,
        name: &str,
        suffix: &str,
        labels: Labels<'_>,
        limit: Option<&str>,
        value: impl Display,
    ) {
        self.written.push_str(name);
        self.written.push_str(suffix);
        let all = labels.iter().copied().chain(limit.map(|limit| ("le", limit)));
        let mut before = '{';
        for (label, text) in all {
            self.written.push(before);
            self.written.push_str(label);
            self.written.push_str("=\"");
            self.escaped(text);
            self.written.push('"');
            before = ',';
        }
        if before == ',' {
            self.written.push('}');
        }
        self.line(format_args!(" {value}"));
    }

    /// The value of a label: a quote would end it, and a line break the number.
    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '\\' => self.written.push_str("\\\\"),
                '"' => self.written.push_str("\\\""),
                '\n' => self.written.push_str("\\n"),
                other => self.written.push(other),
            }
        }
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.written.write_fmt(text);
        self.written.push('\n');
    }
}
