//! The engine's events, for people.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::engine_event::{EngineEvent, EventPosition, EventSelection, EventsFrom, REMEMBERED};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{EventFeed, Feed, LinkError, StoreError, within};
use core_monitor_domain::time::Timestamp;

use super::stack_status::known_services;
use super::{Server, ServerPorts};

/// How many names are remembered while events are followed.
const NAMES: usize = 10_000;
/// How long a list waits for the next event. An engine sends what it remembers at once; one whose clock is behind ours then waits
/// until the list ends.
const QUIET: Duration = Duration::from_secs(2);

/// Which events to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineEventQuery {
    /// Which are shown.
    pub selection: EventSelection,
    /// Not older than this.
    pub since: Option<Timestamp>,
    /// Only what comes after this place.
    pub after: Option<EventPosition>,
    /// Not newer than this. A list ends now at the latest.
    pub until: Option<Timestamp>,
}

/// An event and its place among all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedEvent {
    /// Its place: whoever resumes after it misses nothing.
    pub position: EventPosition,
    /// It.
    pub event: EngineEvent,
}

/// Events of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEvents {
    /// In the order of the engine.
    pub events: Vec<PlacedEvent>,
    /// There are more after the last one.
    pub more: bool,
    /// The engine has forgotten earlier ones, which may be missing at the beginning.
    pub is_cut: bool,
}

/// Why there are no events.
#[derive(Debug, thiserror::Error)]
pub enum EngineEventsError {
    /// The actor is not allowed to see them.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The stack that was asked for has no such service.
    #[error("the stack has no service `{0}`")]
    ServiceUnknown(ServiceName),
    /// The worker does not answer, or the engine went away.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Follows the engine's events.
pub struct EngineFollower {
    /// Who follows, and has to be allowed to when an event is shown; `None` for a list, which was allowed a moment ago.
    watched: Option<Watched>,
    /// The event that is shown next.
    next: Option<PlacedEvent>,
    feed: EventFeed<LinkError>,
    selection: EventSelection,
    since: Option<Timestamp>,
    after: Option<EventPosition>,
    position: EventPosition,
    seen: usize,
    /// What containers are called, as far as anybody has said.
    names: HashMap<ContainerId, String>,
}

/// Somebody who follows.
struct Watched {
    server: Server,
    actor: Actor,
}

impl Watched {
    async fn permitted(&self) -> Result<(), Forbidden> {
        let permitted =
            self.server.permit(&self.actor, Action::StreamEngineEvents, &Resource::Installation).await;
        permitted.map(drop)
    }
}

impl Server {
    /// Events that the engine remembers, at most `limit`.
    pub async fn list_engine_events(
        &self,
        actor: &Actor,
        query: EngineEventQuery,
        limit: usize,
    ) -> Result<ListedEvents, EngineEventsError> {
        let ports = self.permit(actor, Action::ListEngineEvents, &Resource::Installation).await?;
        let now = ports.clock.now();
        let from = EventsFrom {
            since: Some(query.begins().unwrap_or_else(Timestamp::beginning)),
            // The engine would go on until then.
            until: Some(query.until.map_or(now, |until| until.min(now))),
        };
        let feed = feed(ports, from).await?;
        let selection = query.selection.clone();
        let mut follower = EngineFollower::new(feed, query, None).naming(names(ports).await?);
        let (mut events, mut more) = (Vec::new(), false);
        while let Some(next) = within(&*ports.clock, QUIET, follower.next()).await {
            let Some(placed) = next? else { break };
            if events.len() == limit {
                more = true;
                break;
            }
            events.push(placed);
        }
        if events.is_empty() {
            // What a service did that the stack no longer has is not withheld.
            service_must_exist(ports, &selection).await?;
        }
        Ok(ListedEvents { events, more, is_cut: follower.may_miss_some() })
    }

    /// Follows the engine's events. They start with those that the engine remembers, if the query says from when, else with the
    /// next one.
    pub async fn stream_engine_events(
        &self,
        actor: &Actor,
        query: EngineEventQuery,
    ) -> Result<EngineFollower, EngineEventsError> {
        let ports = self.permit(actor, Action::StreamEngineEvents, &Resource::Installation).await?;
        service_must_exist(ports, &query.selection).await?;
        let from = EventsFrom { since: query.begins(), until: query.until };
        let feed = feed(ports, from).await?;
        let watched = Watched { server: self.clone(), actor: actor.clone() };
        Ok(EngineFollower::new(feed, query, Some(watched)).naming(names(ports).await?))
    }
}

/// Refuses a service that the stack does not have: a typing error would show nothing for ever. Of a stack that is gone nobody knows
/// the services, and without a stack a service may be of any.
async fn service_must_exist(
    ports: &ServerPorts,
    selection: &EventSelection,
) -> Result<(), EngineEventsError> {
    let Some((id, service)) = selection.stack_id.zip(selection.service.as_ref()) else { return Ok(()) };
    let Some(stack) = ports.stacks.find(id).await? else { return Ok(()) };
    if known_services(ports, &stack).await?.contains(service) {
        return Ok(());
    }
    Err(EngineEventsError::ServiceUnknown(service.clone()))
}

impl EngineEventQuery {
    /// From when on the engine is asked. A place is resumed from its own time: the engine sends all events of that time again,
    /// and those that were seen are counted off.
    fn begins(&self) -> Option<Timestamp> {
        self.after.and_then(EventPosition::time).max(self.since)
    }
}

impl EngineFollower {
    fn new(feed: EventFeed<LinkError>, query: EngineEventQuery, watched: Option<Watched>) -> Self {
        let position = query.after.map(EventPosition::rewound).unwrap_or_default();
        Self {
            watched,
            next: None,
            feed,
            selection: query.selection,
            since: query.since,
            after: query.after,
            position,
            seen: 0,
            names: HashMap::new(),
        }
    }

