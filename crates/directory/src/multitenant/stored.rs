//! What is kept of a multitenant organization: the organization in the tenant that made it, and in
//! every tenant to which one it says to belong. docs/decisions/multitenant-organization.md says why.

use std::collections::BTreeMap;

use model::{Actor, TenantId, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::{AuditEntry, Expect, Group, StoreError, Write};
use uuid::Uuid;

use crate::{Directory, Error};

const ORGANIZATIONS: &str = "multitenantOrganization";
const CLAIMS: &str = "multitenantMembership";
const OWN: &str = "own";

/// What a tenant is in its organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrganizationRole {
    /// It looks after the organization.
    Owner,
    /// It is in it.
    Member,
}

/// How far a tenant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OrganizationState {
    /// An owner has added it, and it has yet to join.
    Pending,
    /// It has joined.
    Active,
    /// It was taken out, or has left.
    Removed,
}

/// A tenant of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationTenant {
    /// What the organization calls it.
    pub name: Option<String>,
    /// What it is.
    pub role: OrganizationRole,
    /// How far it is.
    pub state: OrganizationState,
    /// Which tenant has added it.
    pub added_by: TenantId,
    /// Since when it is known to the organization.
    pub added: Timestamp,
    /// Since when it is in it.
    pub joined: Option<Timestamp>,
    /// It has joined, and the templates of it and of the others have yet to be applied.
    #[serde(default)]
    pub settling: bool,
}

/// A multitenant organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    pub id: Uuid,
    /// The tenant that made it, where it is kept.
    pub home: TenantId,
    /// When it was made.
    pub created: Timestamp,
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its tenants, those that have yet to join and those that are gone among them.
    pub tenants: BTreeMap<TenantId, OrganizationTenant>,
}

impl Organization {
    /// The tenants that are in it.
    pub fn active(&self) -> impl Iterator<Item = (TenantId, &OrganizationTenant)> {
        let all = self.tenants.iter().map(|(id, one)| (*id, one));
        all.filter(|(_, one)| one.state == OrganizationState::Active)
    }

    /// Whether a tenant is in it.
    pub fn has(&self, tenant: TenantId) -> bool {
        self.active().any(|(id, _)| id == tenant)
    }

    /// Whether a tenant looks after it.
    pub fn is_owner(&self, tenant: TenantId) -> bool {
        let mut owners = self.active().filter(|(_, one)| one.role == OrganizationRole::Owner);
        owners.any(|(id, _)| id == tenant)
    }

    /// What stands for it in each of its tenants.
    pub(super) fn claim(&self) -> Claim {
        Claim { home: self.home, organization: self.id }
    }
}

/// To which organization a tenant says to belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claim {
    /// Where it is kept.
    pub home: TenantId,
    /// Which one.
    pub organization: Uuid,
}

impl Directory {
    /// What the tenant says to belong to, with the version of the document.
    pub(super) fn read_claim(&self, tenant: TenantId) -> Result<(Option<Claim>, u64), Error> {
        self.read_kept(tenant, CLAIMS, OWN)
    }

    /// The organization that is meant, with its version, whether the claim holds or not.
    pub(super) fn read_claimed(&self, claim: &Claim) -> Result<Option<(Organization, u64)>, Error> {
        let key = claim.organization.to_string();
        match self.read_kept(claim.home, ORGANIZATIONS, &key) {
            Ok((found, version)) => Ok(found.map(|one| (one, version))),
            // The tenant that kept it is gone, and the organization with it.
            Err(Error::Store(StoreError::NoTenant(_))) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read_kept<T: DeserializeOwned>(
        &self,
        tenant: TenantId,
        collection: &str,
        key: &str,
    ) -> Result<(Option<T>, u64), Error> {
        let found = self.store.document(tenant, collection, key).map_err(Error::Store)?;
        let Some(document) = found else { return Ok((None, 0)) };
        let body = serde_json::from_str(&document.body)
            .map_err(|error| StoreError::Damaged(error.to_string()))?;
        Ok((Some(body), document.version))
    }

    /// Writes an organization where it is kept; without tenants in it, it ends.
    pub(super) fn keep_organization(
        &self,
        actor: &Actor,
        (organization, version): (&Organization, u64),
        audit: AuditEntry,
    ) -> Result<(), Error> {
        let is_over = organization.active().next().is_none();
        let body = (!is_over).then(|| text(organization));
        let (expect, write) = put(ORGANIZATIONS, &organization.id.to_string(), version, body);
        let group = Group { expects: vec![expect], writes: vec![write], audit };
        self.commit_one(organization.home, actor, group).map(drop)
    }

    /// Writes a new organization and the claim of the tenant that makes it, both or none.
    pub(super) fn keep_new_organization(
        &self,
        actor: &Actor,
        organization: &Organization,
        claimed: u64,
        audit: AuditEntry,
    ) -> Result<(), Error> {
        let claim = put(CLAIMS, OWN, claimed, Some(text(&organization.claim())));
        let key = organization.id.to_string();
        let made = put(ORGANIZATIONS, &key, 0, Some(text(organization)));
        let (expects, writes) = [claim, made].into_iter().unzip();
        self.commit_one(organization.home, actor, Group { expects, writes, audit }).map(drop)
    }

    /// Writes to what a tenant says to belong, or that it is nothing.
    pub(super) fn keep_claim(
        &self,
        actor: &Actor,
        tenant: TenantId,
        (claim, version): (Option<&Claim>, u64),
        audit: AuditEntry,
    ) -> Result<(), Error> {
        let (expect, write) = put(CLAIMS, OWN, version, claim.map(text));
        let group = Group { expects: vec![expect], writes: vec![write], audit };
        self.commit_one(tenant, actor, group).map(drop)
    }
}

fn put(collection: &str, key: &str, version: u64, body: Option<String>) -> (Expect, Write) {
    let (collection, key) = (collection.to_owned(), key.to_owned());
    let expect = Expect::Document { collection: collection.clone(), key: key.clone(), version };
    (expect, Write::PutDocument { collection, key, body })
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data")
}
