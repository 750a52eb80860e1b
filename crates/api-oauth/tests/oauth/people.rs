//! People: the pages, codes with PKCE, refresh tokens, sessions, passwords.

use directory::ApplicationChange;
use model::{Actor, Name, Role, Value};

use crate::server::{Answer, BACK, CHALLENGE, ORIGIN, SECRET, Server, VERIFIER, claims, parameter};

const PASSWORD: &str = "a long enough password";

/// The path of a request for a code, with some of its parameters put differently.
pub fn authorize(id: &str, other: &[(&str, &str)]) -> String {
    let mut all = vec![
        ("client_id", id),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid profile offline_access User.Read.All"),
        ("state", "s t&a=te"),
        ("nonce", "n1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in other {
        all.retain(|(field, _)| field != name);
        if !value.is_empty() {
            all.push((name, value));
        }
    }
    format!("/contoso.example/oauth2/v2.0/authorize?{}", crate::server::form(&all))
}

/// Fills the page of a path in.
pub fn fill(server: &Server, path: &str, fields: &[(&str, &str)]) -> Answer {
    let page = server.get(path, "");
    assert_eq!(page.status, 200, "{}", page.text);
    let cookies = page.cookies();
    let token = cookies.strip_prefix("syncline-csrf=").expect("there is a token").to_owned();
    let mut all = vec![("csrf", token.as_str())];
    all.extend_from_slice(fields);
    server.post(path, &cookies, &all)
}

fn sign_in(server: &Server, path: &str, password: &str) -> Answer {
    let fields = [("username", "ada@contoso.example"), ("password", password)];
    fill(server, path, &fields)
}

fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    parameter(answer.header("location"), "code").expect("there is a code")
}

fn redeem(server: &Server, id: &str, code: &str, other: &[(&str, &str)]) -> Answer {
    let mut all = vec![
        ("grant_type", "authorization_code"),
        ("client_id", id),
        ("client_secret", SECRET),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("client_info", "1"),
    ];
    for (name, value) in other {
        all.retain(|(field, _)| field != name);
        all.push((name, value));
    }
    server.token(&all)
}

fn refresh(server: &Server, id: &str, token: &str) -> Answer {
    server.token(&[
        ("grant_type", "refresh_token"),
        ("client_id", id),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ])
}

fn text(answer: &Answer, name: &str) -> String {
    answer.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", answer.text)).to_owned()
}

#[test]
fn a_person_signs_in_with_a_password_and_the_application_acts_in_her_name() {
    let server = Server::new();
    let (app, ada) = (server.client_for_people(), server.person("ada", PASSWORD, false));
    let (world, id) = (&server.world, app.id.to_string());
    world
        .directory
        .set_roles(&world.operator, world.source, ada.id, &[Role::GlobalReader])
        .expect("the roles are set");
    let answer = sign_in(&server, &authorize(&id, &[]), PASSWORD);
    let location = answer.header("location");
    assert!(location.starts_with(&format!("{BACK}?code=")), "{location}");
    assert_eq!(parameter(location, "state").as_deref(), Some("s%20t%26a%3Dte"));
    let tokens = redeem(&server, &id, &code_of(&answer), &[]);
    let token = tokens.access_token();
    let about = claims(&text(&tokens, "id_token"));
    assert_eq!(about["aud"], id);
    assert_eq!(about["nonce"], "n1");
    assert_eq!(about["iss"], format!("{ORIGIN}/{}/v2.0", world.source));
    assert_eq!(about["preferred_username"], "ada@contoso.example");
    assert_eq!(claims(&token)["scp"], "User.Read.All");
    let actor = server.identity.authenticate(Some(&token)).expect("it is good");
    let Actor::User { id: who, roles, through, .. } = actor else { panic!("no person") };
    assert_eq!((who, roles), (ada.id, vec![Role::GlobalReader]));
    let through = through.expect("an application is between");
    assert_eq!((through.application, through.scopes), (app.id, vec!["User.Read.All".to_owned()]));
    // What the application is told about her is no token for the interface.
    assert!(server.identity.authenticate(Some(&text(&tokens, "id_token"))).is_err());
}

