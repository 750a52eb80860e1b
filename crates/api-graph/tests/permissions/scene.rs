//! A tenant with one of everything that a path can name, and a request for every route: the keys of
//! a path follow from the words before them, bodies stand here by the route.

use api_graph::{Body, Headers, Method, Request, Route, Services, Version};
use identity::Identity;
use model::{Actor, Clock, Kind, ObjectId, Role, TenantId};
use serde_json::{Value, json};
use testkit::{World, attributes};

/// The world, and the ids of what stands in it.
pub struct Scene {
    pub services: Services,
    /// The tenant in which all of it stands.
    pub tenant: TenantId,
    /// Another tenant, which has nothing to do with it.
    pub outside: TenantId,
    world: World,
    partner: TenantId,
    ada: ObjectId,
    bo: ObjectId,
    group: ObjectId,
    deleted_user: ObjectId,
    deleted_group: ObjectId,
    application: String,
    extension: String,
    principal: String,
    job: String,
    assignment: String,
    template: String,
    run_entry: String,
    audit_entry: String,
    /// An application of its own, beside the one of the configuration.
    program: Program,
    /// The assignment of the group.
    of_group: String,
}

/// A registered application, its principal, and the permission that it holds.
#[derive(Default)]
struct Program {
    object: String,
    app: String,
    principal: String,
    granted: String,
    graph: String,
}

impl Scene {
    pub fn new() -> Self {
        let world = World::new();
        let (directory, operator) = (&world.directory, &world.operator);
        let tenant = world.source;
        let domains = vec!["outside.example".parse().expect("a domain")];
        let new = directory::NewTenant { id: None, name: "Outside".to_owned(), domains };
        let outside = directory.create_tenant(operator, new).expect("it is free").id;
        let [ada, bo, gone] = ["ada", "bo", "gone"].map(|name| world.person(name, &[]));
        let group = |name: &str| {
            let given = attributes(&[("displayName", name), ("mailNickname", name)]);
            world.make(tenant, Kind::Group, given)
        };
        let [staff, outer, past] = ["staff", "outer", "past"].map(group);
        directory.add_members(operator, tenant, staff, &[ada, bo]).expect("they stand");
        directory.add_members(operator, tenant, outer, &[staff]).expect("it stands");
        directory.set_manager(operator, tenant, bo, Some(ada)).expect("no loop");
        directory.set_manager(operator, tenant, ada, Some(gone)).expect("no loop");
        directory.delete(operator, tenant, past).expect("it stands");
        let deleted = world.person("past", &[]);
        directory.delete(operator, tenant, deleted).expect("it stands");
        // The interface makes a configuration of its own, and two tenants have one between them.
        directory.delete_job(operator, &world.job()).expect("it stands");
        let services = Services {
            directory: world.directory.clone(),
            sync: world.sync.clone(),
            identity: Identity::new(world.directory.clone()),
            limits: api_graph::Limits::off(),
        };
        let nothing = "00000000-0000-4000-8000-000000000000".to_owned();
        let mut scene = Self {
            services,
            tenant,
            outside,
            partner: world.target,
            ada,
            bo,
            group: staff,
            deleted_user: deleted,
            deleted_group: past,
            application: nothing.clone(),
            extension: nothing.clone(),
            principal: nothing.clone(),
            job: nothing.clone(),
            assignment: nothing.clone(),
            template: nothing.clone(),
            run_entry: nothing.clone(),
            audit_entry: nothing.clone(),
            program: Program::default(),
            of_group: nothing,
            world,
        };
        scene.furnish();
        scene
    }

    /// The tenant's audit log.
    pub fn audit(&self) -> Vec<store::Audited> {
        self.world.store.audit(self.tenant, 0, usize::MAX).expect("the store answers")
    }

    /// The person whom requests of people come from.
    pub fn ada(&self) -> (TenantId, ObjectId) {
        (self.tenant, self.ada)
    }

