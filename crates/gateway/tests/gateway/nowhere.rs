//! Addresses that belong to no service.

use crate::world::{BROWSER, World, mirror};

async fn ask(world: &World, host: &str, path: &str, headers: &str) -> String {
    world.raw(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")).await
}

#[tokio::test]
async fn a_browser_at_an_unknown_host_gets_a_page_and_a_program_a_problem() {
    let world = World::new();
    let page = ask(&world, "other.test", "/", BROWSER).await;
    assert!(page.starts_with("HTTP/1.1 404 ") && page.contains("text/html; charset=utf-8"), "{page}");
    assert!(page.contains("<h1>There is nothing at this address</h1>"), "{page}");
    assert!(
        page.contains("cache-control: no-store")
            && page.contains("content-security-policy: default-src 'none'")
    );
    let page = ask(&world, "other.test", "/", &format!("{BROWSER}Accept-Language: fr\r\n")).await;
    assert!(page.contains("<h1>Il n’y a rien à cette adresse</h1>"), "{page}");
    for headers in
        ["", "Accept: */*\r\n", "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\nAccept: text/html\r\n"]
    {
        let problem = ask(&world, "other.test", "/", headers).await;
        assert!(
            problem.starts_with("HTTP/1.1 404 ") && problem.contains("application/problem+json"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn the_page_is_the_same_for_every_unknown_address_and_names_none_that_is_known() {
    let world = World::with(|plan| plan.declared.paths = vec!["/app".to_owned()]);
    world.wake(1, mirror().await);
    let body = |page: String| {
        let text = page.split_once("\r\n\r\n").unwrap().1.to_owned();
        let (before, rest) = text.split_once("nonce=\"").unwrap();
        (before.to_owned(), rest.split_once('"').unwrap().1.to_owned())
    };
    let unknown_host = body(ask(&world, "other.test", "/app", BROWSER).await);
    let unknown_path = body(ask(&world, "shop.test", "/elsewhere", BROWSER).await);
    assert_eq!(unknown_host, unknown_path);
    let text = format!("{}{}", unknown_host.0, unknown_host.1);
    assert!(!text.contains("shop") && !text.contains(".test"), "{text}");
}
