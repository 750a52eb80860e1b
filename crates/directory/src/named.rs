//! Objects of the source that a configuration names: found by the name that somebody wrote, kept by
//! their ids, and missed when they were deleted since.

use std::collections::{HashMap, HashSet};

use access::Permission;
use engine::{Finding, scope::find_gone};
use model::{
    Actor, Condition, Job, Kind, MappingTest, Object, ObjectId, TenantId, TestManager,
    condition::Named,
};

use crate::{Directory, Error};

impl Directory {
    /// Objects that the configuration's condition names and that were deleted since.
    pub fn list_gone(&self, actor: &Actor, job: &Job) -> Result<Vec<Finding>, Error> {
        access::check(actor, Permission::ReadJobs, job.source)?;
        let Some(condition) = &job.condition else { return Ok(Vec::new()) };
        let mut ids = Vec::new();
        condition.clone().walk_names(&mut |named, _| ids.extend(named.id));
        let found = self.store.get(job.source, &ids)?;
        let alive: HashSet<ObjectId> = found
            .into_iter()
            .flatten()
            .filter(|object| object.deleted.is_none())
            .map(|object| object.id)
            .collect();
        Ok(find_gone(condition, |id| !alive.contains(&id)))
    }

    /// Takes ids out of a condition that the source does not have: it may come from another tenant,
    /// where they meant somebody else.
    pub(crate) fn forget_unknown(
        &self,
        source: TenantId,
        condition: &mut Condition,
    ) -> Result<(), Error> {
        let named = self.read_named(source, condition)?;
        condition.walk_names(&mut |one, _| one.id = one.id.filter(|id| named.contains_key(id)));
        Ok(())
    }

    /// The condition of a job with the present names of those whom it means, for sentences about it.
    pub fn name_present(&self, job: &Job) -> Result<Option<Condition>, Error> {
        self.rename(job, |object, _| Ok(object.label()))
    }

    /// The same in words that mean the same when they are read again: somebody whose name is another's
    /// too is told by the id.
    pub fn name_readable(&self, job: &Job) -> Result<Option<Condition>, Error> {
        self.rename(job, |object, kind| {
            let found = self.find(&Actor::System, job.source, kind, &object.label());
            match found {
                Ok(found) if found.id == object.id => Ok(object.label()),
                Ok(_) | Err(Error::NotFound { .. } | Error::Ambiguous { .. }) => {
                    Ok(object.id.to_string())
                }
                Err(error) => Err(error),
            }
        })
    }

    fn rename(
        &self,
        job: &Job,
        name: impl Fn(&Object, Kind) -> Result<String, Error>,
    ) -> Result<Option<Condition>, Error> {
        let Some(mut condition) = job.condition.clone() else { return Ok(None) };
        let named = self.read_named(job.source, &condition)?;
        let mut failed = None;
        condition.walk_names(&mut |one, is_group| {
            let object = one.id.and_then(|id| named.get(&id));
            let Some(object) = object.filter(|object| object.deleted.is_none()) else { return };
            let kind = if is_group { Kind::Group } else { Kind::User };
            match name(object, kind) {
                Ok(name) => one.name = name,
                Err(error) => failed = Some(error),
            }
        });
        failed.map_or(Ok(Some(condition)), Err)
    }

    /// The objects that a condition names by their ids.
    fn read_named(
        &self,
        source: TenantId,
        condition: &Condition,
    ) -> Result<HashMap<ObjectId, Object>, Error> {
        let mut ids = Vec::new();
        condition.clone().walk_names(&mut |named, _| ids.extend(named.id));
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.store.get(source, &ids)?.into_iter().flatten();
        Ok(found.map(|object| (object.id, object)).collect())
    }

    /// Finds whom a condition names.
    pub(crate) fn find_named(
        &self,
        actor: &Actor,
        source: TenantId,
        condition: &mut Condition,
    ) -> Result<(), Error> {
        let mut failed = None;
        condition.walk_names(&mut |named, is_group| {
            // Whoever was meant stays meant, whatever became of the name since.
            if named.id.is_none() && failed.is_none() {
                failed = self.find_one(actor, source, named, is_group).err();
            }
        });
        failed.map_or(Ok(()), Err)
    }

    /// Finds whom a mapping test names. It may come from another tenant, whose ids say nothing here.
    pub(crate) fn find_named_in(
        &self,
        actor: &Actor,
        source: TenantId,
        test: &mut MappingTest,
    ) -> Result<(), Error> {
        let groups = test.member_of.iter_mut().map(|group| (group, true));
        let manager = match &mut test.manager {
            Some(TestManager::Named(named)) => Some((named, false)),
            Some(TestManager::Person(_)) | None => None,
        };
        for (named, is_group) in groups.chain(manager) {
            let ids: Vec<ObjectId> = named.id.into_iter().collect();
            if self.store.get(source, &ids)?.into_iter().flatten().next().is_none() {
                named.id = None;
                self.find_one(actor, source, named, is_group)?;
            }
        }
        Ok(())
    }

    /// Finds somebody by name; the name of nobody is left for the checks to tell.
    fn find_one(
        &self,
        actor: &Actor,
        source: TenantId,
        named: &mut Named,
        is_group: bool,
    ) -> Result<(), Error> {
        let kind = if is_group { Kind::Group } else { Kind::User };
        match self.find(actor, source, kind, &named.name) {
            Ok(object) => named.id = Some(object.id),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
