//! `$filter` as a predicate.

use std::ops::Range;

use model::{
    Name, ObjectId,
    query::{self, Field, Folded, Predicate, Test},
};

use super::{
    Lowering, mistyped,
    properties::{Place, Property, Type},
};
use crate::odata::{
    Fault,
    filter::{Comparison, Expr, Literal, Match, Node, Operand, Path, Quantifier, Term},
};

/// The body of an `any`, with what it calls a member and whose members they are.
#[derive(Clone, Copy)]
pub(super) struct Inside<'a> {
    variable: &'a str,
    property: &'a Property,
}

impl Lowering<'_> {
    pub(super) fn condition(
        &self,
        expr: &Expr,
        inside: Option<Inside<'_>>,
    ) -> Result<Predicate, Fault> {
        let span = &expr.span;
        let all = |parts: &[Expr]| {
            parts.iter().map(|part| self.condition(part, inside)).collect::<Result<_, Fault>>()
        };
        match &expr.node {
            Node::And(parts) => all(parts).map(Predicate::And),
            Node::Or(parts) => all(parts).map(Predicate::Or),
            Node::Not(part) => {
                self.needs_advanced("Operator 'not'", span)?;
                self.condition(part, inside).map(Predicate::negated)
            }
            Node::Compare { left, by, right } => self.compare(left, *by, right, span, inside),
            Node::In { left, values } => {
                let (property, field) = self.subject(left, inside)?;
                let equal = |value| self.equals(&property, field.clone(), value, "in", span);
                values.iter().map(equal).collect::<Result<_, _>>().map(Predicate::Or)
            }
            Node::Match { how, left, right } => self.text_match(*how, left, right, span, inside),
            Node::Lambda { path, quantifier, variable, body } => {
                if inside.is_some() || *quantifier == Quantifier::All {
                    let message = format!("'{}' is not supported here", quantifier.as_str());
                    return Err(Fault::unsupported(span.clone(), message));
                }
                self.any(path, variable.as_deref().zip(body.as_deref()), span)
            }
            Node::Truth(operand) => {
                if let Term::Literal(Literal::Boolean(value)) = operand.term {
                    return Ok(if value { Predicate::EVERYTHING } else { Predicate::NOTHING });
                }
                let (property, field) = self.subject(operand, inside)?;
                self.equals(&property, field, &Literal::Boolean(true), "eq", span)
            }
        }
    }

    /// The property that an operand names, and where its value is; none when nobody has one.
    fn subject(
        &self,
        operand: &Operand,
        inside: Option<Inside<'_>>,
    ) -> Result<(Property, Option<Field>), Fault> {
        let Term::Path(path) = &operand.term else {
            let message = "a property must stand on the left, without a function";
            return Err(Fault::unsupported(operand.span.clone(), message));
        };
        if path.count {
            let message = "a number of members is compared by 'eq 0' and 'ne 0' alone";
            return Err(Fault::unsupported(operand.span.clone(), message));
        }
        match (inside, &path.variable) {
            (Some(inside), Some(_)) => Ok(inside.member(path)?),
            (None, None) => {
                let property = self.property(&path.segments, &path.span)?;
                if matches!(property.kind, Type::Texts | Type::Identities | Type::Records) {
                    let message =
                        format!("'{}' is a list, whose members are asked by 'any'", property.name);
                    return Err(Fault::request(path.span.clone(), message));
                }
                let field = field(&property);
                Ok((property, field))
            }
            _ => {
                let message = "inside 'any' only the member itself can be asked about";
                Err(Fault::unsupported(path.span.clone(), message))
            }
        }
    }

    fn compare(
        &self,
        left: &Operand,
        by: Comparison,
        right: &Operand,
        span: &Range<usize>,
        inside: Option<Inside<'_>>,
    ) -> Result<Predicate, Fault> {
        let Term::Literal(value) = &right.term else {
            let message = "a value must stand on the right";
            return Err(Fault::unsupported(right.span.clone(), message));
        };
        if let (Term::Path(path), None) = (&left.term, inside)
            && path.count
        {
            return self.count(path, by, value, span);
        }
        let (property, field) = self.subject(left, inside)?;
        let comparison = match by {
            Comparison::Equal => return self.equals(&property, field, value, "eq", span),
            Comparison::NotEqual => {
                self.needs_advanced("Operator 'ne'", span)?;
                return self.equals(&property, field, value, "ne", span).map(Predicate::negated);
            }
            Comparison::Has => {
                let message = format!("'has' is not supported for '{}'", property.name);
                return Err(Fault::unsupported(span.clone(), message));
            }
            Comparison::Less => query::Comparison::Less,
            Comparison::LessOrEqual => query::Comparison::LessOrEqual,
            Comparison::Greater => query::Comparison::Greater,
            Comparison::GreaterOrEqual => query::Comparison::GreaterOrEqual,
        };
        self.allow(property.compares, &property, by.as_str(), span)?;
        let (operand, is_later) = operand(&property, value, span)?;
        let Some(field) = field else { return Ok(Predicate::NOTHING) };
        // What we keep are whole milliseconds: none lies between this one and an instant behind it.
        let comparison = match comparison {
            query::Comparison::Less if is_later => query::Comparison::LessOrEqual,
            query::Comparison::GreaterOrEqual if is_later => query::Comparison::Greater,
            comparison => comparison,
        };
        Ok(Predicate::Test(field, Test::Compare(comparison, operand)))
    }

    fn equals(
        &self,
        property: &Property,
        field: Option<Field>,
        value: &Literal,
        what: &str,
        span: &Range<usize>,
    ) -> Result<Predicate, Fault> {
        if *value == Literal::Null {
            self.allow(property.null, property, &format!("{what} null"), span)?;
            let present = field.map(|field| Predicate::Test(field, Test::Present));
            return Ok(present.map_or(Predicate::EVERYTHING, Predicate::negated));
        }
        self.allow(property.equals, property, what, span)?;
        let (operand, is_later) = operand(property, value, span)?;
        Ok(match field {
            Some(field) if !is_later => Predicate::Test(field, Test::Equals(operand)),
            _ => Predicate::NOTHING,
        })
    }

    fn text_match(
        &self,
        how: Match,
        left: &Operand,
        right: &Operand,
        span: &Range<usize>,
        inside: Option<Inside<'_>>,
    ) -> Result<Predicate, Fault> {
        let (property, field) = self.subject(left, inside)?;
        let Term::Literal(Literal::Text(text)) = &right.term else {
            return Err(mistyped(&property, &right.span));
        };
        let test = match how {
            Match::StartsWith => {
                self.allow(property.starts, &property, "startsWith", span)?;
                Test::StartsWith(Folded::new(text))
            }
            Match::EndsWith if property.ends => {
                self.needs_advanced("Operator 'endsWith'", span)?;
                Test::EndsWith(Folded::new(text))
            }
            Match::EndsWith | Match::Contains => {
                let message =
                    format!("'{}' is not supported for '{}'", how.as_str(), property.name);
                return Err(Fault::unsupported(span.clone(), message));
            }
        };
        Ok(field.map_or(Predicate::NOTHING, |field| Predicate::Test(field, test)))
    }

    /// How many members a list has: none, or some.
    fn count(
        &self,
        path: &Path,
        by: Comparison,
        value: &Literal,
        span: &Range<usize>,
    ) -> Result<Predicate, Fault> {
        let property = self.property(&path.segments, &path.span)?;
        self.needs_advanced("$count inside $filter", span)?;
        let present = match field(&property) {
            Some(field) => Predicate::Test(field, Test::Present),
            None => Predicate::NOTHING,
        };
        match (by, value) {
            (Comparison::Equal, Literal::Integer(0)) => Ok(present.negated()),
            (Comparison::NotEqual | Comparison::Greater, Literal::Integer(0)) => Ok(present),
            (Comparison::GreaterOrEqual, Literal::Integer(1)) => Ok(present),
            _ => {
                let message = "a number of members is compared by 'eq 0' and 'ne 0' alone";
                Err(Fault::unsupported(span.clone(), message))
            }
        }
    }

    fn any(
        &self,
        path: &Path,
        body: Option<(&str, &Expr)>,
        span: &Range<usize>,
    ) -> Result<Predicate, Fault> {
        let property = self.property(&path.segments, &path.span)?;
        if !matches!(property.kind, Type::Texts | Type::Identities | Type::Records) {
            let message = format!("'{}' is no list", property.name);
            return Err(Fault::request(path.span.clone(), message));
        }
        let Some(Field::Attribute(name)) = field(&property) else { return Ok(Predicate::NOTHING) };
        let Some((variable, body)) = body else {
            self.needs_advanced("'any' without a condition", span)?;
            return Ok(Predicate::Test(Field::Attribute(name), Test::Present));
        };
        if property.kind == Type::Identities {
            return identity(name, body);
        }
        let inside = Inside { variable, property: &property };
        let part = self.condition(body, Some(inside))?;
        Ok(Predicate::Any(name, Box::new(part)))
    }
}

