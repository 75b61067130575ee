//! Puts commands into the queue of a data folder and writes a line for each that was acknowledged. The durability
//! tests kill it.
//!
//! `queue-writer FOLDER COUNT`; the stack must be there and be called `web`.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::CommandId;
use core_monitor_domain::ports::{Enqueued, IfMatch, NewCommand};
use core_monitor_domain::time::Timestamp;
use core_monitor_host::SystemClock;
use core_monitor_store_seaorm::{connect, default_url};
use uuid::Uuid;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("no folder")?);
    let count: u32 = arguments.next().ok_or("no count")?.parse()?;
    let db = connect(&default_url(&folder), &folder, Arc::new(SystemClock)).await?;
    let stack = db.stack_store().find_by_name(&"web".parse()?).await?.ok_or("no stack")?;
    let (queue, mut out) = (db.command_queue(), std::io::stdout().lock());
    for number in 0..count {
        let id = u128::from(std::process::id()) << 64 | u128::from(number);
        let new = NewCommand {
            id: CommandId(Uuid::from_u128(id)),
            stack_id: stack.id,
            payload: CommandPayload::Stop { service: None },
            leaves_on_failure: false,
            principal: Actor::from_stored("ann"),
            idempotency: None,
            if_match: IfMatch::Any,
            now: Timestamp::from_millis(1_800_000_000_000).ok_or("no time")?,
        };
        let Enqueued::New(command) = queue.enqueue(new).await? else { return Err("a replay".into()) };
        writeln!(out, "{} {}", command.seq, command.id)?;
        out.flush()?;
    }
    Ok(())
}
