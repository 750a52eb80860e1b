//! `serve` over HTTP as clients meet it: real listeners on free ports, the own CA, limits on head, body
//! and time, tricks of all kinds, a graceful end, operators, and commands of other machines.

mod support;

#[path = "http/commands.rs"]
mod commands;
#[path = "http/killed.rs"]
mod killed;
#[path = "http/limits.rs"]
mod limits;
#[path = "http/methods.rs"]
mod methods;
#[path = "http/operators.rs"]
mod operators;
#[path = "http/server.rs"]
mod server;
#[path = "http/tls.rs"]
mod tls;

use std::io::Write;

use server::{Server, connect, raw, read_to_end};
use support::Data;

#[test]
fn it_lives_is_ready_and_tells_its_figures_here_but_not_through_a_proxy() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let alive = server.get("/healthz");
    assert_eq!((alive.status, alive.body.as_str()), (200, "alive\n"));
    let ready = server.get("/readyz");
    assert_eq!((ready.status, ready.json()["ready"].as_bool()), (200, Some(true)));
    let all_ready = std::thread::scope(|scope| {
        let askers: Vec<_> = (0..4).map(|_| scope.spawn(|| server.get("/readyz").status)).collect();
        askers.into_iter().all(|asker| asker.join().is_ok_and(|status| status == 200))
    });
    assert!(all_ready, "who looks at the same time sees the same");
    let figures = server.get("/metrics");
    assert_eq!(figures.status, 200);
    let wanted = "syncline_http_requests_total{kind=\"health\",method=\"GET\",status=\"200\"} 6";
    assert!(figures.body.contains(wanted), "{}", figures.body);
    assert!(figures.body.contains("syncline_process_uptime_seconds "), "{}", figures.body);
    let handed_on = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 1.2.3.4\r\n\r\n";
    assert!(raw(&server.plain(), handed_on).starts_with("HTTP/1.1 401 "));
    let elsewhere = "GET /metrics HTTP/1.1\r\nhost: sync.example\r\n\r\n";
    assert!(raw(&server.plain(), elsewhere).starts_with("HTTP/1.1 401 "));
    let token = server.sign_in(&data);
    let known = format!(
        "GET /metrics HTTP/1.1\r\nhost: sync.example\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    assert!(raw(&server.plain(), &known).starts_with("HTTP/1.1 200 "));
    server.stop();
}

#[test]
fn every_answer_has_the_id_of_its_request_and_the_one_of_the_caller() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let long = "x".repeat(40 << 10);
    for (what, request) in [
        ("unauthorized", "GET /v1.0/organization HTTP/1.1\r\n".to_owned()),
        ("unknown", "GET /nothing HTTP/1.1\r\n".to_owned()),
        ("climbing", "GET /v1.0/../organization HTTP/1.1\r\n".to_owned()),
        ("method", "TRACE /v1.0/organization HTTP/1.1\r\n".to_owned()),
        ("head", format!("GET / HTTP/1.1\r\nx-long: {long}\r\n")),
        ("body", "POST /v1.0/users HTTP/1.1\r\ncontent-length: 99999999\r\n".to_owned()),
        ("health", "GET /healthz HTTP/1.1\r\n".to_owned()),
    ] {
        let sent =
            "host: localhost\r\nrequest-id: mine\r\nclient-request-id: of-the-caller\r\n\r\n";
        let answer = raw(&server.plain(), &format!("{request}{sent}"));
        let header = |name: &str| {
            let line = answer.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("{what} has {name}: {answer}")).trim().to_owned()
        };
        assert_eq!(header("request-id:").len(), 36, "{what}: it is ours, not the caller's");
        assert_eq!(header("client-request-id:"), "of-the-caller", "{what}");
    }
    server.stop();
}

#[test]
fn a_path_that_climbs_or_hides_something_is_refused_and_nothing_leaves_its_line() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    for path in [
        "/v1.0/../v1.0/organization",
        "/v1.0/%2e%2e/organization",
        "/v1.0/.%2E/organization",
        "/v1.0/users/%00",
        "/v1.0/users/a%0d%0aset-cookie:x=1",
        "/v1.0\\organization",
        "/syncline/v1/%2e%2e/%2e%2e/etc/passwd",
    ] {
        let answer =
            raw(&server.plain(), &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 400 "), "{path}: {answer}");
        assert!(!answer.to_lowercase().contains("set-cookie"), "{path}: {answer}");
    }
    let doubled =
        raw(&server.plain(), "GET //v1.0//organization HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(doubled.starts_with("HTTP/1.1 404 "), "{doubled}");
    for (what, head) in [
        ("a host with a name", "GET /healthz HTTP/1.1\r\nhost: a@localhost\r\n\r\n"),
        ("two hosts", "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: other\r\n\r\n"),
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n"),
        (
            "a control character",
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\nclient-request-id: a\u{1}b\r\n\r\n",
        ),
    ] {
        let answer = raw(&server.plain(), head);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{what}: {answer}");
    }
    server.stop();
}

#[test]
fn a_request_with_two_ends_is_one_request_and_the_last_one() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let inner = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for (what, head) in [
        ("two kinds of length", "content-length: 5\r\ntransfer-encoding: chunked\r\n"),
        ("two lengths", "content-length: 5\r\ncontent-length: 6\r\n"),
        ("no number", "content-length: +5\r\n"),
        ("another coding", "transfer-encoding: xchunked\r\n"),
        ("a blank before the colon", "content-length : 5\r\n"),
        ("a folded line", "x-a: b\r\n content-length: 5\r\n"),
    ] {
        let request =
            format!("POST /v1.0/users HTTP/1.1\r\nhost: localhost\r\n{head}\r\n0\r\n\r\n{inner}");
        // What is hidden would be answered second, so everything is read.
        let mut stream = connect(&server.plain());
        drop(stream.write_all(request.as_bytes()));
        drop(stream.shutdown(std::net::Shutdown::Write));
        let answer = read_to_end(&mut stream);
        assert!(!answer.contains("alive"), "{what}: {answer}");
        let status = answer.get(9..12).unwrap_or("cut");
        let is_refused = ["400", "501", "cut"].contains(&status);
        // Of two kinds of length the chunks count, and nothing else is taken from the connection.
        let is_last = answer.contains("\r\nconnection: close\r\n");
        assert!(is_refused || what == "two kinds of length" && is_last, "{what}: {answer}");
    }
    server.stop();
}

#[test]
fn the_log_is_text_or_json_and_says_nothing_secret() {
    let data = Data::new();
    let server = Server::start(&data, &["--setting", "log.format=json"]);
    let token = server.sign_in(&data);
    let secret = "GET /v1.0/users?code=s3cr3t&client_secret=s3cr3t HTTP/1.1\r\nhost: localhost\r\n\
                  cookie: session=s3cr3t\r\nauthorization: Bearer s3cr3t\r\n\r\n";
    raw(&server.plain(), secret);
    raw(&server.plain(), "GET /healthz\"x HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let log = server.stop();
    assert!(!log.contains("s3cr3t") && !log.contains(&token), "{log}");
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).expect("a line of the log is one document"))
        .collect();
    let asked = lines.iter().find(|line| line["path"] == "/v1.0/users").expect("it is logged");
    assert_eq!((asked["status"].as_u64(), asked["part"].as_str()), (Some(401), Some("http")));
    let quiet = Server::start(&data, &["--setting", "log.level=info,http=off"]);
    quiet.get("/healthz");
    assert!(!quiet.stop().contains("/healthz"));
}
