//! Map: what the target should hold for a person in scope, and which keys have to be asked for
//! (cross-tenant-sync.md section 4).

use std::borrow::Cow;

use model::{Code, HomeIdentity, Key, Name, Object, ObjectId, Reason, Shape, Timestamp, Value};

use crate::{Rules, naming, rules::From, scope::PersonInScope};

/// Names that an expression may read besides the attributes: what the directory itself knows.
pub(crate) const OWN_ATTRIBUTES: [&str; 2] = ["id", "objectId"];

/// What one mapping wants the target to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted<'r> {
    /// This value.
    Value(Cow<'r, Value>),
    /// One of these texts, the first that is free.
    OneOf(Vec<String>),
    /// Nothing: the source is empty.
    Empty,
    /// Whatever it holds: the expression dropped the attribute.
    Keep,
}

/// What the target should hold for a person, one entry per mapping, in the mappings' order.
#[derive(Clone, Debug)]
pub struct Desired<'r> {
    /// The person at home.
    pub home: HomeIdentity,
    /// The person as the source holds it.
    pub person: &'r Object,
    pub(crate) wanted: Vec<Wanted<'r>>,
}

impl Desired<'_> {
    /// What the mapping of a target attribute wants.
    pub fn find(&self, rules: &Rules, target: &Name) -> Option<&Wanted<'_>> {
        let index = rules.mappings.iter().position(|rule| rule.target == *target)?;
        self.wanted.get(index)
    }

    /// The mail address that the target should hold.
    pub(crate) fn address(&self, rules: &Rules) -> Option<&str> {
        match self.find(rules, &Name::MAIL) {
            Some(Wanted::Value(value)) => value.as_text(),
            _ => None,
        }
    }

    /// The names to try for the user principal name.
    pub(crate) fn names(&self, rules: &Rules) -> &[String] {
        match self.find(rules, &Name::USER_PRINCIPAL_NAME) {
            Some(Wanted::OneOf(names)) => names,
            _ => &[],
        }
    }
}

/// Maps one person; an expression that fails, or drops the person, gives the reason.
pub fn map<'r>(
    rules: &Rules,
    PersonInScope(person): PersonInScope<'r>,
    now: Timestamp,
) -> Result<Desired<'r>, Reason> {
    let mut wanted = Vec::with_capacity(rules.mappings.len());
    for (rule, held) in rules.mappings.iter().zip(rules.find_sources(person)) {
        let value = match &rule.from {
            From::Constant(value) => Wanted::Value(Cow::Owned(value.clone())),
            From::Attribute(_) => match held {
                Some(value) => match fit_ref(value, rule.shape) {
                    Ok(value) => Wanted::Value(value),
                    Err(message) => return Err(refused(&rule.target, &message)),
                },
                None => Wanted::Empty,
            },
            From::Expression(expression) => {
                let input = Input { person, rules, now };
                match expression.evaluate(&input) {
                    Ok(expr::Flow::Value(value)) => from_expression(value, rule.shape)
                        .map_err(|message| refused(&rule.target, &message))?,
                    Ok(expr::Flow::DropAttribute) => Wanted::Keep,
                    Ok(expr::Flow::DropObject) => {
                        return Err(Reason::new(
                            Code::MAPPING_DROPPED,
                            format!("the mapping of {} leaves the person out", rule.target),
                        ));
                    }
                    Err(error) => {
                        return Err(Reason::new(
                            Code::MAPPING_FAILED,
                            format!("the mapping of {} failed: {error}", rule.target),
                        ));
                    }
                }
            }
        };
        wanted.push(if rule.target == Name::USER_PRINCIPAL_NAME {
            decorate(value, person.id, rules)
        } else {
            value
        });
    }
    Ok(Desired {
        home: HomeIdentity { tenant: rules.source.id, object: person.id },
        person,
        wanted,
    })
}

/// The keys to ask the target for, given the object that the person is linked to, if any: everything
/// for somebody unknown, only what would change for somebody known.
pub fn keys_to_ask(rules: &Rules, desired: &Desired<'_>, linked: Option<&Object>) -> Vec<Key> {
    let mut keys = Vec::new();
    let own = linked.filter(|object| object.deleted.is_none());
    if linked.is_none() {
        keys.push(Key::home(desired.home));
    }
    if let Some(address) = desired.address(rules)
        && own.and_then(|object| object.text(&Name::MAIL)) != Some(address)
    {
        keys.push(Key::address(address));
    }
    let names = desired.names(rules);
    let has_one = own
        .and_then(|object| object.text(&Name::USER_PRINCIPAL_NAME))
        .is_some_and(|held| names.iter().any(|name| name == held));
    if !has_one {
        keys.extend(names.iter().map(|name| Key::user_principal_name(name)));
    }
    keys
}

