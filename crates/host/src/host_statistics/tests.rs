use super::*;

const STAT: &str = "cpu  100 20 30 4000 50 6 7 8 90 10\ncpu0 50 10 15 2000 25 3 3 4 45 5\ncpu1 50 10 15 2000 25 3 4 4 45 5\nintr 12 3\nctxt 4\n";
const MEMINFO: &str = "MemTotal:        8039232 kB\nMemFree:          123456 kB\nMemAvailable:    4000000 kB\nSwapTotal:       1048576 kB\nSwapFree:         524288 kB\n";

#[test]
fn files_of_the_system_are_read() {
    // Guest times are part of user and nice, so the last two numbers do not count again.
    assert_eq!(CpuTimes::parse(STAT), Some(CpuTimes { busy: 171, all: 4_221, cpus: 2 }));
    let memory = Memory {
        total: 8_039_232 << 10,
        available: 4_000_000 << 10,
        swap_total: 1_048_576 << 10,
        swap_free: 524_288 << 10,
    };
    assert_eq!(Memory::parse(MEMINFO), Some(memory));
    assert_eq!(proc_files::load("0.07 12.50 100.00 1/234 5678\n"), Some([7, 1_250, 10_000]));
}

#[test]
fn what_is_something_else_is_not_read() {
    for text in ["", "cpu\n", "cpu  a b c d\n", "cpu0 1 2 3 4\n", "cpu  1 2 3\n"] {
        assert_eq!(CpuTimes::parse(text), None, "{text:?}");
    }
    assert_eq!(Memory::parse("MemTotal: 5 kB\n"), None);
    for text in ["", "0.1 0.2 0.3", "1 2 3", "0.07 12.50"] {
        assert_eq!(proc_files::load(text), None, "{text:?}");
    }
}

#[tokio::test]
async fn this_machine_has_memory_and_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    let host = ProcHost::of_installation(folder.path());
    std::fs::create_dir(folder.path().join("stacks")).unwrap();
    let root = folder.path().display().to_string();
    let reading = host.read(Some(root)).await.unwrap();
    assert!(reading.cpus >= 1 && reading.cpu_all >= reading.cpu_busy, "{reading:?}");
    assert!(reading.memory_total >= reading.memory_available && reading.memory_total > 0, "{reading:?}");
    let [disk] = &reading.disks[..] else { panic!("one disk is listed once: {reading:?}") };
    assert_eq!(disk.purposes, [DiskPurpose::Data, DiskPurpose::Stacks, DiskPurpose::Engine]);
    assert!(disk.total >= disk.available, "{disk:?}");
    let hidden = host.read(Some("/nowhere/docker".to_owned())).await.unwrap();
    assert_eq!(hidden.disks[0].purposes.len(), 2, "a folder that cannot be seen is left out");
}

#[tokio::test]
async fn a_reading_that_is_stuck_takes_one_thread() {
    let folder = tempfile::tempdir().unwrap();
    let host = ProcHost::of_installation(folder.path());
    host.busy.store(true, Ordering::Release);
    assert_eq!(host.read(None).await, None);
}

#[tokio::test]
async fn without_a_proc_there_is_no_reading() {
    let folder = tempfile::tempdir().unwrap();
    let host = ProcHost { proc: folder.path().to_owned(), ..ProcHost::of_installation(folder.path()) };
    assert_eq!(host.read(None).await, None);
    assert_eq!(host.read(None).await, None, "the first one is over");
}
