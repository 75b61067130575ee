//! [`HttpProbe`] and [`ServiceProbe`] over a plain connection. Only the status line is of interest, so this needs no HTTP library.

use std::net::SocketAddr;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::on_demand::settings::ReadinessGate;
use core_monitor_domain::ports::{HttpProbe, ProbeError, ServiceProbe};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest status line that is read, in bytes.
const LONGEST: usize = 1024;

/// Asks the containers of this host.
#[derive(Debug, Clone, Copy, Default)]
pub struct TcpHttpProbe;

#[async_trait]
impl HttpProbe for TcpHttpProbe {
    async fn status(&self, address: SocketAddr, path: &str, deadline: Duration) -> Result<u16, ProbeError> {
        status(address, path, &address.to_string(), deadline).await
    }
}

#[async_trait]
impl ServiceProbe for TcpHttpProbe {
    async fn answers(
        &self,
        address: SocketAddr,
        gate: &ReadinessGate,
        host: &str,
        deadline: Duration,
    ) -> Result<(), ProbeError> {
        let path = match gate {
            ReadinessGate::Http { path, .. } => path,
            // The health check has been asked already; what it cannot say is whether the gateway gets through.
            ReadinessGate::Tcp | ReadinessGate::Health => {
                return match timeout(deadline, TcpStream::connect(address)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(failed(format!("{address}: {error}"))),
                    Err(_) => Err(failed(format!("{address} does not answer"))),
                };
            }
        };
        let status = status(address, path, host, deadline).await?;
        if gate.accepts(status) { Ok(()) } else { Err(failed(format!("{address} answers with {status}"))) }
    }
}

fn failed(reason: String) -> ProbeError {
    ProbeError { reason }
}

async fn status(address: SocketAddr, path: &str, host: &str, deadline: Duration) -> Result<u16, ProbeError> {
    match timeout(deadline, ask(address, path, host)).await {
        Ok(Ok(line)) => {
            status_of(&line).ok_or_else(|| failed(format!("{address} does not answer with HTTP")))
        }
        Ok(Err(error)) => Err(failed(format!("{address}: {error}"))),
        Err(_) => Err(failed(format!("{address} does not answer"))),
    }
}

/// The beginning of the answer, up to the end of its first line.
async fn ask(address: SocketAddr, path: &str, host: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: core-monitor\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut line = Vec::new();
    let mut chunk = [0; 256];
    while line.len() < LONGEST && !line.contains(&b'\n') {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        line.extend(chunk.iter().take(read));
    }
    Ok(line)
}

/// The status in `HTTP/1.1 200 OK`.
fn status_of(answer: &[u8]) -> Option<u16> {
    let line = answer.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_ascii_whitespace();
    let protocol = words.next()?;
    let status = words.next()?.parse().ok()?;
    (protocol.starts_with("HTTP/1.") && (100..=599).contains(&status)).then_some(status)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn the_status_is_read_from_the_first_line_only() {
        assert_eq!(status_of(b"HTTP/1.1 204 No Content\r\nX: 1"), Some(204));
        assert_eq!(status_of(b"HTTP/1.0 404\n"), Some(404));
        for wrong in ["", "SSH-2.0-x", "HTTP/1.1", "HTTP/1.1 abc", "HTTP/1.1 99", "\r\nHTTP/1.1 200"] {
            assert_eq!(status_of(wrong.as_bytes()), None, "{wrong}");
        }
    }

    /// The probe's result at a server that reads a request and sends `answer`, or nothing and stays silent.
    async fn asked(answer: Option<&'static str>) -> Result<u16, ProbeError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 1024];
            let read = stream.read(&mut request).await.unwrap();
            assert!(request[..read].starts_with(b"GET /up HTTP/1.1\r\n"));
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                None => std::future::pending().await,
            }
        });
        let status = TcpHttpProbe.status(address, "/up", Duration::from_millis(300)).await;
        server.abort();
        status
    }

    #[tokio::test]
    async fn an_answer_is_its_status_and_silence_is_none() {
        assert_eq!(asked(Some("HTTP/1.1 503 Busy\r\nLocation: /elsewhere\r\n\r\n")).await, Ok(503));
        assert!(asked(Some("hello")).await.unwrap_err().reason.contains("does not answer with HTTP"));
        assert!(asked(None).await.unwrap_err().reason.contains("does not answer"));
    }
}
