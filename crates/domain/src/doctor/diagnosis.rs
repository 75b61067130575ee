//! The judgement of each fact.

use core_monitor_message::Message;

use super::facts::{
    DatabaseFacts, EngineState, FolderState, KeyState, LeaseFacts, ListenState, LockState, MachineFacts,
    ROOT, SpaceFacts, StorageFacts,
};
use super::{Finding, Verdict, said};
use crate::observation::ApiVersion;
use crate::time::Timestamp;

/// The oldest API of an engine that is supported.
const OLDEST_API: ApiVersion = ApiVersion { major: 1, minor: 41 };

/// With less space, images and logs fill the disk within hours.
const LITTLE_SPACE: u64 = 2 << 30;

/// With less space, commands stop.
const NO_SPACE: u64 = 200 << 20;

const FEW_FILES: u64 = 10_000;

/// A lease lasts seconds, and is renewed well before its end.
const LATE_MILLIS: i64 = 5_000;

/// Nothing is stored with a time as far in the future: a lease lasts minutes at most.
const FUTURE_MILLIS: i64 = 3_600_000;

/// What is wrong, and what is as it should be, subject by subject.
pub fn diagnose(facts: &MachineFacts) -> Vec<Finding> {
    let mut findings = vec![folder(facts)];
    findings.extend(root_for_another(facts));
    findings.extend(facts.space.map(space));
    findings.push(clock(facts.now, facts.lease));
    findings.push(database(&facts.database));
    findings.push(key(&facts.key, &facts.database));
    findings.extend(facts.storage.iter().flat_map(storage));
    findings.push(worker(facts));
    findings.extend(facts.listen.as_ref().map(listen));
    findings.extend(facts.engine.as_ref().map(|state| engine(state, facts.user)));
    findings
}

fn folder(facts: &MachineFacts) -> Finding {
    let (path, user) = (&facts.data_dir, facts.user);
    match &facts.folder {
        FolderState::Missing { creatable: true } => {
            Finding::warning(said::folder_missing(path), said::start_creates_folder())
        }
        FolderState::Missing { creatable: false } => {
            let advice = if user == ROOT { said::look_at_disk(path) } else { said::make_folder(path, user) };
            Finding::wrong(said::folder_not_creatable(path, user), advice)
        }
        FolderState::NotAFolder => Finding::wrong(said::not_a_folder(path), said::move_it_away(path)),
        FolderState::Unreadable(reason) => {
            Finding::wrong(said::folder_unreadable(path, reason), get_access(facts))
        }
        FolderState::Found { owner, writable: false, .. } => {
            Finding::wrong(said::folder_read_only(path, owner, user), get_access(facts))
        }
        FolderState::Found { mode, .. } if mode & 0o022 != 0 => {
            Finding::wrong(said::folder_shared(path, octal(*mode)), said::close_folder(path))
        }
        FolderState::Found { owner, .. } if *owner != facts.folder.user_of_programs(user) => {
            Finding::warning(said::folder_foreign(path, owner, user), get_access(facts))
        }
        FolderState::Found { mode, .. } if mode & 0o055 != 0 => {
            Finding::warning(said::folder_open(path, octal(*mode)), said::close_folder(path))
        }
        FolderState::Found { owner, .. } => Finding::fine(said::folder_good(path, owner)),
    }
}

/// What opens the data folder, or something in it, to this user. Nothing is to be given to root: the programs run as the owner.
fn get_access(facts: &MachineFacts) -> Message {
    let (path, user) = (&facts.data_dir, facts.user);
    match &facts.folder {
        _ if user == ROOT => said::look_at_disk(path),
        FolderState::Found { owner, .. } if *owner != user => said::hand_over(path, owner, user),
        _ => said::run_as_owner(path),
    }
}

/// Root finds no fault with what a user may not do, so it does not say as much as that user would.
fn root_for_another(facts: &MachineFacts) -> Option<Finding> {
    let owner = facts.folder.user_of_programs(facts.user);
    let program = if facts.engine.is_some() { "core-monitor-worker" } else { "core-monitor-server" };
    (owner != facts.user)
        .then(|| Finding::warning(said::root_sees_more(owner), said::run_doctor_as(owner, program)))
}

fn octal(mode: u32) -> String {
    format!("{:04o}", mode & 0o7777)
}

fn space(facts: SpaceFacts) -> Finding {
    let free = readable_size(facts.free);
    match (verdict_of_space(facts.free), facts.free_files) {
        (Verdict::Wrong, _) => Finding::wrong(said::space_low(free), said::make_space()),
        (_, Some(files)) if files < FEW_FILES => Finding::wrong(said::files_low(files), said::make_space()),
        (Verdict::Warning, _) => Finding::warning(said::space_low(free), said::make_space()),
        (Verdict::Fine, _) => Finding::fine(said::space_good(free)),
    }
}

/// How bad it is that a disk that matters has only `free` bytes left.
pub(crate) fn verdict_of_space(free: u64) -> Verdict {
    match free {
        ..NO_SPACE => Verdict::Wrong,
        NO_SPACE..LITTLE_SPACE => Verdict::Warning,
        LITTLE_SPACE.. => Verdict::Fine,
    }
}