    /// Makes through the interface what has its ids there.
    fn furnish(&mut self) {
        for owner in [self.ada, self.bo] {
            let body = json!({ "@odata.id": self.link(owner) });
            self.set_up("POST", &format!("/groups/{}/owners/$ref", self.group), Some(body));
        }
        let body = json!({ "@odata.id": self.link(self.bo) });
        self.set_up("POST", &format!("/users/{}/sponsors/$ref", self.ada), Some(body));
        let path = "/policies/crossTenantAccessPolicy/partners";
        self.set_up("POST", path, Some(json!({ "tenantId": self.partner })));
        let path = format!("{path}/{}/identitySynchronization", self.partner);
        let body = json!({ "userSyncInbound": { "isSyncAllowed": true } });
        self.set_up("PUT", &path, Some(body));
        let templates = self.set_up("GET", "/applicationTemplates", None);
        self.template = text(&templates["value"][0]["id"]);
        let path = format!("/applicationTemplates/{}/instantiate", self.template);
        let made = self.set_up("POST", &path, Some(json!({ "displayName": "To Fabrikam" })));
        self.application = text(&made["application"]["id"]);
        self.principal = text(&made["servicePrincipal"]["id"]);
        let base = format!("/servicePrincipals/{}", self.principal);
        [self.assignment, self.of_group] = [self.ada, self.group].map(|principal| {
            let body = self.assigned(principal);
            text(&self.set_up("POST", &format!("{base}/appRoleAssignedTo"), Some(body))["id"])
        });
        self.program = self.register();
        let templates = self.set_up("GET", &format!("{base}/synchronization/templates"), None);
        self.template = text(&templates["value"][0]["id"]);
        let body = json!({ "templateId": self.template });
        let job = self.set_up("POST", &format!("{base}/synchronization/jobs"), Some(body));
        self.job = text(&job["id"]);
        let secrets = self.secrets();
        self.set_up("PUT", &format!("{base}/synchronization/secrets"), Some(secrets));
        let path = format!("/applications/{}/extensionProperties", self.program.object);
        let body = json!({ "name": "badge", "dataType": "String", "targetObjects": ["User"] });
        self.extension = text(&self.set_up("POST", &path, Some(body))["id"]);
        let audits = self.set_up("GET", "/auditLogs/directoryAudits?$top=1", None);
        self.audit_entry = text(&audits["value"][0]["id"]);
        let made = self.world.directory.find_job(&self.world.operator, "To Fabrikam");
        if let Ok(made) = made {
            self.world.job = made.id;
            self.world.cycle();
        }
        self.set_up("PUT", ORGANIZATION, Some(json!({ "displayName": "Both" })));
        let body = json!({ "tenantId": self.partner, "displayName": "Fabrikam" });
        self.set_up("POST", &format!("{ORGANIZATION}/tenants"), Some(body));
        let entries = self.set_up("GET", "/auditLogs/provisioning?$top=1", None);
        self.run_entry = text(&entries["value"][0]["id"]);
    }

    fn register(&self) -> Program {
        let name = json!({ "displayName": "script" });
        let made = self.set_up("POST", "/applications", Some(name));
        let app = text(&made["appId"]);
        let body = json!({ "appId": app });
        let principal = text(&self.set_up("POST", "/servicePrincipals", Some(body))["id"]);
        let graph = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')";
        let graph = text(&self.set_up("GET", graph, None)["id"]);
        let body = json!({
            "principalId": principal, "resourceId": graph,
            "appRoleId": "df021288-bdef-4463-88db-98f22de89214",
        });
        let path = format!("/servicePrincipals/{principal}/appRoleAssignments");
        let granted = text(&self.set_up("POST", &path, Some(body))["id"]);
        Program { object: text(&made["id"]), app, principal, granted, graph }
    }

    fn secrets(&self) -> Value {
        json!({ "value": [
            { "key": "AuthenticationType", "value": "SyncPolicy" },
            { "key": "CompanyId", "value": self.partner },
        ] })
    }

    fn assigned(&self, principal: ObjectId) -> Value {
        json!({
            "principalId": principal, "resourceId": self.principal,
            "appRoleId": "00000000-0000-0000-0000-000000000000",
        })
    }

    /// Asks as somebody who may everything. What is not offered yet leaves a null.
    fn set_up(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let admin = Actor::User {
            tenant: self.tenant,
            id: self.ada,
            name: "ada".to_owned(),
            roles: Role::ALL.to_vec(),
            through: None,
        };
        let request = self.request(method, path, body);
        match self.services.answer_for(&admin, &request).body {
            Body::Json(document) => document,
            Body::Written(text) => serde_json::from_str(&text).expect("it is JSON"),
            Body::Text(_) | Body::Empty => Value::Null,
        }
    }

