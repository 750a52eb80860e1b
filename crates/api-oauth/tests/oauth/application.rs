//! Client credentials with a secret.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use directory::{ApplicationChange, NewCredential};
use model::{Actor, Clock};

use crate::server::{ORIGIN, SECRET, Server, claims, form, part};

const SCOPE: &str = "https://graph.microsoft.com/.default";

fn fields<'a>(id: &'a str, secret: &'a str, scope: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
        ("scope", scope),
    ]
}

#[test]
fn a_secret_gives_a_token_that_says_what_graphs_tokens_say() {
    let server = Server::new();
    let app = server.application(&["User.Read.All", "Group.Read.All"]);
    let answer = server.token(&fields(&app.id.to_string(), SECRET, SCOPE));
    let token = answer.access_token();
    let shown = answer.json();
    assert_eq!(shown["token_type"], "Bearer");
    assert_eq!(shown["expires_in"], 3599);
    assert_eq!(shown["ext_expires_in"], 3599);
    assert!(answer.header("cache-control").contains("no-store"));
    let claims = claims(&token);
    let tenant = server.world.source.to_string();
    assert_eq!(claims["aud"], "https://graph.microsoft.com");
    assert_eq!(claims["iss"], format!("{ORIGIN}/{tenant}/"));
    assert_eq!(claims["tid"], tenant);
    assert_eq!(claims["appid"], app.id.to_string());
    assert_eq!(claims["appidacr"], "1");
    assert_eq!(claims["idtyp"], "app");
    assert_eq!(claims["oid"], app.service_principal.to_string());
    assert_eq!(claims["sub"], claims["oid"]);
    assert_eq!(claims["roles"], serde_json::json!(["User.Read.All", "Group.Read.All"]));
    assert_eq!(claims["ver"], "1.0");
    assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + 3600));
    let actor = server.identity.authenticate(Some(&token)).expect("it is good");
    let Actor::Application { tenant, id, grants, .. } = actor else { panic!("no application") };
    assert_eq!((tenant, id, grants), (server.world.source, app.id, app.grants));
    let keys = server.get("/contoso.example/discovery/v2.0/keys", "").json();
    assert_eq!(part(&token, 0)["kid"], keys["keys"][0]["kid"]);
}

#[test]
fn the_scope_names_this_server_in_the_ways_that_clients_have() {
    let server = Server::new();
    let id = server.application(&[]).id.to_string();
    for (scope, audience) in [
        ("https://localhost:8443/.default", "https://localhost:8443"),
        ("https://localhost/.default", "https://localhost"),
        ("https://localhost:8443//.default", "https://localhost:8443"),
        ("00000003-0000-0000-c000-000000000000/.default", "00000003-0000-0000-c000-000000000000"),
    ] {
        let token = server.token(&fields(&id, SECRET, scope)).access_token();
        assert_eq!(claims(&token)["aud"], audience);
        assert!(server.identity.authenticate(Some(&token)).is_ok(), "{scope}");
    }
    for (scope, refusal) in [
        ("https://vault.example/.default", (400, "invalid_resource", 500011)),
        ("https://graph.microsoft.com/User.Read.All", (400, "invalid_scope", 1002012)),
        ("openid", (400, "invalid_scope", 1002012)),
        ("/.default", (400, "invalid_scope", 70011)),
        ("https://localhost/.default https://localhost/.default", (400, "invalid_scope", 70011)),
    ] {
        let (status, error, number) = server.token(&fields(&id, SECRET, scope)).refusal();
        assert_eq!((status, error.as_str(), number), refusal, "{scope}");
    }
}

#[test]
fn every_refusal_has_the_word_and_the_number_that_clients_know() {
    let server = Server::new();
    let app = server.application(&[]);
    let id = app.id.to_string();
    let elsewhere = server.application_in(server.world.target, &[]).id.to_string();
    let check = |path: &str, fields: &[(&str, &str)], wanted: (u16, &str, u64)| {
        let (status, error, number) =
            server.post(&format!("/{path}/oauth2/v2.0/token"), "", fields).refusal();
        assert_eq!((status, error.as_str(), number), wanted, "{path} {fields:?}");
    };
    let at = "contoso.example";
    let good = fields(&id, SECRET, SCOPE);
    check(at, &good[1..], (400, "invalid_request", 900144));
    check(at, &[good[0], good[2], good[3]], (400, "invalid_request", 900144));
    check(at, &good[..3], (400, "invalid_request", 900144));
    check(at, &[("grant_type", "password")], (400, "unsupported_grant_type", 70003));
    check(at, &[good[0], good[1], good[3]], (401, "invalid_client", 7000216));
    check(at, &fields(&id, "wrong", SCOPE), (401, "invalid_client", 7000215));
    check("nobody.example", &good, (400, "invalid_request", 90002));
    check("019b0000-0000-7000-8000-0000000000ff", &good, (400, "invalid_request", 90002));
    check("no_tenant", &good, (400, "invalid_request", 900023));
    check("common", &good, (400, "invalid_request", 50059));
    // Of another tenant, of nobody, and no id at all: the same.
    let absent = "019b0000-0000-7000-8000-0000000000ff";
    for other in [elsewhere.as_str(), absent, "hr"] {
        check(at, &fields(other, SECRET, SCOPE), (400, "unauthorized_client", 700016));
    }
    check(at, &[good[0], good[0]], (400, "invalid_request", 9002313));
    let off = ApplicationChange { enabled: Some(false), ..Default::default() };
    server.change(&app, &off);
    check(at, &good, (400, "unauthorized_client", 7000112));
    check(at, &fields(&id, "wrong", SCOPE), (401, "invalid_client", 7000215));
}

