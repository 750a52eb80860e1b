//! `/directory/deletedItems` (graph-api.md 1.7).

use access::Permission::{DeleteGroups, DeleteUsers, ReadGroups, ReadUsers};
use directory::{ByKind, DELETING, READING, Restoring};
use model::{Kind, Object, ObjectId};
use serde::Deserialize;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    list::{self, PageText},
    objects,
    properties::Selection,
    request::Method::{Delete, Get, Post},
    route::Route,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/directory/deletedItems/user", "List deleted users", &[ReadUsers], |call| {
        objects::list(call, Kind::User, true)
    }),
    Route::new(
        Get,
        "/directory/deletedItems/user/$count",
        "Count deleted users",
        &[ReadUsers],
        |call| objects::count(call, Kind::User, true),
    ),
    Route::new(
        Get,
        "/directory/deletedItems/group",
        "List deleted groups",
        &[ReadGroups],
        |call| objects::list(call, Kind::Group, true),
    ),
    Route::new(
        Get,
        "/directory/deletedItems/group/$count",
        "Count deleted groups",
        &[ReadGroups],
        |call| objects::count(call, Kind::Group, true),
    ),
    Route::new(
        Get,
        "/directory/deletedItems/{id}",
        "Get deleted item",
        &[ReadUsers, ReadGroups],
        get,
    ),
    Route::new(
        Post,
        "/directory/deletedItems/{id}/restore",
        "Restore deleted item",
        &[DeleteUsers, DeleteGroups],
        restore,
    ),
    Route::new(
        Delete,
        "/directory/deletedItems/{id}",
        "Delete for good",
        &[DeleteUsers, DeleteGroups],
        purge,
    ),
    Route::new(
        Post,
        "/directory/deletedItems/getUserOwnedObjects",
        "Deleted objects owned by a user",
        &[ReadGroups],
        owned,
    ),
];

fn find(call: &Call<'_>, wish: &ByKind) -> Result<Object, Error> {
    let key = &call.key(0).value;
    let id: ObjectId = key.parse().map_err(|_| Error::not_found(key))?;
    Ok(call.services.directory.get_deleted(call.actor, call.tenant, id, wish)?)
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    objects::show(call, &find(call, &READING)?, "directoryObjects{}/$entity", true)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Restore {
    #[serde(default)]
    auto_reconcile_proxy_conflict: Option<bool>,
    #[serde(default)]
    new_user_principal_name: Option<String>,
}

fn restore(call: &Call<'_>) -> Result<Answer, Error> {
    let object = find(call, &DELETING)?;
    let body: Restore =
        if call.request.body.is_empty() { Restore::default() } else { call.body()? };
    let how = Restoring {
        user_principal_name: body.new_user_principal_name,
        drops_addresses: body.auto_reconcile_proxy_conflict == Some(true),
    };
    let restored = call.services.directory.restore_as(call.actor, call.tenant, object.id, &how)?;
    objects::show(call, &restored, "directoryObjects{}/$entity", true)
}

fn purge(call: &Call<'_>) -> Result<Answer, Error> {
    let object = find(call, &DELETING)?;
    call.services.directory.purge(call.actor, call.tenant, object.id)?;
    Ok(Answer::done())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    user_id: String,
    #[serde(rename = "type")]
    kind: String,
}

fn owned(call: &Call<'_>) -> Result<Answer, Error> {
    let body: Owner = call.body()?;
    if !body.kind.eq_ignore_ascii_case("group") {
        return Err(Error::bad_request("'type' is Group."));
    }
    let directory = &call.services.directory;
    let owner =
        directory.get_by_key(call.actor, call.tenant, Kind::User, &body.user_id, call.needs)?;
    let groups = directory.deleted_groups_of(call.actor, call.tenant, owner.id)?;
    let facts = objects::facts(call)?;
    let selection = Selection::default_of(Kind::Group);
    let mut text = PageText::new(call, "directoryObjects", None);
    for group in &groups {
        list::write_object(text.item(), &facts, &selection, group, true, b"");
    }
    Ok(text.finish())
}
