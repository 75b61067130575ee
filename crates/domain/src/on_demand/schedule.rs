//! When a service may be awake: windows of the week in a time zone.

use std::time::Duration;

use core_monitor_message::Message;
use jiff::civil::{Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Zoned};

use super::said;
use crate::time::Timestamp;

/// How many windows a schedule has at most.
const WINDOWS: usize = 32;
/// The days of the week as they are written, Monday first.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// When a service may be woken, and when it is kept awake.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Where the times are meant. It comes from the database of time zones that is part of the program, so that every machine
    /// decides alike.
    zone: TimeZone,
    /// When it may be woken; at any time if empty.
    open: Vec<Window>,
    /// When it is kept awake without a request.
    awake: Vec<Window>,
}

impl Schedule {
    /// A schedule from its parts as they are written: an IANA name such as `Europe/Paris`, and windows such as
    /// `mon-fri 08:00-19:00`.
    pub fn parse(zone: &str, open: &[String], awake: &[String]) -> Result<Self, Message> {
        let windows = |texts: &[String]| -> Result<Vec<Window>, Message> {
            if texts.len() > WINDOWS {
                return Err(said::too_many_windows(WINDOWS));
            }
            texts.iter().map(|text| Window::parse(text)).collect()
        };
        let known = TimeZoneDatabase::bundled().get(zone).map_err(|_| said::time_zone_unknown(zone))?;
        Ok(Self { zone: known, open: windows(open)?, awake: windows(awake)? })
    }

    /// Whether it may be awake at this time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.open.is_empty() || self.within(&self.open, at)
    }

    /// Whether it is kept awake at this time.
    pub fn keeps_awake(&self, at: Timestamp) -> bool {
        self.within(&self.awake, at)
    }

    /// When it opens next, if it is closed at this time.
    pub fn opens_at(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) { None } else { self.next(&self.open, at) }
    }

    /// The next time after this one at which something begins or ends.
    pub fn changes_at(&self, at: Timestamp) -> Option<Timestamp> {
        let ends = |window: &Window| window.next_edge(&self.zoned(at), window.until);
        let begins = |window: &Window| window.next_edge(&self.zoned(at), window.since);
        let windows = self.open.iter().chain(&self.awake);
        windows.flat_map(|window| [begins(window), ends(window)]).flatten().min()
    }

    /// The name of its time zone.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The windows in which it may be woken, and those in which it is kept awake, as they are written.
    pub fn written(&self) -> (Vec<String>, Vec<String>) {
        let write = |windows: &[Window]| windows.iter().map(ToString::to_string).collect();
        (write(&self.open), write(&self.awake))
    }

    /// A time as a person reads it there, in any language: `08:00` within the next day, and `2026-12-07 08:00` later.
    pub fn shown(&self, at: Timestamp, now: Timestamp) -> String {
        let within_a_day = at.since(now) < Duration::from_hours(24);
        let form = if within_a_day { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        self.zoned(at).strftime(form).to_string()
    }

    /// Minutes since midnight there, and whether it is a day from Monday to Friday.
    pub fn local(&self, at: Timestamp) -> (u16, bool) {
        let local = self.zoned(at);
        let minutes = i16::from(local.hour()) * 60 + i16::from(local.minute());
        let workday = !matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday);
        (minutes.unsigned_abs(), workday)
    }

    /// By how many minutes its local time is ahead of UTC.
    pub fn utc_offset(&self, at: Timestamp) -> i32 {
        self.zoned(at).offset().seconds() / 60
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        at.0.to_zoned(self.zone.clone())
    }

    fn within(&self, windows: &[Window], at: Timestamp) -> bool {
        let local = self.zoned(at);
        windows.iter().any(|window| window.contains(&local))
    }

    fn next(&self, windows: &[Window], at: Timestamp) -> Option<Timestamp> {
        let local = self.zoned(at);
        windows.iter().filter_map(|window| window.next_edge(&local, window.since)).min()
    }
}

/// Some hours of some days, e.g. `mon-fri 08:00-19:00`. A window that ends before it begins goes on after midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Window {
    /// Whether it begins on a day, Monday first.
    days: [bool; 7],
    since: Time,
    /// Not part of it. `00:00` is the end of the day.
    until: Time,
}

impl Window {
    fn parse(text: &str) -> Result<Self, Message> {
        let unusable = || said::window_unusable(text);
        let (days, hours) = match text.trim().rsplit_once(' ') {
            Some((days, hours)) => (days.trim(), hours),
            None => ("daily", text.trim()),
        };
        let (since, until) = hours.split_once('-').ok_or_else(unusable)?;
        let (since, until) = (time(since).ok_or_else(unusable)?, time(until).ok_or_else(unusable)?);
        if since == until && since != Time::midnight() {
            return Err(said::window_is_empty(text));
        }
        Ok(Self { days: self::days(days).ok_or_else(unusable)?, since, until })
    }

    fn crosses_midnight(&self) -> bool {
        self.until <= self.since && self.until != Time::midnight()
    }

    fn contains(&self, at: &Zoned) -> bool {
        let (time, today) = (at.time(), self.days[index(at.weekday())]);
        let to_midnight = self.until == Time::midnight();
        if !self.crosses_midnight() {
            return today && time >= self.since && (to_midnight || time < self.until);
        }
        let yesterday = self.days[index(at.weekday().previous())];
        (today && time >= self.since) || (yesterday && time < self.until)
    }

    /// The next time strictly after `at` at which one of its days reaches `edge`: its beginning or its end.
    fn next_edge(&self, at: &Zoned, edge: Time) -> Option<Timestamp> {
        let ends = edge == self.until;
        let late = ends && (self.crosses_midnight() || self.until == Time::midnight());
        (0..=8).find_map(|ahead| {
            let date = at.date().checked_add(Span::new().days(ahead)).ok()?;
            let begun = if late { date.yesterday().ok()? } else { date };
            if !self.days[index(begun.weekday())] {
                return None;
            }
            let edge = date.to_datetime(edge).to_zoned(at.time_zone().clone()).ok()?;
            (edge > *at).then(|| Timestamp(edge.timestamp()))
        })
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.days == [true; 7] {
            f.write_str("daily")?;
        } else {
            let names: Vec<&str> =
                DAYS.iter().zip(self.days).filter(|(_, on)| *on).map(|((name, _), _)| *name).collect();
            f.write_str(&names.join(","))?;
        }
        write!(f, " {}-{}", self.since.strftime("%H:%M"), self.until.strftime("%H:%M"))
    }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

/// `HH:MM`; `24:00` is midnight at the end of the day.
fn time(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    if hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    match (hour.parse().ok()?, minute.parse().ok()?) {
        (24, 0) => Some(Time::midnight()),
        (hour, minute) => Time::new(hour, minute, 0, 0).ok(),
    }
}

/// `daily`, `weekdays`, `weekends`, or days and ranges with commas: `mon-fri,sun`.
fn days(text: &str) -> Option<[bool; 7]> {
    let text = text.to_ascii_lowercase();
    let day = |name: &str| DAYS.iter().position(|(known, _)| *known == name.trim());
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = match part.trim() {
            "daily" => (0, 6),
            "weekdays" => (0, 4),
            "weekends" => (5, 6),
            part => match part.split_once('-') {
                Some((first, last)) => (day(first)?, day(last)?),
                None => (day(part)?, day(part)?),
            },
        };
        let mut at = first;
        loop {
            days[at] = true;
            if at == last {
                break;
            }
            at = (at + 1) % 7;
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests;