#[test]
fn roles_consent_the_application_and_the_person_count_as_they_are_now() {
    let server = Server::new();
    let (app, ada) = (server.client_for_people(), server.person("ada", PASSWORD, false));
    let (world, id) = (&server.world, app.id.to_string());
    let answer = sign_in(&server, &authorize(&id, &[]), PASSWORD);
    let tokens = redeem(&server, &id, &code_of(&answer), &[]);
    let token = tokens.access_token();
    let scopes = || match server.identity.authenticate(Some(&token)) {
        Ok(Actor::User { through: Some(through), roles, .. }) => Some((through.scopes, roles)),
        _ => None,
    };
    assert_eq!(scopes(), Some((vec!["User.Read.All".to_owned()], Vec::new())));
    world
        .directory
        .set_roles(&world.operator, world.source, ada.id, &[Role::UserAdministrator])
        .expect("the roles are set");
    assert_eq!(scopes().expect("she is known").1, [Role::UserAdministrator]);
    let revoke = vec!["User.Read.All".to_owned()];
    server.change(&app, &ApplicationChange { revoke, ..Default::default() });
    assert_eq!(scopes().expect("she is known").0, Vec::<String>::new());
    server.change(&app, &ApplicationChange { enabled: Some(false), ..Default::default() });
    assert_eq!(scopes(), None);
    server.change(&app, &ApplicationChange { enabled: Some(true), ..Default::default() });
    assert!(scopes().is_some());
    enable(&server, &ada, false);
    assert_eq!(scopes(), None);
    let refused = refresh(&server, &id, &text(&tokens, "refresh_token")).refusal();
    assert_eq!(refused, (400, "invalid_grant".to_owned(), 50057));
    enable(&server, &ada, true);
    assert!(scopes().is_some());
    world.directory.delete(&world.operator, world.source, ada.id).expect("she is there");
    assert_eq!(scopes(), None);
}

fn enable(server: &Server, person: &model::Object, enabled: bool) {
    let mut change = directory::Change::default();
    change.set.set(Name::ACCOUNT_ENABLED, Value::Boolean(enabled));
    let (world, id) = (&server.world, person.id);
    world.directory.update(&world.operator, world.source, id, &change).expect("she is there");
}

#[test]
fn a_code_is_good_once_for_its_application_its_verifier_and_its_address() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, false);
    let id = app.id.to_string();
    let path = authorize(&id, &[]);
    let new_code = || code_of(&sign_in(&server, &path, PASSWORD));
    for (field, value, number) in [
        ("code_verifier", "another-verifier-that-is-long-enough-to-be-one", 501481),
        ("redirect_uri", "https://app.example/other", 50011),
        ("code", "no-code", 70008),
        ("client_secret", "wrong", 7000215),
    ] {
        let answer = redeem(&server, &id, &new_code(), &[(field, value)]);
        assert_eq!(answer.refusal().2, number, "{field}");
    }
    // A code that failed once is used up.
    let code = new_code();
    redeem(&server, &id, &code, &[("code_verifier", &"x".repeat(43))]).refusal();
    assert_eq!(redeem(&server, &id, &code, &[]).refusal().2, 54005);
    // One that comes twice ends what it began.
    let code = new_code();
    let token = redeem(&server, &id, &code, &[]).access_token();
    assert!(server.identity.authenticate(Some(&token)).is_ok());
    assert_eq!(redeem(&server, &id, &code, &[]).refusal().2, 54005);
    assert!(server.identity.authenticate(Some(&token)).is_err());
    let code = new_code();
    server.world.clock.advance_seconds(601);
    assert_eq!(redeem(&server, &id, &code, &[]).refusal().2, 70008);
}

#[test]
fn a_request_that_is_not_the_applications_sends_nobody_anywhere() {
    let server = Server::new();
    let app = server.client_for_people();
    let id = app.id.to_string();
    for (field, value, number) in [
        ("redirect_uri", "https://app.example/back/", 50011),
        ("redirect_uri", "https://evil.example/", 50011),
        ("redirect_uri", "https://app.example/back\r\nset-cookie: x=1", 50011),
        ("redirect_uri", "javascript:alert(1)", 50011),
        ("client_id", "019b0000-0000-7000-8000-0000000000ff", 700016),
    ] {
        let answer = server.get(&authorize(&id, &[(field, value)]), "");
        assert_eq!(answer.status, 400, "{value}");
        assert_eq!(answer.header("location"), "", "{value}");
        assert!(answer.text.contains(&format!("AADSTS{number}")), "{}", answer.text);
        assert!(answer.headers.get("x").is_none());
    }
}

