//! The same with real middleware, from the image of tests/setup/middleware.sh: Tomcat, nginx, Apache with PHP, PostgreSQL.
//! `tests/middleware.sh` makes the image and runs them. Elsewhere they have nothing to do as long as nobody has made it.

use super::{archive, within};
use crate::harness::{Installation, try_docker};

/// Whether the image is there. `tests/middleware.sh` says that it must be.
fn is_there() -> bool {
    let made = try_docker(&["image", "inspect", "test/middleware:1"]).is_ok();
    assert!(made || std::env::var_os("MIDDLEWARE").is_none(), "run tests/setup/middleware.sh first");
    made
}

/// A zip with files that are not compressed, as a WAR is one.
pub(crate) fn war(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    let number = |out: &mut Vec<u8>, value: u32, bytes: usize| out.extend(&value.to_le_bytes()[..bytes]);
    for (path, text) in files {
        let offset = u32::try_from(archive.len()).unwrap();
        let (size, length) = (u32::try_from(text.len()).unwrap(), u32::try_from(path.len()).unwrap());
        let mut common = Vec::new();
        // Version, flags, method, time, date, checksum, sizes, lengths.
        for (value, bytes) in [
            (20, 2),
            (0, 2),
            (0, 2),
            (0, 2),
            (0x21, 2),
            (checksum(text.as_bytes()), 4),
            (size, 4),
            (size, 4),
            (length, 2),
            (0, 2),
        ] {
            number(&mut common, value, bytes);
        }
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend(path.as_bytes());
        archive.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02");
        number(&mut directory, 20, 2);
        directory.extend(&common);
        // Comment, disk, attributes, place.
        for (value, bytes) in [(0, 2), (0, 2), (0, 2), (0, 4), (offset, 4)] {
            number(&mut directory, value, bytes);
        }
        directory.extend(path.as_bytes());
    }
    let (offset, size) = (u32::try_from(archive.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06");
    let count = u32::try_from(files.len()).unwrap();
    for (value, bytes) in [(0, 2), (0, 2), (count, 2), (count, 2), (size, 4), (offset, 4), (0, 2)] {
        number(&mut archive, value, bytes);
    }
    archive
}

/// CRC-32 of a zip.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

const WEB_XML: &str =
    r#"<?xml version="1.0"?><web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"></web-app>"#;

#[test]
fn a_war_is_deployed_into_tomcat_while_it_runs_and_a_broken_one_is_taken_back() {
    if !is_there() {
        return;
    }
    let installation = Installation::start();
    let stack = installation.create(
        "tomcat",
        r#"
services:
  web:
    image: test/middleware:1
    command: [/usr/share/tomcat10/bin/catalina.sh, run]
    stop_grace_period: 5s
    x-core-monitor:
      deploy:
        app:
          target: /var/lib/tomcat10/webapps/
          name: "*.war"
          as: shop.war
          verify:
            log: "Deployment of web application archive [/var/lib/tomcat10/webapps/shop.war] has finished"
            http: { port: 8080, path: /shop/index.html }
            within: 60s
"#,
    );
    stack.apply(1).done();
    let before = stack.runs();
    let page = |text| war(&[("index.html", text), ("WEB-INF/web.xml", WEB_XML)]);
    stack.deploy("web/app", "shop-1.0.war", &page("release one")).done();
    let fetch = ["perl", "-e", FETCH, "8080", "/shop/index.html"];
    assert!(within(&stack, "web-1", &fetch).ends_with("release one"));
    stack.deploy("web/app", "shop-1.1.war", &page("release two")).done();
    assert!(within(&stack, "web-1", &fetch).ends_with("release two"));
    assert_eq!(stack.runs(), before, "Tomcat was never restarted");

    let broken = war(&[("index.html", "release three"), ("WEB-INF/web.xml", "<web-app")]);
    let failed = stack.deploy("web/app", "shop-1.2.war", &broken).ended();
    assert_eq!(failed.status(), "CANCELLED", "{:#}", failed.body);
    assert_eq!(failed.body["failure"]["code"], "DEPLOY_NOT_VERIFIED");
    assert!(failed.body["failure"]["logs"].to_string().contains("WebXmlParser"), "{:#}", failed.body);
    assert!(within(&stack, "web-1", &fetch).ends_with("release two"));
    assert_eq!(stack.runs(), before);
    assert_eq!(stack.show()["current_version"], 3);
}

/// An HTTP request in the image, which has perl.
const FETCH: &str = r#"use IO::Socket::INET; my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die; print $s "GET $ARGV[1] HTTP/1.0\r\n\r\n"; local $/; print <$s>"#;

#[test]
fn a_site_is_deployed_into_nginx_without_a_restart() {
    if !is_there() {
        return;
    }
    let installation = Installation::start();
    let stack = installation.create(
        "nginx",
        r"
services:
  web:
    image: test/middleware:1
    stop_grace_period: 2s
    x-core-monitor:
      deploy:
        site: { target: /var/www/html, form: tree, verify: { http: { port: 80, path: /a/page.html } } }
",
    );
    stack.apply(1).done();
    let before = stack.runs();
    stack.deploy("web/site", "site.tar", &archive(&[("a/page.html", b"one"), ("index.html", b"")])).done();
    stack.deploy("web/site", "site.tar", &archive(&[("a/page.html", b"two"), ("index.html", b"")])).done();
    assert!(within(&stack, "web-1", &["perl", "-e", FETCH, "80", "/a/page.html"]).ends_with("two"));
    assert_eq!(stack.runs(), before);
}

#[test]
fn a_php_application_is_deployed_into_apache() {
    if !is_there() {
        return;
    }
    let installation = Installation::start();
    let stack = installation.create(
        "apache",
        r#"
services:
  web:
    image: test/middleware:1
    command: [apachectl, -D, FOREGROUND]
    stop_grace_period: 2s
    x-core-monitor:
      deploy:
        app: { target: /var/www/html, form: tree, owner: "33:33", verify: { http: { port: 80, path: /app.php } } }
        conf:
          target: /etc/apache2/conf-enabled/
          as: app.conf
          activate: { exec: [apachectl, graceful] }
          verify: { http: { port: 80, path: /moved.php }, within: 20s }
"#,
    );
    stack.apply(1).done();
    let code = b"<?php echo 6 * 7;";
    stack.deploy("web/app", "app.tar", &archive(&[("app.php", code)])).done();
    assert!(within(&stack, "web-1", &["perl", "-e", FETCH, "80", "/app.php"]).ends_with("42"));
    stack.deploy("web/conf", "alias.conf", b"Alias /moved.php /var/www/html/app.php\n").done();
    let failed = stack.deploy("web/conf", "wrong.conf", b"NoSuchDirective on\n").ended();
    assert_eq!(failed.body["failure"]["code"], "ACTIVATION_FAILED", "{:#}", failed.body);
    assert!(within(&stack, "web-1", &["perl", "-e", FETCH, "80", "/moved.php"]).ends_with("42"));
}

#[test]
fn a_migration_is_deployed_into_postgresql() {
    if !is_there() {
        return;
    }
    let installation = Installation::start();
    let stack = installation.create(
        "postgresql",
        r#"
services:
  db:
    image: test/middleware:1
    user: postgres
    command: [postgres, -D, /var/lib/postgresql/15/main, -c, config_file=/etc/postgresql/15/main/postgresql.conf, -k, /tmp]
    stop_grace_period: 5s
    healthcheck: { test: [CMD, pg_isready, -h, /tmp], interval: 500ms, retries: 60 }
    x-core-monitor:
      deploy:
        schema:
          target: /tmp/
          as: schema.sql
          name: "*.sql"
          activate: { exec: [psql, -h, /tmp, -v, ON_ERROR_STOP=1, -f, /tmp/schema.sql] }
          verify: { health: true }
"#,
    );
    stack.apply(1).done();
    let select = |query| within(&stack, "db-1", &["psql", "-h", "/tmp", "-At", "-c", query]);
    stack
        .deploy(
            "db/schema",
            "001.sql",
            b"CREATE TABLE IF NOT EXISTS item (name text); INSERT INTO item VALUES ('a');",
        )
        .done();
    assert_eq!(select("SELECT count(*) FROM item"), "1");
    let failed = stack
        .deploy("db/schema", "002.sql", b"BEGIN; ALTER TABLE item ADD size int; SELECT nonsense; COMMIT;")
        .ended();
    assert_eq!(failed.body["failure"]["code"], "ACTIVATION_FAILED", "{:#}", failed.body);
    assert!(failed.body["failure"]["logs"].to_string().contains("nonsense"), "{:#}", failed.body);
    assert_eq!(select("SELECT count(*) FROM information_schema.columns WHERE table_name = 'item'"), "1");
}
