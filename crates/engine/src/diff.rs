//! Diff: what has to change in the target for it to hold what the mappings want. "Only at creation",
//! defaults and clearing are decided here.

use model::{Apply, Code, Modification, Name, Object, Reason, Value, WaitFor};

use crate::{
    Desired, Facts, Rules,
    map::{Wanted, key_of},
    rules::{From, Rule},
};

/// What has to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Each attribute, before and after.
    pub modifications: Vec<Modification>,
    /// Where the first free one of several texts was taken: all that are free, for the plan to see
    /// that no two people of it get the same.
    pub choices: Vec<Choice>,
    /// Why values fall away that the target would refuse; the others flow.
    pub refused: Vec<Reason>,
}

/// Texts that are free in the target for one attribute, the best first; the modification holds the
/// first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The attribute.
    pub attribute: Name,
    /// The texts.
    pub free: Vec<String>,
}

/// Compares what is wanted with what the target holds; without a live object everything is new. A
/// value that cannot be written gives the reason, and what the person has to wait for.
pub fn compare(
    rules: &Rules,
    desired: &Desired<'_>,
    live: Option<&Object>,
    facts: &Facts,
) -> Result<Difference, (Reason, WaitFor)> {
    let mut difference = Difference::default();
    let wanted = rules.mappings.iter().zip(&desired.wanted);
    let manager = live.and_then(|live| facts.managers.get(&live.id));
    let manager = manager.map(|id| Value::text(id.to_string()));
    for ((rule, wanted), held) in wanted.zip(rules.find_held(live)) {
        let held = if rule.target.is_manager() { manager.as_ref() } else { held };
        if !applies(rule, live, held) {
            continue;
        }
        let new = match wanted {
            Wanted::Keep => continue,
            Wanted::Refused(reason) => {
                difference.refused.push(reason.clone());
                continue;
            }
            Wanted::Value(value) => match grow(rule, value, held) {
                Some(value) => Some(value),
                None => continue,
            },
            Wanted::OneOf(texts) => {
                let kept = held.and_then(Value::as_text);
                let is_own = |held: &str| texts.iter().any(|text| text == held);
                if kept.is_some_and(|held| is_own(held) && !is_lost(rule, held, live, facts)) {
                    continue;
                }
                let free = find_free(rule, texts, live, facts)?;
                let first = free[0].clone();
                if is_settled_by_plan(rule) {
                    difference.choices.push(Choice { attribute: rule.target.clone(), free });
                }
                Some(Value::text(first))
            }
            Wanted::Fill => match (&rule.default, held) {
                (Some(default), None) => Some(default.clone()),
                _ => continue,
            },
            Wanted::Manager(person) if facts.find_standing(*person).is_some() => {
                let standing = facts.find_standing(*person).map(|object| object.id.to_string());
                match standing.map(Value::text).filter(|value| held != Some(value)) {
                    Some(value) => Some(value),
                    None => continue,
                }
            }
            // A manager for whom nobody stands is none, until somebody does.
            Wanted::Empty | Wanted::Manager(_) => match (live, &rule.default) {
                (None, Some(default)) => Some(default.clone()),
                (None, None) => continue,
                // Whoever was made with the default keeps it.
                (Some(_), Some(default)) if held == Some(default) => continue,
                (Some(_), _) if !clears(rule) || held.is_none() || is_always_held(&rule.target) => {
                    continue;
                }
                (Some(_), _) => None,
            },
        };
        if let Some(new) = &new {
            match check_value(rule, new) {
                Err((reason, _)) if rule.may_fall_away() => {
                    difference.refused.push(reason);
                    continue;
                }
                checked => checked?,
            }
        }
        let modification = Modification { name: rule.target.clone(), old: held.cloned(), new };
        difference.modifications.push(modification);
    }
    if live.is_none() {
        check_required(rules, &difference)?;
    }
    Ok(difference)
}

/// Whoever is made has what the target requires, whichever way a value did not come: the source is
/// empty, an expression gave nothing or dropped the attribute, or no mapping writes it.
fn check_required(rules: &Rules, difference: &Difference) -> Result<(), (Reason, WaitFor)> {
    let is_given = |name: &&Name| {
        let mut all = difference.modifications.iter();
        all.any(|one| one.name == **name && one.new.is_some())
    };
    let Some(name) = rules.required.iter().find(|name| !is_given(name)) else { return Ok(()) };
    let why = match rules.mappings.iter().find(|rule| rule.target == *name) {
        Some(rule) => format!("its mapping from {} gives nothing", rule.text),
        None => "no mapping writes it".to_owned(),
    };
    let sentence = format!("{name} must not be empty, and {why}");
    Err((Reason::new(Code::VALUE_REFUSED, sentence), WaitFor::Time))
}

