//! Methods beside those of the table, and refusals in HTTP/2.

use std::io::{Read, Write};

use crate::{
    server::{Server, connect, raw},
    support::Data,
};

fn ask(server: &Server, method: &str, path: &str) -> String {
    let head = "host: localhost\r\nconnection: close\r\n\r\n";
    raw(&server.plain(), &format!("{method} {path} HTTP/1.1\r\n{head}"))
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

#[test]
fn an_address_tells_its_methods_and_has_a_head_where_it_can_be_read() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let users = "GET, HEAD, POST, OPTIONS";
    let options = ask(&server, "OPTIONS", "/v1.0/users");
    assert!(options.starts_with("HTTP/1.1 204 "), "{options}");
    assert_eq!(header(&options, "allow:"), Some(users));
    for (method, path, allow) in [
        ("PURGE", "/beTA/users", users),
        ("TRACE", "/v1.0/users", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        ("GET", "/syncline/v1/command", "POST"),
    ] {
        let refused = ask(&server, method, path);
        assert!(refused.starts_with("HTTP/1.1 405 "), "{refused}");
        assert_eq!(header(&refused, "allow:"), Some(allow), "{method} {path}");
    }
    let whole = ask(&server, "GET", "/V1.0/users");
    let head = ask(&server, "HEAD", "/V1.0/users");
    assert!(head.starts_with("HTTP/1.1 401 "), "{head}");
    assert_eq!(header(&head, "content-length:"), header(&whole, "content-length:"));
    assert_eq!(head.split_once("\r\n\r\n").map(|(_, body)| body), Some(""));
    assert!(whole.contains("InvalidAuthenticationToken"), "{whole}");
    server.stop();
}

/// A frame of HTTP/2 on stream 1, or on the connection.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("it is short").to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// Reads one frame: its kind, its flags, and what it holds.
fn read(stream: &mut impl Read) -> (u8, u8, Vec<u8>) {
    let mut head = [0; 9];
    stream.read_exact(&mut head).expect("a frame comes");
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).expect("it is whole");
    (head[3], head[4], payload)
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const END: u8 = 1;
const END_HEADERS: u8 = 4;

#[test]
fn in_http_2_a_body_that_is_too_long_is_refused_and_its_stream_is_left_whole() {
    let data = Data::new();
    let server = Server::start(&data, &["--setting", "http.body-kb=4"]);
    let mut stream = connect(&server.plain());
    // HPACK: POST and http from the table, path and host as texts (RFC 7541, appendix A).
    let fields = [&[0x83, 0x86, 0x04, 11][..], b"/v1.0/users", &[0x01, 9], b"localhost"].concat();
    let request = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(SETTINGS, 0, 0, &[]),
        frame(HEADERS, END_HEADERS, 1, &fields),
        frame(DATA, 0, 1, &[b'x'; 8 << 10]),
    ];
    stream.write_all(&request.concat()).expect("it listens");
    let mut answer = Vec::new();
    loop {
        let (kind, flags, payload) = read(&mut stream);
        assert_ne!(kind, RESET, "the answer comes first");
        if kind == DATA {
            answer.extend(payload);
            if flags & END != 0 {
                break;
            }
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.contains("\"code\":\"RequestEntityTooLarge\""), "{answer}");
    // Whoever is still sending is not cut off.
    stream.write_all(&frame(PING, 0, 0, &[7; 8])).expect("it is open");
    loop {
        let (kind, flags, _) = read(&mut stream);
        assert_ne!(kind, RESET, "the stream is not given up");
        if kind == PING && flags & END != 0 {
            break;
        }
    }
    stream.write_all(&frame(DATA, END, 1, b"the rest")).expect("it is open");
    drop(stream);
    server.stop();
}
