//! Mappings tried on a real person before anybody saves them: what `preview` shows, by the draft, with
//! what is wrong beside the mapping that it is wrong with. It writes nothing. As long as the two tenants
//! have not consented the target is not looked at, and values are shown without what it holds.

use engine::{
    Evaluated, ExpressionTrial, Facts, Finding, Record, Rules, Wanted,
    scope::{self, Scoped},
    try_each, try_expression,
};
use model::{
    Actor, EmptySource, Job, Kind, Mapping, Name, Object, ObjectId, Reason, Source, Value,
};
use serde::Serialize;

use crate::{
    Error, Sync,
    on_demand::{action, check_rules, live, name_managers, one, source_value},
    records::{read_group_records, read_records},
    session::Context,
    veil::{REDACTED, Veil},
};

/// What mappings give for one person.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tried {
    /// The person, or the group.
    pub id: ObjectId,
    /// What to call it.
    pub name: String,
    /// Whether it is in scope; mappings are tried all the same.
    pub is_in_scope: bool,
    /// Whether the target was looked at; only with the consent of both tenants.
    pub compares: bool,
    /// What a cycle would do by these mappings; none where nobody can say.
    pub action: Option<&'static str>,
    /// Why, where it is more than that a value changed.
    pub reason: Option<Reason>,
    /// Every mapping, in the draft's order.
    pub rows: Vec<TriedRow>,
    /// What is wrong with the mappings together.
    pub findings: Vec<Finding>,
}

/// What one mapping gives.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TriedRow {
    /// The target attribute.
    pub target: String,
    /// The mapping's rule.
    pub expression: String,
    /// The value of the source attribute, where the mapping is one.
    pub source_value: Option<String>,
    /// What the target holds.
    pub old: Option<String>,
    /// What the target would hold.
    pub new: Option<String>,
    /// Whether that is a change.
    pub changes: bool,
    /// Why it fails for this person, or its value falls away.
    pub reason: Option<Reason>,
    /// What is wrong with the mapping, whoever the person is.
    pub findings: Vec<Finding>,
}

impl Sync {
    /// What these mappings would give for one person in place of those that stand, or for one group in
    /// place of those for groups.
    pub fn try_mappings(
        &self,
        actor: &Actor,
        job: &Job,
        mappings: &[Mapping],
        id: ObjectId,
    ) -> Result<Tried, Error> {
        self.check_run(actor, job)?;
        let object = self.find_tried(job, id)?;
        let kind = object.kind;
        let mut tried = Tried {
            id,
            name: object.label(),
            is_in_scope: false,
            compares: false,
            action: None,
            reason: None,
            rows: mappings.iter().map(|mapping| TriedRow::of(mapping, &object)).collect(),
            findings: Vec::new(),
        };
        let found = self.directory.check_each_mapping(actor, job, kind, mappings)?;
        for (row, findings) in tried.rows.iter_mut().zip(found) {
            row.findings = findings;
        }
        let Some(draft) = self.draft_mappings(actor, job, kind, mappings, &mut tried)? else {
            return Ok(tried);
        };
        let veil = Veil::over(actor, job, &draft);
        let ctx = Context::of(self, draft)?;
        // Of what is wrong nothing is tried; the rest keeps its order.
        let places: Vec<usize> =
            (0..mappings.len()).filter(|place| tried.rows[*place].findings.is_empty()).collect();
        let usable = places.iter().map(|place| &mappings[*place]).collect();
        let trial = Trial { ctx: &ctx, veil: &veil, mappings: usable, places };
        tried.compares = ctx.check_consent().is_ok();
        match tried.compares {
            true => one(&ctx, id, |record, evaluated, facts| {
                let mut told = tried.clone();
                trial.compare(&mut told, record, &evaluated, facts);
                told
            }),
            false => {
                let record = read_one(&ctx, object)?;
                trial.show(&mut tried, check_rules(&ctx, kind)?, &record);
                Ok(tried)
            }
        }
    }

