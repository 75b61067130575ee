//! Progress reports of effects that take minutes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use core_monitor_domain::journal::Report;
use core_monitor_domain::ports::{Progress, ProgressSink};
use core_monitor_domain::secret_variable::OpenedSecrets;

/// Collects progress until the next report is due.
pub(crate) trait Summary: ProgressSink {
    /// What happened since the last call; `None` if nothing did.
    fn summary(&self) -> Option<Report>;
}

/// The latest progress of each layer of an image being pulled.
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
    /// Sums up all layers.
    fn summary(&self) -> Option<Report> {
        let (layers, changed) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(changed) {
            return None;
        }
        let layers = || layers.values().filter(|layer| !layer.part.is_empty());
        let status = layers().filter(|layer| layer.current.is_some()).map(|layer| layer.status.as_str());
        Some(Report::Pull {
            status: status.min().unwrap_or("Pulling").into(),
            layers: u64::try_from(layers().count()).unwrap_or(u64::MAX),
            current: layers().filter_map(|layer| layer.current).sum(),
            total: layers().filter_map(|layer| layer.total).sum(),
        })
    }
}

/// Maximum number of build lines in one entry.
const LINES_AT_ONCE: usize = 40;
/// Maximum number of lines recorded for one build; after that, only its steps are recorded. The last lines of a failed
/// build are kept with the failure in any case.
const LINES_IN_ALL: usize = 2_000;

/// The output of a build.
#[derive(Default)]
pub(crate) struct BuildLog {
    lines: Mutex<BuildLines>,
    secrets: OpenedSecrets,
}

impl BuildLog {
    /// Does not keep the values of `secrets`, which build steps may print.
    pub(crate) fn hiding(secrets: OpenedSecrets) -> Self {
        Self { lines: Mutex::default(), secrets }
    }
}

#[derive(Default)]
struct BuildLines {
    step: Option<String>,
    lines: VecDeque<String>,
    /// Lines dropped because they came too fast.
    skipped: u64,
    written: usize,
    changed: bool,
}

impl ProgressSink for BuildLog {
    /// Layers of a base image are not reported: their build step is.
    fn report(&self, _: Progress) {}

    fn line(&self, line: &str, begins_step: bool) {
        let line = self.secrets.redact_line(line);
        let log = &mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if begins_step {
            log.step = Some(line.as_ref().to_owned());
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
        log.lines.push_back(line.into_owned());
    }
}

impl Summary for BuildLog {
    fn summary(&self) -> Option<Report> {
        let log = &mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut log.changed) {
            return None;
        }
        let lines = Vec::from(std::mem::take(&mut log.lines));
        log.written += lines.len();
        Some(Report::build(log.step.as_deref(), &lines, std::mem::take(&mut log.skipped)))
    }
}

/// For effects too short to report progress.
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
        let expected = Report::Pull { status: "Downloading".into(), layers: 2, current: 65, total: 150 };
        assert_eq!(layers.summary(), Some(expected));
        assert_eq!(layers.summary(), None);
    }

    #[test]
    fn a_build_reports_its_new_lines_and_its_step() {
        let log = BuildLog::default();
        assert_eq!(log.summary(), None);
        log.line("Step 1/2 : FROM a", true);
        report(&log, "layer", "Downloading", Some(1), Some(2));
        let begin = "Step 1/2 : FROM a";
        let first = Report::build(Some(begin), &[begin.to_owned()], 0);
        assert_eq!(log.summary(), Some(first));
        assert_eq!(log.summary(), None);
        (0..50).for_each(|line| log.line(&format!("line {line}"), false));
        let Some(Report::Build { lines, skipped, .. }) = log.summary() else { panic!("it is a build") };
        assert_eq!((skipped, lines[0].as_str()), (10, "line 10"));
    }

    #[test]
    fn a_verbose_build_reports_only_its_steps() {
        let log = BuildLog::default();
        for line in 0..LINES_IN_ALL {
            log.line(&line.to_string(), false);
            log.summary();
        }
        log.line("one more", false);
        assert_eq!(log.summary(), None);
        log.line("Step 2/2 : RUN b", true);
        let expected = Report::build(Some("Step 2/2 : RUN b"), &[], 0);
        assert_eq!(log.summary(), Some(expected));
    }
}
