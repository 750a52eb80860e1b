//! Figures of the listeners, as Prometheus reads them: how many requests there were, by kind, method
//! and status, and how long they took.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Upper bounds of the buckets, in milliseconds.
const BOUNDS: [f64; 12] =
    [1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 5_000.0, 30_000.0];

/// The figures since the start.
pub struct Figures {
    /// The first segments of what the Graph interface offers. Nobody makes more labels than these by
    /// asking for what is not there.
    kinds: BTreeSet<String>,
    asked: Mutex<BTreeMap<(String, String, u16), u64>>,
    took: Mutex<BTreeMap<String, Took>>,
}

#[derive(Default)]
struct Took {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Figures {
    /// No figures yet.
    pub fn new() -> Self {
        let kinds = api_graph::routes().filter_map(|route| {
            let first = route.path.split('/').find(|part| !part.is_empty())?;
            Some(first.to_ascii_lowercase())
        });
        Self { kinds: kinds.collect(), asked: Mutex::default(), took: Mutex::default() }
    }

    /// The kind of what an address is asked for.
    pub fn kind(&self, path: &str) -> String {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match parts.next().unwrap_or_default() {
            "v1.0" | "beta" => {
                let first = parts.next().unwrap_or_default().to_ascii_lowercase();
                let first = first.split('(').next().unwrap_or_default();
                match first {
                    "$batch" => "graph batch".to_owned(),
                    first if self.kinds.contains(first) => format!("graph {first}"),
                    _ => "graph other".to_owned(),
                }
            }
            "syncline" => "syncline".to_owned(),
            "healthz" | "readyz" | "metrics" => "health".to_owned(),
            _ if path.contains("/oauth2/") || path.contains("/.well-known/") => "oauth".to_owned(),
            _ => "other".to_owned(),
        }
    }

    /// Counts an answer.
    pub fn count(&self, kind: &str, method: &str, status: u16, took: Duration) {
        // Methods come from outside as well.
        let method = match method {
            "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "HEAD" | "OPTIONS" => method,
            _ => "other",
        };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *asked.entry((kind.to_owned(), method.to_owned(), status)).or_default() += 1;
        drop(asked);
        let mut all = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        let one = all.entry(kind.to_owned()).or_default();
        let milliseconds = took.as_secs_f64() * 1e3;
        for (bucket, bound) in one.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(milliseconds <= bound);
        }
        one.count += 1;
        one.seconds += took.as_secs_f64();
    }

    /// The text.
    pub fn text(&self, connections: usize, waiting: usize) -> String {
        let mut text = String::from(
            "# HELP syncline_http_requests_total Requests that were answered.\n\
             # TYPE syncline_http_requests_total counter\n",
        );
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        for ((kind, method, status), count) in asked.iter() {
            // Writing into a text does not fail.
            let _ = writeln!(
                text,
                "syncline_http_requests_total{{kind=\"{kind}\",method=\"{method}\",status=\"{status}\"}} {count}"
            );
        }
        drop(asked);
        text.push_str(
            "# HELP syncline_http_request_seconds How long answers took.\n\
             # TYPE syncline_http_request_seconds histogram\n",
        );
        let took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        for (kind, one) in took.iter() {
            let name = "syncline_http_request_seconds";
            for (count, bound) in one.buckets.iter().zip(BOUNDS) {
                let bound = bound / 1e3;
                let _ = writeln!(text, "{name}_bucket{{kind=\"{kind}\",le=\"{bound}\"}} {count}");
            }
            let _ = writeln!(text, "{name}_bucket{{kind=\"{kind}\",le=\"+Inf\"}} {}", one.count);
            let _ = writeln!(text, "{name}_sum{{kind=\"{kind}\"}} {:.6}", one.seconds);
            let _ = writeln!(text, "{name}_count{{kind=\"{kind}\"}} {}", one.count);
        }
        drop(took);
        for (name, help, value) in [
            ("syncline_http_connections", "Connections that are open.", connections),
            ("syncline_http_waiting", "Requests that wait for their turn.", waiting),
        ] {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_makes_labels_by_asking() {
        let figures = Figures::new();
        assert_eq!(figures.kind("/v1.0/Organization"), "graph organization");
        assert_eq!(figures.kind("/v1.0/nonsense-1"), "graph other");
        assert_eq!(figures.kind("/beta/$batch"), "graph batch");
        assert_eq!(figures.kind("/t/oauth2/v2.0/token"), "oauth");
        assert_eq!(figures.kind("/anything"), "other");
        figures.count("other", "BREW", 405, Duration::from_millis(3));
        let text = figures.text(1, 0);
        assert!(text.contains("{kind=\"other\",method=\"other\",status=\"405\"} 1"), "{text}");
        assert!(text.contains("_bucket{kind=\"other\",le=\"0.005\"} 1"), "{text}");
        assert!(text.contains("_bucket{kind=\"other\",le=\"0.0025\"} 0"), "{text}");
    }
}
