//! The HTTP listeners of `serve`: plain and TLS, HTTP/1.1 and 2, before the same ways in.
//!
//! [`listen`] accepts connections, [`shell`] takes every request first (ids, limits, the log), and
//! what is left over for the ways in (`api-graph` and others) is a request with an absolute address
//! and a whole body. The runtime belongs to this module alone; services block on threads of its pool.

mod command;
mod desk;
mod figures;
mod listen;
mod reply;
mod shell;
mod tls;
mod tokens;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use api_graph::{Limits, Services};
use config::{Http, Level};
use serde::Serialize;
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

use self::{desk::Desk, shell::Shell, tls::Keeper};
use crate::{app::App, failure::Failure, logging::Logger};

/// How often certificates are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Where the server is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Without TLS.
    pub http: Option<String>,
    /// With TLS.
    pub https: Option<String>,
    /// The file of the CA that callers have to trust, where it is our own.
    pub ca: Option<PathBuf>,
}

impl Addresses {
    /// Where a server of this data would be reached, as far as the settings tell.
    pub fn planned(app: &App) -> Self {
        let settings = &app.settings.http;
        let address = |scheme: &str, to: Option<SocketAddr>| {
            Some(format!("{scheme}://{}:{}", host(to?.ip()), to?.port()))
        };
        let ca = app.path.join("tls/ca.pem");
        Self {
            http: address("http", settings.listen),
            https: address("https", settings.listen_tls),
            ca: std::path::absolute(ca).ok().filter(|_| settings.certificate.is_none()),
        }
    }
}

/// Listens until it is stopped.
pub struct Server {
    runtime: Runtime,
    shell: Arc<Shell>,
    desk: Arc<Desk>,
    stop: watch::Sender<bool>,
    connections: listen::Count,
    addresses: Addresses,
    patience: Duration,
}

impl Server {
    /// Begins to listen where the settings say.
    pub fn start(app: &Arc<App>, log: &Logger) -> Result<Self, Failure> {
        let settings = &app.settings.http;
        refuse_plain_anywhere(settings)?;
        let keeper = settings.listen_tls.map(|to| open_keeper(app, to)).transpose()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_name("http")
            .max_blocking_threads(settings.workers + desk::COMMANDS + 4)
            .build()?;
        let plain = settings.listen.map(|to| bind(&runtime, to, "http.listen")).transpose()?;
        let secure =
            settings.listen_tls.map(|to| bind(&runtime, to, "http.listen-tls")).transpose()?;
        let addresses = Addresses {
            http: plain.as_ref().map(|one| address("http", one)).transpose()?,
            https: secure.as_ref().map(|one| address("https", one)).transpose()?,
            ca: keeper.as_ref().and_then(Keeper::ca).map(std::path::absolute).transpose()?,
        };
        // Links for people name it from now on. Another listener of this process had named it before.
        let _ = app.addresses.set(addresses.clone());
        let identity = app.identity()?.clone();
        let desk = Arc::new(Desk::new(app, identity, log));
        let connections = listen::Count::default();
        let router = router(app, &desk);
        let shell = Arc::new(Shell::new(&app.settings, router, desk.clone(), connections.clone()));
        let (stop, stopped) = watch::channel(false);
        let accept = |listener, acceptor| {
            let own = listen::Listener {
                acceptor,
                shell: shell.clone(),
                count: connections.clone(),
                limit: settings.connections,
                header_time: settings.header_time,
            };
            runtime.spawn(own.run(listener, stopped.clone()));
        };
        if let Some(listener) = plain {
            accept(listener, None);
        }
        if let Some((listener, keeper)) = secure.zip(keeper) {
            accept(listener, Some(keeper.config()?.into()));
            runtime.spawn(keep(keeper, log.clone()));
        }
        let patience = settings.stop_time;
        Ok(Self { runtime, shell, desk, stop, connections, addresses, patience })
    }

