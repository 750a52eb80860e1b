//! Client credentials with a signed assertion instead of a secret.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use directory::{Application, Certificate, NewCredential, seal::from_hex};
use model::Clock;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};

use crate::server::{Answer, ORIGIN, Server, claims};

enum Signer {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

struct Client {
    server: Server,
    app: Application,
    certificate: Certificate,
    signer: Signer,
}

impl Client {
    fn rsa() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("there is a key");
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("it has a form");
        let key = KeyPair::try_from(der.as_ref()).expect("it is a key");
        Self::with(&key, Signer::Rsa(pair))
    }

    fn ec() -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("there is a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.serialized_der());
        Self::with(&key, Signer::Ec(pair.expect("it is a key")))
    }

    fn with(key: &KeyPair, signer: Signer) -> Self {
        let server = Server::new();
        let app = server.application(&["User.Read.All"]);
        let params = CertificateParams::new(vec!["hr.example".to_owned()]).expect("it is a name");
        let pem = params.self_signed(key).expect("it can be signed").pem();
        let (world, id) = (&server.world, app.id.to_string());
        let certificate = world
            .directory
            .add_application_certificate(
                &world.operator,
                world.source,
                &id,
                NewCredential::default(),
                pem.as_bytes(),
            )
            .expect("it is a certificate");
        Self { server, app, certificate, signer }
    }

    fn claims(&self) -> Value {
        let now = self.server.world.clock.now().0 / 1000;
        json!({
            "aud": format!("{ORIGIN}/{}/oauth2/v2.0/token", self.server.world.source),
            "iss": self.app.id,
            "sub": self.app.id,
            "jti": self.server.identity.directory().ids().next(),
            "nbf": now,
            "exp": now + 600,
        })
    }

    fn assertion(&self, header: Value, claims: &Value) -> String {
        let text = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let random = SystemRandom::new();
        let signature = match &self.signer {
            Signer::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let done = match header["alg"].as_str() {
                    Some("PS256") => {
                        pair.sign(&RSA_PSS_SHA256, &random, text.as_bytes(), &mut signature)
                    }
                    _ => pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature),
                };
                done.expect("it signs");
                signature
            }
            Signer::Ec(pair) => {
                pair.sign(&random, text.as_bytes()).expect("it signs").as_ref().to_vec()
            }
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn send(&self, assertion: &str) -> Answer {
        self.send_for(assertion, "https://graph.microsoft.com/.default")
    }

    fn send_for(&self, assertion: &str, scope: &str) -> Answer {
        self.server.token(&[
            ("grant_type", "client_credentials"),
            ("client_id", &self.app.id.to_string()),
            ("scope", scope),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ])
    }

    fn sha1(&self) -> Vec<u8> {
        from_hex(&self.certificate.thumbprint).expect("it is hexadecimal")
    }

    fn sha256(&self) -> Vec<u8> {
        from_hex(&self.certificate.thumbprint_sha256).expect("it is hexadecimal")
    }
}

