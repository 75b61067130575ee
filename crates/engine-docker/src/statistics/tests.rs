//! Recorded documents, with what `docker stats --no-stream` of the command line client shows for them.

use core_monitor_domain::statistics::CpuShare;

use super::*;

/// cgroup v1, Engine 20.10, two CPUs, 64 MiB limit: two documents, one second apart.
const V1: [&str; 2] = [include_str!("tests/v1-first.json"), include_str!("tests/v1-second.json")];
/// cgroup v2, Engine 29, four CPUs: the same.
const V2: [&str; 2] = [include_str!("tests/v2-first.json"), include_str!("tests/v2-second.json")];
/// What the engine sends of a container that has ended.
const ENDED: &str = include_str!("tests/ended.json");

fn line(document: &str) -> Vec<u8> {
    let value: serde_json::Value = serde_json::from_str(document).unwrap();
    format!("{value}\n").into_bytes()
}

fn readings(documents: [&str; 2]) -> [Reading; 2] {
    documents.map(|text| serde_json::from_str::<Document>(text).unwrap().reading().unwrap())
}

/// As `docker stats --no-stream` shows it: CPU %, memory usage, limit, network received and sent, block I/O read and written, PIDs.
fn shown([first, second]: [Reading; 2]) -> (String, [u64; 6], u32) {
    let cpu = second.cpu_since(&first).unwrap().to_string();
    let [received, sent, read, written] = second.counters.to_array();
    (cpu, [second.memory.used(), second.memory.limit, received, sent, read, written], second.pids)
}

#[test]
fn numbers_are_those_of_docker_stats() {
    // 638,976 bytes are 624 KiB.
    assert_eq!(shown(readings(V1)), ("20.04 %".to_owned(), [638_976, 67_108_864, 736, 0, 4_096, 12_288], 1));
    assert_eq!(
        shown(readings(V2)),
        ("150.40 %".to_owned(), [48_500_736, 8_232_173_568, 2_000, 1_050, 8_192, 20_480], 11)
    );
}

#[test]
fn a_container_without_networks_and_disks_has_zeros() {
    let reading = serde_json::from_str::<Document>(
        r#"{"read":"2026-01-26T10:00:00Z","blkio_stats":{"io_service_bytes_recursive":null},"memory_stats":{}}"#,
    );
    assert_eq!(reading.unwrap().reading(), Some(Reading::default()));
    let cpus = r#"{"read":"2026-01-26T10:00:00Z","cpu_stats":{"cpu_usage":{"percpu_usage":[1,2,3]}}}"#;
    assert_eq!(serde_json::from_str::<Document>(cpus).unwrap().reading().unwrap().cpus, 3);
}

#[test]
fn only_documents_that_are_due_are_read() {
    let seconds = Duration::from_secs;
    let mut documents = Documents::new(seconds(5));
    let mut taken = Vec::new();
    for second in 0..22_u64 {
        let now = seconds(100) + Duration::from_millis(1_030) * u32::try_from(second).unwrap();
        documents.buffer.extend_from_slice(&line(V1[0]));
        if documents.next(now).unwrap() != Next::Incomplete {
            taken.push(second);
        }
        assert_eq!((documents.next(now).unwrap(), documents.buffer.len()), (Next::Incomplete, 0));
    }
    assert_eq!(taken[0], 0, "the first one at once");
    assert!(taken.len() >= 4 && taken.windows(2).all(|pair| pair[1] - pair[0] <= 5), "{taken:?}");
}

#[test]
fn documents_are_separated_however_they_arrive() {
    let bytes = [line(V1[0]), line(V1[1]), line(ENDED)].concat();
    for step in [1, 7, 100, bytes.len()] {
        let mut documents = Documents::new(Duration::ZERO);
        let mut found = Vec::new();
        for piece in bytes.chunks(step) {
            documents.buffer.extend_from_slice(piece);
            loop {
                match documents.next(Duration::from_secs(1)).unwrap() {
                    Next::Incomplete => break,
                    next => found.push(next),
                }
            }
        }
        let [first, second] = readings(V1);
        assert_eq!(
            found,
            [Next::Reading(first), Next::Reading(second), Next::Ended],
            "{step} bytes at a time"
        );
    }
}

#[test]
fn what_is_no_document_is_an_error() {
    for bytes in [&b"<html>\n"[..], b"7\n", b"{\"read\":7}\n", &vec![b' '; MAX_DOCUMENT + 1]] {
        let mut documents = Documents::new(Duration::ZERO);
        documents.buffer.extend_from_slice(bytes);
        assert!(matches!(documents.next(Duration::ZERO), Err(EngineError::Unavailable { .. })));
    }
}

#[test]
fn a_share_of_nothing_is_none() {
    let [first, _] = readings(V1);
    assert_eq!(first.cpu_since(&first), None);
    assert_eq!(CpuShare::of(0, 0, 2), None);
}
