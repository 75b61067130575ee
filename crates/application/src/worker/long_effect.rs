//! What effects that take minutes report, in entries of the journal that people can read.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use core_monitor_domain::ports::{Progress, ProgressSink};
use serde_json::{Value, json};

/// Collects reports until somebody asks what is new.
pub(crate) trait Summary: ProgressSink {
    /// What happened since the last call; `None` when nothing did.
    fn summary(&self) -> Option<Value>;
}

/// The newest report of each layer of an image that is fetched.
#[derive(Default)]
pub(crate) struct Layers(Mutex<(BTreeMap<String, Progress>, bool)>);

impl ProgressSink for Layers {
    fn report(&self, progress: Progress) {
        let (layers, changed) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *changed = true;
        layers.insert(progress.part.clone(), progress);
    }
}

impl Summary for Layers {
    /// All layers in one line.
    fn summary(&self) -> Option<Value> {
        let (layers, changed) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(changed) {
            return None;
        }
        let layers = || layers.values().filter(|layer| !layer.part.is_empty());
        let status = layers().filter(|layer| layer.current.is_some()).map(|layer| layer.status.as_str());
        Some(json!({
            "status": status.min().unwrap_or("Pulling"),
            "layers": layers().count(),
            "current": layers().filter_map(|layer| layer.current).sum::<u64>(),
            "total": layers().filter_map(|layer| layer.total).sum::<u64>(),
        }))
    }
}

/// Lines of one entry about a build.
const LINES_AT_ONCE: usize = 40;
/// Lines of one build that are written down; from then on only its steps are. The last lines of a build that fails are
/// kept with the failure in any case.
const LINES_IN_ALL: usize = 2_000;

/// The output of a build.
#[derive(Default)]
pub(crate) struct BuildLog(Mutex<BuildLines>);

#[derive(Default)]
struct BuildLines {
    step: Option<String>,
    lines: VecDeque<String>,
    /// Came too fast for an entry.
    skipped: u64,
    written: usize,
    changed: bool,
}

impl ProgressSink for BuildLog {
    /// Layers of a base image: their step says enough once it has lasted longer than an entry.
    fn report(&self, _: Progress) {}

    fn line(&self, line: &str, begins_step: bool) {
        let log = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if begins_step {
            log.step = Some(line.to_owned());
            log.changed = true;
        }
        if log.written >= LINES_IN_ALL {
            return;
        }
        log.changed = true;
        if log.lines.len() == LINES_AT_ONCE {
            log.lines.pop_front();
            log.skipped += 1;
        }
        log.lines.push_back(line.to_owned());
    }
}

impl Summary for BuildLog {
    fn summary(&self) -> Option<Value> {
        let log = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut log.changed) {
            return None;
        }
        let lines = std::mem::take(&mut log.lines);
        log.written += lines.len();
        let mut summary = json!({ "status": "Building", "step": log.step, "lines": lines });
        if log.skipped > 0 {
            summary["skipped"] = std::mem::take(&mut log.skipped).into();
        }
        Some(summary)
    }
}

/// Effects that are over before anybody could read about their progress.
pub(crate) struct Silent;

impl ProgressSink for Silent {
    fn report(&self, _: Progress) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(sink: &dyn ProgressSink, part: &str, status: &str, current: Option<u64>, total: Option<u64>) {
        sink.report(Progress { status: status.to_owned(), part: part.to_owned(), current, total });
    }

    #[test]
    fn a_pull_is_summed_up_over_its_layers_and_only_when_it_moved() {
        let layers = Layers::default();
        assert_eq!(layers.summary(), None);
        report(&layers, "", "Pulling from library/app", None, None);
        report(&layers, "a", "Downloading", Some(10), Some(100));
        report(&layers, "a", "Downloading", Some(60), Some(100));
        report(&layers, "b", "Extracting", Some(5), Some(50));
        let expected = json!({ "status": "Downloading", "layers": 2, "current": 65, "total": 150 });
        assert_eq!(layers.summary(), Some(expected));
        assert_eq!(layers.summary(), None);
    }

    #[test]
    fn a_build_tells_its_new_lines_and_its_step() {
        let log = BuildLog::default();
        assert_eq!(log.summary(), None);
        log.line("Step 1/2 : FROM a", true);
        report(&log, "layer", "Downloading", Some(1), Some(2));
        let first =
            json!({ "status": "Building", "step": "Step 1/2 : FROM a", "lines": ["Step 1/2 : FROM a"] });
        assert_eq!(log.summary(), Some(first));
        assert_eq!(log.summary(), None);
        (0..50).for_each(|line| log.line(&format!("line {line}"), false));
        let second = log.summary().unwrap();
        assert_eq!((&second["skipped"], &second["lines"][0]), (&json!(10), &json!("line 10")));
    }

    #[test]
    fn a_build_that_talks_too_much_is_only_followed_by_its_steps() {
        let log = BuildLog::default();
        for line in 0..LINES_IN_ALL {
            log.line(&line.to_string(), false);
            log.summary();
        }
        log.line("one more", false);
        assert_eq!(log.summary(), None);
        log.line("Step 2/2 : RUN b", true);
        let expected = json!({ "status": "Building", "step": "Step 2/2 : RUN b", "lines": [] });
        assert_eq!(log.summary(), Some(expected));
    }
}
