//! The list of settings. A setting that is not here does not exist: in no file, variable or option.

/// One setting.
pub struct Setting {
    /// Its name: `table.name` in the file.
    pub name: &'static str,
    /// Its environment variable.
    pub variable: &'static str,
    /// What it is when nobody says anything.
    pub default: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it is for.
    pub about: &'static str,
}

impl Setting {
    /// What it takes, in words.
    pub fn takes(&self) -> String {
        match self.kind {
            Kind::Number { least, most } => format!("between {least} and {most}"),
            Kind::Word(words) => words.join(" or "),
            // No text that anybody means has this character, so that it tells what should have been.
            Kind::Text(check) => check("\0").err().unwrap_or("a text").to_owned(),
        }
    }
}

/// What a setting takes.
pub enum Kind {
    /// A number in a range.
    Number {
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A text; what it should have been is said when it does not pass.
    Text(fn(&str) -> Result<(), &'static str>),
}

const SWITCH: Kind = Kind::Word(&["on", "off"]);
const ANY: Kind = Kind::Text(|_| Ok(()));

const fn number(
    (name, variable): (&'static str, &'static str),
    default: &'static str,
    (least, most): (usize, usize),
    about: &'static str,
) -> Setting {
    Setting { name, variable, default, kind: Kind::Number { least, most }, about }
}

const fn other(
    (name, variable): (&'static str, &'static str),
    default: &'static str,
    kind: Kind,
    about: &'static str,
) -> Setting {
    Setting { name, variable, default, kind, about }
}

/// Every setting, in the order of `config show`.
pub const SETTINGS: &[Setting] = &[
    number(
        ("store.cache-mb", "SYNCLINE_STORE_CACHE_MB"),
        "128",
        (8, 1 << 20),
        "page cache of the embedded store, in megabytes, for the whole process",
    ),
    number(
        ("store.shards", "SYNCLINE_STORE_SHARDS"),
        "4",
        (1, 64),
        "files that a new embedded store spreads its tenants over",
    ),
    number(
        ("sync.threads", "SYNCLINE_SYNC_THREADS"),
        "4",
        (1, 64),
        "cycles that `serve` runs at once; each takes up to three threads while it works",
    ),
    number(
        ("log-days", "SYNCLINE_LOG_DAYS"),
        "90",
        (0, 36_500),
        "for how many days the provisioning log is kept; 0 keeps it for ever",
    ),
    other(
        ("http.listen", "SYNCLINE_HTTP_LISTEN"),
        "127.0.0.1:8080",
        Kind::Text(address),
        "where `serve` listens without TLS; off for nowhere",
    ),
    other(
        ("http.listen-tls", "SYNCLINE_HTTP_LISTEN_TLS"),
        "127.0.0.1:8443",
        Kind::Text(address),
        "where `serve` listens with TLS; off for nowhere",
    ),
    other(
        ("http.plain-anywhere", "SYNCLINE_HTTP_PLAIN_ANYWHERE"),
        "off",
        SWITCH,
        "listen without TLS on an address that other machines reach: on behind a proxy with TLS only",
    ),
    other(
        ("notify.ca-file", "SYNCLINE_NOTIFY_CA_FILE"),
        "",
        ANY,
        "certificates (PEM) that webhooks and mail servers may be signed by, beside the machine's",
    ),
    other(
        ("http.tls-cert", "SYNCLINE_HTTP_TLS_CERT"),
        "",
        ANY,
        "file with the certificate and its chain, as PEM; empty for one of our own CA",
    ),
    other(
        ("http.tls-key", "SYNCLINE_HTTP_TLS_KEY"),
        "",
        ANY,
        "file with the key of the certificate, as PEM",
    ),
    other(
        ("http.tls-names", "SYNCLINE_HTTP_TLS_NAMES"),
        "",
        ANY,
        "names and addresses that an own certificate is for beside localhost, separated by commas",
    ),
    number(
        ("http.connections", "SYNCLINE_HTTP_CONNECTIONS"),
        "1024",
        (1, 1 << 20),
        "connections that a listener keeps at once; more wait to be accepted",
    ),
    number(
        ("http.workers", "SYNCLINE_HTTP_WORKERS"),
        "32",
        (1, 1024),
        "requests that are answered at once",
    ),
    number(
        ("http.queue", "SYNCLINE_HTTP_QUEUE"),
        "512",
        (0, 1 << 20),
        "requests that wait for their turn; one more is answered 503",
    ),
    number(
        ("http.body-kb", "SYNCLINE_HTTP_BODY_KB"),
        "4096",
        (1, 1 << 20),
        "longest body of a request, in kilobytes; files of commands are not counted",
    ),
    number(
        ("http.command-mb", "SYNCLINE_HTTP_COMMAND_MB"),
        "1024",
        (1, 1 << 20),
        "longest body of a command with its files, in megabytes",
    ),
    number(
        ("http.header-seconds", "SYNCLINE_HTTP_HEADER_SECONDS"),
        "10",
        (1, 3_600),
        "time for the handshake, and for the head of a request, in seconds",
    ),
    number(
        ("http.body-seconds", "SYNCLINE_HTTP_BODY_SECONDS"),
        "10",
        (1, 3_600),
        "longest pause within the body of a request, in seconds; it also has to come at 1 KB/s",
    ),
    number(
        ("http.request-seconds", "SYNCLINE_HTTP_REQUEST_SECONDS"),
        "60",
        (1, 3_600),
        "time for a whole request, in seconds; commands are not counted",
    ),
    number(
        ("http.stop-seconds", "SYNCLINE_HTTP_STOP_SECONDS"),
        "10",
        (0, 3_600),
        "how long the end of `serve` waits for requests under way, in seconds",
    ),
    other(
        ("limits.graph", "SYNCLINE_LIMITS_GRAPH"),
        "on",
        SWITCH,
        "answer 429 to an application that asks more than Graph would take",
    ),
    number(
        ("limits.percent", "SYNCLINE_LIMITS_PERCENT"),
        "100",
        (1, 1_000_000),
        "limits of Graph calls, as percent of what Graph takes",
    ),
    number(
        ("limits.tokens", "SYNCLINE_LIMITS_TOKENS"),
        "600",
        (0, 1_000_000_000),
        "token requests in a minute for each application, and for each address; 0 for no limit",
    ),
    other(
        ("log.format", "SYNCLINE_LOG_FORMAT"),
        "text",
        Kind::Word(&["text", "json"]),
        "form of the lines that `serve` writes on standard error",
    ),
    other(
        ("log.level", "SYNCLINE_LOG_LEVEL"),
        "info",
        Kind::Text(crate::log::check),
        "what `serve` writes down, by part: info,http=debug; parts are http, sync, notify and tls",
    ),
];

fn address(text: &str) -> Result<(), &'static str> {
    let is_one = text == "off" || crate::http::address(text).is_some();
    is_one.then_some(()).ok_or("ADDRESS:PORT or off")
}
