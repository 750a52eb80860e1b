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
    // Standard error shows the link to who started the server, and the log never does.
    let logged = log.lines().filter(|line| line.contains(" http: ") || line.contains("T2"));
    for line in logged.filter(|line| line.contains("http:")).filter(|line| line.starts_with("20")) {
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
