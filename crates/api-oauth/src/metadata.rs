//! What clients ask before they ask for a token: where the endpoints are and which keys sign
//! (graph-api.md 10.3, 10.5).

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use identity::is_anywhere;
use model::Actor;
use serde_json::{Value, json};

use crate::{
    ask::{Ask, document},
    token::refuse,
};

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`
pub fn configuration(ask: &Ask) -> Response {
    let name = &ask.place.tenant;
    if is_anywhere(name) {
        return document(200, &metadata(ask, &name.to_lowercase(), "{tenantid}"));
    }
    match ask.identity.find_tenant(name) {
        Ok(tenant) => {
            let id = tenant.id.to_string();
            document(200, &metadata(ask, &id, &id))
        }
        Err(refusal) => refuse(ask, &refusal),
    }
}

/// `GET /{tenant}/discovery/v2.0/keys`
pub fn keys(ask: &Ask) -> Response {
    if !is_anywhere(&ask.place.tenant)
        && let Err(refusal) = ask.identity.find_tenant(&ask.place.tenant)
    {
        return refuse(ask, &refusal);
    }
    match ask.identity.keys().document(ask.identity.directory().clock().now()) {
        Ok(shown) => document(200, &shown),
        Err(_) => document(503, &json!({ "error": "temporarily_unavailable" })),
    }
}

/// `GET /common/discovery/instance`: we are an instance of our own.
pub fn instance(ask: &Ask) -> Response {
    let origin = &ask.place.origin;
    let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
    let asked = ask.query.as_ref().and_then(|query| query.get("authorization_endpoint"));
    // https://HOST/TENANT/…: the tenant that the client means to sign in to.
    let tenant = asked
        .and_then(|endpoint| endpoint.split('/').nth(3))
        .filter(|tenant| {
            tenant.bytes().all(|one| one.is_ascii_alphanumeric() || b".-_".contains(&one))
        })
        .unwrap_or("common");
    let shown = json!({
        "tenant_discovery_endpoint":
            format!("{origin}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    });
    document(200, &shown)
}

/// `GET /metadata/endpoints`: how Azure CLI and Terraform find a private cloud (graph-api.md 10.5).
pub fn endpoints(ask: &Ask) -> Response {
    let origin = &ask.place.origin;
    let shown = json!({
        "name": "Syncline",
        "authentication": {
            "loginEndpoint": origin,
            "audiences": [format!("{origin}/")],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "resourceManager": origin,
        "microsoftGraphResourceId": format!("{origin}/"),
        "activeDirectory": origin,
        "graph": origin,
        "suffixes": {},
    });
    document(200, &shown)
}

/// `GET /subscriptions`: there are none, which is what Azure CLI wants to hear at its sign-in.
pub fn subscriptions(_: &Ask) -> Response {
    document(200, &json!({ "value": [] }))
}

/// `/oidc/userinfo`: who the token's person is.
pub fn userinfo(ask: &Ask) -> Response {
    let bearer = ask.header("authorization").and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let person = match ask.identity.authenticate(bearer) {
        Ok(Actor::User { tenant, id, .. }) => ask.identity.read_person(tenant, id).ok().flatten(),
        _ => None,
    };
    let Some(person) = person else {
        let mut refused = document(401, &json!({ "error": "invalid_token" }));
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return refused;
    };
    let mut shown = json!({
        "sub": person.id,
        "name": person.display_name,
        "preferred_username": person.name,
    });
    if let Some(mail) = person.mail {
        shown["email"] = json!(mail);
    }
    document(200, &shown)
}

/// The document for a name in the path.
fn metadata(ask: &Ask, path: &str, issuer: &str) -> Value {
    let origin = &ask.place.origin;
    let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
    let at = format!("{origin}/{path}/oauth2/v2.0");
    json!({
        "token_endpoint": format!("{at}/token"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{origin}/{path}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "grant_types_supported": [
            "client_credentials", "authorization_code", "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{origin}/{issuer}/v2.0"),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{origin}/oidc/userinfo"),
        "authorization_endpoint": format!("{at}/authorize"),
        "device_authorization_endpoint": format!("{at}/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": false,
        "end_session_endpoint": format!("{at}/logout"),
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid",
            "ver", "email", "oid", "sid",
        ],
        "tenant_region_scope": null,
        "cloud_instance_name": host,
        "cloud_graph_host_name": host,
        "msgraph_host": host,
        "rbac_url": origin,
    })
}
