//! Notices of a running server: they come at once, and an end that does not answer holds up nobody.

mod support;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    time::{Duration, Instant},
};

use support::{Data, interrupt, wait};

/// A listener, and the settings that post to it. Gives the secret that signs.
fn listen(data: &Data) -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
    let set = data.json(&["notify", "set", "--tenant", "contoso.example", "--webhook", &url]);
    (listener, set["webhookSecret"].as_str().expect("it is shown once").to_owned())
}

fn withdraw(data: &Data, switch: &str) {
    let words = "policy set --tenant fabrikam.example --partner contoso.example --sync-inbound";
    let words: Vec<&str> = words.split(' ').chain([switch]).collect();
    data.done(&words);
}

fn read_request(stream: &TcpStream) -> (String, String) {
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time");
    let mut reader = BufReader::new(stream);
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).expect("a request comes") > 2 {
        head += &std::mem::take(&mut line);
    }
    let header = |name: &str| {
        let found = head.lines().find_map(|line| {
            let (held, value) = line.split_once(": ")?;
            held.eq_ignore_ascii_case(name).then(|| value.to_owned())
        });
        found.unwrap_or_else(|| panic!("no {name} in:\n{head}"))
    };
    let length: usize = header("Content-Length").parse().expect("a number");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body comes");
    (header(notify::SIGNATURE), String::from_utf8(body).expect("text"))
}

#[test]
fn a_server_posts_a_signed_notice_as_soon_as_a_job_is_in_quarantine() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    let (listener, secret) = listen(&data);
    withdraw(&data, "off");
    let server = data.start(&["serve"]);
    data.done(&["job", "start", "staff"]);

    let (stream, _) = listener.accept().expect("somebody comes");
    let (signature, body) = read_request(&stream);
    drop({ &stream }.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    let notice: model::Notice = serde_json::from_str(&body).expect("it is a notice");
    assert_eq!(notice.kind, model::NoticeKind::QuarantineBegan);
    assert!(notify::verify(&secret, &signature, &body, notice.at, 60), "{signature}");

    let begun = Instant::now();
    loop {
        let shown = data.json(&["notify", "show", "--tenant", "contoso.example"]);
        if shown["outbox"].as_array().is_some_and(Vec::is_empty) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it stays in the outbox");
    }
    interrupt(&server);
    assert_eq!(wait(server).code, Some(0));
}

#[test]
fn an_end_that_never_answers_holds_up_neither_jobs_nor_commands() {
    let data = Data::new();
    data.two_tenants();
    let (listener, _) = listen(&data);
    withdraw(&data, "off");
    let server = data.start(&["serve"]);
    data.done(&["job", "start", "staff"]);
    let (_stream, _) = listener.accept().expect("somebody comes");

    // The notice hangs now. Consent is back, and Ada comes across all the same.
    let begun = Instant::now();
    withdraw(&data, "on");
    data.person("ada");
    loop {
        let users = data.json(&["user", "list", "--tenant", "fabrikam.example"]);
        if users.to_string().contains("ada") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "nothing moves while a notice hangs");
    }
    let begun = Instant::now();
    interrupt(&server);
    assert_eq!(wait(server).code, Some(0));
    assert!(begun.elapsed() < Duration::from_secs(5), "it ends without waiting for the answer");
    let shown = data.json(&["notify", "show", "--tenant", "contoso.example"]);
    let left = shown["outbox"].as_array().map_or(0, Vec::len);
    assert!(left >= 1, "what was not delivered waits for the next server");
}
