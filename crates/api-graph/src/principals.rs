//! Applications and their principals, as three kinds of things have them: programs that sign in,
//! configurations, and Microsoft Graph itself (docs/decisions/graph-configurations.md).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::{
    Application, Configuration, GRAPH, GraphPermission, find_role, graph_permissions,
    graph_principal,
};
use model::{Object, ObjectId, TenantId, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{call::Call, error::Error, path::Key, small::object};

/// The gallery's template of a configuration between tenants.
pub const TEMPLATE: &str = "518e5f48-1fc8-4c48-9387-9fdf28b0dfe7";

/// The role of applications that have none.
const NO_ROLE: Uuid = Uuid::nil();

/// Who has a principal in a tenant.
pub enum Principal {
    /// Microsoft Graph, whose roles are the permissions.
    Graph,
    /// A program that signs in.
    Program(Box<Application>),
    /// A configuration, to which people are assigned.
    Configuration(Box<Configuration>),
}

impl Principal {
    /// All of a tenant, Microsoft Graph first.
    pub fn list(call: &Call<'_>) -> Result<Vec<Self>, Error> {
        let directory = &call.services.directory;
        let (programs, configurations) =
            directory.list_principals(call.actor, call.tenant, call.needs)?;
        let programs = programs.into_iter().map(|one| Self::Program(Box::new(one)));
        let configurations =
            configurations.into_iter().map(|one| Self::Configuration(Box::new(one)));
        Ok(std::iter::once(Self::Graph).chain(programs).chain(configurations).collect())
    }

    /// The one that a key of the path names, by its object id or by `appId`.
    pub fn find(call: &Call<'_>, key: &Key) -> Result<Self, Error> {
        let is_meant = |one: &Self| match key.property.as_deref() {
            None | Some("id") => is_id(&key.value, one.id(call.tenant).0),
            Some("appId") => is_id(&key.value, one.app_id()),
            Some(_) => false,
        };
        let found = Self::list(call)?.into_iter().find(is_meant);
        found.ok_or_else(|| Error::not_found(&key.value))
    }

    /// The same for the key of an application.
    pub fn find_application(call: &Call<'_>, key: &Key) -> Result<Self, Error> {
        let is_meant = |one: &Self| match (key.property.as_deref(), one.object_id()) {
            (_, None) => false,
            (None | Some("id"), Some(id)) => is_id(&key.value, id.0),
            (Some("appId"), Some(_)) => is_id(&key.value, one.app_id()),
            (Some(_), _) => false,
        };
        let found = Self::list(call)?.into_iter().find(is_meant);
        found.ok_or_else(|| Error::not_found(&key.value))
    }

    /// The configuration that a key of the path names. Others have nothing to synchronize.
    pub fn find_configuration(call: &Call<'_>, key: &Key) -> Result<Configuration, Error> {
        match Self::find(call, key)? {
            Self::Configuration(configuration) => Ok(*configuration),
            _ => Err(Error::not_found(&key.value)),
        }
    }

    /// The object id of the principal.
    pub fn id(&self, tenant: TenantId) -> ObjectId {
        match self {
            Self::Graph => graph_principal(tenant),
            Self::Program(program) => program.service_principal,
            Self::Configuration(configuration) => configuration.service_principal,
        }
    }

    /// The object id of the application; Microsoft Graph's is registered elsewhere.
    pub fn object_id(&self) -> Option<ObjectId> {
        match self {
            Self::Graph => None,
            Self::Program(program) => Some(program.object_id),
            Self::Configuration(configuration) => Some(configuration.object_id),
        }
    }

    /// The client id.
    pub fn app_id(&self) -> Uuid {
        match self {
            Self::Graph => GRAPH.0,
            Self::Program(program) => program.id.0,
            Self::Configuration(configuration) => configuration.application.0,
        }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Graph => "Microsoft Graph",
            Self::Program(program) => &program.name,
            Self::Configuration(configuration) => &configuration.job.name,
        }
    }

    fn created(&self) -> Option<Timestamp> {
        match self {
            Self::Graph => None,
            Self::Program(program) => Some(program.created),
            Self::Configuration(configuration) => Some(configuration.job.created),
        }
    }

    fn is_enabled(&self) -> bool {
        !matches!(self, Self::Program(program) if !program.enabled)
    }

    fn template(&self) -> Option<&'static str> {
        matches!(self, Self::Configuration(_)).then_some(TEMPLATE)
    }

    fn tags(&self) -> Value {
        match self {
            Self::Graph => json!([]),
            _ => json!(["WindowsAzureActiveDirectoryIntegratedApp"]),
        }
    }

    fn roles(&self) -> Value {
        match self {
            Self::Graph => graph_permissions().iter().filter_map(graph_role).collect(),
            Self::Program(_) => json!([]),
            Self::Configuration(configuration) => json!([{
                "id": configuration.role,
                "value": null,
                "displayName": "msiam_access",
                "description": "msiam_access",
                "allowedMemberTypes": ["User"],
                "isEnabled": true,
                "origin": "Application",
            }]),
        }
    }

    fn scopes(&self) -> Value {
        let Self::Graph = self else { return json!([]) };
        let scope = |one: &GraphPermission| {
            let id = one.scope?;
            Some(json!({
                "id": id,
                "value": one.name,
                "type": "Admin",
                "isEnabled": true,
                "adminConsentDisplayName": one.name,
                "adminConsentDescription": one.name,
                "userConsentDisplayName": null,
                "userConsentDescription": null,
            }))
        };
        graph_permissions().iter().filter_map(scope).collect()
    }

    /// `servicePrincipal`.
    pub fn document(&self, tenant: TenantId) -> Map<String, Value> {
        let app_id = self.app_id();
        let is_configuration = matches!(self, Self::Configuration(_));
        let homepage = is_configuration.then_some(
            "https://account.activedirectory.windowsazure.com:444/applications/default.aspx?metadata=aad2aadsync|ISV9.1|primary|z",
        );
        object(json!({
            "id": self.id(tenant),
            "deletedDateTime": null,
            "accountEnabled": self.is_enabled(),
            "alternativeNames": [],
            "appDescription": null,
            "appDisplayName": self.name(),
            "appId": app_id,
            "applicationTemplateId": self.template(),
            "appOwnerOrganizationId": match self {
                // The tenant that Microsoft's own applications are registered in.
                Self::Graph => json!("f8cdef31-a31e-4b4a-93e4-5f571e91255a"),
                _ => json!(tenant),
            },
            "appRoleAssignmentRequired": is_configuration,
            "createdDateTime": self.created(),
            "description": null,
            "disabledByMicrosoftStatus": null,
            "displayName": self.name(),
            "homepage": homepage,
            "loginUrl": null,
            "logoutUrl": null,
            "notes": null,
            "notificationEmailAddresses": [],
            "preferredSingleSignOnMode": null,
            "replyUrls": self.redirect_uris(),
            "servicePrincipalNames": [app_id],
            "servicePrincipalType": "Application",
            "signInAudience": match self { Self::Graph => "AzureADMultipleOrgs", _ => "AzureADMyOrg" },
            "tags": self.tags(),
            "addIns": [],
            "appRoles": self.roles(),
            "oauth2PermissionScopes": self.scopes(),
            "keyCredentials": [],
            "passwordCredentials": [],
        }))
    }

    /// `application`; none of Microsoft Graph.
    pub fn application(&self) -> Option<Map<String, Value>> {
        let id = self.object_id()?;
        Some(object(json!({
            "id": id,
            "deletedDateTime": null,
            "appId": self.app_id(),
            "applicationTemplateId": self.template(),
            "createdDateTime": self.created(),
            "description": null,
            "disabledByMicrosoftStatus": null,
            "displayName": self.name(),
            "groupMembershipClaims": null,
            "identifierUris": [],
            "isFallbackPublicClient": self.is_public(),
            "notes": null,
            "publisherDomain": null,
            "signInAudience": "AzureADMyOrg",
            "tags": self.tags(),
            "addIns": [],
            "appRoles": self.roles(),
            "keyCredentials": self.certificates(),
            "passwordCredentials": self.passwords(),
            "requiredResourceAccess": self.required(),
            "web": { "homePageUrl": null, "logoutUrl": null, "redirectUris": self.redirect_uris() },
        })))
    }

    fn redirect_uris(&self) -> Value {
        match self {
            Self::Program(program) => json!(program.redirect_uris),
            _ => json!([]),
        }
    }

    fn is_public(&self) -> Option<bool> {
        match self {
            Self::Program(program) => Some(program.public_client),
            _ => None,
        }
    }

    /// The permissions that the program was granted, as those that it asks for.
    fn required(&self) -> Value {
        let Self::Program(program) = self else { return json!([]) };
        let find = |name: &String| graph_permissions().iter().find(|one| one.name == name);
        let roles = program.grants.iter().filter_map(find).filter_map(|one| one.role);
        let scopes = program.delegated.iter().filter_map(find).filter_map(|one| one.scope);
        let access: Vec<Value> = roles
            .map(|id| json!({ "id": id, "type": "Role" }))
            .chain(scopes.map(|id| json!({ "id": id, "type": "Scope" })))
            .collect();
        match access.is_empty() {
            true => json!([]),
            false => json!([{ "resourceAppId": GRAPH, "resourceAccess": access }]),
        }
    }

    fn passwords(&self) -> Value {
        let Self::Program(program) = self else { return json!([]) };
        program.secrets.iter().map(password).collect()
    }

    fn certificates(&self) -> Value {
        let Self::Program(program) = self else { return json!([]) };
        let certificate = |one: &directory::Certificate| {
            json!({
                "keyId": one.key,
                "displayName": one.name,
                "customKeyIdentifier": one.thumbprint.to_uppercase(),
                "type": "AsymmetricX509Cert",
                "usage": "Verify",
                "key": null,
                "startDateTime": one.start,
                "endDateTime": one.end,
            })
        };
        program.certificates.iter().map(certificate).collect()
    }
}

