//! One clause: about an attribute, a moment, the manager, or a group.

use model::{
    Diagnostic, Kind, Name, Operator,
    condition::{Comparison, Count, Named, Test},
    suggest,
};

use super::{
    cursor::{chunk, joint, word},
    moment,
    operand::{self, Operand},
    operator,
    options::{self, Options, Place},
    parser::{Behind, Parser},
};
use crate::alias;

const FORM: &str = "a clause is: attribute OPERATOR operand";
const MANAGER: &str = "manager";

impl Parser<'_> {
    pub(super) fn clause(&mut self) -> Result<Test, Diagnostic> {
        if let Some(length) = operator::length(self.rest(), "MEMBER OF") {
            self.at += length;
            return self.member();
        }
        let start = self.at;
        let in_operand = std::mem::take(&mut self.bare);
        let count = self.count();
        if word(self.rest()).eq_ignore_ascii_case(MANAGER) {
            self.refuse_count(count, start)?;
            return self.manager();
        }
        let attribute = self.attribute(in_operand)?;
        self.skip_blanks();
        if let Some((when, length)) = operator::read_when(self.rest()) {
            self.refuse_count(count, start)?;
            self.at += length;
            let than = self.moment()?;
            let missing = self.options(Place::Date)?.missing;
            return Ok(Test::Date { attribute, when, than, missing });
        }
        let operator = self.operator(in_operand)?;
        let operand = if operator.is_binary() { self.operand()? } else { String::new() };
        let Options { any_case, missing, .. } = self.options(Place::Comparison(operator))?;
        Ok(Test::Compare(Comparison { attribute, count, operator, operand, any_case, missing }))
    }

    fn member(&mut self) -> Result<Test, Diagnostic> {
        let group = self.named("write the group's display name, mail or id")?;
        let nested = self.options(Place::Member)?.nested;
        Ok(Test::Member { group, nested })
    }

    fn manager(&mut self) -> Result<Test, Diagnostic> {
        self.at += MANAGER.len();
        self.skip_blanks();
        let before = self.at;
        let operator = self.operator(false)?;
        let person = match operator {
            Operator::IsNull | Operator::IsNotNull => None,
            Operator::Equals | Operator::NotEquals => {
                Some(self.named("write the manager's user principal name, mail or id")?)
            }
            other => {
                let message = format!("'{}' says nothing about a manager", other.as_str());
                let hint = "a manager is asked by IS NULL, IS NOT NULL, EQUALS and NOT EQUALS";
                let span = before..self.at;
                return Err(Diagnostic::error("filter-operator", span, message).with_hint(hint));
            }
        };
        self.options(Place::Manager)?;
        Ok(Test::Manager { operator, person })
    }

    /// `ANY` or `ALL` before an attribute; a bare word before an operator is an attribute itself.
    fn count(&mut self) -> Count {
        let first = word(self.rest());
        let count = match first {
            _ if first.eq_ignore_ascii_case("any") => Count::Any,
            _ if first.eq_ignore_ascii_case("all") => Count::All,
            _ => return Count::One,
        };
        let next = self.rest()[first.len()..].trim_start();
        if operator::read(next).is_some() || operator::read_when(next).is_some() {
            return Count::One;
        }
        self.at += first.len();
        self.skip_blanks();
        count
    }

    fn refuse_count(&self, count: Count, start: usize) -> Result<(), Diagnostic> {
        if count == Count::One {
            return Ok(());
        }
        let message = "ANY and ALL count the values of a list, and here is one value at most";
        let span = start..start + word(&self.text[start..]).len();
        Err(Diagnostic::error("filter-quantifier", span, message).with_hint("leave the word out"))
    }

    fn attribute(&mut self, in_operand: bool) -> Result<String, Diagnostic> {
        let word = word(self.rest());
        if word.is_empty() || joint(self.rest()).is_some() {
            let finding =
                self.error("filter-missing-attribute", word.len(), "expected an attribute");
            return Err(finding.with_hint(FORM));
        }
        let Some(name) = (self.resolve)(word) else {
            let message = format!("there is no attribute '{word}'");
            let mut finding = self.error("filter-unknown-attribute", word.len(), message);
            let otherwise = in_operand.then(|| operator::IN_QUOTES.to_owned());
            finding.hint = nearest_attribute(word).or(otherwise);
            return Err(finding);
        };
        self.spans.attribute = self.at..self.at + word.len();
        self.at += word.len();
        Ok(name)
    }

    fn operator(&mut self, in_operand: bool) -> Result<Operator, Diagnostic> {
        let Some((operator, length)) = operator::read(self.rest()) else {
            let complaint = operator::complain(self.rest(), in_operand);
            let finding = self.error(complaint.code, complaint.length, complaint.message);
            return Err(finding.with_hint(complaint.hint));
        };
        self.at += length;
        if !operator.is_binary() {
            self.behind = Behind::Operator(operator.as_str());
        }
        Ok(operator)
    }

    fn operand(&mut self) -> Result<String, Diagnostic> {
        self.skip_blanks();
        self.behind = Behind::Operand;
        match operand::read(self.rest(), self.open) {
            Operand::Found { text, length } => {
                self.bare = self.rest()[..length] == text;
                self.spans.operand = self.at..self.at + length;
                self.at += length;
                Ok(text)
            }
            Operand::Wrong(wrong) => {
                self.at += wrong.offset;
                Err(self.error(wrong.code, wrong.length, wrong.message).with_hint(wrong.hint))
            }
        }
    }

    fn moment(&mut self) -> Result<model::condition::Instant, Diagnostic> {
        self.skip_blanks();
        let start = self.at;
        let text = self.operand().map_err(|finding| match finding.code {
            "filter-missing-operand" => Diagnostic { hint: Some(MOMENTS.to_owned()), ..finding },
            _ => finding,
        })?;
        moment::read(&text).ok_or_else(|| {
            let message = format!("'{text}' is no moment");
            Diagnostic::error("filter-date", start..self.at, message).with_hint(MOMENTS)
        })
    }

    /// A person or a group.
    fn named(&mut self, hint: &str) -> Result<Named, Diagnostic> {
        self.skip_blanks();
        let start = self.at;
        let name = self.operand().map_err(|finding| match finding.code {
            "filter-missing-operand" => finding.with_hint(hint),
            _ => finding,
        })?;
        if name.trim().is_empty() {
            let message = "the name is empty";
            let span = start..self.at;
            return Err(Diagnostic::error("filter-missing-operand", span, message).with_hint(hint));
        }
        Ok(Named { name, id: None })
    }

    fn options(&mut self, place: Place) -> Result<Options, Diagnostic> {
        self.skip_blanks();
        let (options, length) = options::read(self.rest(), self.at, place)?;
        self.at += length;
        Ok(options)
    }
}

const MOMENTS: &str = "write now, now+14d, now-3h (units w, d, h, m, s), 2026-01-31 or \
                       2026-01-31T08:00:00Z";

fn nearest_attribute(word: &str) -> Option<String> {
    if let Some(name) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Some(format!("write {name} without brackets"));
    }
    if word.eq_ignore_ascii_case("memberOf") {
        return Some("write MEMBER OF and the group".to_owned());
    }
    let users = Name::known().filter(|(_, known)| known.kinds.contains(&Kind::User));
    let names = users.map(|(_, known)| known.name).chain([MANAGER]);
    let name = alias::graph_name(word).or_else(|| suggest(chunk(word), names))?;
    Some(format!("did you mean '{name}'?"))
}
