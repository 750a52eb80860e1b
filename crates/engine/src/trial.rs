//! Trials: what mappings give for one real person while somebody writes them. Unlike on the line a
//! mapping that fails does not keep the others from being shown, and nobody asks whether the person is
//! in scope.

use std::cell::RefCell;

use expr::Flow;
use model::{Diagnostic, Name, Object, Reason, Timestamp, diagnostic::Located};
use serde::Serialize;

use crate::{
    Record, Rules, Schema, Wanted,
    map::{Candidates, Input, want},
    random::Random,
    scope::PersonInScope,
};

/// What an expression gave for a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionTrial {
    /// Its values; none where there is no result. A result that is one text has one.
    pub values: Option<Vec<String>>,
    /// Whether the values are candidates of which the first free one is taken.
    pub are_candidates: bool,
    /// What it leaves out instead: `attribute` or `person`.
    pub leaves_out: Option<&'static str>,
    /// What is wrong with it, or doubtful, or why it failed for this person.
    pub diagnostics: Vec<Located>,
}

/// What each mapping wants for a person, in their order, or why it fails.
pub fn try_each<'r>(
    rules: &Rules,
    (person, record): (&'r Object, &'r Record),
    now: Timestamp,
) -> Vec<Result<Wanted<'r>, Reason>> {
    let scoped = PersonInScope { person, record };
    let sources = rules.find_sources(person);
    let mut wanted = vec![Wanted::Keep; rules.mappings.len()];
    let mut given: Vec<_> = wanted.iter().cloned().map(Ok).collect();
    for index in &rules.order {
        let one = want(rules, *index, scoped, (sources[*index], &wanted), now);
        if let Ok(value) = &one {
            wanted[*index] = value.clone();
        }
        given[*index] = one;
    }
    given
}

/// What an expression gives for a person beside the mappings of a configuration, what they wrote
/// included.
pub fn try_expression(
    rules: &Rules,
    text: &str,
    (source, target): (&Schema, &Schema),
    (person, record): (&Object, &Record),
    now: Timestamp,
) -> ExpressionTrial {
    let locate = |found: Vec<Diagnostic>| -> Vec<Located> {
        found.into_iter().map(|one| Located::new(one, text)).collect()
    };
    let (compiled, doubts) = match rules.compile_alone(text, source, target) {
        Ok(compiled) => compiled,
        Err(found) => {
            return ExpressionTrial { diagnostics: locate(found), ..ExpressionTrial::default() };
        }
    };
    let each = try_each(rules, (person, record), now);
    let wanted: Vec<Wanted<'_>> = each.into_iter().map(|one| one.unwrap_or(Wanted::Keep)).collect();
    // It is for no attribute yet; where it is mapped its random values are other ones.
    let nothing = Name::new("");
    let random = Random::new(&rules.seed, person.id, &nothing);
    let input = Input { person, rules, compiled: &compiled, wanted: &wanted, random, now };
    let asked = Candidates { input: &input, tried: RefCell::default() };
    let result = match compiled.is_unique {
        true => compiled.expression.evaluate(&asked),
        false => compiled.expression.evaluate(&input),
    };
    let mut trial = ExpressionTrial { diagnostics: locate(doubts), ..ExpressionTrial::default() };
    match result {
        Ok(Flow::Value(value)) if asked.tried.borrow().is_empty() => {
            let members = value.into_members().into_iter().filter(|one| !one.is_null());
            trial.values = Some(members.map(expr::Value::into_text).collect());
        }
        Ok(Flow::DropAttribute) => trial.leaves_out = Some("attribute"),
        Ok(Flow::DropObject) => trial.leaves_out = Some("person"),
        Err(error) if asked.tried.borrow().is_empty() => {
            let failed = Diagnostic::error(error.code(), error.span.clone(), error.to_string());
            trial.diagnostics.push(Located::new(failed, text));
        }
        // None of the candidates counts as free, so that all of them are named.
        Ok(Flow::Value(_)) | Err(_) => {
            trial.values = Some(asked.tried.take());
            trial.are_candidates = true;
        }
    }
    trial
}
