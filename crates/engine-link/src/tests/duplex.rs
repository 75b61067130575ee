//! Input from the client, as terminals will need it.

use tokio::sync::watch;

use super::*;
use crate::call::Said;
use crate::operation::{Exchange, Json, Operation};

/// Returns every input, and at the end their number.
pub(super) struct Echo;

#[async_trait]
impl Operation for Echo {
    const NAME: &'static str = "echo";
    const LONGEST_ITEM: usize = 10_000;
    const REPEATABLE: bool = false;
    type Request = String;
    type Input = Json<String>;
    type Item = Json<String>;
    type End = usize;
    type Ready = String;

    async fn open(_: &dyn EngineLink, greeting: String) -> Result<String, LinkError> {
        Ok(greeting)
    }

    async fn run(greeting: String, exchange: &mut Exchange<Self>) -> Result<usize, LinkError> {
        exchange.send(&Json(greeting)).await?;
        let mut count = 0;
        while let Some(Json(text)) = exchange.receive().await? {
            count += 1;
            exchange.send(&Json(text)).await?;
        }
        Ok(count)
    }
}

/// Never reads its input.
pub(super) struct Deaf;

#[async_trait]
impl Operation for Deaf {
    const NAME: &'static str = "deaf";
    const LONGEST_ITEM: usize = 10_000;
    const REPEATABLE: bool = false;
    type Request = ();
    type Input = Json<String>;
    type Item = Json<()>;
    type End = ();
    type Ready = ();

    async fn open(_: &dyn EngineLink, (): ()) -> Result<(), LinkError> {
        Ok(())
    }

    async fn run((): (), _: &mut Exchange<Self>) -> Result<(), LinkError> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn input_and_items_cross() {
    let bench = Bench::new();
    let mut echo = bench.client.begin::<Echo>(&"hello".to_owned()).await.unwrap();
    assert!(matches!(echo.next().await.unwrap(), Said::Item(Json(text)) if text == "hello"));
    for text in ["one", "two"] {
        echo.input().send(&Json(text.to_owned())).await.unwrap();
        assert!(matches!(echo.next().await.unwrap(), Said::Item(Json(again)) if again == text));
    }
    echo.input().finish().await.unwrap();
    assert!(matches!(echo.next().await.unwrap(), Said::End(2)));
}

#[tokio::test]
async fn unread_input_stops_the_sender() {
    // Each input costs 2 + 998 + 64: three fit.
    let bench = Bench::with(Limits { window: 4 << 10, ..Limits::default() });
    let deaf = bench.client.begin::<Deaf>(&()).await.unwrap();
    let sent = watch::Sender::new(0);
    let sending = async {
        loop {
            deaf.input().send(&Json("x".repeat(998))).await.unwrap();
            sent.send_modify(|sent| *sent += 1);
        }
    };
    let watching = async {
        sent.subscribe().wait_for(|sent| *sent == 3).await.unwrap();
        bench.settle().await;
        assert_eq!(*sent.borrow(), 3);
    };
    tokio::select! {
        () = sending => unreachable!("it never ends"),
        () = watching => {}
    }
}

#[tokio::test]
async fn an_item_over_the_size_limit_is_rejected() {
    let bench = Bench::new();
    let mut echo = bench.client.begin::<Echo>(&"x".repeat(20_000)).await.unwrap();
    let told = echo.next().await.err().unwrap();
    assert_eq!(told.to_string(), "the worker cannot answer: an item exceeds the size limit");
    drop(echo);
    assert!(bench.client.refresh().await.is_ok());
}