impl Inside<'_> {
    /// The member itself, which is a text.
    fn member(&self, path: &Path) -> Result<(Property, Option<Field>), Fault> {
        let is_itself = path.segments.is_empty()
            && path.variable.as_deref().is_some_and(|name| name == self.variable);
        match is_itself && self.property.kind == Type::Texts {
            true => {
                let property = Property { kind: Type::Text, ..self.property.clone() };
                Ok((property, Some(Field::Item)))
            }
            false => {
                let message = format!("could not find '{path}' in '{}'", self.property.name);
                Err(Fault::request(path.span.clone(), message))
            }
        }
    }
}

/// Where the value is; none when nobody has one.
fn field(property: &Property) -> Option<Field> {
    match &property.place {
        Place::Id => Some(Field::Id),
        Place::Created => Some(Field::Created),
        Place::Deleted => Some(Field::Deleted),
        Place::Attribute(name) => Some(Field::Attribute(name.clone())),
        Place::Absent => None,
    }
}

/// A value as it is compared, and whether the instant that it is lies behind it by less than a
/// millisecond.
fn operand(
    property: &Property,
    value: &Literal,
    span: &Range<usize>,
) -> Result<(query::Operand, bool), Fault> {
    let operand = match (property.kind, value) {
        (Type::Id, Literal::Text(text) | Literal::Guid(text)) => {
            let id = text.parse::<ObjectId>().map_err(|_| {
                Fault::request(span.clone(), format!("invalid object identifier '{text}'"))
            })?;
            query::Operand::Id(id)
        }
        (Type::Text, Literal::Text(text) | Literal::Guid(text)) => query::Operand::text(text),
        (Type::Boolean, Literal::Boolean(value)) => query::Operand::Boolean(*value),
        (Type::Number, Literal::Integer(number)) => query::Operand::Integer(*number),
        (Type::Time, Literal::Time(instant)) => {
            let (at, is_later) = instant.milliseconds();
            return Ok((query::Operand::Time(at), is_later));
        }
        _ => return Err(mistyped(property, span)),
    };
    Ok((operand, false))
}

