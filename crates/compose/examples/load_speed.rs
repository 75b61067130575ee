//! Measures loading: `load_speed FOLDER` loads every project in the subfolders of FOLDER, then files with 50, 500 and 5,000
//! services, and prints two tables and the peak memory of the process.
//!
//! A project is a folder with a `compose.yml`. Invalid files are measured too, since diagnostics cost the most.

use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const REPEATS: usize = 9;
const SIZES: [usize; 3] = [50, 500, 5_000];

#[expect(clippy::print_stdout, reason = "a benchmark")]
fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("no folder of projects given")?;
    println!("| project | bytes | microseconds |");
    println!("| --- | ---: | ---: |");
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.join("compose.yml").is_file() {
            let files = project(&path)?;
            let bytes: usize =
                files.compose_paths().filter_map(|path| files.get(path)).map(<[u8]>::len).sum();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            println!("| {name} | {bytes} | {:.1} |", micros(median(&files)));
        }
    }
    println!("\n| services | bytes | microseconds |");
    println!("| ---: | ---: | ---: |");
    for size in SIZES {
        let text = large(size);
        let bytes = text.len();
        println!("| {size} | {bytes} | {:.1} |", micros(median(&ProjectFiles::single("compose.yml", text))));
    }
    println!("\npeak {} KiB", peak()?);
    Ok(())
}

fn project(folder: &Path) -> Result<ProjectFiles, Box<dyn Error>> {
    let mut files = ProjectFiles::new();
    add(folder, folder, &mut files)?;
    files.add_compose("compose.yml", std::fs::read(folder.join("compose.yml"))?);
    Ok(files)
}

fn add(root: &Path, folder: &Path, files: &mut ProjectFiles) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            add(root, &path, files)?;
        } else {
            files.add(path.strip_prefix(root)?.to_string_lossy(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

/// The median of a few runs.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn median(files: &ProjectFiles) -> Duration {
    let options = LoadOptions {
        project_name: Some("speed".to_owned()),
        home: Some("/home/me".to_owned()),
        ..LoadOptions::default()
    };
    let mut runs: Vec<Duration> = (0..REPEATS)
        .map(|_| {
            let start = Instant::now();
            let answer = black_box(load(black_box(files), &options));
            let took = start.elapsed();
            drop(answer);
            took
        })
        .collect();
    runs.sort();
    runs[REPEATS / 2]
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Typical services, each depending on the previous one.
fn large(services: usize) -> String {
    let mut text = String::from("x-log: &log {driver: json-file, options: {max-size: 10m}}\nservices:\n");
    for n in 0..services {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "  service-{n}:\n    image: example/service:${{TAG:-1.{n}}}\n    restart: unless-stopped\n    logging: *log\n    \
             environment:\n      NUMBER: {n}\n      ADDRESS: http://service-{n}:8080/\n    ports: ['127.0.0.1:{port}:80']\n    \
             volumes: ['data-{n}:/data', './conf/{n}:/etc/service:ro']\n    healthcheck: {{test: [CMD, check], interval: 10s}}\n    \
             networks: [net-{net}]\n",
            port = 1024 + n % 60_000,
            net = n % 20,
        );
        if n % 10 > 0 {
            let _ = writeln!(text, "    depends_on: {{service-{}: {{condition: service_healthy}}}}", n - 1);
        }
    }
    text.push_str("networks:\n");
    for net in 0..20.min(services) {
        let _ = writeln!(text, "  net-{net}: {{}}");
    }
    text.push_str("volumes:\n");
    for n in 0..services {
        let _ = writeln!(text, "  data-{n}: {{}}");
    }
    text
}

/// Peak memory of this process in KiB.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("the kernel does not report peak memory")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
