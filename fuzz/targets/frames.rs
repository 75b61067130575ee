//! Frames of the engine link. A parsed frame is encoded to the same bytes, however the input is split, and no more than one
//! frame is buffered.

#![no_main]

use core_monitor_engine_link::fuzzing;
use core_monitor_fuzz::bounded;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bounded(|| {
    let Some((piece, bytes)) = bytes.split_first() else { return };
    fuzzing::frames(bytes, usize::from(*piece));
}));
