//! What services that wake on demand use, save, and should be set to.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::on_demand::report::{
    Recommendation, Saving, ServiceRow, ShownState, recommend, status_table,
};
use core_monitor_domain::on_demand::{Day, DayNumber, OnDemandState};
use core_monitor_domain::time::Timestamp;

use super::on_demand::{OnDemandService, gateway, services};
use super::{QueryError, Server, ServerPorts};

/// The most days of a report.
pub const MOST_DAYS: u32 = 90;

/// After how long it is known how often a service is used.
const KNOWN_AFTER: Duration = Duration::from_hours(48);

/// The report.
#[derive(Debug, Clone, PartialEq)]
pub struct OnDemandReport {
    /// When it was made.
    pub taken_at: Timestamp,
    /// The first day.
    pub since: DayNumber,
    /// The services, by stack and name.
    pub services: Vec<ReportedService>,
    /// All services together, the oldest day first; days without anything are there too.
    pub days: Vec<(DayNumber, DaySum)>,
    /// All of that together.
    pub saved: Saving,
    /// Bytes of memory of the host, and those that programs could still get, as the gateway last said.
    pub memory: Option<(u64, u64)>,
}

/// A service in the report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedService {
    /// The service.
    pub service: OnDemandService,
    /// What it did in these days.
    pub sum: DaySum,
    /// How often it is used on a day.
    pub uses_per_day: f64,
    /// What it should be set to.
    pub recommended: Recommendation,
}

/// What happened in some time.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DaySum {
    /// Requests that were answered.
    pub requests: u64,
    /// Starts for somebody who waited.
    pub cold_starts: u64,
    /// All starts.
    pub wakes: u64,
    /// Starts that failed.
    pub failures: u64,
    /// Starts ahead of a use that came.
    pub hits: u64,
    /// Starts ahead of a use that did not come.
    pub wasted: u64,
    /// For how long services slept.
    pub asleep: Duration,
    /// What they did not use meanwhile, in GiB·h.
    pub saved_gib_hours: f64,
}

impl DaySum {
    /// Of one day.
    pub fn of(day: &Day) -> Self {
        let mut sum = Self::default();
        sum.add(day);
        sum
    }

    fn add(&mut self, day: &Day) {
        self.requests = self.requests.saturating_add(day.requests);
        self.cold_starts += u64::from(day.cold_starts);
        self.wakes += day.wakes.values().map(|count| u64::from(*count)).sum::<u64>();
        self.failures += u64::from(day.failures);
        self.hits += u64::from(day.hits);
        self.wasted += u64::from(day.wasted);
        self.asleep = self.asleep.saturating_add(day.asleep);
        self.saved_gib_hours += day.saved_gib_hours();
    }
}

impl Server {
    /// The report of the last days, today included.
    pub async fn show_on_demand_report(
        &self,
        actor: &Actor,
        days: u32,
    ) -> Result<OnDemandReport, QueryError> {
        let ports = self.permit(actor, Action::ShowOnDemandReport, &Resource::Installation).await?;
        self.report(ports, days).await
    }

    /// The status of all services as a table of text.
    pub async fn show_on_demand_table(&self, actor: &Actor, days: u32) -> Result<String, QueryError> {
        let ports = self.permit(actor, Action::ShowOnDemandTable, &Resource::Installation).await?;
        let report = self.report(ports, days).await?;
        let rows: Vec<ServiceRow> =
            report.services.iter().map(|reported| row(reported, report.taken_at)).collect();
        Ok(status_table(&rows))
    }

    async fn report(&self, ports: &ServerPorts, days: u32) -> Result<OnDemandReport, QueryError> {
        let taken_at = ports.clock.now();
        let today = DayNumber::of(taken_at);
        let since = today.before(days.clamp(1, MOST_DAYS) - 1);
        let mut happened = ports.on_demand.days(None, since).await?;
        let mut by_day: BTreeMap<DayNumber, DaySum> =
            (since.0..=today.0).map(|day| (DayNumber(day), DaySum::default())).collect();
        let mut reported = Vec::new();
        for service in services(ports, self.known_on_demand(), None).await? {
            let own = happened.remove(&service.key()).unwrap_or_default();
            for (number, day) in &own {
                by_day.entry(*number).or_default().add(day);
            }
            reported.push(reported_of(service, &own, taken_at));
        }
        let sums = || by_day.values();
        let saved = Saving {
            hours: sums().map(|sum| sum.asleep.as_secs_f64() / 3_600.0).sum(),
            gib_hours: sums().map(|sum| sum.saved_gib_hours).sum(),
        };
        let (gateway, _) = gateway(ports).await?;
        let memory = gateway.and_then(|gateway| gateway.memory_total.zip(gateway.memory_free));
        let days = by_day.into_iter().collect();
        Ok(OnDemandReport { taken_at, since, services: reported, days, saved, memory })
    }
}

fn reported_of(service: OnDemandService, days: &BTreeMap<DayNumber, Day>, now: Timestamp) -> ReportedService {
    let mut sum = DaySum::default();
    for day in days.values() {
        sum.add(day);
    }
    // Of the days of which anything is known: the service may be younger than the report is long.
    let uses: usize = days.values().map(Day::use_count).sum();
    let uses_per_day = mean(uses, days.len());
    let experience = &service.experience;
    let compared = experience.compared.as_ref().map(|(_, comparison)| comparison);
    // One use on the first day says nothing about how often it is used.
    let is_known = experience.known_since.is_some_and(|since| now.since(since) >= KNOWN_AFTER);
    let start = experience.starts.p50().filter(|_| is_known);
    let recommended = recommend(start, uses_per_day, compared);
    ReportedService { service, sum, uses_per_day, recommended }
}

#[expect(clippy::cast_precision_loss, reason = "nobody uses a service 2^52 times")]
fn mean(uses: usize, days: usize) -> f64 {
    if days == 0 { 0.0 } else { uses as f64 / days as f64 }
}

fn row(reported: &ReportedService, now: Timestamp) -> ServiceRow {
    let service = &reported.service;
    let stands = service.reported.as_ref();
    let state = match stands.map_or(OnDemandState::Asleep, |stands| stands.state) {
        OnDemandState::Asleep => ShownState::Stopped,
        OnDemandState::Held => ShownState::Held,
        OnDemandState::Starting => ShownState::Starting,
        OnDemandState::Awake => ShownState::Running,
        OnDemandState::FallingAsleep => ShownState::Stopping,
        OnDemandState::Failed => ShownState::Failed,
    };
    ServiceRow {
        name: format!("{}/{}", service.stack.1, service.service),
        state,
        since: stands.map_or(Duration::ZERO, |stands| now.since(stands.since)),
        memory: stands.and_then(|stands| stands.memory).unwrap_or(0),
        peak: service.experience.peaks.p90(),
        timeout: service.wish.times(service.declared.times).idle,
        start_p50: service.experience.starts.p50(),
        hits_per_day: reported.uses_per_day,
    }
}
