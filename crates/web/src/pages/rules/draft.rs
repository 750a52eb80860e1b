//! A scope that somebody is working on: what the form holds, step by step, until it is saved. Clauses
//! stand in groups (AND within one, OR between them), or as a text; a condition says the rest.

use engine::Finding;
use model::{Clause, Condition, Diagnostic, Filter, Group, Operator, ScopeMode};
use wire::filter_text::{self, Scoping};

use crate::form::Fields;

/// The draft.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// By assignment, or all.
    pub scope: ScopeMode,
    /// Whether the filter is written as a text.
    pub as_text: bool,
    /// The text.
    pub text: String,
    /// The clauses.
    pub groups: Vec<Clauses>,
    /// What a published filter cannot say.
    pub condition: String,
    /// What is wrong with no single clause.
    pub problems: Vec<Problem>,
    /// The clause that was added last.
    pub fresh: Option<usize>,
}

/// Clauses that must all be true.
#[derive(Clone, Debug, Default)]
pub struct Clauses {
    /// Its number.
    pub number: usize,
    /// What the group is called.
    pub title: String,
    /// The clauses.
    pub rows: Vec<Row>,
}

/// A clause.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its number among all.
    pub number: usize,
    /// The attribute.
    pub attribute: String,
    /// The operator as it is written.
    pub operator: String,
    /// What it is compared with.
    pub operand: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `text`, `condition`, or the clause's number.
    pub at: String,
    /// What, with what to do.
    pub message: String,
    /// The text with the place marked.
    pub drawn: Option<String>,
}

impl Row {
    /// The operator, where it is one.
    pub fn operator(&self) -> Operator {
        let found = Operator::ALL.iter().find(|(_, text)| *text == self.operator);
        found.map_or(Operator::Equals, |(operator, _)| *operator)
    }

    /// Whether it takes an operand.
    pub fn is_binary(&self) -> bool {
        self.operator().is_binary()
    }
}

impl Draft {
    /// What is saved.
    pub fn of(scope: ScopeMode, filter: &Filter, condition: Option<&Condition>) -> Self {
        let groups = filter.groups.iter().map(Clauses::of).collect();
        let condition = condition.map(|condition| {
            let condition = Some(condition.clone());
            filter_text::print_scoping(&Scoping { condition, ..Scoping::default() })
        });
        let draft =
            Self { scope, groups, condition: condition.unwrap_or_default(), ..Self::default() };
        draft.numbered()
    }

    /// What a form holds.
    pub fn read(form: &Fields) -> Self {
        let titles = form
            .all("title")
            .map(|title| Clauses { title: title.trim().to_owned(), ..Clauses::default() });
        let mut groups: Vec<Clauses> = titles.collect();
        let (mut attributes, mut operators, mut operands) =
            (form.all("attribute"), form.all("operator"), form.all("operand"));
        for group in form.all("group") {
            let row = Row {
                attribute: attributes.next().unwrap_or_default().to_owned(),
                operator: operators.next().unwrap_or_default().to_owned(),
                operand: operands.next().unwrap_or_default().to_owned(),
                ..Row::default()
            };
            let group = group.parse::<usize>().ok().and_then(|index| groups.get_mut(index));
            if let Some(group) = group {
                group.rows.push(row);
            }
        }
        let draft = Self {
            scope: if form.get("scope") == Some("all") {
                ScopeMode::All
            } else {
                ScopeMode::Assigned
            },
            as_text: form.get("as") == Some("text"),
            text: form.text("text").to_owned(),
            groups,
            condition: form.text("condition").to_owned(),
            ..Self::default()
        };
        draft.numbered()
    }

    /// One step of the builder, as its button names it: `clause:0`, `drop:3`, `group`, `drop-group:1`,
    /// `text`, `form`.
    #[must_use]
    pub fn step(mut self, step: &str) -> Self {
        let (what, number) = step.split_once(':').unwrap_or((step, ""));
        let number: usize = number.parse().unwrap_or_default();
        match what {
            "clause" => self.add(number),
            "group" => {
                self.groups.push(Clauses::default());
                self.add(self.groups.len() - 1);
            }
            "drop" => {
                let rows = self.groups.iter_mut();
                rows.for_each(|group| group.rows.retain(|row| row.number != number));
                self.groups.retain(|group| !group.rows.is_empty());
            }
            "drop-group" if number < self.groups.len() => {
                self.groups.remove(number);
            }
            "text" if !self.as_text => {
                self.text = filter_text::print(&self.filter());
                self.as_text = true;
            }
            "form" if self.as_text => self.build(),
            _ => {}
        }
        self.numbered()
    }

    fn add(&mut self, group: usize) {
        let count: usize = self.groups.iter().take(group + 1).map(|group| group.rows.len()).sum();
        if let Some(group) = self.groups.get_mut(group) {
            group.rows.push(Row { operator: "EQUALS".to_owned(), ..Row::default() });
            self.fresh = Some(count);
        }
    }

    /// Whether the clause was added last.
    pub fn is_fresh(&self, row: &Row) -> bool {
        self.fresh == Some(row.number)
    }

    /// From the text to clauses; what they cannot say goes to the condition.
    fn build(&mut self) {
        match self.scoping() {
            Err(problems) => self.problems = problems,
            Ok(Scoping { filter, condition }) => {
                *self =
                    Self { as_text: false, ..Self::of(self.scope, &filter, condition.as_ref()) };
            }
        }
    }

