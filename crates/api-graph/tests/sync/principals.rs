//! Applications, their principals, and who is assigned to what.

use model::Kind;
use serde_json::{Value, json};
use testkit::attributes;

use crate::desk::Desk;

const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

#[test]
fn microsoft_graph_has_a_principal_whose_roles_are_the_permissions() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let line = format!("GET /servicePrincipals(appId='{GRAPH}')");
    let graph = desk.expect(&admin, &line, None, 200);
    assert_eq!(graph["displayName"], "Microsoft Graph");
    let roles = graph["appRoles"].as_array().expect("a list");
    let role = roles.iter().find(|role| role["value"] == "User.Read.All").expect("it is there");
    assert_eq!(role["id"], "df021288-bdef-4463-88db-98f22de89214");
    let id = graph["id"].as_str().expect("an id");
    assert!(
        desk.refused(&admin, &format!("DELETE /servicePrincipals/{id}"), None).starts_with("403 ")
    );
}

#[test]
fn principals_are_found_by_what_they_are_called() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let names = |query: &str| -> Vec<String> {
        let line = format!("GET /servicePrincipals?{query}");
        let found = desk.expect(&admin, &line, None, 200);
        let list = found["value"].as_array().expect("a list").iter();
        list.map(|one| one["displayName"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names("$orderby=displayName"), ["Microsoft Graph", "staff"]);
    assert_eq!(names("$filter=displayName eq 'staff'"), ["staff"]);
    assert_eq!(names(&format!("$filter=appId eq '{GRAPH}'")), ["Microsoft Graph"]);
    assert_eq!(names("$filter=startswith(displayName,'st')&$select=displayName"), ["staff"]);
    assert_eq!(names("$top=1&$orderby=displayName desc"), ["staff"]);
    let page = desk.expect(&admin, "GET /servicePrincipals?$top=1&$count=true", None, 200);
    assert_eq!(page["@odata.count"], 2);
    let next = page["@odata.nextLink"].as_str().expect("there is more");
    let path = next.strip_prefix("https://graph.example/v1.0").expect("it leads here");
    let rest = desk.expect(&admin, &format!("GET {path}"), None, 200);
    assert_eq!(rest["value"].as_array().map(Vec::len), Some(1));
    assert_eq!(rest.get("@odata.nextLink"), None);
}

#[test]
fn a_configuration_is_renamed_and_is_no_principal_of_another_tenant() {
    let desk = Desk::new();
    let (base, _) = desk.staff();
    let (admin, stranger) = (desk.admin(desk.world.source), desk.admin(desk.world.target));
    let name = Some(json!({ "displayName": "people" }));
    desk.expect(&admin, &format!("PATCH {base}"), name.clone(), 204);
    assert_eq!(desk.world.job().name, "people");
    assert_eq!(desk.expect(&admin, &format!("GET {base}"), None, 200)["displayName"], "people");
    let wrong = Some(json!({ "colour": "red" }));
    assert!(desk.refused(&admin, &format!("PATCH {base}"), wrong).starts_with("400 "));
    assert!(desk.refused(&stranger, &format!("PATCH {base}"), name).starts_with("404 "));
}

#[test]
fn people_and_groups_are_assigned_and_taken_out() {
    let desk = Desk::new();
    let (world, admin) = (&desk.world, desk.admin(desk.world.source));
    let (base, _) = desk.staff();
    let ada = world.person("ada", &[]);
    let team = world.make(
        world.source,
        Kind::Group,
        attributes(&[
            ("displayName", "Team"),
            ("mailNickname", "team"),
            ("securityEnabled", "true"),
            ("mailEnabled", "false"),
        ]),
    );
    let resource = world.job().id;
    let body = |who: model::ObjectId, role: &str| json!({ "principalId": who, "resourceId": resource, "appRoleId": role });
    let none = "00000000-0000-0000-0000-000000000000";
    let line = format!("POST {base}/appRoleAssignedTo");
    let made = desk.expect(&admin, &line, Some(body(ada, none)), 201);
    let of_group = desk.expect(&admin, &line, Some(body(team, none)), 201);
    assert_eq!(
        (&made["principalType"], &of_group["principalType"]),
        (&json!("User"), &json!("Group"))
    );
    let wrong = body(ada, "df021288-bdef-4463-88db-98f22de89214");
    assert_eq!(
        desk.refused(&admin, &line, Some(wrong)),
        "400 Request_BadRequest: Permission being assigned was not found on application: User.Read.All"
    );
    let nobody = body("99999999-0000-0000-0000-000000000000".parse().expect("an id"), none);
    assert!(desk.refused(&admin, &line, Some(nobody)).starts_with("404 "));
    let list = format!("GET {base}/appRoleAssignedTo");
    let listed = desk.expect(&admin, &list, None, 200);
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(2));
    let found =
        desk.expect(&admin, &format!("{list}?$filter=principalDisplayName eq 'Team'"), None, 200);
    assert_eq!(
        found["value"],
        json!([of_group])
            .as_array()
            .map(|_| {
                let mut bare = of_group.clone();
                bare.as_object_mut().map(|one| one.remove("@odata.context"));
                json!([bare])
            })
            .expect("a list")
    );
    let first = desk.expect(&admin, &format!("{list}?$top=1"), None, 200);
    assert!(first["@odata.nextLink"].is_string());
    let id = made["id"].as_str().expect("an id");
    desk.expect(&admin, &format!("{list}/{id}"), None, 200);
    let of_ada = desk.expect(&admin, &format!("GET /users/{ada}/appRoleAssignments"), None, 200);
    assert_eq!(of_ada["value"][0]["resourceDisplayName"], "staff");
    desk.expect(&admin, &format!("DELETE {base}/appRoleAssignedTo/{id}"), None, 204);
    assert!(
        desk.refused(&admin, &format!("DELETE {base}/appRoleAssignedTo/{id}"), None)
            .starts_with("404 ")
    );
    assert!(desk.refused(&admin, &format!("{list}/{id}"), None).starts_with("404 "));
    let of_team = of_group["id"].as_str().expect("an id");
    desk.expect(&admin, &format!("DELETE /groups/{team}/appRoleAssignments/{of_team}"), None, 204);
    assert_eq!(desk.expect(&admin, &list, None, 200)["value"], json!([]));
}

