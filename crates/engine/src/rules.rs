//! A job, compiled once against both tenants, so that deciding about a person looks nothing up by
//! text and finds nothing wrong that could have been found before.

use expr::Expression;
use model::{
    Actions, Apply, Attributes, Domain, EmptySource, Job, Mapping, Name, Object, ScopeMode, Shape,
    Source, Tenant, TenantId, Value,
};

use crate::{Finding, Schema, map::fit, scope::Filter};

/// A job, ready to decide.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Whether scope comes from assignment.
    pub scope: ScopeMode,
    /// Whom the source chose by attribute.
    pub filter: Filter,
    /// What may be done.
    pub actions: Actions,
    /// The tenant that pushes.
    pub source: Tenant,
    /// The tenant that receives.
    pub target: TenantId,
    /// The domain that external names of the target are made with.
    pub initial_domain: Domain,
    pub(crate) mappings: Vec<Rule>,
    /// The mappings of attributes, sorted by the source attribute.
    by_source: Sorted,
    /// All mappings, sorted by the target attribute.
    by_target: Sorted,
    /// Whether `mail` flows, so that the source's addresses must lie in verified domains.
    pub(crate) maps_mail: bool,
}

/// One mapping, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) target: Name,
    pub(crate) shape: Shape,
    pub(crate) from: From,
    pub(crate) default: Option<Value>,
    pub(crate) only_at_creation: bool,
    pub(crate) clears: bool,
    /// The mapping's source as people write it.
    pub(crate) text: String,
}

#[derive(Clone, Debug)]
pub(crate) enum From {
    Attribute(Name),
    Constant(Value),
    Expression(Box<Expression>),
}

impl Rules {
    /// Compiles a job. Everything that is wrong with its filter and mappings is found at once.
    pub fn compile(
        job: &Job,
        source: (&Tenant, &Schema),
        target: (&Tenant, &Schema),
    ) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let filter = Filter::compile(&job.filter, source.1).unwrap_or_else(|found| {
            findings.extend(found);
            Filter::default()
        });
        let mut mappings: Vec<Rule> = Vec::new();
        for mapping in &job.mappings {
            match compile(mapping, source.1, target.1) {
                Ok(rule) if mappings.iter().any(|other| other.target == rule.target) => {
                    findings.push(refuse(
                        mapping,
                        "mapped-twice",
                        format!("'{}' has two mappings", rule.target),
                        Some("remove one of them".to_owned()),
                    ));
                }
                Ok(rule) => mappings.push(rule),
                Err(found) => findings.extend(found),
            }
        }
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Self {
            scope: job.scope,
            filter,
            actions: job.actions,
            source: source.0.clone(),
            target: target.0.id,
            initial_domain: target.0.initial_domain().clone(),
            by_source: Sorted::of(&mappings, |rule| match &rule.from {
                From::Attribute(name) => Some(name),
                _ => None,
            }),
            by_target: Sorted::of(&mappings, |rule| Some(&rule.target)),
            maps_mail: mappings.iter().any(|rule| rule.target == Name::MAIL),
            mappings,
        })
    }

    /// What the person holds under the mappings' source attributes, in the mappings' order.
    pub(crate) fn find_sources<'o>(&self, person: &'o Object) -> Vec<Option<&'o Value>> {
        self.by_source.find(&person.attributes, self.mappings.len())
    }

    /// What the target's object holds under the mappings' target attributes, in the mappings' order.
    pub(crate) fn find_held<'o>(&self, live: Option<&'o Object>) -> Vec<Option<&'o Value>> {
        let count = self.mappings.len();
        live.map_or_else(|| vec![None; count], |live| self.by_target.find(&live.attributes, count))
    }

    /// Whether the target's `accountEnabled` always follows the source's.
    pub(crate) fn follows_enabled(&self) -> bool {
        self.mappings.iter().any(|rule| {
            rule.target == Name::ACCOUNT_ENABLED
                && !rule.only_at_creation
                && matches!(&rule.from, From::Attribute(name) if *name == Name::ACCOUNT_ENABLED)
        })
    }

    /// The mappings' target attributes with their rules as people write them, in the mappings' order.
    pub fn targets(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.mappings.iter().map(|rule| (&rule.target, rule.text.as_str()))
    }
}

