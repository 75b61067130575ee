//! The application around the state, put together once for all requests to a world.

use std::rc::Rc;

use actix_http::Request;
use actix_web::dev::ServiceResponse;
use actix_web::error::PathError;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PathConfig};
use actix_web::{App, test, web};
use futures::FutureExt as _;
use futures::future::LocalBoxFuture;
use tokio::sync::OnceCell;
use utoipa_actix_web::AppExt as _;

use crate::api::Api;
use crate::middleware::{authenticate, catch_panic, head_as_get, observe, same_origin};
use crate::request::path_problem;
use crate::serve::test_application as application;
use crate::{document, v1};

/// Answers requests; made at the first one, since that takes longer than almost any answer: every route and the document.
#[derive(Default)]
pub(super) struct Application(OnceCell<Answering>);

type Answering = Box<dyn Fn(Request) -> LocalBoxFuture<'static, ServiceResponse>>;

impl Application {
    pub(super) async fn call(&self, api: &Data<Api>, request: Request) -> ServiceResponse {
        let answering = self.0.get_or_init(|| put_together(api.clone())).await;
        answering(request).await
    }
}

async fn put_together(api: Data<Api>) -> Answering {
    let service = Rc::new(test::init_service(application!(api)).await);
    Box::new(move |request: Request| {
        let service = Rc::clone(&service);
        async move { test::call_service(&*service, request).await.map_into_boxed_body() }.boxed_local()
    })
}
