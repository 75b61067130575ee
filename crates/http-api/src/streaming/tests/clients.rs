//! Clients that go away, over real connections. Time stands still unless a test says so: no heartbeat shows who is gone.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Endless, Followed, StreamLimits};
use crate::serve::Listener;

/// Real time after which something that should happen has not.
const NEVER: Duration = Duration::from_mins(1);

impl Followed {
    fn listen(&self) -> SocketAddr {
        let anywhere = ([127, 0, 0, 1], 0).into();
        let listener = Listener::over(self.world.shared(), anywhere, Duration::from_secs(1)).unwrap();
        let address = listener.address();
        actix_web::rt::spawn(listener.run());
        address
    }

    fn request(&self, path: &str, accept: &str) -> String {
        let token = self.world.token();
        format!("GET {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nAccept: {accept}\r\n\r\n")
    }

    /// A client that has received the head of a stream.
    async fn connect(&self, address: SocketAddr, stream: &Endless) -> TcpStream {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(self.request(&stream.path, stream.accept).as_bytes()).await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push(in_time(client.read_u8()).await.unwrap().into());
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{}: {head}", stream.path);
        client
    }

    /// Returns once no stream is open.
    async fn all_are_gone(&self) {
        let gone = async {
            while self.open() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        in_time(gone).await;
    }
}

async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(NEVER, what).await.expect("it happens in time")
}

/// Everything that is left to read.
async fn rest(client: &mut TcpStream) -> String {
    let mut text = String::new();
    in_time(client.read_to_string(&mut text)).await.unwrap();
    text
}

#[actix_web::test]
async fn a_client_that_connects_again_and_again_always_finds_room() {
    let followed = Followed::with(StreamLimits { per_caller: 2, ..StreamLimits::default() }).await;
    let address = followed.listen();
    for is_reset in [false, true] {
        for stream in &followed.streams {
            let client = followed.connect(address, stream).await;
            assert_eq!(followed.open(), 1, "{}", stream.path);
            if is_reset {
                client.set_zero_linger().unwrap();
            }
            drop(client);
            followed.all_are_gone().await;
        }
    }
}

#[actix_web::test]
async fn a_client_that_closes_its_sending_half_has_left_a_stream() {
    let followed = Followed::with(StreamLimits::default()).await;
    let address = followed.listen();
    for stream in &followed.streams {
        let mut client = followed.connect(address, stream).await;
        client.shutdown().await.unwrap();
        let _rest = rest(&mut client).await;
        followed.all_are_gone().await;
    }
}

#[actix_web::test]
async fn a_client_that_closes_its_sending_half_gets_an_answer_with_an_end() {
    let followed = Followed::with(StreamLimits::default()).await;
    followed.world.engine().write_by_hand(&followed.web, false, "one");
    let address = followed.listen();
    let logs = followed.streams.last().unwrap().path.replace("follow=true", "follow=false");
    for (path, end) in [(logs.as_str(), "web-1 | one\n\r\n0\r\n\r\n"), ("/api/v1/openapi.json", "}")] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(followed.request(path, "*/*").as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        let answer = rest(&mut client).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.trim_start().ends_with(end), "{path}: {answer}");
    }
}

#[actix_web::test]
async fn a_request_behind_a_stream_is_answered_when_the_stream_has_ended() {
    let limits = StreamLimits { age: Duration::from_secs(20), ..StreamLimits::default() };
    let followed = Followed::with(limits).await;
    let stream = &followed.streams[0];
    let mut client = TcpStream::connect(followed.listen()).await.unwrap();
    let both = format!(
        "{}GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        followed.request(&stream.path, stream.accept)
    );
    client.write_all(both.as_bytes()).await.unwrap();
    let passing = async {
        loop {
            followed.world.clock.advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let text =
        tokio::select! { text = rest(&mut client) => text, () = passing => unreachable!("it goes on") };
    let (first, second) = text.split_once("retry: 1000\n").expect("the end of the stream");
    assert_eq!(
        (first.matches("HTTP/1.1 200").count(), second.matches("HTTP/1.1 200").count()),
        (1, 1),
        "{text}"
    );
}
