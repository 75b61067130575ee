use super::*;

static FILES: &[File] = &[
    File { path: "assets/main-1a2b.js", hash: "ab", plain: b"plain", brotli: Some(b"br"), gzip: Some(b"gz") },
    File { path: "favicon.svg", hash: "cd", plain: b"<svg/>", brotli: None, gzip: None },
    File { path: "index.html", hash: "ef", plain: b"<html>", brotli: None, gzip: Some(b"gz") },
];

fn found(path: &str) -> &'static str {
    match Assets::of(FILES).at(path) {
        Asked::File(file) => file.path,
        Asked::Page(_) => "the page",
        Asked::Missing => "missing",
        Asked::NotBuilt => "not built",
    }
}

#[test]
fn a_path_is_a_file_or_an_address_of_the_ui() {
    for (path, expected) in [
        ("/assets/main-1a2b.js", "assets/main-1a2b.js"),
        ("/favicon.svg", "favicon.svg"),
        ("/", "the page"),
        ("/index.html", "the page"),
        ("/stacks/0194f1c2/logs", "the page"),
        ("/assets", "the page"),
        ("/assets/main-9z9z.js", "missing"),
        ("/assets/../index.html", "missing"),
        ("/robots.txt", "missing"),
        ("/.git/config", "missing"),
        ("/.well-known/security.txt", "missing"),
        ("/containers/web.1", "the page"),
        ("/assets/main-1a2b.js.br", "missing"),
    ] {
        assert_eq!(found(path), expected, "{path}");
    }
    assert!(matches!(Assets::default().at("/"), Asked::NotBuilt));
    assert!(!Assets::default().is_built() && Assets::of(FILES).is_built());
}

#[test]
fn each_form_has_its_own_tag_and_only_hashed_names_are_kept() {
    let brotli = FILES[0].sent(Accepted::read(["br"]));
    assert_eq!((brotli.bytes, brotli.encoding, brotli.etag.as_str()), (&b"br"[..], Some("br"), "\"ab-br\""));
    assert_eq!((brotli.cache, brotli.varies), ("public, max-age=31536000, immutable", true));
    let plain = FILES[0].sent(Accepted::read([]));
    assert_eq!((plain.bytes, plain.encoding, plain.etag.as_str()), (&b"plain"[..], None, "\"ab-plain\""));
    let page = FILES[2].sent(Accepted::read(["br, gzip"]));
    assert_eq!((page.bytes, page.encoding, page.cache), (&b"gz"[..], Some("gzip"), "no-cache"));
    assert!(!FILES[1].sent(Accepted::read(["br"])).varies);
}
