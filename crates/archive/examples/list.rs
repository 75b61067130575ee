//! `list FILE`: lists the files of an archive, or prints why it is rejected.
#![expect(clippy::print_stdout, reason = "an example prints to standard output")]

use std::error::Error;
use std::fs::File;

use core_monitor_archive::{Format, Limits, read};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("no archive given")?;
    let format = match path.rsplit('.').next() {
        Some("tar") => Format::Tar,
        Some("zip") => Format::Zip,
        _ => Format::TarGz,
    };
    for file in read(format, File::open(&path)?, &Limits::default())? {
        println!("{} {:>9} {}", if file.executable { 'x' } else { '-' }, file.bytes.len(), file.path);
    }
    Ok(())
}