/// `passwordCredential`, without what only its maker has seen.
pub fn password(secret: &directory::Secret) -> Value {
    json!({
        "keyId": secret.key,
        "displayName": secret.name,
        "hint": secret.hint,
        "customKeyIdentifier": null,
        "secretText": null,
        "startDateTime": secret.start,
        "endDateTime": secret.end,
    })
}

fn graph_role(permission: &GraphPermission) -> Option<Value> {
    let id = permission.role?;
    Some(json!({
        "id": id,
        "value": permission.name,
        "displayName": permission.name,
        "description": permission.name,
        "allowedMemberTypes": ["Application"],
        "isEnabled": true,
        "origin": "Application",
    }))
}

fn is_id(text: &str, id: Uuid) -> bool {
    text.parse() == Ok(id)
}

/// The id of an assignment, which is a text that holds all of it: nobody has to keep a table.
pub struct AssignmentId {
    /// To what.
    pub resource: ObjectId,
    /// Who.
    pub principal: ObjectId,
    /// In which role.
    pub role: Uuid,
}

impl AssignmentId {
    /// The id behind a text.
    pub fn read(text: &str) -> Result<Self, Error> {
        let missing = || Error::not_found(text);
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| missing())?;
        let part = |place: usize| {
            let bytes = bytes.get(place * 16..place * 16 + 16);
            bytes.and_then(|bytes| Uuid::from_slice(bytes).ok()).ok_or_else(missing)
        };
        if bytes.len() != 48 {
            return Err(missing());
        }
        Ok(Self { resource: ObjectId(part(0)?), principal: ObjectId(part(1)?), role: part(2)? })
    }

    fn text(&self) -> String {
        let parts = [self.resource.0, self.principal.0, self.role];
        URL_SAFE_NO_PAD.encode(parts.map(Uuid::into_bytes).concat())
    }
}

