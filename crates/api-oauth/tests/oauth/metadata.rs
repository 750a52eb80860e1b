//! What clients read before they ask for a token.

use crate::server::{ORIGIN, Server};

#[test]
fn the_metadata_name_endpoints_of_the_tenant_by_its_id() {
    let server = Server::new();
    let id = server.world.source;
    let path = "/contoso.example/v2.0/.well-known/openid-configuration";
    let shown = server.get(path, "").json();
    let at = format!("{ORIGIN}/{id}/oauth2/v2.0");
    assert_eq!(shown["token_endpoint"], format!("{at}/token"));
    assert_eq!(shown["authorization_endpoint"], format!("{at}/authorize"));
    assert_eq!(shown["device_authorization_endpoint"], format!("{at}/devicecode"));
    assert_eq!(shown["issuer"], format!("{ORIGIN}/{id}/v2.0"));
    assert_eq!(shown["jwks_uri"], format!("{ORIGIN}/{id}/discovery/v2.0/keys"));
    let common = server.get("/common/v2.0/.well-known/openid-configuration", "").json();
    assert_eq!(common["issuer"], format!("{ORIGIN}/{{tenantid}}/v2.0"));
    let absent = server.get("/nobody.example/v2.0/.well-known/openid-configuration", "");
    assert_eq!(absent.refusal(), (400, "invalid_request".to_owned(), 90002));
    let instance = server.get(
        "/common/discovery/instance?api-version=1.1&authorization_endpoint=https://localhost:8443/contoso.example/oauth2/v2.0/authorize",
        "",
    );
    assert_eq!(instance.json()["tenant_discovery_endpoint"], format!("{ORIGIN}{path}"));
}

#[test]
fn a_host_that_is_none_stands_in_no_document() {
    let server = Server::new();
    let request = axum::http::Request::get("/common/v2.0/.well-known/openid-configuration")
        .header("host", "evil.example/\"><script>");
    let answer = server.ask(request.body(axum::body::Body::empty()).expect("it is a request"));
    assert!(!answer.text.contains("script"), "{}", answer.text);
}