    pub fn request(&self, method: &str, path: &str, body: Option<Value>) -> Request {
        let (path, query) = path.split_once('?').map_or((path, None), |(a, b)| (a, Some(b)));
        let (version, path) = match path.strip_prefix("/beta") {
            Some(rest) => (Version::Beta, rest),
            None => (Version::V1, path.strip_prefix("/v1.0").unwrap_or(path)),
        };
        Request {
            method: Method::find(method).expect("a method"),
            version,
            path: path.to_owned(),
            query: query.map(str::to_owned),
            headers: Headers {
                content_type: body.as_ref().map(|_| "application/json".to_owned()),
                consistency_level: Some("eventual".to_owned()),
                ..Headers::default()
            },
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
            origin: "https://graph.test".to_owned(),
            request_id: "11111111-1111-1111-1111-111111111111".to_owned(),
            at: self.world.clock.now(),
        }
    }

    fn link(&self, id: ObjectId) -> String {
        format!("https://graph.test/v1.0/directoryObjects/{id}")
    }

    /// The same requests for things that never were.
    pub fn made_up(&self, requests: Vec<Request>) -> Vec<Request> {
        let made_up = |mut request: Request| {
            for id in self.ids() {
                request.path = request.path.replace(&id, NOWHERE);
                let body = String::from_utf8(request.body).expect("it is text");
                request.body = body.replace(&id, NOWHERE).into_bytes();
            }
            request
        };
        requests.into_iter().map(made_up).collect()
    }

    /// An answer without the ids of the things that were asked for.
    pub fn without_ids(&self, answer: &str) -> String {
        self.ids().iter().fold(answer.to_owned(), |text, id| text.replace(id, NOWHERE))
    }

    fn ids(&self) -> Vec<String> {
        let objects = [self.ada, self.bo, self.group, self.deleted_user, self.deleted_group];
        let mut ids: Vec<String> = objects.map(|id| id.to_string()).to_vec();
        ids.extend(
            [&self.application, &self.extension, &self.principal, &self.job].map(Clone::clone),
        );
        ids.extend([&self.assignment, &self.run_entry, &self.audit_entry].map(Clone::clone));
        let own = &self.program;
        ids.extend([&own.object, &own.app, &own.principal, &own.granted].map(Clone::clone));
        ids.push(self.of_group.clone());
        ids.extend([self.tenant.to_string(), "contoso.example".to_owned()]);
        ids
    }