    /// The next event that is shown; `None` at the end. Cancelling the wait loses nothing.
    pub async fn next(&mut self) -> Result<Option<PlacedEvent>, EngineEventsError> {
        while self.next.is_none() {
            let Some(mut event) = self.feed.next().await? else { return Ok(None) };
            self.name(&mut event);
            self.seen = self.seen.saturating_add(1);
            self.position = self.position.next(event.at);
            let is_new = self.after.is_none_or(|after| self.position > after);
            // Of what happens from now on, an engine also sends what is earlier.
            let is_wanted = is_new && self.since.is_none_or(|since| event.at >= since);
            if is_wanted && self.selection.has(&event) {
                self.next = Some(PlacedEvent { position: self.position, event });
            }
        }
        if let Some(watched) = &self.watched {
            watched.permitted().await?;
        }
        Ok(self.next.take())
    }

    fn naming(mut self, names: HashMap<ContainerId, String>) -> Self {
        self.names = names;
        self
    }

    /// Says what the container is called that an event of a network or a volume is about, and learns from the others.
    fn name(&mut self, event: &mut EngineEvent) {
        if event.kind == "container" {
            if self.names.len() >= NAMES {
                self.names.clear();
            }
            self.names.insert(ContainerId(event.id.clone()), event.name.clone());
        } else if let Some(container) = &event.container {
            event.container_name = self.names.get(container).cloned();
        }
    }

    /// The place of the last event that arrived, shown or not: where to resume.
    pub fn position(&self) -> EventPosition {
        self.position
    }

    /// Whether the engine gave as much as it remembers, so that earlier events may be missing.
    fn may_miss_some(&self) -> bool {
        self.seen >= REMEMBERED
    }
}

/// The engine's events. It refuses times that are the wrong way round; there is nothing between them.
async fn feed(ports: &ServerPorts, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError> {
    if from.since.zip(from.until).is_some_and(|(since, until)| since > until) {
        return Ok(Box::new(Nothing));
    }
    ports.link.engine_events(from).await
}

/// No events.
struct Nothing;

#[async_trait]
impl Feed<EngineEvent, LinkError> for Nothing {
    async fn next(&mut self) -> Result<Option<EngineEvent>, LinkError> {
        Ok(None)
    }
}

/// The names of the containers that the worker last saw.
async fn names(ports: &ServerPorts) -> Result<HashMap<ContainerId, String>, StoreError> {
    let host = ports.observations.host().await?;
    let occupants = host.into_iter().flat_map(|host| host.occupants);
    Ok(occupants.map(|occupant| (occupant.id, occupant.name)).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    /// What an engine remembers, from a time on.
    struct Remembered(VecDeque<EngineEvent>);

    #[async_trait]
    impl Feed<EngineEvent, LinkError> for Remembered {
        async fn next(&mut self) -> Result<Option<EngineEvent>, LinkError> {
            Ok(self.0.pop_front())
        }
    }

    fn event(nanos: i64, action: &str) -> EngineEvent {
        let at = Timestamp::from_nanos(nanos).unwrap();
        EngineEvent::new(at, "container", action, "c0", &std::collections::BTreeMap::new())
    }

    async fn shown(all: &[EngineEvent], query: EngineEventQuery) -> Vec<PlacedEvent> {
        let since = query.begins();
        let sent = all.iter().filter(|event| since.is_none_or(|since| event.at >= since)).cloned();
        let mut follower = EngineFollower::new(Box::new(Remembered(sent.collect())), query, None);
        let mut shown = Vec::new();
        while let Some(placed) = follower.next().await.unwrap() {
            shown.push(placed);
        }
        shown
    }

    #[tokio::test]
    async fn resuming_after_any_event_misses_none_and_repeats_none() {
        // Two at the same nanosecond, and noise in between.
        let all = [
            event(10, "create"),
            event(20, "start"),
            event(20, "exec_start"),
            event(20, "pause"),
            event(30, "die"),
        ];
        let whole = shown(&all, EngineEventQuery::default()).await;
        let names = |placed: &[PlacedEvent]| {
            placed.iter().map(|placed| placed.event.action.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&whole), ["create", "start", "pause", "die"]);
        for (place, seen) in whole.iter().enumerate() {
            let query = EngineEventQuery { after: Some(seen.position), ..EngineEventQuery::default() };
            let rest = shown(&all, query).await;
            assert_eq!(rest, whole[place + 1..], "after {}", seen.position);
        }
    }
}
