//! `/tenantRelationships/multiTenantOrganization`: the organization that the tenant is in, its
//! tenants, and joining one (graph-api.md 8). There is the caller's own, and no other.

use access::Permission::{ReadOrganization, ReadOrganizationChanges, WriteOrganization};
use directory::{
    NewOrganization, Organization, OrganizationRole, OrganizationState, OrganizationTenant,
};
use model::TenantId;
use serde_json::{Map, Value, json};

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    request::Method::{Delete, Get, Patch, Post, Put},
    route::Route,
    small::object,
};

const ONE: &str = "/tenantRelationships/multiTenantOrganization";
const TENANTS: &str = "/tenantRelationships/multiTenantOrganization/tenants";
const TENANT: &str = "/tenantRelationships/multiTenantOrganization/tenants/{tenantId}";
const JOIN: &str = "/tenantRelationships/multiTenantOrganization/joinRequest";
/// What stands behind `$metadata#`.
const CONTEXT: &str = "tenantRelationships/multiTenantOrganization";

pub const ROUTES: &[Route] = &[
    Route::new(Get, ONE, "Get MTO", &[ReadOrganization], get),
    Route::new(Put, ONE, "Create MTO", &[WriteOrganization], create),
    Route::new(Patch, ONE, "Update MTO", &[WriteOrganization], update),
    Route::new(Get, TENANTS, "List MTO tenants", &[ReadOrganization], list),
    Route::new(Post, TENANTS, "Add tenant", &[WriteOrganization], add),
    Route::new(Get, TENANT, "Get tenant", &[ReadOrganization], get_tenant),
    Route::new(Patch, TENANT, "Change role", &[WriteOrganization], change_role),
    Route::new(Delete, TENANT, "Remove tenant", &[WriteOrganization], remove),
    Route::new(Get, JOIN, "Get join request", &[ReadOrganizationChanges], get_join),
    Route::new(Patch, JOIN, "Join, or reset a failed join", &[WriteOrganization], join),
];

fn get(call: &Call<'_>) -> Result<Answer, Error> {
    let found = call.services.directory.organization(call.actor, call.tenant)?;
    call.answer_entity(&format!("{CONTEXT}/$entity"), document(&found))
}

fn create(call: &Call<'_>) -> Result<Answer, Error> {
    let new = facts(call)?;
    let made = call.services.directory.create_organization(call.actor, call.tenant, new)?;
    let entity = Answer::entity(call, &format!("{CONTEXT}/$entity"), document(&made));
    Ok(Answer::created(entity))
}

fn update(call: &Call<'_>) -> Result<Answer, Error> {
    let change = facts(call)?;
    call.services.directory.update_organization(call.actor, call.tenant, &change)?;
    Ok(Answer::done())
}

/// What the body says about the organization.
fn facts(call: &Call<'_>) -> Result<NewOrganization, Error> {
    let mut new = NewOrganization::default();
    for (name, value) in call.members_if_any()? {
        let place = match name.as_str() {
            "displayName" => &mut new.name,
            "description" => &mut new.description,
            _ => return Err(Error::not_settable(&name)),
        };
        *place = text(&name, &value)?;
    }
    Ok(new)
}

fn list(call: &Call<'_>) -> Result<Answer, Error> {
    let found = call.services.directory.organization(call.actor, call.tenant)?;
    let tenants = found.tenants.iter().map(|(id, one)| tenant_document(*id, one));
    call.answer_list(&format!("{CONTEXT}/tenants"), tenants.collect())
}

fn add(call: &Call<'_>) -> Result<Answer, Error> {
    let (mut id, mut name, mut role) = (None, None, OrganizationRole::Member);
    for (member, value) in call.members()? {
        match member.as_str() {
            "tenantId" => id = Some(guid(&member, &value)?),
            "displayName" => name = text(&member, &value)?,
            "role" => role = read_role(&value)?,
            _ => return Err(Error::not_settable(&member)),
        }
    }
    let missing = || Error::bad_request("The property 'tenantId' has to be a GUID.");
    let id = id.ok_or_else(missing)?;
    let directory = &call.services.directory;
    let made = directory.add_organization_tenant(call.actor, call.tenant, (id, name), role)?;
    let context = format!("{CONTEXT}/tenants/$entity");
    let place = call.request.url(&format!("{CONTEXT}/tenants/{id}"));
    let entity = Answer::entity(call, &context, tenant_document(id, &made));
    Ok(Answer::created(entity).with("location", place))
}

