//! Applications with the databases that they are connected to, and tools.

use serde_json::json;

use super::{applied, is_wanted, page, shell};
use crate::harness::{Installation, free_port};

#[test]
fn miniflux_and_wordpress_set_up_their_databases() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let (feeds, blog) = (free_port(), free_port());
    let stack = applied(
        &installation,
        "applications",
        &json!([
            {"entry": "miniflux-postgres", "as": "feeds", "options": {"publish": feeds, "admin": "reader"}, "connect": {}},
            {"entry": "wordpress-mariadb", "as": "blog", "options": {"publish": blog, "max_upload": 77}, "connect": {}},
        ]),
    );
    // The first user, from the secret file.
    let password = shell(&stack, "feeds", "cat /run/secrets/feeds_password");
    let mut curl = crate::harness::command("curl");
    curl.args(["--silent", "--fail", "--user", &format!("reader:{password}")]);
    let me = curl.arg(format!("http://127.0.0.1:{feeds}/v1/me")).output().unwrap();
    let me = String::from_utf8_lossy(&me.stdout).into_owned();
    assert!(me.contains("\"username\":\"reader\"") && me.contains("\"is_admin\":true"), "{me}");

    let installer = page(blog, "/wp-admin/install.php");
    assert!(installer.contains("WordPress &rsaquo; Installation"), "{installer}");
    let limit = shell(&stack, "blog", "echo '<?php echo ini_get(\"upload_max_filesize\");' >limit.php");
    assert_eq!(limit, "");
    assert_eq!(page(blog, "/limit.php"), "77M");
}

#[test]
fn tools_answer() {
    if !is_wanted() {
        return;
    }
    let installation = Installation::start();
    let (adminer, registry) = (free_port(), free_port());
    let stack = applied(
        &installation,
        "tools",
        &json!([
            {"entry": "postgres", "as": "db", "version": "17", "options": {}, "connect": {}},
            {"entry": "adminer", "as": "adminer", "options": {"publish": adminer}, "connect": {"database": "db"}},
            {"entry": "registry", "as": "registry", "options": {"publish": registry}, "connect": {}},
        ]),
    );
    assert!(page(adminer, "/").contains("Adminer"));
    let connects = "php -r 'echo fsockopen(\"db\", 5432) ? \"connected\" : \"\";'";
    assert_eq!(shell(&stack, "adminer", connects), "connected");
    // An image of the tests goes into the registry and is there.
    let name = format!("127.0.0.1:{registry}/kept:1");
    crate::harness::docker(&["tag", "test/busybox:1", &name]);
    let pushed = crate::harness::try_docker(&["push", &name]);
    crate::harness::docker(&["rmi", &name]);
    assert!(pushed.is_ok(), "{pushed:?}");
    assert_eq!(page(registry, "/v2/kept/tags/list").trim(), r#"{"name":"kept","tags":["1"]}"#);
}
