use proptest::prelude::*;

use super::*;
use crate::logs::{ENTRY, LogCursor};
use crate::secret_variable::{OpenedSecrets, SecretRef, SecretValue};

use OutputStream::{Stderr, Stdout};

fn entry(at: i64, stream: OutputStream, bytes: impl AsRef<[u8]>, end: LineEnd) -> LogEntry {
    LogEntry { at: LogTime(at), stream, bytes: bytes.as_ref().to_vec(), end }
}

fn secrets(values: &[&str]) -> Arc<Redactor> {
    let mut secrets = OpenedSecrets::default();
    for (index, value) in values.iter().enumerate() {
        let name = format!("S{index}").parse().unwrap();
        secrets.insert(SecretRef { name, fingerprint: "0a".into() }, SecretValue::new(*value).unwrap());
    }
    Arc::new(secrets.redactor())
}

fn pieces(reader: &mut LogReader, entries: &[LogEntry]) -> Vec<LogPiece> {
    let mut pieces = Vec::new();
    for entry in entries {
        reader.read(entry.clone(), &mut |piece| pieces.push(piece));
    }
    reader.end(&mut |piece| pieces.push(piece));
    pieces
}

/// One line for each piece: `+` where it goes on, `...` where it is unfinished.
fn shown(pieces: &[LogPiece]) -> String {
    let show = |piece: &LogPiece| {
        let (begin, end) =
            (if piece.continued { "+" } else { "" }, if piece.unfinished { "..." } else { "" });
        format!("{} {} {begin}{}{end}\n", piece.at.0, piece.stream.as_str(), piece.text.lossy())
    };
    pieces.iter().map(show).collect()
}

fn check(reading: LogReading, entries: &[LogEntry], expected: &str) {
    assert_eq!(shown(&pieces(&mut LogReader::new(reading), entries)), expected);
}

#[test]
fn a_long_line_comes_in_parts() {
    let long = entry(1, Stdout, "x".repeat(ENTRY), LineEnd::Continues);
    let entries =
        [long, entry(2, Stderr, "oh", LineEnd::Newline), entry(1, Stdout, "end\r", LineEnd::Newline)];
    let whole = "x".repeat(ENTRY);
    check(LogReading::default(), &entries, &format!("1 stdout {whole}...\n2 stderr oh\n1 stdout +end\n"));
}

#[test]
fn a_run_that_ends_in_the_middle_of_a_line_ends_the_line() {
    let entries = [
        entry(1, Stdout, "half", LineEnd::Missing),
        entry(2, Stdout, "x", LineEnd::Continues),
        entry(3, Stdout, "next run", LineEnd::Newline),
        entry(4, Stdout, "y", LineEnd::Continues),
    ];
    let expected = "1 stdout half\n2 stdout x...\n2 stdout +\n3 stdout next run\n4 stdout y...\n4 stdout +\n";
    check(LogReading::default(), &entries, expected);
}

#[test]
fn escapes_are_removed_unless_raw_output_is_wanted() {
    let entries =
        [entry(1, Stdout, b"\x1b[31mred\xff\r", LineEnd::Newline), entry(2, Stdout, "ok", LineEnd::Newline)];
    check(LogReading::default(), &entries, "1 stdout red\u{fffd}\n2 stdout ok\n");
    let raw = LogReading { raw: true, ..LogReading::default() };
    let pieces = pieces(&mut LogReader::new(raw), &entries);
    assert_eq!(pieces[0].text, LogText::Bytes(b"\x1b[31mred\xff\r".to_vec()));
    assert_eq!(pieces[1].text, LogText::Text("ok".to_owned()));
}

#[test]
fn secrets_are_hidden_wherever_the_line_is_cut_and_whatever_is_in_between() {
    let reading =
        |raw| LogReading { raw, secrets: secrets(&["s3cret-value", "s3c-other"]), ..LogReading::default() };
    let cut = [
        entry(1, Stdout, "a s3cret-value b s3cr", LineEnd::Continues),
        entry(1, Stdout, "et-value, s3c", LineEnd::Continues),
        entry(1, Stdout, "ond", LineEnd::Newline),
    ];
    let expected = "1 stdout a *** b ...\n1 stdout +***, ...\n1 stdout +s3cond\n";
    check(reading(false), &cut, expected);
    check(reading(true), &cut, expected);
    let coloured = [entry(1, Stdout, "s3cret\u{1b}[1m-value", LineEnd::Newline)];
    check(reading(false), &coloured, "1 stdout ***\n");
    let held = [entry(1, Stdout, "the s3cret", LineEnd::Continues)];
    check(reading(false), &held, "1 stdout the ...\n1 stdout +s3cret\n");
}

#[test]
fn the_end_of_a_secret_value_is_hidden_where_the_beginning_of_the_line_was_not_read() {
    let reading = |raw| LogReading { raw, secrets: secrets(&["s3cret-väl-ue"]), ..LogReading::default() };
    for raw in [false, true] {
        let first =
            [entry(1, Stdout, "l-ue and more", LineEnd::Newline), entry(2, Stdout, "l-ue", LineEnd::Newline)];
        check(reading(raw), &first, "1 stdout *** and more\n2 stdout l-ue\n");
        let cut = [entry(1, Stderr, b"\xa4l-ue!", LineEnd::Newline)];
        check(reading(raw), &cut, "1 stderr ***!\n");
    }
}

