//! Commands for a server on another machine: the same line as over the control socket goes out over
//! HTTP with the files that it names, and what the command says comes back line by line.

mod kept;

use std::{
    io::{self, BufRead, BufReader, Chain, Cursor, Read},
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use ureq::{
    Agent, SendBody,
    http::Response,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::{
    args::{Command, LoginArgs, Options},
    commands::{Request, refuse_local},
    control::{Answer, Asked},
    failure::Failure,
    output::{Output, Reply, Terminal, show},
    parcel::{Parcel, Taker},
};

use self::kept::Kept;

/// How often Ctrl-C is looked for.
const BEAT: Duration = Duration::from_millis(100);
/// How long a server may take to begin its answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a command tries when the server is just ending or just beginning.
const RETURN: Duration = Duration::from_secs(10);

/// A server and how to speak to it.
struct Server {
    origin: String,
    agent: Agent,
    token: Option<String>,
}

/// Runs a command on a server and gives the exit status.
pub fn run(mut command: Command, request: &Request, output: &mut Terminal) -> Result<u8, Failure> {
    refuse_local(&command)?;
    let server = Server::find(&request.options)?;
    let mut begun = Instant::now();
    loop {
        match server.ask(&command, request, output) {
            Ok(Reply { next: Some(next), .. }) if !output.is_interrupted() => {
                command = *next;
                begun = Instant::now();
            }
            Ok(reply) => return Ok(reply.exit),
            // A server that was there a moment ago is starting again.
            Err(failure)
                if failure.code == "server-unreachable"
                    && matches!(&command, Command::Job(_) | Command::Log(_))
                    && is_follower(&command)
                    && begun.elapsed() < RETURN =>
            {
                thread::sleep(BEAT);
            }
            Err(failure) => return Err(failure),
        }
    }
}

/// Whether a command goes on where an earlier owner of the data left it.
fn is_follower(command: &Command) -> bool {
    use crate::args::JobCommand;
    match command {
        Command::Job(JobCommand::Watch { after, .. }) => after.is_some(),
        _ => false,
    }
}

impl Server {
    fn find(options: &Options) -> Result<Self, Failure> {
        let url = options.server.as_deref().unwrap_or_default();
        let origin = origin(url)?;
        let kept = Kept::read()?;
        let known = kept.find(&origin);
        let token = std::env::var("SYNCLINE_TOKEN").ok().filter(|token| !token.is_empty());
        let token = token.or_else(|| Some(known?.token.clone()));
        let ca = options.cacert.clone().or_else(|| known?.cacert.clone());
        Ok(Self { agent: agent(ca.as_deref())?, origin, token })
    }

    fn ask(
        &self,
        command: &Command,
        request: &Request,
        output: &mut Terminal,
    ) -> Result<Reply, Failure> {
        let files = command.files();
        let parcel = Parcel::pack(&files, &request.folder);
        let mut bytes: Box<dyn Read + Send> = Box::new(io::empty());
        for (path, size) in &parcel.files {
            bytes = Box::new(bytes.chain(std::fs::File::open(path)?.take(*size)));
        }
        let asked = Asked {
            command: command.clone(),
            options: request.options.clone(),
            view: output.view(),
            folder: request.folder.clone(),
            stdin: request.stdin.clone(),
            parcel,
        };
        let mut line = serde_json::to_vec(&asked).expect("a command has a JSON text");
        line.push(b'\n');
        let mut body: Chain<_, _> = Cursor::new(line).chain(bytes);
        let answer = self
            .post("command")
            .header("content-type", "application/x-ndjson")
            .send(SendBody::from_reader(&mut body))
            .map_err(|error| self.unreachable(&error))?;
        let answer = refused(answer)?;
        let id = answer.headers().get("request-id").and_then(|id| id.to_str().ok());
        let id = id.unwrap_or_default().to_owned();
        let mut taker = Taker::new(&files, &request.folder);
        self.listen(answer.into_body().into_reader(), &id, &mut taker, output)
    }

    /// Shows what comes. A thread reads, so that Ctrl-C is seen while nothing comes.
    fn listen(
        &self,
        reader: impl Read + Send + 'static,
        id: &str,
        taker: &mut Taker,
        output: &mut Terminal,
    ) -> Result<Reply, Failure> {
        let (lines, coming) = mpsc::sync_channel::<io::Result<String>>(64);
        thread::spawn(move || {
            for line in BufReader::new(reader).lines() {
                if lines.send(line).is_err() {
                    return;
                }
            }
        });
        let mut told = false;
        loop {
            if output.is_interrupted() && !told {
                told = true;
                self.stop(id);
            }
            let line = match coming.recv_timeout(BEAT) {
                Ok(line) => line.map_err(|error| lost(&error))?,
                Err(mpsc::RecvTimeoutError::Timeout) => continue,
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(lost(&io::ErrorKind::UnexpectedEof.into()));
                }
            };
            let answer = Answer::read(line.as_bytes())?;
            if let Answer::File(piece) = &answer {
                taker.take(piece).map_err(|error| {
                    let text = format!("{}: {error}", piece.path.display());
                    Failure::new("not-writable", text)
                })?;
            }
            if let Some(end) = answer.show(output) {
                return end;
            }
        }
    }

    /// Asks the server to stop the work; the command's end still comes.
    fn stop(&self, id: &str) {
        let body = json!({ "request": id }).to_string();
        // Where that fails, the end of this process closes the connection, which stops it as well.
        drop(self.post("stop").header("content-type", "application/json").send(body.as_str()));
    }

    fn post(&self, what: &str) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let post = self.agent.post(format!("{}/syncline/v1/{what}", self.origin));
        match &self.token {
            Some(token) => post.header("authorization", format!("Bearer {token}")),
            None => post,
        }
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let text = format!("{} does not answer: {error}", self.origin);
        let hint = match error {
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => CERTIFICATE,
            ureq::Error::Io(error) if error.to_string().contains("certificate") => CERTIFICATE,
            _ => "see whether `syncline serve` runs there and listens at that address",
        };
        Failure::new("server-unreachable", text).hint(hint)
    }
}

