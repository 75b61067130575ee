//! Answers of a server on this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::*;

/// A server that answers one request as it was told, and keeps the head of it.
struct Server {
    address: SocketAddr,
    thread: JoinHandle<String>,
}

impl Server {
    /// An empty answer means that there is none: the connection stays open until the client gives up.
    fn start(answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(&stream);
            let mut head = String::new();
            while reader.read_line(&mut head).unwrap_or_default() > 2 {}
            // The client may have gone before it has read everything.
            let _ = (&stream).write_all(&answer);
            if answer.is_empty() {
                let _ = reader.read(&mut [0]);
            }
            head
        });
        Self { address, thread }
    }

    fn answering(status: &str, body: &str) -> Self {
        let length = body.len();
        Self::start(format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes())
    }

    fn url(&self) -> String {
        format!("http://{}/keys?of=shop", self.address)
    }
}

async fn told(status: &str, body: &str) -> Result<Vec<String>, String> {
    let server = Server::answering(status, body);
    read(HttpKeyListSource::default().keys(&server.url()).await)
}

fn read(keys: Result<BTreeSet<InstanceKey>, Message>) -> Result<Vec<String>, String> {
    let keys = keys.map_err(|error| error.text().to_owned())?;
    Ok(keys.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn a_list_is_asked_for_and_read() {
    let server = Server::answering("200 OK", r#"["one", "two"]"#);
    let keys = read(HttpKeyListSource::default().keys(&server.url()).await);
    assert_eq!(keys, Ok(vec!["one".to_owned(), "two".to_owned()]));
    let head = server.thread.join().unwrap().to_ascii_lowercase();
    assert!(head.starts_with("get /keys?of=shop http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\naccept: application/json\r\n"), "{head}");
    assert!(head.contains("\r\nuser-agent: core-monitor/"), "{head}");
    assert_eq!(told("200 OK", r#"{"keys": ["one"]}"#).await, Ok(vec!["one".to_owned()]));
    assert_eq!(told("200 OK", "[]").await, Ok(Vec::new()), "nobody wants any");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::answering("200 OK", "[]");
    let answer = format!("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", elsewhere.url());
    let server = Server::start(answer.into_bytes());
    let refused = read(HttpKeyListSource::default().keys(&server.url()).await).unwrap_err();
    assert_eq!(
        refused,
        "`127.0.0.1` sends whoever asks for the keys elsewhere (302 Found): give the address where it ends"
    );
    drop(TcpStream::connect(elsewhere.address).unwrap());
    assert_eq!(elsewhere.thread.join().unwrap(), "", "the first connection is ours");
}

#[tokio::test]
async fn only_200_is_an_answer() {
    for status in ["500 Internal Server Error", "404 Not Found", "201 Created", "206 Partial Content"] {
        let refused = told(status, "[]").await.unwrap_err();
        assert_eq!(refused, format!("`127.0.0.1` has no keys for us, it answers {status}; it has to be 200"));
    }
}

#[tokio::test]
async fn an_answer_has_a_limit() {
    let padded = |length: usize| format!("[]{}", " ".repeat(length - 2));
    let limit = usize::try_from(ANSWER).unwrap();
    assert_eq!(told("200 OK", &padded(limit)).await, Ok(Vec::new()));
    let refused = told("200 OK", &padded(limit + 1)).await.unwrap_err();
    assert_eq!(refused, "the list of keys of `127.0.0.1` is larger than 2097152 bytes");
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_told() {
    let refused = told("200 OK", "<html>").await.unwrap_err();
    assert_eq!(refused, "what `127.0.0.1` answers is not JSON, or not all of it");
    let refused = told("200 OK", r#"["one", "Two"]"#).await.unwrap_err();
    assert!(
        refused.contains("number 2 of the list of `127.0.0.1`") && refused.contains("`Two`"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_no_list() {
    let server = Server::start(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[]".to_vec());
    let refused = read(HttpKeyListSource::default().keys(&server.url()).await).unwrap_err();
    assert!(refused.starts_with("`127.0.0.1` cannot be asked for the keys: "), "{refused}");
}

#[tokio::test]
async fn who_says_nothing_is_given_up() {
    let short = HttpKeyListSource { limit: Duration::from_millis(200), ..HttpKeyListSource::default() };
    let silent = Server::start(Vec::new());
    let refused = read(short.keys(&silent.url()).await).unwrap_err();
    assert_eq!(refused, "`127.0.0.1` has not sent all keys within 0 seconds");
}

#[tokio::test]
async fn who_is_not_there_is_told() {
    let gone = Server::answering("200 OK", "[]");
    let url = gone.url();
    drop(TcpStream::connect(gone.address).unwrap());
    gone.thread.join().unwrap();
    let refused = read(HttpKeyListSource::default().keys(&url).await).unwrap_err();
    assert!(refused.starts_with("`127.0.0.1` cannot be asked for the keys: "), "{refused}");
}

#[tokio::test]
async fn an_address_has_a_scheme_and_a_host() {
    for url in ["", "keys", "/keys", "localhost/keys", "ftp://localhost/keys", "http:///keys", "http://a b/"]
    {
        let refused = read(HttpKeyListSource::default().keys(url).await).unwrap_err();
        assert!(refused.contains("cannot be asked for keys: give an address"), "{url}: {refused}");
    }
}
