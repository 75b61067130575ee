//! Files that would cost a naive loader minutes or gigabytes, with the start and end of the expected error.

use core_monitor_compose::ProjectFiles;

/// One of them.
pub(crate) struct Bomb {
    pub(crate) name: &'static str,
    pub(crate) files: fn() -> ProjectFiles,
    /// The start of the expected error.
    pub(crate) starts: &'static str,
    /// The end of the expected error.
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
        starts: "compose.yml:16:19: ",
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
        starts: "compose.yml:9:5: ",
        ends: "aliases expand to more than 200000 values",
    },
    Bomb {
        name: "merges of one large mapping",
        files: || {
            let keys = lines(3000, |n| format!("  k{n}: v"));
            let merges = lines(3000, |n| format!("  s{n}: {{<<: *a, image: demo}}"));
            compose(format!("x-a: &a\n{keys}services:\n{merges}"))
        },
        starts: "compose.yml:30",
        ends: "more than 200000 values",
    },
    Bomb {
        name: "brackets",
        files: || compose(format!("x-a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000))),
        starts: "compose.yml:1:",
        ends: "",
    },
    Bomb {
        name: "a service extended by many",
        files: || {
            let variables = lines(2000, |n| format!("      V{n}: x"));
            let services = lines(2000, |n| format!("  s{n}: {{extends: base}}"));
            compose(format!("services:\n  base:\n    image: demo\n    environment:\n{variables}{services}"))
        },
        starts: "compose.yml:2",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "services that extend each other in a long line",
        files: || {
            let variables = lines(1000, |n| format!("      V{n}: x"));
            let chain = lines(5000, |n| format!("  s{}: {{extends: s{n}}}", n + 1));
            compose(format!("services:\n  s0:\n    image: demo\n    environment:\n{variables}{chain}"))
        },
        starts: "compose.yml:",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "services that extend each other in a long line, the last one first",
        files: || {
            let chain = lines(60_000, |n| format!("  s{n}: {{extends: s{}}}", n + 1));
            compose(format!("services:\n{chain}  s60000: {{image: demo}}\n"))
        },
        starts: "compose.yml:",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "documents over one large service",
        files: || {
            let variables = lines(20_000, |n| format!("      V{n}: x"));
            let over = lines(2000, |n| format!("---\nservices: {{a: {{environment: {{V{n}: y}}}}}}"));
            compose(format!("services:\n  a:\n    image: demo\n    environment:\n{variables}{over}"))
        },
        starts: "compose.yml:200",
        ends: "merging copies more than 200000 entries",
    },
    Bomb {
        name: "port ranges",
        files: || {
            let ranges = lines(50, |n| format!("      - 1-65535/{}", if n % 2 == 0 { "tcp" } else { "udp" }));
            compose(format!("services:\n  a:\n    image: demo\n    ports:\n{ranges}"))
        },
        starts: "compose.yml:6:9: ",
        ends: "more than 65536 ports",
    },
    Bomb {
        name: "variables that double",
        files: || {
            let doubling = lines(60, |n| format!("A{}=$A{n}$A{n}", n + 1));
            with("services: {a: {image: $A60}}\n", ".env", format!("A0=x\n{doubling}"))
        },
        starts: ".env:25:5: ",
        ends: "the expanded variables exceed the size limit",
    },
    Bomb {
        name: "one long variable used often",
        files: || {
            let often = "$A".repeat(1 << 20);
            let text = format!("services: {{a: {{image: {often}}}}}\n");
            with(&text, ".env", format!("A={}\n", "x".repeat(1 << 20)))
        },
        starts: "compose.yml:1:23: ",
        ends: "the expanded variables exceed the size limit",
    },
    Bomb {
        name: "defaults in defaults",
        files: || {
            let nested = format!("{}x{}", "${A:-".repeat(50_000), "}".repeat(50_000));
            compose(format!("services: {{a: {{image: '{nested}'}}}}\n"))
        },
        starts: "compose.yml:1:",
        ends: "is nested too deeply (write `$$` for a literal `$`)",
    },
    Bomb {
        name: "one env file read by many",
        files: || {
            let services = lines(100, |n| format!("  s{n}: {{image: demo, env_file: a.env}}"));
            with(&format!("services:\n{services}"), "a.env", lines(100_000, |n| format!("K{n}=v")))
        },
        starts: "compose.yml:",
        ends: "the env files are larger than 4194304 bytes in total",
    },
    Bomb {
        name: "one large file extended by many documents",
        files: || {
            let services =
                |n| format!("---\nservices: {{s{n}: {{extends: {{file: base.yml, service: s}}}}}}");
            let base = format!("#{}\nservices: {{s: {{image: demo}}}}\n", "-".repeat(1 << 20));
            with(&lines(100, services), "base.yml", base)
        },
        starts: "base.yml:1:1: ",
        ends: "the compose files are larger than 16777216 bytes in total",
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
        starts: "",
        ends: "more than 200 included files",
    },
    Bomb {
        name: "everything waits for everything",
        files: || {
            let names: Vec<String> = (0..400).map(|n| format!("s{n}")).collect();
            let list = names.join(", ");
            let services = lines(400, |n| format!("  s{n}: {{image: demo, depends_on: [{list}]}}"));
            compose(format!("services:\n{services}"))
        },
        starts: "compose.yml:2:",
        ends: "",
    },
    Bomb {
        name: "misspelt names",
        files: || {
            let line = |n| format!("  service-{n}: {{image: demo, depends_on: [servise-{n}]}}");
            compose(format!("services:\n{}", lines(5000, line)))
        },
        starts: "compose.yml:2:41: service `service-0` depends on undefined service `servise-0`",
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
