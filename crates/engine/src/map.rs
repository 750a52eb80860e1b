//! Map: what the target should hold for a person in scope, and which keys have to be asked for
//! (cross-tenant-sync.md section 4).

use std::{borrow::Cow, cell::RefCell, collections::HashSet};

use model::{Code, HomeIdentity, Key, Name, Object, ObjectId, Reason, Shape, Timestamp, Value};

use crate::{
    Facts, Rules,
    matching::is_unclaimed,
    naming,
    random::Random,
    rules::{Compiled, From, Read, Rule},
    scope::PersonInScope,
};

/// How many characters of an input are shown where an expression failed.
const SHOWN: usize = 80;

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
    /// Whatever it holds, and the default where that is nothing.
    Fill,
    /// Whoever stands for this person of the source.
    Manager(ObjectId),
    /// Whatever it holds: the target would refuse the value.
    Refused(Reason),
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

    /// Attributes of which the first free of several texts is taken, with the texts.
    pub(crate) fn choices<'d>(
        &'d self,
        rules: &'d Rules,
    ) -> impl Iterator<Item = (&'d Name, &'d [String])> {
        rules.mappings.iter().zip(&self.wanted).filter_map(|(rule, wanted)| match wanted {
            Wanted::OneOf(texts) => Some((&rule.target, texts.as_slice())),
            _ => None,
        })
    }

    /// Whether the target would refuse one of the values.
    pub(crate) fn is_refused_in_part(&self) -> bool {
        self.wanted.iter().any(|wanted| matches!(wanted, Wanted::Refused(_)))
    }

    /// The person's manager at home, where that flows.
    pub fn manager(&self) -> Option<ObjectId> {
        self.wanted.iter().find_map(|wanted| match wanted {
            Wanted::Manager(person) => Some(*person),
            _ => None,
        })
    }

    /// The rules by which the person may be matched, in their order, with the text of each.
    pub(crate) fn matchers<'d>(
        &'d self,
        rules: &'d Rules,
    ) -> impl Iterator<Item = (&'d Name, &'d str)> {
        rules.matching.iter().filter_map(|index| match &self.wanted[*index] {
            Wanted::Value(value) => Some((&rules.mappings[*index].target, value.as_text()?)),
            _ => None,
        })
    }
}

/// Maps one person; an expression that fails, or drops the person, gives the reason.
pub fn map<'r>(
    rules: &Rules,
    scoped: PersonInScope<'r>,
    now: Timestamp,
) -> Result<Desired<'r>, Reason> {
    let person = scoped.person;
    let sources = rules.find_sources(person);
    let mut wanted = vec![Wanted::Keep; rules.mappings.len()];
    for index in &rules.order {
        wanted[*index] = want(rules, *index, scoped, (sources[*index], &wanted), now)?;
    }
    Ok(Desired {
        home: HomeIdentity { tenant: rules.source.id, object: person.id },
        person,
        wanted,
    })
}

/// What one mapping wants; `held` is what its source attribute holds, `wanted` what the mappings that
/// it may read want.
pub(crate) fn want<'r>(
    rules: &Rules,
    index: usize,
    scoped: PersonInScope<'r>,
    (held, wanted): (Option<&'r Value>, &[Wanted<'r>]),
    now: Timestamp,
) -> Result<Wanted<'r>, Reason> {
    let (rule, person) = (&rules.mappings[index], scoped.person);
    let value = match &rule.from {
        // Nothing holds an empty text: it would be found changed whenever somebody looks.
        From::Constant(value) if value.as_text() == Some("") => Wanted::Empty,
        From::Constant(value) => Wanted::Value(Cow::Owned(value.clone())),
        From::Attribute(_) => match held {
            Some(value) => match fit_ref(value, rule.shape) {
                Ok(value) => Wanted::Value(value),
                Err(message) => refuse(rule, &message)?,
            },
            None => Wanted::Empty,
        },
        From::Expression(compiled) => {
            let random = Random::new(&rules.seed, person.id, &rule.target);
            let input = Input { person, rules, compiled, wanted, random, now };
            express(rule, compiled, &input)?
        }
        From::Nothing => Wanted::Fill,
        From::Members => Wanted::Keep,
        From::Manager => scoped.record.manager.map_or(Wanted::Empty, Wanted::Manager),
    };
    Ok(match rule.target == Name::USER_PRINCIPAL_NAME {
        true => decorate(value, person.id, rules),
        false => value,
    })
}

