//! `/directoryObjects`: objects of any kind, by their ids; and `/me` (graph-api.md 1.1 and 9.1).

use access::Permission::{ReadObjects, ReadSelf};
use model::{Actor, Kind, ObjectId};
use serde::Deserialize;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    list::{self, PageText},
    objects,
    properties::Selection,
    request::Method::{Get, Post},
    route::Route,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/me", "Signed-in user (delegated only)", &[ReadSelf], me),
    Route::new(Get, "/directoryObjects/{id}", "Get any directory object", &[ReadObjects], get),
    Route::new(
        Post,
        "/directoryObjects/getByIds",
        "Get objects by ids, up to 1000",
        &[ReadObjects],
        get_by_ids,
    ),
];

/// The most ids of one request.
const MOST: usize = 1_000;

fn me(call: &Call<'_>) -> Result<Answer, Error> {
    if !matches!(call.actor, Actor::User { .. }) {
        return Err(Error::nobody());
    }
    let user = call.services.directory.get_self(call.actor)?;
    objects::show(call, &user, "users{}/$entity", false)
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let key = &call.key(0).value;
    let id: ObjectId = key.parse().map_err(|_| Error::not_found(key))?;
    let directory = &call.services.directory;
    let found = directory.get_objects(call.actor, call.tenant, &[id])?.pop();
    let found = found.ok_or_else(|| Error::not_found(key))?;
    objects::show(call, &found, "directoryObjects{}/$entity", true)
}

#[derive(Deserialize)]
struct ByIds {
    ids: Vec<String>,
    #[serde(default)]
    types: Option<Vec<String>>,
}

fn get_by_ids(call: &Call<'_>) -> Result<Answer, Error> {
    let body: ByIds = call.body()?;
    if body.ids.is_empty() || body.ids.len() > MOST {
        return Err(Error::bad_request(format!("'ids' is a list of 1 to {MOST} ids.")));
    }
    let ids = body.ids.iter().map(|id| {
        id.parse::<ObjectId>().map_err(|_| Error::bad_request(format!("Invalid GUID: '{id}'.")))
    });
    let mut ids = ids.collect::<Result<Vec<_>, _>>()?;
    ids.sort_unstable();
    ids.dedup();
    let is_wanted = |kind: Kind| {
        let types = body.types.as_deref().unwrap_or_default();
        let named = |name: &String| {
            name.eq_ignore_ascii_case("directoryObject")
                || name.eq_ignore_ascii_case(&kind.to_string())
        };
        types.is_empty() || types.iter().any(named)
    };
    let directory = &call.services.directory;
    let found = directory.get_objects(call.actor, call.tenant, &ids)?;
    let facts = objects::facts(call)?;
    let selections = [Kind::User, Kind::Group].map(Selection::default_of);
    let mut text = PageText::new(call, "directoryObjects", None);
    for object in found.iter().filter(|object| is_wanted(object.kind)) {
        let selection = &selections[usize::from(object.kind == Kind::Group)];
        list::write_object(text.item(), &facts, selection, object, true, b"");
    }
    Ok(text.finish())
}
