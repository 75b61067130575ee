use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use core_monitor_simulation::clock::ManualClock;
use futures::task::noop_waker_ref;
use tokio::io::DuplexStream;

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n\r\n";

/// A connection, its other end, and the clock, moved by hand.
struct Wire {
    connection: Connection<DuplexStream>,
    client: DuplexStream,
    clock: Arc<ManualClock>,
}

impl Wire {
    fn new(buffer: usize) -> Self {
        let (client, server) = tokio::io::duplex(buffer);
        let clock = Arc::new(ManualClock::new());
        let connection = Connection::new(server, ConnectionLimits::default(), clock.clone(), None);
        Self { connection, client, clock }
    }

    fn send(&mut self, bytes: &[u8]) {
        let mut task = Context::from_waker(noop_waker_ref());
        let sent = Pin::new(&mut self.client).poll_write(&mut task, bytes);
        assert!(matches!(sent, Poll::Ready(Ok(length)) if length == bytes.len()), "{sent:?}");
    }

    /// What the library reads; `None` if it has to wait.
    fn read(&mut self) -> Option<Vec<u8>> {
        read(&mut self.connection)
    }

    fn write(&mut self, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut task = Context::from_waker(noop_waker_ref());
        Pin::new(&mut self.connection).poll_write(&mut task, bytes)
    }

    /// A request with this header arrives, and is answered when the result is dropped.
    fn begin(&mut self, header: Option<(actix_web::http::header::HeaderName, &str)>) -> impl Sized + use<> {
        self.send(REQUEST);
        assert_eq!(self.read().unwrap(), REQUEST);
        let mut headers = HeaderMap::new();
        if let Some((name, value)) = header {
            headers.insert(name, HeaderValue::from_str(value).unwrap());
        }
        self.connection.exchange().begin(&headers)
    }
}

fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    match poll_read(stream) {
        Poll::Ready(read) => Some(read.unwrap()),
        Poll::Pending => None,
    }
}

fn poll_read(stream: &mut (impl AsyncRead + Unpin)) -> Poll<io::Result<Vec<u8>>> {
    let mut bytes = [0; 1_024];
    let mut buffer = ReadBuf::new(&mut bytes);
    let mut task = Context::from_waker(noop_waker_ref());
    Pin::new(stream).poll_read(&mut task, &mut buffer).map_ok(|()| buffer.filled().to_vec())
}

#[test]
fn the_head_of_every_request_has_a_deadline() {
    let mut wire = Wire::new(4_096);
    drop(wire.begin(None));
    assert_eq!(wire.read(), None);
    wire.clock.advance(74 * SECOND);
    assert_eq!(wire.read(), None, "between two requests there is more time");
    wire.send(b"GET / HT");
    assert_eq!(wire.read().unwrap(), b"GET / HT");
    assert_eq!(wire.read(), None);
    wire.clock.advance(9 * SECOND);
    wire.send(b"T");
    assert_eq!(wire.read().unwrap(), b"T");
    assert_eq!(wire.read(), None, "a byte now and then does not postpone it");
    wire.clock.advance(SECOND);
    assert_eq!(wire.read().unwrap(), b"", "the library sees the end of the stream");
    let answer = String::from_utf8(read(&mut wire.client).unwrap()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"request-timeout\""), "{answer}");
}

#[test]
fn a_connection_that_asks_nothing_is_closed() {
    let mut wire = Wire::new(4_096);
    assert_eq!(wire.read(), None);
    wire.clock.advance(10 * SECOND);
    assert_eq!(wire.read().unwrap(), b"", "the first request has to come soon");
    let mut wire = Wire::new(4_096);
    drop(wire.begin(None));
    assert_eq!(wire.read(), None);
    wire.clock.advance(75 * SECOND);
    assert_eq!(wire.read().unwrap(), b"");
    assert_eq!(read(&mut wire.client), None, "there was no request to answer");
}