/// What an expression wants.
fn express<'r>(
    rule: &Rule,
    compiled: &Compiled,
    input: &Input<'_, '_>,
) -> Result<Wanted<'r>, Reason> {
    if compiled.is_unique {
        return candidates(rule, compiled, input);
    }
    match compiled.expression.evaluate(input) {
        Ok(expr::Flow::Value(value)) => {
            from_expression(value, rule.shape).or_else(|message| refuse(rule, &message))
        }
        Ok(expr::Flow::DropAttribute) => Ok(Wanted::Keep),
        Ok(expr::Flow::DropObject) => Err(Reason::new(
            Code::MAPPING_DROPPED,
            format!("the mapping of {} leaves the {} out", rule.target, input.rules.noun()),
        )),
        Err(error) => Err(failed(rule, compiled, input, &error)),
    }
}

/// The values that `SelectUniqueValue` tries, in its order. Which of them is free is asked of the
/// target later, together with what the page asks besides.
fn candidates<'r>(
    rule: &Rule,
    compiled: &Compiled,
    input: &Input<'_, '_>,
) -> Result<Wanted<'r>, Reason> {
    let asked = Candidates { input, tried: RefCell::default() };
    let result = compiled.expression.evaluate(&asked).map(drop);
    let mut tried = asked.tried.into_inner();
    match result {
        // Rules behind a free value are not evaluated; here none counts as free, so that one of
        // them may fail without any harm to those before it.
        _ if !tried.is_empty() => {
            let mut seen = HashSet::new();
            tried.retain(|text| seen.insert(text.to_lowercase()));
            Ok(Wanted::OneOf(tried))
        }
        Err(error) => Err(failed(rule, compiled, input, &error)),
        Ok(_) => Ok(Wanted::Empty),
    }
}

/// A failed expression, with what it read; nothing is shown of one that hides its value.
fn failed(
    rule: &Rule,
    compiled: &Compiled,
    input: &Input<'_, '_>,
    error: &expr::EvaluateError,
) -> Reason {
    let mut sentence =
        format!("the mapping of {} failed: {error}; expression: {}", rule.target, rule.text);
    if !compiled.expression.redacts() {
        for (index, name) in compiled.expression.attributes().enumerate() {
            let value = expr::Input::attribute_at(input, index, name);
            let shown = match value.is_null() {
                true => "(empty)".to_owned(),
                false => format!("'{}'", shorten(&value.to_text())),
            };
            sentence.push_str(&format!("; [{name}] = {shown}"));
        }
    }
    Reason::new(Code::MAPPING_FAILED, sentence)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
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
    for (attribute, texts) in desired.choices(rules) {
        let Some(key) = key_of(attribute) else { continue };
        if !holds_one(own, attribute, texts) {
            keys.extend(texts.iter().map(|text| key(text)));
        }
    }
    if linked.is_none() {
        for (attribute, text) in desired.matchers(rules) {
            keys.extend(key_of(attribute).map(|key| key(text)));
        }
    }
    keys
}

/// Texts in attributes that are no keys of which the target has to be asked who holds them.
pub fn values_to_ask<'d>(
    rules: &'d Rules,
    desired: &'d Desired<'_>,
    linked: Option<&Object>,
) -> Vec<(&'d Name, &'d str)> {
    let mut values = Vec::new();
    let own = linked.filter(|object| object.deleted.is_none());
    for (attribute, texts) in desired.choices(rules) {
        if key_of(attribute).is_none() && !holds_one(own, attribute, texts) {
            values.extend(texts.iter().map(|text| (attribute, text.as_str())));
        }
    }
    if linked.is_none() {
        values.extend(desired.matchers(rules).filter(|(name, _)| key_of(name).is_none()));
    }
    values
}

/// A text by which a person would be matched, and the attribute of the source that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'d> {
    /// The target attribute.
    pub target: &'d Name,
    /// The source attribute.
    pub source: &'d Name,
    /// The text.
    pub text: &'d str,
}

