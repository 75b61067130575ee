use super::*;

fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}

fn names_of(headers: &HeaderMap) -> Vec<&str> {
    let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn what_a_connection_names_is_its_own_unless_the_request_would_be_another_one_without_it() {
    let mut request = headers(&[
        ("connection", "x-one, close"),
        ("connection", "X-Two,host, x-forwarded-for,content-length"),
        ("x-one", "1"),
        ("x-two", "2"),
        ("x-three", "3"),
        ("host", "h"),
        ("x-forwarded-for", "1.2.3.4"),
        ("content-length", "5"),
    ]);
    strip_request(&mut request);
    assert_eq!(names_of(&request), ["content-length", "host", "x-forwarded-for", "x-three"]);
}

#[test]
fn trailers_are_asked_for_across_the_gateway_and_nothing_else_is() {
    let te = |value: &'static str| {
        let mut request = headers(&[("te", value), ("connection", "TE"), ("trailer", "x-sum")]);
        strip_request(&mut request);
        request.get(TE).map(|te| te.to_str().unwrap().to_owned())
    };
    assert_eq!(te("gzip, Trailers").as_deref(), Some("trailers"));
    assert_eq!(te("gzip"), None);
}

#[test]
fn an_answer_keeps_what_is_for_the_client() {
    let mut answer = headers(&[
        ("connection", "keep-alive, x-hop"),
        ("keep-alive", "timeout=5"),
        ("x-hop", "1"),
        ("transfer-encoding", "chunked"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("trailer", "x-sum"),
    ]);
    strip_response(&mut answer);
    assert_eq!(names_of(&answer), ["set-cookie", "trailer"]);
    assert_eq!(answer.get_all("set-cookie").iter().count(), 2);
}

#[test]
fn an_upgrade_is_asked_for_only_if_the_connection_says_so() {
    assert!(wants_upgrade(&headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", "websocket")])));
    assert!(!wants_upgrade(&headers(&[("connection", "keep-alive"), ("upgrade", "websocket")])));
    assert!(!wants_upgrade(&headers(&[("connection", "upgrade")])));
}
