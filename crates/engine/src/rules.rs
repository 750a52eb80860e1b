//! A job, compiled once against both tenants, so that deciding about a person looks nothing up by
//! text and finds nothing wrong that could have been found before.

mod compile;
mod names;
mod order;

pub use names::{find_unknown, list_readable};

use expr::Expression;
use model::{
    Actions, Apply, Attributes, Diagnostic, Domain, Job, Kind, Mapping, Name, Object, ScopeMode,
    Seed, Shape, Source, Tenant, TenantId, Value,
};

use crate::{Finding, Reads, Schema, diff::is_required, scope::Filter};

/// A job, ready to decide.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Whether they are about users or about groups.
    pub kind: Kind,
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
    /// What has to be read of a person besides the object.
    pub reads: Reads,
    /// What random values are made from.
    pub(crate) seed: Seed,
    pub(crate) mappings: Vec<Rule>,
    /// The order in which mappings are evaluated: one that reads what another wrote comes after it.
    pub(crate) order: Vec<usize>,
    /// Attributes without which the target makes nobody.
    pub(crate) required: Vec<Name>,
    /// Mappings by which external users of the target are matched, the first one first.
    pub(crate) matching: Vec<usize>,
    /// The mappings of attributes, sorted by the source attribute.
    by_source: Sorted,
    /// All mappings, sorted by the target attribute.
    by_target: Sorted,
    /// Whether `mail` flows, so that the source's addresses must lie in verified domains.
    pub(crate) maps_mail: bool,
    /// Whether the manager flows, so that whoever comes to the target or leaves it matters to
    /// others.
    pub maps_manager: bool,
    /// Whether members of groups flow; memberships are decided by themselves.
    pub maps_members: bool,
}

/// One mapping, compiled.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) target: Name,
    pub(crate) shape: Shape,
    pub(crate) from: From,
    pub(crate) default: Option<Value>,
    pub(crate) apply: Apply,
    pub(crate) clears: bool,
    /// The mapping's source as people write it.
    pub(crate) text: String,
    /// The place among the rules that match, the lowest first.
    pub(crate) matching: Option<u32>,
}

impl Rule {
    /// Whether nobody can ever get a value by it.
    fn gives_nothing(&self) -> bool {
        let is_empty = |value: &Value| value.as_text() == Some("");
        let is_nothing = match &self.from {
            From::Nothing => true,
            From::Constant(value) => is_empty(value),
            From::Expression(one) => one.is_empty,
            From::Attribute(_) | From::Manager | From::Members => false,
        };
        is_nothing && self.default.as_ref().is_none_or(is_empty)
    }

    /// Whether a person can go on without the value where the target refuses it: not where the target
    /// needs one, nor where it says who the person is or what the person may do.
    pub(crate) fn may_fall_away(&self) -> bool {
        let weighty = [Name::ACCOUNT_ENABLED, Name::USER_TYPE, Name::MAIL];
        self.matching.is_none() && !is_required(&self.target) && !weighty.contains(&self.target)
    }
}

#[derive(Clone, Debug)]
pub(crate) enum From {
    Attribute(Name),
    Constant(Value),
    Expression(Box<Compiled>),
    /// Nothing; the default fills an empty target.
    Nothing,
    /// The person's manager, as the target knows that person.
    Manager,
    /// The group's members: nothing that the group itself holds.
    Members,
}

/// An expression with what it reads of other mappings.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) expression: Expression,
    /// What its attributes are, each in its place in [`Expression::attributes`].
    pub(crate) reads: Vec<Read>,
    /// It gives candidates of which the first free one is taken (`SelectUniqueValue`).
    pub(crate) is_unique: bool,
    /// It can only give an empty text.
    pub(crate) is_empty: bool,
}

