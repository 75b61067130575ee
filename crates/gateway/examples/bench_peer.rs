//! Both ends of what the gateway is measured with, where no other program does: a service that takes uploads and keeps `WebSocket`s open,
//! and a client with thousands of `WebSocket`s on which nothing is sent.
//!
//! `bench_peer serve LISTEN` is the service. `bench_peer open GATEWAY COUNT SECONDS` opens that many, from twenty addresses of the loopback
//! network, says so, and keeps them for so long.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const ASK: &str = "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const AGREE: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                     Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
/// From so many addresses, since the gateway limits the connections of each.
const SOURCES: u8 = 20;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match *arguments.as_slice() {
        ["serve", listen] => runtime.block_on(serve(listen.parse()?)),
        ["open", gateway, count, seconds] => {
            runtime.block_on(open(gateway.parse()?, count.parse()?, Duration::from_secs(seconds.parse()?)))
        }
        _ => Err("usage: bench_peer serve LISTEN | open GATEWAY COUNT SECONDS".into()),
    }
}

async fn serve(listen: SocketAddr) -> Outcome {
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        // A connection that breaks is its client's affair.
        drop(tokio::spawn(answer(stream)));
    }
}

async fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(1024);
    loop {
        let Some(end) = head(&mut stream, &mut buffer).await? else { return Ok(()) };
        let text = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
        buffer.drain(..end);
        if text.contains("\r\nupgrade: websocket") {
            buffer = Vec::new();
            stream.write_all(AGREE.as_bytes()).await?;
            stream.read_u8().await?;
            continue;
        }
        let length = text.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        take(&mut stream, &mut buffer, length.and_then(|length| length.parse().ok()).unwrap_or(0)).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await?;
    }
}

/// Reads until a head is whole, and says how long it is.
async fn head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<usize>> {
    loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            return Ok(Some(at + 4));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// Reads a body and forgets it.
async fn take(stream: &mut TcpStream, buffer: &mut Vec<u8>, length: u64) -> io::Result<()> {
    let mut left = length.saturating_sub(buffer.len() as u64);
    buffer.clear();
    let mut scratch = vec![0; 256 * 1024];
    while left > 0 {
        match stream.read(&mut scratch).await? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => left = left.saturating_sub(count as u64),
        }
    }
    Ok(())
}

async fn open(gateway: SocketAddr, count: u32, keep: Duration) -> Outcome {
    let mut sockets = Vec::new();
    for number in 0..count {
        let socket = TcpSocket::new_v4()?;
        let last = 1 + u8::try_from(number % u32::from(SOURCES))?;
        socket.bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 1, last)), 0))?;
        let mut stream = socket.connect(gateway).await?;
        stream.write_all(ASK.as_bytes()).await?;
        let mut answer = Vec::with_capacity(512);
        head(&mut stream, &mut answer).await?;
        if !answer.starts_with(b"HTTP/1.1 101 ") {
            return Err(String::from_utf8_lossy(&answer).into());
        }
        sockets.push(stream);
    }
    writeln!(io::stdout(), "{} open", sockets.len())?;
    tokio::time::sleep(keep).await;
    Ok(())
}
