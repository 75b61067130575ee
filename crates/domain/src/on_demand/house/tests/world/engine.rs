//! Containers, one for each service.

use super::*;
use crate::ids::ContainerId;

/// What a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in super::super) enum Power {
    /// There is none.
    Absent,
    /// It has ended, with this exit code.
    Ended(i64),
    /// It runs, since then.
    Up(Duration),
    /// It was told to end, and does so then.
    Ending(Duration),
    /// It is frozen; it has run since then.
    Paused(Duration),
}

#[derive(Debug, Clone)]
pub(in super::super) struct Container {
    pub(in super::super) power: Power,
    run: u64,
    /// How long it takes until it answers; never if `None`.
    pub(in super::super) boots_in: Option<Duration>,
    /// It ends by itself after so long, with exit code 3.
    pub(in super::super) lasts: Option<Duration>,
    pub(in super::super) stops_in: Duration,
    pub(in super::super) healthy: Option<bool>,
}

#[derive(Debug, Clone, Default)]
pub(in super::super) struct Engine {
    pub(in super::super) containers: BTreeMap<(StackId, ServiceName), Container>,
    order: BTreeMap<StackId, Vec<ServiceName>>,
    /// How often something was started and stopped.
    pub(in super::super) started: u32,
    pub(in super::super) stopped: u32,
}

impl Engine {
    pub(super) fn of(stacks: impl Iterator<Item = (StackId, Vec<ServiceName>)>) -> Self {
        let mut engine = Self::default();
        for (stack, order) in stacks {
            engine.reorder(stack, order);
        }
        engine
    }

    pub(super) fn reorder(&mut self, stack: StackId, order: Vec<ServiceName>) {
        for service in &order {
            self.containers.entry((stack, service.clone())).or_insert(Container {
                power: Power::Ended(0),
                run: 0,
                boots_in: Some(Duration::from_secs(2)),
                lasts: None,
                stops_in: Duration::from_secs(1),
                healthy: None,
            });
        }
        self.order.insert(stack, order);
    }

    pub(super) fn stacks(&self) -> Vec<StackId> {
        self.order.keys().copied().collect()
    }

    /// The services of a stack, what others need first.
    pub(in super::super) fn order(&self, stack: StackId) -> Vec<ServiceName> {
        self.order.get(&stack).cloned().unwrap_or_default()
    }

    pub(in super::super) fn of_door(&mut self, door: &DoorKey) -> &mut Container {
        self.containers.get_mut(&(door.stack, door.service.clone())).unwrap()
    }

    pub(in super::super) fn power(&self, stack: StackId, service: &ServiceName) -> Power {
        self.containers.get(&(stack, service.clone())).map_or(Power::Absent, |container| container.power)
    }

    pub(in super::super) fn is_up(&self, stack: StackId, service: &ServiceName) -> bool {
        matches!(self.power(stack, service), Power::Up(_) | Power::Ending(_))
    }

    /// What runs ends when its time has come.
    pub(in super::super) fn pass(&mut self, now: Duration) {
        for container in self.containers.values_mut() {
            container.power = match (container.power, container.lasts) {
                (Power::Ending(at), _) if at <= now => Power::Ended(143),
                (Power::Up(since), Some(lasts)) if since + lasts <= now => Power::Ended(3),
                (power, _) => power,
            };
        }
    }

    /// Does nothing if it still runs, even if it has been told to end.
    pub(in super::super) fn start(&mut self, stack: StackId, service: &ServiceName, now: Duration) {
        let Some(container) = self.containers.get_mut(&(stack, service.clone())) else { return };
        match container.power {
            Power::Ended(_) => {
                container.power = Power::Up(now);
                container.run += 1;
                self.started += 1;
            }
            Power::Paused(since) => container.power = Power::Up(since),
            Power::Absent | Power::Up(_) | Power::Ending(_) => {}
        }
    }

    /// Tells it to end; whether it was up until now.
    pub(in super::super) fn stop(&mut self, stack: StackId, service: &ServiceName, now: Duration) -> bool {
        let Some(container) = self.containers.get_mut(&(stack, service.clone())) else { return false };
        let was = container.power;
        if matches!(was, Power::Up(_) | Power::Paused(_)) {
            container.power = Power::Ending(now + container.stops_in);
            self.stopped += 1;
        }
        matches!(was, Power::Up(_))
    }

    pub(in super::super) fn pause(&mut self, stack: StackId, service: &ServiceName) -> bool {
        let Some(container) = self.containers.get_mut(&(stack, service.clone())) else { return false };
        let Power::Up(since) = container.power else { return false };
        container.power = Power::Paused(since);
        self.stopped += 1;
        true
    }

    pub(in super::super) fn is_stopping(&self) -> bool {
        self.containers.values().any(|container| matches!(container.power, Power::Ending(_)))
    }

    /// Whatever was told to end does.
    pub(in super::super) fn end_what_is_stopping(&mut self) {
        for container in
            self.containers.values_mut().filter(|container| matches!(container.power, Power::Ending(_)))
        {
            container.power = Power::Ended(143);
        }
    }

    /// It ends by itself.
    pub(in super::super) fn die(&mut self, stack: StackId, service: &ServiceName, code: i64) {
        if let Some(container) = self.containers.get_mut(&(stack, service.clone()))
            && matches!(container.power, Power::Up(_) | Power::Ending(_))
        {
            container.power = Power::Ended(code);
        }
    }

    pub(super) fn seen(&self, stack: StackId, at: Timestamp) -> BTreeMap<ServiceName, Seen> {
        let of_stack = self.containers.iter().filter(|((of, _), _)| *of == stack);
        let exist = of_stack.filter(|(_, container)| container.power != Power::Absent);
        exist.map(|((_, service), container)| (service.clone(), container.seen(service, at))).collect()
    }

    pub(super) fn answers(&self, door: &DoorKey, up: &BTreeMap<RunId, IpAddr>, now: Duration) -> bool {
        let Some(container) = self.containers.get(&(door.stack, door.service.clone())) else { return false };
        let Some(boots_in) = container.boots_in else { return false };
        container.up(&door.service) == *up
            && matches!(container.power, Power::Up(since) if since + boots_in <= now)
    }
}

impl Container {
    fn up(&self, service: &ServiceName) -> BTreeMap<RunId, IpAddr> {
        if !matches!(self.power, Power::Up(_) | Power::Ending(_)) {
            return BTreeMap::new();
        }
        let started_at = Timestamp::from_millis(i64::try_from(self.run).unwrap()).unwrap();
        let run = RunId { container: ContainerId(service.to_string()), started_at };
        BTreeMap::from([(run, address())])
    }

    fn seen(&self, service: &ServiceName, at: Timestamp) -> Seen {
        let exit = match self.power {
            Power::Ended(code) => Some(code),
            _ => None,
        };
        let up = self.up(service);
        let healthy = self.healthy.filter(|_| !up.is_empty());
        Seen { up, exists: true, healthy, exit, at: Some(at), stopped: false }
    }
}
