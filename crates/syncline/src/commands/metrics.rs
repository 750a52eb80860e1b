//! `syncline metrics`: figures of the configurations as text that Prometheus reads. The figures come
//! from `sync`; here they get names and labels.

use std::fmt::Write;

use model::{Actor, Job, Reason, Timestamp};
use serde::Serialize;
use serde_json::Value;
use sync::{Figures, MirrorFigures, Mirrors};

use super::{Call, describe};
use crate::{app::App, args::MetricsArgs, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, args: &MetricsArgs) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let jobs = match &args.job {
        Some(name) => vec![directory.find_job(call.actor, name)?],
        None => directory.list_all_jobs(call.actor)?,
    };
    let told = read(call.app, call.actor, &jobs)?;
    let documents = as_documents(&told);
    let mirrors = match args.job {
        Some(_) => Vec::new(),
        None => read_mirrors(call.app, call.actor)?,
    };
    let text = all(call.app, &told, &mirrors);
    Ok(Reply::new([documents, as_documents(&mirrors)].concat(), text))
}

/// The text of all jobs and mirrors, for who may see them all.
pub fn page(app: &App) -> Result<String, Failure> {
    let jobs = app.directory.list_all_jobs(&Actor::System)?;
    let told = read(app, &Actor::System, &jobs)?;
    Ok(all(app, &told, &read_mirrors(app, &Actor::System)?))
}

fn all(app: &App, told: &[(Labels, Figures)], mirrors: &[(Labels, MirrorFigures)]) -> String {
    let mut text = text(told, app.opened.elapsed().as_secs_f64());
    // Where there are no mirrors nobody wants to read of them.
    if !mirrors.is_empty() {
        write_metrics(&mut text, &MIRROR_METRICS, mirrors);
    }
    text
}

fn read(app: &App, actor: &Actor, jobs: &[Job]) -> Result<Vec<(Labels, Figures)>, Failure> {
    let each = jobs.iter().map(|job| Ok((labels(app, job), app.sync.read_figures(actor, job)?)));
    each.collect()
}

/// The figures as documents, each with its labels.
fn as_documents<F: Serialize>(told: &[(Labels, F)]) -> Vec<Value> {
    told.iter()
        .map(|(labels, figures)| {
            let mut document = serde_json::json!(figures);
            for (name, value) in labels {
                document[*name] = serde_json::json!(value);
            }
            document
        })
        .collect()
}

/// The mirrors of every tenant that the caller may read.
fn read_mirrors(app: &App, actor: &Actor) -> Result<Vec<(Labels, MirrorFigures)>, Failure> {
    let (directory, mut told) = (&app.directory, Vec::new());
    let mirrors = Mirrors::new(directory.clone());
    for tenant in directory.list_tenants(actor)? {
        for mirror in directory.list_mirrors(actor, tenant.id)? {
            let labels = vec![
                ("mirror", mirror.name.clone()),
                ("mirror_id", mirror.id.to_string()),
                ("tenant", tenant.initial_domain().to_string()),
            ];
            told.push((labels, mirrors.read_figures(actor, &mirror)?));
        }
    }
    Ok(told)
}

