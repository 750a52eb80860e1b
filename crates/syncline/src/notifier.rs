//! The thread that tells people about jobs while `serve` works. It looks for news that runs have left and
//! delivers what lies in the outboxes; the line never waits for it.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use directory::Directory;
use model::Actor;
use notify::{Post, Sealer, Trust};
use sync::Sync;

use crate::app::App;

/// How often it looks for news.
const BEAT: Duration = Duration::from_millis(300);
/// How often it looks for digests whose time has come, and for news about mirrors.
const DIGESTS: Duration = Duration::from_secs(30);

/// How long the end waits for a delivery that is under way. What is cut off is in the outbox still.
const FAREWELL: Duration = Duration::from_secs(1);

/// A thread that delivers notices until it is dropped.
pub struct Notifier {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// The seal of the data directory's secrets.
pub fn sealer(app: &App) -> Result<Sealer, notify::Error> {
    Ok(Sealer::open(&key_file(app))?)
}

/// Whom notices trust.
pub fn trust(app: &App) -> Result<Trust, notify::Error> {
    let file = app.settings.ca_file.as_ref().map(|file| app.path.join(file));
    file.as_deref().map_or_else(|| Ok(Trust::of_machine()), Trust::and_file)
}

fn key_file(app: &App) -> PathBuf {
    app.path.join("secret.key")
}

impl Notifier {
    /// Starts it. `report` is told what could not be delivered.
    pub fn start(app: &App, report: impl Fn(&str) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (sync, directory, key) = (app.sync.clone(), app.directory.clone(), key_file(app));
        let (stopped, trust) = (stop.clone(), trust(app));
        let opened = move || Ok::<_, notify::Error>((Sealer::open(&key)?, trust?));
        let thread = thread::spawn(move || match opened() {
            Ok(means) => work(&sync, &directory, means, &stopped, &report),
            Err(error) => report(&format!("nobody is notified: {error}")),
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Notifier {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread.take() else { return };
        let begun = Instant::now();
        while !thread.is_finished() && begun.elapsed() < FAREWELL {
            thread::sleep(Duration::from_millis(20));
        }
        if thread.is_finished() {
            // A panic there has been printed already.
            drop(thread.join());
        }
    }
}

fn work(
    sync: &Sync,
    directory: &Directory,
    (sealer, trust): (Sealer, Trust),
    stop: &AtomicBool,
    report: &dyn Fn(&str),
) {
    let mut post = Post::new(directory.clone(), sealer, trust);
    let tenants = directory.list_tenants(&Actor::System).unwrap_or_default();
    post.look_into(tenants.into_iter().map(|tenant| tenant.id));
    let mut found = sync.queue_all_news().and_then(|mut tenants| {
        tenants.extend(sync.queue_mirror_news()?);
        Ok(tenants)
    });
    let mut digests = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        match found {
            Ok(tenants) => post.look_into(tenants),
            Err(error) => report(&format!("looking for news: {error}")),
        }
        for trouble in post.deliver_due(&|| stop.load(Ordering::Relaxed)) {
            report(&trouble);
        }
        thread::sleep(BEAT);
        found = if digests.elapsed() >= DIGESTS {
            digests = Instant::now();
            sync.queue_digests().and_then(|mut tenants| {
                tenants.extend(sync.queue_mirror_news()?);
                Ok(tenants)
            })
        } else {
            sync.queue_news()
        };
    }
}