#[test]
fn a_program_is_registered_gets_a_secret_and_a_permission() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let name = Some(json!({ "displayName": "script", "signInAudience": "AzureADMyOrg" }));
    let made = desk.expect(&admin, "POST /applications", name, 201);
    let (object, app) =
        (made["id"].as_str().expect("an id"), made["appId"].as_str().expect("an id"));
    let body = Some(json!({ "passwordCredential": { "displayName": "first" } }));
    let secret =
        desk.expect(&admin, &format!("POST /applications/{object}/addPassword"), body, 200);
    assert!(secret["secretText"].as_str().is_some_and(|text| text.len() >= 40), "{secret}");
    let shown = desk.expect(&admin, &format!("GET /applications(appId='{app}')"), None, 200);
    assert_eq!(shown["passwordCredentials"][0]["displayName"], "first");
    assert_eq!(shown["passwordCredentials"][0]["secretText"], Value::Null);

    let body = Some(json!({ "appId": app }));
    let principal = desk.expect(&admin, "POST /servicePrincipals", body, 201);
    let principal = principal["id"].as_str().expect("an id");
    let graph = desk.expect(&admin, &format!("GET /servicePrincipals(appId='{GRAPH}')"), None, 200);
    let resource = graph["id"].as_str().expect("an id");
    let role = "df021288-bdef-4463-88db-98f22de89214";
    let grant = json!({ "principalId": principal, "resourceId": resource, "appRoleId": role });
    let line = format!("POST /servicePrincipals/{resource}/appRoleAssignedTo");
    let granted = desk.expect(&admin, &line, Some(grant.clone()), 201);
    assert_eq!(granted["principalType"], "ServicePrincipal");
    let held = || {
        let found = desk.world.directory.find_application(
            &desk.world.operator,
            desk.world.source,
            "script",
        );
        found.expect("it is there").grants
    };
    assert_eq!(held(), ["User.Read.All"]);
    assert!(desk.refused(&admin, &line, Some(grant)).starts_with("400 "));
    let id = granted["id"].as_str().expect("an id");
    let listed = desk.expect(
        &admin,
        &format!("GET /servicePrincipals/{principal}/appRoleAssignments"),
        None,
        200,
    );
    assert_eq!(listed["value"][0]["id"], json!(id));
    desk.expect(
        &admin,
        &format!("GET /servicePrincipals/{resource}/appRoleAssignedTo/{id}"),
        None,
        200,
    );
    desk.expect(
        &admin,
        &format!("DELETE /servicePrincipals/{resource}/appRoleAssignedTo/{id}"),
        None,
        204,
    );
    assert_eq!(held(), Vec::<String>::new());

    let key = shown["passwordCredentials"][0]["keyId"].clone();
    let remove = format!("POST /applications/{object}/removePassword");
    desk.expect(&admin, &remove, Some(json!({ "keyId": key })), 204);
    desk.expect(&admin, &format!("DELETE /applications/{object}"), None, 204);
    assert!(desk.refused(&admin, &format!("GET /applications/{object}"), None).starts_with("404 "));
    let audit = desk.expect(&admin, "GET /auditLogs/directoryAudits", None, 200).to_string();
    assert!(audit.contains("Add application secret"));
    assert!(!audit.contains(secret["secretText"].as_str().expect("a text")));
}

#[test]
fn a_tenant_is_found_by_its_id_and_its_domain() {
    let desk = Desk::new();
    let admin = desk.admin(desk.world.source);
    let target = desk.world.target;
    for line in [
        format!("GET /tenantRelationships/findTenantInformationByTenantId(tenantId='{target}')"),
        "GET /tenantRelationships/microsoft.graph.findTenantInformationByDomainName(domainName='fabrikam.example')".to_owned(),
    ] {
        let found = desk.expect(&admin, &line, None, 200);
        assert_eq!(found["tenantId"], json!(target), "{line}");
        assert_eq!(found["defaultDomainName"], "fabrikam.example");
        assert_eq!(found["displayName"], "Fabrikam");
    }
    let nobody =
        "GET /tenantRelationships/findTenantInformationByDomainName(domainName='x.example')";
    assert_eq!(
        desk.refused(&admin, nobody, None),
        "404 Directory_ObjectNotFound: There is no tenant 'x.example'."
    );
}
