//! The reference page.

use super::RULES;
use std::fmt::Write;

/// The page of all rules, in Markdown: `docs/reference/lint.md`.
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Lint\n\n\
         What is looked for in a definition before it is trusted with production. Findings change nothing: a definition \
         with findings can be saved and applied. `POST /api/v1/lint` answers with them, and so does every version. Made \
         from `crates/compose/src/lint.rs`; do not edit.\n\n\
         An `error` fails when the stack is brought up, or is open to anybody; a `warning` works and may hurt; an `info` is \
         worth a thought.\n\n\
         ## Ignoring on purpose\n\n\
         At the top of the file for all of it, or in one service:\n\n\
         ```yaml\n\
         x-lint:\n  ignore: [no-digest]\n\
         services:\n  agent:\n    x-lint: {ignore: [docker-socket, runs-as-root]}\n\
         ```\n\n\
         Ignored findings are counted, so that nobody forgets them.\n\n\
         ## Rules\n\n",
    );
    for rule in RULES.iter().copied().flatten() {
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "### `{}`\n\n**{}**: {}.\n\n{}\n\nCure: {}.\n",
            rule.code, rule.severity, rule.title, rule.why, rule.cure
        );
    }
    page.push_str("## Checklist\n\nWhat people check before production, and the rules that do:\n\n| item | rules |\n| --- | --- |\n");
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
    fn the_page_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/lint.md");
        #[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the tests")]
        if std::env::var("UPDATE_GENERATED").is_ok() {
            std::fs::write(path, reference_page()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(page == reference_page(), "run `UPDATE_GENERATED=1 cargo test -p core-monitor-compose`");
    }
}