    /// What stands for a key behind these words.
    fn key(&self, route: &Route, before: &[&str]) -> String {
        let is_of_program = route.path.starts_with("/servicePrincipals/{id}/appRoleAssignments");
        match *before {
            ["servicePrincipals"]
                if route.path.ends_with("/jobs") && route.method == Method::Post =>
            {
                // One that has no job yet.
                let all = self.set_up("GET", "/applicationTemplates", None);
                let path =
                    format!("/applicationTemplates/{}/instantiate", text(&all["value"][0]["id"]));
                let made = self.set_up("POST", &path, Some(json!({ "displayName": "Fresh" })));
                text(&made["servicePrincipal"]["id"])
            }
            ["servicePrincipals"] if is_of_program => self.program.principal.clone(),
            ["servicePrincipals", _, "appRoleAssignments"] => self.program.granted.clone(),
            ["groups", _, "appRoleAssignments"] => self.of_group.clone(),
            ["applications"] if !route.path.contains("/synchronization/") => {
                self.program.object.clone()
            }
            ["users", "_", "memberOf" | "transitiveMemberOf", ..] => self.group.to_string(),
            ["users" | "directoryObjects"] => self.ada.to_string(),
            ["users", _, "appRoleAssignments"] => self.assignment.clone(),
            ["groups"] => self.group.to_string(),
            ["users", _, "sponsors"] => self.bo.to_string(),
            ["groups", _, "members" | "owners"] => self.bo.to_string(),
            ["directory", "deletedItems"] => self.deleted_user.to_string(),
            ["applications"] => self.application.clone(),
            ["applications", _, "extensionProperties"] => self.extension.clone(),
            ["applicationTemplates"] => {
                text(&self.set_up("GET", "/applicationTemplates", None)["value"][0]["id"])
            }
            ["servicePrincipals"] => self.principal.clone(),
            ["servicePrincipals", _, "appRoleAssignedTo"] => self.assignment.clone(),
            [.., "synchronization", "templates"] => self.template.clone(),
            [.., "synchronization", "jobs"] => self.job.clone(),
            [.., "schema", "directories"] => {
                let base = format!("/servicePrincipals/{}/synchronization", self.principal);
                let path = format!("{base}/jobs/{}/schema", self.job);
                text(&self.set_up("GET", &path, None)["directories"][0]["id"])
            }
            // The basics are about those who have joined.
            ["tenantRelationships", "multiTenantOrganization", "tenants"]
                if route.method == Method::Get =>
            {
                self.tenant.to_string()
            }
            ["tenantRelationships", "multiTenantOrganization", "tenants"] => {
                self.partner.to_string()
            }
            [.., "partners"] | [.., "findTenantInformationByTenantId"] => self.partner.to_string(),
            [.., "findTenantInformationByDomainName"] => "fabrikam.example".to_owned(),
            ["organization"] => self.tenant.to_string(),
            ["domains"] => "contoso.example".to_owned(),
            ["auditLogs", "provisioning"] => self.run_entry.clone(),
            ["auditLogs", "directoryAudits"] => self.audit_entry.clone(),
            _ => panic!("nothing stands for a key behind {before:?}: name it in `Scene::key`"),
        }
    }

    /// The bodies that a route is called with: one, or one for each thing that its permissions tell
    /// apart.
    fn bodies(&self, route: &Route) -> Vec<Option<Value>> {
        let link = |id| json!({ "@odata.id": self.link(id) });
        let partner = "/policies/crossTenantAccessPolicy/partners/{tenantId}";
        let is_of_partner = route.path.starts_with(partner);
        if is_of_partner
            && (route.method == Method::Put
                || (route.method == Method::Delete && route.path == partner))
        {
            // A partner has one, and stays as long as it has one.
            let path = partner.replace("{tenantId}", &self.partner.to_string());
            self.set_up("DELETE", &format!("{path}/identitySynchronization"), None);
        }
        let one = match (route.method, route.path) {
            (Method::Get | Method::Delete, _) => return vec![None],
            (Method::Patch, "/users/{id}") => {
                return vec![
                    Some(json!({ "department": "Sales" })),
                    Some(json!({ "accountEnabled": false })),
                    Some(json!({ "mobilePhone": "+41 1" })),
                    Some(json!({ "otherMails": ["a@elsewhere.example"] })),
                    Some(json!({ "passwordProfile": { "password": "Quite-long-1-word" } })),
                ];
            }
            (Method::Patch, "/groups/{id}") => {
                let members = [self.link(self.deleted_of_none())];
                return vec![
                    Some(json!({ "description": "new" })),
                    Some(json!({ "members@odata.bind": members })),
                ];
            }
            (Method::Post, "/$batch") => {
                json!({ "requests": [{ "id": "1", "method": "GET", "url": "/users" }] })
            }
            (Method::Post, "/users") => json!({
                "accountEnabled": true, "displayName": "New", "mailNickname": "new",
                "userPrincipalName": "new@contoso.example",
                "passwordProfile": { "password": "Quite-long-1-word" },
            }),
            (Method::Post, "/groups") => json!({
                "displayName": "New", "mailEnabled": false, "mailNickname": "new",
                "securityEnabled": true,
            }),
            (Method::Put, "/users/{id}/manager/$ref") => link(self.deleted_of_none()),
            (
                Method::Post,
                "/groups/{id}/members/$ref"
                | "/groups/{id}/owners/$ref"
                | "/users/{id}/sponsors/$ref",
            ) => link(self.deleted_of_none()),
            (_, path)
                if path.ends_with("/getMemberGroups") || path.ends_with("/getMemberObjects") =>
            {
                json!({ "securityEnabledOnly": false })
            }
            (_, path) if path.ends_with("/checkMemberGroups") => {
                json!({ "groupIds": [self.group] })
            }
            (_, path) if path.ends_with("/checkMemberObjects") => json!({ "ids": [self.group] }),
            (_, "/directory/deletedItems/getUserOwnedObjects") => {
                json!({ "userId": self.ada, "type": "Group" })
            }
            (_, "/directoryObjects/getByIds") => json!({ "ids": [self.ada] }),
            (_, "/directoryObjects/getAvailableExtensionProperties") => json!({}),
            (_, "/invitations") => json!({
                "invitedUserEmailAddress": "eve@elsewhere.example",
                "inviteRedirectUrl": "https://elsewhere.example",
            }),
            (Method::Post, "/applications/{id}/extensionProperties") => {
                json!({ "name": "desk", "dataType": "String", "targetObjects": ["User"] })
            }
            (Method::Post, "/policies/crossTenantAccessPolicy/partners") => {
                json!({ "tenantId": self.outside })
            }
            (Method::Put, path) if path.ends_with("/identitySynchronization") => {
                json!({ "displayName": "Fabrikam", "userSyncInbound": { "isSyncAllowed": true } })
            }
            (Method::Patch, path) if path.ends_with("/identitySynchronization") => {
                json!({ "userSyncInbound": { "isSyncAllowed": true } })
            }
            (Method::Patch, path) if path.starts_with("/policies/") => json!({}),
            (method, path) if path.starts_with(ORGANIZATION) => self.of_organization(method, path),
            (Method::Post, path)
                if path.contains("/resetTo")
                    || path.ends_with("/revokeSignInSessions")
                    || path.ends_with("/restore")
                    || path.ends_with("/start")
                    || path.ends_with("/pause")
                    || path.ends_with("/discover") =>
            {
                return vec![None];
            }
            _ => self.body_of_programs(route),
        };
        vec![Some(one)]
    }

