//! From words to a tree, by recursive descent: `or` above `and` above `not` above a comparison.

use std::ops::Range;

use super::{Comparison, Expr, Letters, Literal, Match, Node, Operand, Path, Quantifier, Term};
use crate::odata::{
    Fault, Limits, MAX_DEPTH,
    lexer::{self, Token, What},
};

pub(super) fn read(text: &str, limits: Limits) -> Result<Expr, Fault> {
    let tokens = lexer::read(text)?;
    let mut parser =
        Parser { text, tokens, at: 0, depth: 0, variables: Vec::new(), limit: limits.chain };
    let expr = parser.alternatives()?;
    match parser.peek() {
        What::End => Ok(expr),
        What::Sign(')') => Err(parser.wrong("no bracket is open that could close here")),
        _ => Err(parser.expected("'and' or 'or'")),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// What members are called in the bodies around the place, the innermost last.
    variables: Vec<String>,
    limit: usize,
}

/// What stands before an operator: a condition of its own, or something to be compared.
enum Primary {
    Condition(Expr),
    Operand(Operand),
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Result<Expr, Fault> {
        let first = self.conjunction()?;
        let start = first.span.start;
        let mut parts = vec![first];
        while self.take_word("or") {
            parts.push(self.conjunction()?);
        }
        self.check_chain(&parts)?;
        Ok(self.joined(start, parts, Node::Or))
    }

    fn conjunction(&mut self) -> Result<Expr, Fault> {
        let first = self.negation()?;
        let start = first.span.start;
        let mut parts = vec![first];
        while self.take_word("and") {
            parts.push(self.negation()?);
        }
        Ok(self.joined(start, parts, Node::And))
    }

    fn joined(&self, start: usize, mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> Node) -> Expr {
        match parts.len() {
            1 => parts.remove(0),
            _ => Expr { node: join(parts), span: start..self.last() },
        }
    }

    /// Alternatives in brackets count with those around them.
    fn check_chain(&self, parts: &[Expr]) -> Result<(), Fault> {
        fn count(part: &Expr) -> usize {
            match &part.node {
                Node::Or(parts) => parts.iter().map(count).sum(),
                _ => 1,
            }
        }
        let count: usize = parts.iter().map(count).sum();
        self.check_count(count, parts[0].span.start, "'or'")
    }

    fn check_count(&self, count: usize, start: usize, what: &str) -> Result<(), Fault> {
        let limit = self.limit;
        if count <= limit {
            return Ok(());
        }
        let message = format!("{what} joins {count} values, and at most {limit} are allowed");
        Err(Fault::unsupported(start..self.last(), message))
    }

    fn negation(&mut self) -> Result<Expr, Fault> {
        let start = self.here().start;
        // A property may be called `not`, but then an operator stands behind it.
        if self.is_word("not") && !self.is_operator(self.at + 1) {
            self.at += 1;
            let part = self.deeper(Self::negation)?;
            return Ok(Expr { node: Node::Not(Box::new(part)), span: start..self.last() });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr, Fault> {
        let start = self.here().start;
        let left = match self.primary()? {
            Primary::Operand(operand) => operand,
            Primary::Condition(condition) => return self.with_truth(condition),
        };
        let What::Word(word) = self.peek() else { return self.truth(left) };
        if word.eq_ignore_ascii_case("in") {
            self.at += 1;
            let values = self.values()?;
            self.check_count(values.len(), start, "'in'")?;
            return Ok(Expr { node: Node::In { left, values }, span: start..self.last() });
        }
        let Some(by) = Comparison::find(word) else { return self.truth(left) };
        self.at += 1;
        let right = self.operand()?;
        Ok(Expr { node: Node::Compare { left, by, right }, span: start..self.last() })
    }

    /// `startswith(…) eq true` is what it compares.
    fn with_truth(&mut self, condition: Expr) -> Result<Expr, Fault> {
        let What::Word(word) = self.peek() else { return Ok(condition) };
        let positive = match Comparison::find(word) {
            Some(Comparison::Equal) => true,
            Some(Comparison::NotEqual) => false,
            _ => return Ok(condition),
        };
        self.at += 1;
        let value = match self.peek() {
            What::Word(word) if word.eq_ignore_ascii_case("true") => true,
            What::Word(word) if word.eq_ignore_ascii_case("false") => false,
            _ => return Err(self.expected("'true' or 'false'")),
        };
        self.at += 1;
        let span = condition.span.start..self.last();
        Ok(match value == positive {
            true => Expr { span, ..condition },
            false => Expr { node: Node::Not(Box::new(condition)), span },
        })
    }

    /// An operand without an operator behind it.
    fn truth(&self, operand: Operand) -> Result<Expr, Fault> {
        let may_be_true = match &operand.term {
            Term::Path(path) => !path.count,
            Term::Literal(Literal::Boolean(_)) => true,
            Term::Literal(_) | Term::Letters(..) => false,
        };
        if !may_be_true || !self.ends_condition() {
            let behind = &self.text[operand.span.clone()];
            return Err(self.expected(&format!("an operator like 'eq' behind {behind}")));
        }
        let span = operand.span.clone();
        Ok(Expr { node: Node::Truth(operand), span })
    }

    fn ends_condition(&self) -> bool {
        match self.peek() {
            What::End | What::Sign(')') => true,
            What::Word(word) => ["and", "or"].iter().any(|joint| joint.eq_ignore_ascii_case(word)),
            _ => false,
        }
    }

    fn primary(&mut self) -> Result<Primary, Fault> {
        let start = self.here().start;
        match self.peek().clone() {
            What::Sign('(') => {
                self.at += 1;
                let inner = self.deeper(Self::alternatives)?;
                self.close(start)?;
                let span = start..self.last();
                Ok(match inner.node {
                    Node::Truth(operand) => Primary::Operand(Operand { span, ..operand }),
                    node => Primary::Condition(Expr { node, span }),
                })
            }
            What::Word(word) if self.sign(self.at + 1) == Some('(') => match Match::find(&word) {
                Some(how) => self.text_match(how).map(Primary::Condition),
                None => self.operand().map(Primary::Operand),
            },
            What::Word(_) if self.sign(self.at + 1) == Some('/') => self.path_or_lambda(),
            _ => self.operand().map(Primary::Operand),
        }
    }

    fn text_match(&mut self, how: Match) -> Result<Expr, Fault> {
        let start = self.here().start;
        self.at += 1;
        let opened = self.here().start;
        self.at += 1;
        let (left, right) = self.deeper(|parser| {
            let left = parser.operand()?;
            parser
                .take_sign(',')
                .then_some(())
                .ok_or_else(|| parser.expected(&format!("',' and the text of {}", how.as_str())))?;
            Ok((left, parser.operand()?))
        })?;
        self.close(opened)?;
        Ok(Expr { node: Node::Match { how, left, right }, span: start..self.last() })
    }

    /// A property, a value, or a function of one.
    fn operand(&mut self) -> Result<Operand, Fault> {
        let start = self.here().start;
        match self.peek().clone() {
            What::Literal(literal) => {
                self.at += 1;
                Ok(Operand { term: Term::Literal(literal), span: start..self.last() })
            }
            What::Word(word) if self.sign(self.at + 1) == Some('(') => self.function(&word),
            What::Word(word) if self.sign(self.at + 1) != Some('/') => match Literal::word(&word) {
                Some(literal) => {
                    self.at += 1;
                    Ok(Operand { term: Term::Literal(literal), span: start..self.last() })
                }
                None => self.plain_path(),
            },
            What::Word(_) => self.plain_path(),
            _ => Err(self.expected("a property or a value")),
        }
    }

    fn plain_path(&mut self) -> Result<Operand, Fault> {
        match self.path_or_lambda()? {
            Primary::Operand(operand) => Ok(operand),
            Primary::Condition(condition) => {
                let message = "'any' and 'all' are conditions of their own and cannot be compared";
                Err(Fault::bad(condition.span, message))
            }
        }
    }

    fn function(&mut self, name: &str) -> Result<Operand, Fault> {
        let span = self.here();
        let Some(letters) = Letters::find(name) else {
            let known = OTHERS.iter().any(|other| other.eq_ignore_ascii_case(name));
            return Err(match known {
                true => Fault::unsupported(span, format!("the function '{name}' is not supported")),
                false => Fault::bad(span, format!("there is no function '{name}'")),
            });
        };
        self.at += 1;
        let opened = self.here().start;
        self.at += 1;
        let inner = self.deeper(Self::operand)?;
        self.close(opened)?;
        Ok(Operand { term: Term::Letters(letters, Box::new(inner)), span: span.start..self.last() })
    }

    fn path_or_lambda(&mut self) -> Result<Primary, Fault> {
        let start = self.here().start;
        let mut path = Path { variable: None, segments: Vec::new(), count: false, span: 0..0 };
        loop {
            let What::Word(word) = self.peek().clone() else {
                return Err(self.expected("a property"));
            };
            let is_first = path.variable.is_none() && path.segments.is_empty();
            if !is_first && self.sign(self.at + 1) == Some('(') {
                path.span = start..self.last() - 1;
                return self.lambda(path, &word, start).map(Primary::Condition);
            }
            if word.eq_ignore_ascii_case("$count") && !is_first {
                path.count = true;
            } else if word.starts_with('$') && !(is_first && word.eq_ignore_ascii_case("$it")) {
                return Err(self.wrong(format!("'{word}' cannot stand here")));
            } else if is_first && let Some(variable) = self.variable(&word) {
                path.variable = Some(variable);
            } else if !word.starts_with('$') {
                path.segments.push(word);
            }
            self.at += 1;
            if path.count || !self.take_sign('/') {
                break;
            }
        }
        path.span = start..self.last();
        if path.variable.is_none() && path.segments.is_empty() {
            return Err(Fault::bad(path.span, "a property must stand behind '$it/'"));
        }
        let span = path.span.clone();
        Ok(Primary::Operand(Operand { term: Term::Path(path), span }))
    }

    fn variable(&self, word: &str) -> Option<String> {
        self.variables.iter().rev().find(|known| known.eq_ignore_ascii_case(word)).cloned()
    }

    fn lambda(&mut self, path: Path, word: &str, start: usize) -> Result<Expr, Fault> {
        let quantifier = [Quantifier::Any, Quantifier::All]
            .into_iter()
            .find(|quantifier| quantifier.as_str().eq_ignore_ascii_case(word))
            .ok_or_else(|| self.wrong(format!("there is no function '{word}' of a list")))?;
        self.at += 1;
        let opened = self.here().start;
        self.at += 1;
        if quantifier == Quantifier::Any && self.take_sign(')') {
            let node = Node::Lambda { path, quantifier, variable: None, body: None };
            return Ok(Expr { node, span: start..self.last() });
        }
        let What::Word(variable) = self.peek().clone() else {
            return Err(self.expected("a name for the members, like 'p:'"));
        };
        self.at += 1;
        if !self.take_sign(':') {
            return Err(self.expected(&format!("':' behind '{variable}'")));
        }
        self.variables.push(variable.clone());
        let body = self.deeper(Self::alternatives);
        self.variables.pop();
        let (body, variable) = (Some(Box::new(body?)), Some(variable));
        self.close(opened)?;
        let node = Node::Lambda { path, quantifier, variable, body };
        Ok(Expr { node, span: start..self.last() })
    }

    /// The values of `in`.
    fn values(&mut self) -> Result<Vec<Literal>, Fault> {
        let opened = self.here().start;
        if !self.take_sign('(') {
            return Err(self.expected("'(' and the values of 'in'"));
        }
        let mut values = Vec::new();
        loop {
            let literal = match self.peek() {
                What::Literal(literal) => Some(literal.clone()),
                What::Word(word) => Literal::word(word),
                _ => None,
            };
            values.push(literal.ok_or_else(|| self.expected("a value"))?);
            self.at += 1;
            if !self.take_sign(',') {
                break;
            }
        }
        self.close(opened)?;
        Ok(values)
    }

    /// Reads what stands one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == MAX_DEPTH {
            let message = format!("the text is nested deeper than {MAX_DEPTH} levels");
            return Err(Fault::request(self.here(), message));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn close(&mut self, opened: usize) -> Result<(), Fault> {
        if self.take_sign(')') {
            return Ok(());
        }
        match self.peek() {
            What::End => {
                Err(Fault::bad(opened..opened + 1, "the bracket that opens here does not close"))
            }
            _ => Err(self.expected("')'")),
        }
    }

    fn peek(&self) -> &What {
        &self.tokens[self.at.min(self.tokens.len() - 1)].what
    }

    fn here(&self) -> Range<usize> {
        self.tokens[self.at.min(self.tokens.len() - 1)].span.clone()
    }

    /// Where the last word that was read ends.
    fn last(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |at| self.tokens[at].span.end)
    }

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.what {
            What::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn take_sign(&mut self, sign: char) -> bool {
        let is_there = self.sign(self.at) == Some(sign);
        self.at += usize::from(is_there);
        is_there
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), What::Word(word) if word.eq_ignore_ascii_case(wanted))
    }

    fn is_operator(&self, at: usize) -> bool {
        matches!(&self.tokens.get(at).map(|token| &token.what),
            Some(What::Word(word)) if Comparison::find(word).is_some())
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let is_there = self.is_word(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    fn wrong(&self, message: impl Into<String>) -> Fault {
        Fault::bad(self.here(), message)
    }

    fn expected(&self, what: &str) -> Fault {
        let found = match self.peek() {
            What::End => "the end".to_owned(),
            _ => format!("'{}'", &self.text[self.here()]),
        };
        self.wrong(format!("expected {what}, found {found}"))
    }
}

/// Functions of OData that Graph does not have for what is asked here.
const OTHERS: [&str; 24] = [
    "length",
    "indexof",
    "substring",
    "concat",
    "trim",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "date",
    "time",
    "now",
    "round",
    "floor",
    "ceiling",
    "cast",
    "isof",
    "matchesPattern",
    "fractionalseconds",
    "totaloffsetminutes",
    "mindatetime",
    "maxdatetime",
];