#[test]
fn foreign_and_absent_are_refused_in_the_same_words() {
    let server = Server::new();
    let foreign = server.application_in(server.world.target, &[]).id.to_string();
    let absent = "019b0000-0000-7000-8000-0000000000ff";
    let text = |id: &str| {
        let shown = server.token(&fields(id, SECRET, SCOPE)).json();
        let text = shown["error_description"].as_str().expect("a text").replace(id, "ID");
        text.split("\r\n").next().map(str::to_owned)
    };
    assert_eq!(text(&foreign), text(absent));
}

#[test]
fn a_secret_may_come_in_the_header() {
    let server = Server::new();
    let id = server.application(&[]).id.to_string();
    let basic = |secret: &str| STANDARD.encode(format!("{id}:{}", identity::coded(secret)));
    let ask = |secret: &str, more: &[(&str, &str)]| {
        let mut all = vec![("grant_type", "client_credentials"), ("scope", SCOPE)];
        all.extend_from_slice(more);
        let request = Request::post(format!("{ORIGIN}/contoso.example/oauth2/v2.0/token"))
            .header("authorization", format!("Basic {}", basic(secret)))
            .header("content-type", "application/x-www-form-urlencoded");
        server.ask(request.body(Body::from(form(&all))).expect("it is a request"))
    };
    ask(SECRET, &[]).access_token();
    ask(SECRET, &[("client_id", &id)]).access_token();
    assert_eq!(ask("wrong&client_secret=x", &[]).refusal().2, 7000215);
    assert_eq!(ask(SECRET, &[("client_id", "other")]).refusal().2, 9002313);
}

#[test]
fn two_secrets_are_good_side_by_side_until_each_ends() {
    let server = Server::new();
    let (world, app) = (&server.world, server.application(&[]));
    let id = app.id.to_string();
    let end = world.clock.now().plus_days(10);
    let new = NewCredential { end: Some(end), ..NewCredential::default() };
    let second = world
        .directory
        .add_application_secret(&world.operator, world.source, &id, new, "second-secret")
        .expect("there is room");
    server.token(&fields(&id, SECRET, SCOPE)).access_token();
    server.token(&fields(&id, "second-secret", SCOPE)).access_token();
    world.clock.advance_days(11);
    let refusal = server.token(&fields(&id, "second-secret", SCOPE)).refusal();
    assert_eq!(refusal, (401, "invalid_client".to_owned(), 7000222));
    server.token(&fields(&id, SECRET, SCOPE)).access_token();
    world
        .directory
        .remove_application_secret(&world.operator, world.source, &id, second.key)
        .expect("it is there");
    assert_eq!(server.token(&fields(&id, "second-secret", SCOPE)).refusal().2, 7000215);
    world.clock.advance_days(730);
    assert_eq!(server.token(&fields(&id, SECRET, SCOPE)).refusal().2, 7000222);
}

#[test]
fn what_clients_send_beside_is_not_looked_at_and_their_id_comes_back() {
    let server = Server::new();
    let id = server.application(&[]).id.to_string();
    let correlation = "0190f5f0-1111-4222-8333-444455556666";
    let path = format!("/contoso.example/oauth2/v2.0/token?client-request-id={correlation}");
    let mut all = fields(&id, SECRET, SCOPE).to_vec();
    all.extend([("client_info", "1"), ("claims", "{}"), ("x-client-SKU", "msal.js.node")]);
    server.post(&path, "", &all).access_token();
    let refused = server.post(&path, "", &fields(&id, "wrong", SCOPE)).json();
    assert_eq!(refused["correlation_id"], correlation);
    assert_eq!(refused["timestamp"], "2026-01-05 08:00:00Z");
}

#[test]
fn a_body_that_is_no_form_or_too_long_is_refused() {
    let server = Server::new();
    let path = format!("{ORIGIN}/contoso.example/oauth2/v2.0/token");
    let request = Request::post(&path).header("content-type", "application/json");
    let answer = server.ask(request.body(Body::from("{}")).expect("it is a request"));
    assert_eq!(answer.refusal().2, 9002313);
    let request = Request::post(&path).header("content-type", "application/x-www-form-urlencoded");
    let long = format!("grant_type={}", "x".repeat(100_000));
    let answer = server.ask(request.body(Body::from(long)).expect("it is a request"));
    assert_eq!(answer.status, 413);
}

#[test]
fn only_who_writes_applications_gives_them_secrets_and_no_log_holds_one() {
    let server = Server::new();
    let (world, id) = (&server.world, server.application(&[]).id.to_string());
    let reader = Actor::User {
        tenant: world.source,
        id: model::ObjectId::MADE_UP,
        name: "ada".to_owned(),
        roles: vec![model::Role::GlobalReader],
        through: None,
    };
    let add = |actor: &Actor, tenant| {
        let new = NewCredential::default();
        world.directory.add_application_secret(actor, tenant, &id, new, "a-third-secret")
    };
    assert!(add(&reader, world.source).is_err());
    let foreign = Actor::User {
        tenant: world.target,
        id: model::ObjectId::MADE_UP,
        name: "eve".to_owned(),
        roles: vec![model::Role::GlobalAdministrator],
        through: None,
    };
    let refused = add(&foreign, world.source).expect_err("it is none of hers");
    assert_eq!(refused.code(), "not-found");
    let secret = add(&world.operator, world.source).expect("it is added");
    assert_eq!(secret.hint, "a-t");
    let audit = format!("{:?}", world.store.audit(world.source, 0, 1_000).expect("it is read"));
    assert!(audit.contains("Add application secret"));
    let digest = directory::digest_secret("a-third-secret");
    assert!(!audit.contains("a-third-secret") && !audit.contains(&digest));
}