    /// What an expression gives for one person or group of the source, beside the mappings that stand.
    pub fn try_expression(
        &self,
        actor: &Actor,
        job: &Job,
        text: &str,
        id: ObjectId,
    ) -> Result<ExpressionTrial, Error> {
        self.check_run(actor, job)?;
        let object = self.find_tried(job, id)?;
        let kind = object.kind;
        let ctx = Context::read(self, job)?;
        let (source, target) = self.directory.read_ends(&ctx.job)?;
        let ends = (source.of_kind(kind), target.of_kind(kind));
        let record = read_one(&ctx, object)?;
        let Some(person) = &record.object else { return Err(missing(id)) };
        let (rules, who) = (check_rules(&ctx, kind)?, (person, &record));
        let mut trial = try_expression(rules, text, (&ends.0, &ends.1), who, ctx.now());
        // As if it were mapped: whatever it hides, and whatever it reads of what is hidden, stays so.
        let mut mappings = mappings_of(&ctx.job, kind).to_vec();
        mappings.push(Mapping::new("@tried", Source::Expression(text.to_owned())));
        if engine::hidden_targets(&mappings).contains(&Name::new("@tried")) {
            let values = trial.values.iter_mut().flatten();
            values.for_each(|value| REDACTED.clone_into(value));
        }
        Ok(trial)
    }

    fn find_tried(&self, job: &Job, id: ObjectId) -> Result<Object, Error> {
        let found = self.store().get(job.source, &[id])?.pop().flatten();
        found.filter(|object| object.deleted.is_none()).ok_or_else(|| missing(id))
    }

    /// The configuration with those of the mappings with which nothing is wrong; what is wrong with
    /// them together is told, and then there may be none.
    fn draft_mappings(
        &self,
        actor: &Actor,
        job: &Job,
        kind: Kind,
        mappings: &[Mapping],
        tried: &mut Tried,
    ) -> Result<Option<Job>, Error> {
        // Each round takes a mapping out at least.
        for _ in 0..=mappings.len() {
            let rows = mappings.iter().zip(&tried.rows);
            let usable = rows.filter(|(_, row)| row.findings.is_empty());
            let usable: Vec<Mapping> = usable.map(|(mapping, _)| mapping.clone()).collect();
            let drafted = self.directory.draft_job(actor, job, |job| {
                // What tests expect of a mapping that is left out is no news.
                job.tests.clear();
                match kind {
                    Kind::User => job.mappings.clone_from(&usable),
                    Kind::Group => job.groups.mappings.clone_from(&usable),
                }
            });
            let findings = match drafted {
                Ok(job) => return Ok(Some(job)),
                Err(directory::Error::Findings(findings)) => findings,
                Err(error) => return Err(error.into()),
            };
            let mut is_placed = false;
            for finding in findings {
                let is_meant = |row: &&mut TriedRow| {
                    row.findings.is_empty()
                        && finding.place.ends_with(&format!("mapping of '{}'", row.target))
                };
                // Of two that write the same attribute the later one is one too many.
                match tried.rows.iter_mut().rev().find(is_meant) {
                    Some(row) => {
                        row.findings.push(finding);
                        is_placed = true;
                    }
                    None => tried.findings.push(finding),
                }
            }
            if !is_placed {
                return Ok(None);
            }
        }
        Ok(None)
    }
}

impl TriedRow {
    fn of(mapping: &Mapping, object: &Object) -> Self {
        Self {
            target: mapping.target.clone(),
            expression: mapping.rule(),
            source_value: source_value(object, mapping),
            old: None,
            new: None,
            changes: false,
            reason: None,
            findings: Vec::new(),
        }
    }
}

/// Mappings that can be tried, each with its row's place.
struct Trial<'a> {
    ctx: &'a Context,
    veil: &'a Veil,
    mappings: Vec<&'a Mapping>,
    places: Vec<usize>,
}

