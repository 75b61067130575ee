//! Env files.

#![no_main]

use core_monitor_compose::fuzzing;
use core_monitor_fuzz::{bounded, text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| fuzzing::env_file(text(bytes))));