fn get_tenant(call: &Call<'_>) -> Result<Answer, Error> {
    let found = call.services.directory.organization(call.actor, call.tenant)?;
    let key = &call.key(0).value;
    let id = key.parse().ok();
    let held = id.and_then(|id: TenantId| Some((id, found.tenants.get(&id)?)));
    let (id, tenant) = held.ok_or_else(|| Error::not_found(key))?;
    call.answer_entity(&format!("{CONTEXT}/tenants/$entity"), tenant_document(id, tenant))
}

fn change_role(call: &Call<'_>) -> Result<Answer, Error> {
    let id = named(call)?;
    let mut role = None;
    for (member, value) in call.members()? {
        match member.as_str() {
            "role" => role = Some(read_role(&value)?),
            _ => return Err(Error::not_settable(&member)),
        }
    }
    let role = role.ok_or_else(|| Error::bad_request("The property 'role' is missing."))?;
    call.services.directory.set_organization_role(call.actor, call.tenant, id, role)?;
    Ok(Answer::done())
}

fn remove(call: &Call<'_>) -> Result<Answer, Error> {
    let id = named(call)?;
    call.services.directory.remove_organization_tenant(call.actor, call.tenant, id)?;
    Ok(Answer::done())
}

fn get_join(call: &Call<'_>) -> Result<Answer, Error> {
    let own = call.services.directory.join_request(call.actor, call.tenant)?;
    let document = json!({
        "addedByTenantId": own.as_ref().map_or(TenantId::NIL, |own| own.added_by),
        "memberState": own.as_ref().map(|own| own.state),
        "role": own.as_ref().map(|own| own.role),
        "transitionDetails": own.as_ref().and_then(transition),
    });
    call.answer_entity(&format!("{CONTEXT}/joinRequest/$entity"), object(document))
}

fn join(call: &Call<'_>) -> Result<Answer, Error> {
    let mut added_by = None;
    for (member, value) in call.members()? {
        match member.as_str() {
            "addedByTenantId" => added_by = Some(guid(&member, &value)?),
            _ => return Err(Error::not_settable(&member)),
        }
    }
    let directory = &call.services.directory;
    match added_by {
        Some(TenantId::NIL) => directory.reset_joining(call.actor, call.tenant)?,
        Some(added_by) => directory.join_organization(call.actor, call.tenant, added_by)?,
        None => return Err(Error::bad_request("The property 'addedByTenantId' is missing.")),
    }
    Ok(Answer::done())
}

fn document(organization: &Organization) -> Map<String, Value> {
    object(json!({
        "id": organization.id,
        "createdDateTime": organization.created.to_string(),
        "displayName": organization.name,
        "description": organization.description,
        // One in which nobody is any more is not kept.
        "state": "active",
    }))
}

fn tenant_document(id: TenantId, tenant: &OrganizationTenant) -> Map<String, Value> {
    object(json!({
        "tenantId": id,
        "displayName": tenant.name,
        "addedDateTime": tenant.added.to_string(),
        "joinedDateTime": tenant.joined.map(|at| at.to_string()),
        "addedByTenantId": tenant.added_by,
        "role": tenant.role,
        "state": tenant.state,
        "transitionDetails": Value::Null,
    }))
}

/// How far a tenant is that has asked to join.
fn transition(own: &OrganizationTenant) -> Option<Value> {
    let status = match own.state {
        OrganizationState::Pending => "running",
        OrganizationState::Active => "succeeded",
        OrganizationState::Removed => return None,
    };
    Some(json!({ "desiredMemberState": "active", "status": status, "details": Value::Null }))
}

/// The tenant that the path names.
fn named(call: &Call<'_>) -> Result<TenantId, Error> {
    let key = &call.key(0).value;
    key.parse().map_err(|_| Error::not_found(key))
}

fn guid(name: &str, value: &Value) -> Result<TenantId, Error> {
    let id = value.as_str().and_then(|text| text.parse().ok());
    id.ok_or_else(|| Error::bad_request(format!("The property '{name}' has to be a GUID.")))
}

fn text(name: &str, value: &Value) -> Result<Option<String>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.chars().count() <= 256 => Ok(Some(text.clone())),
        _ => Err(Error::bad_request(format!("'{name}' is a text of at most 256 characters."))),
    }
}

fn read_role(value: &Value) -> Result<OrganizationRole, Error> {
    match value.as_str() {
        Some("owner") => Ok(OrganizationRole::Owner),
        Some("member") => Ok(OrganizationRole::Member),
        _ => Err(Error::bad_request("'role' is owner or member.")),
    }
}
