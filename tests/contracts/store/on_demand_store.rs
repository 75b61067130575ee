//! What the gateway remembers and reports, and what people want of it.

use std::time::Duration;

use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::{
    Day, DayNumber, DoorKey, Experience, GatewayReport, OnDemandState, Reported, Wish,
};
use core_monitor_domain::ports::{AuditFilter, OnDemandNews, WishError};
use uuid::Uuid;

use crate::fixture::{Fixture, ann, at};

contract!(
    what_is_said_last_holds,
    what_was_learned_stays_when_a_service_is_gone,
    days_are_kept_until_they_are_forgotten,
    nothing_is_stored_of_a_stack_that_is_gone,
    a_wish_replaces_the_one_before_with_a_line_in_the_audit,
);

fn door(stack: StackId, service: &str) -> DoorKey {
    DoorKey { stack, service: service.parse().unwrap() }
}

fn reported(state: OnDemandState, second: i64) -> Reported {
    Reported {
        state,
        since: at(second),
        failures: 0,
        reason: None,
        until: None,
        last_used: Some(at(second)),
        sleeps_at: None,
        wakes_at: None,
        in_flight: 3,
        waiting: 0,
        memory: Some(5 << 20),
    }
}

async fn what_is_said_last_holds(f: &Fixture) {
    let stack = f.stack("shop").await.stack.id;
    let (web, db) = (door(stack, "web"), door(stack, "db"));
    assert_eq!((f.on_demand.gateway().await.unwrap(), f.on_demand.reports().await.unwrap().len()), (None, 0));
    let gateway = |second| GatewayReport {
        started_at: at(1),
        seen_at: at(second),
        http: Some("127.0.0.1:3456".parse().unwrap()),
        https: None,
        memory_free: Some(1),
        memory_total: Some(2),
    };
    let reports = vec![
        (web.clone(), reported(OnDemandState::Starting, 5)),
        (db.clone(), reported(OnDemandState::Asleep, 1)),
    ];
    let first = OnDemandNews { reports, gateway: Some(gateway(5)), ..OnDemandNews::default() };
    f.on_demand.report(&first).await.unwrap();
    let reports = vec![(web.clone(), reported(OnDemandState::Awake, 9))];
    f.on_demand.report(&OnDemandNews { reports, ..OnDemandNews::default() }).await.unwrap();
    let all = f.on_demand.reports().await.unwrap();
    assert_eq!(all[&web], reported(OnDemandState::Awake, 9));
    assert_eq!(all[&db], reported(OnDemandState::Asleep, 1));
    assert_eq!(f.on_demand.gateway().await.unwrap(), Some(gateway(5)), "nothing was said about it");
    f.on_demand.report(&OnDemandNews { gateway: Some(gateway(7)), ..OnDemandNews::default() }).await.unwrap();
    assert_eq!(f.on_demand.gateway().await.unwrap(), Some(gateway(7)));
}

async fn what_was_learned_stays_when_a_service_is_gone(f: &Fixture) {
    let (stack, other) = (f.stack("shop").await.stack.id, f.stack("blog").await.stack.id);
    let (web, blog) = (door(stack, "web"), door(other, "web"));
    let learned = Experience { known_since: Some(at(4)), ..Experience::default() };
    let news = OnDemandNews {
        reports: vec![(web.clone(), reported(OnDemandState::Asleep, 1))],
        experience: vec![(web.clone(), learned.clone()), (blog.clone(), Experience::default())],
        ..OnDemandNews::default()
    };
    f.on_demand.report(&news).await.unwrap();
    f.on_demand.report(&OnDemandNews { gone: vec![web.clone()], ..OnDemandNews::default() }).await.unwrap();
    assert!(f.on_demand.reports().await.unwrap().is_empty());
    assert_eq!(f.on_demand.experience(None).await.unwrap().len(), 2);
    let own = f.on_demand.experience(Some(stack)).await.unwrap();
    assert_eq!(own.into_iter().collect::<Vec<_>>(), [(web, learned)]);
}

