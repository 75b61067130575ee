//! A client that asks as often as it is told and no oftener, so that the answers are not late because of the client's own haste.
//!
//! `bench_pace ADDRESS REQUESTS_PER_SECOND SECONDS` asks for `/body` on 32 connections, each in its own thread and at its own moments, and
//! prints how many answers there were and after how many microseconds they came: the median and the 99th of a hundred.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const CONNECTIONS: u32 = 32;
const ASK: &[u8] = b"GET /body HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// What nobody counts: connections are opened and caches are filled.
const WARM_UP: Duration = Duration::from_millis(500);

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, rate, seconds] = arguments.as_slice() else {
        return Err("usage: bench_pace ADDRESS REQUESTS_PER_SECOND SECONDS".into());
    };
    let (address, rate, seconds): (SocketAddr, f64, u64) =
        (address.parse()?, rate.parse()?, seconds.parse()?);
    let pause = Duration::from_secs_f64(f64::from(CONNECTIONS) / rate);
    let begin = now() + Duration::from_millis(100);
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|number| {
            // Nobody asks at the same moment as another.
            let first = begin + pause * number / CONNECTIONS;
            thread::spawn(move || ask(address, first, pause, begin + WARM_UP + Duration::from_secs(seconds)))
        })
        .collect();
    let mut took = Vec::new();
    for client in clients {
        took.extend(client.join().map_err(|_| "a client panicked")??);
    }
    took.sort_unstable();
    let at = |hundredths: usize| took.get(took.len() * hundredths / 100).copied().unwrap_or_default();
    writeln!(io::stdout(), "{} {:.1} {:.1}", took.len(), micros(at(50)), micros(at(99)))?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the machine itself is measured")]
fn now() -> Instant {
    Instant::now()
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Asks at its moments until the end; how long each answer took that counts.
fn ask(address: SocketAddr, first: Instant, pause: Duration, end: Instant) -> Outcome<Vec<Duration>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 16 * 1024];
    let mut took = Vec::new();
    let mut next = first;
    while next < end {
        thread::sleep(next.saturating_duration_since(now()));
        let sent = now();
        stream.write_all(ASK)?;
        answer(&mut stream, &mut buffer)?;
        if sent >= first + WARM_UP {
            took.push(sent.elapsed());
        }
        // A moment that passed meanwhile is skipped by nobody: whoever is late asks at once, and the rate is kept.
        next += pause;
    }
    Ok(took)
}

/// Reads one answer whole.
fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Outcome<()> {
    let mut length = 0;
    loop {
        let free =
            buffer.get_mut(length..).filter(|free| !free.is_empty()).ok_or("the answer is too long")?;
        length += match stream.read(free)? {
            0 => return Err("the connection was closed".into()),
            count => count,
        };
        let got = &buffer[..length];
        let Some(head) = got.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&got[..head]).to_ascii_lowercase();
        if !text.starts_with("http/1.1 200 ") {
            return Err(text.into());
        }
        let body = text.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let body: usize = body.ok_or("the answer has no length")?.trim().parse()?;
        if length >= head + 4 + body {
            return Ok(());
        }
    }
}