    /// Where it is reached.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Accepts nobody any more and waits, within bounds, for the requests under way.
    pub fn stop(self) {
        self.desk.end();
        // Without receivers there is no connection either.
        let _ = self.stop.send(true);
        let ended = async {
            while self.connections.get() > 0 || self.shell.is_busy() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let patience = self.patience;
        self.runtime.block_on(async move { drop(tokio::time::timeout(patience, ended).await) });
        self.runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

/// Everything that is offered over HTTP.
fn router(app: &Arc<App>, desk: &Arc<Desk>) -> axum::Router {
    let services = Services {
        directory: app.directory.clone(),
        sync: app.sync.clone(),
        identity: desk.identity.clone(),
        limits: match app.settings.limits.graph {
            true => Limits::new(app.settings.limits.percent),
            false => Limits::off(),
        },
    };
    api_graph::router(Arc::new(services))
        .merge(api_oauth::router(desk.identity.clone()))
        .merge(web::router(center(app, desk)))
        .merge(desk::routes(desk.clone()))
        .fallback(reply::unknown)
}

/// What the admin center is made from.
fn center(app: &App, desk: &Desk) -> web::Center {
    web::Center {
        directory: app.directory.clone(),
        sync: app.sync.clone(),
        identity: desk.identity.clone(),
        operators: desk.operators.clone(),
        ending: desk.ending(),
    }
}

fn refuse_plain_anywhere(settings: &Http) -> Result<(), Failure> {
    match settings.listen {
        Some(to) if !to.ip().is_loopback() && !settings.plain_anywhere => {
            let text =
                format!("{to} is reached from other machines, and tokens would go in the open");
            Err(Failure { exit: 2, ..Failure::new("plain-listener", text) }.hint(
                "listen there with --listen-tls, or set http.plain-anywhere=on behind a proxy with TLS",
            ))
        }
        _ => Ok(()),
    }
}

fn open_keeper(app: &App, to: SocketAddr) -> Result<Keeper, Failure> {
    let settings = &app.settings.http;
    let origin = match (&settings.certificate, &settings.key) {
        (Some(certificate), Some(key)) => {
            tls::Origin::Given { certificate: certificate.clone(), key: key.clone() }
        }
        (None, None) => tls::Origin::Own {
            folder: app.path.join("tls"),
            names: tls::names(to.ip(), &settings.names),
        },
        _ => return Err(Failure::usage("a certificate and its key belong together: give both")),
    };
    Keeper::open(origin)
}

fn bind(runtime: &Runtime, to: SocketAddr, setting: &str) -> Result<TcpListener, Failure> {
    runtime.block_on(TcpListener::bind(to)).map_err(|error| {
        let code = match error.kind() {
            std::io::ErrorKind::AddrInUse => "address-in-use",
            _ => "input-output",
        };
        Failure::new(code, format!("cannot listen on {to}: {error}"))
            .hint(format!("choose another one with {setting}=ADDRESS:PORT, or off"))
    })
}

/// Under which address a listener is reached. Certificates and tokens know `localhost` rather than
/// its numbers.
fn address(scheme: &str, listener: &TcpListener) -> Result<String, Failure> {
    let to = listener.local_addr()?;
    Ok(format!("{scheme}://{}:{}", host(to.ip()), to.port()))
}

fn host(ip: IpAddr) -> String {
    match ip {
        ip if ip.is_loopback() && ip.is_ipv4() || ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V6(ip) => format!("[{ip}]"),
        IpAddr::V4(ip) => ip.to_string(),
    }
}

async fn keep(mut keeper: Keeper, log: Logger) {
    loop {
        tokio::time::sleep(LOOK).await;
        match keeper.look() {
            Ok(false) => {}
            Ok(true) => log.log("tls", Level::Info, "another certificate is in use", &[]),
            Err(failure) => log.log("tls", Level::Error, &failure.message, &[]),
        }
    }
}