/// Whether the mapping is applied to an object that holds this, or to a new one.
fn applies(rule: &Rule, live: Option<&Object>, held: Option<&Value>) -> bool {
    match rule.apply {
        Apply::Always | Apply::OnlyAdding => true,
        Apply::OnlyAtCreation => live.is_none(),
        Apply::OnlyWhenEmpty => held.is_none(),
    }
}

fn clears(rule: &Rule) -> bool {
    rule.clears && rule.apply != Apply::OnlyAdding
}

/// The value that the target is to hold; none where it holds it already. A list that only grows
/// keeps what it holds and gets what is missing behind it.
fn grow(rule: &Rule, wanted: &Value, held: Option<&Value>) -> Option<Value> {
    if held.is_some_and(|held| is_same(held, wanted)) {
        return None;
    }
    match held {
        Some(held) if rule.apply == Apply::OnlyAdding && rule.shape.is_list() => {
            let held = held.members();
            let missing = wanted.members().iter().filter(|member| !held.contains(member));
            let all: Vec<Value> = held.iter().chain(missing).cloned().collect();
            (all.len() > held.len()).then_some(Value::List(all))
        }
        _ => Some(wanted.clone()),
    }
}

/// Whether two values are one to the directory: lists have no order there.
fn is_same(held: &Value, wanted: &Value) -> bool {
    let (Value::List(held), Value::List(wanted)) = (held, wanted) else { return held == wanted };
    held.len() == wanted.len()
        && (held == wanted
            || held.iter().all(|one| wanted.contains(one))
                && wanted.iter().all(|one| held.contains(one)))
}

/// Whether somebody else took the text while the object lay among the deleted ones.
fn is_lost(rule: &Rule, text: &str, live: Option<&Object>, facts: &Facts) -> bool {
    let deleted = live.filter(|object| object.deleted.is_some());
    deleted.is_some_and(|object| facts.find_taker(&rule.target, text, Some(object.id)).is_some())
}

/// Whether the plan has to see to it that two people do not get the same text: the names that the
/// line makes itself are told apart by the target, whose keys they are.
fn is_settled_by_plan(rule: &Rule) -> bool {
    matches!(&rule.from, From::Expression(compiled) if compiled.is_unique)
}

/// The texts that nobody else in the target holds; at least one.
fn find_free(
    rule: &Rule,
    texts: &[String],
    live: Option<&Object>,
    facts: &Facts,
) -> Result<Vec<String>, (Reason, WaitFor)> {
    let own = live.map(|object| object.id);
    let taker = |text: &String| facts.find_taker(&rule.target, text, own);
    let free: Vec<String> = texts.iter().filter(|text| taker(text).is_none()).cloned().collect();
    if !free.is_empty() {
        return Ok(free);
    }
    let Some(last) = texts.last() else {
        let sentence = format!("there is no {} to try", rule.target);
        return Err((Reason::new(Code::VALUE_REFUSED, sentence), WaitFor::Time));
    };
    if is_settled_by_plan(rule) {
        return Err((all_taken(&rule.target, texts.len()), WaitFor::Time));
    }
    Err(match (key_of(&rule.target), taker(last)) {
        (Some(key), Some(holder)) => {
            let key = key(last);
            let sentence = format!("the {key} is taken in the target");
            (Reason::new(Code::KEY_TAKEN, sentence), WaitFor::Key { key, holder })
        }
        _ => (all_taken(&rule.target, texts.len()), WaitFor::Time),
    })
}

/// Every text that `SelectUniqueValue` gave is in use.
pub(crate) fn all_taken(attribute: &Name, count: usize) -> Reason {
    let sentence = format!("all {count} values for {attribute} are in use in the target");
    Reason::new(Code::NO_UNIQUE_VALUE, sentence)
}

/// Whether the target holds a value whatever happens: it refuses to be without one, or sets it itself.
fn is_always_held(name: &Name) -> bool {
    *name == Name::ACCOUNT_ENABLED || is_required(name)
}

/// Whether the target refuses to be without the attribute.
pub(crate) fn is_required(name: &Name) -> bool {
    name.definition().is_some_and(|definition| definition.required)
}

/// What the target would refuse is said before it is planned.
fn check_value(rule: &Rule, value: &Value) -> Result<(), (Reason, WaitFor)> {
    if let Some(Err(message)) = value.as_text().map(|text| rule.target.check_text(text)) {
        let reason = Reason::new(Code::VALUE_REFUSED, format!("{}: {message}", rule.target));
        return Err((reason, WaitFor::Time));
    }
    let Some(limit) = rule.shape.limit() else { return Ok(()) };
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
