//! `/users` (graph-api.md 1).

use access::Permission::{
    DeleteUsers, EnableUsers, ReadUsers, WriteMails, WritePasswords, WritePhones, WriteUsers,
};
use model::Kind::User;
use store::Deleted::Without;

use crate::{
    objects,
    request::Method::{Delete, Get, Patch, Post},
    route::Route,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/users", "List users", &[ReadUsers], |call| {
        objects::list(call, User, Without)
    }),
    Route::new(Post, "/users", "Create user", &[WriteUsers], |call| objects::create(call, User)),
    Route::new(Get, "/users/$count", "Count users", &[ReadUsers], |call| {
        objects::count(call, User, Without)
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
    Route::new(Delete, "/users/{id}", "Delete user", &[DeleteUsers], |call| {
        objects::delete(call, User)
    }),
];