    fn numbered(mut self) -> Self {
        self.groups.iter_mut().enumerate().for_each(|(number, group)| group.number = number);
        let rows = self.groups.iter_mut().flat_map(|group| &mut group.rows);
        rows.enumerate().for_each(|(number, row)| row.number = number);
        self
    }

    /// The clauses as a filter. A row without an attribute says nothing yet.
    fn filter(&self) -> Filter {
        let clause = |row: &Row| Clause {
            attribute: row.attribute.clone(),
            operator: row.operator(),
            operand: if row.is_binary() { row.operand.clone() } else { String::new() },
        };
        let group = |group: &Clauses| Group {
            name: group.title.clone(),
            clauses: group
                .rows
                .iter()
                .filter(|row| !row.attribute.is_empty())
                .map(clause)
                .collect(),
        };
        let groups = self.groups.iter().map(group).filter(|group| !group.clauses.is_empty());
        Filter { groups: groups.collect() }
    }

    /// Whom it admits, or what cannot be read in it.
    pub fn scoping(&self) -> Result<Scoping, Vec<Problem>> {
        let written = if self.as_text { read("text", &self.text) } else { Ok(Scoping::default()) };
        let beside = read("condition", &self.condition);
        let (written, beside) = match (written, beside) {
            (Ok(written), Ok(beside)) => (written, beside),
            (one, other) => {
                let failed = [one.err(), other.err()];
                return Err(failed.into_iter().flatten().flatten().collect());
            }
        };
        let filter = if self.as_text { written.filter } else { self.filter() };
        let beside = match beside.filter.groups.is_empty() {
            true => beside.condition,
            false => Some(filter_text::condition(&beside.filter)),
        };
        let condition = match (written.condition, beside) {
            (Some(one), Some(other)) => Some(Condition::And(vec![one, other])),
            (one, other) => one.or(other),
        };
        Ok(Scoping { filter, condition })
    }

    /// The same with what the service found wrong, each where it belongs.
    #[must_use]
    pub fn with_findings(mut self, findings: &[Finding]) -> Self {
        for finding in findings {
            let mut message = finding.message.clone();
            if let Some(hint) = &finding.hint {
                message = format!("{message}; {hint}");
            }
            let is_clause = finding.place.contains("filter clause");
            let number = finding.clause().filter(|_| is_clause && !self.as_text);
            let rows = self.groups.iter_mut().flat_map(|group| &mut group.rows);
            let mut filled = rows.filter(|row| !row.attribute.is_empty());
            match number.and_then(|number| filled.nth(number)) {
                Some(row) => row.problem = Some(message),
                None => {
                    let at = finding.place.clone();
                    let message = format!("{at}: {message}");
                    self.problems.push(Problem { at, message, drawn: None });
                }
            }
        }
        self
    }
}

impl Clauses {
    fn of(group: &Group) -> Self {
        let row = |clause: &Clause| Row {
            attribute: clause.attribute.clone(),
            operator: clause.operator.as_str().to_owned(),
            operand: clause.operand.clone(),
            ..Row::default()
        };
        let rows = group.clauses.iter().map(row).collect();
        Self { title: group.name.clone(), rows, number: 0 }
    }
}

/// A text, with all that is wrong with it at once.
fn read(at: &str, text: &str) -> Result<Scoping, Vec<Problem>> {
    let graph_name = |name: &str| Some(wire::alias::graph_name(name).unwrap_or(name).to_owned());
    filter_text::parse(text, graph_name)
        .map_err(|found| found.iter().map(|one| problem(at, text, one)).collect())
}

fn problem(at: &str, text: &str, one: &Diagnostic) -> Problem {
    let drawn = Some(one.render(text));
    Problem { at: at.to_owned(), message: one.message.clone(), drawn }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str) -> Draft {
        let draft = Draft { as_text: true, text: text.to_owned(), ..Draft::default() };
        draft.step("form")
    }

    #[test]
    fn a_text_becomes_clauses_and_clauses_the_text() {
        let text = "department EQUALS \"Sales\" AND mail IS NOT NULL OR city Includes \"Ro\"";
        let built = draft(text);
        assert_eq!(built.groups.len(), 2);
        assert_eq!(built.groups[0].rows[1].operator, "IS NOT NULL");
        let again = built.step("text");
        assert_eq!(again.scoping(), draft(text).scoping());
        assert!(again.text.contains("OR city Includes"), "{}", again.text);
    }

    #[test]
    fn what_clauses_cannot_say_goes_to_the_condition() {
        let built = draft("NOT department EQUALS \"Sales\"");
        assert!(built.groups.is_empty() && built.condition.starts_with("NOT department"));
        assert!(built.scoping().is_ok_and(|scoping| scoping.condition.is_some()));
    }

    #[test]
    fn clauses_and_groups_come_and_go() {
        let two = draft("city IS NULL").step("clause:0").step("group");
        assert_eq!(two.fresh, Some(2));
        assert_eq!(two.groups.iter().map(|group| group.rows.len()).collect::<Vec<_>>(), [2, 1]);
        let one = two.step("drop:2");
        assert_eq!(one.groups.len(), 1);
        assert!(one.step("drop-group:0").groups.is_empty());
    }

    #[test]
    fn a_mistake_keeps_the_text_and_shows_its_place() {
        let broken = draft("department IS SALES");
        assert!(broken.as_text && broken.text == "department IS SALES");
        assert!(broken.problems[0].drawn.as_ref().is_some_and(|drawn| drawn.contains('^')));
    }
}