pub(crate) fn readable_size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    if bytes >= 1 << 30 { format!("{} GiB", tenths(1 << 30)) } else { format!("{} MiB", tenths(1 << 20)) }
}

fn storage(facts: &StorageFacts) -> Vec<Finding> {
    let StorageFacts { database, record_files, record_bytes, artifacts, artifact_bytes, faults } = facts;
    let size = |bytes: &u64| readable_size(*bytes);
    let sizes = said::storage_sizes(
        size(database),
        record_files,
        size(record_bytes),
        artifacts,
        size(artifact_bytes),
    );
    let mut findings = vec![Finding::fine(sizes)];
    let broken = |fault| Finding::wrong(said::records_broken(fault), said::put_records_back());
    findings.extend(faults.iter().map(broken));
    if faults.is_empty() && *record_files > 0 {
        findings.push(Finding::fine(said::records_good(record_files)));
    }
    findings
}

fn clock(now: Timestamp, lease: Option<LeaseFacts>) -> Finding {
    let is_future = |at: Timestamp| at.as_millis() > now.as_millis() + FUTURE_MILLIS;
    match lease {
        Some(lease) if is_future(lease.expires_at) => {
            Finding::wrong(said::clock_behind(now), said::set_clock())
        }
        _ => Finding::fine(said::clock_good(now)),
    }
}

fn database(facts: &DatabaseFacts) -> Finding {
    match facts {
        DatabaseFacts::Missing => Finding::fine(said::database_missing()),
        DatabaseFacts::Unreadable(reason) => {
            Finding::wrong(said::database_unreadable(reason), said::check_files())
        }
        DatabaseFacts::Damaged(reason) => {
            Finding::wrong(said::database_damaged(reason), said::restore_backup())
        }
        DatabaseFacts::Newer(steps) => {
            Finding::wrong(said::database_newer(steps.join(", ")), said::install_newer())
        }
        DatabaseFacts::Older(count) => Finding::warning(said::database_older(count), said::back_up_first()),
        DatabaseFacts::Current => Finding::fine(said::database_good()),
    }
}

fn key(state: &KeyState, database: &DatabaseFacts) -> Finding {
    match state {
        KeyState::Usable => Finding::fine(said::key_good()),
        KeyState::Encrypted { with } => Finding::fine(said::encrypted_key_good(with)),
        KeyState::BeingRotated => Finding::warning(said::key_rotation_unfinished(), said::end_key_rotation()),
        KeyState::Missing if *database == DatabaseFacts::Missing => Finding::fine(said::key_not_yet()),
        KeyState::Missing => Finding::wrong(said::key_file_missing(), said::restore_key()),
        KeyState::Unusable(reason) => Finding::wrong(said::key_unusable(reason), said::mend_key()),
    }
}

fn worker(facts: &MachineFacts) -> Finding {
    let is_server = facts.engine.is_none();
    match &facts.lock {
        LockState::Unreadable(reason) => Finding::wrong(said::lock_unreadable(reason), get_access(facts)),
        LockState::Free if is_server => Finding::warning(said::no_worker(), said::start_worker()),
        LockState::Free => Finding::fine(said::lock_free()),
        LockState::Held { holder } => {
            let late = facts.lease.map_or(0, |lease| facts.now.as_millis() - lease.expires_at.as_millis());
            if late > LATE_MILLIS {
                return Finding::wrong(said::lease_late(late / 1_000), said::restart_worker());
            }
            Finding::fine(said::lock_held(holder))
        }
    }
}

fn listen(state: &ListenState) -> Finding {
    match state {
        ListenState::Free { address } => Finding::fine(said::listen_free(address)),
        ListenState::Ours { address } => Finding::fine(said::listen_ours(address)),
        ListenState::Taken { address } => {
            let port = address.rsplit(':').next().unwrap_or_default();
            Finding::wrong(said::listen_taken(address), said::free_port(port))
        }
        ListenState::Refused { address, reason } => {
            Finding::wrong(said::listen_refused(address, reason), said::choose_address())
        }
    }
}

fn engine(state: &EngineState, user: u32) -> Finding {
    match state {
        EngineState::Address(reason) => Finding::wrong(said::engine_address(reason), said::name_engine()),
        EngineState::NoSocket(path) => Finding::wrong(said::engine_no_socket(path), said::start_engine()),
        EngineState::Denied { path, group } => {
            Finding::wrong(said::engine_denied(path, user, group), said::join_group(group))
        }
        EngineState::Silent { address, reason } => {
            let is_socket = address.starts_with("unix:");
            let hint = if is_socket { said::start_engine() } else { said::check_engine_address() };
            Finding::wrong(said::engine_silent(address, reason), hint)
        }
        EngineState::Answers { version, api } if *api < OLDEST_API => {
            Finding::wrong(said::engine_old(version, api), said::update_engine())
        }
        EngineState::Answers { version, api } => Finding::fine(said::engine_good(version, api)),
    }
}

#[cfg(test)]
mod tests;
