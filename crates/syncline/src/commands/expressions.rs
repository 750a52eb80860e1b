//! `syncline expr`.

use engine::{Finding, Schema};
use expr::{Expression, Flow, Input, Value};
use model::{Diagnostic, Kind, Mapping, Source, diagnostic::Severity};
use serde_json::json;

use super::{
    Call, Request, describe,
    mappings::{drawn, located},
};
use crate::{args::ExprCommand, failure::Failure, output::Reply};

/// Whether a command looks at a person of a tenant.
pub fn needs_data(command: &ExprCommand) -> bool {
    matches!(
        command,
        ExprCommand::Eval { user: Some(_), .. }
            | ExprCommand::Check { job: Some(_), target: Some(_), .. }
            | ExprCommand::Complete { job: Some(_), .. }
    )
}

pub fn run(call: &Call<'_>, command: &ExprCommand) -> Result<Reply, Failure> {
    let directory = &call.app.directory;
    match command {
        ExprCommand::Eval { expression, set, tenant: Some(tenant), user: Some(user), .. } => {
            let tenant = directory.get_tenant(call.actor, tenant)?;
            let user = directory.find(call.actor, tenant.id, Kind::User, user)?;
            let (schema, _) = directory.read_schema(tenant.id)?;
            let given = set.iter().filter_map(|pair| pair.split_once('='));
            let given: Vec<String> = given.map(|(name, _)| name.to_owned()).collect();
            let unknown = engine::find_unknown(expression, &schema, &given);
            let domain = Some(tenant.initial_domain().to_string());
            let mut values = describe::object(&user);
            values["objectId"] = values["id"].clone();
            values["IsSoftDeleted"] = json!(!user.is_enabled());
            let person = Person { values: with(values, set)?, domain, schema };
            evaluate(expression, &person, unknown)
        }
        ExprCommand::Check { expression, job: Some(job), target: Some(target), groups } => {
            let kind = if *groups { Kind::Group } else { Kind::User };
            let job = directory.find_job(call.actor, job)?;
            let mapping = Mapping::new(target, Source::Expression(expression.clone()));
            let findings = directory.check_mapping(call.actor, &job, kind, &mapping)?;
            let doubts = directory.list_doubts(call.actor, &job, kind, &[mapping])?;
            Ok(checked(&findings, &doubts))
        }
        ExprCommand::Complete { expression, at, job: Some(job), groups } => {
            let job = directory.find_job(call.actor, job)?;
            let (source, _) = directory.read_schema(job.source)?;
            let readable = match groups {
                false => engine::list_readable(&source, &job.mappings),
                true => engine::list_readable(&source.of_groups(), &job.groups.mappings),
            };
            Ok(complete(expression, *at, &readable))
        }
        command => run_alone(command, call.request),
    }
}

/// Commands that need no data directory.
pub fn run_alone(command: &ExprCommand, request: &Request) -> Result<Reply, Failure> {
    match command {
        ExprCommand::Eval { expression, set, person, .. } => {
            let person = match person {
                Some(text) => read_person(text, request)?,
                None => json!({}),
            };
            let values = with(person, set)?;
            let person = Person { values, domain: None, schema: Schema::default() };
            evaluate(expression, &person, Vec::new())
        }
        ExprCommand::Check { job: Some(_), target: None, .. }
        | ExprCommand::Check { job: None, target: Some(_), .. } => {
            Err(Failure::usage("--job and --target belong together")
                .hint("the job names the tenants, and the target the attribute: --job staff --target department"))
        }
        ExprCommand::Check { expression, .. } => check(expression),
        ExprCommand::Complete { expression, at, .. } => {
            Ok(complete(expression, *at, &engine::list_readable(&Schema::default(), &[])))
        }
        ExprCommand::Functions { name } => functions(name.as_deref()),
        ExprCommand::Test { file } => {
            let text = request.read_text(file)?;
            let report = expr::vectors::run_all(&text);
            let mut shown = format!("{} passed, {} failed\n", report.passed, report.failed);
            for case in &report.cases {
                let case = json!(case);
                let field =
                    |name: &str| case[name].as_str().map_or(case[name].to_string(), str::to_owned);
                shown.push_str(&format!(
                    "\n{}\n  expression  {}\n  expected    {}\n  actual      {}\n",
                    field("id"),
                    field("expr"),
                    field("expected"),
                    field("actual")
                ));
            }
            Ok(Reply::new(&report, shown).exit(u8::from(report.failed > 0)))
        }
    }
}

/// A person as JSON: the object itself, or a file that holds it.
fn read_person(text: &str, request: &Request) -> Result<serde_json::Value, Failure> {
    let text = match text.trim_start().starts_with('{') {
        true => text.to_owned(),
        false => request.read_text(text.as_ref())?,
    };
    let person: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Failure::usage(format!("the person is no JSON: {error}")))?;
    match person.is_object() {
        true => Ok(person),
        false => Err(Failure::usage("the person is no JSON object")),
    }
}

struct Person {
    values: serde_json::Value,
    domain: Option<String>,
    /// What the person's tenant calls its attributes.
    schema: Schema,
}

impl Input for Person {
    fn attribute(&self, name: &str) -> Value<'_> {
        let exact = self.values.get(name);
        let folded = || {
            let members = self.values.as_object()?;
            members.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        // An extension's short name.
        let full = || self.values.get(self.schema.find_attribute(name)?.0.as_str());
        exact.or_else(folded).or_else(full).map_or(Value::Null, Value::from)
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        Some(jiff::Timestamp::now())
    }