#[test]
fn other_mistakes_go_back_to_the_application_and_end_no_header() {
    let server = Server::new();
    let app = server.client_for_people();
    let id = app.id.to_string();
    for (field, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("scope", "openid Mail.Read", "consent_required"),
        ("scope", "https://vault.example/.default", "invalid_resource"),
        ("prompt", "none", "login_required"),
    ] {
        let state = "x\r\nset-cookie: a=b";
        let answer = server.get(&authorize(&id, &[(field, value), ("state", state)]), "");
        assert_eq!(answer.status, 303, "{field}={value}: {}", answer.text);
        let location = answer.header("location");
        assert!(location.starts_with(&format!("{BACK}?error={error}&")), "{location}");
        assert!(location.ends_with("state=x%0D%0Aset-cookie%3A%20a%3Db"), "{location}");
        assert!(!answer.cookies().contains("a=b"));
    }
}

#[test]
fn a_page_has_no_script_stands_in_no_frame_and_takes_forms_from_itself_alone() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, false);
    let path = authorize(&app.id.to_string(), &[("login_hint", "\"><script>alert(1)</script>")]);
    let page = server.get(&path, "");
    assert!(!page.text.contains("<script"), "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(policy.contains("form-action 'self' https://app.example;"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    let cookie = page.header("set-cookie");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let fields = [("username", "ada@contoso.example"), ("password", PASSWORD)];
    // Without the cookie, without the field, and with one that does not fit.
    let token = page.cookies();
    let forged = [("csrf", "A".repeat(43)), ("csrf", String::new())];
    for (name, value) in &forged {
        let mut all = fields.to_vec();
        all.push((name, value));
        assert_eq!(server.post(&path, &token, &all).status, 400);
        assert_eq!(server.post(&path, "", &all).status, 400);
    }
}

#[test]
fn a_browser_that_is_signed_in_is_not_asked_again() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, false);
    let id = app.id.to_string();
    let signed = sign_in(&server, &authorize(&id, &[]), PASSWORD);
    let cookies = signed.cookies();
    let silent = authorize(&id, &[("prompt", "none")]);
    let code = code_of(&server.get(&silent, &cookies));
    redeem(&server, &id, &code, &[]).access_token();
    assert_eq!(server.get(&authorize(&id, &[("prompt", "login")]), &cookies).status, 200);
    // Another tenant's session is none here, and one that ended is none anywhere.
    let out = server.get("/contoso.example/oauth2/v2.0/logout", &cookies);
    assert!(out.header("set-cookie").contains("syncline-csrf") || out.status == 200);
    assert!(server.get(&silent, &cookies).header("location").contains("login_required"));
    let back = format!(
        "/contoso.example/oauth2/v2.0/logout?client_id={id}&post_logout_redirect_uri=https://evil.example"
    );
    assert_eq!(server.get(&back, "").header("location"), "");
}

#[test]
fn a_refresh_token_is_good_once_and_ends_the_session_when_it_comes_again() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, false);
    let id = app.id.to_string();
    let answer = sign_in(&server, &authorize(&id, &[]), PASSWORD);
    let first = text(&redeem(&server, &id, &code_of(&answer), &[]), "refresh_token");
    let renewed = refresh(&server, &id, &first);
    let (second, token) = (text(&renewed, "refresh_token"), renewed.access_token());
    assert_ne!(first, second);
    assert!(server.identity.authenticate(Some(&token)).is_ok());
    assert_eq!(refresh(&server, &id, &first).refusal().2, 50173);
    // Whoever has the newer one has nothing either, and the tokens are worth nothing.
    assert_eq!(refresh(&server, &id, &second).refusal().2, 50173);
    assert!(server.identity.authenticate(Some(&token)).is_err());
    assert_eq!(refresh(&server, &id, "1.x.y").refusal().2, 70000);
}