    /// The body of a route about the multitenant organization.
    fn of_organization(&self, method: Method, path: &str) -> Value {
        let leave = || {
            let path = format!("{ORGANIZATION}/tenants/{}", self.tenant);
            self.set_up("DELETE", &path, None)
        };
        match (method, path.strip_prefix(ORGANIZATION).unwrap_or_default()) {
            (Method::Put, _) => {
                leave();
                json!({ "displayName": "Another" })
            }
            (Method::Post, _) => json!({ "tenantId": self.outside, "displayName": "Outside" }),
            (_, "/joinRequest") => {
                leave();
                let (directory, operator) = (&self.world.directory, &self.world.operator);
                let theirs = directory.create_organization(operator, self.partner, <_>::default());
                theirs.expect("they have none");
                let (added, role) = ((self.tenant, None), directory::OrganizationRole::Member);
                let own = directory.add_organization_tenant(operator, self.partner, added, role);
                own.expect("it is in none");
                json!({ "addedByTenantId": self.partner })
            }
            (_, "") => json!({ "description": "new" }),
            _ => json!({ "role": "owner" }),
        }
    }

    /// The body of a route about applications and configurations.
    fn body_of_programs(&self, route: &Route) -> Value {
        match (route.method, route.path) {
            (_, "/applicationTemplates/{id}/instantiate") => json!({ "displayName": "Another" }),
            (Method::Post, "/applications") => json!({ "displayName": "Another" }),
            (Method::Patch, "/applications/{id}") => json!({ "displayName": "Another" }),
            (_, "/applications/{id}/addPassword") => {
                json!({ "passwordCredential": { "displayName": "one" } })
            }
            (_, "/applications/{id}/removePassword") => {
                let path = format!("/applications/{}/addPassword", self.program.object);
                let body = json!({ "passwordCredential": { "displayName": "one" } });
                json!({ "keyId": self.set_up("POST", &path, Some(body))["keyId"] })
            }
            (Method::Post, "/servicePrincipals") => json!({ "appId": self.program.app }),
            (Method::Patch, "/servicePrincipals/{id}") => json!({ "displayName": "Another" }),
            (Method::Post, "/servicePrincipals/{id}/appRoleAssignments") => json!({
                "principalId": self.program.principal, "resourceId": self.program.graph,
                "appRoleId": "62a82d76-70ea-41e2-9197-370581804d09",
            }),
            (Method::Post, "/users/{id}/appRoleAssignments") => {
                let path = format!("/users/{}/appRoleAssignments/{}", self.ada, self.assignment);
                self.set_up("DELETE", &path, None);
                self.assigned(self.ada)
            }
            (Method::Post, "/groups/{id}/appRoleAssignments") => {
                let path = format!("/groups/{}/appRoleAssignments/{}", self.group, self.of_group);
                self.set_up("DELETE", &path, None);
                self.assigned(self.group)
            }
            (Method::Post, path) if path.ends_with("/appRoleAssignedTo") => self.assigned(self.bo),
            (Method::Post, path) if path.ends_with("/synchronization/jobs") => {
                json!({ "templateId": self.template })
            }
            (_, path) if path.ends_with("/validateCredentials") => json!({
                "useSavedCredentials": false, "templateId": self.template,
                "credentials": [
                    { "key": "CompanyId", "value": self.partner },
                    { "key": "AuthenticationType", "value": "SyncPolicy" },
                ],
            }),
            (_, path) if path.ends_with("/restart") => {
                json!({ "criteria": { "resetScope": "Full" } })
            }
            (_, path) if path.ends_with("/synchronization/secrets") => self.secrets(),
            (_, path) if path.ends_with("/parseExpression") => {
                json!({ "expression": "ToUpper([displayName])" })
            }
            (_, path) if path.ends_with("/provisionOnDemand") => {
                let base = format!("/servicePrincipals/{}/synchronization", self.principal);
                let schema = self.set_up("GET", &format!("{base}/jobs/{}/schema", self.job), None);
                let rule = &schema["synchronizationRules"][0]["id"];
                json!({ "parameters": [{
                    "ruleId": rule,
                    "subjects": [{ "objectId": self.ada, "objectTypeName": "User" }],
                }] })
            }
            (Method::Put, path) if path.ends_with("/schema") => {
                let path = path
                    .replacen("{id}", &self.principal, 1)
                    .replace("{jobId}", &self.job)
                    .replace("{templateId}", &self.template);
                self.set_up("GET", &path, None)
            }
            (Method::Patch, path) if path.contains("/synchronization/") => json!({}),
            (method, path) => {
                panic!("no body for {} {path}: name one in `Scene::bodies`", method.as_str())
            }
        }
    }

