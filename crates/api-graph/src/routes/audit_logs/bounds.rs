//! What a filter says that a log can go by itself, so that not all of it has to be read: instants, and
//! ids that have to be these. The filter is asked about every entry all the same.

use model::Timestamp;
use wire::odata::filter::{Comparison, Expr, Literal, Node, Operand, Term};

/// Conditions that hold for every entry that the filter admits.
#[derive(Debug, Default)]
pub struct Bounds {
    /// Not before this instant.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    ids: Vec<(String, String)>,
}

impl Bounds {
    /// The bounds in a filter: its parts that all have to hold.
    pub fn of(filter: Option<&Expr>) -> Self {
        let mut bounds = Self::default();
        if let Some(filter) = filter {
            bounds.take(filter);
        }
        bounds
    }

    /// The text that a property has to equal, by its path with slashes in small letters.
    pub fn id(&self, path: &str) -> Option<&str> {
        self.ids.iter().find(|(name, _)| name == path).map(|(_, id)| id.as_str())
    }

    fn take(&mut self, expr: &Expr) {
        match &expr.node {
            Node::And(parts) => parts.iter().for_each(|part| self.take(part)),
            Node::Compare { left, by, right } => {
                if let (Some(path), Some(value)) = (path(left), literal(right)) {
                    self.compare(path, *by, value)
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, path: String, by: Comparison, value: &Literal) {
        match (value, by) {
            (Literal::Time(instant), by) if path == "activitydatetime" => {
                let (at, is_later) = instant.milliseconds();
                let after = Timestamp(at.0 + i64::from(is_later));
                let behind = Timestamp(at.0 + 1);
                match by {
                    Comparison::Greater | Comparison::GreaterOrEqual => self.begin(at),
                    Comparison::Less => self.end(after),
                    Comparison::LessOrEqual => self.end(behind),
                    Comparison::Equal => {
                        self.begin(at);
                        self.end(behind);
                    }
                    _ => {}
                }
            }
            (Literal::Text(id) | Literal::Guid(id), Comparison::Equal) => {
                self.ids.push((path, id.clone()));
            }
            _ => {}
        }
    }

    fn begin(&mut self, at: Timestamp) {
        self.since = self.since.max(Some(at));
    }

    fn end(&mut self, at: Timestamp) {
        self.until = Some(self.until.map_or(at, |until| until.min(at)));
    }
}

fn path(operand: &Operand) -> Option<String> {
    match &operand.term {
        Term::Path(path) if path.variable.is_none() && !path.count => {
            Some(path.segments.join("/").to_ascii_lowercase())
        }
        _ => None,
    }
}

fn literal(operand: &Operand) -> Option<&Literal> {
    match &operand.term {
        Term::Literal(value) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::odata::{Limits, filter};

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let filter = filter::parse(text, Limits::USUAL).expect("a filter");
        let bounds = Bounds::of(Some(&filter));
        let time = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.to_string());
        let ids: Vec<String> =
            bounds.ids.iter().map(|(name, id)| format!(" {name}={id}")).collect();
        let found = format!("{} {}{}", time(bounds.since), time(bounds.until), ids.concat());
        assert_eq!(found, wanted, "{text}");
    }

    #[test]
    fn only_what_has_to_hold_bounds_the_log() {
        check(
            "activityDateTime gt 2026-01-01 and activityDateTime lt 2026-01-02T00:00:00Z",
            "2026-01-01T00:00:00Z 2026-01-02T00:00:00Z",
        );
        check("jobId eq 'a' and activityDateTime ge 2026-01-01", "2026-01-01T00:00:00Z - jobid=a");
        check("jobId eq 'a' or jobId eq 'b'", "- -");
        check("not (servicePrincipal/id eq 'a')", "- -");
        check("servicePrincipal/id eq 'a' and contains(jobId, 'b')", "- - serviceprincipal/id=a");
    }
}
