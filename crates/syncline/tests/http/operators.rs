//! Operators: the first one, one who lost the way in, and tokens that are not good.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::{server::Server, support::Data};

#[test]
fn the_first_operator_comes_by_a_link_that_is_good_once() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let link = server.addresses["operator"]["link"].as_str().expect("a link").to_owned();
    let ca = server.ca();
    let ca = ca.to_str().expect("it is text");
    let home = data.file("home");
    let run = |words: &[&str]| {
        let mut command = data.command(words);
        command.env("XDG_CONFIG_HOME", &home).env("SYNCLINE_DATA", data.file("nothing-here"));
        let run: crate::support::Run = command.output().expect("it starts").into();
        run
    };
    let untrusted = run(&["login", "--code", &link]);
    assert!(untrusted.err.contains("(server-unreachable)") && untrusted.err.contains("--cacert"));
    let signed = run(&["login", "--code", &link, "--cacert", ca, "--name", "ada"]);
    assert_eq!(signed.code, Some(0), "{}", signed.err);
    let kept = home.join("syncline/servers.json");
    let mode = fs::metadata(&kept).expect("it is kept").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let token = fs::read_to_string(&kept).expect("it is ours");
    let token: serde_json::Value = serde_json::from_str(&token).expect("it is JSON");
    let token = token[server.url()]["token"].as_str().expect("a token").to_owned();
    let again = run(&["login", "--code", &link, "--cacert", ca, "--name", "eve"]);
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("(code-invalid)"), "{}", again.err);

    let url = server.url();
    let created =
        run(&["tenant", "create", "Contoso", "--domain", "contoso.example", "--server", &url]);
    assert_eq!(created.code, Some(0), "the token and the CA are kept: {}", created.err);
    let audit = data.json(&["audit", "list"]).to_string();
    assert!(audit.contains("operator ada") || audit.contains("\"ada\""), "{audit}");
    assert!(!audit.contains(&token));
    assert_eq!(data.json(&["audit", "verify"])["holds"], true);

    assert_eq!(run(&["logout", "--server", &url]).code, Some(0));
    let out = run(&["tenant", "list", "--server", &url, "--cacert", ca]);
    assert!(out.err.contains("(not-signed-in)"), "{}", out.err);

    data.done(&["operator", "remove", "ada"]);
    let gone = server.run(&data, &token, &["tenant", "list"]);
    assert!(gone.err.contains("(not-signed-in)"), "{}", gone.err);
    let log = server.stop();
    let code = link.split_once('#').expect("a code").1;
    // Standard error shows the link to who started the server, and the lines of the log never do.
    let logged: Vec<&str> = log.lines().filter(|line| line.contains(" http: ")).collect();
    assert!(logged.len() > 3, "{log}");
    for line in logged {
        assert!(!line.contains(code) && !line.contains(&token), "{line}");
    }
    let later = Server::start(&data, &[]);
    assert!(later.addresses["operator"].is_null(), "a server in use lets nobody in by itself");
    later.stop();
}

#[test]
fn who_lost_the_way_in_gets_another_link_on_the_server_and_only_there() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let first = server.sign_in(&data);
    let refused = server.run(&data, &first, &["operator", "reset"]);
    assert!(refused.err.contains("(local-only)"), "{}", refused.err);
    let made = server.run(&data, &first, &["operator", "create", "--name", "bo", "--json"]);
    assert_eq!(made.code, Some(0), "{}", made.err);
    data.json(&["operator", "reset", "--name", "tester"]);
    let link = made.document(&["operator", "create"])["link"].as_str().expect("a link").to_owned();
    let ca = server.ca();
    let words = ["login", "--code", &link, "--cacert", ca.to_str().expect("text")];
    let mut void = data.command(&words);
    void.env("XDG_CONFIG_HOME", data.file("home"));
    let void: crate::support::Run = void.output().expect("it starts").into();
    assert!(void.err.contains("(code-invalid)"), "a new link voids the one before: {}", void.err);
    let listed = server.run(&data, &first, &["operator", "list", "--json"]);
    assert_eq!(listed.document(&["operator", "list"])[0]["name"], "tester");
    server.stop();
}

