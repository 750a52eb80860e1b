//! Taking over a group that the target has already: first it is shown who would join and who would
//! leave, then somebody who may write in both tenants says yes to exactly that. The group is given its
//! home, and the next cycle finds it by it like any other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use access::Permission;
use model::{Actor, Code, HomeIdentity, Job, Kind, Object, ObjectId};
use serde::Serialize;

use crate::{
    Error, LineDigest, Sync,
    read::PAGE,
    session::Context,
    walk::{Walk, next_pairs},
};

/// How many names of each list are told.
const TOLD: usize = 20;

/// What taking a group over would change among its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupDifference {
    /// The group of the source.
    pub group: String,
    /// The group of the target.
    pub target: String,
    /// How many would join.
    pub joining: u64,
    /// How many would leave: people of this job who are no members at home.
    pub leaving: u64,
    /// How many are the target's own, and stay.
    pub staying: u64,
    /// The first of those who would join.
    pub join: Vec<String>,
    /// The first of those who would leave.
    pub leave: Vec<String>,
    /// What stands for exactly this difference.
    pub digest: String,
}

impl Sync {
    /// Compares a group of the source with one of the target that is nobody's yet. It writes nothing.
    pub fn compare_groups(
        &self,
        actor: &Actor,
        job: &Job,
        group: ObjectId,
        target: ObjectId,
    ) -> Result<GroupDifference, Error> {
        self.check_run(actor, job)?;
        access::check(actor, Permission::ReadGroups, job.target).map_err(directory::Error::from)?;
        let ctx = Context::read(self, job)?;
        ctx.check_consent()?;
        if ctx.group_rules.is_none() {
            let sentence = "groups do not go along, or the target does not let them in";
            return Err(Error::stopped(Code::GROUPS_NOT_ALLOWED, sentence));
        }
        let here = find_group(&ctx, job.source, group)?;
        let there = find_group(&ctx, job.target, target)?;
        let (mut wanted, (mut ours, mut staying)) =
            (read_wanted(&ctx, group)?, read_held(&ctx, target)?);
        if !ctx.maps_members() {
            // Nobody joins or leaves by this configuration.
            staying += ours.len() as u64;
            (wanted, ours) = (BTreeMap::new(), BTreeSet::new());
        }
        let missing: BTreeSet<ObjectId> =
            wanted.values().copied().filter(|id| !ours.contains(id)).collect();
        let wanted: BTreeSet<ObjectId> = wanted.into_values().collect();
        let leaving: BTreeSet<ObjectId> = ours.difference(&wanted).copied().collect();
        let mut digest = LineDigest::default();
        for (sign, ids) in [("+", &missing), ("-", &leaving)] {
            ids.iter().for_each(|id| digest.add(format!("{sign}{id}\n").as_bytes()));
        }
        digest.add(format!("{group} {target}").as_bytes());
        Ok(GroupDifference {
            group: here.display_name(),
            target: there.display_name(),
            joining: missing.len() as u64,
            leaving: leaving.len() as u64,
            staying,
            join: labels(&ctx, &missing)?,
            leave: labels(&ctx, &leaving)?,
            digest: digest.finish()[..12].to_owned(),
        })
    }

    /// Gives the target's group its home, if the difference is still the one that was shown.
    pub fn adopt_group(
        &self,
        actor: &Actor,
        job: &Job,
        (group, target): (ObjectId, ObjectId),
        digest: &str,
    ) -> Result<GroupDifference, Error> {
        let difference = self.compare_groups(actor, job, group, target)?;
        if difference.digest != digest {
            let sentence = "the members are others than those that were shown";
            return Err(Error::stopped(Code::PLAN_MOVED, sentence));
        }
        if let Some(link) = self.store().links(job.source, job.id, &[group])?.pop().flatten() {
            let what = format!("an object of the target that stands for it, {}", link.target);
            return Err(directory::Error::Exists { what }.into());
        }
        let home = HomeIdentity { tenant: job.source, object: group };
        self.directory.give_home(actor, job.target, target, home)?;
        self.nudge(job.id);
        Ok(difference)
    }
}

fn find_group(ctx: &Context, tenant: model::TenantId, id: ObjectId) -> Result<Object, Error> {
    let found = ctx.store().get(tenant, &[id])?.pop().flatten();
    let group = found.filter(|object| object.kind == Kind::Group && object.deleted.is_none());
    let missing = || directory::Error::NotFound { kind: "group", name: id.to_string() };
    Ok(group.ok_or_else(missing)?)
}

/// The members at home who stand in the target, with the objects that stand for them.
fn read_wanted(ctx: &Context, group: ObjectId) -> Result<BTreeMap<ObjectId, ObjectId>, Error> {
    let mut walks = VecDeque::from([Walk::at_home(group)]);
    let mut wanted = BTreeMap::new();
    while let Some(pairs) = next_pairs(&mut walks, ctx)? {
        let members: Vec<ObjectId> = pairs.into_iter().map(|(_, member)| member).collect();
        let links = ctx.store().links(ctx.job.source, ctx.job.id, &members)?;
        let links: Vec<model::Link> = links.into_iter().flatten().collect();
        let there: Vec<ObjectId> = links.iter().map(|link| link.target).collect();
        let found = ctx.store().get(ctx.job.target, &there)?;
        let alive = links.into_iter().zip(found).filter(|(_, object)| {
            object.as_ref().is_some_and(|object| {
                object.deleted.is_none()
                    && (object.kind == Kind::User || ctx.job.groups.nested == model::Nested::Keep)
            })
        });
        wanted.extend(alive.map(|(link, _)| (link.source, link.target)));
    }
    Ok(wanted)
}

/// The members that the target's group has: those of this job, and how many others.
fn read_held(ctx: &Context, target: ObjectId) -> Result<(BTreeSet<ObjectId>, u64), Error> {
    let (mut ours, mut others, mut after) = (BTreeSet::new(), 0, None);
    loop {
        let held = ctx.target().members(target, after, PAGE)?;
        let links = ctx.store().links_to(ctx.job.source, ctx.job.id, &held)?;
        for (id, link) in held.iter().zip(links) {
            match link {
                Some(_) => drop(ours.insert(*id)),
                None => others += 1,
            }
        }
        if held.len() < PAGE {
            return Ok((ours, others));
        }
        after = held.last().copied();
    }
}

fn labels(ctx: &Context, ids: &BTreeSet<ObjectId>) -> Result<Vec<String>, Error> {
    let ids: Vec<ObjectId> = ids.iter().copied().take(TOLD).collect();
    let found = ctx.store().get(ctx.job.target, &ids)?;
    Ok(found.into_iter().flatten().map(|object| object.label()).collect())
}
