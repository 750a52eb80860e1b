//! `syncline expr`.

use expr::{Expression, Flow, Input, Value};
use model::Kind;
use serde_json::json;

use super::{Call, Request, describe};
use crate::{args::ExprCommand, failure::Failure, output::Reply};

/// Whether a command looks at a person of a tenant.
pub fn needs_data(command: &ExprCommand) -> bool {
    matches!(command, ExprCommand::Eval { user: Some(_), .. })
}

pub fn run(call: &Call<'_>, command: &ExprCommand) -> Result<Reply, Failure> {
    let ExprCommand::Eval { expression, set, tenant: Some(tenant), user: Some(user) } = command
    else {
        return run_alone(command, call.request);
    };
    let directory = &call.app.directory;
    let tenant = directory.get_tenant(call.actor, tenant)?;
    let user = directory.find(call.actor, tenant.id, Kind::User, user)?;
    let domain = tenant.initial_domain().to_string();
    let person = Person { values: with(describe::object(&user), set)?, domain: Some(domain) };
    evaluate(expression, &person)
}

/// Commands that need no data directory.
pub fn run_alone(command: &ExprCommand, request: &Request) -> Result<Reply, Failure> {
    match command {
        ExprCommand::Eval { expression, set, .. } => {
            evaluate(expression, &Person { values: with(json!({}), set)?, domain: None })
        }
        ExprCommand::Check { expression } => check(expression),
        ExprCommand::Functions { name } => functions(name.as_deref()),
        ExprCommand::Test { file } => {
            let text = match &request.stdin {
                Some(text) => text.clone(),
                None => {
                    let path = request.path(file);
                    std::fs::read_to_string(&path).map_err(|error| {
                        Failure::new("input-output", format!("{}: {error}", path.display()))
                    })?
                }
            };
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

struct Person {
    values: serde_json::Value,
    domain: Option<String>,
}

impl Input for Person {
    fn attribute(&self, name: &str) -> Value<'_> {
        let exact = self.values.get(name);
        let folded = || {
            let members = self.values.as_object()?;
            members.iter().find(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        exact.or_else(folded).map_or(Value::Null, Value::from)
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

fn parse(text: &str) -> Result<Expression, Failure> {
    Expression::parse(text).map_err(|found| {
        let drawn: Vec<String> = found.iter().map(|one| one.render(text)).collect();
        let code = found.first().map_or("expression-invalid", |one| one.code);
        Failure::new(code, format!("the expression has mistakes\n{}", drawn.join("\n")))
    })
}

fn evaluate(text: &str, person: &Person) -> Result<Reply, Failure> {
    let expression = parse(text)?;
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
        Err(error) => Err(Failure::new(error.code(), error.to_string())),
    }
}

fn check(text: &str) -> Result<Reply, Failure> {
    let (diagnostics, valid) = match Expression::parse(text) {
        Ok(expression) => (expression.warnings().to_vec(), true),
        Err(found) => (found, false),
    };
    let mut shown: String = diagnostics.iter().map(|one| one.render(text) + "\n").collect();
    if valid {
        shown.push_str("the expression is valid\n");
    }
    let document = json!({ "valid": valid, "diagnostics": diagnostics });
    Ok(Reply::new(document, shown).exit(u8::from(!valid)))
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
        let text = format!("{}\n\n{}\n\n{}\n", found.signature(), found.summary, found.doc);
        return Ok(Reply::new(found, text));
    }
    let rows = all.iter().map(|one| vec![one.signature(), one.summary.to_owned()]);
    Ok(Reply::new(all, super::table(&["function", "what it gives"], rows)))
}