async fn days_are_kept_until_they_are_forgotten(f: &Fixture) {
    let (stack, other) = (f.stack("shop").await.stack.id, f.stack("blog").await.stack.id);
    let (web, blog) = (door(stack, "web"), door(other, "web"));
    let day = |requests| {
        let mut day = Day::default();
        day.requests = requests;
        day
    };
    let mut used = day(2);
    used.used(DayNumber(0), at(60), at(90));
    let news = |days| OnDemandNews { days, ..OnDemandNews::default() };
    let days = vec![
        (web.clone(), DayNumber(0), day(1)),
        (web.clone(), DayNumber(1), day(7)),
        (blog.clone(), DayNumber(1), day(9)),
    ];
    f.on_demand.report(&news(days)).await.unwrap();
    f.on_demand.report(&news(vec![(web.clone(), DayNumber(0), used.clone())])).await.unwrap();
    let all = f.on_demand.days(Some(stack), DayNumber(0)).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[&web].keys().copied().collect::<Vec<_>>(), [DayNumber(0), DayNumber(1)]);
    assert_eq!(all[&web][&DayNumber(0)], used);
    assert_eq!(f.on_demand.days(None, DayNumber(1)).await.unwrap().len(), 2);
    let forget = OnDemandNews { forget_before: Some(DayNumber(1)), ..OnDemandNews::default() };
    f.on_demand.report(&forget).await.unwrap();
    let left = f.on_demand.days(None, DayNumber(-100)).await.unwrap();
    assert_eq!(left[&web].keys().copied().collect::<Vec<_>>(), [DayNumber(1)]);
}

async fn nothing_is_stored_of_a_stack_that_is_gone(f: &Fixture) {
    let stack = f.stack("shop").await.stack.id;
    let gone = door(StackId(Uuid::from_u128(77)), "web");
    let news = OnDemandNews {
        reports: vec![
            (gone.clone(), reported(OnDemandState::Awake, 1)),
            (door(stack, "web"), reported(OnDemandState::Awake, 1)),
        ],
        experience: vec![(gone.clone(), Experience::default())],
        days: vec![(gone.clone(), DayNumber(1), Day::default())],
        ..OnDemandNews::default()
    };
    f.on_demand.report(&news).await.unwrap();
    assert_eq!(f.on_demand.reports().await.unwrap().len(), 1, "the others are told all the same");
    let wish = Wish { idle: Some(Duration::from_mins(1)), ..Wish::default() };
    let refused = f.on_demand.wish(&gone, &wish, &ann(), at(1)).await;
    assert!(matches!(refused, Err(WishError::StackNotFound)), "{refused:?}");
}

async fn a_wish_replaces_the_one_before_with_a_line_in_the_audit(f: &Fixture) {
    let web = door(f.stack("shop").await.stack.id, "web");
    let want = async |wish: Wish| f.on_demand.wish(&web, &wish, &ann(), at(3)).await.unwrap();
    want(Wish::default()).await;
    want(Wish { idle: Some(Duration::from_mins(1)), ..Wish::default() }).await;
    let second = Wish { awake_until: Some(at(900)), ..Wish::default() };
    want(second).await;
    assert_eq!(f.on_demand.wishes().await.unwrap()[&web], second);
    want(Wish::default()).await;
    assert!(f.on_demand.wishes().await.unwrap().is_empty());
    let page = f.audit.list(&AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
    let lines: Vec<_> = page.items.iter().map(|line| line.entry.change.to_string()).collect();
    assert_eq!(lines, ["removed", "replaced", "created"], "wanting nothing is no change");
    let entry = &page.items[0].entry;
    assert_eq!(entry.action.as_str(), "set_on_demand_service");
    assert_eq!(entry.detail.as_ref().unwrap().name.as_deref(), Some("web"));
}
