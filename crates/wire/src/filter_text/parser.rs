//! From text to a tree: AND binds closer than OR, and NOT closest. One run shows all mistakes.

use model::{Condition, Diagnostic, condition::Spans};

use super::{
    MAX_DEPTH,
    cursor::{Joint, begins_with, bracket, chunk, joint, word},
    operand::begins_clause,
};

/// The tree of a text that is not empty, and where each of its clauses stands, in their order.
pub(super) fn read(
    text: &str,
    resolve: &dyn Fn(&str) -> Option<String>,
) -> Result<(Condition, Vec<Spans>), Vec<Diagnostic>> {
    let mut parser = Parser {
        text,
        at: 0,
        open: 0,
        depth: 0,
        behind: Behind::Operand,
        bare: false,
        resolve,
        spans: Spans::default(),
        clauses: vec![],
        found: vec![],
    };
    let tree = parser.alternatives();
    if parser.found.is_empty() { Ok((tree, parser.clauses)) } else { Err(parser.found) }
}

/// The one cursor over the text.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// How many parentheses wait for their closing ones.
    pub(super) open: usize,
    /// How many parentheses and words `NOT` stand around this place.
    depth: usize,
    pub(super) behind: Behind,
    /// The last operand stands in no quotes, so that a joining word behind it may have been meant as
    /// a part of it.
    pub(super) bare: bool,
    pub(super) resolve: &'a dyn Fn(&str) -> Option<String>,
    /// Where the clause under the cursor stands, as far as it is read.
    pub(super) spans: Spans,
    /// Where the clauses stand that were read.
    clauses: Vec<Spans>,
    found: Vec<Diagnostic>,
}

/// What the cursor stands behind, for the hint where a joining word is missing.
#[derive(Clone, Copy)]
pub(super) enum Behind {
    Operand,
    /// An operator that takes no operand.
    Operator(&'static str),
    Parenthesis,
}

impl<'a> Parser<'a> {
    /// Parts joined by OR, each of parts joined by AND.
    fn alternatives(&mut self) -> Condition {
        let mut groups = Vec::new();
        let mut parts = Vec::new();
        loop {
            parts.extend(self.part());
            let joint = self.joint();
            if joint == Some(Joint::And) {
                continue;
            }
            groups.push(one_or(std::mem::take(&mut parts), Condition::And));
            if joint.is_none() {
                return one_or(groups, Condition::Or);
            }
        }
    }

    /// A clause, or what stands in parentheses or behind NOT; none where something is wrong.
    fn part(&mut self) -> Option<Condition> {
        self.skip_blanks();
        self.skip_small_not();
        let rest = self.rest();
        if rest.starts_with('(') {
            self.bare = false;
            return self.nested(1, Self::parenthesis);
        }
        if begins_with(rest, "NOT") {
            self.bare = false;
            return self.nested("NOT".len(), |parser, _| {
                parser.part().map(|part| Condition::Not(Box::new(part)))
            });
        }
        let start = self.at;
        let attribute = start..start + word(rest).len();
        self.spans = Spans { attribute, operand: start..start, ..Spans::default() };
        match self.clause() {
            Ok(test) => {
                self.spans.clause = start..self.at;
                self.clauses.push(self.spans.clone());
                Some(Condition::Test(test))
            }
            Err(finding) => {
                self.found.push(finding);
                self.skip_to_joint();
                None
            }
        }
    }

    /// Complains about `not` in small letters and goes on behind it.
    fn skip_small_not(&mut self) {
        if !begins_small_not(self.rest()) {
            return;
        }
        let not = word(self.rest());
        let message = format!("expected an attribute, found '{not}'");
        let finding = self.error("filter-joint", not.len(), message);
        self.found.push(finding.with_hint("write NOT in capitals"));
        while word(self.rest()).eq_ignore_ascii_case("not") {
            self.at += not.len();
            self.skip_blanks();
        }
    }

