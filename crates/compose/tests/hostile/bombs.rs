//! Files that would cost a naive reader minutes or gigabytes, with how the refusal begins or ends.

use core_monitor_compose::ProjectFiles;

/// One of them.
pub(crate) struct Bomb {
    pub(crate) name: &'static str,
    pub(crate) files: fn() -> ProjectFiles,
    /// How what is said of it begins.
    pub(crate) begins: &'static str,
    /// How it ends.
    pub(crate) ends: &'static str,
}

/// All of them.
pub(crate) const BOMBS: &[Bomb] = &[
    Bomb {
        name: "aliases of aliases",
        files: || {
            let bomb = lines(30, |n| format!("x-{}: &a{} [*a{n}, *a{n}]", n + 1, n + 1));
            compose(format!("x-0: &a0 [x, x]\n{bomb}services: {{a: {{image: demo}}}}\n"))
        },
        begins: "compose.yml:16:19: ",
        ends: "aliases expand to more than 200000 values",
    },
    Bomb {
        name: "aliases of one long text",
        files: || {
            let uses = lines(1000, |_| "  - *a".to_owned());
            compose(format!(
                "x-a: &a {}\nx-b:\n{uses}services: {{a: {{image: demo}}}}\n",
                "y".repeat(1 << 20)
            ))
        },
        begins: "compose.yml:9:5: ",
        ends: "aliases expand to more than 200000 values",
    },
    Bomb {
        name: "merges of one large mapping",
        files: || {
            let keys = lines(3000, |n| format!("  k{n}: v"));
            let merges = lines(3000, |n| format!("  s{n}: {{<<: *a, image: demo}}"));
            compose(format!("x-a: &a\n{keys}services:\n{merges}"))
        },
        begins: "compose.yml:30",
        ends: "more than 200000 values",
    },
    Bomb {
        name: "brackets",
        files: || compose(format!("x-a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000))),
        begins: "compose.yml:1:",
        ends: "",
    },
    Bomb {
        name: "a service extended by many",
        files: || {
            let variables = lines(2000, |n| format!("      V{n}: x"));
            let services = lines(2000, |n| format!("  s{n}: {{extends: base}}"));
            compose(format!("services:\n  base:\n    image: demo\n    environment:\n{variables}{services}"))
        },
        begins: "compose.yml:2",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "services that extend each other in a long line",
        files: || {
            let variables = lines(1000, |n| format!("      V{n}: x"));
            let chain = lines(5000, |n| format!("  s{}: {{extends: s{n}}}", n + 1));
            compose(format!("services:\n  s0:\n    image: demo\n    environment:\n{variables}{chain}"))
        },
        begins: "compose.yml:",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "documents over one large service",
        files: || {
            let variables = lines(20_000, |n| format!("      V{n}: x"));
            let over = lines(2000, |n| format!("---\nservices: {{a: {{environment: {{V{n}: y}}}}}}"));
            compose(format!("services:\n  a:\n    image: demo\n    environment:\n{variables}{over}"))
        },
        begins: "compose.yml:200",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "port ranges",
        files: || {
            let ranges = lines(50, |n| format!("      - 1-65535/{}", if n % 2 == 0 { "tcp" } else { "udp" }));
            compose(format!("services:\n  a:\n    image: demo\n    ports:\n{ranges}"))
        },
        begins: "compose.yml:8:9: ",
        ends: "more than 200000 ports",
    },
    Bomb {
        name: "variables that double",
        files: || {
            let doubling = lines(60, |n| format!("A{}=$A{n}$A{n}", n + 1));
            with("services: {a: {image: $A60}}\n", ".env", format!("A0=x\n{doubling}"))
        },
        begins: ".env:25:5: ",
        ends: "variables expand to too much text",
    },
    Bomb {
        name: "one long variable used often",
        files: || {
            let often = "$A".repeat(1 << 20);
            let text = format!("services: {{a: {{image: {often}}}}}\n");
            with(&text, ".env", format!("A={}\n", "x".repeat(1 << 20)))
        },
        begins: "compose.yml:1:23: ",
        ends: "variables expand to too much text",
    },
    Bomb {
        name: "defaults in defaults",
        files: || {
            let nested = format!("{}x{}", "${A:-".repeat(50_000), "}".repeat(50_000));
            compose(format!("services: {{a: {{image: '{nested}'}}}}\n"))
        },
        begins: "compose.yml:1:",
        ends: "is nested too deep (write `$$` for a literal `$`)",
    },
    Bomb {
        name: "one env file read by many",
        files: || {
            let services = lines(100, |n| format!("  s{n}: {{image: demo, env_file: a.env}}"));
            with(&format!("services:\n{services}"), "a.env", lines(100_000, |n| format!("K{n}=v")))
        },
        begins: "compose.yml:",
        ends: "env files have more than 4194304 bytes together",
    },
    Bomb {
        name: "one large file extended by many documents",
        files: || {
            let services =
                |n| format!("---\nservices: {{s{n}: {{extends: {{file: base.yml, service: s}}}}}}");
            let base = format!("#{}\nservices: {{s: {{image: demo}}}}\n", "-".repeat(1 << 20));
            with(&lines(100, services), "base.yml", base)
        },
        begins: "base.yml:1:1: ",
        ends: "the compose files have more than 16777216 bytes together",
    },
    Bomb {
        name: "files that include the next one twice",
        files: || {
            let mut files = compose("include: [0.yml, 0.yml]\n".to_owned());
            for n in 0..40 {
                files.add(format!("{n}.yml"), format!("include: [{0}.yml, ./{0}.yml]\n", n + 1));
            }
            files.add("40.yml", "services: {a: {image: demo}}\n");
            files
        },
        begins: "",
        ends: "more than 200 files are included",
    },
    Bomb {
        name: "everything waits for everything",
        files: || {
            let names: Vec<String> = (0..400).map(|n| format!("s{n}")).collect();
            let list = names.join(", ");
            let services = lines(400, |n| format!("  s{n}: {{image: demo, depends_on: [{list}]}}"));
            compose(format!("services:\n{services}"))
        },
        begins: "compose.yml:2:",
        ends: "",
    },
    Bomb {
        name: "misspelt names",
        files: || {
            let line = |n| format!("  service-{n}: {{image: demo, depends_on: [servise-{n}]}}");
            compose(format!("services:\n{}", lines(5000, line)))
        },
        begins: "compose.yml:2:41: service `service-0` depends on undefined service `servise-0`",
        ends: "(did you mean `service-1`?)",
    },
];

fn compose(text: String) -> ProjectFiles {
    ProjectFiles::single("compose.yml", text)
}

fn with(compose: &str, path: &str, content: String) -> ProjectFiles {
    let mut files = ProjectFiles::single("compose.yml", compose);
    files.add(path, content);
    files
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|n| line(n) + "\n").collect()
}