    /// Somebody who is bound to nothing yet.
    fn deleted_of_none(&self) -> ObjectId {
        let found = self.world.objects(self.tenant, Kind::User);
        let free = found.values().find(|one| one.label().starts_with("gone"));
        free.expect("the person stands").id
    }
}

const ORGANIZATION: &str = "/tenantRelationships/multiTenantOrganization";
const NOWHERE: &str = "ffffffff-ffff-4fff-8fff-ffffffffffff";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("00000000-0000-4000-8000-000000000000").to_owned()
}

/// The requests that a route is called with.
pub fn sample(scene: &Scene, route: &Route) -> Vec<Request> {
    let mut path = String::new();
    let mut before = Vec::new();
    for part in route.path.split('/').filter(|part| !part.is_empty()) {
        let is_key = part.starts_with('{');
        let value = if is_key { scene.key(route, &before) } else { part.to_owned() };
        match before.last() {
            // Functions have their parameter in parentheses.
            Some(last) if is_key && last.starts_with("findTenantInformationBy") => {
                let name = part.trim_matches(['{', '}']);
                path.push_str(&format!("({name}='{value}')"));
            }
            _ => path.push_str(&format!("/{value}")),
        }
        before.push(if is_key { "_" } else { part });
    }
    let version = if route.beta_only { "/beta" } else { "/v1.0" };
    let mut addresses = vec![format!("{version}{path}")];
    if route.path.starts_with("/directory/deletedItems/{id}") {
        let [user, group] = [scene.deleted_user, scene.deleted_group].map(|id| id.to_string());
        addresses.push(addresses[0].replace(&user, &group));
    }
    let mut requests = Vec::new();
    for body in scene.bodies(route) {
        for address in &addresses {
            requests.push(scene.request(route.method.as_str(), address, body.clone()));
        }
    }
    requests
}
