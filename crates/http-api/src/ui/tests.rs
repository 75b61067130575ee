use actix_web::http::StatusCode;

use super::*;
use crate::testing::{Answer, World};

static FILES: &[File] = &[
    File { path: "assets/main-1a2b.js", hash: "ab", plain: b"plain", brotli: Some(b"br"), gzip: Some(b"gz") },
    File { path: "favicon.svg", hash: "cd", plain: b"<svg/>", brotli: None, gzip: None },
    File { path: "index.html", hash: "ef", plain: b"<html>", brotli: None, gzip: None },
];

async fn world() -> World {
    World::new().await.with_ui(Assets::of(FILES))
}

async fn get(world: &World, address: &str, headers: &[(&str, &str)]) -> Answer {
    world.send_anonymously("GET", address, headers, "").await
}

#[actix_web::test]
async fn every_address_of_the_ui_has_its_page_and_a_strict_policy() {
    let world = world().await;
    for address in ["/", "/index.html", "/stacks/1/logs?service=web", "/apiary", "/swagger", "/metricsx"] {
        let page = get(&world, address, &[]).await;
        assert_eq!((page.status, page.text.as_str()), (StatusCode::OK, "<html>"), "{address}");
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-cache"),
            ("content-security-policy", POLICY),
            ("permissions-policy", PERMISSIONS),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(page.header(name), Some(value), "{address}");
        }
    }
    assert!(!POLICY.contains("unsafe") && POLICY.starts_with("default-src 'none';"));
}

#[actix_web::test]
async fn what_is_not_the_ui_stays_as_it_is() {
    let world = world().await;
    let encoded =
        ["/%61pi/v1/stacks", "/%61pi/v1/stacks/1", "/ap%69", "/%6detrics", "/%2fapi/v1/stacks", "/%"];
    let plain = ["/api", "/api/", "/api/v1/nothing", "/api/v1/stacks", "//api/v1/stacks", "//", "/metrics"];
    for address in plain.into_iter().chain(encoded) {
        let answer = get(&world, address, &[]).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::UNAUTHORIZED, "unauthorized"),
            "{address}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; frame-ancestors"), "{policy}");
    }
    // A program is told that there is no such route.
    let known = world.send("GET", "/stacks", &[], "").await;
    assert_eq!((known.status, known.code().as_str()), (StatusCode::NOT_FOUND, "not-found"));
    let unknown = get(&world, "/stacks", &[("Authorization", "Bearer x")]).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        assert_eq!(world.anonymous(method, "/stacks").await.status, StatusCode::UNAUTHORIZED, "{method}");
    }
    assert_eq!(get(&world, "/swagger-ui", &[]).await.header("location"), Some("/swagger-ui/"));
    assert_eq!(get(&world, "/healthz", &[]).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn files_come_in_the_form_that_the_browser_takes() {
    let world = world().await;
    let address = "/assets/main-1a2b.js";
    let check = async |accepted: &str, text: &str, encoding: Option<&str>| {
        let file = get(&world, address, &[("Accept-Encoding", accepted)]).await;
        assert_eq!((file.text.as_str(), file.header("content-encoding")), (text, encoding), "{accepted}");
        assert_eq!(file.header("vary"), Some("Accept-Encoding"));
        assert_eq!(file.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(file.header("content-type"), Some("text/javascript; charset=utf-8"));
        file.header("etag").unwrap().to_owned()
    };
    let brotli = check("gzip, deflate, br", "br", Some("br")).await;
    let gzip = check("br;q=0, gzip", "gz", Some("gzip")).await;
    let plain = check("identity", "plain", None).await;
    assert!(brotli != gzip && gzip != plain);
    assert_eq!(get(&world, "/favicon.svg", &[]).await.header("vary"), None);
    let missing = get(&world, "/assets/main-9z9z.js", &[]).await;
    assert_eq!((missing.status, missing.header("cache-control")), (StatusCode::NOT_FOUND, Some("no-store")));
}

#[actix_web::test]
async fn what_the_browser_has_is_not_sent_again() {
    let world = world().await;
    let page = get(&world, "/stacks", &[]).await;
    let etag = page.header("etag").unwrap();
    for known in [etag.to_owned(), format!("\"x\", W/{etag}"), "*".to_owned()] {
        let again = get(&world, "/", &[("If-None-Match", &known)]).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{known}");
        assert_eq!((again.header("etag"), again.header("cache-control")), (Some(etag), Some("no-cache")));
        assert_eq!(again.header("content-security-policy"), Some(POLICY));
    }
    let other = get(&world, "/", &[("If-None-Match", "\"ef-br\"")]).await;
    assert_eq!(other.status, StatusCode::OK);
    let head = world.anonymous("HEAD", "/").await;
    assert_eq!((head.status, head.header("etag")), (StatusCode::OK, Some(etag)));
}

#[actix_web::test]
async fn without_a_ui_the_page_says_how_to_build_it() {
    let world = World::new().await;
    for address in ["/", "/stacks", "/assets/main.js"] {
        let page = get(&world, address, &[]).await;
        assert_eq!((page.status, page.header("content-security-policy")), (StatusCode::OK, Some(POLICY)));
        assert!(page.text.contains("just web") && page.text.contains("/swagger-ui/"), "{}", page.text);
        assert!(!page.text.contains("<script") && !page.text.contains("style"), "{}", page.text);
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
    assert_eq!(world.send("GET", "/api/v1/stacks", &[], "").await.status, StatusCode::OK);
}
