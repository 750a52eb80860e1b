//! Who is assigned: users and groups to configurations, programs to the permissions of Microsoft Graph
//! (graph-api.md 6.9), seen from both sides.

use access::Permission::{AssignJobs, GrantPermissions, ReadAssignments};
use directory::Configuration;
use model::ObjectId;
use serde_json::{Map, Value};
use uuid::Uuid;
use wire::odata::{Page, filter};

use crate::{
    answer::{Answer, metadata},
    call::Call,
    error::Error,
    path::Key,
    principals::{AssignmentId, Principal, assignment, check_role, grant, grants},
    request::Method::{Delete, Get, Post},
    route::Route,
    small::{expired, select},
};

const LIST: &str = "/servicePrincipals/{id}/appRoleAssignedTo";
const ONE: &str = "/servicePrincipals/{id}/appRoleAssignedTo/{id}";
const PROGRAMS: &str = "/servicePrincipals/{id}/appRoleAssignments";
const PROGRAM: &str = "/servicePrincipals/{id}/appRoleAssignments/{id}";
const USERS: &str = "/users/{id}/appRoleAssignments";
const USER: &str = "/users/{id}/appRoleAssignments/{id}";
const GROUPS: &str = "/groups/{id}/appRoleAssignments";
const GROUP: &str = "/groups/{id}/appRoleAssignments/{id}";

pub const ROUTES: &[Route] = &[
    Route::new(Get, LIST, "List principals assigned", &[ReadAssignments], list),
    Route::new(Post, LIST, "Assign user or group", &[AssignJobs], create),
    Route::new(Get, ONE, "Get one assignment", &[ReadAssignments], get),
    Route::new(Delete, ONE, "Remove assignment", &[AssignJobs], delete),
    Route::new(
        Get,
        PROGRAMS,
        "List app role assignments of an application",
        &[ReadAssignments],
        of_program,
    ),
    Route::new(Post, PROGRAMS, "Grant app role to an application", &[GrantPermissions], create),
    Route::new(Delete, PROGRAM, "Revoke app role from an application", &[GrantPermissions], delete),
    Route::new(Get, USERS, "List app role assignments of a user", &[ReadAssignments], of_user),
    Route::new(Post, USERS, "Grant app role to a user", &[AssignJobs], create),
    Route::new(Delete, USER, "Revoke app role from a user", &[AssignJobs], delete),
    Route::new(Get, GROUPS, "List app role assignments of a group", &[ReadAssignments], of_group),
    Route::new(Post, GROUPS, "Grant app role to a group", &[AssignJobs], create),
    Route::new(Delete, GROUP, "Revoke app role from a group", &[AssignJobs], delete),
];

const PAGE: Page = Page { usual: 100, most: 999 };

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let found = Principal::find(call, call.key(0))?;
    let context = format!("servicePrincipals('{}')/appRoleAssignedTo", call.key(0).value);
    match found {
        Principal::Configuration(configuration) => list_assigned(call, &context, &configuration),
        Principal::Program(_) => call.answer_list(&context, Vec::new()),
        Principal::Graph => {
            let directory = &call.services.directory;
            let (all, _) = directory.list_principals(call.actor, call.tenant, call.needs)?;
            let assigned = all.iter().flat_map(|one| grants(call.tenant, one)).collect();
            call.answer_list(&context, assigned)
        }
    }
}

/// A page of those assigned to a configuration, which may be many.
fn list_assigned(
    call: &Call<'_>,
    context: &str,
    configuration: &Configuration,
) -> Result<Answer, Error> {
    let options = call.query()?;
    let size = options.page_size(PAGE)?;
    let after: Option<ObjectId> = options
        .skip_token
        .as_ref()
        .map(|token| token.parse().map_err(|_| expired()))
        .transpose()?;
    let (mut found, mut next) = (Vec::new(), after);
    // A page of a filter may hold less than was asked for, and go on all the same.
    for _ in 0..20 {
        let wanted = size - found.len();
        let directory = &call.services.directory;
        let page = directory.list_assigned_after(call.actor, &configuration.job, next, wanted)?;
        next = page.1;
        let documents = page.0.iter().map(|one| Value::Object(assignment(configuration, one)));
        let is_meant = |document: &Value| {
            let filter = options.filter.as_ref();
            filter.is_none_or(|filter| filter::matches(filter, document, filter::Case::Ignored))
        };
        found.extend(documents.filter(is_meant));
        if next.is_none() || found.len() >= size {
            break;
        }
    }
    let mut document = Map::new();
    document.insert("@odata.context".to_owned(), metadata(call.request, context).into());
    if let Some(next) = next {
        let next = options.next_page(&next.to_string());
        let link = format!("{}?{next}", call.request.url(&call.request.path));
        document.insert("@odata.nextLink".to_owned(), link.into());
    }
    let found = found.into_iter().filter_map(|one| match one {
        Value::Object(members) => Some(Value::Object(select(&options, members))),
        _ => None,
    });
    document.insert("value".to_owned(), found.collect());
    Ok(Answer::ok(Value::Object(document)))
}