#[test]
fn a_token_that_is_none_is_refused_whatever_it_looks_like() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let good = server.sign_in(&data);
    let cut = &good[..good.len() - 1];
    // `alg: none`, and a signature of nobody's.
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJvaWQiOiJ4IiwidGlkIjoieSJ9.";
    let forged = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJvaWQiOiJ4IiwidGlkIjoieSJ9.c2ln";
    for token in ["nonsense", "", cut, none, forged, "syncline-operator-"] {
        let run = server.run(&data, token, &["tenant", "list"]);
        assert_eq!(run.code, Some(1), "{token}");
        assert!(run.err.contains("(not-signed-in)"), "{token}: {}", run.err);
        assert!(run.out.is_empty(), "{token}: {}", run.out);
    }
    assert_eq!(server.run(&data, &good, &["tenant", "list"]).code, Some(0));
    server.stop();
}

#[test]
fn an_application_runs_what_it_may_in_its_own_tenant_and_is_slowed_down() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    let words = [
        "app",
        "create",
        "--tenant",
        "contoso.example",
        "--name",
        "hr",
        "--grant",
        "User.Read.All",
    ];
    let app = data.json(&words);
    // One percent of what Graph takes in a small tenant are 35 resource units.
    let server = Server::start(&data, &["--setting", "limits.percent=1"]);
    let text = |name: &str| app[name].as_str().expect("it is told").to_owned();
    let secret = text("clientSecret");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &text("clientId")),
        ("client_secret", &secret),
        ("scope", &format!("{}/.default", server.url())),
    ];
    let token = server.agent().post(format!("{}/contoso.example/oauth2/v2.0/token", server.url()));
    let mut token = token.send_form(form).expect("it is answered");
    let token = token.body_mut().read_to_string().expect("it is text");
    let token: serde_json::Value = serde_json::from_str(&token).expect("it is JSON");
    let token = token["access_token"].as_str().expect("a token").to_owned();

    let run = |words: &[&str]| server.run(&data, &token, words);
    let own = run(&["user", "list", "--tenant", "contoso.example"]);
    assert!(own.code == Some(0) && own.out.contains("ada@contoso.example"), "{}", own.err);
    for foreign in ["fabrikam.example", "nowhere.example"] {
        let run = run(&["user", "list", "--tenant", foreign]);
        let told = format!("error: no tenant '{foreign}' (not-found)\n");
        assert!(run.err.starts_with(&told), "foreign and absent are told alike: {}", run.err);
    }
    let write = ["user", "create", "eve@contoso.example", "--tenant", "contoso.example"];
    let refused = run(&[&write[..], &["--set", "displayName=Eve"]].concat());
    assert!(refused.err.contains("(not-allowed)"), "{}", refused.err);
    for words in [
        &["operator", "create"][..],
        &["operator", "list"],
        &["doctor"],
        &["audit", "verify"],
        &["audit", "list"],
        &["backup", "create", "all.tar"],
        &["tenant", "create", "X", "--domain", "x.example"],
        &["tenant", "list", "--as", "contoso.example/ada@contoso.example"],
    ] {
        let run = run(words);
        assert_eq!(run.code, Some(1), "{words:?}: {}{}", run.out, run.err);
        assert!(run.out.is_empty(), "{words:?}: {}", run.out);
    }

    let mut told = Vec::new();
    for _ in 0..30 {
        let get = server.agent().get(format!("{}/v1.0/users", server.url()));
        let answer = get.header("authorization", format!("Bearer {token}")).call();
        let answer = answer.expect("it is answered");
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        match answer.status().as_u16() {
            200 => assert_eq!(header("x-ms-resource-unit").as_deref(), Some("2")),
            429 => {
                assert_eq!(header("retry-after").as_deref(), Some("1"));
                let full = header("x-ms-throttle-information");
                assert_eq!(full.as_deref(), Some("ResourceUnitLimitExceeded"));
            }
            status => panic!("{status} is neither"),
        }
        told.push(answer.status().as_u16());
    }
    assert!(told.starts_with(&[200]) && told.contains(&429), "{told:?}");
    let log = server.stop();
    assert!(!log.contains(&token) && !log.contains(&secret), "{log}");
}
