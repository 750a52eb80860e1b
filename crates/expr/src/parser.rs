//! From tokens to the tree: recursive descent over one cursor.
//!
//! After a mistake inside an argument the parser goes on behind the next comma or parenthesis, so
//! that one look shows several mistakes. Rules that need the whole tree are left to `check`.

use std::ops::Range;

use crate::builtins;
use crate::compare::Operator;
use crate::expression::MAX_DEPTH;
use crate::lexer::{Lexer, Token};
use crate::path::Path;
use crate::tree::{Constant, Kind, Node, Prepared};
use crate::{Diagnostic, Function, Value, suggest};

/// The mistake is in the list already.
struct Reported;

type Parsed<T = Node> = Result<T, Reported>;

/// The tree, or what hinders it; the list may hold warnings beside a tree.
pub(crate) fn parse(text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        token: Token::End,
        span: 0..0,
        depth: 0,
        found: Vec::new(),
    };
    parser.advance();
    let root = parser.expression();
    (root.ok(), parser.found)
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token under the cursor and its place.
    token: Token,
    span: Range<usize>,
    depth: usize,
    found: Vec<Diagnostic>,
}

impl Parser<'_> {
    fn expression(&mut self) -> Parsed {
        if self.token == Token::End {
            let message = "the expression is empty";
            return self.fail(Diagnostic::error("expr-empty", self.span.clone(), message));
        }
        let root = self.comparison()?;
        if self.token == Token::End {
            return Ok(root);
        }
        self.fail_at_token("after the end of the expression")
    }

    fn comparison(&mut self) -> Parsed {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            return self.fail(Diagnostic::error("expr-too-deep", self.span.clone(), message));
        }
        self.depth += 1;
        let node = self.comparison_inside();
        self.depth -= 1;
        node
    }

    fn comparison_inside(&mut self) -> Parsed {
        let left = self.primary()?;
        let Some(operator) = self.operator() else {
            return Ok(left);
        };
        let right = self.primary()?;
        if matches!(self.token, Token::Operator(_)) {
            let span = self.span.clone();
            return self.fail(
                Diagnostic::error("expr-syntax", span, "a second comparison in a row")
                    .with_hint("compare two values; an IIF inside an IIF says \"and\" or \"or\""),
            );
        }
        Ok(Node {
            span: left.span.start..right.span.end,
            kind: Kind::Comparison { operator, left: Box::new(left), right: Box::new(right) },
        })
    }

    fn operator(&mut self) -> Option<Operator> {
        let Token::Operator(operator) = self.token else {
            return None;
        };
        self.advance();
        Some(operator)
    }

    fn primary(&mut self) -> Parsed {
        let span = self.span.clone();
        let kind = match std::mem::replace(&mut self.token, Token::Bad) {
            Token::Text(text) => Kind::Literal(Value::from(text)),
            Token::Number(number) => Kind::Literal(Value::Number(number)),
            Token::Attribute(name) => Kind::Attribute(Path::new(&name)),
            Token::Parameter(name) => Kind::Parameter(name),
            Token::Word(word) => {
                self.advance();
                return match self.token {
                    Token::Open => self.call(&word, span),
                    _ => self.word(&word, span),
                };
            }
            Token::Open => return self.parenthesis(span),
            other => {
                self.token = other;
                return self.fail_at_token("where a value belongs");
            }
        };
        self.advance();
        Ok(Node { kind, span })
    }

    fn parenthesis(&mut self, open: Range<usize>) -> Parsed {
        self.advance();
        let inside = self.comparison()?;
        match self.token {
            Token::Close => {
                let span = open.start..self.span.end;
                self.advance();
                Ok(Node { span, ..inside })
            }
            Token::End => self.fail_unclosed(open),
            _ => self.fail_at_token("where ) belongs"),
        }
    }

    /// A bare word is a constant, or a mistake.
    fn word(&mut self, word: &str, span: Range<usize>) -> Parsed {
        let literals = [
            ("True", Value::Boolean(true)),
            ("False", Value::Boolean(false)),
            ("NULL", Value::Null),
        ];
        if let Some((_, value)) =
            literals.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word))
        {
            let kind = Kind::Literal(value);
            return Ok(Node { kind, span });
        }
        let constant =
            Constant::ALL.into_iter().find(|constant| constant.name().eq_ignore_ascii_case(word));
        if let Some(constant) = constant {
            self.warn_spelling(word, constant.name(), &span);
            let kind = Kind::Constant(constant);
            return Ok(Node { kind, span });
        }
        let diagnostic =
            Diagnostic::error("expr-unknown-word", span, format!("unknown word {word}"));
        let near = suggest(word, Constant::ALL.map(Constant::name));
        self.fail(match (builtins::find(word), near) {
            (Some(function), _) => diagnostic.with_hint(format!(
                "{} is a function, its arguments follow in parentheses: {}",
                function.name,
                function.signature()
            )),
            (None, Some(near)) => diagnostic.with_hint(format!("did you mean {near}?")),
            (None, None) => {
                diagnostic.with_hint(format!("an attribute is written [{word}], a text \"{word}\""))
            }
        })
    }

    /// The name is read; the opening parenthesis is under the cursor.
    fn call(&mut self, name: &str, span: Range<usize>) -> Parsed {
        let function = self.function(name, &span);
        let open = self.span.clone();
        self.advance();
        let (arguments, end) = self.arguments(open)?;
        let span = span.start..end;
        let function = function?;
        let arguments = self.check_arity(function, arguments, &span)?;
        let arguments = arguments.into_iter().collect::<Parsed<Vec<_>>>()?;
        Ok(Node { kind: Kind::Call { function, arguments, prepared: Prepared::Nothing }, span })
    }

    fn function(&mut self, name: &str, span: &Range<usize>) -> Parsed<&'static Function> {
        match builtins::find(name) {
            Some(function) => {
                self.warn_spelling(name, function.name, span);
                Ok(function)
            }
            None => {
                self.found.push(builtins::unknown(name, span.clone()));
                Err(Reported)
            }
        }
    }

    /// The arguments up to the closing parenthesis, each read or reported, and the end of the call.
    fn arguments(&mut self, open: Range<usize>) -> Parsed<(Vec<Parsed<Option<Node>>>, usize)> {
        let mut arguments = Vec::new();
        loop {
            let argument = match self.token {
                Token::Comma => Ok(None),
                Token::Close if arguments.is_empty() => {
                    let end = self.span.end;
                    self.advance();
                    return Ok((arguments, end));
                }
                Token::Close => Ok(None),
                Token::End => return self.fail_unclosed(open),
                _ => self.argument().map(Some),
            };
            if argument.is_err() {
                self.skip_argument();
            }
            arguments.push(argument);
            match self.token {
                Token::Comma => self.advance(),
                Token::Close => {
                    let end = self.span.end;
                    self.advance();
                    return Ok((arguments, end));
                }
                _ => return self.fail_unclosed(open),
            }
        }
    }

    fn argument(&mut self) -> Parsed {
        let argument = self.comparison()?;
        match self.token {
            Token::Comma | Token::Close | Token::End => Ok(argument),
            _ => self.fail_at_token("where a comma or ) belongs"),
        }
    }

    /// Goes to the comma or parenthesis that ends the argument.
    fn skip_argument(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.token {
                Token::End => return,
                Token::Comma | Token::Close if depth == 0 => return,
                Token::Open => depth += 1,
                Token::Close => depth -= 1,
                _ => {}
            }
            self.advance();
        }
    }

    fn check_arity(
        &mut self,
        function: &'static Function,
        mut arguments: Vec<Parsed<Option<Node>>>,
        span: &Range<usize>,
    ) -> Parsed<Vec<Parsed<Option<Node>>>> {
        let count = function.parameters.len();
        let group = function.group();
        let fixed = count - group;
        let is_whole = |len: usize| match group {
            0 => len <= count,
            _ => len <= fixed || (len - fixed).is_multiple_of(group),
        };
        // `f(a, )` is allowed also where the comma opens nothing; a second comma in a row is one too
        // many.
        let trailing = matches!(arguments.as_slice(), [Ok(None)] | [.., Ok(Some(_)), Ok(None)]);
        if trailing && (!is_whole(arguments.len()) || arguments.len() > count) {
            arguments.pop();
        }
        let signature = || format!("the call is {}", function.signature());
        if group == 0 && arguments.len() > count {
            let message =
                format!("{} takes {count} arguments, not {}", function.name, arguments.len());
            let diagnostic = Diagnostic::error("expr-too-many-arguments", span.clone(), message);
            return self.fail(diagnostic.with_hint(signature()));
        }
        let expected = match is_whole(arguments.len()) {
            true => arguments.len().max(count),
            false => arguments.len() + group - (arguments.len() - fixed) % group,
        };
        let missing = (0..expected)
            .filter_map(|index| Some((index, function.parameter(index)?)))
            .find(|(index, parameter)| {
                parameter.required && matches!(arguments.get(*index), None | Some(Ok(None)))
            });
        // A broken argument may hide a comma, so its call is not judged as well.
        let broken = arguments.iter().any(Result::is_err);
        if let Some((_, parameter)) = missing.filter(|_| !broken) {
            let message = format!("{} has no argument for {}", function.name, parameter.name);
            let diagnostic = Diagnostic::error("expr-missing-argument", span.clone(), message);
            return self.fail(diagnostic.with_hint(signature()));
        }
        Ok(arguments)
    }

    fn warn_spelling(&mut self, written: &str, name: &str, span: &Range<usize>) {
        if written != name {
            let message = format!("{written} is spelt {name}");
            self.found.push(Diagnostic::warning("expr-spelling", span.clone(), message));
        }
    }

    fn advance(&mut self) {
        (self.token, self.span) = self.lexer.next(&mut self.found);
    }

    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Parsed<T> {
        self.found.push(diagnostic);
        Err(Reported)
    }

    fn fail_unclosed<T>(&mut self, open: Range<usize>) -> Parsed<T> {
        // A text or attribute that never ends has swallowed the parenthesis and is reported.
        let swallowed = self.found.iter().any(|other| {
            matches!(
                other.code,
                "expr-unclosed-text" | "expr-unclosed-attribute" | "expr-unclosed-parenthesis"
            )
        });
        if swallowed {
            return Err(Reported);
        }
        let message = "parenthesis without a closing one";
        self.fail(Diagnostic::error("expr-unclosed-parenthesis", open, message))
    }

    fn fail_at_token<T>(&mut self, place: &str) -> Parsed<T> {
        let what = match &self.token {
            Token::Bad => return Err(Reported),
            Token::End => "end of the expression",
            Token::Text(_) => "text",
            Token::Number(_) => "number",
            Token::Attribute(_) => "attribute",
            Token::Parameter(_) => "parameter",
            Token::Word(_) => "word",
            Token::Operator(_) => "comparison",
            Token::Open => "(",
            Token::Close => ")",
            Token::Comma => "comma",
        };
        let message = format!("unexpected {what} {place}");
        self.fail(Diagnostic::error("expr-syntax", self.span.clone(), message))
    }
}