#[test]
fn the_forms_of_three_client_libraries_are_taken() {
    let client = Client::rsa();
    let der = client.certificate.certificate.clone();
    for header in [
        json!({ "alg": "RS256", "x5t": URL_SAFE.encode(client.sha1()) }),
        json!({ "alg": "PS256", "x5t#S256": URL_SAFE_NO_PAD.encode(client.sha256()) }),
        json!({ "alg": "PS256", "x5c": [der] }),
        json!({ "alg": "RS256", "kid": URL_SAFE_NO_PAD.encode(client.sha1()) }),
        json!({ "alg": "RS256", "kid": client.certificate.thumbprint.to_uppercase() }),
    ] {
        let token = client.send(&client.assertion(header, &client.claims())).access_token();
        assert_eq!(claims(&token)["appidacr"], "2");
    }
    let client = Client::ec();
    let header = json!({ "alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(client.sha1()) });
    client.send(&client.assertion(header, &client.claims())).access_token();
}

#[test]
fn an_assertion_is_good_once_for_each_name_of_the_resource() {
    let client = Client::ec();
    let header = json!({ "alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(client.sha1()) });
    let assertion = client.assertion(header.clone(), &client.claims());
    client.send(&assertion).access_token();
    assert_eq!(client.send(&assertion).refusal(), (401, "invalid_client".to_owned(), 700027));
    // Clients use one again for another resource; ports and slashes make no other one.
    client.send_for(&assertion, "https://localhost:8443/.default").access_token();
    for scope in ["https://localhost/.default", "https://LOCALHOST:1//.default"] {
        assert_eq!(client.send_for(&assertion, scope).refusal().2, 700027, "{scope}");
    }
    // The same id in another one is the same.
    let mut again = client.claims();
    again["jti"] = json!("once");
    client.send(&client.assertion(header.clone(), &again)).access_token();
    again["exp"] = json!(again["exp"].as_i64().expect("it has an end") + 1);
    assert_eq!(client.send(&client.assertion(header, &again)).refusal().2, 700027);
}

#[test]
fn an_assertion_for_others_by_others_or_of_another_time_is_refused() {
    let client = Client::ec();
    let header = json!({ "alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(client.sha1()) });
    let now = client.server.world.clock.now().0 / 1000;
    for (name, value, number) in [
        ("aud", json!("https://elsewhere.example/oauth2/v2.0/token"), 700027),
        (
            "aud",
            json!(format!("{ORIGIN}/{}/oauth2/v2.0/token", client.server.world.target)),
            700027,
        ),
        ("iss", json!("somebody"), 700027),
        ("sub", json!("somebody"), 700027),
        ("exp", json!(now - 301), 700024),
        ("exp", Value::Null, 700024),
        ("exp", json!(now + 90_000), 700024),
        ("nbf", json!(now + 301), 700024),
    ] {
        let mut claims = client.claims();
        claims[name] = value;
        let refusal = client.send(&client.assertion(header.clone(), &claims)).refusal();
        assert_eq!(refusal, (401, "invalid_client".to_owned(), number), "{name}");
    }
}

#[test]
fn a_signature_that_is_none_is_refused() {
    let client = Client::ec();
    let kid = URL_SAFE_NO_PAD.encode(client.sha1());
    let good = client.assertion(json!({ "alg": "ES256", "kid": kid }), &client.claims());
    let (text, _) = good.rsplit_once('.').expect("it has three parts");
    let other = Client::ec();
    let forged = other.assertion(json!({ "alg": "ES256", "kid": kid }), &client.claims());
    let none = client.assertion(json!({ "alg": "none", "kid": kid }), &client.claims());
    let (none, _) = none.rsplit_once('.').expect("it has three parts");
    let shared = client.assertion(json!({ "alg": "HS256", "kid": kid }), &client.claims());
    let critical = json!({ "alg": "ES256", "kid": kid, "crit": ["x"] });
    let critical = client.assertion(critical, &client.claims());
    let unnamed = client.assertion(json!({ "alg": "ES256" }), &client.claims());
    let foreign = STANDARD.encode([0; 32]);
    let unknown = client.assertion(json!({ "alg": "ES256", "x5c": [foreign] }), &client.claims());
    for bad in [
        format!("{text}."),
        format!("{text}.AAAA"),
        forged,
        format!("{none}."),
        shared,
        critical,
        unnamed,
        unknown,
        "x".to_owned(),
        "..".to_owned(),
    ] {
        let refusal = client.send(&bad).refusal();
        assert_eq!(refusal, (401, "invalid_client".to_owned(), 700027), "{bad}");
    }
}

#[test]
fn a_certificate_that_was_taken_away_is_good_for_nothing() {
    let client = Client::ec();
    let header = json!({ "alg": "ES256", "kid": URL_SAFE_NO_PAD.encode(client.sha1()) });
    let (world, id) = (&client.server.world, client.app.id.to_string());
    world
        .directory
        .remove_application_certificate(&world.operator, world.source, &id, client.certificate.key)
        .expect("it is there");
    let refusal = client.send(&client.assertion(header, &client.claims())).refusal();
    assert_eq!(refusal.2, 700027);
}
