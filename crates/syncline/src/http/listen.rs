//! Accepting connections and keeping them in bounds: how many, how long they may take for a
//! handshake and a head, how long they may lie idle. What is asked on them goes to the shell.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::shell::{Caller, Shell};

/// A connection on which nothing is asked for so long is closed.
const IDLE: Duration = Duration::from_secs(120);

/// How often a connection is looked at.
const BEAT: Duration = Duration::from_secs(1);

/// What hyper reads of a head before it refuses; the shell refuses earlier and says so.
const HEAD: usize = 256 << 10;

/// How many streams a caller may have open on one connection of HTTP/2.
const STREAMS: u32 = 128;

/// How many connections there are.
#[derive(Clone, Default)]
pub struct Count(Arc<AtomicUsize>);

impl Count {
    /// So many.
    pub fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    fn enter(&self) -> Counted {
        self.0.fetch_add(1, Ordering::SeqCst);
        Counted(self.clone())
    }
}

struct Counted(Count);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One place to listen.
pub struct Listener {
    /// With TLS, what shakes hands.
    pub acceptor: Option<TlsAcceptor>,
    /// What takes the requests.
    pub shell: Arc<Shell>,
    /// Counts connections of all listeners.
    pub count: Count,
    /// How many connections at once.
    pub limit: usize,
    /// The time for the handshake, and for a head.
    pub header_time: Duration,
}

impl Listener {
    /// Accepts connections until it is told to stop.
    ///
    /// The socket is its own alone and closes with it, so that from then on nobody is let in.
    pub async fn run(self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(self.limit));
        let own = Arc::new(self);
        loop {
            let next = async {
                // Whoever comes beyond the limit waits in the system's queue.
                let slot = slots.clone().acquire_owned().await.ok()?;
                Some((listener.accept().await, slot))
            };
            let (accepted, slot) = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                Some(next) = next => next,
            };
            let Ok((stream, peer)) = accepted else {
                // Too many open files, most likely: it passes when somebody leaves.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let (own, stop, counted) = (own.clone(), stop.clone(), own.count.enter());
            tokio::spawn(async move {
                own.connected(stream, peer, stop).await;
                drop((slot, counted));
            });
        }
    }

    async fn connected(&self, stream: TcpStream, peer: SocketAddr, stop: watch::Receiver<bool>) {
        // Answers are written whole, so waiting for more of them only costs time.
        drop(stream.set_nodelay(true));
        match &self.acceptor {
            None => self.serve(stream, None, Caller { peer, scheme: "http" }, stop).await,
            Some(acceptor) => {
                let shaken = timeout(self.header_time, acceptor.accept(stream)).await;
                if let Ok(Ok(stream)) = shaken {
                    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let caller = Caller { peer, scheme: "https" };
                    self.serve(stream, Some(is_http2), caller, stop).await;
                }
            }
        }
    }

    /// Serves a connection. Without TLS nobody has said which HTTP is spoken; its first bytes do.
    async fn serve<S>(
        &self,
        stream: S,
        speaks_http2: Option<bool>,
        caller: Caller,
        mut stop: watch::Receiver<bool>,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let use_of = Arc::new(Use::new());
        let service = {
            let (shell, use_of) = (self.shell.clone(), use_of.clone());
            service_fn(move |request| {
                let (shell, under_way) = (shell.clone(), use_of.begin());
                async move {
                    let answer = shell.handle(request, caller).await;
                    drop(under_way);
                    Ok::<_, Infallible>(answer)
                }
            })
        };
        let builder = match speaks_http2 {
            Some(true) => self.builder().http2_only(),
            Some(false) => self.builder().http1_only(),
            None => self.builder(),
        };
        let mut connection =
            std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_ending = false;
        loop {
            tokio::select! {
                _ = connection.as_mut() => return,
                _ = stop.wait_for(|stop| *stop), if !is_ending => {
                    is_ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                _ = beat.tick() => {
                    let idle = use_of.idle();
                    if !use_of.was_used() && idle > self.header_time {
                        return;
                    }
                    if idle > IDLE && !is_ending {
                        is_ending = true;
                        connection.as_mut().graceful_shutdown();
                    }
                }
            }
        }
    }

    fn builder(&self) -> auto::Builder<TokioExecutor> {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_time)
            .max_buf_size(HEAD);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEAD as u32)
            .keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(20));
        builder
    }
}

/// How a connection is used.
struct Use {
    begun: Instant,
    under_way: AtomicUsize,
    asked: AtomicUsize,
    /// When the last answer was ready, in milliseconds after the beginning.
    last: AtomicU64,
}

impl Use {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            under_way: AtomicUsize::new(0),
            asked: AtomicUsize::new(0),
            last: AtomicU64::new(0),
        }
    }

    fn begin(self: &Arc<Self>) -> UnderWay {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(self.clone())
    }

    fn was_used(&self) -> bool {
        self.asked.load(Ordering::Relaxed) > 0
    }

    fn idle(&self) -> Duration {
        if self.under_way.load(Ordering::Relaxed) > 0 {
            return Duration::ZERO;
        }
        let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
        self.begun.elapsed().saturating_sub(last)
    }
}

struct UnderWay(Arc<Use>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let now = self.0.begun.elapsed().as_millis();
        self.0.last.store(u64::try_from(now).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