const CERTIFICATE: &str = "name the CA of its certificate with --cacert; a server's own is tls/ca.pem in its data directory";

fn lost(error: &io::Error) -> Failure {
    Failure::new("server-unreachable", format!("the server ended the answer early: {error}"))
        .hint("what was begun may be done: look before you ask again")
}

/// Keeps the token that a one-time code is redeemed for.
pub fn login(args: &LoginArgs, options: &Options, output: &mut Terminal) -> Result<u8, Failure> {
    let mut code = args.code.clone();
    if code == "-" {
        code.clear();
        io::stdin().lock().read_line(&mut code)?;
    }
    let code = code.trim();
    let (link, code) = code.split_once('#').unwrap_or(("", code));
    let mut options = options.clone();
    if options.server.is_none() {
        options.server = link.split_once("/syncline/").map(|(server, _)| server.to_owned());
    }
    if options.server.is_none() {
        return Err(Failure::usage("which server? give the whole link, or --server"));
    }
    let server = Server { token: None, ..Server::find(&options)? };
    let name = args.name.clone().unwrap_or_else(|| match crate::commands::operator() {
        model::Actor::Operator { name } => name,
        _ => String::new(),
    });
    let answer = server
        .post("login")
        .header("content-type", "application/json")
        .send(json!({ "code": code, "name": name }).to_string().as_str())
        .map_err(|error| server.unreachable(&error))?;
    let mut answer = refused(answer)?;
    let answer: Value =
        serde_json::from_str(&answer.body_mut().read_to_string().map_err(|error| {
            Failure::new("server-unreachable", format!("the answer is none: {error}"))
        })?)
        .map_err(|error| Failure::new("control", format!("the answer is none: {error}")))?;
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    let cacert = options.cacert.as_ref().map(std::path::absolute).transpose()?;
    let token = kept::Token { token: text("token"), name: text("name"), cacert };
    let place = Kept::read()?.keep(&server.origin, Some(token))?;
    let shown = json!({
        "server": server.origin,
        "name": text("name"),
        "expires": text("expires"),
        "file": place,
    });
    let said = format!(
        "signed in at {} as operator {}; the token is good until {} and lies in {}",
        server.origin,
        text("name"),
        text("expires"),
        place.display()
    );
    show(output, &Reply::new(shown, said));
    Ok(0)
}

