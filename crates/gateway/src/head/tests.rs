use http::Request;

use super::*;

fn host(target: &str, version: Version, hosts: &[&str]) -> Result<String, HeadFlaw> {
    let mut request = Request::builder().uri(target).version(version);
    for host in hosts {
        request = request.header(HOST, *host);
    }
    let mut request = request.body(()).unwrap();
    let host = examine(&mut request)?;
    assert!(request.uri().authority().is_none() && request.headers().contains_key(HOST));
    Ok(host.as_str().to_owned())
}

#[test]
fn the_host_of_a_request_is_found_in_every_form() {
    let http1 = |host_header: &str| host("/", Version::HTTP_11, &[host_header]);
    for (written, meant) in [
        ("shop.test", "shop.test"),
        ("Shop.TEST:8080", "shop.test"),
        ("shop.test.", "shop.test"),
        ("shop.test.:443", "shop.test"),
        ("10.0.0.1:80", "10.0.0.1"),
        ("[::1]", "[::1]"),
        ("[FD00::1]:8080", "[fd00::1]"),
        ("shop.test:", "shop.test"),
    ] {
        assert_eq!(http1(written).as_deref(), Ok(meant), "{written}");
    }
    for bad in
        ["", ".", ":80", "a b", "a/b", "a@b", "a,b", "[::1", "[::1]x", "::1", "a:999999", "a:80:80", "é"]
    {
        assert_eq!(http1(bad), Err(HeadFlaw::BadHost), "{bad:?}");
    }
    assert_eq!(host("http://a.test/", Version::HTTP_2, &[]).as_deref(), Ok("a.test"));
    assert_eq!(host("http://a.test/", Version::HTTP_11, &["A.test"]).as_deref(), Ok("a.test"));
    assert_eq!(host("http://a.test/", Version::HTTP_11, &[]), Err(HeadFlaw::NoHost));
    assert_eq!(host("http://a.test/", Version::HTTP_2, &["b.test"]), Err(HeadFlaw::OtherHost));
    assert_eq!(host("/", Version::HTTP_11, &["a.test", "a.test"]), Err(HeadFlaw::TwoHosts));
    assert_eq!(host("/", Version::HTTP_11, &[]), Err(HeadFlaw::NoHost));
}
