//! The target that is a tenant hosted here. It writes through `directory` like everybody else.

use std::collections::HashMap;

use directory::{Directory, Inbound, InboundError};
use model::{Edge, EdgeKind, Entry, Key, Kind, Name, Object, ObjectId, TenantId};
use store::End;

use crate::{Batch, Outcome, Target, TargetError};

/// So many holders of a text are given: the one who asks, another, and one to see that there are
/// more.
const HOLDERS: usize = 3;

/// A hosted tenant as a target.
pub struct Hosted {
    directory: Directory,
    tenant: TenantId,
}

impl Hosted {
    /// The tenant as a target.
    pub fn new(directory: Directory, tenant: TenantId) -> Self {
        Self { directory, tenant }
    }
}

fn failed(error: impl std::fmt::Display) -> TargetError {
    TargetError::Failed(error.to_string())
}

impl Target for Hosted {
    fn find(&self, keys: &[Key]) -> Result<Vec<Option<ObjectId>>, TargetError> {
        self.directory.store().resolve(self.tenant, keys).map_err(failed)
    }

    fn find_values(
        &self,
        kind: Kind,
        attribute: &Name,
        texts: &[String],
    ) -> Result<Vec<Vec<ObjectId>>, TargetError> {
        let store = self.directory.store();
        store.holders(self.tenant, kind, attribute, texts, HOLDERS).map_err(failed)
    }

    fn get(&self, ids: &[ObjectId]) -> Result<Vec<Option<Object>>, TargetError> {
        self.directory.store().get(self.tenant, ids).map_err(failed)
    }

    fn managers(&self, ids: &[ObjectId]) -> Result<Vec<Option<ObjectId>>, TargetError> {
        let store = self.directory.store();
        let edges = store.edges(self.tenant, EdgeKind::Manager, End::From, ids).map_err(failed)?;
        let managers: HashMap<_, _> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        Ok(ids.iter().map(|id| managers.get(id).copied()).collect())
    }

    fn members(
        &self,
        group: ObjectId,
        after: Option<ObjectId>,
        limit: usize,
    ) -> Result<Vec<ObjectId>, TargetError> {
        let (store, kind, end) = (self.directory.store(), EdgeKind::Member, End::From);
        let edges = store.edges_after(self.tenant, kind, end, group, after, limit);
        Ok(edges.map_err(failed)?.into_iter().map(|edge| edge.to).collect())
    }

    fn memberships(&self, ids: &[ObjectId]) -> Result<Vec<Edge>, TargetError> {
        let store = self.directory.store();
        store.edges(self.tenant, EdgeKind::Member, End::To, ids).map_err(failed)
    }

    fn protected(&self, ids: &[ObjectId]) -> Result<Vec<bool>, TargetError> {
        let protection = self.directory.read_protection(self.tenant).map_err(failed)?;
        Ok(ids.iter().map(|id| protection.covers(*id)).collect())
    }

    fn apply(&self, batch: &Batch<'_>) -> Result<Vec<Outcome>, TargetError> {
        let page = Inbound {
            actor: batch.actor.clone(),
            receipt: (batch.job, batch.run, batch.token),
            source: batch.source,
            entries: batch.entries,
            durability: batch.durability,
        };
        self.directory.apply_inbound(self.tenant, &page).map_err(|error| match error {
            InboundError::NoConsent(_) => TargetError::NoConsent(error.to_string()),
            InboundError::Fenced => TargetError::Fenced,
            InboundError::Other(error) => failed(error),
        })
    }

    fn find_applied(&self, entries: &[Entry]) -> Result<Vec<bool>, TargetError> {
        self.directory.find_receipt(self.tenant, entries).map_err(failed)
    }
}
