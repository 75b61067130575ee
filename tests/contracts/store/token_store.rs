//! Tokens and the id of the installation.

use core_monitor_domain::ids::{InstanceId, TokenId};
use core_monitor_domain::ports::Token;

use crate::fixture::{Fixture, ann, at};

contract!(a_token_replaces_the_one_of_its_name, the_first_candidate_is_the_installation_for_ever);

async fn a_token_replaces_the_one_of_its_name(f: &Fixture) {
    assert_eq!(f.tokens.list().await.unwrap(), []);
    let token = |name: &str, byte: u8| Token {
        id: TokenId(f.id()),
        name: name.parse().unwrap(),
        hash: [byte; 32],
        created_at: at(i64::from(byte)),
    };
    let (old, new, other) = (token("admin", 1), token("admin", 2), token("ci", 3));
    for token in [&old, &other, &new] {
        f.tokens.replace(token, &ann()).await.unwrap();
    }
    assert_eq!(f.tokens.list().await.unwrap(), [new, other]);
}

async fn the_first_candidate_is_the_installation_for_ever(f: &Fixture) {
    let candidates: Vec<_> = (0..8).map(|_| InstanceId(f.id())).collect();
    let asked = candidates.iter().map(|candidate| {
        let tokens = f.tokens.clone();
        let candidate = *candidate;
        tokio::spawn(async move { tokens.instance(candidate).await.unwrap() })
    });
    let mut answers = Vec::new();
    for task in asked.collect::<Vec<_>>() {
        answers.push(task.await.unwrap());
    }
    assert!(candidates.contains(&answers[0]));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(f.tokens.instance(InstanceId(f.id())).await.unwrap(), answers[0]);
}
