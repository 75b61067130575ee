//! A large upload to a service that sleeps. It has a process of its own, whose memory is that of the gateway.

#[cfg(test)]
#[expect(dead_code, reason = "other tests need the rest of it")]
#[path = "gateway/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use http::Response;
    use http_body_util::BodyExt as _;
    use hyper::body::Incoming;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    use super::world::{World, application, full};

    const PART: usize = 256 * 1024;
    const PARTS: usize = 4096;
    /// Buffers of sockets and programs, and what the allocator keeps.
    const MOST_GROWTH: usize = 48 << 20;
    /// On a machine that is busy.
    const PATIENCE: Duration = Duration::from_mins(5);

    /// Bytes that do not repeat within a part, with the number of the part in front.
    struct Parts {
        body: Vec<u8>,
    }

    impl Parts {
        fn new() -> Self {
            let body = (0..PART).map(|at| u8::try_from(at * 31 % 251).unwrap()).collect();
            Self { body }
        }

        fn number(&mut self, number: usize) -> &[u8] {
            self.body[..8].copy_from_slice(&(number as u64).to_le_bytes());
            &self.body
        }
    }

    /// How much memory the process has, in bytes.
    fn resident() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    }

    /// How many bytes came, each in its place, and the most memory that there was meanwhile.
    async fn check(mut body: Incoming) -> (usize, usize) {
        let (mut parts, mut expected) = (Parts::new(), Bytes::new());
        let (mut count, mut most) = (0, 0);
        while let Some(frame) = body.frame().await {
            let mut data = frame.unwrap().into_data().unwrap();
            while !data.is_empty() {
                if expected.is_empty() {
                    most = most.max(resident());
                    expected = Bytes::copy_from_slice(parts.number(count / PART));
                }
                let step = data.len().min(expected.len());
                assert!(data.split_to(step) == expected.split_to(step), "another byte after {count}");
                count += step;
            }
        }
        (count, most)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_gibibyte_posted_during_a_cold_start_arrives_byte_for_byte_and_memory_stays_flat() {
        for expect in ["", "Expect: 100-continue\r\n"] {
            let mut world = World::new();
            let upstream = application(|request| async move {
                let (count, most) = check(request.into_body()).await;
                Response::new(full(format!("{count} {most}")))
            })
            .await;
            let mut stream = TcpStream::connect(world.address).await.unwrap();
            let before = resident();
            let head = format!(
                "POST / HTTP/1.1\r\nHost: shop.test\r\n{expect}Connection: close\r\nContent-Length: {}\r\n\r\n",
                PART * PARTS
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            let (mut reading, mut writing) = stream.into_split();
            if !expect.is_empty() {
                world.knocks.recv().await.unwrap();
                world.wake(1, upstream);
                let mut line = [0; 25];
                timeout(PATIENCE, reading.read_exact(&mut line)).await.unwrap().unwrap();
                assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
            }
            let sending = tokio::spawn(async move {
                let mut parts = Parts::new();
                for number in 0..PARTS {
                    writing.write_all(parts.number(number)).await.unwrap();
                }
                writing
            });
            if expect.is_empty() {
                world.knocks.recv().await.unwrap();
                // What fits into the buffers of the sockets has been sent, and nothing more is taken.
                tokio::time::sleep(Duration::from_millis(300)).await;
                assert!(!sending.is_finished());
                assert!(
                    resident().saturating_sub(before) < MOST_GROWTH,
                    "it is kept before the service is awake"
                );
                world.wake(1, upstream);
            }
            let mut answer = String::new();
            timeout(PATIENCE, reading.read_to_string(&mut answer)).await.unwrap().unwrap();
            // Open until then: this is not about clients that end early.
            drop(sending.await.unwrap());
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            let (count, most) = answer.rsplit_once("\r\n\r\n").unwrap().1.split_once(' ').unwrap();
            assert_eq!(count.parse(), Ok(PART * PARTS));
            let grown = most.parse::<usize>().unwrap().saturating_sub(before);
            assert!(grown < MOST_GROWTH, "{expect:?}: memory has grown by {grown} bytes");
        }
    }
}