#[test]
fn a_line_is_searched_as_a_whole() {
    let reading = LogReading { grep: Some(Grep::new("needle", false)), ..LogReading::default() };
    let entries = [
        entry(1, Stdout, "hay", LineEnd::Newline),
        entry(2, Stdout, "hay nee", LineEnd::Continues),
        entry(3, Stderr, "a needle", LineEnd::Newline),
        entry(2, Stdout, "dle", LineEnd::Continues),
        entry(2, Stdout, "hay", LineEnd::Newline),
        entry(4, Stdout, "hay", LineEnd::Continues),
        entry(4, Stdout, "hay", LineEnd::Newline),
    ];
    let expected = "3 stderr a needle\n2 stdout hay nee...\n2 stdout +dle...\n2 stdout +hay\n";
    check(reading.clone(), &entries, expected);
    let far: Vec<_> = (0..70).map(|_| entry(5, Stdout, "x".repeat(ENTRY), LineEnd::Continues)).collect();
    check(reading, &[far, vec![entry(5, Stdout, "needle", LineEnd::Newline)]].concat(), "");
}

#[test]
fn entries_that_are_gone_are_noticed() {
    let mut position = Position::default();
    position.advance(Stdout, LogTime(5), true);
    let first = |entries: &[LogEntry]| {
        let mut reader = LogReader::new(LogReading::default()).from(position);
        (shown(&pieces(&mut reader, entries)), reader.has_missed())
    };
    let (five, six) = (entry(5, Stdout, "five", LineEnd::Newline), entry(6, Stdout, "six", LineEnd::Newline));
    assert_eq!(first(&[five.clone(), six.clone()]), ("6 stdout six\n".to_owned(), false));
    assert_eq!(first(&[six]), ("6 stdout six\n".to_owned(), true));
    let err = entry(5, Stderr, "err", LineEnd::Newline);
    assert_eq!(first(&[five, err]), ("5 stderr err\n".to_owned(), false));
}

/// What a container wrote: lines of both streams, some long, some of the same time, in order within each stream.
fn written() -> impl Strategy<Value = Vec<LogEntry>> {
    let line = (
        any::<bool>(),
        0_i64..3,
        prop_oneof![
            4 => prop::collection::vec(any::<u8>(), 0..6),
            2 => Just(b"pass s3cret-value \x1b[1mneedle\x1b[0m".to_vec()),
            1 => Just("\u{1f433}s3cret".as_bytes().to_vec()),
        ],
        1_usize..4,
    );
    prop::collection::vec(line, 1..14).prop_map(|lines| {
        let mut at = [1_000_000_i64; 2];
        let mut entries = Vec::new();
        for (is_err, later, bytes, parts) in lines {
            let stream = if is_err { Stderr } else { Stdout };
            let bytes: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'\n').collect();
            // A long line's time is its own, as on an engine, where a line takes longer than a nanosecond.
            let time = &mut at[stream as usize];
            *time += if parts > 1 { later + 1 } else { later };
            let step = bytes.len().div_ceil(parts).max(1);
            let mut chunks = bytes.chunks(step).peekable();
            if chunks.peek().is_none() {
                entries.push(entry(*time, stream, "", LineEnd::Newline));
            }
            while let Some(chunk) = chunks.next() {
                let end = if chunks.peek().is_some() { LineEnd::Continues } else { LineEnd::Newline };
                entries.push(entry(*time, stream, chunk, end));
            }
            *time += i64::from(parts > 1);
        }
        entries
    })
}

fn text_of(pieces: &[LogPiece]) -> Vec<(i64, OutputStream, Vec<u8>, bool, bool)> {
    let part = |piece: &LogPiece| {
        (piece.at.0, piece.stream, piece.text.as_bytes().to_vec(), piece.continued, piece.unfinished)
    };
    pieces.iter().map(part).collect()
}

proptest! {
    #[test]
    fn a_reader_that_goes_on_anywhere_gets_the_rest_and_nothing_twice(
        entries in written(), raw in any::<bool>(), search in any::<bool>(), at in any::<prop::sample::Index>(),
    ) {
        let grep = search.then(|| Grep::new("needle", false));
        let reading = LogReading { raw, grep, secrets: secrets(&["s3cret-value"]), is_cut: false };
        let whole = pieces(&mut LogReader::new(reading.clone()), &entries);
        for piece in &whole {
            prop_assert!(!piece.text.lossy().contains("s3cret-value"));
        }
        prop_assume!(!whole.is_empty());
        let taken = at.index(whole.len());
        // What a client sends back.
        let mut cursor = LogCursor::default();
        cursor.set(&"0123456789ab".into(), whole[taken].position);
        let cursor: LogCursor = cursor.to_string().parse().unwrap();
        let position = cursor.get(&"0123456789ab".into()).unwrap();
        let since = position.since().unwrap();
        // What an engine answers: everything from a time on.
        let again: Vec<_> = entries.iter().filter(|entry| entry.at >= since).cloned().collect();
        let mut reader = LogReader::new(reading).from(position);
        let rest = pieces(&mut reader, &again);
        prop_assert!(!reader.has_missed());
        prop_assert_eq!(text_of(&[&whole[..=taken], &rest[..]].concat()), text_of(&whole));
    }
}
