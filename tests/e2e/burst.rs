//! The server is killed while it accepts commands.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Method;

use crate::harness::{Api, Installation, moment};

const THREADS: usize = 4;
const COMMANDS: usize = 200;
const LAST_SEQ: i64 = 202;
/// Acknowledgements after which the server is killed, the first and the second time.
const KILLS: [usize; 2] = [50, 120];

/// What the clients know.
#[derive(Default)]
struct Known {
    /// Key of the request to id and place of the acknowledged command.
    acknowledged: BTreeMap<String, (String, i64)>,
    server_is_up: bool,
    unanswered: usize,
}

#[test]
fn every_acknowledged_command_survives_a_killed_server() {
    let mut installation = Installation::without_worker(&[]);
    let stack =
        installation.create("burst", "services: {web: {image: 'test/busybox:1', deploy: {replicas: 0}}}");
    // START is accepted behind an APPLY; without a worker, nothing leaves the queue.
    let apply = stack.begin_apply(1);
    let shared = Arc::new((Mutex::new(Known { server_is_up: true, ..Known::default() }), Condvar::new()));
    let next = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..THREADS)
        .map(|_| {
            let (api, shared, next) = (Arc::clone(&installation.api), Arc::clone(&shared), Arc::clone(&next));
            let path = stack.path("/start");
            thread::spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= COMMANDS {
                        return;
                    }
                    enqueue(&api, &path, &format!("burst-{number}"), &shared);
                }
            })
        })
        .collect();
    for kill in KILLS {
        let (known, changed) = &*shared;
        let waited = changed.wait_timeout_while(known.lock().unwrap(), Duration::from_mins(1), |known| {
            known.acknowledged.len() < kill
        });
        assert!(!waited.unwrap().1.timed_out(), "the burst came to a stop before {kill} commands");
        // Not under the lock: the other clients go on sending while the server dies.
        installation.server().kill();
        known.lock().unwrap().server_is_up = false;
        installation.start_server();
        known.lock().unwrap().server_is_up = true;
        changed.notify_all();
    }
    for client in clients {
        client.join().unwrap();
    }

    let acknowledged = std::mem::take(&mut shared.0.lock().unwrap().acknowledged);
    assert_eq!(acknowledged.len(), COMMANDS, "every request was acknowledged in the end");
    assert!(shared.0.lock().unwrap().unanswered > 0, "the server was killed while requests were under way");
    let commands = all_commands(&installation.api);
    let seqs: Vec<_> = commands.iter().map(|command| command["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=LAST_SEQ).collect::<Vec<_>>(), "CREATE, APPLY and each START once, without a gap");
    for (key, (id, seq)) in &acknowledged {
        let command = &commands[usize::try_from(*seq).unwrap() - 1];
        assert_eq!(
            (&command["command_id"], &command["kind"]),
            (&Value::from(id.as_str()), &Value::from("START")),
            "{key}"
        );
    }

    installation.start_worker();
    apply.ended().done();
    let last = &commands.last().unwrap()["command_id"];
    let last =
        installation.api.get(&format!("/api/v1/commands/{}?wait=120", last.as_str().unwrap())).expect(200);
    assert_eq!(last["status"], "DONE");
    let ended = all_commands(&installation.api);
    assert!(ended.iter().all(|command| command["status"] == "DONE"));
    let finished: Vec<_> =
        ended[1..].iter().map(|command| moment(&command["timestamps"]["finished_at"])).collect();
    assert!(finished.is_sorted(), "in the order of the queue");
    let (count, kills, unanswered) = (acknowledged.len(), KILLS.len(), shared.0.lock().unwrap().unanswered);
    eprintln!(
        "{count} commands acknowledged, {kills} kills, {unanswered} requests without an answer, 0 lost"
    );
}

/// Sends one request until it is acknowledged, with the same key each time.
fn enqueue(api: &Api, path: &str, key: &str, (known, changed): &(Mutex<Known>, Condvar)) {
    let headers = [("If-Match", "*"), ("Idempotency-Key", key)];
    loop {
        if let Ok(answer) = api.send(&Method::POST, path, &headers, "") {
            let body = answer.expect(202);
            let (id, seq) = (body["command_id"].as_str().unwrap().to_owned(), body["seq"].as_i64().unwrap());
            known.lock().unwrap().acknowledged.insert(key.to_owned(), (id, seq));
            changed.notify_all();
            return;
        }
        let mut known = known.lock().unwrap();
        known.unanswered += 1;
        // Killed a moment ago, the server may not be known to be down yet: then the next attempt fails at once.
        let limit = Duration::from_millis(if known.server_is_up { 20 } else { 30_000 });
        let _ = changed.wait_timeout_while(known, limit, |known| !known.server_is_up).unwrap();
    }
}

/// By seq.
fn all_commands(api: &Api) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("/api/v1/commands?limit=200{cursor}")).expect(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    all.reverse();
    all
}
