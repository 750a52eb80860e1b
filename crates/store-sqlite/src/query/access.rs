//! From a predicate to the parts of lists in which all who may pass are found.

use model::{
    Name, ObjectId,
    query::{Comparison, Field, Folded, Operand, Predicate, Test, is_listed},
};

use crate::values::{Form, instant, truth};

/// Objects, and parts of lists, of which one at least names everybody who may pass. Who is named
/// need not pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Access {
    pub ids: Vec<ObjectId>,
    pub ranges: Vec<Range>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    pub form: Form,
    /// The first text that is meant.
    pub from: String,
    /// The first text behind it; none for the end of the list.
    pub to: Option<String>,
    /// Whether one text is meant: objects with it lie in the order of their ids.
    pub exact: bool,
}

impl Access {
    fn range(form: Form, from: &str, to: Option<String>) -> Vec<Self> {
        let range = Range { form, from: from.to_owned(), to, exact: false };
        vec![Self { ids: Vec::new(), ranges: vec![range] }]
    }

    fn exact(form: Form, text: &str) -> Vec<Self> {
        let (from, to) = (text.to_owned(), Some(behind(text)));
        vec![Self { ids: Vec::new(), ranges: vec![Range { form, from, to, exact: true }] }]
    }

    fn prefix(form: Form, prefix: &Folded) -> Vec<Self> {
        Self::range(form, prefix.as_str(), behind_all(prefix.as_str()))
    }

    /// All of these together, when each of the parts has one; the first of each is taken.
    fn union(parts: impl Iterator<Item = Vec<Self>>) -> Vec<Self> {
        let mut union = Self::default();
        for part in parts {
            let Some(access) = part.into_iter().next() else { return Vec::new() };
            union.ids.extend(access.ids);
            union.ranges.extend(access.ranges);
        }
        vec![union]
    }

    /// The list, where parts of it alone are meant and objects in them are in the order of ids.
    pub fn is_by_id(&self) -> bool {
        self.ids.is_empty() && self.ranges.iter().all(|range| range.exact)
    }
}

/// The ways to find who may pass, the most promising first; none where all must be looked at.
pub(super) fn options(predicate: &Predicate) -> Vec<Access> {
    match predicate {
        Predicate::And(parts) => {
            let mut options: Vec<Access> = parts.iter().flat_map(options).collect();
            // Texts say more than truths, of which there are two.
            options.sort_by_key(|access| {
                access.ranges.iter().any(|range| matches!(range.form, Form::Truth(_)))
            });
            options
        }
        Predicate::Or(parts) => Access::union(parts.iter().map(options)),
        Predicate::Not(_) => Vec::new(),
        Predicate::Test(Field::Id, Test::Equals(Operand::Id(id))) => {
            vec![Access { ids: vec![*id], ranges: Vec::new() }]
        }
        Predicate::Test(Field::Created, test) => created(test),
        Predicate::Test(Field::Attribute(name), test) if is_listed(name) => of_text(name, test),
        Predicate::Test(..) => Vec::new(),
        Predicate::Any(name, part) if is_listed(name) => of_members(name, part),
        Predicate::Any(..) => Vec::new(),
    }
}

fn of_text(name: &Name, test: &Test) -> Vec<Access> {
    let form = || Form::Text(name.clone());
    match test {
        Test::Equals(Operand::Text(text)) => Access::exact(form(), text.as_str()),
        Test::Equals(Operand::Boolean(value)) => {
            Access::exact(Form::Truth(name.clone()), truth(*value))
        }
        Test::StartsWith(prefix) => Access::prefix(form(), prefix),
        Test::Compare(comparison, Operand::Text(text)) => {
            compared(form(), *comparison, text.as_str())
        }
        _ => Vec::new(),
    }
}

fn created(test: &Test) -> Vec<Access> {
    match test {
        Test::Equals(Operand::Time(at)) => Access::exact(Form::Created, &instant(*at)),
        Test::Compare(comparison, Operand::Time(at)) => {
            compared(Form::Created, *comparison, &instant(*at))
        }
        _ => Vec::new(),
    }
}

fn compared(form: Form, comparison: Comparison, text: &str) -> Vec<Access> {
    match comparison {
        Comparison::Less => Access::range(form, "", Some(text.to_owned())),
        Comparison::LessOrEqual => Access::range(form, "", Some(behind(text))),
        Comparison::Greater => Access::range(form, &behind(text), None),
        Comparison::GreaterOrEqual => Access::range(form, text, None),
    }
}

/// What is asked of one member of a list.
fn of_members(name: &Name, part: &Predicate) -> Vec<Access> {
    match part {
        Predicate::And(parts) => parts.iter().flat_map(|part| of_members(name, part)).collect(),
        Predicate::Or(parts) => Access::union(parts.iter().map(|part| of_members(name, part))),
        Predicate::Test(field, test) => {
            let form = match field {
                Field::Item => Form::Members(name.clone()),
                Field::Part(part) => Form::Parts(name.clone(), part.clone()),
                _ => return Vec::new(),
            };
            match test {
                Test::Equals(Operand::Text(text)) => Access::exact(form, text.as_str()),
                Test::StartsWith(prefix) => Access::prefix(form, prefix),
                _ => Vec::new(),
            }
        }
        Predicate::Not(_) | Predicate::Any(..) => Vec::new(),
    }
}

/// The part of a list in which exactly those stand who pass, each of them once, so that counting it
/// counts them.
pub(super) fn precise(predicate: &Predicate) -> Option<Range> {
    let is_once = |access: &Access| {
        let [range] = access.ranges.as_slice() else { return false };
        access.ids.is_empty()
            && (range.exact || matches!(range.form, Form::Text(_) | Form::Created))
    };
    let found = match predicate {
        Predicate::And(parts) => match parts.as_slice() {
            [part] => return precise(part),
            _ => return None,
        },
        Predicate::Test(..) => options(predicate),
        Predicate::Any(_, part) if matches!(**part, Predicate::Test(..)) => options(predicate),
        _ => return None,
    };
    let access = found.into_iter().next().filter(is_once)?;
    access.ranges.into_iter().next()
}

/// The first text behind this one, in the order of bytes.
fn behind(text: &str) -> String {
    format!("{text}\0")
}

/// The first text behind all that begin with the prefix, in the order of bytes, which is that of
/// characters too; none when there is none.
fn behind_all(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_text() {
        for (prefix, expected) in [
            ("ab", Some("ac")),
            ("", None),
            ("a\u{10FFFF}", Some("b")),
            ("\u{D7FF}", Some("\u{E000}")),
        ] {
            assert_eq!(behind_all(prefix).as_deref(), expected, "{prefix}");
        }
        let end = behind_all("größ").expect("there is one");
        assert!(["größ", "größe", "größ\u{10FFFF}x"].iter().all(|text| *text < end.as_str()));
        assert!("gröá" > end.as_str() && end == "gröà");
    }

    #[test]
    fn every_alternative_must_be_found() {
        let city = || Predicate::equals(Name::CITY, "x");
        let street = || Predicate::equals(Name::STREET_ADDRESS, "x");
        assert_eq!(options(&Predicate::And(vec![street(), city()])).len(), 1);
        assert_eq!(options(&Predicate::Or(vec![street(), city()])), []);
        assert_eq!(options(&Predicate::NOTHING), [Access::default()]);
        assert_eq!(options(&Predicate::EVERYTHING), []);
        let both = options(&Predicate::Or(vec![city(), Predicate::is(ObjectId::NIL)]));
        assert_eq!((both[0].ids.len(), both[0].ranges.len()), (1, 1));
    }
}
