//! Sign-in with a provider outside: a real one on the loopback, which says what the test wants.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use aws_lc_rs::{rand::SystemRandom, rsa::KeySize, signature::RSA_PKCS1_SHA256};
use aws_lc_rs::{rsa::KeyPair, signature::KeyPair as _};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::Provider;
use model::Clock;
use serde_json::{Value, json};

use crate::{
    people::authorize,
    server::{Answer, Server, parameter},
};

/// A provider, with the claims that its next token has and the last form that it was sent.
struct Outsider {
    issuer: String,
    claims: Arc<Mutex<Value>>,
    sent: Arc<Mutex<String>>,
}

impl Outsider {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let issuer = format!("http://{}", listener.local_addr().expect("it has an address"));
        let (claims, sent) = (Arc::<Mutex<Value>>::default(), Arc::<Mutex<String>>::default());
        let outsider = Self { issuer: issuer.clone(), claims: claims.clone(), sent: sent.clone() };
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("there is a key");
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                serve(&stream, &issuer, &pair, &claims, &sent);
            }
        });
        outsider
    }
}

fn serve(
    mut stream: &TcpStream,
    issuer: &str,
    pair: &KeyPair,
    claims: &Mutex<Value>,
    sent: &Mutex<String>,
) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).expect("a request has a line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a request has a head");
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("it is a number");
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body is there");
    let answer = match first.split(' ').nth(1).unwrap_or_default() {
        "/.well-known/openid-configuration" => json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
        }),
        "/keys" => key(pair),
        _ => {
            *sent.lock().expect("nobody panicked") = String::from_utf8(body).expect("a form");
            json!({ "id_token": token(pair, &claims.lock().expect("nobody panicked")) })
        }
    };
    let text = answer.to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let whole = format!("{head}Content-Length: {}\r\n\r\n{text}", text.len());
    stream.write_all(whole.as_bytes()).expect("it is read");
}

/// The public key: its numbers stand at fixed places of a key of 2048 bits.
fn key(pair: &KeyPair) -> Value {
    let der = pair.public_key().as_ref();
    let modulus = &der[der.len() - 261..der.len() - 5];
    json!({ "keys": [{
        "kty": "RSA", "use": "sig", "kid": "k1",
        "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB",
    }] })
}

fn token(pair: &KeyPair, claims: &Value) -> String {
    let header = json!({ "alg": "RS256", "kid": "k1" });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(&header), encode(claims));
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .expect("it signs");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

struct Story {
    server: Server,
    outsider: Outsider,
    path: String,
}

impl Story {
    fn new() -> Self {
        let (server, outsider) = (Server::new(), Outsider::start());
        let app = server.client_for_people();
        server.person_without("ada");
        let provider = Provider {
            issuer: outsider.issuer.clone(),
            client_id: "us".to_owned(),
            claim: "preferred_username".to_owned(),
            attribute: "userPrincipalName".to_owned(),
        };
        let world = &server.world;
        let sealed = server
            .identity
            .seal_provider_secret(world.source, "our secret there")
            .expect("it is sealed");
        world
            .directory
            .set_sign_in_provider(&world.operator, world.source, Some(&provider), Some(sealed))
            .expect("it is set");
        let path = authorize(&app.id.to_string(), &[]);
        Self { server, outsider, path }
    }

    /// Goes to the provider, which signs these claims over the usual ones, and comes back.
    fn go(&self, other: &Value) -> Answer {
        let page = self.server.get(&self.path, "");
        assert!(page.text.contains("Sign in with your organization"), "{}", page.text);
        let tenant = self.server.world.source;
        let back = identity::coded(&self.path);
        let path = format!("/{tenant}/oauth2/outside?back={back}");
        let sent = self.server.get(&path, "");
        assert_eq!(sent.status, 303, "{}", sent.text);
        let location = sent.header("location").to_owned();
        assert!(location.starts_with(&format!("{}/authorize?", self.outsider.issuer)));
        let now = self.server.world.clock.now().0 / 1000;
        let mut claims = json!({
            "iss": self.outsider.issuer,
            "aud": "us",
            "exp": now + 600,
            "iat": now,
            "nonce": parameter(&location, "nonce"),
            "preferred_username": "Ada@contoso.example",
        });
        for (name, value) in other.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        *self.outsider.claims.lock().expect("nobody panicked") = claims;
        let state = parameter(&location, "state").expect("there is a state");
        let path = format!("/{tenant}/oauth2/callback?code=c1&state={state}");
        let without = self.server.get(&format!("{path}x"), &sent.cookies());
        assert_eq!(without.status, 400, "a state that is not ours");
        self.server.get(&path, &sent.cookies())
    }
}

#[test]
fn a_person_whom_the_provider_vouches_for_gets_on_to_the_application() {
    let story = Story::new();
    let answer = story.go(&json!({}));
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(answer.header("location"), story.path);
    let answer = story.server.get(&story.path, &answer.cookies());
    assert!(answer.header("location").contains("code="), "{}", answer.header("location"));
    let sent = story.outsider.sent.lock().expect("nobody panicked").clone();
    assert!(sent.contains("client_secret=our%20secret%20there"), "{sent}");
    assert!(sent.contains("code_verifier="), "{sent}");
}

#[test]
fn what_the_provider_did_not_say_for_us_now_and_here_is_not_believed() {
    let story = Story::new();
    let now = story.server.world.clock.now().0 / 1000;
    for (claims, status) in [
        (json!({ "aud": "others" }), 502),
        (json!({ "aud": ["us", "others"], "azp": "others" }), 502),
        (json!({ "iss": "https://evil.example" }), 502),
        (json!({ "nonce": "another" }), 502),
        (json!({ "exp": now - 301 }), 502),
        (json!({ "exp": null }), 502),
        (json!({ "nbf": now + 301 }), 502),
        (json!({ "preferred_username": "nobody@contoso.example" }), 400),
        (json!({ "preferred_username": "" }), 400),
        (json!({ "preferred_username": 7 }), 400),
    ] {
        let answer = story.go(&claims);
        assert_eq!(answer.status, status, "{claims}: {}", answer.text);
        assert!(!answer.cookies().contains("syncline-session"));
    }
}

#[test]
fn a_way_back_that_another_browser_began_is_refused() {
    let story = Story::new();
    let tenant = story.server.world.source;
    let back = identity::coded(&story.path);
    let path = format!("/{tenant}/oauth2/outside?back={back}");
    let sent = story.server.get(&path, "");
    let state = parameter(sent.header("location"), "state").expect("there is a state");
    let callback = format!("/{tenant}/oauth2/callback?code=c1&state={state}");
    assert_eq!(story.server.get(&callback, "").status, 400);
    for back in ["https://evil.example", "//evil.example", "/\\evil.example", ""] {
        let path = format!("/{tenant}/oauth2/outside?back={}", identity::coded(back));
        assert_eq!(story.server.get(&path, "").status, 400, "{back}");
    }
}
