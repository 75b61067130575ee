use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use proptest::prelude::*;
use tokio::io::{AsyncRead, AsyncWriteExt as _, ReadBuf};

use super::{ProxyHeader, ProxyProtocolError, read_header};

const WITHIN: Duration = Duration::from_secs(3);

/// What arrives in pieces of at most so many bytes, and then ends.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.size.min(buf.remaining()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(count);
        buf.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}

type Read = Result<Option<ProxyHeader>, ProxyProtocolError>;

/// What is read from these bytes, and what is left of them.
fn read(bytes: &[u8], size: usize) -> (Read, &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut pieces = Pieces { rest: bytes, size };
    let result = runtime.block_on(read_header(&mut pieces, WITHIN));
    (result, pieces.rest)
}

fn header(source: &str, destination: &str) -> ProxyHeader {
    ProxyHeader { source: source.parse().unwrap(), destination: destination.parse().unwrap() }
}

fn version2(command: u8, kind: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
    bytes.extend([command, kind]);
    bytes.extend(u16::try_from(rest.len()).unwrap().to_be_bytes());
    bytes.extend(rest);
    bytes
}

/// Headers that are valid, with what they say.
fn valid() -> Vec<(Vec<u8>, Option<ProxyHeader>)> {
    let v4 = Some(header("203.0.113.9:4711", "192.0.2.1:443"));
    let v6 = Some(header("[2001:db8::9]:4711", "[2001:db8::1]:443"));
    let v4_bytes = [203, 0, 113, 9, 192, 0, 2, 1, 0x12, 0x67, 0x01, 0xbb];
    let mut v6_bytes = [0; 36];
    v6_bytes[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
    v6_bytes[15] = 9;
    v6_bytes[16..20].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
    v6_bytes[31] = 1;
    v6_bytes[32..].copy_from_slice(&[0x12, 0x67, 0x01, 0xbb]);
    let with_extensions = [&v4_bytes[..], &[0x02, 0, 4, b'h', b'o', b's', b't', 0x04, 0, 0]].concat();
    let full = [&v4_bytes[..], &[0; 2048 - 12]].concat();
    let longest = format!("PROXY UNKNOWN {}\r\n", "f".repeat(107 - 16));
    vec![
        (b"PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n".to_vec(), v4),
        (b"PROXY TCP6 2001:db8::9 2001:db8::1 4711 443\r\n".to_vec(), v6),
        (b"PROXY TCP6 :: :: 0 1\r\n".to_vec(), Some(header("[::]:0", "[::]:1"))),
        (
            b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n".to_vec(),
            Some(header("255.255.255.255:65535", "255.255.255.255:65535")),
        ),
        (b"PROXY UNKNOWN\r\n".to_vec(), None),
        (b"PROXY UNKNOWN whatever else\r\n".to_vec(), None),
        (longest.into_bytes(), None),
        (version2(0x21, 0x11, &v4_bytes), v4),
        (version2(0x21, 0x21, &v6_bytes), v6),
        (version2(0x21, 0x11, &with_extensions), v4),
        (version2(0x21, 0x11, &full), v4),
        (version2(0x20, 0x00, &[]), None),
        (version2(0x20, 0x11, &v4_bytes), None),
        (version2(0x21, 0x00, &[]), None),
        (version2(0x21, 0x00, &[1, 2, 3]), None),
        (version2(0x21, 0x31, &[0; 216]), None),
    ]
}

#[test]
fn valid_headers_are_read_to_their_end_and_no_further() {
    for (bytes, expected) in valid() {
        for behind in [&b""[..], b"G", b"GET / HTTP/1.1\r\n\r\n", b"\r\n\r\n", b"\x16\x03\x01"] {
            let stream = [&bytes[..], behind].concat();
            for size in [1, 2, 7, usize::MAX] {
                let (read, rest) = read(&stream, size);
                let shown = bytes.escape_ascii();
                assert_eq!(read.unwrap_or_else(|error| panic!("{shown}: {error}")), expected, "{shown}");
                assert_eq!(rest, behind, "{shown}");
            }
        }
    }
}

#[test]
fn a_header_that_ends_early_is_an_error() {
    for (bytes, _) in valid() {
        for end in 0..bytes.len() {
            let (read, _) = read(&bytes[..end], usize::MAX);
            assert!(matches!(read, Err(ProxyProtocolError::Ended)), "{}", bytes[..end].escape_ascii());
        }
    }
}

#[test]
fn what_does_not_begin_as_a_header_is_said_so() {
    for bytes in [
        &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"PROXZ TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
        b"PROXYTCP4 1.1.1.1 2.2.2.2 1 2\r\n",
        b"proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
        b" PROXY UNKNOWN\r\n",
        b"\r\n\r\n\0\r\nQUIX\n\x21\x11\0\0",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    ] {
        let (read, _) = read(bytes, usize::MAX);
        assert!(matches!(read, Err(ProxyProtocolError::Missing)), "{}", bytes.escape_ascii());
    }
}

#[test]
fn malformed_headers_are_refused() {
    let v4 = [1, 1, 1, 1, 2, 2, 2, 2, 0, 1, 0, 2];
    let version1 = [
        "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n  ",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n",
        "PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.256 1 2\r\n",
        "PROXY TCP4 1.1.1.1 02.2.2.2 1 2\r\n",
        "PROXY TCP4 ::1 ::2 1 2 and more\r\n",
        "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY TCP6 fe80::1%eth0 ::2 1 2\r\n",
        "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY UNKNOWNS and more\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\nxx",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rxx",
        "PROXY \r\nTCP4 1.1.1.1 2.2.2.2 1 2\r\n",
        "PROXY TCP4 1.1.1.1\n 2.2.2.2 1 2\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 \u{e9}\r\n",
    ];
    let version2 = [
        version2(0x11, 0x11, &v4),
        version2(0x31, 0x11, &v4),
        version2(0x22, 0x11, &v4),
        version2(0x2f, 0x11, &v4),
        version2(0x21, 0x12, &v4),
        version2(0x21, 0x10, &v4),
        version2(0x21, 0x13, &v4),
        version2(0x21, 0x41, &v4),
        version2(0x21, 0x03, &v4),
        version2(0x21, 0x11, &v4[..11]),
        version2(0x21, 0x21, &[0; 35]),
        version2(0x21, 0x31, &[0; 215]),
    ];
    for bytes in version1.iter().map(|line| line.as_bytes()).chain(version2.iter().map(Vec::as_slice)) {
        let (read, _) = read(bytes, usize::MAX);
        assert!(
            matches!(read, Err(ProxyProtocolError::Malformed { .. })),
            "{}: {read:?}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn headers_that_are_too_long_are_refused_before_they_are_read() {
    for line in [
        format!("PROXY UNKNOWN {}\r\n", "f".repeat(107 - 15)),
        format!("PROXY TCP4 {}", "1".repeat(5000)),
        format!("PROXY {}", " ".repeat(5000)),
    ] {
        let (read, rest) = read(line.as_bytes(), usize::MAX);
        assert!(matches!(read, Err(ProxyProtocolError::TooLong { most: 107 })), "{line}: {read:?}");
        assert!(rest.len() >= line.len() - 107);
    }
    let bytes = version2(0x21, 0x11, &[0; 2049]);
    let (read, rest) = read(&bytes, usize::MAX);
    assert!(matches!(read, Err(ProxyProtocolError::TooLong { most: 2064 })), "{read:?}");
    assert_eq!(rest.len(), 2049);
}

#[tokio::test(start_paused = true)]
async fn a_header_that_arrives_too_slowly_is_given_up() {
    for begin in
        [&b""[..], b"PROXY ", b"PROXY TCP4 1.1.1.1 2.2.2.2 1 ", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x01"]
    {
        let (mut near, mut far) = tokio::io::duplex(256);
        let slow = async {
            for byte in begin {
                tokio::time::sleep(Duration::from_millis(50)).await;
                near.write_all(&[*byte]).await.unwrap();
            }
            // Nothing more comes, and it does not end either.
            std::future::pending::<()>().await;
        };
        let begun = tokio::time::Instant::now();
        let read = tokio::select! {
            () = slow => unreachable!(),
            read = read_header(&mut far, WITHIN) => read,
        };
        assert!(matches!(read, Err(ProxyProtocolError::TooLate { within: WITHIN })), "{read:?}");
        assert_eq!(begun.elapsed(), WITHIN);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic_and_never_past_the_limit(
        begin in prop::sample::select(vec![&b""[..], b"PROXY ", b"PROXY TCP4 ", b"PROXY UNKNOWN", b"\r\n\r\n\0\r\nQUIT\n\x21"]),
        bytes in prop::collection::vec(any::<u8>(), 0..3000),
        size in 1_usize..64,
    ) {
        let stream = [begin, &bytes].concat();
        let (_, rest) = read(&stream, size);
        prop_assert!(stream.len() - rest.len() <= 16 + 2048);
    }

    #[test]
    fn nothing_behind_a_header_is_read(
        source in any::<std::net::SocketAddrV4>(),
        destination in any::<std::net::SocketAddrV4>(),
        behind in prop::collection::vec(any::<u8>(), 0..64),
        size in 1_usize..128,
    ) {
        let (from, to) = (source.ip(), destination.ip());
        let line = format!("PROXY TCP4 {from} {to} {} {}\r\n", source.port(), destination.port());
        let stream = [line.as_bytes(), &behind].concat();
        let (read, rest) = read(&stream, size);
        let expected = ProxyHeader { source: source.into(), destination: destination.into() };
        prop_assert_eq!(read.unwrap(), Some(expected));
        prop_assert_eq!(rest, &behind[..]);
    }
}
