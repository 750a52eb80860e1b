//! Objects of the source that a configuration names: found by the name that somebody wrote, kept by
//! their ids, and missed when they were deleted since.

use std::collections::HashSet;

use access::Permission;
use engine::{Finding, scope::find_gone};
use model::{
    Actor, Condition, Job, Kind, MappingTest, ObjectId, TenantId, TestManager, condition::Named,
};

use crate::{Directory, Error};

impl Directory {
    /// Objects that the configuration's condition names and that were deleted since.
    pub fn list_gone(&self, actor: &Actor, job: &Job) -> Result<Vec<Finding>, Error> {
        access::check(actor, Permission::Read, job.source)?;
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
