//! Answers, and what is told of them.

use super::*;
use crate::fixture::certificates;
use crate::fixture::web_server::WebServer;

fn trust() -> Trust {
    certificates::tls().1
}

fn poster(server: &WebServer) -> Poster {
    Poster::new(server.url("/services/T0/s3cret-hook?key=q-secret"), &trust(), Hidden::default())
}

async fn posted(server: &WebServer) -> Result<(), SendFailure> {
    poster(server).post(vec![("Content-Type", JSON)], b"{}".to_vec()).await
}

/// What is told of this answer, and whether another try makes sense.
async fn told(status: &str, body: &str) -> (String, bool) {
    let failure = posted(&WebServer::answering(status, body)).await.unwrap_err();
    (failure.to_string(), failure.is_worth_another_try())
}

#[tokio::test]
async fn every_success_counts() {
    for status in ["200 OK", "201 Created", "204 No Content"] {
        let server = WebServer::answering(status, "");
        assert_eq!(posted(&server).await, Ok(()));
        let request = server.request().unwrap();
        assert_eq!(request.line, "POST /services/T0/s3cret-hook?key=q-secret HTTP/1.1\r\n");
        assert_eq!(
            (request.header("Content-Type"), request.body.as_slice()),
            (Some("application/json"), &b"{}"[..])
        );
        assert!(request.header("User-Agent").unwrap().starts_with("core-monitor/"));
    }
}

#[tokio::test]
async fn an_answer_says_what_to_try_and_whether_to_try_again() {
    let (text, again) = told("404 Not Found", "no_service\nsecond line").await;
    assert_eq!(
        text,
        "127.0.0.1 rejected the alert, check the address of this channel: 404 Not Found: no_service"
    );
    assert!(!again);
    let (text, again) = told("401 Unauthorized", "").await;
    assert!(text.contains("refused the credentials (401 Unauthorized)") && !again, "{text}");
    for status in ["429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"] {
        let (text, again) = told(status, "").await;
        assert!(text.contains("cannot take the alert now") && again, "{text}");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = WebServer::answering("200 OK", "");
    let answer = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        elsewhere.url("/")
    );
    let failure = posted(&WebServer::start(&answer, None)).await.unwrap_err();
    assert_eq!(failure, SendFailure::Redirected { host: "127.0.0.1".to_owned(), status: 307 });
    std::net::TcpStream::connect(elsewhere.address).unwrap();
    assert!(elsewhere.request().is_none(), "the first connection is ours");
}

#[tokio::test]
async fn an_answer_that_repeats_the_address_gives_nothing_away() {
    let (text, _) =
        told("400 Bad Request", "no hook /services/T0/s3cret-hook, s3cret-hook, key=q-secret and q-secret")
            .await;
    assert!(text.contains("400 Bad Request: no hook …, …, … and …"), "{text}");
    assert!(!text.contains("s3cret") && !text.contains("q-secret"), "{text}");
}

#[tokio::test]
async fn only_the_beginning_of_an_answer_is_read() {
    let told_after = async |lines: usize| told("400 Bad Request", &("\n".repeat(lines) + "words")).await.0;
    assert!(told_after(4_000).await.ends_with("400 Bad Request: words"));
    assert!(told_after(4_096).await.ends_with("400 Bad Request"));
    assert!(told("400 Bad Request", &"x".repeat(1 << 20)).await.0.len() < 400);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = WebServer::start("", None);
    let poster = poster(&server).within(Duration::from_millis(200), &trust());
    let failure = poster.post(Vec::new(), b"{}".to_vec()).await.unwrap_err();
    assert!(matches!(failure, SendFailure::TimedOut { .. }) && failure.is_worth_another_try(), "{failure}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let server = WebServer::answering("200 OK", "");
    let poster = poster(&server);
    poster.post(Vec::new(), b"{}".to_vec()).await.unwrap();
    server.request();
    let failure = poster.post(Vec::new(), b"{}".to_vec()).await.unwrap_err();
    assert!(
        matches!(failure, SendFailure::Unreachable { .. }) && failure.is_worth_another_try(),
        "{failure}"
    );
    let missing = poster.failure(&ureq::Error::HostNotFound);
    assert!(matches!(missing, SendFailure::NoSuchName { .. }) && missing.is_worth_another_try(), "{missing}");
}

#[tokio::test]
async fn a_certificate_counts_only_if_its_authority_is_trusted() {
    let (tls, trust) = certificates::tls();
    let answer = "HTTP/1.1 204 No Content\r\n\r\n";
    for (trust, is_good) in [(trust, true), (self::trust(), false)] {
        let server = WebServer::start(answer, Some(tls.clone()));
        let url = format!("https://{}/", server.address).parse().unwrap();
        let sent = Poster::new(url, &trust, Hidden::default()).post(Vec::new(), b"{}".to_vec()).await;
        match sent {
            Ok(()) => assert!(is_good),
            Err(failure) => {
                assert!(!is_good && matches!(failure, SendFailure::Certificate { .. }), "{failure}");
                assert!(!failure.is_worth_another_try());
            }
        }
    }
}
