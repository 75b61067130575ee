//! Planner scripts: each `cases/*.txt` is a script of commands, and `cases/*.out` has the expected output of the planner.
//!
//! `UPDATE_SCRIPTS=1 cargo test -p core-monitor-tests --test scripts` rewrites the output files; review the changes before
//! keeping them. An output file without a script fails, so that none is left behind.

mod interpreter;
mod world;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/cases");
    let mut trials = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("txt") => trials.push(Trial::test(name, move || check(&path))),
            Some("out") => {
                trials.push(Trial::test(format!("{name}::has_a_script"), move || has_script(&path)));
            }
            _ => return Err(format!("{} is neither a script nor an output file", path.display()).into()),
        }
    }
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

fn check(script: &Path) -> Result<(), Failed> {
    let answer = interpreter::run(&fs::read_to_string(script)?)?;
    let golden = script.with_extension("out");
    // A switch of the test run, not configuration of the product.
    #[expect(clippy::disallowed_methods, reason = "the only switch of this test")]
    let update = std::env::var("UPDATE_SCRIPTS").is_ok();
    if update {
        fs::write(&golden, &answer)?;
        return Ok(());
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    if expected == answer {
        return Ok(());
    }
    Err(format!("{} differs; the output is now:\n{answer}", golden.display()).into())
}

fn has_script(golden: &Path) -> Result<(), Failed> {
    if golden.with_extension("txt").exists() {
        return Ok(());
    }
    Err(format!("{} has no script", golden.display()).into())
}
