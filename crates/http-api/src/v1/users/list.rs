//! `GET /users`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::user::UserName;
use serde::Deserialize;
use utoipa::IntoParams;

use super::UserBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};

/// Which users to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListUsersQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

page_of! {
    /// Users.
    UserPage of UserBody
}

answers!(Answers, Read, [InvalidRequest]);

/// List the users, by name.
#[utoipa::path(
    tag = "users",
    params(ListUsersQuery),
    responses((status = 200, description = "A page of the list.", body = UserPage), Answers)
)]
#[get("/users")]
pub(crate) async fn list_users(
    api: web::Data<Api>,
    query: Query<ListUsersQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = Cursor::read::<String>(query.cursor.as_deref())?;
    // A place in the list need not be a name of today.
    let after = after.and_then(|name| name.parse::<UserName>().ok());
    let page = api.server.list_users(&caller.0, after, limit(query.limit)?).await?;
    let last = page.users.last().map(|user| Cursor::write(&user.name.as_str()));
    let next = last.filter(|_| page.has_more);
    let items = page.users.iter().map(UserBody::from).collect();
    Ok(HttpResponse::Ok().json(UserPage { items, next }))
}
