use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use proptest::prelude::*;

use super::answer_head::{AnswerFlaw, AnswerHead, LONGEST, take};
use super::decoder::{Decoder, Framing, Step};

/// All that is read of an answer.
#[derive(Debug, PartialEq)]
struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    keeps: bool,
    body: Vec<u8>,
    trailers: Option<HeaderMap>,
    left: Bytes,
}

/// Reads an answer that comes in these pieces, before the connection ends.
fn read<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Result<Option<Whole>, AnswerFlaw> {
    let mut incoming = BytesMut::new();
    let mut found: Option<(AnswerHead, Decoder)> = None;
    let (mut body, mut trailers) = (Vec::new(), None);
    for piece in pieces {
        incoming.extend_from_slice(piece);
        if found.is_none() {
            found = take(&mut incoming, false)?
                .map(|head| (Decoder::new(head.framing), head))
                .map(|(d, h)| (h, d));
        }
        let Some((_, decoder)) = &mut found else { continue };
        loop {
            match decoder.next(&mut incoming)? {
                Step::Data(data) => {
                    assert!(!data.is_empty());
                    body.extend_from_slice(&data);
                }
                Step::Trailers(read) => trailers = Some(read),
                Step::More | Step::End => break,
            }
        }
    }
    let Some((head, mut decoder)) = found else { return Ok(None) };
    decoder.close()?;
    let (headers, left) = (head.fields.to_map(), incoming.freeze());
    Ok(Some(Whole { status: head.status, headers, keeps: head.keeps, body, trailers, left }))
}

fn whole(text: &str) -> Result<Whole, AnswerFlaw> {
    read([text.as_bytes()]).map(|whole| whole.expect("a whole head"))
}

#[test]
fn chunks_win_over_a_length_and_the_connection_is_not_used_again() {
    for fields in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "transfer-encoding: Chunked\r\ncontent-length: 3\r\n",
    ] {
        let answer = whole(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n5\r\nhello\r\n0\r\n\r\n")).unwrap();
        assert_eq!(answer.body, b"hello");
        assert!(!answer.keeps && answer.headers.is_empty(), "{answer:?}");
    }
    let answer =
        whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"b\"\r\nx\r\n0\r\n\r\nleft")
            .unwrap();
    assert!(answer.keeps && answer.left == "left", "{answer:?}");
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    use AnswerFlaw::{Chunk, CutShort, Encoding, Head, Length, TooLarge, Trailers};
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(101));
    let long = format!("HTTP/1.1 200 OK\r\na: {}\r\n\r\n", "b".repeat(LONGEST));
    let chunked = |body: &str| format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
    let with = |field: &str| format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\nbody");
    for (text, flaw) in [
        (with("Content-Length: 4\r\nContent-Length: 5"), Length),
        (with("Content-Length: 4, 5"), Length),
        (with("Content-Length: +4"), Length),
        (with("Content-Length: -4"), Length),
        (with("Content-Length: 4 4"), Length),
        (with("Content-Length:"), Length),
        (with("Content-Length: 99999999999999999999"), Length),
        (with("Transfer-Encoding: gzip, chunked"), Encoding),
        (with("Transfer-Encoding: chunked, chunked"), Encoding),
        (with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), Encoding),
        (with("Transfer-Encoding: xchunked"), Encoding),
        (with("a: b\r\n c"), Head),
        (with("a: b\rc"), Head),
        (with("a : b"), Head),
        (with("a: b\0"), Head),
        (with("no colon"), Head),
        ("HTTP/2 200 OK\r\n\r\n".to_owned(), Head),
        ("HTTP/1.1 20 OK\r\n\r\n".to_owned(), Head),
        ("HTTP/1.1 099 OK\r\n\r\n".to_owned(), Head),
        ("SSH-2.0-OpenSSH_9\r\n".to_owned(), Head),
        (many, TooLarge),
        (long, TooLarge),
        (with("Content-Length: 5"), CutShort),
        (chunked("5\r\nhell"), CutShort),
        (chunked("5\r\nhello\r\n"), CutShort),
        (chunked("0\r\n"), CutShort),
        (chunked("\r\n"), Chunk),
        (chunked("x\r\n"), Chunk),
        (chunked("-1\r\n"), Chunk),
        (chunked("0x5\r\nhello\r\n"), Chunk),
        (chunked("5\nhello\r\n0\r\n\r\n"), Chunk),
        (chunked("5\r\nhello0\r\n\r\n"), Chunk),
        (chunked("5 6\r\nhello\r\n"), Chunk),
        (chunked("5;a\x01\r\nhello\r\n"), Chunk),
        (chunked("11111111111111111\r\n"), Chunk),
        (chunked(&"1".repeat(5000)), Chunk),
        (chunked("0\r\na b\r\n\r\n"), Trailers),
        (chunked(&format!("0\r\na: {}\r\n\r\n", "b".repeat(20_000))), Trailers),
    ] {
        assert_eq!(whole_or_part(&text), Err(flaw), "{text:.120}");
    }
}

fn whole_or_part(text: &str) -> Result<Option<Whole>, AnswerFlaw> {
    read([text.as_bytes()])
}

#[test]
fn extensions_of_chunks_have_a_limit_in_all() {
    let chunk = format!("1;{}\r\nx\r\n", "e".repeat(3000));
    let text = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(6));
    assert_eq!(whole_or_part(&text), Err(AnswerFlaw::Chunk));
}

