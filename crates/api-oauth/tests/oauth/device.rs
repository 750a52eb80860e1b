//! Sign-in of programs without a browser.

use directory::ApplicationChange;

use crate::{
    people::fill,
    server::{Answer, Server},
};

const PASSWORD: &str = "a long enough password";

fn begin(server: &Server, id: &str) -> (String, String) {
    let fields = [("client_id", id), ("scope", "User.Read.All offline_access openid")];
    let answer = server.post("/contoso.example/oauth2/v2.0/devicecode", "", &fields);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let shown = answer.json();
    assert_eq!(shown["verification_uri"], "https://localhost:8443/devicelogin");
    let text = |name: &str| shown[name].as_str().expect("it is a text").to_owned();
    (text("device_code"), text("user_code"))
}

fn poll(server: &Server, id: &str, code: &str) -> Answer {
    server.world.clock.advance_seconds(5);
    ask(server, id, code)
}

fn ask(server: &Server, id: &str, code: &str) -> Answer {
    server.token(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", id),
        ("device_code", code),
    ])
}

fn client(server: &Server) -> String {
    let app = server.client_for_people();
    server.change(&app, &ApplicationChange { public_client: Some(true), ..Default::default() });
    server.person("ada", PASSWORD, false);
    app.id.to_string()
}

#[test]
fn a_program_waits_until_its_person_has_entered_the_code() {
    let server = Server::new();
    let id = client(&server);
    let (device, user) = begin(&server, &id);
    let pending = poll(&server, &id, &device).refusal();
    assert_eq!(pending, (400, "authorization_pending".to_owned(), 70016));
    assert_eq!(ask(&server, &id, &device).refusal().1, "slow_down");
    let page = fill(&server, "/devicelogin", &[("code", &user.to_lowercase())]);
    assert!(page.text.contains("hr wants to act in your name"), "{}", page.text);
    assert!(page.text.contains("User.Read.All"));
    let wrong = [
        ("code", user.as_str()),
        ("action", "allow"),
        ("username", "ada@contoso.example"),
        ("password", "wrong guess"),
    ];
    assert!(fill(&server, "/devicelogin", &wrong).text.contains("is wrong"));
    assert_eq!(poll(&server, &id, &device).refusal().1, "authorization_pending");
    let right = [wrong[0], wrong[1], wrong[2], ("password", PASSWORD)];
    assert!(fill(&server, "/devicelogin", &right).text.contains("is signed in"));
    let tokens = poll(&server, &id, &device);
    assert!(server.identity.authenticate(Some(&tokens.access_token())).is_ok());
    assert!(tokens.json()["refresh_token"].is_string());
    // Both codes are used up.
    assert_eq!(poll(&server, &id, &device).refusal().1, "expired_token");
    assert!(fill(&server, "/devicelogin", &right).text.contains("No program waits"));
}

#[test]
fn a_person_may_refuse_and_a_code_ends() {
    let server = Server::new();
    let id = client(&server);
    let (device, user) = begin(&server, &id);
    fill(&server, "/devicelogin", &[("code", &user), ("action", "refuse")]);
    assert_eq!(poll(&server, &id, &device).refusal().1, "authorization_declined");
    let (device, _) = begin(&server, &id);
    server.world.clock.advance_seconds(901);
    assert_eq!(poll(&server, &id, &device).refusal(), (400, "expired_token".to_owned(), 70020));
    assert_eq!(poll(&server, &id, "x").refusal().1, "bad_verification_code");
}
