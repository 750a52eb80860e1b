//! From the options of a request about users or groups to a question that a store answers.
//!
//! Which property takes which operator, and whether by default or as an advanced query only, is a
//! table with a row for each property (`properties`, after graph-api.md 1.2, 1.3 and 3.1). What
//! Graph knows and we do not keep has a row too: it is absent from everybody. Graph does not answer
//! everything; what it refuses is refused here with its codes, whether we could answer it or not.

mod filter;
mod properties;
mod search;
#[cfg(test)]
mod tests;

use std::ops::Range;

use model::{
    ExtensionType, Kind, Name,
    query::{Order, Predicate},
};

use super::{Fault, Options};
use properties::{Property, Support, Type};

/// A question about users or groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Which of them.
    pub predicate: Predicate,
    /// In what order. Without one that was asked for, the one that takes the least work.
    pub order: Order,
    /// Whether the last comes first.
    pub descending: bool,
    /// Whether the answer says how many there are. Without the header a wish for it is passed over.
    pub count: bool,
}

/// Who asks for what.
pub struct Asked<'a> {
    /// Users or groups.
    pub kind: Kind,
    /// Whether deleted ones are meant.
    pub deleted: bool,
    /// Whether the request has the header `ConsistencyLevel: eventual`.
    pub eventual: bool,
    /// The type of a directory extension, by its full name; none if the tenant has no such.
    pub extension: &'a dyn Fn(&str) -> Option<ExtensionType>,
}

impl Asked<'_> {
    /// The question, or what Graph says to it.
    pub fn lower(&self, options: &Options) -> Result<Question, Fault> {
        if let Some(skip) = options.text("$skip") {
            return Err(Fault::request(0..skip.len(), "$skip is not supported here").of("$skip"));
        }
        let advanced = self.eventual && options.counts();
        let lowering = Lowering { asked: self, advanced };
        let mut parts = Vec::new();
        if let Some(filter) = &options.filter {
            parts.push(lowering.condition(filter, None).map_err(|fault| fault.of("$filter"))?);
        }
        if let Some(search) = &options.search {
            if !self.eventual {
                let message = "$search takes the header 'ConsistencyLevel: eventual'";
                return Err(Fault::unsupported(search.span.clone(), message).of("$search"));
            }
            parts.push(lowering.search(search).map_err(|fault| fault.of("$search"))?);
        }
        let predicate = match parts.len() {
            0 => Predicate::EVERYTHING,
            1 => parts.remove(0),
            _ => Predicate::And(parts),
        };
        let order = lowering.order(options).map_err(|fault| fault.of("$orderby"))?;
        let (order, descending) = match order {
            Some(order) => order,
            None if self.deleted => (Order::Row, false),
            None => (predicate.natural_order(), false),
        };
        Ok(Question { predicate, order, descending, count: self.eventual && options.counts() })
    }
}

struct Lowering<'a> {
    asked: &'a Asked<'a>,
    advanced: bool,
}

impl Lowering<'_> {
    /// What is asked for needs an advanced query.
    fn needs_advanced(&self, what: &str, span: &Range<usize>) -> Result<(), Fault> {
        if self.advanced {
            return Ok(());
        }
        let message = format!(
            "{what} is not supported because the required parameters might be missing. Try adding \
             $count=true query parameter and ConsistencyLevel:eventual header"
        );
        Err(Fault::unsupported(span.clone(), message))
    }

    /// The property's row, or one made for a directory extension.
    fn property(&self, path: &[String], span: &Range<usize>) -> Result<Property, Fault> {
        let name = path.join("/");
        if let Some(property) = properties::find(self.asked.kind, &name) {
            return Ok(property);
        }
        // Extensions are told apart by case only where a tenant does so.
        if path.len() == 1
            && let Some(kind) = (self.asked.extension)(&name)
        {
            return Ok(properties::extension(&name, kind));
        }
        let kind = self.asked.kind;
        let message =
            format!("could not find a property named '{name}' on type 'microsoft.graph.{kind}'");
        Err(Fault::request(span.clone(), message))
    }

    fn order(&self, options: &Options) -> Result<Option<(Order, bool)>, Fault> {
        let Some(first) = options.order.first() else { return Ok(None) };
        if let Some(second) = options.order.get(1) {
            let message = "ordering by more than one property is not supported";
            return Err(Fault::unsupported(second.span.clone(), message));
        }
        let property = self.property(&first.path, &first.span)?;
        let order = match (property.name, self.asked.kind) {
            ("displayName", _) => Order::Text(Name::DISPLAY_NAME),
            ("userPrincipalName", Kind::User) => Order::Text(Name::USER_PRINCIPAL_NAME),
            ("createdDateTime", Kind::User) => Order::Created,
            ("deletedDateTime", _) if self.asked.deleted => Order::Deleted,
            (name, _) => {
                let message = format!("ordering by '{name}' is not supported");
                return Err(Fault::unsupported(first.span.clone(), message));
            }
        };
        if matches!(order, Order::Created | Order::Deleted) {
            self.needs_advanced(&format!("Ordering by '{}'", property.name), &first.span)?;
        }
        if options.filter.is_some() {
            self.needs_advanced("$orderby together with $filter", &first.span)?;
        }
        Ok(Some((order, first.descending)))
    }

    /// Refuses what the property's row does not allow.
    fn allow(
        &self,
        support: Support,
        property: &Property,
        what: &str,
        span: &Range<usize>,
    ) -> Result<(), Fault> {
        match support {
            Support::Default => Ok(()),
            Support::Advanced => {
                self.needs_advanced(&format!("Operator '{what}' of '{}'", property.name), span)
            }
            Support::Never => {
                let message = format!("'{what}' is not supported for '{}'", property.name);
                Err(Fault::unsupported(span.clone(), message))
            }
        }
    }
}

/// Whether a value of this kind of literal can stand for the property.
fn mistyped(property: &Property, span: &Range<usize>) -> Fault {
    let wanted = match property.kind {
        Type::Boolean => "true or false",
        Type::Time => "a date or an instant without quotes",
        Type::Number => "a whole number",
        Type::Id | Type::Text | Type::Texts | Type::Identities | Type::Records => {
            "a text in quotes"
        }
    };
    Fault::request(span.clone(), format!("'{}' is compared with {wanted}", property.name))
}
