//! What a build writes: whole lines, without secrets, and the last of them kept.

use std::collections::VecDeque;

use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::{NewImage, Progress, ProgressSink};

/// Lines that go into a failure.
const KEPT: usize = 50;
/// Longest line, in characters; the rest is cut off.
const WIDTH: usize = 500;

/// The output of one build.
pub(super) struct Output<'a> {
    new: &'a NewImage,
    /// Without its end yet.
    partial: String,
    lines: VecDeque<String>,
    step: String,
}

impl<'a> Output<'a> {
    pub(super) fn new(new: &'a NewImage) -> Self {
        Self { new, partial: String::new(), lines: VecDeque::new(), step: String::new() }
    }

    /// Takes a piece of output and reports the lines that it completes.
    pub(super) fn write(&mut self, text: &str, progress: &dyn ProgressSink) {
        for piece in text.split_inclusive('\n') {
            // A line that never ends must not fill the memory.
            if self.partial.len() < 8 * WIDTH {
                self.partial.push_str(piece);
            }
            if piece.ends_with('\n') {
                self.end_line(Some(progress));
            }
        }
    }

    fn end_line(&mut self, progress: Option<&dyn ProgressSink>) {
        let line = std::mem::take(&mut self.partial);
        let line: String = self.redacted(&plain(&line)).trim_end().chars().take(WIDTH).collect();
        if line.is_empty() {
            return;
        }
        if line.starts_with("Step ") {
            self.step.clone_from(&line);
        }
        if let Some(progress) = progress {
            let (status, part) = (line.clone(), String::new());
            progress.report(Progress { status, part, current: None, total: None });
        }
        if self.lines.len() == KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    pub(super) fn redacted(&self, text: &str) -> String {
        self.new.spec.redact(text)
    }

    /// The image that the step at work fetches; `None` while it does something else.
    pub(super) fn base_image(&self) -> Option<ImageRef> {
        // The line of a step comes in two pieces, and an error may come between them.
        let line = if self.partial.starts_with("Step ") { &self.partial } else { &self.step };
        let (_, instruction) = line.split_once(" : ")?;
        let mut words = instruction.split_whitespace();
        let is_from = words.next().is_some_and(|word| word.eq_ignore_ascii_case("from"));
        is_from.then(|| words.find(|word| !word.starts_with("--"))).flatten().map(ImageRef::from)
    }

    pub(super) fn take_lines(&mut self) -> Vec<String> {
        self.end_line(None);
        std::mem::take(&mut self.lines).into()
    }
}

/// Without colours and other control sequences: the text ends up in terminals and pages of other people.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' if chars.next_if_eq(&'[').is_some() => {
                // Up to the letter that ends the sequence.
                while chars.next().is_some_and(|char| !('@'..='~').contains(&char)) {}
            }
            '\t' => out.push(' '),
            // What a carriage return overwrites is not seen either.
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

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl ProgressSink for Heard {
        fn report(&self, progress: Progress) {
            self.0.lock().unwrap().push(progress.status);
        }
    }

    fn image() -> NewImage {
        let spec = BuildSpec {
            context: String::new(),
            dockerfile: Dockerfile::Inline(String::new()),
            args: [("NPM_TOKEN".to_owned(), "s3cr3t".to_owned()), ("MODE".to_owned(), "prod".to_owned())]
                .into(),
            labels: std::collections::BTreeMap::new(),
            target: None,
            network: None,
            extra_hosts: Vec::new(),
            shm_size: None,
            cache_from: Vec::new(),
            no_cache: false,
            pull: false,
            platform: None,
            isolation: None,
            ulimits: std::collections::BTreeMap::new(),
            tags: Vec::new(),
            hash: BuildHash("h".into()),
        };
        NewImage {
            image: ImageRef::from("shop-web"),
            spec: Arc::new(spec),
            labels: std::collections::BTreeMap::new(),
            stack_id: "00000000-0000-0000-0000-000000000000".parse::<StackId>().unwrap(),
            version: VersionNumber(1),
        }
    }

    fn check(pieces: &[&str], heard: &[&str]) {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new);
        for piece in pieces {
            output.write(piece, &sink);
        }
        assert_eq!(*sink.0.lock().unwrap(), heard);
    }

    #[test]
    fn lines_are_put_together() {
        check(&["Step 1/2 : FROM a", "\n", " ---> 01\n"], &["Step 1/2 : FROM a", " ---> 01"]);
        check(&["a\nb\n\nc"], &["a", "b"]);
    }

    #[test]
    fn secrets_and_control_characters_are_taken_out() {
        check(&["token s3cr3t in prod\n"], &["token *** in prod"]);
        check(&["\u{1b}[91merr\n", "\u{1b}[0m10%\r20%\rdone\n"], &["err", "done"]);
    }

    #[test]
    fn the_last_lines_are_kept() {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new);
        (0..60).for_each(|number| output.write(&format!("{number}\n"), &sink));
        output.write("the end", &sink);
        let lines = output.take_lines();
        assert_eq!((lines.len(), lines[0].as_str(), lines[49].as_str()), (50, "11", "the end"));
    }

    #[test]
    fn the_base_image_is_that_of_the_step_at_work() {
        let (new, sink) = (image(), Heard::default());
        let mut output = Output::new(&new);
        output.write("Step 1/3 : FROM --platform=linux/amd64 r.example/base:1 AS b", &sink);
        assert_eq!(output.base_image(), Some(ImageRef::from("r.example/base:1")));
        output.write("\nStep 2/3 : RUN from x\n", &sink);
        assert_eq!(output.base_image(), None);
    }
}
