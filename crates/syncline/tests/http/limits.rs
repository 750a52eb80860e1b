//! Slow, long and many: what each caller is held to.

use std::{io::Write, time::Instant};

use crate::{
    server::{PATIENCE, Server, connect, raw, read_to_end},
    support::Data,
};

#[test]
fn who_sends_a_head_or_a_body_too_slowly_is_cut() {
    let data = Data::new();
    let slow = ["--setting", "http.header-seconds=1", "--setting", "http.body-seconds=1"];
    let server = Server::start(&data, &slow);
    for beginning in ["", "G", "GET /healthz HTTP/1.1\r\nhost: loc", "PRI * HTTP/2.0\r\n\r\nS"] {
        let begun = Instant::now();
        let mut stream = connect(&server.plain());
        stream.write_all(beginning.as_bytes()).expect("it listens");
        let answer = read_to_end(&mut stream);
        assert!(!answer.contains(" 200 "), "{beginning}: {answer}");
        assert!(begun.elapsed() < PATIENCE, "{beginning}: it is cut, and not by us");
    }
    let mut handshake = connect(&server.secure());
    let begun = Instant::now();
    handshake.write_all(&[22, 3, 1]).expect("it listens");
    read_to_end(&mut handshake);
    assert!(begun.elapsed() < PATIENCE, "a handshake is cut as well");
    let mut stream = connect(&server.plain());
    let head = "POST /v1.0/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("it listens");
    let answer = read_to_end(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(server.get("/healthz").status, 200, "others are served meanwhile");
    server.stop();
}

#[test]
fn a_body_that_is_too_long_is_refused_whether_it_says_so_or_not() {
    let data = Data::new();
    let server = Server::start(&data, &["--setting", "http.body-kb=4"]);
    let head = "POST /v1.0/users HTTP/1.1\r\nhost: localhost\r\n";
    let said = raw(&server.plain(), &format!("{head}content-length: 4097\r\n\r\n"));
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
    assert!(said.contains("\"code\":\"RequestEntityTooLarge\""), "{said}");
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let unsaid = format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n");
    let unsaid = raw(&server.plain(), &unsaid);
    assert!(unsaid.starts_with("HTTP/1.1 413 "), "{unsaid}");
    let looked = "POST /center/tenants/contoso.example/import HTTP/1.1\r\nhost: localhost\r\n\
                  accept: text/html,*/*\r\ncontent-length: 4097\r\n\r\n";
    let looked = raw(&server.plain(), looked);
    assert!(looked.starts_with("HTTP/1.1 413 "), "{looked}");
    assert!(looked.contains("<h1>") && looked.contains("choose a smaller file"), "{looked}");
    let fits = format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n");
    let fits = raw(&server.plain(), &fits);
    assert!(fits.starts_with("HTTP/1.1 401 "), "{fits}");
    server.stop();
}

#[test]
fn who_asks_for_too_many_tokens_is_told_when_to_come_again() {
    let data = Data::new();
    let server = Server::start(&data, &["--setting", "limits.tokens=2"]);
    let body = "grant_type=client_credentials&client_id=a&client_secret=s3cr3t";
    let request = format!(
        "POST /contoso.example/oauth2/v2.0/token HTTP/1.1\r\nhost: localhost\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answers: Vec<String> = (0..3).map(|_| raw(&server.plain(), &request)).collect();
    assert!(!answers[1].starts_with("HTTP/1.1 429 "), "{}", answers[1]);
    assert!(answers[2].starts_with("HTTP/1.1 429 "), "{}", answers[2]);
    let after = answers[2].lines().find_map(|line| line.strip_prefix("retry-after: "));
    let seconds: u32 = after.expect("it says when").trim().parse().expect("in seconds");
    assert!((1..=31).contains(&seconds), "{seconds}");
    assert!(!server.stop().contains("s3cr3t"));
}

#[test]
fn the_end_waits_for_a_request_under_way_but_not_for_ever() {
    let data = Data::new();
    let server = Server::start(&data, &["--setting", "http.stop-seconds=20"]);
    let mut stream = connect(&server.plain());
    let head = "POST /v1.0/users HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("it listens");
    // The server has read the head when it counts the connection beside ours as one of two.
    let deadline = Instant::now() + PATIENCE;
    while !server.get("/metrics").body.contains("syncline_http_connections 2") {
        assert!(Instant::now() < deadline, "the connection is seen");
    }
    server.interrupt();
    while std::net::TcpStream::connect(server.plain()).is_ok() {
        assert!(Instant::now() < deadline, "nobody else is let in");
    }
    stream.write_all(b"}").expect("it is open still");
    let answer = read_to_end(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    server.end();

    let server = Server::start(&data, &["--setting", "http.stop-seconds=1"]);
    let mut stream = connect(&server.plain());
    stream.write_all(head.as_bytes()).expect("it listens");
    let begun = Instant::now();
    server.stop();
    assert!(begun.elapsed() < PATIENCE, "who never ends holds up nobody");
}

#[test]
fn an_address_that_is_taken_or_too_open_is_refused_with_a_hint() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let other = Data::new();
    let taken = other.run(&["serve", "--listen", &server.plain(), "--listen-tls", "off"]);
    assert_eq!(taken.code, Some(1));
    assert!(
        taken.err.contains("(address-in-use)") && taken.err.contains("hint: "),
        "{}",
        taken.err
    );
    let open = other.run(&["serve", "--listen", "0.0.0.0:0", "--listen-tls", "off"]);
    assert_eq!(open.code, Some(2));
    assert!(open.err.contains("(plain-listener)") && open.err.contains("hint: "), "{}", open.err);
    server.stop();
}