/// Forgets the token for a server.
pub fn logout(options: &Options, output: &mut Terminal) -> Result<u8, Failure> {
    let url = options.server.as_deref();
    let origin = origin(url.ok_or_else(|| Failure::usage("which server? give --server"))?)?;
    let kept = Kept::read()?;
    if kept.find(&origin).is_none() {
        return Err(Failure::new("not-found", format!("no token is kept for {origin}")));
    }
    kept.keep(&origin, None)?;
    let said = format!(
        "the token for {origin} is forgotten here; `syncline operator remove` ends it there"
    );
    show(output, &Reply::new(json!({ "server": origin, "forgotten": true }), said));
    Ok(0)
}

/// The scheme, host and port of an address. Tokens do not go in the open over a network.
fn origin(url: &str) -> Result<String, Failure> {
    let usage = || {
        Failure::usage(format!("'{url}' is no address of a server")).hint("write https://HOST:PORT")
    };
    let uri: ureq::http::Uri = url.parse().map_err(|_| usage())?;
    let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(usage)?;
    if authority.as_str().contains('@') || !["", "/"].contains(&uri.path()) {
        return Err(usage());
    }
    let host = authority.host().trim_matches(['[', ']']);
    let is_loopback =
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    match scheme {
        "https" => {}
        "http" if is_loopback => {}
        "http" => {
            let text = format!("a token for {authority} would go in the open");
            return Err(Failure::new("plain-server", text).hint("use its https address"));
        }
        _ => return Err(usage()),
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()))
}

fn agent(ca: Option<&Path>) -> Result<Agent, Failure> {
    let roots = match ca {
        Some(file) => RootCerts::Specific(Arc::new(certificates(file)?)),
        None => RootCerts::PlatformVerifier,
    };
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls =
        TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(crypto).build();
    Ok(Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .into())
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let invalid = |error: String| {
        Failure::new("certificate-invalid", format!("{}: {error}", file.display()))
            .hint("give the CA's certificate as PEM")
    };
    let text = std::fs::read(file).map_err(|error| invalid(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(one) = item.map_err(|error| invalid(error.to_string()))? {
            found.push(one);
        }
    }
    if found.is_empty() {
        Err(invalid("there is no certificate in it".to_owned()))
    } else {
        Ok(found)
    }
}

/// The answer, or why the server did not take the request.
fn refused(mut answer: Response<ureq::Body>) -> Result<Response<ureq::Body>, Failure> {
    let status = answer.status().as_u16();
    if status == 200 {
        return Ok(answer);
    }
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    let error: Value = serde_json::from_str(&text).unwrap_or_default();
    let error = &error["error"];
    let message = error["message"].as_str().unwrap_or("no reason given").trim_end_matches('.');
    let message = format!("the server refused: {message} ({status})");
    Err(match (status, error["code"].as_str()) {
        (401, _) => Failure::new("not-signed-in", message)
            .hint("set SYNCLINE_TOKEN, or sign in with `syncline login`"),
        (403, Some("code-invalid")) => Failure::new("code-invalid", message)
            .hint("make another one on the server: `syncline operator reset --data DIR`"),
        (409, Some("exists")) => {
            Failure::new("exists", message).hint("choose another name with --name")
        }
        (400, Some("invalid-value")) => Failure::new("invalid-value", message),
        (403 | 409, _) => Failure::new("not-allowed", message),
        (429 | 503, _) => Failure::new("server-busy", message).hint("try again in a moment"),
        _ => Failure::new("control", message)
            .hint("see whether the address is that of `syncline serve` of the same version"),
    })
}

/// The folder of a user's own settings.
fn config_folder() -> Result<PathBuf, Failure> {
    let folder =
        |name: &str| std::env::var_os(name).filter(|one| !one.is_empty()).map(PathBuf::from);
    folder("XDG_CONFIG_HOME")
        .or_else(|| Some(folder("HOME")?.join(".config")))
        .map(|folder| folder.join("syncline"))
        .ok_or_else(|| {
            Failure::new("input-output", "there is no home directory to keep tokens in")
                .hint("set HOME or XDG_CONFIG_HOME, or use SYNCLINE_TOKEN")
        })
}
