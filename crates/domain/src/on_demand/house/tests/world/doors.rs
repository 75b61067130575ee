//! Those who come, with the word that the real doors have.

use super::*;
use crate::on_demand::eviction::{HostMemory, Worth};
use crate::on_demand::life::{Gate, InFlight};

#[derive(Debug, Default)]
pub(in super::super) struct Life {
    pub(in super::super) start: u64,
    word: InFlight,
}

impl Clone for Life {
    fn clone(&self) -> Self {
        let (gate, inside) = self.word.now();
        let word = InFlight::open();
        for _ in 0..inside {
            assert!(word.enter());
        }
        match gate {
            Gate::Open => {}
            Gate::Draining => word.drain(),
            Gate::Shut => word.shut(),
        }
        Self { start: self.start, word }
    }
}

#[derive(Debug, Clone, Default)]
pub(in super::super) struct Entrance {
    pub(in super::super) life: Option<Life>,
    pub(in super::super) waiting: usize,
    pub(in super::super) last_used: Option<Duration>,
    pub(in super::super) knocked: Option<Duration>,
    pub(in super::super) opened: u32,
    /// People whose life has ended under them.
    pub(in super::super) cut_off: u64,
    /// People who were let in.
    pub(in super::super) served: u64,
    pub(in super::super) memory: Option<u64>,
    pub(in super::super) value: f64,
}

#[derive(Debug, Clone, Default)]
pub(in super::super) struct Doors {
    pub(super) now: Duration,
    pub(super) due: Option<Duration>,
    pub(in super::super) all: BTreeMap<DoorKey, Entrance>,
    pub(in super::super) memory: Option<HostMemory>,
    /// The search that has just been answered.
    pub(super) answered: BTreeMap<DoorKey, (u64, BTreeMap<RunId, IpAddr>)>,
}

impl Doors {
    pub(in super::super) fn at(&mut self, door: &DoorKey) -> &mut Entrance {
        self.all.entry(door.clone()).or_default()
    }

    pub(in super::super) fn is_open(&self, door: &DoorKey) -> bool {
        self.all.get(door).is_some_and(|entrance| entrance.life.is_some())
    }

    pub(in super::super) fn inside(&self, door: &DoorKey) -> u64 {
        self.all.get(door).and_then(|entrance| Some(entrance.life.as_ref()?.word.now().1)).unwrap_or_default()
    }

    pub(super) fn forget_everything(&mut self) {
        for entrance in self.all.values_mut() {
            *entrance = Entrance { memory: entrance.memory, value: entrance.value, ..Entrance::default() };
        }
        self.due = None;
    }

    /// Those who wait come in.
    pub(super) fn open(&mut self, door: &DoorKey, start: u64) {
        let now = self.now;
        let entrance = self.at(door);
        assert!(entrance.life.is_none(), "opened twice: {door:?}");
        entrance.life = Some(Life { start, word: InFlight::open() });
        entrance.opened += 1;
        entrance.last_used = Some(now);
        for _ in 0..std::mem::take(&mut entrance.waiting) {
            assert!(self.enter(door));
        }
    }

    pub(super) fn close(&mut self, door: &DoorKey) {
        let entrance = self.at(door);
        if let Some(life) = entrance.life.take() {
            entrance.cut_off += life.word.now().1;
            life.word.shut();
        }
    }

    /// Somebody comes in, if the door is open.
    pub(in super::super) fn enter(&mut self, door: &DoorKey) -> bool {
        let entrance = self.at(door);
        let entered = entrance.life.as_ref().is_some_and(|life| life.word.enter());
        entrance.served += u64::from(entered);
        entered
    }

    pub(in super::super) fn leave(&mut self, door: &DoorKey, now: Duration) {
        if self.inside(door) > 0 {
            let entrance = self.at(door);
            entrance.last_used = Some(now);
            if let Some(life) = &entrance.life {
                life.word.leave();
            }
        }
    }
}

impl Usage for Doors {
    fn last_used(&self, door: &DoorKey) -> Option<Moment> {
        if self.inside(door) > 0 { Some(self.now) } else { self.all.get(door)?.last_used }
    }

    fn close_if_empty(&mut self, door: &DoorKey) -> bool {
        let entrance = self.at(door);
        let over = entrance.life.as_ref().is_none_or(|life| life.word.shut_if_empty());
        if over {
            entrance.life = None;
        }
        over
    }

    fn waiting(&self, door: &DoorKey) -> usize {
        self.all.get(door).map_or(0, |entrance| entrance.waiting)
    }

    fn memory(&self) -> Option<HostMemory> {
        self.memory
    }

    fn peak(&self, door: &DoorKey) -> Option<u64> {
        self.all.get(door)?.memory
    }

    fn worth(&self, door: &DoorKey) -> Option<Worth> {
        let entrance = self.all.get(door)?;
        let start = Duration::from_secs(1);
        Some(Worth { uses_per_day: entrance.value, start, memory: entrance.memory? })
    }
}
