//! The far ends, each a real listener on this machine that speaks as much of its protocol as is needed.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What somebody posted.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The headers, by their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// A web server that keeps what is posted to it.
pub struct Web {
    /// Its address.
    pub url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Web {
    /// A server that answers 200.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let (posted, answers) =
            (Arc::<Mutex<Vec<_>>>::default(), Arc::<Mutex<VecDeque<_>>>::default());
        let (keep, say) = (posted.clone(), answers.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let request = read_request(&stream);
                keep.lock().expect("nobody panics").push(request);
                let answer = say.lock().expect("nobody panics").pop_front();
                let answer = answer.unwrap_or("HTTP/1.1 204 No Content");
                let text = format!("{answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                drop((&stream).write_all(text.as_bytes()));
            }
        });
        Self { url, posted, answers }
    }

    /// The next answers; 204 behind them.
    pub fn will_answer(&self, answers: impl IntoIterator<Item = &'static str>) {
        self.answers.lock().expect("nobody panics").extend(answers);
    }

    /// What was posted since the last call.
    pub fn take(&self) -> Vec<Posted> {
        std::mem::take(&mut *self.posted.lock().expect("nobody panics"))
    }
}

fn read_request(stream: &TcpStream) -> Posted {
    let mut reader = BufReader::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a request comes");
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body comes");
    Posted { headers, body: String::from_utf8(body).expect("it is text") }
}

/// A mail server that keeps what it is told.
pub struct Mail {
    /// Its address.
    pub url: String,
    /// Whole conversations, the client's lines.
    said: Arc<Mutex<Vec<String>>>,
}

impl Mail {
    /// A server that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("smtp://{}", listener.local_addr().expect("it is bound"));
        let said = Arc::<Mutex<Vec<String>>>::default();
        let keep = said.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let conversation = converse(&stream);
                keep.lock().expect("nobody panics").push(conversation);
            }
        });
        Self { url, said }
    }

    /// The conversations since the last call. The client has its answer before the server has kept
    /// what was said, so that this waits for as many as are expected.
    pub fn take(&self, count: usize) -> Vec<String> {
        for _ in 0..500 {
            if self.said.lock().expect("nobody panics").len() >= count {
                break;
            }
            thread::sleep(std::time::Duration::from_millis(10));
        }
        std::mem::take(&mut *self.said.lock().expect("nobody panics"))
    }
}

fn converse(stream: &TcpStream) -> String {
    let (mut said, mut in_data) = (String::new(), false);
    let answer = |text: &str| drop({ stream }.write_all(format!("{text}\r\n").as_bytes()));
    answer("220 sink.example ESMTP");
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        said.push_str(&line);
        said.push('\n');
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            "." if in_data => {
                answer("250 kept");
                // Whoever sends one message may keep the connection open for another.
                break;
            }
            _ if in_data => {}
            "EHLO" => answer("250-sink.example\r\n250 AUTH PLAIN"),
            "AUTH" => answer("235 welcome"),
            "DATA" => {
                in_data = true;
                answer("354 go on");
            }
            "QUIT" => {
                answer("221 bye");
                break;
            }
            _ => answer("250 yes"),
        }
    }
    said
}