/// Texts of which the source has to be asked who else gives them, so that nobody is taken for somebody
/// else: whatever a candidate holds by which somebody may be matched, where that comes straight from an
/// attribute of the source.
pub fn claims_to_ask<'d>(
    rules: &'d Rules,
    desired: &Desired<'_>,
    facts: &'d Facts,
) -> Vec<Claim<'d>> {
    let address = desired.address(rules).and_then(|text| facts.holders.get(&Key::address(text)));
    let by_value = desired.matchers(rules).flat_map(|(name, text)| facts.find_value(name, text));
    let candidates = by_value.chain(address.copied()).filter_map(|id| facts.live.get(&id));
    let unclaimed = candidates.filter(|object| is_unclaimed(object) && object.deleted.is_none());
    unclaimed.flat_map(|object| claims_on(rules, object)).collect()
}

/// By what an object of the target may be matched, and what it holds there.
pub(crate) fn claims_on<'d>(
    rules: &'d Rules,
    object: &'d Object,
) -> impl Iterator<Item = Claim<'d>> {
    rules.matching.iter().filter_map(|index| {
        let rule = &rules.mappings[*index];
        let From::Attribute(source) = &rule.from else { return None };
        Some(Claim { target: &rule.target, source, text: object.text(&rule.target)? })
    })
}

/// The key that a text of an attribute is, for attributes that are keys.
pub(crate) fn key_of(attribute: &Name) -> Option<fn(&str) -> Key> {
    if *attribute == Name::USER_PRINCIPAL_NAME {
        Some(Key::user_principal_name)
    } else if *attribute == Name::MAIL {
        Some(Key::address)
    } else {
        None
    }
}

/// Whether the object holds one of the texts already and need not look for another.
fn holds_one(own: Option<&Object>, attribute: &Name, texts: &[String]) -> bool {
    own.and_then(|object| object.text(attribute))
        .is_some_and(|held| texts.iter().any(|text| text == held))
}

fn decorate<'r>(value: Wanted<'r>, person: ObjectId, rules: &Rules) -> Wanted<'r> {
    let initial = &rules.initial_domain;
    match value {
        Wanted::Value(value) => match value.as_text() {
            Some(text) => Wanted::OneOf(naming::decorated_candidates(text, person, initial)),
            None => Wanted::Value(value),
        },
        Wanted::OneOf(texts) => {
            Wanted::OneOf(texts.iter().map(|text| naming::decorated(text, initial)).collect())
        }
        other => other,
    }
}

/// A value that the target never takes falls away, or stops the person where nobody should be without
/// it.
fn refuse<'r>(rule: &Rule, message: &str) -> Result<Wanted<'r>, Reason> {
    let sentence = format!("the value for {} does not fit: {message}", rule.target);
    let reason = Reason::new(Code::VALUE_REFUSED, sentence);
    if rule.may_fall_away() { Ok(Wanted::Refused(reason)) } else { Err(reason) }
}

/// The value in the target attribute's shape. Only the kind is converted here; limits belong to
/// values that change, and are the comparison's.
fn fit_ref(value: &Value, shape: Shape) -> Result<Cow<'_, Value>, String> {
    let fits = matches!(
        (value, shape),
        (Value::Text(_), Shape::Text(_))
            | (Value::Boolean(_), Shape::Boolean)
            | (Value::Integer(_), Shape::Integer)
            | (Value::List(_), Shape::Texts(_))
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
        (Shape::DateTime, Value::Text(text)) => match text.parse::<Timestamp>() {
            Err(error) if !text.is_empty() => Err(error.to_string()),
            _ => Ok(Value::Text(text)),
        },
        (Shape::Binary(_), Value::Text(text)) if !model::is_base64(&text) => {
            Err(format!("'{text}' is not base64"))
        }
        (Shape::Text(_) | Shape::Binary(_) | Shape::DateTime, value) => match value {
            Value::List(members) if members.len() > 1 => {
                Err(format!("it has {} values where one is wanted", members.len()))
            }
            Value::Record(_) => Err("it has parts where one text is wanted".to_owned()),
            Value::Boolean(value) => Ok(Value::text(if value { "True" } else { "False" })),
            other => Ok(Value::text(other.to_string())),
        },
        (Shape::Texts(_), Value::List(members)) => Ok(Value::List(members)),
        (Shape::Texts(_), value) => Ok(Value::List(vec![value])),
        (Shape::DateTimes | Shape::Integers, value) => {
            let one = if shape == Shape::Integers { Shape::Integer } else { Shape::DateTime };
            let members = value.members().iter().map(|member| fit(member.clone(), one));
            members.collect::<Result<Vec<_>, _>>().map(Value::List)
        }
        (Shape::Record, value) => Ok(value),
    }
}