#[test]
fn what_is_left_of_an_answered_body_has_a_deadline() {
    for (name, value) in [(TRANSFER_ENCODING, "chunked"), (CONTENT_LENGTH, "9")] {
        let mut wire = Wire::new(4_096);
        let request = wire.begin(Some((name.clone(), value)));
        wire.send(b"2\r\nab");
        assert!(wire.read().is_some());
        assert_eq!(wire.read(), None);
        wire.clock.advance(3_600 * SECOND);
        assert_eq!(wire.read(), None, "until it is answered, whoever answers it decides how long to wait");
        drop(request);
        assert_eq!(wire.read(), None);
        wire.clock.advance(10 * SECOND);
        assert_eq!(wire.read().unwrap(), b"", "{name}");
    }
}

#[test]
fn the_next_request_waits_until_this_one_is_answered() {
    let mut wire = Wire::new(4_096);
    wire.send(b"POST / HTTP/1.1\r\n\r\n123POST / HTTP/1.1\nA: b\r\n\r\n");
    assert_eq!(wire.read().unwrap(), b"POST / HTTP/1.1\r\n\r\n");
    assert_eq!(wire.read(), None, "the body is given once its length is known");
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("3"));
    let request = wire.connection.exchange().begin(&headers);
    assert_eq!(wire.read().unwrap(), b"123");
    assert_eq!(wire.read(), None);
    drop(request);
    assert_eq!(wire.read().unwrap(), b"POST / HTTP/1.1\0A: b\r\n\r\n", "and every head is checked");
}

#[test]
fn a_stream_ends_with_its_client_and_other_answers_do_not() {
    for is_stream in [true, false] {
        let mut wire = Wire::new(64 << 10);
        let request = wire.begin(None);
        if is_stream {
            wire.connection.exchange().end_with_client();
        }
        assert_eq!(wire.read(), None);
        wire.send(REQUEST);
        assert_eq!(wire.read(), None, "the next request waits");
        drop(wire.client);
        match poll_read(&mut wire.connection) {
            Poll::Ready(Err(error)) => assert!(is_stream && error.kind() == io::ErrorKind::UnexpectedEof),
            read => assert!(!is_stream && read.is_pending(), "{read:?}"),
        }
        drop(request);
        assert_eq!(read(&mut wire.connection).unwrap(), REQUEST, "nothing is lost");
    }
}

#[test]
fn little_is_read_ahead_while_the_end_of_a_stream_is_waited_for() {
    let mut wire = Wire::new(64 << 10);
    let _request = wire.begin(None);
    wire.connection.exchange().end_with_client();
    wire.send(&[b'x'; 8 << 10]);
    assert_eq!(wire.read(), None);
    assert!(wire.connection.ahead.len() < AHEAD + 1_024, "{}", wire.connection.ahead.len());
}

#[test]
fn the_next_head_waits_until_the_client_has_read_all_answers() {
    let mut wire = Wire::new(64);
    let _ = wire.write(&[b'x'; 64]);
    assert!(wire.write(b"x").is_pending());
    wire.send(REQUEST);
    assert_eq!(wire.read(), None);
    assert_eq!(read(&mut wire.client).unwrap().len(), 64);
    assert!(wire.write(b"x").is_ready());
    assert_eq!(wire.read().unwrap(), REQUEST);
}

#[test]
fn an_answer_nobody_reads_is_given_up() {
    let mut wire = Wire::new(64);
    let answer = [b'x'; 64];
    assert!(matches!(wire.write(&answer), Poll::Ready(Ok(64))));
    assert!(wire.write(&answer).is_pending());
    wire.clock.advance(29 * SECOND);
    assert!(wire.write(&answer).is_pending());
    assert_eq!(read(&mut wire.client).unwrap().len(), 64);
    assert!(matches!(wire.write(&answer), Poll::Ready(Ok(64))));
    assert!(wire.write(&answer).is_pending(), "a few bytes earn little time");
    wire.clock.advance(2 * SECOND);
    let Poll::Ready(Err(error)) = wire.write(&answer) else { panic!("the client has all the time it wants") };
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}
