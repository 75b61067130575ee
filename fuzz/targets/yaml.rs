//! Parsing: every node and every error has a position in the file.

#![no_main]

use core_monitor_compose::fuzzing;
use core_monitor_fuzz::{bounded, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| fuzzing::yaml(text(bytes))));
