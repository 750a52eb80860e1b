//! What tokens say (graph-api.md 10.4). Those for our own interface are in the older style that Graph
//! has; tokens about people for applications are OpenID Connect's. Each audience is used for one
//! purpose, so that no token passes for another kind.

use aws_lc_rs::rand;
use directory::Application;
use model::{TenantId, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Error, Identity, jws::encode, people::Person};

/// How long a token for the interface is good, in seconds.
pub(crate) const LIFETIME: i64 = 3600;
/// The names of Graph: its address, and the id of its application, which is the same everywhere.
const GRAPH: [&str; 2] = ["https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"];

/// How an application proved itself, as `appidacr` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// It cannot: a public client.
    None,
    /// With a secret.
    Secret,
    /// With a signature.
    Certificate,
}

impl Proof {
    fn number(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

/// What every token for the interface says.
pub(crate) struct Audience<'a> {
    pub origin: &'a str,
    pub tenant: TenantId,
    /// What the scope named.
    pub resource: &'a str,
}

impl Identity {
    /// A token with which an application acts by itself.
    pub(crate) fn mint_for_application(
        &self,
        audience: &Audience<'_>,
        application: &Application,
        proof: Proof,
    ) -> Result<String, Error> {
        let now = self.now();
        let mut claims = common(audience, now, application, proof);
        claims["idtyp"] = json!("app");
        claims["oid"] = json!(application.service_principal);
        claims["sub"] = json!(application.service_principal);
        claims["roles"] = json!(application.grants);
        self.keys().sign(&claims, now)
    }

    /// A token with which an application acts in the name of a person.
    pub(crate) fn mint_for_person(
        &self,
        audience: &Audience<'_>,
        application: &Application,
        proof: Proof,
        person: &Person,
        (session, scopes): (Uuid, &[String]),
    ) -> Result<String, Error> {
        let now = self.now();
        let mut claims = common(audience, now, application, proof);
        claims["idtyp"] = json!("user");
        claims["oid"] = json!(person.id);
        claims["sub"] = json!(person.id);
        claims["name"] = json!(person.display_name);
        claims["upn"] = json!(person.name);
        claims["unique_name"] = json!(person.name);
        claims["scp"] = json!(scopes.join(" "));
        claims["sid"] = json!(session);
        self.keys().sign(&claims, now)
    }

    /// What an application is told about the person who signed in.
    pub(crate) fn mint_about(
        &self,
        origin: &str,
        application: &Application,
        person: &Person,
        session: Uuid,
        nonce: Option<&str>,
    ) -> Result<String, Error> {
        let now = self.now();
        let mut claims = json!({
            "iss": format!("{origin}/{}/v2.0", person.tenant),
            "aud": application.id,
            "iat": now.0 / 1000,
            "nbf": now.0 / 1000,
            "exp": now.0 / 1000 + LIFETIME,
            "sub": person.id,
            "oid": person.id,
            "tid": person.tenant,
            "name": person.display_name,
            "preferred_username": person.name,
            "sid": session,
            "uti": unguessable(16),
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        if let Some(mail) = &person.mail {
            claims["email"] = json!(mail);
        }
        self.keys().sign(&claims, now)
    }
}

fn common(
    audience: &Audience<'_>,
    now: Timestamp,
    application: &Application,
    proof: Proof,
) -> Value {
    let issuer = format!("{}/{}/", audience.origin, audience.tenant);
    json!({
        "aud": audience.resource,
        "iss": issuer,
        "idp": issuer,
        "iat": now.0 / 1000,
        "nbf": now.0 / 1000,
        "exp": now.0 / 1000 + LIFETIME,
        "appid": application.id,
        "appidacr": proof.number(),
        "app_displayname": application.name,
        "tid": audience.tenant,
        "uti": unguessable(16),
        "ver": "1.0",
    })
}

/// So many random bytes as text.
pub(crate) fn unguessable(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    rand::fill(&mut random).expect("the system has random numbers");
    encode(random)
}

/// The resource that a scope names, if it is our own interface: Graph's names, or the host where the
/// caller found us. Ports are not compared, since some clients leave them out; a slash at the end, or
/// two, is what others write.
pub(crate) fn own_resource<'a>(resource: &'a str, origin: &str) -> Option<&'a str> {
    let bare = resource.trim_end_matches('/');
    let is_graph = GRAPH.iter().any(|name| bare.eq_ignore_ascii_case(name));
    let is_here = || host(bare).is_some_and(|host| self::host(origin) == Some(host));
    (is_graph || is_here()).then_some(bare)
}

/// A resource without what does not count about it: slashes, the port, large letters.
pub(crate) fn resource_name(resource: &str) -> String {
    let bare = resource.trim_end_matches('/');
    host(bare).unwrap_or_else(|| bare.to_ascii_lowercase())
}

/// Whether a token with this audience is for our own interface. Only such ones are ever signed with the
/// address of a host.
pub(crate) fn is_own_audience(audience: &str) -> bool {
    GRAPH.contains(&audience) || host(audience).is_some()
}

/// The host of an address without a path, in lower case.
fn host(address: &str) -> Option<String> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let end = match rest.strip_prefix('[') {
        Some(inside) => inside.find(']')? + 2,
        None => rest.find(':').unwrap_or(rest.len()),
    };
    let (host, port) = rest.split_at(end);
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|one| one.is_ascii_digit()));
    let is_host = !host.is_empty()
        && host.bytes().all(|one| one.is_ascii_alphanumeric() || b"-._[]:".contains(&one));
    (is_host && is_port).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(resource: &str, wanted: Option<&str>) {
        assert_eq!(own_resource(resource, "https://localhost:8443"), wanted, "{resource}");
    }

    #[test]
    fn scopes_name_us_by_graphs_name_or_by_the_host_where_we_were_found() {
        check("https://graph.microsoft.com", Some("https://graph.microsoft.com"));
        check("https://localhost:8443/", Some("https://localhost:8443"));
        check("https://localhost", Some("https://localhost"));
        check("https://LOCALHOST:9", Some("https://LOCALHOST:9"));
        check("https://localhost.example", None);
        check("https://vault.example", None);
        check("https://localhost/other", None);
        check("https://localhost@vault.example", None);
        check("api://localhost", None);
        check("", None);
    }
}
