//! Counts what the keeper tells.

use std::time::Duration;

use core_monitor_application::gateway::{Ledger, Named};
use core_monitor_domain::command::PowerCause;
use core_monitor_domain::on_demand::experience::PredictionOutcome;
use core_monitor_domain::on_demand::house::{Held, StartFailure};

use super::{
    GatewayMetrics, HeldReason, Prediction, SleepCause, StartCause, StartFailureReason, StartOutcome,
    StartPhase,
};

impl GatewayMetrics {
    fn of(&self, which: Named<'_>) -> std::sync::Arc<super::DoorMetrics> {
        self.door(which.stack.as_str(), which.service.as_str())
    }
}

impl Ledger for GatewayMetrics {
    fn started(&self, which: Named<'_>, cause: Option<&PowerCause>) {
        self.of(which).started(match cause {
            Some(PowerCause::Schedule { .. }) => StartCause::Schedule,
            Some(PowerCause::Predicted { .. }) => StartCause::Predicted,
            Some(PowerCause::NeededBy { .. }) => StartCause::NeededBy,
            Some(PowerCause::Person { .. }) => StartCause::Person,
            Some(PowerCause::Request { .. } | PowerCause::Idle { .. } | PowerCause::Yields { .. }) => {
                StartCause::Request
            }
            None => StartCause::FoundRunning,
        });
    }

    fn start_took(&self, which: Named<'_>, until_running: Duration, until_ready: Duration) {
        let door = self.of(which);
        door.start_took(StartPhase::Running, StartOutcome::Succeeded, until_running);
        door.start_took(StartPhase::Ready, StartOutcome::Succeeded, until_ready);
    }

    fn start_failed(&self, which: Named<'_>, why: &StartFailure, after: Duration) {
        let door = self.of(which);
        door.start_took(StartPhase::Running, StartOutcome::Failed, after);
        door.start_failed(match why {
            StartFailure::Command(_) => StartFailureReason::Command,
            StartFailure::Queue(_) => StartFailureReason::Queue,
            StartFailure::Ended(_) => StartFailureReason::Ended,
            StartFailure::NoContainer => StartFailureReason::NoContainer,
            StartFailure::Silent(_) => StartFailureReason::Silent,
            StartFailure::Unhealthy => StartFailureReason::Unhealthy,
        });
    }

    fn held(&self, which: Named<'_>, why: Option<&Held>) {
        self.of(which).set_held(why.map(|why| match why {
            Held::Closed(_) => HeldReason::Closed,
            Held::Turn => HeldReason::Turn,
            Held::Needs(..) => HeldReason::Needs,
            Held::Beside(..) => HeldReason::Beside,
            Held::Memory(..) => HeldReason::Memory,
        }));
    }

    fn slept(&self, which: Named<'_>, cause: Option<&PowerCause>) {
        self.of(which).slept(match cause {
            Some(PowerCause::Schedule { .. }) => SleepCause::Schedule,
            Some(PowerCause::Yields { .. }) => SleepCause::Yields,
            Some(PowerCause::Person { .. }) => SleepCause::Person,
            Some(_) => SleepCause::Idle,
            None => SleepCause::FoundStopped,
        });
    }

    fn predicted(&self, which: Named<'_>, outcome: Option<PredictionOutcome>) {
        self.of(which).predicted(match outcome {
            Some(PredictionOutcome::Hit) => Prediction::Hit,
            Some(PredictionOutcome::Wasted) => Prediction::Waste,
            None => Prediction::Miss,
        });
    }

    fn asleep(&self, which: Named<'_>, total: Duration, saved: f64) {
        let door = self.of(which);
        door.set_asleep(total);
        door.set_saved(saved);
    }

    fn keep_only(&self, is_kept: &dyn Fn(Named<'_>) -> bool) {
        GatewayMetrics::keep_only(self, |stack, service| {
            let (Ok(stack), Ok(service)) = (stack.parse(), service.parse()) else { return false };
            is_kept(Named { stack: &stack, service: &service })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_keeper_tells_is_counted_for_the_service() {
        let metrics = GatewayMetrics::default();
        let (stack, service) = ("shop".parse().unwrap(), "web".parse().unwrap());
        let which = Named { stack: &stack, service: &service };
        Ledger::started(&metrics, which, Some(&PowerCause::Schedule { service: service.clone() }));
        metrics.start_failed(which, &StartFailure::Unhealthy, Duration::from_secs(9));
        metrics.slept(which, None);
        Ledger::predicted(&metrics, which, Some(PredictionOutcome::Hit));
        let text = metrics.render();
        for (name, label) in [
            ("starts_total", r#"cause="schedule""#),
            ("start_failures_total", r#"reason="unhealthy""#),
            ("sleeps_total", r#"cause="found_stopped""#),
            ("predictions_total", r#"outcome="hit""#),
        ] {
            let counted = text.lines().any(|line| {
                line.contains(name)
                    && line.contains(label)
                    && line.contains(r#"service="web""#)
                    && line.ends_with(" 1")
            });
            assert!(counted, "{name} {label} in {text}");
        }
        Ledger::keep_only(&metrics, &|_| false);
        assert!(!metrics.render().contains(r#"service="web""#));
    }
}