/// What an attribute of an expression is, found once for all people.
#[derive(Clone, Debug)]
pub(crate) enum Read {
    /// The person's object id.
    Id,
    /// Whether the person cannot sign in.
    IsSoftDeleted,
    /// An attribute of the source.
    Attribute(Name),
    /// What the mapping of this place wrote.
    Written(usize),
    /// A step into a value; it is found by its parts.
    Path,
}

impl Rules {
    /// Compiles a job. Everything that is wrong with its filter and mappings is found at once.
    pub fn compile(
        job: &Job,
        source: (&Tenant, &Schema),
        target: (&Tenant, &Schema),
    ) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let filter = Filter::compile(&job.filter, job.condition.as_ref(), source.1);
        let filter = filter.unwrap_or_else(|found| {
            findings.extend(found);
            Filter::default()
        });
        let mut mappings: Vec<Rule> = Vec::new();
        for mapping in &job.mappings {
            match compile::rule(mapping, source.1, target.1) {
                Ok(rule) if mappings.iter().any(|other| other.target == rule.target) => {
                    findings.push(compile::refuse(
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
        let order = order::resolve(&mut mappings, &job.mappings, &mut findings);
        if !findings.is_empty() {
            return Err(findings);
        }
        let mut reads = filter.reads();
        let maps_manager = mappings.iter().any(|rule| matches!(rule.from, From::Manager));
        reads.managers |= maps_manager;
        let mut matching: Vec<usize> =
            (0..mappings.len()).filter(|index| mappings[*index].matching.is_some()).collect();
        matching.sort_by_key(|index| mappings[*index].matching);
        Ok(Self {
            kind: source.1.kind(),
            scope: job.scope,
            reads,
            seed: job.seed.clone(),
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
            maps_manager,
            maps_members: mappings.iter().any(|rule| matches!(rule.from, From::Members)),
            maps_mail: mappings.iter().any(|rule| rule.target == Name::MAIL),
            required: required(source.1.kind()),
            mappings,
            order,
            matching,
        })
    }

    /// What is missing for anybody to be made: a mapping that can give something to each attribute that
    /// the target requires. Without one the rules can be used, for those who are in the target already.
    pub fn find_unfilled(&self) -> Vec<Finding> {
        if !self.actions.create {
            return Vec::new();
        }
        let check = |name: &Name| match self.mappings.iter().find(|rule| rule.target == *name) {
            None => Some(compile::without_required(name, "no mapping writes it")),
            Some(rule) if rule.gives_nothing() => {
                let found = compile::without_required(name, compile::ONLY_NOTHING);
                Some(found.about(&rule.text, None))
            }
            Some(_) => None,
        };
        of_kind(self.kind, self.required.iter().filter_map(check).collect())
    }

    /// The rules for a job's groups, where groups go along: its filter and mappings of groups, between
    /// the attributes that groups have (cross-tenant-sync.md 6).
    pub fn compile_groups(
        job: &Job,
        source: (&Tenant, &Schema),
        target: (&Tenant, &Schema),
    ) -> Result<Option<Self>, Vec<Finding>> {
        let rules = Self::check_groups(job, source, target)?;
        Ok(job.groups.enabled.then_some(rules))
    }

    /// The same, whether groups go along or not: what is wrong is told when it is written.
    pub fn check_groups(
        job: &Job,
        source: (&Tenant, &Schema),
        target: (&Tenant, &Schema),
    ) -> Result<Self, Vec<Finding>> {
        let mut groups = job.groups.clone();
        let may = job.actions;
        let is_written = |one: &Mapping| {
            let mut others = job.groups.mappings.iter();
            others.any(|other| other.target.eq_ignore_ascii_case(&one.target))
        };
        groups.mappings.extend(Mapping::group_type().into_iter().filter(|one| !is_written(one)));
        let groups = Job {
            filter: groups.filter,
            condition: groups.condition,
            mappings: groups.mappings,
            actions: Actions {
                create: may.create && groups.actions.create,
                update: may.update && groups.actions.update,
                delete: may.delete && groups.actions.delete,
            },
            ..job.clone()
        };
        let (here, there) = (source.1.of_groups(), target.1.of_groups());
        let found = Self::compile(&groups, (source.0, &here), (target.0, &there));
        found.map_err(|found| of_kind(Kind::Group, found))
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

    /// What one of those is called whom the rules are about: a person, or a group.
    pub fn noun(&self) -> &'static str {
        self.kind.noun()
    }

    /// Whether the target's `accountEnabled` always follows the source's.
    pub(crate) fn follows_enabled(&self) -> bool {
        self.mappings.iter().any(|rule| {
            rule.target == Name::ACCOUNT_ENABLED
                && rule.apply == Apply::Always
                && matches!(&rule.from, From::Attribute(name) if *name == Name::ACCOUNT_ENABLED)
        })
    }

    /// The mappings' target attributes with their rules as people write them, in the mappings' order.
    pub fn targets(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.mappings.iter().map(|rule| (&rule.target, rule.text.as_str()))
    }

    /// Whether people are matched by mappings, so that two of the source may be taken for one.
    pub fn matches(&self) -> bool {
        !self.matching.is_empty()
    }
}

/// The attributes that an object of the kind must have.
fn required(kind: Kind) -> Vec<Name> {
    let known = Name::known().filter(|(_, one)| one.required && one.kinds.contains(&kind));
    known.map(|(name, _)| name).collect()
}

/// What is doubtful about mappings that can be used, for people to look at.
pub fn doubts(mappings: &[Mapping], source: &Schema, target: &Schema) -> Vec<Finding> {
    let doubts = mappings.iter().flat_map(|mapping| compile::doubts(mapping, source, target));
    of_kind(source.kind(), doubts.collect())
}

/// All that is wrong with one mapping by itself.
pub fn check_mapping(mapping: &Mapping, source: &Schema, target: &Schema) -> Vec<Finding> {
    of_kind(source.kind(), compile::rule(mapping, source, target).err().unwrap_or_default())
}

impl Rules {
    /// An expression that reads what these mappings may read, and what they wrote, with what is doubtful
    /// about it; or all that is wrong with its text.
    pub(crate) fn compile_alone(
        &self,
        text: &str,
        source: &Schema,
        target: &Schema,
    ) -> Result<(Compiled, Vec<Diagnostic>), Vec<Diagnostic>> {
        let (mut compiled, doubts) = compile::alone(text, source, target)?;
        order::tie(&mut compiled, &self.mappings);
        Ok((compiled, doubts))
    }
}

/// Findings that say where they are about groups.
fn of_kind(kind: Kind, findings: Vec<Finding>) -> Vec<Finding> {
    match kind {
        Kind::User => findings,
        Kind::Group => findings.into_iter().map(Finding::of_groups).collect(),
    }
}

/// The target attributes of mappings whose values are to be hidden in logs (`Redact`, expressions.md
/// 5). They can be told without both tenants, as a log is read long after.
pub fn hidden_targets(mappings: &[Mapping]) -> Vec<Name> {
    let target = |name: &str| Name::find_known(name).unwrap_or_else(|| Name::new(name));
    let parsed: Vec<(Name, Expression)> = mappings
        .iter()
        .filter_map(|mapping| match &mapping.source {
            Source::Expression(text) => {
                Some((target(&mapping.target), Expression::parse(text).ok()?))
            }
            _ => None,
        })
        .collect();
    let mut hidden: Vec<Name> = Vec::new();
    loop {
        // What reads a hidden value of another mapping shows it too.
        let reads = |expression: &Expression| {
            let written = expression.attributes().filter_map(|name| name.strip_prefix("target."));
            written.map(target).any(|name| hidden.contains(&name))
        };
        let found: Vec<Name> = parsed
            .iter()
            .filter(|(name, one)| !hidden.contains(name) && (one.redacts() || reads(one)))
            .map(|(name, _)| name.clone())
            .collect();
        if found.is_empty() {
            return hidden;
        }
        hidden.extend(found);
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