#[test]
fn sessions_are_listed_and_ended_everywhere() {
    let server = Server::new();
    let (app, ada) = (server.client_for_people(), server.person("ada", PASSWORD, false));
    let (world, id) = (&server.world, app.id.to_string());
    let answer = sign_in(&server, &authorize(&id, &[]), PASSWORD);
    let tokens = redeem(&server, &id, &code_of(&answer), &[]);
    let sessions = world.directory.list_sessions(&world.operator, world.source, ada.id);
    let sessions = sessions.expect("they are listed");
    // The browser's, and the application's.
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().any(|one| one.application == Some(app.id)));
    let other = Actor::User {
        tenant: world.source,
        id: model::ObjectId::MADE_UP,
        name: "eve".to_owned(),
        roles: vec![Role::GlobalReader],
        through: None,
    };
    assert!(world.directory.revoke_sessions(&other, world.source, ada.id).is_err());
    let ended = world.directory.revoke_sessions(&world.operator, world.source, ada.id);
    assert_eq!(ended.expect("they are ended"), 2);
    assert!(server.identity.authenticate(Some(&tokens.access_token())).is_err());
    assert_eq!(refresh(&server, &id, &text(&tokens, "refresh_token")).refusal().2, 50173);
    let silent = authorize(&id, &[("prompt", "none")]);
    let location = server.get(&silent, &answer.cookies());
    assert!(location.header("location").contains("login_required"));
}

#[test]
fn a_password_that_was_given_has_to_be_changed_at_the_first_sign_in() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, true);
    let path = authorize(&app.id.to_string(), &[]);
    let answer = sign_in(&server, &path, PASSWORD);
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("Choose a new password"), "{}", answer.text);
    let change = |new: &str, again: &str| {
        let fields = [
            ("username", "ada@contoso.example"),
            ("password", PASSWORD),
            ("new_password", new),
            ("new_password_again", again),
        ];
        fill(&server, &path, &fields)
    };
    assert!(change("another good one", "a different one").text.contains("differ"));
    assert!(change("short", "short").text.contains("8 to 256"));
    assert!(change(PASSWORD, PASSWORD).text.contains("is the old one"));
    code_of(&change("another good one", "another good one"));
    code_of(&sign_in(&server, &path, "another good one"));
    assert!(sign_in(&server, &path, PASSWORD).text.contains("is wrong"));
}

#[test]
fn who_guesses_has_to_wait_whether_the_name_is_anybodys_or_not() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, false);
    let path = authorize(&app.id.to_string(), &[]);
    let guess = |name: &str, password: &str| {
        fill(&server, &path, &[("username", name), ("password", password)]).text
    };
    let mut told = Vec::new();
    for name in ["ada@contoso.example", "nobody@contoso.example"] {
        let texts: Vec<String> =
            (0..6).map(|_| guess(name, "wrong guess").replace(name, "NAME")).collect();
        assert!(texts[4].contains("is wrong"));
        assert!(texts[5].contains("Too many wrong passwords"));
        told.push(alert_of(&texts[5]));
    }
    assert_eq!(told[0], told[1]);
    assert!(guess("ada@contoso.example", PASSWORD).contains("Too many"), "right, but locked");
    // It outlasts a restart.
    let again = identity::Identity::new(server.world.directory.clone());
    let tenant = again.find_tenant("contoso.example").expect("it is there");
    let error = again.sign_in(&tenant, "ada@contoso.example", PASSWORD, None);
    assert!(matches!(error, Err(identity::SignInError::Locked(_))), "{error:?}");
    server.world.clock.advance_seconds(31);
    let fields = [("username", "ada@contoso.example"), ("password", PASSWORD)];
    code_of(&fill(&server, &path, &fields));
}

fn alert_of(page: &str) -> String {
    let (_, rest) = page.split_once("role=\"alert\">").expect("there is an alert");
    rest.split("</p>").next().unwrap_or_default().to_owned()
}

#[test]
fn an_address_that_tries_many_names_has_to_wait_too() {
    let server = Server::new();
    server.person("ada", PASSWORD, false);
    let tenant = server.identity.find_tenant("contoso.example").expect("it is there");
    let address = Some("192.0.2.7".parse().expect("it is an address"));
    for number in 0..30 {
        let name = format!("nobody{number}@contoso.example");
        let error = server.identity.sign_in(&tenant, &name, "wrong guess", address);
        assert_eq!(error, Err(identity::SignInError::Wrong));
    }
    let error = server.identity.sign_in(&tenant, "ada@contoso.example", PASSWORD, address);
    assert!(matches!(error, Err(identity::SignInError::Locked(_))), "{error:?}");
    let elsewhere = Some("192.0.2.8".parse().expect("it is an address"));
    assert!(server.identity.sign_in(&tenant, "ada@contoso.example", PASSWORD, elsewhere).is_ok());
}

