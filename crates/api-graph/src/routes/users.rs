//! `/users` (graph-api.md 1).

use access::Permission::{
    DeleteUsers, EnableUsers, ReadUsers, RevokeSessions, WriteMails, WritePasswords, WritePhones,
    WriteUsers,
};
use model::Kind::User;
use serde_json::json;

use crate::{
    answer::{Answer, metadata},
    call::Call,
    error::Error,
    objects,
    request::Method::{Delete, Get, Patch, Post},
    route::Route,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/users", "List users", &[ReadUsers], |call| objects::list(call, User, false)),
    Route::new(Post, "/users", "Create user", &[WriteUsers], |call| objects::create(call, User)),
    Route::new(Get, "/users/$count", "Count users", &[ReadUsers], |call| {
        objects::count(call, User, false)
    }),
    Route::new(Get, "/users/{id}", "Get user by id or user principal name", &[ReadUsers], |call| {
        objects::get(call, User)
    }),
    Route::new(
        Patch,
        "/users/{id}",
        "Update user",
        &[WriteUsers, EnableUsers, WritePhones, WriteMails, WritePasswords],
        |call| objects::update(call, User),
    ),
    Route::new(
        Post,
        "/users/{id}/revokeSignInSessions",
        "Invalidate refresh tokens",
        &[RevokeSessions],
        revoke,
    ),
    Route::new(Delete, "/users/{id}", "Delete user", &[DeleteUsers], |call| {
        objects::delete(call, User)
    }),
];

fn revoke(call: &Call<'_>) -> Result<Answer, Error> {
    let user = objects::find(call, User, 0)?;
    call.services.directory.revoke_sessions(call.actor, call.tenant, user.id)?;
    Ok(Answer::ok(json!({
        "@odata.context": metadata(call.request, "Edm.Boolean"),
        "value": true,
    })))
}
