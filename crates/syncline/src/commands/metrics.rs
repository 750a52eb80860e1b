//! `syncline metrics`: figures of the configurations as text that Prometheus reads. The figures come
//! from `sync`; here they get names and labels.

use std::fmt::Write;

use model::{Job, Timestamp};
use sync::Figures;

use super::{Call, describe};
use crate::{args::MetricsArgs, failure::Failure, output::Reply};

pub fn run(call: &Call<'_>, args: &MetricsArgs) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    let jobs = match &args.job {
        Some(name) => vec![directory.find_job(call.actor, name)?],
        None => directory.list_all_jobs(call.actor)?,
    };
    let mut told = Vec::new();
    for job in jobs {
        let figures = call.app.sync.read_figures(call.actor, &job)?;
        told.push((labels(call, &job), figures));
    }
    let documents: Vec<_> = told
        .iter()
        .map(|(labels, figures)| {
            let mut document = serde_json::json!(figures);
            for (name, value) in labels {
                document[*name] = serde_json::json!(value);
            }
            document
        })
        .collect();
    let uptime = call.app.opened.elapsed().as_secs_f64();
    Ok(Reply::new(documents, text(&told, uptime)))
}

type Labels = Vec<(&'static str, String)>;

/// One more label, where there is one, and the value.
type Sample = (Option<(&'static str, String)>, f64);

fn labels(call: &Call<'_>, job: &Job) -> Labels {
    let domain = |id| match call.app.directory.tenant(id) {
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

/// A metric: its name, what it is, and its samples for one job.
struct Metric {
    name: &'static str,
    help: &'static str,
    samples: fn(&Figures) -> Vec<Sample>,
}

const METRICS: [Metric; 12] = [
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
    for metric in &METRICS {
        head(&mut text, metric.name, metric.help);
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
    let name = "syncline_process_uptime_seconds";
    head(&mut text, name, "How long this process has owned the data directory.");
    let _ = writeln!(text, "{name} {uptime:.3}");
    text
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