fn decorate<'r>(value: Wanted<'r>, person: ObjectId, rules: &Rules) -> Wanted<'r> {
    match value {
        Wanted::Value(value) => match value.as_text() {
            Some(text) => {
                Wanted::OneOf(naming::decorated_candidates(text, person, &rules.initial_domain))
            }
            None => Wanted::Value(value),
        },
        other => other,
    }
}

fn refused(target: &Name, message: &str) -> Reason {
    Reason::new(Code::VALUE_REFUSED, format!("the value for {target} does not fit: {message}"))
}

/// The value in the target attribute's shape. Only the kind is converted here; limits belong to
/// values that change, and are the comparison's.
fn fit_ref(value: &Value, shape: Shape) -> Result<Cow<'_, Value>, String> {
    let fits = matches!(
        (value, shape),
        (Value::Text(_), Shape::Text(_) | Shape::DateTime | Shape::Binary(_))
            | (Value::Boolean(_), Shape::Boolean)
            | (Value::Integer(_), Shape::Integer)
            | (Value::List(_), Shape::Texts(_) | Shape::Integers | Shape::DateTimes)
    );
    if fits { Ok(Cow::Borrowed(value)) } else { fit(value.clone(), shape).map(Cow::Owned) }
}

/// Converts a value to an attribute's shape, or says why that cannot be.
pub(crate) fn fit(value: Value, shape: Shape) -> Result<Value, String> {
    match (shape, value) {
        (Shape::Boolean, Value::Boolean(value)) => Ok(Value::Boolean(value)),
        (Shape::Boolean, value) => match value.to_string().to_lowercase().as_str() {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            other => Err(format!("'{other}' is neither true nor false")),
        },
        (Shape::Integer, Value::Integer(number)) => Ok(Value::Integer(number)),
        (Shape::Integer, value) => match value.to_string().trim().parse() {
            Ok(number) => Ok(Value::Integer(number)),
            Err(_) => Err(format!("'{value}' is no whole number")),
        },
        (Shape::Text(_) | Shape::Binary(_) | Shape::DateTime, value) => match value {
            Value::List(members) if members.len() > 1 => {
                Err(format!("it has {} values where one is wanted", members.len()))
            }
            Value::Record(_) => Err("it has parts where one text is wanted".to_owned()),
            Value::Boolean(value) => Ok(Value::text(if value { "True" } else { "False" })),
            other => Ok(Value::text(other.to_string())),
        },
        (Shape::Texts(_) | Shape::DateTimes | Shape::Integers, Value::List(members)) => {
            Ok(Value::List(members))
        }
        (Shape::Texts(_) | Shape::DateTimes | Shape::Integers, value) => {
            Ok(Value::List(vec![value]))
        }
        (Shape::Record, value) => Ok(value),
    }
}

fn from_expression<'r>(value: expr::Value, shape: Shape) -> Result<Wanted<'r>, String> {
    if value.is_null_or_empty() {
        return Ok(Wanted::Empty);
    }
    let value = match value {
        expr::Value::List(members) => {
            Value::List(members.into_iter().map(|one| Value::text(one.into_text())).collect())
        }
        expr::Value::Boolean(value) => Value::Boolean(value),
        other => Value::text(other.into_text()),
    };
    fit(value, shape).map(|value| Wanted::Value(Cow::Owned(value)))
}

struct Input<'a> {
    person: &'a Object,
    rules: &'a Rules,
    now: Timestamp,
}

impl expr::Input for Input<'_> {
    fn attribute(&self, name: &str) -> expr::Value {
        if OWN_ATTRIBUTES.contains(&name) {
            return expr::Value::from(self.person.id.to_string());
        }
        let exact = self.person.attributes.get(&Name::new(name));
        let value = exact.or_else(|| {
            Name::find_known(name).and_then(|known| self.person.attributes.get(&known))
        });
        value.map_or(expr::Value::Null, to_expression)
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.now.0).ok()
    }

    fn default_domain(&self) -> Option<&str> {
        Some(self.rules.source.initial_domain().as_str())
    }
}

fn to_expression(value: &Value) -> expr::Value {
    match value {
        Value::Text(text) => expr::Value::from(text.as_str()),
        Value::Integer(number) => expr::Value::from(*number),
        Value::Boolean(value) => expr::Value::from(*value),
        Value::List(members) => expr::Value::List(members.iter().map(to_expression).collect()),
        Value::Record(members) => expr::Value::Object(
            members.iter().map(|(name, value)| (name.clone(), to_expression(value))).collect(),
        ),
    }
}
