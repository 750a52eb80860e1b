//! Diff: what has to change in the target for it to hold what the mappings want. "Only at creation",
//! defaults and clearing are decided here.

use model::{Code, Key, Modification, Name, Object, Reason, Shape, Value, WaitFor};

use crate::{Desired, Facts, Rules, map::Wanted, rules::Rule};

/// What has to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Each attribute, before and after.
    pub modifications: Vec<Modification>,
}

/// Compares what is wanted with what the target holds; without a live object everything is new. A
/// value that cannot be written gives the reason, and what the person has to wait for.
pub fn compare(
    rules: &Rules,
    desired: &Desired<'_>,
    live: Option<&Object>,
    facts: &Facts,
) -> Result<Difference, (Reason, WaitFor)> {
    let mut modifications = Vec::new();
    let wanted = rules.mappings.iter().zip(&desired.wanted);
    for ((rule, wanted), held) in wanted.zip(rules.find_held(live)) {
        if rule.only_at_creation && live.is_some() {
            continue;
        }
        let new = match wanted {
            Wanted::Keep => continue,
            Wanted::Value(value) => {
                if held == Some(value.as_ref()) {
                    continue;
                }
                Some(value.as_ref().clone())
            }
            Wanted::OneOf(names) => {
                let kept = held.and_then(Value::as_text);
                let is_own = |held: &str| names.iter().any(|name| name == held);
                if kept.is_some_and(|held| is_own(held) && !is_lost(held, live, facts)) {
                    continue;
                }
                Some(Value::text(choose(names, live, facts)?))
            }
            Wanted::Empty => match (live, &rule.default) {
                (None, Some(default)) => Some(default.clone()),
                (None, None) => continue,
                (Some(_), _) if !rule.clears || held.is_none() || is_required(&rule.target) => {
                    continue;
                }
                (Some(_), _) => None,
            },
        };
        if let Some(new) = &new {
            check_limit(rule, new)?;
        }
        modifications.push(Modification { name: rule.target.clone(), old: held.cloned(), new });
    }
    Ok(Difference { modifications })
}

/// Whether somebody else took the name while the object lay among the deleted ones.
fn is_lost(name: &str, live: Option<&Object>, facts: &Facts) -> bool {
    let deleted = live.filter(|object| object.deleted.is_some());
    deleted.is_some_and(|object| {
        let key = Key::user_principal_name(name);
        facts.find_other_holder(&key, Some(object.id)).is_some()
    })
}

/// The first name that nobody else in the target holds.
fn choose(
    names: &[String],
    live: Option<&Object>,
    facts: &Facts,
) -> Result<String, (Reason, WaitFor)> {
    let own = live.map(|object| object.id);
    let mut holders = names.iter().map(|name| {
        let key = Key::user_principal_name(name);
        (name, facts.find_other_holder(&key, own).map(|holder| (key, holder)))
    });
    let mut last = None;
    for (name, taken) in &mut holders {
        match taken {
            None => return Ok(name.clone()),
            Some(taken) => last = Some(taken),
        }
    }
    match last {
        Some((key, holder)) => Err((
            Reason::new(
                Code::KEY_TAKEN,
                format!("the {key} is taken by {} in the target", holder.label()),
            ),
            WaitFor::Key { key, holder: holder.id },
        )),
        None => Err((
            Reason::new(Code::VALUE_REFUSED, "there is no user principal name to try"),
            WaitFor::Time,
        )),
    }
}

fn is_required(name: &Name) -> bool {
    name.definition().is_some_and(|definition| definition.required)
}

fn check_limit(rule: &Rule, value: &Value) -> Result<(), (Reason, WaitFor)> {
    let limit = match rule.shape {
        Shape::Text(limit) | Shape::Texts(limit) | Shape::Binary(limit) => limit,
        _ => return Ok(()),
    };
    let longest = value
        .members()
        .iter()
        .filter_map(Value::as_text)
        // Counting characters is needed only where the bytes could be too many.
        .map(|text| if text.len() <= limit { 0 } else { text.chars().count() })
        .max()
        .unwrap_or(0);
    if longest <= limit {
        return Ok(());
    }
    Err((
        Reason::new(
            Code::VALUE_REFUSED,
            format!("{} takes {limit} characters and the value has {longest}", rule.target),
        ),
        WaitFor::Time,
    ))
}