    fn default_domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    fn random(&self) -> Option<u64> {
        Some(fastrand::u64(..))
    }
}

fn with(mut values: serde_json::Value, pairs: &[String]) -> Result<serde_json::Value, Failure> {
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("'{pair}' is not NAME=VALUE")));
        };
        let value = serde_json::from_str::<serde_json::Value>(text)
            .ok()
            .filter(|value| value.is_array() || value.is_boolean() || value.is_null())
            .unwrap_or_else(|| json!(text));
        values[name] = value;
    }
    Ok(values)
}

/// The expression, if there is nothing wrong with it, the attributes included that nobody knows.
fn parse(text: &str, unknown: Vec<Diagnostic>) -> Result<Expression, Failure> {
    let parsed = match Expression::parse(text) {
        Ok(expression) if unknown.is_empty() => return Ok(expression),
        Ok(expression) => expression.warnings().to_vec(),
        Err(found) => found,
    };
    let mut found: Vec<Diagnostic> = parsed.into_iter().chain(unknown).collect();
    found.sort_by_key(|one| (one.span.start, one.span.end));
    let error = found.iter().find(|one| one.severity == Severity::Error);
    let code = error.map_or("internal", |one| one.code);
    Err(drawn(code, "the expression has mistakes", text, &found))
}

fn evaluate(text: &str, person: &Person, unknown: Vec<Diagnostic>) -> Result<Reply, Failure> {
    let expression = parse(text, unknown)?;
    match expression.evaluate(person) {
        Ok(Flow::Value(value)) => {
            let shown =
                if value.is_null() { "(null)".to_owned() } else { value.to_text().into_owned() };
            Ok(Reply::new(json!({ "flow": "value", "value": value }), shown))
        }
        Ok(Flow::DropAttribute) => {
            Ok(Reply::new(json!({ "flow": "dropAttribute" }), "(the attribute is not written)"))
        }
        Ok(Flow::DropObject) => {
            Ok(Reply::new(json!({ "flow": "dropObject" }), "(the person is left out)"))
        }
        Err(error) => {
            let found = Diagnostic::error(error.code(), error.span.clone(), error.to_string());
            Err(drawn(error.code(), "the expression gives no value", text, &[found]))
        }
    }
}

fn check(text: &str) -> Result<Reply, Failure> {
    let (diagnostics, valid) = match Expression::parse(text) {
        Ok(expression) => (expression.warnings().to_vec(), true),
        Err(found) => (found, false),
    };
    let shown = diagnostics.iter().map(|one| one.render(text) + "\n").collect();
    Ok(verdict(valid, shown, located(text, &diagnostics)))
}

/// The same, with what the tenants' attributes say about it.
fn checked(findings: &[Finding], doubts: &[Finding]) -> Reply {
    let all = || findings.iter().chain(doubts);
    let shown = all().map(|finding| format!("{finding}\n")).collect();
    verdict(findings.is_empty(), shown, all().map(|finding| json!(finding)).collect())
}

fn verdict(valid: bool, mut shown: String, diagnostics: Vec<serde_json::Value>) -> Reply {
    if valid {
        shown.push_str("the expression is valid\n");
    }
    let document = json!({ "valid": valid, "diagnostics": diagnostics });
    Reply::new(document, shown).exit(u8::from(!valid))
}

fn functions(name: Option<&str>) -> Result<Reply, Failure> {
    let all = expr::functions();
    if let Some(name) = name {
        let found =
            all.iter().find(|one| one.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
                let failure = Failure::new("not-found", format!("no function '{name}'"));
                match model::suggest(name, all.iter().map(|one| one.name)) {
                    Some(near) => failure.hint(format!("did you mean '{near}'?")),
                    None => failure,
                }
            })?;
        let mut text = format!("{}\n\n{}\n\n{}\n\n", found.signature(), found.summary, found.doc);
        for example in found.examples {
            text.push_str(&format!("{}\n  {}\n", example.expression, example.result));
        }
        return Ok(Reply::new(found, text));
    }
    let rows = all.iter().map(|one| vec![one.signature(), one.summary.to_owned()]);
    Ok(Reply::new(all, super::table(&["function", "what it gives"], rows)))
}

/// What an editor offers at a place, and which argument of which function stands there.
fn complete(text: &str, at: Option<usize>, readable: &[(String, &str)]) -> Reply {
    let at = at.and_then(|at| text.char_indices().nth(at)).map_or(text.len(), |(byte, _)| byte);
    let attributes: Vec<(&str, &str)> =
        readable.iter().map(|(name, what)| (name.as_str(), *what)).collect();
    let offered = expr::complete(text, at, &attributes);
    let mut shown = String::new();
    let argument = expr::signature_at(text, at);
    if let Some((function, index)) = argument {
        let parameter = function.parameter(index).map_or("(too many)", |parameter| parameter.name);
        shown.push_str(&format!("{}\nhere: {parameter}\n\n", function.signature()));
    }
    let rows = offered.iter().map(|one| vec![one.label.clone(), one.detail.clone()]);
    shown.push_str(&super::table(&["offer", "what it is"], rows));
    let argument = argument.map(|(function, index)| {
        json!({
            "function": function.name,
            "signature": function.signature(),
            "argument": index,
            "parameter": function.parameter(index),
        })
    });
    Reply::new(json!({ "completions": offered, "signature": argument }), shown)
}