/// `appRoleAssignment` of a user or group to a configuration. When it was made is not kept.
pub fn assignment(configuration: &Configuration, principal: &Object) -> Map<String, Value> {
    let resource = configuration.service_principal;
    let id = AssignmentId { resource, principal: principal.id, role: configuration.role };
    object(json!({
        "id": id.text(),
        "deletedDateTime": null,
        "appRoleId": configuration.role,
        "createdDateTime": null,
        "principalDisplayName": principal.display_name(),
        "principalId": principal.id,
        "principalType": match principal.kind { model::Kind::User => "User", model::Kind::Group => "Group" },
        "resourceDisplayName": configuration.job.name,
        "resourceId": resource,
    }))
}

/// `appRoleAssignment` of a program in a permission of Microsoft Graph.
pub fn grant(tenant: TenantId, program: &Application, role: Uuid) -> Map<String, Value> {
    let resource = graph_principal(tenant);
    let id = AssignmentId { resource, principal: program.service_principal, role };
    object(json!({
        "id": id.text(),
        "deletedDateTime": null,
        "appRoleId": role,
        "createdDateTime": null,
        "principalDisplayName": program.name,
        "principalId": program.service_principal,
        "principalType": "ServicePrincipal",
        "resourceDisplayName": "Microsoft Graph",
        "resourceId": resource,
    }))
}

/// All grants of a program.
pub fn grants(tenant: TenantId, program: &Application) -> Vec<Map<String, Value>> {
    let named = |name: &String| graph_permissions().iter().find(|one| one.name == name);
    let roles = program.grants.iter().filter_map(named).filter_map(|one| one.role);
    roles.map(|role| grant(tenant, program, role)).collect()
}

/// The role that a body names for a configuration: its own, or none at all.
pub fn check_role(configuration: &Configuration, role: Uuid) -> Result<(), Error> {
    if role == configuration.role || role == NO_ROLE {
        return Ok(());
    }
    let what = match find_role(role) {
        Some(permission) => permission.name.to_owned(),
        None => role.to_string(),
    };
    Err(Error::bad_request(format!(
        "Permission being assigned was not found on application: {what}"
    )))
}
