//! Relations of users and groups: the collections with their casts and counts, managers, and the
//! references by which they are written (graph-api.md 1.1 and 3.1).

use access::Permission::{
    CheckMemberships, ReadGroups, ReadMembers, ReadMemberships, ReadNestedMemberships, ReadOwners,
    ReadUsers, WriteGroups, WriteMembers, WriteUsers,
};
use directory::Bond;
use model::Kind::{Group, User};
use serde_json::json;

use crate::{
    answer::{Answer, metadata},
    call::Call,
    error::Error,
    objects, reference,
    related::{self, *},
    request::Method::{Delete, Get, Post, Put},
    route::Route,
};

/// The six rows of a relation: mixed and cast to either kind, each with its count.
macro_rules! rows {
    ($path:literal, $about:literal, $anchor:expr, $relation:expr, $needs:expr) => {
        [
            Route::new(Get, $path, concat!("List ", $about), $needs, |call| {
                related::list(call, $anchor, $relation, None)
            }),
            Route::new(Get, concat!($path, "/$count"), concat!("Count ", $about), $needs, |call| {
                related::count(call, $anchor, $relation, None)
            }),
            Route::new(
                Get,
                concat!($path, "/user"),
                concat!("List ", $about, " that are users"),
                $needs,
                |call| related::list(call, $anchor, $relation, Some(User)),
            ),
            Route::new(
                Get,
                concat!($path, "/user/$count"),
                concat!("Count ", $about, " that are users"),
                $needs,
                |call| related::count(call, $anchor, $relation, Some(User)),
            ),
            Route::new(
                Get,
                concat!($path, "/group"),
                concat!("List ", $about, " that are groups"),
                $needs,
                |call| related::list(call, $anchor, $relation, Some(Group)),
            ),
            Route::new(
                Get,
                concat!($path, "/group/$count"),
                concat!("Count ", $about, " that are groups"),
                $needs,
                |call| related::count(call, $anchor, $relation, Some(Group)),
            ),
        ]
    };
}

/// The collections.
pub const COLLECTIONS: &[[Route; 6]] = &[
    rows!("/users/{id}/directReports", "direct reports", User, REPORTS, &[ReadUsers]),
    rows!("/users/{id}/memberOf", "direct memberships", User, MEMBER_OF, &[ReadMemberships]),
    rows!(
        "/users/{id}/transitiveMemberOf",
        "memberships",
        User,
        TRANSITIVE_MEMBER_OF,
        &[ReadNestedMemberships]
    ),
    rows!("/users/{id}/sponsors", "sponsors", User, SPONSORS, &[ReadUsers]),
    rows!("/users/{id}/ownedObjects", "owned objects", User, OWNED, &[ReadGroups]),
    rows!("/groups/{id}/members", "direct members", Group, MEMBERS, &[ReadMembers]),
    rows!("/groups/{id}/transitiveMembers", "members", Group, TRANSITIVE_MEMBERS, &[ReadMembers]),
    rows!(
        "/groups/{id}/memberOf",
        "groups that the group is in",
        Group,
        MEMBER_OF,
        &[ReadMemberships]
    ),
    rows!(
        "/groups/{id}/transitiveMemberOf",
        "transitive parents",
        Group,
        TRANSITIVE_MEMBER_OF,
        &[ReadMemberships]
    ),
    rows!("/groups/{id}/owners", "owners", Group, OWNERS, &[ReadOwners]),
];

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/users/{id}/manager", "Get manager", &[ReadUsers], get_manager),
    Route::new(
        Get,
        "/users/{id}/manager/$ref",
        "Get manager reference",
        &[ReadUsers],
        get_manager_ref,
    ),
    Route::new(Put, "/users/{id}/manager/$ref", "Assign manager", &[WriteUsers], set_manager),
    Route::new(Delete, "/users/{id}/manager/$ref", "Remove manager", &[WriteUsers], no_manager),
    Route::new(Post, "/groups/{id}/members/$ref", "Add one member", &[WriteMembers], |call| {
        related::bind(call, Bond::Member)
    }),
    Route::new(
        Delete,
        "/groups/{id}/members/{id}/$ref",
        "Remove one member",
        &[WriteMembers],
        |call| related::unbind(call, Bond::Member),
    ),
    Route::new(Post, "/groups/{id}/owners/$ref", "Add owner", &[WriteGroups], |call| {
        related::bind(call, Bond::Owner)
    }),
    Route::new(Delete, "/groups/{id}/owners/{id}/$ref", "Remove owner", &[WriteGroups], |call| {
        related::unbind(call, Bond::Owner)
    }),
    Route::new(Post, "/users/{id}/sponsors/$ref", "Add sponsor", &[WriteUsers], |call| {
        related::bind(call, Bond::Sponsor)
    }),
    Route::new(Delete, "/users/{id}/sponsors/{id}/$ref", "Remove sponsor", &[WriteUsers], |call| {
        related::unbind(call, Bond::Sponsor)
    }),
    Route::new(
        Post,
        "/users/{id}/getMemberGroups",
        "Transitive group ids",
        &[CheckMemberships],
        |call| member_groups(call, User),
    ),
    Route::new(
        Post,
        "/users/{id}/getMemberObjects",
        "Transitive group ids",
        &[CheckMemberships],
        |call| member_groups(call, User),
    ),
    Route::new(
        Post,
        "/users/{id}/checkMemberGroups",
        "Filter given group ids by membership",
        &[CheckMemberships],
        |call| check_groups(call, User, "groupIds"),
    ),
    Route::new(
        Post,
        "/users/{id}/checkMemberObjects",
        "Filter given ids by membership",
        &[CheckMemberships],
        |call| check_groups(call, User, "ids"),
    ),
    Route::new(
        Post,
        "/groups/{id}/getMemberGroups",
        "Transitive group ids",
        &[CheckMemberships],
        |call| member_groups(call, Group),
    ),
    Route::new(
        Post,
        "/groups/{id}/checkMemberGroups",
        "Filter given group ids by membership",
        &[CheckMemberships],
        |call| check_groups(call, Group, "groupIds"),
    ),
];

