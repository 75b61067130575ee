//! Web servers that take artifacts, and proxies in front of them.

use serde_json::json;

use super::{applied, is_wanted, page, page_in_time, shell, worker};
use crate::deploy::{archive, war};
use crate::harness::{Installation, free_port};

#[test]
fn sites_behind_proxies() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let ports: Vec<u16> = std::iter::repeat_with(free_port).take(7).collect();
    let stack = applied(
        &installation,
        "web",
        &json!([
            {"entry": "static-site", "as": "pages", "options": {"publish": ports[0], "single_page": true}, "connect": {}},
            {"entry": "httpd", "as": "apache", "options": {"publish": ports[1], "listing": true}, "connect": {}},
            {"entry": "tomcat", "as": "tomcat", "options": {"publish": ports[2], "context": "ROOT"}, "connect": {}},
            {"entry": "nginx", "as": "nginx", "options": {"publish": ports[3]}, "connect": {"upstream": "tomcat"}},
            {"entry": "haproxy", "as": "haproxy", "options": {"publish": ports[4]}, "connect": {"upstream": "apache"}},
            {"entry": "caddy", "as": "caddy", "options": {"http_port": ports[5], "https_port": ports[6], "address": "127.0.0.1"},
             "connect": {"upstream": "pages"}},
            worker("visitor", &json!({})),
        ]),
    );
    let before = stack.runs();
    stack.deploy("pages/site", "site.tar", &archive(&[("index.html", b"pages")])).done();
    assert_eq!(page(ports[0], "/somewhere/else"), "pages");

    let site: [(&str, &[u8]); 4] = [
        ("index.html", b"apache"),
        ("list/a.txt", b""),
        // What such files usually say.
        (
            ".htaccess",
            b"RewriteEngine On\nRewriteRule ^moved$ /index.html [L]\nHeader set X-Served-By apache\nExpiresActive On\n\
              <Files secret.txt>\nRequire all denied\n</Files>\n",
        ),
        ("secret.txt", b"secret"),
    ];
    stack.deploy("apache/site", "site.tar", &archive(&site)).done();
    assert_eq!(page(ports[1], "/moved"), "apache");
    assert!(page(ports[1], "/list/").contains("a.txt"));
    assert!(super::try_page(ports[1], "/secret.txt").unwrap_err().contains("403"));

    let web_xml = r#"<?xml version="1.0"?><web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"></web-app>"#;
    let shop = war(&[("index.html", "tomcat"), ("WEB-INF/web.xml", web_xml)]);
    stack.deploy("tomcat/app", "shop-1.0.war", &shop).done();
    assert_eq!(page(ports[2], "/"), "tomcat");
    assert!(shell(&stack, "tomcat", "tr '\\0' ' ' </proc/1/cmdline").contains("-XX:MaxRAMPercentage="));
    assert_eq!(stack.runs(), before, "nothing was restarted");

    assert_eq!(page_in_time(ports[3], "/"), "tomcat");
    assert_eq!(page_in_time(ports[4], "/"), "apache");
    assert_eq!(page(ports[5], "/"), "", "visitors are sent to HTTPS");
    let secure = "curl -kfsS --connect-to localhost:443:caddy:443 https://localhost/";
    assert_eq!(shell(&stack, "visitor", secure), "pages");
}