/// The same body everywhere: whoever is named in it is assigned to what is named in it.
fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let body = call.members()?;
    let id = |name: &'static str| -> Result<Uuid, Error> {
        let text = body.get(name).and_then(Value::as_str);
        let wrong = || Error::bad_request(format!("The property '{name}' has to be a GUID."));
        text.and_then(|text| text.parse().ok()).ok_or_else(wrong)
    };
    if let Some(other) = body.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Err(Error::not_settable(other));
    }
    let (principal, resource) = (ObjectId(id("principalId")?), id("resourceId")?);
    let role = if body.contains_key("appRoleId") { id("appRoleId")? } else { Uuid::nil() };
    check_path(call, principal.0, resource)?;
    let key = Key { property: None, value: resource.to_string() };
    let directory = &call.services.directory;
    let document = match Principal::find(call, &key)? {
        Principal::Configuration(configuration) => {
            check_role(&configuration, role)?;
            let done = directory.assign_once(call.actor, &configuration.job, principal);
            done.map_err(exists)?;
            let object = directory.find_assigned(call.actor, &configuration.job, principal)?;
            assignment(&configuration, &object)
        }
        Principal::Graph => {
            let granted = directory.grant_role(call.actor, call.tenant, principal, role);
            grant(call.tenant, &granted.map_err(exists)?, role)
        }
        Principal::Program(_) => {
            let message = "Permission being assigned was not found on application.";
            return Err(Error::bad_request(message));
        }
    };
    let context = "appRoleAssignments/$entity";
    Ok(Answer::created(Answer::entity(call, context, document)))
}

const NAMES: [&str; 3] = ["principalId", "resourceId", "appRoleId"];

/// The one whose path it is has to be one of the two that the body names.
fn check_path(call: &Call<'_>, principal: Uuid, resource: Uuid) -> Result<(), Error> {
    let path = call.request.path.to_ascii_lowercase();
    let first = path.trim_start_matches('/');
    let key = call.key(0);
    let named = match first.starts_with("serviceprincipals") {
        true => Principal::find(call, key)?.id(call.tenant).0,
        // A user may be named by the sign-in name, which the body does not have.
        false => match key.value.parse() {
            Ok(id) => id,
            Err(_) => return Ok(()),
        },
    };
    match [principal, resource].contains(&named) {
        true => Ok(()),
        false => Err(Error::bad_request("The body names others than the address does.")),
    }
}

fn exists(error: directory::Error) -> Error {
    match error {
        directory::Error::Exists { .. } => {
            Error::bad_request("Permission being assigned already exists on the object").detail(
                "InvalidUpdate",
                "Permission being assigned already exists on the object",
                "appRoleId",
            )
        }
        error => error.into(),
    }
}

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let found = Principal::find(call, call.key(0))?;
    let id = assignment_id(call)?;
    let missing = || Error::not_found(&call.key(1).value);
    let directory = &call.services.directory;
    let document = match &found {
        Principal::Configuration(configuration) if found.id(call.tenant) == id.resource => {
            let object = directory.find_assigned(call.actor, &configuration.job, id.principal)?;
            assignment(configuration, &object)
        }
        Principal::Graph if found.id(call.tenant) == id.resource => {
            let (all, _) = directory.list_principals(call.actor, call.tenant, call.needs)?;
            let mut held = all.iter().flat_map(|one| grants(call.tenant, one));
            let is_meant = |one: &Map<String, Value>| {
                one.get("id").and_then(Value::as_str) == Some(&call.key(1).value)
            };
            held.find(is_meant).ok_or_else(missing)?
        }
        _ => return Err(missing()),
    };
    call.answer_entity("appRoleAssignments/$entity", document)
}

fn assignment_id(call: &Call<'_>) -> Result<AssignmentId, Error> {
    AssignmentId::read(&call.key(1).value)
}

fn delete(call: &Call<'_>) -> Result<Answer, Error> {
    let id = assignment_id(call)?;
    check_path(call, id.principal.0, id.resource.0).map_err(|error| match error.status {
        403 => error,
        _ => Error::not_found(&call.key(1).value),
    })?;
    let key = Key { property: None, value: id.resource.to_string() };
    let directory = &call.services.directory;
    match Principal::find(call, &key)? {
        Principal::Configuration(configuration) => {
            directory.unassign_once(call.actor, &configuration.job, id.principal)?;
        }
        Principal::Graph => {
            directory.revoke_role(call.actor, call.tenant, id.principal, id.role)?;
        }
        Principal::Program(_) => return Err(Error::not_found(&call.key(1).value)),
    }
    Ok(Answer::done())
}

/// The permissions of a program.
fn of_program(call: &Call<'_>) -> Result<Answer, Error> {
    let context = format!("servicePrincipals('{}')/appRoleAssignments", call.key(0).value);
    match Principal::find(call, call.key(0))? {
        Principal::Program(program) => call.answer_list(&context, grants(call.tenant, &program)),
        _ => call.answer_list(&context, Vec::new()),
    }
}

fn of_user(call: &Call<'_>) -> Result<Answer, Error> {
    of_object(call, model::Kind::User, "users")
}

fn of_group(call: &Call<'_>) -> Result<Answer, Error> {
    of_object(call, model::Kind::Group, "groups")
}

fn of_object(call: &Call<'_>, kind: model::Kind, name: &str) -> Result<Answer, Error> {
    let (directory, key) = (&call.services.directory, &call.key(0).value);
    let (object, found) = directory.list_assignments_of(call.actor, call.tenant, kind, key)?;
    let documents = found.iter().map(|one| assignment(one, &object)).collect();
    call.answer_list(&format!("{name}('{key}')/appRoleAssignments"), documents)
}
