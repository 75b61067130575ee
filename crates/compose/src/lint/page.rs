//! Generates the reference page.

use super::RULES;
use std::fmt::Write;

/// The page of all rules, in Markdown: `docs/reference/lint.md`.
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Lint\n\n\
         The lint checks whether a definition is ready for production. Findings block nothing: a definition with findings \
         can be saved and applied. `POST /api/v1/lint` returns them, and so does every version. Generated from \
         `crates/compose/src/lint.rs`; do not edit.\n\n\
         An `error` makes starting the stack fail or gives anyone access; a `warning` works but is risky; an `info` is worth \
         considering.\n\n\
         ## Ignoring on purpose\n\n\
         At the top level for the whole file, or in one service:\n\n\
         ```yaml\n\
         x-lint:\n  ignore: [no-digest]\n\
         services:\n  agent:\n    x-lint: {ignore: [docker-socket, runs-as-root]}\n\
         ```\n\n\
         Ignored findings are still counted, so that they are not forgotten.\n\n\
         ## Rules\n\n",
    );
    for rule in RULES.iter().copied().flatten() {
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "### `{}`\n\n**{}**: {}.\n\n{}\n\nFix: {}.\n",
            rule.code,
            rule.severity,
            rule.title,
            rule.why,
            (rule.cure)()
        );
    }
    page.push_str("## Checklist\n\nWhat people check before going to production, and the rules that check it:\n\n| item | rules |\n| --- | --- |\n");
    for (item, rules) in super::CHECKLIST {
        let rules: Vec<String> = rules.iter().map(|code| format!("`{code}`")).collect();
        let _ = writeln!(page, "| {item} | {} |", rules.join(", "));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/lint.md");
        #[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
        if std::env::var("UPDATE_GENERATED").is_ok() {
            std::fs::write(path, reference_page()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(page == reference_page(), "run `UPDATE_GENERATED=1 cargo test -p core-monitor-compose`");
    }
}
