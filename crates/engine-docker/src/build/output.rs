//! The output of a build: splits it into lines, redacts secrets, and keeps the last lines.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use core_monitor_domain::effect::NewImage;
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::ProgressSink;
use core_monitor_domain::text::ELLIPSIS;

/// Number of lines in a failure.
const KEPT_LINES: usize = 50;
/// Maximum length of a line in characters; the rest is cut off, which an ellipsis shows.
const MAX_LINE: usize = 500;
/// Maximum length in bytes of a line that has not ended.
const MAX_PARTIAL: usize = 8 * MAX_LINE;
/// Shortest line of a secret that is redacted.
const MIN_SECRET: usize = 4;

/// The output of one build.
pub(super) struct Output<'a> {
    new: &'a NewImage,
    /// Values to redact, besides those of arguments.
    secrets: Vec<String>,
    /// Unfinished lines by writer, so that parallel steps do not mix their output.
    partial: BTreeMap<String, String>,
    lines: VecDeque<String>,
    step: String,
    fetching: Option<ImageRef>,
}

impl<'a> Output<'a> {
    /// `secrets` may be mounted into steps and must not appear in their output.
    pub(super) fn new(new: &'a NewImage, secrets: &[(String, Bytes)]) -> Self {
        let secrets = secrets.iter().flat_map(|(_, content)| hidden(content)).collect();
        Self {
            new,
            secrets,
            partial: BTreeMap::new(),
            lines: VecDeque::new(),
            step: String::new(),
            fetching: None,
        }
    }

    /// Adds a piece of output and reports the lines it completes.
    pub(super) fn write(&mut self, writer: &str, text: &str, progress: &dyn ProgressSink) {
        for piece in text.split_inclusive('\n') {
            let partial = self.partial.entry(writer.to_owned()).or_default();
            // A line that never ends must not exhaust memory.
            if partial.len() < MAX_PARTIAL {
                partial.push_str(piece);
            } else if piece != "\n" && !partial.ends_with(ELLIPSIS) {
                partial.push(ELLIPSIS);
            }
            if piece.ends_with('\n') {
                let line = self.partial.remove(writer).unwrap_or_default();
                // The step header of the classic builder.
                let starts_step = writer.is_empty() && line.starts_with("Step ");
                self.line(&line, starts_step, Some(progress));
            }
        }
    }

    /// Reports the start of a step.
    pub(super) fn step(&mut self, name: &str, progress: &dyn ProgressSink) {
        self.line(name, true, Some(progress));
    }

    /// Records that a step failed while it fetched `image`.
    pub(super) fn failed_fetching(&mut self, image: Option<ImageRef>) {
        self.fetching = image.or(self.fetching.take());
    }

    fn line(&mut self, text: &str, starts_step: bool, progress: Option<&dyn ProgressSink>) {
        let whole = self.redacted(&plain(text));
        let whole = whole.trim_end();
        let line = match whole.char_indices().nth(MAX_LINE) {
            Some((end, _)) => format!("{}{ELLIPSIS}", whole.get(..end).unwrap_or_default()),
            None => whole.to_owned(),
        };
        if line.is_empty() {
            return;
        }
        if starts_step {
            self.step.clone_from(&line);
        }
        if let Some(progress) = progress {
            progress.line(&line, starts_step);
        }
        if self.lines.len() == KEPT_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    pub(super) fn redacted(&self, text: &str) -> String {
        let text = self.new.spec.redact(text);
        self.secrets.iter().fold(text, |text, secret| text.replace(secret, "***"))
    }

    /// The image that could not be fetched; `None` if something else failed.
    pub(super) fn base_image(&self) -> Option<ImageRef> {
        self.fetching.clone().or_else(|| self.classic_base_image())
    }

    fn classic_base_image(&self) -> Option<ImageRef> {
        // The header of a step arrives in two pieces, and an error may come between them.
        let partial = self.partial.get("").filter(|line| line.starts_with("Step "));
        let (_, instruction) = partial.unwrap_or(&self.step).split_once(" : ")?;
        let mut words = instruction.split_whitespace();
        let is_from = words.next().is_some_and(|word| word.eq_ignore_ascii_case("from"));
        is_from.then(|| words.find(|word| !word.starts_with("--"))).flatten().map(ImageRef::from)
    }

    pub(super) fn take_lines(&mut self) -> Vec<String> {
        for line in std::mem::take(&mut self.partial).into_values() {
            self.line(&line, false, None);
        }
        std::mem::take(&mut self.lines).into()
    }
}

/// The lines of a secret, longest first, since one may contain another. Very short lines would match ordinary output.
fn hidden(content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content);
    let lines = text.lines().map(str::trim).filter(|line| line.len() >= MIN_SECRET);
    let mut lines: Vec<String> = lines.map(ToOwned::to_owned).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.len()));
    lines
}