fn from_expression<'r>(value: expr::Value<'_>, shape: Shape) -> Result<Wanted<'r>, String> {
    if value.is_null_or_empty() {
        return Ok(Wanted::Empty);
    }
    let value = match value {
        expr::Value::List(members) => {
            Value::List(members.into_iter().map(|one| Value::text(one.into_text())).collect())
        }
        expr::Value::Boolean(value) => Value::Boolean(value),
        // As text a moment has the form of .NET, which is none that attributes hold.
        expr::Value::DateTime(moment) if shape == Shape::DateTime => {
            Value::text(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        }
        other => Value::text(other.into_text()),
    };
    fit(value, shape).map(|value| Wanted::Value(Cow::Owned(value)))
}

pub(crate) struct Input<'a, 'r> {
    pub(crate) person: &'a Object,
    pub(crate) rules: &'a Rules,
    pub(crate) compiled: &'a Compiled,
    /// What the mappings before this one want.
    pub(crate) wanted: &'a [Wanted<'r>],
    pub(crate) random: Random<'a>,
    pub(crate) now: Timestamp,
}

impl expr::Input for Input<'_, '_> {
    fn attribute(&self, name: &str) -> expr::Value<'_> {
        let exact = self.person.attributes.get(&Name::new(name));
        let value = exact.or_else(|| {
            Name::find_known(name).and_then(|known| self.person.attributes.get(&known))
        });
        value.map_or(expr::Value::Null, to_expression)
    }

    fn attribute_at(&self, index: usize, name: &str) -> expr::Value<'_> {
        match &self.compiled.reads[index] {
            Read::Id => expr::Value::from(self.person.id.to_string()),
            Read::IsSoftDeleted => expr::Value::from(!self.person.is_enabled()),
            Read::Attribute(name) => {
                self.person.attributes.get(name).map_or(expr::Value::Null, to_expression)
            }
            Read::Written(mapping) => match &self.wanted[*mapping] {
                Wanted::Value(value) => to_expression(value),
                _ => expr::Value::Null,
            },
            Read::Path => self.attribute(name),
        }
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.now.0).ok()
    }

    fn default_domain(&self) -> Option<&str> {
        Some(self.rules.source.initial_domain().as_str())
    }

    fn random(&self) -> Option<u64> {
        Some(self.random.next())
    }
}

/// The same input, to which every candidate is taken, so that all of them are named.
pub(crate) struct Candidates<'a, 'i, 'r> {
    pub(crate) input: &'a Input<'i, 'r>,
    pub(crate) tried: RefCell<Vec<String>>,
}

impl expr::Input for Candidates<'_, '_, '_> {
    fn attribute(&self, name: &str) -> expr::Value<'_> {
        self.input.attribute(name)
    }

    fn attribute_at(&self, index: usize, name: &str) -> expr::Value<'_> {
        self.input.attribute_at(index, name)
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        self.input.now()
    }

    fn default_domain(&self) -> Option<&str> {
        self.input.default_domain()
    }

    fn random(&self) -> Option<u64> {
        self.input.random()
    }

    fn is_taken(&self, value: &str) -> bool {
        self.tried.borrow_mut().push(value.to_owned());
        true
    }
}

fn to_expression(value: &Value) -> expr::Value<'_> {
    match value {
        Value::Text(text) => expr::Value::from(text.as_str()),
        Value::Integer(number) => expr::Value::from(*number),
        Value::Boolean(value) => expr::Value::from(*value),
        Value::List(members) => expr::Value::List(members.iter().map(to_expression).collect()),
        Value::Record(members) => expr::Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.as_str().into(), to_expression(value)))
                .collect(),
        ),
    }
}
