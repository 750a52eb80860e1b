//! Tokens that must not pass, and what a commit changes about those that do.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    hmac,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::RSA_PKCS1_SHA256,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::{ApplicationChange, Sealer};
use identity::{Identity, Unauthenticated};
use model::{Actor, Clock};
use serde_json::{Value, json};

use crate::server::{SECRET, Server, part};

const SCOPE: &str = "https://graph.microsoft.com/.default";

fn token(server: &Server, id: &str) -> String {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", SECRET),
        ("scope", SCOPE),
    ];
    server.token(&fields).access_token()
}

fn signed(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn forged_tokens_are_refused() {
    let server = Server::new();
    let id = server.application(&["User.Read.All"]).id.to_string();
    let good = token(&server, &id);
    let (header, claims) = (part(&good, 0), part(&good, 1));
    let (text, signature) = good.rsplit_once('.').expect("it has three parts");
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("there is a key");
    assert!(AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).is_ok());
    let by_other = |text: &[u8]| {
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).expect("it signs");
        signature
    };
    let keys = server.get("/contoso.example/discovery/v2.0/keys", "").json();
    let public = keys["keys"][0]["n"].as_str().expect("it is a text").to_owned();
    let by_public = |key: Vec<u8>| {
        move |text: &[u8]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text).as_ref().to_vec()
        }
    };
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let (hs, none) = (with("alg", json!("HS256")), with("alg", json!("none")));
    let raw = URL_SAFE_NO_PAD.decode(&public).expect("it is base64url");
    let mut more = claims.clone();
    more["roles"] = json!(["Directory.ReadWrite.All"]);
    let (_, payload) = text.split_once('.').expect("it has three parts");
    let changed = signed(&header, &more, |_| URL_SAFE_NO_PAD.decode(signature).expect("it is one"));
    let nothing = |_: &[u8]| Vec::new();
    for (what, forged) in [
        ("another key", signed(&header, &claims, by_other)),
        ("other claims", changed),
        ("no algorithm", signed(&none, &claims, nothing)),
        ("no signature", format!("{text}.")),
        ("the public key as a secret", signed(&hs, &claims, by_public(raw))),
        ("its text as a secret", signed(&hs, &claims, by_public(public.into_bytes()))),
        ("an unknown key", signed(&with("kid", json!("x")), &claims, by_other)),
        ("no key", signed(&json!({ "alg": "RS256" }), &claims, by_other)),
    ] {
        let refused = server.identity.authenticate(Some(&forged));
        assert_eq!(refused, Err(Unauthenticated::Invalid), "{what}");
    }
    for text in ["x", "a.b", "a.b.c", &format!("{payload}.{payload}.x"), &"x".repeat(20_000)] {
        let refused = server.identity.authenticate(Some(text));
        assert_eq!(refused, Err(Unauthenticated::Unparsable), "{text:.20}");
    }
    assert_eq!(server.identity.authenticate(None), Err(Unauthenticated::Missing));
    assert_eq!(server.identity.authenticate(Some("")), Err(Unauthenticated::Missing));
    assert!(server.identity.authenticate(Some(&good)).is_ok());
}

#[test]
fn a_token_has_its_time() {
    let server = Server::new();
    let id = server.application(&[]).id.to_string();
    let early = token(&server, &id);
    // Clocks may lie five minutes apart, not more.
    server.world.clock.advance_seconds(3_600 + 299);
    assert!(server.identity.authenticate(Some(&early)).is_ok());
    server.world.clock.advance_seconds(1);
    assert_eq!(server.identity.authenticate(Some(&early)), Err(Unauthenticated::Expired));
    let late = token(&server, &id);
    server.world.clock.advance_seconds(-301);
    assert_eq!(server.identity.authenticate(Some(&late)), Err(Unauthenticated::Expired));
    server.world.clock.advance_seconds(1);
    assert!(server.identity.authenticate(Some(&late)).is_ok());
}

#[test]
fn another_servers_token_is_refused() {
    let (server, other) = (Server::new(), Server::new());
    let id = server.application(&[]).id.to_string();
    let same = other.application(&[]).id.to_string();
    assert_eq!(id, same, "the two worlds are alike but for their keys");
    let foreign = token(&other, &same);
    assert_eq!(server.identity.authenticate(Some(&foreign)), Err(Unauthenticated::Invalid));
}

