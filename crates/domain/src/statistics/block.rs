//! The form in which points are stored.

use std::time::Duration;

use super::point::begin_of;
use super::{Counters, CpuShare, POINT_EVERY, Point};
use crate::time::Timestamp;

/// The time that a block covers.
pub const BLOCK_SPAN: Duration = Duration::from_hours(1);

/// The first byte of a packed block.
const VERSION: u8 = 1;

/// The points of one hour, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The begin of the hour.
    pub start: Timestamp,
    points: Vec<Point>,
}

/// A stored block that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// A newer release wrote it.
    #[error("it has the unknown form {0}")]
    Form(u8),
    /// It ends too early.
    #[error("it ends in the middle of a point")]
    Short,
    /// A number is too large for what it says.
    #[error("it contains a number that is too large")]
    Number,
}

impl Block {
    /// The begin of the block that a point belongs to.
    pub fn start_of(point: &Point) -> Timestamp {
        begin_of(point.start, BLOCK_SPAN)
    }

    /// A block without points.
    pub fn empty(start: Timestamp) -> Self {
        Self { start: begin_of(start, BLOCK_SPAN), points: Vec::new() }
    }

    /// The points, oldest first.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Adds a point of this hour. If there is one of the same time, as after a restart, they become one.
    pub fn add(&mut self, point: &Point) {
        let start = begin_of(point.start, POINT_EVERY);
        match self.points.binary_search_by_key(&start, |known| known.start) {
            Ok(index) => self.points[index].add(point),
            Err(index) => self.points.insert(index, Point { start, ..*point }),
        }
    }

    /// The packed form: the version, and each point as the number of its five minutes in the hour, and then its numbers, seven
    /// bits at a time.
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1 + 32 * self.points.len());
        out.push(VERSION);
        for point in &self.points {
            let index = point.start.since(self.start).as_secs() / POINT_EVERY.as_secs();
            put(&mut out, index);
            put(&mut out, point.samples.into());
            put(&mut out, point.covered_ms);
            put(&mut out, point.cpu_work);
            put(&mut out, point.cpu_max.0.into());
            put(&mut out, point.memory_sum);
            put(&mut out, point.memory_max);
            for counter in point.transferred.to_array() {
                put(&mut out, counter);
            }
            put(&mut out, point.pids_max.into());
        }
        out
    }

    /// Reads the packed form of the block that begins at `start`.
    pub fn unpack(start: Timestamp, packed: &[u8]) -> Result<Self, BlockError> {
        let (form, mut rest) = packed.split_first().ok_or(BlockError::Short)?;
        if *form != VERSION {
            return Err(BlockError::Form(*form));
        }
        let mut block = Self::empty(start);
        while !rest.is_empty() {
            block.add(&point(start, &mut rest)?);
        }
        Ok(block)
    }
}

fn point(start: Timestamp, from: &mut &[u8]) -> Result<Point, BlockError> {
    let index = u32::try_from(take(from)?).map_err(|_| BlockError::Number)?;
    if u64::from(index) >= BLOCK_SPAN.as_secs() / POINT_EVERY.as_secs() {
        return Err(BlockError::Number);
    }
    Ok(Point {
        start: start.plus(POINT_EVERY * index),
        samples: small(from)?,
        covered_ms: take(from)?,
        cpu_work: take(from)?,
        cpu_max: CpuShare(small(from)?),
        memory_sum: take(from)?,
        memory_max: take(from)?,
        transferred: Counters::from_array([take(from)?, take(from)?, take(from)?, take(from)?]),
        pids_max: small(from)?,
    })
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    out.push(low_bits(number));
}

fn low_bits(number: u64) -> u8 {
    number.to_le_bytes()[0] & 0x7f
}

fn take(from: &mut &[u8]) -> Result<u64, BlockError> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first().ok_or(BlockError::Short)?;
        *from = rest;
        let bits = u64::from(byte & 0x7f);
        if bits.leading_zeros() < shift {
            return Err(BlockError::Number);
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(BlockError::Number)
}

fn small(from: &mut &[u8]) -> Result<u32, BlockError> {
    u32::try_from(take(from)?).map_err(|_| BlockError::Number)
}