    /// What stands one level deeper, behind a word or parenthesis of this length.
    fn nested(
        &mut self,
        length: usize,
        read: impl FnOnce(&mut Self, usize) -> Option<Condition>,
    ) -> Option<Condition> {
        if self.depth == MAX_DEPTH {
            let message = format!("parentheses and NOT are nested deeper than {MAX_DEPTH}");
            let finding = self.error("filter-too-deep", length, message);
            self.found.push(finding.with_hint("write the filter as parts joined by AND and OR"));
            // Nothing behind this place can be told apart any more.
            self.at = self.text.len();
            return None;
        }
        let at = self.at;
        self.at += length;
        self.depth += 1;
        let read = read(self, at);
        self.depth -= 1;
        read
    }

    fn parenthesis(&mut self, opened: usize) -> Option<Condition> {
        self.open += 1;
        let tree = self.alternatives();
        self.open -= 1;
        self.behind = Behind::Parenthesis;
        if self.rest().starts_with(')') {
            self.at += 1;
        } else if !self.found.iter().any(|found| found.code == "filter-too-deep") {
            let message = "the parenthesis that opens here does not close";
            let hint =
                "close it with ); an operand that holds a single parenthesis stands in quotes";
            let span = opened..opened + 1;
            let finding = Diagnostic::error("filter-unclosed-parenthesis", span, message);
            self.found.push(finding.with_hint(hint));
        }
        Some(tree)
    }

    /// The word that joins the next part; none at the end of the text or of a parenthesis.
    fn joint(&mut self) -> Option<Joint> {
        loop {
            self.skip_blanks();
            let rest = self.rest();
            if let Some(joint) = joint(rest) {
                self.at += joint.length();
                return Some(joint);
            }
            if rest.is_empty() || self.open > 0 && rest.starts_with(')') {
                return None;
            }
            if rest.starts_with(')') {
                let message = "no parenthesis is open that could close here";
                self.found.push(self.error("filter-unopened-parenthesis", 1, message));
                self.at += 1;
                continue;
            }
            let finding = self.complain_about_joint();
            self.found.push(finding);
            self.skip_to_joint();
        }
    }

    fn complain_about_joint(&self) -> Diagnostic {
        let rest = self.rest();
        if matches!(self.behind, Behind::Parenthesis) && bracket(rest).is_some() {
            let message = "options stand behind a clause, not behind a parenthesis";
            let finding = self.error("filter-option", chunk(rest).len(), message);
            return finding.with_hint("write them behind each clause that they are for");
        }
        let found = if word(rest).is_empty() { chunk(rest) } else { word(rest) };
        let hint = match self.behind {
            _ if found.eq_ignore_ascii_case("and") || found.eq_ignore_ascii_case("or") => {
                format!("write {} in capitals", found.to_uppercase())
            }
            Behind::Operator(operator) => format!("{operator} takes no operand"),
            Behind::Operand | Behind::Parenthesis => "join clauses by AND or OR".to_owned(),
        };
        let message = format!("expected AND or OR, found '{found}'");
        self.error("filter-joint", found.len(), message).with_hint(hint)
    }

    /// Goes on behind a clause that could not be read, so that one run shows all problems.
    fn skip_to_joint(&mut self) {
        let mut inner = 0_usize;
        loop {
            self.skip_blanks();
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return };
            match first {
                _ if joint(rest).is_some() => return,
                '(' => inner += 1,
                ')' if inner == 0 && self.open > 0 => return,
                ')' => inner = inner.saturating_sub(1),
                _ => {}
            }
            self.at += word(rest).len().max(first.len_utf8());
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// The text from the cursor on.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// A finding about so many bytes from the cursor on.
    pub(super) fn error(
        &self,
        code: &'static str,
        length: usize,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic::error(code, self.at..self.at + length, message)
    }
}

/// Parts as they are joined; a single one stands for itself.
fn one_or(mut parts: Vec<Condition>, join: impl Fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

/// `not` in small letters with a part behind it; an attribute may be called so.
fn begins_small_not(text: &str) -> bool {
    let first = word(text);
    let rest = text[first.len()..].trim_start();
    let is_small = first.eq_ignore_ascii_case("not") && first != "NOT";
    is_small && (rest.starts_with('(') || begins_clause(rest))
}
