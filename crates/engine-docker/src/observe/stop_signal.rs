//! Signals, as inspects and events name them.

/// What ends a process that does as it is told: `INT`, `QUIT`, `KILL` and `TERM`.
pub(crate) const ENDING: [u8; 4] = [2, 3, 9, 15];

/// Linux' names of the signals from 1 on.
const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];
/// The first and the last of the signals that have no meaning of their own.
const REALTIME: (u8, u8) = (34, 64);

/// The number of the signal that a container is stopped with, if its image or definition names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct StopSignal(pub(crate) Option<u8>);

impl StopSignal {
    /// From `Config.StopSignal`.
    pub(crate) fn of(text: &str) -> Self {
        Self(number(text))
    }
}

/// The number of a signal: `15`, `TERM`, `SIGTERM`, `SIGRTMIN+3`.
pub(crate) fn number(text: &str) -> Option<u8> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let name = text.to_ascii_uppercase();
    let name = name.strip_prefix("SIG").unwrap_or(&name);
    if let Some(rest) = name.strip_prefix("RTMIN") {
        return if rest.is_empty() {
            Some(REALTIME.0)
        } else {
            REALTIME.0.checked_add(rest.strip_prefix('+')?.parse().ok()?)
        };
    }
    if let Some(rest) = name.strip_prefix("RTMAX") {
        return if rest.is_empty() {
            Some(REALTIME.1)
        } else {
            REALTIME.1.checked_sub(rest.strip_prefix('-')?.parse().ok()?)
        };
    }
    let index = NAMES.iter().position(|known| *known == name)?;
    u8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_names_and_numbers() {
        for (text, expected) in [
            ("15", Some(15)),
            ("SIGTERM", Some(15)),
            ("term", Some(15)),
            ("SIGWINCH", Some(28)),
            ("SIGSYS", Some(31)),
            ("SIGRTMIN+3", Some(37)),
            ("RTMAX-1", Some(63)),
            ("RTMIN", Some(34)),
            ("", None),
            ("SIGNAL", None),
            ("RTMIN3", None),
        ] {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
