use std::fmt::Write as _;

use super::*;

const T1: &str = "2026-01-26T10:00:01.000000000Z";
const T2: &str = "2026-01-26T10:00:02.000000000Z";

fn frame(stream: u8, text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap().to_be_bytes();
    [&[stream, 0, 0, 0], &length[..], text.as_bytes()].concat()
}

/// The entries of `bytes` that arrive `step` at a time, one a line, and what is wrong with the end. Runs of `x` are counted.
fn read(form: Form, bytes: &[u8], step: usize) -> String {
    let mut entries = Entries::new(form);
    let mut shown = String::new();
    let mut show = |entry: LogEntry| {
        let text = String::from_utf8_lossy(&entry.bytes).into_owned();
        let marks = text.matches('x').count();
        let text = if marks > 9 { format!("{marks}x{}", text.replace('x', "")) } else { text };
        let end = match entry.end {
            LineEnd::Newline => "",
            LineEnd::Missing => "|",
            LineEnd::Continues => "...",
        };
        let (second, stream) = (entry.at.parts().0 % 60, entry.stream.as_str());
        // Writing to a String cannot fail.
        let _ = writeln!(shown, "{second} {stream} {text:?}{end}");
    };
    for piece in bytes.chunks(step) {
        entries.add(piece);
        loop {
            match entries.next() {
                Ok(Some(entry)) => show(entry),
                Ok(None) => break,
                Err(error) => return format!("{shown}{error}\n"),
            }
        }
    }
    loop {
        match entries.end() {
            Ok(Some(entry)) => show(entry),
            Ok(None) => return shown,
            Err(error) => return format!("{shown}{error}\n"),
        }
    }
}

fn check(form: Form, bytes: &[u8], expected: &str) {
    for step in [1, 2, 7, 8, 9, 31, 1000, 16_384, 20_000, bytes.len().max(1)] {
        assert_eq!(read(form, bytes, step), expected, "{step} bytes at a time");
    }
}

#[test]
fn each_frame_is_an_entry() {
    let bytes = [
        frame(1, &format!("{T1} one\n")),
        frame(2, &format!("{T2} \n")),
        frame(1, ""),
        frame(1, &format!("{T2} a b\r\n")),
        frame(1, "no time\n"),
        frame(1, &format!("{T1} half")),
    ]
    .concat();
    let expected =
        "1 stdout \"one\"\n2 stderr \"\"\n2 stdout \"a b\\r\"\n2 stdout \"no time\"\n1 stdout \"half\"|\n";
    check(Form::Multiplexed, &bytes, expected);
}

#[test]
fn a_long_line_is_several_entries() {
    let full = "x".repeat(ENTRY);
    let bytes = [
        frame(1, &format!("{T1} {full}")),
        frame(1, &format!("{T1} {full}")),
        frame(1, &format!("{T1} end\n")),
        frame(1, &format!("{T2} {full}\n")),
        frame(1, &format!("{T2} {full}{full}yes\n")),
    ]
    .concat();
    let expected = "1 stdout \"16384x\"...\n1 stdout \"16384x\"...\n1 stdout \"end\"\n2 stdout \"16384x\"\n\
                    2 stdout \"16384x\"...\n2 stdout \"16384x\"...\n2 stdout \"yes\"\n";
    check(Form::Multiplexed, &bytes, expected);
}

#[test]
fn a_terminal_has_no_frames() {
    let full = "x".repeat(ENTRY);
    let bytes = format!("{T1} {full}{T1} {full}{T1} end\r\n{T1} {full}{T1} \r\n{T2} short\r\n\r\n{T2} half");
    let expected = "1 stdout \"16384x\"...\n1 stdout \"16384x\"...\n1 stdout \"end\\r\"\n1 stdout \"16384x\"...\n\
                    1 stdout \"\\r\"\n2 stdout \"short\\r\"\n2 stdout \"\\r\"\n2 stdout \"half\"|\n";
    check(Form::Plain, bytes.as_bytes(), expected);
    check(Form::Plain, b"", "");
    let longer = format!("{T1} {full}{full}\n");
    check(Form::Plain, longer.as_bytes(), "1 stdout \"16384x\"...\n1 stdout \"16384x\"\n");
}

#[test]
fn a_body_that_breaks_off_is_noticed() {
    let bytes = [frame(1, &format!("{T1} one\n")), frame(1, &format!("{T1} two\n"))].concat();
    let broken = "container engine cannot be reached: the container's output was interrupted: it ended in the middle of a frame";
    let expected = format!("1 stdout \"one\"\nthe {broken}\n");
    check(Form::Multiplexed, &bytes[..bytes.len() - 1], &expected);
    check(Form::Multiplexed, &bytes[..bytes.len() / 2 + 5], &expected);
}

#[test]
fn the_engines_own_words_are_passed_on() {
    let bytes =
        [frame(1, &format!("{T1} one\n")), frame(3, "Error grabbing logs: invalid character\n")].concat();
    let shown = read(Form::Multiplexed, &bytes, 5);
    assert!(shown.ends_with("was interrupted: Error grabbing logs: invalid character\n"), "{shown}");
    assert!(read(Form::Multiplexed, &frame(9, "x"), 5).ends_with("unknown stream 9\n"));
}
