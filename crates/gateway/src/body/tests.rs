use std::fmt::Debug;
use std::sync::Mutex;

use core_monitor_simulation::runtime_clock::RuntimeClock;
use http::Method;
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber, span};

use super::*;

/// What the access log says about whether answers were whole.
#[derive(Default, Clone)]
struct Heard(Arc<Mutex<Vec<bool>>>);

impl Visit for Heard {
    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == "whole" {
            self.0.lock().unwrap().push(value);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl Subscriber for Heard {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// What is logged for a body of which so many frames are read.
async fn logged(method: Method, body: &'static str, frames: usize) -> bool {
    let heard = Heard::default();
    let guard = tracing::subscriber::set_default(heard.clone());
    let address = [127, 0, 0, 1].into();
    let clock = Arc::new(RuntimeClock::new());
    let record = Record::new(clock, address, method, "shop.test".to_owned(), "/".to_owned());
    let mut body = ResponseBody::own(Bytes::from_static(body.as_bytes()));
    body.record(Box::new(record));
    for _ in 0..frames {
        body.frame().await.unwrap().unwrap();
    }
    drop((body, guard));
    let heard = heard.0.lock().unwrap().clone();
    heard[0]
}

#[tokio::test]
async fn only_an_answer_that_was_read_to_its_end_is_logged_as_whole() {
    assert!(!logged(Method::GET, "text", 0).await, "its client has gone away");
    assert!(logged(Method::GET, "text", 1).await);
    assert!(logged(Method::GET, "", 0).await);
    assert!(logged(Method::HEAD, "text", 0).await);
}
