//! Converts a `docker run` command to a compose file: `docker-run-to-compose 'docker run -p 80:80 nginx'`, or with the
//! command on standard input.

use std::io::Read as _;
use std::process::ExitCode;

use core_monitor_compose::docker_run::convert;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program for the terminal")]
fn main() -> ExitCode {
    let mut line = std::env::args().nth(1).unwrap_or_default();
    if line.is_empty()
        && let Err(error) = std::io::stdin().take(1 << 20).read_to_string(&mut line)
    {
        eprintln!("error: cannot read standard input: {error}");
        return ExitCode::from(2);
    }
    match convert(&line) {
        Ok(converted) => {
            for note in &converted.notes {
                eprintln!("note: {note}");
            }
            print!("{}", converted.compose);
            ExitCode::SUCCESS
        }
        Err(errors) => {
            for error in &errors {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}
