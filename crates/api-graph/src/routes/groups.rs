//! `/groups` (graph-api.md 3).

use access::Permission::{CreateGroups, DeleteGroups, ReadGroups, WriteGroups, WriteMembers};
use model::Kind::Group;

use crate::{
    objects,
    request::Method::{Delete, Get, Patch, Post},
    route::Route,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/groups", "List groups", &[ReadGroups], |call| {
        objects::list(call, Group, false)
    }),
    Route::new(Post, "/groups", "Create group", &[CreateGroups], |call| {
        objects::create(call, Group)
    }),
    Route::new(Get, "/groups/$count", "Count groups", &[ReadGroups], |call| {
        objects::count(call, Group, false)
    }),
    Route::new(Get, "/groups/{id}", "Get group", &[ReadGroups], |call| objects::get(call, Group)),
    Route::new(
        Patch,
        "/groups/{id}",
        "Update group, or add up to 20 members",
        &[WriteGroups, WriteMembers],
        |call| objects::update(call, Group),
    ),
    Route::new(Delete, "/groups/{id}", "Delete group", &[DeleteGroups], |call| {
        objects::delete(call, Group)
    }),
];
