//! A running server, and what it takes to ask it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::support::{Data, Run, interrupt};

/// How long a test waits for what has to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A server on free ports.
pub struct Server {
    child: Child,
    pub addresses: Value,
    log: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub body: String,
}

impl Server {
    /// Starts one and waits until it listens.
    pub fn start(data: &Data, more: &[&str]) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--json"];
        let mut child = data
            .command(&[&words, more].concat())
            .stdin(Stdio::null())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (kept, err) = (log.clone(), child.stderr.take().expect("it is a pipe"));
        let reader = thread::spawn(move || {
            for line in BufReader::new(err).lines().map_while(Result::ok) {
                kept.lock().expect("nobody panics with it").push_str(&format!("{line}\n"));
            }
        });
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("it is a pipe");
        BufReader::new(out).read_line(&mut line).expect("it is text");
        let addresses = serde_json::from_str(&line).unwrap_or_else(|error| {
            panic!("it says where it listens: {error}\n{line}{}", log.lock().expect("free"))
        });
        Self { child, addresses, log, reader }
    }

    /// Host and port without TLS.
    pub fn plain(&self) -> String {
        self.text("http").replace("http://localhost", "127.0.0.1")
    }

    /// Host and port with TLS.
    pub fn secure(&self) -> String {
        self.text("https").replace("https://localhost", "127.0.0.1")
    }

    /// The address with TLS.
    pub fn url(&self) -> String {
        self.text("https")
    }

    /// The CA's file.
    pub fn ca(&self) -> PathBuf {
        self.text("ca").into()
    }

    fn text(&self, name: &str) -> String {
        self.addresses[name].as_str().unwrap_or_else(|| panic!("it has {name}")).to_owned()
    }

    /// A client that trusts the server's CA and nobody else.
    pub fn agent(&self) -> Agent {
        let pem = std::fs::read(self.ca()).expect("the CA's file is there");
        let ca = Certificate::from_pem(&pem).expect("it is a certificate");
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[ca]))
            .unversioned_rustls_crypto_provider(Arc::new(
                rustls::crypto::aws_lc_rs::default_provider(),
            ))
            .build();
        Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .tls_config(tls)
            .build()
            .into()
    }

    /// Asks with TLS.
    pub fn get(&self, path: &str) -> Reply {
        let answer = self.agent().get(format!("{}{path}", self.url())).call();
        let mut answer = answer.unwrap_or_else(|error| panic!("{path} is answered: {error}"));
        Reply {
            status: answer.status().as_u16(),
            body: answer.body_mut().read_to_string().expect("it is text"),
        }
    }

    /// Makes an operator and gives the token.
    pub fn sign_in(&self, data: &Data) -> String {
        let link = data.json(&["operator", "reset"])["link"].as_str().expect("a link").to_owned();
        let (_, code) = link.split_once('#').expect("the code stands behind it");
        let body = serde_json::json!({ "code": code, "name": "tester" }).to_string();
        let post = self.agent().post(format!("{}/syncline/v1/login", self.url()));
        let mut answer = post.send(body.as_str()).expect("it is answered");
        let text = answer.body_mut().read_to_string().expect("it is text");
        let answer: Value = serde_json::from_str(&text).expect("it is JSON");
        answer["token"].as_str().unwrap_or_else(|| panic!("a token: {text}")).to_owned()
    }

    /// Runs a command through it with a token, from another folder than the server's.
    pub fn run(&self, data: &Data, token: &str, words: &[&str]) -> Run {
        let (url, ca) = (self.url(), self.ca());
        let more = ["--server", &url, "--cacert", ca.to_str().expect("it is text")];
        let mut command = data.command(&[words, &more].concat());
        command.env("SYNCLINE_DATA", data.file("nothing-here")).env("SYNCLINE_TOKEN", token);
        command.output().expect("the program starts").into()
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("free").clone()
    }

    /// Ends it without a word, as a failing machine does.
    pub fn kill(mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is ours");
        self.reader.join().expect("it only reads");
    }

    /// Asks it to end.
    pub fn interrupt(&self) {
        interrupt(&self.child);
    }

    /// Waits for its end, which must be good, and gives its log.
    pub fn end(mut self) -> String {
        let status = self.child.wait().expect("it is ours");
        self.reader.join().expect("it only reads");
        let log = self.log.lock().expect("free").clone();
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }

    /// Ends it and gives its log.
    pub fn stop(self) -> String {
        self.interrupt();
        self.end()
    }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("it is JSON: {}", self.body))
    }
}

/// A connection.
pub fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("it can be set");
    stream
}

/// Sends bytes as they are on a connection of their own, and gives the one answer that comes back, or as
/// much as comes before the other end closes.
pub fn raw(address: &str, bytes: &str) -> String {
    let mut stream = connect(address);
    // A server that has read enough may have closed it.
    drop(stream.write_all(bytes.as_bytes()));
    let mut all = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&String::from_utf8_lossy(&all)) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => all.extend_from_slice(&buffer[..count]),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length
        .is_some_and(|length| length.trim().parse().is_ok_and(|length: usize| body.len() >= length))
}

/// All that comes until the other end closes.
pub fn read_to_end(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    drop(stream.read_to_end(&mut all));
    String::from_utf8_lossy(&all).into_owned()
}
