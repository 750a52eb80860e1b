//! What was measured, beside what was hoped for (DESIGN.md, Speed).

use std::thread;

use serde::Serialize;

use crate::{args::BenchArgs, commands::table, output::Reply};

/// All figures. The names are a contract: scripts compare them.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    pub users: u64,
    pub seed: u64,
    pub cores: usize,
    pub file_system: String,
    pub load_users_per_s: f64,
    pub initial_users_per_s: f64,
    pub initial_last_tenth_per_s: f64,
    pub raw_store_users_per_s: f64,
    pub initial_share_of_raw: f64,
    pub noop_cycle_ms: f64,
    pub noop_wrote: bool,
    pub delta_200_ms: f64,
    pub plan_users_per_s: f64,
    pub latency_p50_ms: f64,
    pub latency_p99_ms: f64,
    pub latency_max_ms: f64,
    pub latency_changes: u64,
    pub latency_changes_per_s: f64,
    pub latency_log_restarts: u32,
    pub peak_rss_mb: Option<u64>,
    pub fsync_ms: f64,
    pub start_ms: f64,
    pub bytes_per_user: u64,
}

impl Figures {
    /// What is known before anything is measured.
    pub fn of(args: &BenchArgs, file_system: String) -> Self {
        Self {
            users: args.users,
            seed: args.seed,
            cores: thread::available_parallelism().map_or(1, usize::from),
            file_system,
            ..Self::default()
        }
    }
}

/// The document and the table. What could not be measured is absent from both.
pub fn reply(figures: &Figures) -> Reply {
    let share = figures.initial_users_per_s / figures.raw_store_users_per_s.max(1e-9);
    let mut document = serde_json::to_value(figures).unwrap_or_default();
    document["initial_share_of_raw"] = share.into();
    if let Some(members) = document.as_object_mut() {
        members.retain(|_, value| !value.is_null());
        for value in members.values_mut() {
            if let Some(number) = value.as_f64().filter(|_| value.is_f64()) {
                *value = round(number).into();
            }
        }
    }
    let heading = format!(
        "{} people, seed {}, {} cores, {}, fsync {:.2} ms, {} bytes a person\n\n",
        figures.users,
        figures.seed,
        figures.cores,
        figures.file_system,
        figures.fsync_ms,
        figures.bytes_per_user
    );
    Reply::new(document, heading + &text(figures, share))
}

/// Three digits behind the point are more than any of it is worth.
fn round(number: f64) -> f64 {
    (number * 1e3).round() / 1e3
}

fn text(figures: &Figures, share: f64) -> String {
    let per_s = |value: f64| format!("{value:.0}/s");
    let ms = |value: f64| format!("{value:.1} ms");
    let row = |what: &str, goal: &str, figure: String, met: Option<bool>| {
        let met = met.map_or("", |met| if met { "yes" } else { "no" });
        vec![what.to_owned(), goal.to_owned(), figure, met.to_owned()]
    };
    let (initial, last) = (figures.initial_users_per_s, figures.initial_last_tenth_per_s);
    let mut rows = vec![
        row("load into the source", "", per_s(figures.load_users_per_s), None),
        row("raw store", "", per_s(figures.raw_store_users_per_s), None),
        row("initial cycle", "10,000/s", per_s(initial), Some(initial >= 10_000.0)),
        row("  its last tenth", "10,000/s", per_s(last), Some(last >= 10_000.0)),
        row("  its share of raw", "0.5", format!("{share:.2}"), Some(share >= 0.5)),
    ];
    let noop = figures.noop_cycle_ms;
    let wrote = if figures.noop_wrote { "something" } else { "nothing" };
    let plan = figures.plan_users_per_s;
    let (delta, p99) = (figures.delta_200_ms, figures.latency_p99_ms);
    rows.extend([
        row("cycle with nothing to do", "10 ms", ms(noop), Some(noop < 10.0)),
        row("  it wrote", "nothing", wrote.to_owned(), Some(!figures.noop_wrote)),
        row("cycle with 200 changes", "100 ms", ms(delta), Some(delta < 100.0)),
        row("plan over everybody", "100,000/s", per_s(plan), Some(plan > 100_000.0)),
        row("source to target, p99", "100 ms", ms(p99), Some(p99 < 100.0)),
        row("  half of them", "", ms(figures.latency_p50_ms), None),
        row("  the slowest", "", ms(figures.latency_max_ms), None),
        row("  changes", "500/s", per_s(figures.latency_changes_per_s), None),
        row("  logs begun anew", "", figures.latency_log_restarts.to_string(), None),
    ]);
    rows.extend(
        figures
            .peak_rss_mb
            .map(|peak| row("memory", "300 MB", format!("{peak} MB"), Some(peak < 300))),
    );
    let start = figures.start_ms;
    rows.push(row("start to first answer", "300 ms", ms(start), Some(start < 300.0)));
    table(&["what", "goal", "measured", "met"], rows)
}