/// Removes colours and other control sequences, since the text is shown in other people's terminals and browsers.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' if chars.next_if_eq(&'[').is_some() => {
                // Skip to the letter that ends the sequence.
                while chars.next().is_some_and(|char| !('@'..='~').contains(&char)) {}
            }
            '\t' => out.push(' '),
            // Text overwritten after a carriage return would not be visible either.
            '\r' if chars.peek().is_some_and(|next| *next != '\n') => out.clear(),
            char if char.is_control() => {}
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use core_monitor_domain::desired::{BuildHash, BuildSpec, Dockerfile};
    use core_monitor_domain::ids::{StackId, VersionNumber};
    use core_monitor_domain::ports::Progress;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl ProgressSink for Heard {
        fn report(&self, _: Progress) {}

        fn line(&self, line: &str, _: bool) {
            self.0.lock().unwrap().push(line.to_owned());
        }
    }

    fn image() -> NewImage {
        let spec = BuildSpec {
            context: String::new(),
            dockerfile: Dockerfile::Inline(String::new()),
            args: [("NPM_TOKEN".to_owned(), "s3cr3t".to_owned()), ("MODE".to_owned(), "prod".to_owned())]
                .into(),
            labels: BTreeMap::new(),
            target: None,
            network: None,
            extra_hosts: Vec::new(),
            shm_size: None,
            cache_from: Vec::new(),
            no_cache: false,
            pull: false,
            platform: None,
            isolation: None,
            ulimits: BTreeMap::new(),
            tags: Vec::new(),
            secrets: Vec::new(),
            inside: Vec::new(),
            hash: BuildHash("h".into()),
        };
        NewImage {
            image: ImageRef::from("shop-web"),
            spec: Arc::new(spec),
            labels: BTreeMap::new(),
            stack_id: "00000000-0000-0000-0000-000000000000".parse::<StackId>().unwrap(),
            version: VersionNumber(1),
        }
    }

    fn check(pieces: &[&str], heard: &[&str]) {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new, &[]);
        for piece in pieces {
            output.write("", piece, &sink);
        }
        assert_eq!(*sink.0.lock().unwrap(), heard);
    }

    #[test]
    fn pieces_are_joined_into_lines() {
        check(&["Step 1/2 : FROM a", "\n", " ---> 01\n"], &["Step 1/2 : FROM a", " ---> 01"]);
        check(&["a\nb\n\nc"], &["a", "b"]);
    }

    #[test]
    fn what_is_cut_off_ends_with_an_ellipsis() {
        let (long, cut) = ("x".repeat(MAX_LINE), format!("{}…", "x".repeat(MAX_LINE)));
        check(&[&long, "\n", &long, "y\n"], &[&long, &cut]);
        let overwritten = "x".repeat(MAX_PARTIAL) + "\rtoken s3c";
        check(&[&overwritten, "r3t", "\n", &overwritten, "\n"], &["token s3c…", "token s3c"]);
    }

    #[test]
    fn secrets_and_control_characters_are_removed() {
        check(&["token s3cr3t in prod\n"], &["token *** in prod"]);
        check(&["\u{1b}[91merr\n", "\u{1b}[0m10%\r20%\rdone\n"], &["err", "done"]);
    }

    #[test]
    fn mounted_secrets_are_redacted() {
        let (new, sink) = (image(), Heard::default());
        let secrets = [("npmrc".to_owned(), Bytes::from_static(b"//r.example/:t=abcd\nx\nabcd\n"))];
        let mut output = Output::new(&new, &secrets);
        output.write("1", "it is //r.example/:t=abcd, or abcd, or x\n", &sink);
        assert_eq!(*sink.0.lock().unwrap(), ["it is ***, or ***, or x"]);
    }

    #[test]
    fn lines_of_parallel_steps_are_not_mixed() {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new, &[]);
        for (writer, text) in [("1", "a"), ("2", "Step b\n"), ("1", "c\n"), ("2", "d")] {
            output.write(writer, text, &sink);
        }
        assert_eq!(*sink.0.lock().unwrap(), ["Step b", "ac"]);
        assert_eq!((output.take_lines().join(" "), output.base_image()), ("Step b ac d".to_owned(), None));
    }

    #[test]
    fn the_last_lines_are_kept() {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new, &[]);
        (0..60).for_each(|number| output.write("", &format!("{number}\n"), &sink));
        output.write("", "the end", &sink);
        let lines = output.take_lines();
        assert_eq!((lines.len(), lines[0].as_str(), lines[49].as_str()), (50, "11", "the end"));
    }

    #[test]
    fn the_base_image_is_that_of_the_current_step() {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new, &[]);
        output.write("", "Step 1/3 : FROM --platform=linux/amd64 r.example/base:1 AS b", &sink);
        assert_eq!(output.base_image(), Some(ImageRef::from("r.example/base:1")));
        output.write("", "\nStep 2/3 : RUN from x\n", &sink);
        assert_eq!(output.base_image(), None);
    }
}