#[test]
fn a_length_that_is_said_twice_alike_counts_once() {
    for fields in ["Content-Length: 4\r\nContent-Length: 4", "Content-Length: 4, 4"] {
        let answer = whole(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\nbody")).unwrap();
        assert_eq!((answer.body.as_slice(), answer.keeps), (&b"body"[..], true));
        assert_eq!(answer.headers.get_all("content-length").iter().collect::<Vec<_>>(), ["4"]);
    }
}

#[test]
fn some_answers_have_no_body_whatever_they_say() {
    let framing = |status: &str, to_head: bool| {
        let text = format!("HTTP/1.1 {status} x\r\nContent-Length: 9\r\n\r\n");
        let head = take(&mut BytesMut::from(text.as_str()), to_head).unwrap().unwrap();
        (head.framing, head.fields.length(), head.keeps)
    };
    assert_eq!(framing("200", true), (Framing::Nothing, Some(9), true));
    assert_eq!(framing("304", false), (Framing::Nothing, Some(9), true));
    assert_eq!(framing("204", false), (Framing::Nothing, None, true));
    assert_eq!(framing("200", false), (Framing::Length(9), Some(9), true));
}

#[test]
fn a_connection_is_used_again_only_if_both_sides_know_where_the_answer_ends() {
    let keeps = |head: &str| take(&mut BytesMut::from(head), false).unwrap().unwrap().keeps;
    assert!(keeps("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    assert!(!keeps("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    assert!(!keeps("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n"));
    assert!(!keeps("HTTP/1.1 200 OK\r\n\r\n"));
    assert!(!keeps("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

#[test]
fn trailers_cannot_say_what_belongs_into_a_head() {
    let trailers = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: x\r\nX-Sum: 1\r\n";
    let text = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n{trailers}\r\n");
    let read = whole(&text).unwrap().trailers.unwrap();
    assert_eq!((read.len(), &read["x-sum"]), (1, &"1".parse().unwrap()));
}

fn field() -> impl Strategy<Value = String> {
    ("[A-Za-z][A-Za-z0-9-]{0,12}", "[!-~]([ -~]{0,20}[!-~])?")
        .prop_map(|(name, value)| format!("x-{name}: {value}\r\n"))
}

fn chunked(body: &[u8], sizes: &[usize], trailers: &str) -> Vec<u8> {
    let mut text = b"Transfer-Encoding: chunked\r\n\r\n".to_vec();
    let (mut rest, mut sizes) = (body, sizes.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().copied().unwrap_or(1).clamp(1, rest.len());
        text.extend(format!("{size:x};e=1\r\n").bytes());
        text.extend(&rest[..size]);
        text.extend(b"\r\n");
        rest = &rest[size..];
    }
    text.extend(format!("0\r\n{trailers}\r\n").bytes());
    text
}

/// A valid answer, and its body.
fn answer() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let parts = (
        200u16..600,
        proptest::collection::vec(field(), 0..6),
        proptest::collection::vec(any::<u8>(), 0..80),
        0..3,
        proptest::collection::vec(1usize..30, 1..4),
        field(),
    );
    parts.prop_map(|(status, fields, body, kind, sizes, trailer)| {
        let status = if matches!(status, 204 | 304) { 200 } else { status };
        let mut text = format!("HTTP/1.1 {status} Some Reason\r\n{}", fields.concat()).into_bytes();
        match kind {
            0 => text.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes()),
            1 => return ([text, chunked(&body, &sizes, &trailer)].concat(), body),
            _ => text.extend(b"\r\n"),
        }
        text.extend(&body);
        (text, body)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_answer_is_the_same_wherever_it_is_cut((text, body) in answer()) {
        let once = read([&text[..]]).unwrap().unwrap();
        prop_assert_eq!(&once.body, &body);
        for cut in 0..=text.len() {
            let (first, second) = text.split_at(cut);
            let twice = read([first, second]).unwrap();
            prop_assert_eq!(twice.as_ref(), Some(&once), "cut at {}", cut);
        }
        prop_assert_eq!(read(text.chunks(1)).unwrap(), Some(once), "byte by byte");
    }

    #[test]
    fn an_answer_that_ends_early_is_never_whole((text, _) in answer()) {
        let until_end = read([&text[..]]).unwrap().unwrap().keeps;
        for cut in 0..text.len() {
            let read = read([&text[..cut]]);
            let is_whole = matches!(read, Ok(Some(_)));
            prop_assert!(!is_whole || !until_end, "{} of {} bytes look whole", cut, text.len());
        }
    }

    #[test]
    fn whatever_comes_in_is_read_or_refused(
        start in prop_oneof![Just(""), Just("HTTP/1.1 200 OK\r\n"), Just("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")],
        noise in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\r'), Just(b'\n'), Just(b':'), Just(b'0'), Just(b';')], 0..300),
        size in 1usize..40,
    ) {
        let text = [start.as_bytes(), &noise].concat();
        let in_pieces = read(text.chunks(size));
        if let (Ok(Some(pieces)), Ok(Some(once))) = (&in_pieces, read([&text[..]])) {
            prop_assert_eq!(pieces, &once);
        }
    }
}