#[test]
fn disabled_external_and_passwordless_people_do_not_sign_in() {
    let server = Server::new();
    let ada = server.person("ada", PASSWORD, false);
    server.person_without("bob");
    let (world, identity) = (&server.world, &server.identity);
    let guest = world.directory.invite(&world.operator, world.source, "eve@north.example", None);
    let guest = guest.expect("she is invited");
    let set = identity.set_password(&world.operator, world.source, guest.id, PASSWORD, false);
    assert!(set.is_err(), "her password is at home");
    enable(&server, &ada, false);
    let tenant = identity.find_tenant("contoso.example").expect("it is there");
    let try_in = |name: &str, password: &str| identity.sign_in(&tenant, name, password, None);
    use identity::SignInError::{Disabled, Wrong};
    assert_eq!(try_in("ada@contoso.example", PASSWORD), Err(Disabled));
    assert_eq!(try_in("ada@contoso.example", "wrong guess"), Err(Wrong));
    assert_eq!(try_in("bob@contoso.example", ""), Err(Wrong));
    assert_eq!(try_in(&guest.label(), PASSWORD), Err(Wrong));
    assert_eq!(try_in("nobody@contoso.example", PASSWORD), Err(Wrong));
}

#[test]
fn a_name_that_nobody_has_takes_as_long_as_a_wrong_password() {
    let server = Server::new();
    server.person("ada", PASSWORD, false);
    let tenant = server.identity.find_tenant("contoso.example").expect("it is there");
    let time = |name: &str| {
        let begin = std::time::Instant::now();
        let _ = server.identity.sign_in(&tenant, name, "wrong guess", None);
        begin.elapsed()
    };
    // The slow hash is most of the time; without it an answer takes a hundredth.
    let known = (0..2).map(|_| time("ada@contoso.example")).min().expect("two were measured");
    let unknown = (0..2).map(|_| time("nobody@contoso.example")).min().expect("two were measured");
    assert!(unknown * 4 > known, "{unknown:?} against {known:?}");
}

#[test]
fn who_may_write_users_sets_no_password_of_somebody_with_roles() {
    let server = Server::new();
    let ada = server.person("ada", PASSWORD, false);
    let bob = server.person("bob", PASSWORD, false);
    let (world, identity) = (&server.world, &server.identity);
    world
        .directory
        .set_roles(&world.operator, world.source, ada.id, &[Role::GlobalAdministrator])
        .expect("the roles are set");
    let helper = Actor::User {
        tenant: world.source,
        id: bob.id,
        name: "bob".to_owned(),
        roles: vec![Role::UserAdministrator],
        through: None,
    };
    let set =
        |person| identity.set_password(&helper, world.source, person, "stolen password", true);
    assert!(set(ada.id).is_err());
    let eve = server.person_without("eve");
    assert!(set(eve.id).is_ok());
    let audit = world.store.audit(world.source, 0, 1_000).expect("it is read");
    let text = format!("{audit:?}");
    assert!(text.contains("Reset user password"));
    assert!(!text.contains("stolen password") && !text.contains("argon2id"), "a secret is told");
}

#[test]
fn a_public_client_on_the_persons_machine_needs_no_secret_but_the_verifier() {
    let server = Server::new();
    let app = server.client_for_people();
    server.person("ada", PASSWORD, false);
    let id = app.id.to_string();
    let back = "http://localhost:51234";
    let path = authorize(&id, &[("redirect_uri", back)]);
    let ask = |code: &str| {
        server.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", &id),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", VERIFIER),
        ])
    };
    let code = code_of(&sign_in(&server, &path, PASSWORD));
    assert_eq!(ask(&code).refusal().2, 7000218);
    server.change(&app, &ApplicationChange { public_client: Some(true), ..Default::default() });
    let token = ask(&code).access_token();
    assert_eq!(claims(&token)["appidacr"], "0");
    // `common` finds the application's tenant.
    let answer = server.post(
        "/common/oauth2/v2.0/token",
        "",
        &[
            ("grant_type", "authorization_code"),
            ("client_id", &id),
            ("code", &code),
            ("redirect_uri", back),
            ("code_verifier", VERIFIER),
        ],
    );
    assert_eq!(answer.refusal().2, 54005);
}
