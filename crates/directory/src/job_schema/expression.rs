//! An expression of the mapping language, parsed for who writes one, and tried on an object that is made
//! up (graph-api.md 6.6).

use access::Permission;
use expr::{Expression, Flow, Input, Value};
use model::{Actor, Diagnostic, Job, diagnostic::Severity};
use serde_json::{Map, Value as Json};
use wire::schema::AttributeMappingSource;

use super::tell;
use crate::{Directory, Error};

/// What an expression is, and what it gives.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The expression in its parsed form; none when it is no expression.
    pub source: Option<AttributeMappingSource>,
    /// What it gives for the object; none when it was not tried, or failed.
    pub values: Option<Vec<String>>,
    /// What is wrong: a code and a sentence.
    pub problem: Option<(&'static str, String)>,
}

/// An object that is made up.
struct MadeUp<'a> {
    values: &'a Map<String, Json>,
    now: i64,
    domain: String,
}

impl Input for MadeUp<'_> {
    fn attribute(&self, name: &str) -> Value<'_> {
        let folded = || {
            let found = self.values.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value)
        };
        self.values.get(name).or_else(folded).map_or(Value::Null, Value::from)
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.now).ok()
    }

    fn default_domain(&self) -> Option<&str> {
        Some(&self.domain)
    }
}

impl Directory {
    /// Parses an expression of a configuration, and tries it on an object where one is given.
    pub fn parse_expression(
        &self,
        actor: &Actor,
        job: &Job,
        text: &str,
        object: Option<&Map<String, Json>>,
    ) -> Result<Parsed, Error> {
        access::check(actor, Permission::WriteJobs, job.source)?;
        let expression = match Expression::parse(text) {
            Ok(expression) => expression,
            Err(found) => {
                let problem = found.iter().find(|one| one.severity == Severity::Error);
                return Ok(Parsed { source: None, values: None, problem: problem.map(told) });
            }
        };
        let source = Some(tell(expression.root()));
        if let Some(unknown) = self.find_unknown(job, text, object)? {
            return Ok(Parsed { source, values: None, problem: Some(unknown) });
        }
        let Some(values) = object else {
            return Ok(Parsed { source, values: None, problem: None });
        };
        let domain = self.tenant(job.source)?.initial_domain().to_string();
        let input = MadeUp { values, now: self.clock.now().0, domain };
        Ok(match expression.evaluate(&input) {
            Ok(Flow::Value(value)) => {
                let members = value.into_members().into_iter().filter(|one| !one.is_null());
                let values = members.map(Value::into_text).collect();
                Parsed { source, values: Some(values), problem: None }
            }
            Ok(Flow::DropAttribute | Flow::DropObject) => {
                Parsed { source, values: Some(Vec::new()), problem: None }
            }
            Err(error) => {
                let problem = Some((error.code(), error.to_string()));
                Parsed { source, values: None, problem }
            }
        })
    }
}

impl Directory {
    /// The first attribute of an expression that nobody in the source has, neither people nor groups,
    /// and that is not made up for it either. What the job's other mappings write is known.
    fn find_unknown(
        &self,
        job: &Job,
        text: &str,
        object: Option<&Map<String, Json>>,
    ) -> Result<Option<(&'static str, String)>, Error> {
        let made_up = object.into_iter().flat_map(|object| object.keys().cloned());
        let mappings = job.all_mappings().into_iter();
        let written = mappings.map(|mapping| format!("target.{}", mapping.target));
        let given: Vec<String> = made_up.chain(written).collect();
        let (schema, _) = self.read_schema(job.source)?;
        let of_groups = engine::find_unknown(text, &schema.of_groups(), &given);
        let is_unknown = |one: &Diagnostic| of_groups.iter().any(|other| other.span == one.span);
        let found = engine::find_unknown(text, &schema, &given).into_iter().find(is_unknown);
        Ok(found.map(|found| {
            // The hint is for the command line where it names an option.
            let hint = found.hint.clone().filter(|hint| !hint.contains("--"));
            told(&Diagnostic { hint, ..found })
        }))
    }
}

fn told(diagnostic: &Diagnostic) -> (&'static str, String) {
    let hint = diagnostic.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    let at = diagnostic.span.start;
    (diagnostic.code, format!("{} at position {at}{hint}", diagnostic.message))
}