fn manager(call: &Call<'_>) -> Result<model::Object, Error> {
    let user = objects::find(call, User, 0)?;
    let found = call.services.directory.manager_of(call.actor, call.tenant, user.id)?;
    found.ok_or_else(|| Error::not_found("manager"))
}

fn get_manager(call: &Call<'_>) -> Result<Answer, Error> {
    objects::show(call, &manager(call)?, "directoryObjects{}/$entity", true)
}

fn get_manager_ref(call: &Call<'_>) -> Result<Answer, Error> {
    let manager = manager(call)?;
    Ok(Answer::ok(json!({
        "@odata.context": metadata(call.request, "directoryObjects/$ref"),
        "@odata.id": call.request.url(&format!("directoryObjects/{}", manager.id)),
    })))
}

fn set_manager(call: &Call<'_>) -> Result<Answer, Error> {
    let user = objects::find(call, User, 0)?;
    let manager = reference::read(&call.object()?)?;
    call.services.directory.set_manager(call.actor, call.tenant, user.id, Some(manager))?;
    Ok(Answer::done())
}

fn no_manager(call: &Call<'_>) -> Result<Answer, Error> {
    let user = objects::find(call, User, 0)?;
    manager(call)?;
    call.services.directory.set_manager(call.actor, call.tenant, user.id, None)?;
    Ok(Answer::done())
}

fn member_groups(call: &Call<'_>, anchor: model::Kind) -> Result<Answer, Error> {
    let object = objects::find(call, anchor, 0)?;
    let body = call.object()?;
    let Some(security_only) = body.get("securityEnabledOnly").and_then(|value| value.as_bool())
    else {
        return Err(Error::bad_request("'securityEnabledOnly' is true or false."));
    };
    let directory = &call.services.directory;
    let groups = directory.groups_of(call.actor, call.tenant, object.id, security_only)?;
    Ok(ids(call, groups.iter().map(|group| group.id.to_string()).collect()))
}

fn check_groups(call: &Call<'_>, anchor: model::Kind, member: &str) -> Result<Answer, Error> {
    const MOST: usize = 20;
    let object = objects::find(call, anchor, 0)?;
    let body = call.object()?;
    let wanted = body.get(member).and_then(|value| value.as_array());
    let wanted = wanted.filter(|wanted| wanted.len() <= MOST).ok_or_else(|| {
        Error::bad_request(format!("'{member}' is a list of at most {MOST} ids."))
    })?;
    let directory = &call.services.directory;
    let groups = directory.groups_of(call.actor, call.tenant, object.id, false)?;
    let held: Vec<String> = groups.iter().map(|group| group.id.to_string()).collect();
    let asked = wanted.iter().filter_map(|id| id.as_str());
    let is_held = |id: &&str| held.iter().any(|own| own.eq_ignore_ascii_case(id));
    Ok(ids(call, asked.filter(is_held).map(str::to_ascii_lowercase).collect()))
}

fn ids(call: &Call<'_>, ids: Vec<String>) -> Answer {
    Answer::ok(json!({
        "@odata.context": metadata(call.request, "Collection(Edm.String)"),
        "value": ids,
    }))
}