impl Trial<'_> {
    /// Beside what the target holds, as the line decides it.
    fn compare(
        &self,
        tried: &mut Tried,
        record: &Record,
        evaluated: &Evaluated<'_>,
        facts: &Facts,
    ) {
        let kind = record.object.as_ref().map_or(Kind::User, |object| object.kind);
        let rules = self.ctx.rules_of(kind).unwrap_or(&self.ctx.rules);
        let held = live(evaluated, facts.find_linked(record.id), facts);
        let (name, why) = action(&evaluated.decision);
        tried.action = Some(name);
        tried.reason = why.cloned();
        for (place, (target, _)) in self.places.iter().zip(rules.targets()) {
            let value = held.and_then(|object| object.attributes.get(target));
            tried.rows[*place].old =
                value.map(|value| self.veil.show_held(kind, (target, value), why));
        }
        self.show(tried, rules, record);
        // What the line decided stands over what a mapping alone would give.
        let (modifications, is_decided) = modifications_of(evaluated);
        for (place, (target, _)) in self.places.iter().zip(rules.targets()) {
            let row = &mut tried.rows[*place];
            match modifications.iter().find(|one| one.name == *target) {
                Some(change) => {
                    row.new = change.new.as_ref().map(|value| self.veil.show(kind, target, value));
                    row.changes = true;
                }
                None if is_decided => {
                    row.new.clone_from(&row.old);
                    row.changes = false;
                }
                None => {}
            }
        }
    }

    /// What each mapping gives by itself.
    fn show(&self, tried: &mut Tried, rules: &Rules, record: &Record) {
        let Some(person) = &record.object else { return };
        let now = self.ctx.now();
        tried.is_in_scope = matches!(scope::decide(rules, record, now), Scoped::In(_));
        let given = try_each(rules, (person, record), now);
        let targets = rules.targets().map(|(target, _)| target);
        for (((place, mapping), target), given) in
            self.places.iter().zip(&self.mappings).zip(targets).zip(given)
        {
            let row = &mut tried.rows[*place];
            let show = |value: &Value| self.veil.show(rules.kind, target, value);
            let default = mapping.default.as_ref().map(|text| show(&Value::text(text)));
            row.new = match given {
                Ok(Wanted::Value(value)) => Some(show(&value)),
                Ok(Wanted::OneOf(texts)) => texts.first().map(|text| show(&Value::text(text))),
                Ok(Wanted::Empty) if mapping.empty == EmptySource::Clears => default,
                Ok(Wanted::Empty) => row.old.clone().or(default),
                Ok(Wanted::Fill) => row.old.clone().or(default),
                Ok(Wanted::Keep) => row.old.clone(),
                Ok(Wanted::Manager(id)) => {
                    Some(record.manager_name.clone().unwrap_or_else(|| id.to_string()))
                }
                Ok(Wanted::Refused(reason)) | Err(reason) => {
                    row.reason = Some(reason);
                    row.old.clone()
                }
            };
            row.changes = row.new != row.old;
        }
    }
}

/// What the line would change, and whether it came so far as to say what stays.
fn modifications_of<'e>(evaluated: &'e Evaluated<'_>) -> (&'e [model::Modification], bool) {
    use engine::Decision::{Change, ChangeAndFail, Nothing};
    match &evaluated.decision {
        Change(change) if change.action != model::Action::Remove => (&change.modifications, true),
        ChangeAndFail(change, ..) => (&change.modifications, true),
        Nothing => (&[], matches!(evaluated.desired, Some(Ok(_)))),
        _ => (&[], false),
    }
}

fn read_one(ctx: &Context, object: Object) -> Result<Record, Error> {
    let (id, kind) = (object.id, object.kind);
    let whom = vec![(id, Some(object))];
    let mut records = match kind {
        Kind::User => read_records(ctx, whom, true)?,
        Kind::Group => read_group_records(ctx, whom, true)?,
    };
    name_managers(ctx, &mut records)?;
    records.pop().ok_or_else(|| missing(id))
}

fn mappings_of(job: &Job, kind: Kind) -> &[Mapping] {
    match kind {
        Kind::User => &job.mappings,
        Kind::Group => &job.groups.mappings,
    }
}

fn missing(id: ObjectId) -> Error {
    directory::Error::NotFound { kind: "user", name: id.to_string() }.into()
}