type Labels = Vec<(&'static str, String)>;

/// One more label, where there is one, and the value.
type Sample = (Option<(&'static str, String)>, f64);

fn labels(app: &App, job: &Job) -> Labels {
    let domain = |id| match app.directory.tenant(id) {
        Ok(tenant) => tenant.initial_domain().to_string(),
        Err(_) => String::new(),
    };
    vec![
        ("job", job.name.clone()),
        ("job_id", job.id.to_string()),
        ("source", domain(job.source)),
        ("target", domain(job.target)),
    ]
}

/// A metric: its name, what it is, and its samples for one job or mirror.
struct Metric<F> {
    name: &'static str,
    help: &'static str,
    samples: fn(&F) -> Vec<Sample>,
}

const MIRROR_METRICS: [Metric<MirrorFigures>; 8] = [
    Metric {
        name: "syncline_mirror_freshness_seconds",
        help: "How long a listing has been there that was not taken in; 0 when there is none.",
        samples: |figures| one(figures.freshness_seconds.map(|seconds| seconds as f64)),
    },
    Metric {
        name: "syncline_mirror_records",
        help: "Records of the listing that was taken in last.",
        samples: |figures| one(figures.records.map(|count| count as f64)),
    },
    Metric {
        name: "syncline_mirror_taken_timestamp_seconds",
        help: "When a listing was taken in last.",
        samples: |figures| one(figures.taken.map(seconds)),
    },
    Metric {
        name: "syncline_mirror_held",
        help: "1 for each reason for which a listing waits for somebody; 0 without a reason when none does.",
        samples: |figures| match &figures.held {
            Some(held) => {
                let code = |reason: &Reason| reason.code.as_str().to_owned();
                held.reasons.iter().map(|reason| (Some(("code", code(reason))), 1.0)).collect()
            }
            None => vec![(Some(("code", String::new())), 0.0)],
        },
    },
    Metric {
        name: "syncline_mirror_failing",
        help: "1 for the reason for which the mirror cannot run; 0 without a reason when it can.",
        samples: |figures| {
            let failing = figures.failing.as_ref();
            let code = failing.map(|one| one.reason.code.as_str().to_owned());
            vec![(Some(("code", code.unwrap_or_default())), f64::from(failing.is_some()))]
        },
    },
    Metric {
        name: "syncline_mirror_last_run_duration_seconds",
        help: "How long the last run took that took a listing in or held it.",
        samples: |figures| {
            let run = figures.last_run.as_ref();
            one(run.map(|run| (run.ended.0 - run.began.0) as f64 / 1_000.0))
        },
    },
    Metric {
        name: "syncline_mirror_last_run_end_timestamp_seconds",
        help: "When that run ended.",
        samples: |figures| one(figures.last_run.as_ref().map(|run| seconds(run.ended))),
    },
    Metric {
        name: "syncline_mirror_last_run_lines",
        help: "What that run came to, by what became of lines and objects.",
        samples: |figures| {
            let Some(run) = &figures.last_run else { return Vec::new() };
            let counts = serde_json::json!(run.counts);
            let counts = counts.as_object().into_iter().flatten();
            let count = |value: &Value| value.as_f64().unwrap_or_default();
            counts.map(|(name, value)| (Some(("what", name.clone())), count(value))).collect()
        },
    },
];

fn seconds(at: Timestamp) -> f64 {
    at.0 as f64 / 1_000.0
}

const METRICS: [Metric<Figures>; 12] = [
    Metric {
        name: "syncline_job_freshness_seconds",
        help: "Age of the oldest change of the source that was not looked at; 0 when there is none.",
        samples: |figures| one(figures.freshness.seconds.map(|seconds| seconds as f64)),
    },
    Metric {
        name: "syncline_job_unread_changes",
        help: "Changes of the source that were not looked at.",
        samples: |figures| one(Some(figures.freshness.changes as f64)),
    },
    Metric {
        name: "syncline_job_linked_people",
        help: "People of the source for whom somebody stands in the target.",
        samples: |figures| one(Some(figures.linked as f64)),
    },
    Metric {
        name: "syncline_job_escrow_people",
        help: "People who could not go on and are tried again.",
        samples: |figures| one(Some(figures.escrow as f64)),
    },
    Metric {
        name: "syncline_job_held_changes",
        help: "Changes that wait for approval.",
        samples: |figures| one(Some(figures.held as f64)),
    },
    Metric {
        name: "syncline_job_quarantined",
        help: "1 for the reason for which the job is in quarantine; 0 without a reason when it is in none.",
        samples: |figures| match figures.quarantine {
            Some(one) => vec![(Some(("reason", describe::word(&one.reason))), 1.0)],
            None => vec![(Some(("reason", String::new())), 0.0)],
        },
    },
    Metric {
        name: "syncline_job_quarantine_begin_timestamp_seconds",
        help: "Since when the job is in quarantine.",
        samples: |figures| one(figures.quarantine.map(|one| one.began.0 as f64 / 1_000.0)),
    },
    Metric {
        name: "syncline_job_quarantine_next_attempt_timestamp_seconds",
        help: "When the job in quarantine is tried again at the latest; none where it is disabled.",
        samples: |figures| {
            let next = figures.quarantine.filter(|_| !figures.disabled);
            one(next.map(|one| one.next_attempt.0 as f64 / 1_000.0))
        },
    },
    Metric {
        name: "syncline_job_last_run_duration_seconds",
        help: "How long the newest run took that ended.",
        samples: |figures| {
            let run = figures.last_run.as_ref();
            one(run.and_then(|run| Some((run.ended?.0 - run.began.0) as f64 / 1_000.0)))
        },
    },
    Metric {
        name: "syncline_job_last_run_end_timestamp_seconds",
        help: "When the newest run ended.",
        samples: |figures| {
            let ended = figures.last_run.as_ref().and_then(|run| run.ended);
            one(ended.map(|Timestamp(at)| at as f64 / 1_000.0))
        },
    },
    Metric {
        name: "syncline_job_last_run_changes",
        help: "Changes that the newest run did, by action.",
        samples: |figures| {
            let done = figures.last_run.iter().flat_map(|run| &run.done);
            done.map(|(name, count)| (Some(("action", name.clone())), *count as f64)).collect()
        },
    },
    Metric {
        name: "syncline_job_last_run_left",
        help: "People whom the newest run left out, refused or held, by code.",
        samples: |figures| {
            let left = figures.last_run.iter().flat_map(|run| &run.reasons);
            left.map(|(name, count)| (Some(("code", name.clone())), *count as f64)).collect()
        },
    },
];

fn one(value: Option<f64>) -> Vec<Sample> {
    value.map(|value| (None, value)).into_iter().collect()
}

fn text(told: &[(Labels, Figures)], uptime: f64) -> String {
    let mut text = String::new();
    write_metrics(&mut text, &METRICS, told);
    let name = "syncline_process_uptime_seconds";
    head(&mut text, name, "How long this process has owned the data directory.");
    let _ = writeln!(text, "{name} {uptime:.3}");
    text
}

fn write_metrics<F>(text: &mut String, metrics: &[Metric<F>], told: &[(Labels, F)]) {
    for metric in metrics {
        head(text, metric.name, metric.help);
        for (labels, figures) in told {
            for (more, value) in (metric.samples)(figures) {
                let each = labels.iter().cloned().chain(more);
                let listed: Vec<String> =
                    each.map(|(name, value)| format!("{name}=\"{}\"", escape(&value))).collect();
                // Writing into a text does not fail.
                let _ = writeln!(text, "{}{{{}}} {value}", metric.name, listed.join(","));
            }
        }
    }
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

/// A label's value as the text format wants it.
fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escape("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
