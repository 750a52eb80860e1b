//! Settings of the HTTP listeners and of what each caller may ask.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use crate::Values;

/// How `serve` is reached over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where it listens without TLS.
    pub listen: Option<SocketAddr>,
    /// Where it listens with TLS.
    pub listen_tls: Option<SocketAddr>,
    /// Whether it may listen without TLS where other machines reach it.
    pub plain_anywhere: bool,
    /// A given certificate and its key, from these files.
    pub certificate: Option<PathBuf>,
    /// The key of the given certificate.
    pub key: Option<PathBuf>,
    /// More names that an own certificate is for.
    pub names: Vec<String>,
    /// How many connections a listener keeps.
    pub connections: usize,
    /// How many requests are answered at once.
    pub workers: usize,
    /// How many wait for their turn.
    pub queue: usize,
    /// The longest body of a request, in bytes.
    pub body: usize,
    /// The longest body of a command, in bytes.
    pub command: usize,
    /// The time for the head of a request.
    pub header_time: Duration,
    /// The longest pause within a body.
    pub body_time: Duration,
    /// The time for a whole request.
    pub request_time: Duration,
    /// How long the end waits for requests under way.
    pub stop_time: Duration,
}

/// How much each caller may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether calls of the Graph interface are counted at all.
    pub graph: bool,
    /// Its limits, as percent of what Graph takes.
    pub percent: usize,
    /// Token requests in a minute for each application and address; 0 for no limit.
    pub tokens: usize,
}

/// The address that a text names; `localhost` means 127.0.0.1.
pub fn address(text: &str) -> Option<SocketAddr> {
    let text = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    text.parse().ok()
}

impl Http {
    pub(crate) fn of(values: &Values<'_>) -> Self {
        let seconds = |name: &str| Duration::from_secs(values.number(name) as u64);
        let file = |name: &str| Some(values.text(name)).filter(|text| !text.is_empty());
        Self {
            listen: address(&values.text("http.listen")),
            listen_tls: address(&values.text("http.listen-tls")),
            plain_anywhere: values.is_on("http.plain-anywhere"),
            certificate: file("http.tls-cert").map(PathBuf::from),
            key: file("http.tls-key").map(PathBuf::from),
            names: values
                .text("http.tls-names")
                .split(',')
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect(),
            connections: values.number("http.connections"),
            workers: values.number("http.workers"),
            queue: values.number("http.queue"),
            body: values.number("http.body-kb") << 10,
            command: values.number("http.command-mb") << 20,
            header_time: seconds("http.header-seconds"),
            body_time: seconds("http.body-seconds"),
            request_time: seconds("http.request-seconds"),
            stop_time: seconds("http.stop-seconds"),
        }
    }
}

impl Limits {
    pub(crate) fn of(values: &Values<'_>) -> Self {
        Self {
            graph: values.is_on("limits.graph"),
            percent: values.number("limits.percent"),
            tokens: values.number("limits.tokens"),
        }
    }
}
