use super::*;

fn wants(method: &str, lines: &str) -> &'static str {
    let mut headers = HeaderMap::new();
    for line in lines.split('\n').filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    match Wants::of(&method.parse().unwrap(), &headers) {
        Wants::Page => "page",
        Wants::Answer => "answer",
    }
}

#[test]
fn only_a_browser_that_opens_a_document_is_shown_a_page() {
    let chrome = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
    let safari = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let sec = |mode: &str, dest: &str, accept: &str| {
        format!("sec-fetch-mode: {mode}\nsec-fetch-dest: {dest}\naccept: {accept}")
    };
    let accept = |value: &str| format!("accept: {value}");
    let table = [
        ("browser opens a document", "GET", sec("navigate", "document", chrome), "page"),
        ("browser asks for its head", "HEAD", sec("navigate", "document", chrome), "page"),
        ("browser that does not say where it shows it", "GET", "sec-fetch-mode: navigate".to_owned(), "page"),
        ("head of that", "HEAD", format!("sec-fetch-mode: navigate\naccept: {chrome}"), "page"),
        ("form of that", "POST", format!("sec-fetch-mode: navigate\naccept: {chrome}"), "answer"),
        (
            "fetch that does not say what for",
            "GET",
            format!("sec-fetch-mode: cors\naccept: {chrome}"),
            "answer",
        ),
        ("only what for", "GET", "sec-fetch-dest: document\naccept: */*".to_owned(), "answer"),
        ("browser fills a frame", "GET", sec("navigate", "iframe", chrome), "answer"),
        ("browser over plain HTTP", "GET", accept(safari), "page"),
        ("head over plain HTTP", "HEAD", accept(safari), "page"),
        ("fetch", "GET", sec("cors", "empty", "*/*"), "answer"),
        ("fetch that lists HTML", "GET", sec("same-origin", "empty", chrome), "answer"),
        ("script", "GET", sec("no-cors", "script", "*/*"), "answer"),
        ("image", "GET", sec("no-cors", "image", "image/avif,image/webp,*/*;q=0.8"), "answer"),
        ("form", "POST", sec("navigate", "document", chrome), "answer"),
        ("old form", "POST", accept(safari), "answer"),
        ("curl", "GET", accept("*/*"), "answer"),
        ("git", "GET", "accept: */*\nuser-agent: git/2.39".to_owned(), "answer"),
        ("nothing said", "GET", String::new(), "answer"),
        ("XHR", "GET", accept("application/json, text/plain, */*"), "answer"),
        ("JSON before HTML", "GET", accept("application/json, text/html"), "answer"),
        ("HTML before JSON", "GET", accept("text/html, application/json"), "page"),
        ("HTML less wanted", "GET", accept("text/html;q=0.5, application/json"), "answer"),
        ("HTML more wanted", "GET", accept("application/json;q=0.5, text/html; q=0.9"), "page"),
        ("HTML not wanted", "GET", accept("text/html;q=0"), "answer"),
        ("HTML after anything", "GET", accept("*/*, text/html"), "answer"),
        ("quality of nonsense", "GET", accept("text/html;q=2, */*;q=0.1"), "answer"),
        ("in two lines", "GET", "accept: text/html\naccept: */*;q=0.8".to_owned(), "page"),
        ("any case", "GET", accept("Text/HTML, */*;Q=0.8"), "page"),
        ("events", "GET", accept("text/event-stream"), "answer"),
        ("WebSocket", "GET", format!("upgrade: websocket\naccept: {safari}"), "answer"),
        ("asset", "GET", sec("no-cors", "style", "text/css,*/*;q=0.1"), "answer"),
        ("put", "PUT", accept(safari), "answer"),
    ];
    for (who, method, headers, expected) in table {
        assert_eq!(wants(method, &headers), expected, "{who}");
    }
}