/// Mappings in the order of an attribute of theirs, so that one walk over a record serves them all.
#[derive(Clone, Debug)]
struct Sorted(Vec<(Name, usize)>);

impl Sorted {
    fn of(mappings: &[Rule], name: impl Fn(&Rule) -> Option<&Name>) -> Self {
        let named = mappings.iter().enumerate();
        let mut sorted: Vec<_> =
            named.filter_map(|(index, rule)| Some((name(rule)?.clone(), index))).collect();
        sorted.sort();
        Self(sorted)
    }

    fn find<'o>(&self, attributes: &'o Attributes, count: usize) -> Vec<Option<&'o Value>> {
        let mut found = vec![None; count];
        let values = attributes.get_sorted(self.0.iter().map(|(name, _)| name));
        for ((_, index), value) in self.0.iter().zip(values) {
            found[*index] = value;
        }
        found
    }
}

fn refuse(mapping: &Mapping, code: &'static str, message: String, hint: Option<String>) -> Finding {
    Finding { code, place: format!("mapping of '{}'", mapping.target), message, hint }
}

fn compile(mapping: &Mapping, source: &Schema, target: &Schema) -> Result<Rule, Vec<Finding>> {
    let one = |code, message, hint| vec![refuse(mapping, code, message, hint)];
    let Some((name, shape)) = target.find_attribute(&mapping.target) else {
        return Err(one(
            "unknown-attribute",
            format!("the target has no attribute '{}'", mapping.target),
            target.suggest(&mapping.target).map(|near| format!("did you mean '{near}'?")),
        ));
    };
    if !Schema::is_writable(&name) {
        return Err(one("attribute-read-only", format!("'{name}' is kept by the target"), None));
    }
    let from = match &mapping.source {
        Source::Direct(attribute) => match source.find_attribute(attribute) {
            Some((_, Shape::Record)) => {
                return Err(one(
                    "attribute-not-mappable",
                    format!("'{attribute}' has parts and cannot be mapped as a whole"),
                    None,
                ));
            }
            Some((from, from_shape)) if from_shape.is_list() && !shape.is_list() => {
                return Err(one(
                    "several-values",
                    format!("'{from}' holds several values and '{name}' one"),
                    Some(format!("choose one with Item([{from}], 1) or join them")),
                ));
            }
            Some((from, _)) => From::Attribute(from),
            None => {
                return Err(one(
                    "unknown-attribute",
                    format!("the source has no attribute '{attribute}'"),
                    source.suggest(attribute).map(|near| format!("did you mean '{near}'?")),
                ));
            }
        },
        Source::Constant(text) => match fit(Value::text(text), shape) {
            Ok(value) => From::Constant(value),
            Err(message) => return Err(one("value-refused", message, None)),
        },
        Source::Expression(text) => From::Expression(Box::new(expression(mapping, text, source)?)),
    };
    let default = match mapping.default.as_ref().map(|text| fit(Value::text(text), shape)) {
        None => None,
        Some(Ok(value)) => Some(value),
        Some(Err(message)) => return Err(one("value-refused", message, None)),
    };
    Ok(Rule {
        target: name,
        shape,
        from,
        default,
        only_at_creation: mapping.apply == Apply::OnlyAtCreation,
        clears: mapping.empty == EmptySource::Clears,
        text: mapping.rule(),
    })
}

fn expression(mapping: &Mapping, text: &str, source: &Schema) -> Result<Expression, Vec<Finding>> {
    let expression = Expression::parse(text).map_err(|found| {
        found
            .into_iter()
            .map(|diagnostic| {
                let message = diagnostic.render(text);
                refuse(mapping, diagnostic.code, message, diagnostic.hint)
            })
            .collect::<Vec<_>>()
    })?;
    let unknown: Vec<Finding> = expression
        .attributes()
        .filter(|attribute| {
            !crate::map::OWN_ATTRIBUTES.contains(attribute)
                && source.find_attribute(attribute).is_none()
        })
        .map(|attribute| {
            refuse(
                mapping,
                "unknown-attribute",
                format!("the source has no attribute '{attribute}'"),
                source.suggest(attribute).map(|near| format!("did you mean '{near}'?")),
            )
        })
        .collect();
    if unknown.is_empty() { Ok(expression) } else { Err(unknown) }
}