#[test]
fn what_a_commit_takes_away_is_gone_with_the_next_request() {
    let server = Server::new();
    let app = server.application(&["User.Read.All", "Group.Read.All"]);
    let (world, id) = (&server.world, app.id.to_string());
    let token = token(&server, &id);
    let grants = || match server.identity.authenticate(Some(&token)) {
        Ok(Actor::Application { grants, .. }) => Some(grants),
        _ => None,
    };
    assert_eq!(grants(), Some(app.grants.clone()));
    let revoke = vec!["User.Read.All".to_owned()];
    server.change(&app, &ApplicationChange { revoke, ..Default::default() });
    assert_eq!(grants(), Some(vec!["Group.Read.All".to_owned()]));
    // What is granted later takes a new token.
    let grant = vec!["Device.Read.All".to_owned()];
    server.change(&app, &ApplicationChange { grant, ..Default::default() });
    assert_eq!(grants(), Some(vec!["Group.Read.All".to_owned()]));
    server.change(&app, &ApplicationChange { enabled: Some(false), ..Default::default() });
    assert_eq!(grants(), None);
    server.change(&app, &ApplicationChange { enabled: Some(true), ..Default::default() });
    assert!(grants().is_some());
    world.directory.delete_application(&world.operator, world.source, &id).expect("it is there");
    assert_eq!(grants(), None);
}

#[test]
fn the_token_of_a_tenant_that_is_gone_is_refused() {
    let server = Server::new();
    let world = &server.world;
    let app = server.application_in(world.target, &["User.Read.All"]);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &app.id.to_string()),
        ("client_secret", SECRET),
        ("scope", SCOPE),
    ];
    let answer = server.post("/fabrikam.example/oauth2/v2.0/token", "", &fields);
    let token = answer.access_token();
    let actor = server.identity.authenticate(Some(&token)).expect("it is good");
    assert!(matches!(actor, Actor::Application { tenant, .. } if tenant == world.target));
    world
        .directory
        .delete_tenant(&world.operator, world.target, Some("fabrikam.example"))
        .expect("it is there");
    assert_eq!(server.identity.authenticate(Some(&token)), Err(Unauthenticated::Invalid));
}

#[test]
fn keys_change_and_tokens_of_the_one_before_stay_good() {
    let server = Server::new();
    let id = server.application(&[]).id.to_string();
    let first = token(&server, &id);
    let shown = || {
        let keys = server.get("/contoso.example/discovery/v2.0/keys", "").json();
        let keys = keys["keys"].as_array().expect("they are a list").clone();
        keys.iter().map(|key| key["kid"].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(shown().len(), 1);
    let now = server.world.clock.now();
    server.identity.keys().rotate(now).expect("there is a new one");
    let second = token(&server, &id);
    assert_ne!(part(&first, 0)["kid"], part(&second, 0)["kid"]);
    assert_eq!(shown().len(), 2);
    // Nothing is remembered by another one over the same keys, so signatures are checked again.
    assert!(server.identity.authenticate(Some(&first)).is_ok());
    // A key of 90 days is changed by itself, and the ones before are forgotten.
    server.world.clock.advance_days(91);
    let third = token(&server, &id);
    assert_eq!(shown().len(), 2, "the one that worked until now is still shown");
    server.world.clock.advance_days(3);
    server.identity.keys().rotate(server.world.clock.now()).expect("there is a new one");
    assert_eq!(shown().len(), 2);
    assert!(shown().contains(&part(&third, 0)["kid"].as_str().expect("a text").to_owned()));
}

#[test]
fn keys_outlast_a_restart_and_lie_sealed() {
    let server = Server::new();
    let folder = tempfile::tempdir().expect("there is room");
    let seal = || Sealer::open(&folder.path().join("secret.key")).expect("there is a key");
    let at = folder.path().join("sign-in");
    let open = || Identity::open(server.world.directory.clone(), &at, seal());
    let id = server.application(&["User.Read.All"]).id.to_string();
    let (first, again) = (open().expect("it opens"), || open().expect("it opens"));
    let place = identity::Place {
        origin: "https://localhost:8443".to_owned(),
        tenant: "contoso.example".to_owned(),
        address: None,
    };
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &id),
        ("client_secret", SECRET),
        ("scope", SCOPE),
    ];
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let form = identity::Form::new(fields.collect()).expect("it is a form");
    let token = first.token(&place, &form).expect("it is given").access_token;
    assert!(again().authenticate(Some(&token)).is_ok());
    let text = std::fs::read_to_string(at.join("signing-keys")).expect("it is there");
    assert!(!text.contains("pkcs8"), "the keys lie open");
    std::fs::write(at.join("signing-keys"), text.replace('a', "b")).expect("it is written");
    assert!(open().is_err(), "what was changed is not believed");
}
