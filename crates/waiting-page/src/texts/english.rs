//! English.

use super::{Failures, Said, Texts};

pub(super) const TEXTS: Texts = Texts {
    queued: Said {
        title: "{} is waking up",
        body: "It sleeps while nobody uses it. Your visit wakes it, and takes you there when it is ready.",
    },
    starting: Said {
        title: "{} is starting",
        body: "You will be taken there as soon as it is ready. There is nothing you need to do.",
    },
    waiting: Said {
        title: "{} is almost ready",
        body: "It has started and is getting ready for its first visitor.",
    },
    failed: Said { title: "{} could not start", body: "You can try again, or tell whoever looks after it." },
    held: Said { title: "{} is not available yet", body: "You will be taken there as soon as it is." },
    flapping: Said {
        title: "{} keeps stopping",
        body: "It stops as soon as it has started, so this page no longer reloads by itself.",
    },
    nowhere: Said {
        title: "There is nothing at this address",
        body: "Check how it is spelled, or ask whoever gave it to you.",
    },
    failures: Failures {
        command: "The container engine could not start it.",
        queue: "Its start could not be requested.",
        ended: "It ended with exit code {}.",
        memory: "The system ended it (exit code 137), most likely because it needed more memory than there was.",
        no_container: "It has no container that could be started.",
        silent: "It did not answer within {}.",
        unhealthy: "Its health check fails.",
    },
    hold_opening: "It opens at {}.",
    hold_permission: "It is asleep, and somebody who may wake it has to do so in Core Monitor.",
    core_monitor: "Open Core Monitor",
    hold_memory: "It waits for memory: the server is full at the moment.",
    hold_another: "It waits until {} has stopped, since they cannot run at the same time.",
    steps: ["Waking up", "Starting", "Getting ready"],
    progress: "How far the start has come",
    elapsed: "{} so far",
    usual: "usually ~{}",
    late: "Longer than usual: nine times out of ten it takes less than {}.",
    no_estimate: "first start, so nobody knows yet how long it takes",
    last_lines: "What it said last",
    retry: "Try again",
    reload: "Reload the page",
    lost: "The connection is lost. Trying again…",
    broken_theme: "The theme “{}” cannot be shown, so this is the plain one.",
    gap: '\u{a0}',
};
