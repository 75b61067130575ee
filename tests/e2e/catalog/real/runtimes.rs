//! Runtimes with a small application each.

use serde_json::json;

use super::{applied, is_wanted, page, page_in_time};
use crate::deploy::{archive, war};
use crate::harness::{Installation, free_port};

const PYTHON: &[u8] = br#"
import http.server, os, greeting
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(greeting.words.encode())
http.server.HTTPServer(("", int(os.environ["PORT"])), Page).serve_forever()
"#;
const NODE: &[u8] = br#"
const http = require("http"), words = require("greeting");
http.createServer((_, answer) => answer.end(words + " " + process.env.NODE_ENV)).listen(process.env.PORT);
"#;
const PHP: &[u8] =
    br#"<?php echo "php ", PHP_MAJOR_VERSION, " ", ini_get("memory_limit"), " ", $_SERVER["REQUEST_URI"];"#;
/// A program in one file.
const PROGRAM: &[u8] = b"#!/usr/bin/perl
use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 5, ReuseAddr => 1) or die;
while (my $c = $s->accept) { my $l = <$c>; print $c qq(HTTP/1.0 200 OK\\r\\n\\r\\nprogram) if $l; close $c }
";

#[test]
fn each_runs_an_application() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let ports: Vec<u16> = std::iter::repeat_with(free_port).take(5).collect();
    let stack = applied(
        &installation,
        "runtimes",
        &json!([
            {"entry": "php", "as": "php", "options": {"publish": ports[0]}, "connect": {}},
            {"entry": "python", "as": "python", "options": {"publish": ports[1]}, "connect": {}},
            {"entry": "node", "as": "node", "options": {"publish": ports[2]}, "connect": {}},
            {"entry": "java", "as": "java",
             "options": {"publish": ports[3], "health_path": "/", "arguments": "-b 0.0.0.0 -p 8080 -d /srv/app"}, "connect": {}},
            {"entry": "binary", "as": "binary", "options": {"publish": ports[4]}, "connect": {}},
        ]),
    );
    stack.deploy("php/app", "app.tar", &archive(&[("public/index.php", PHP)])).done();
    assert_eq!(page(ports[0], "/any/path"), "php 8 128M /any/path");
    let app: [(&str, &[u8]); 2] = [("app.py", PYTHON), ("vendor/greeting.py", b"words = 'python'")];
    stack.deploy("python/app", "app.tar", &archive(&app)).done();
    assert_eq!(page_in_time(ports[1], "/"), "python");
    let app: [(&str, &[u8]); 2] =
        [("server.js", NODE), ("node_modules/greeting/index.js", b"module.exports = 'node'")];
    stack.deploy("node/app", "app.tar", &archive(&app)).done();
    assert_eq!(page_in_time(ports[2], "/"), "node production");
    // The web server that comes with Java, started as any program in a .jar file is.
    let jar = war(&[(
        "META-INF/MANIFEST.MF",
        "Manifest-Version: 1.0\nMain-Class: sun.net.httpserver.simpleserver.Main\n",
    )]);
    stack.deploy("java/app", "app-1.0.jar", &jar).done();
    assert!(page_in_time(ports[3], "/").contains("app.jar"));
    stack.deploy("binary/app", "server", PROGRAM).done();
    assert_eq!(page_in_time(ports[4], "/"), "program");
}