/// Issuers that may be asked for alone (graph-api.md 1.4).
const ALONE: [&str; 4] = ["google.com", "facebook.com", "mail", "phone"];

/// What is asked of one way to sign in: who vouches for it and the id there, joined by `and`. Of a
/// user name and of a mail address the issuer is passed over; those that mirror the user principal
/// name are not found.
fn identity(name: Name, body: &Expr) -> Result<Predicate, Fault> {
    let wrong = |span: &Range<usize>| {
        let message =
            "identities are asked by issuerAssignedId and issuer, each with 'eq', joined by 'and'";
        Err(Fault::unsupported(span.clone(), message))
    };
    let parts = match &body.node {
        Node::And(parts) => parts.as_slice(),
        _ => std::slice::from_ref(body),
    };
    let (mut assigned, mut issuer, mut kind) = (None, None, None);
    for part in parts {
        let Node::Compare {
            left: Operand { term: Term::Path(path), .. },
            by: Comparison::Equal,
            right: Operand { term: Term::Literal(Literal::Text(text) | Literal::Guid(text)), .. },
        } = &part.node
        else {
            return wrong(&part.span);
        };
        let member =
            path.segments.first().filter(|_| path.variable.is_some()).map_or("", |name| name);
        let place = match () {
            () if path.segments.len() != 1 => return wrong(&path.span),
            () if member.eq_ignore_ascii_case("issuerAssignedId") => &mut assigned,
            () if member.eq_ignore_ascii_case("issuer") => &mut issuer,
            () if member.eq_ignore_ascii_case("signInType") => &mut kind,
            () => return wrong(&path.span),
        };
        if place.replace(text.as_str()).is_some() {
            return wrong(&part.span);
        }
    }
    let part = |member: &str, test: Test| Predicate::Test(Field::Part(member.to_owned()), test);
    let equal = |member: &str, text: &str| part(member, Test::Equals(query::Operand::text(text)));
    let mut tests = Vec::new();
    match (assigned, issuer) {
        (Some(id), Some(issuer)) => {
            tests.push(equal("issuerAssignedId", id));
            tests.push(Predicate::Or(vec![
                equal("issuer", issuer),
                equal("signInType", "userName"),
                part("signInType", Test::StartsWith(Folded::new("emailAddress"))),
            ]));
        }
        (None, Some(issuer)) if ALONE.iter().any(|known| known.eq_ignore_ascii_case(issuer)) => {
            tests.push(equal("issuer", issuer));
        }
        (Some(_), None) => {
            let message = "issuerAssignedId needs issuer beside it";
            return Err(Fault::unsupported(body.span.clone(), message));
        }
        _ => return wrong(&body.span),
    }
    tests.extend(kind.map(|kind| equal("signInType", kind)));
    tests.push(equal("signInType", "userPrincipalName").negated());
    Ok(Predicate::Any(name, Box::new(Predicate::And(tests))))
}
