//! What configurations made of a user or a group, as a part of its page.

use engine::consent::Side;
use model::{Kind, LinkState, ObjectId, TenantId};
use sync::ObjectTie;

use super::{Part, part};
use crate::{
    error::Error,
    frame::{job_path, tenant_path},
    visit::Visit,
};

/// What a configuration made of it.
pub struct Tie {
    /// What the configuration is called.
    pub job: String,
    /// Its page.
    pub href: Option<String>,
    /// To which tenant, or from which.
    pub way: String,
    /// The object there.
    pub partner: String,
    /// Its page, for readers of that tenant.
    pub partner_href: Option<String>,
    /// Whether the link is in use.
    pub state: LinkState,
}

/// All of them, or why the reader may not know.
pub fn read(
    visit: &Visit,
    tenant: TenantId,
    object: (Kind, ObjectId),
) -> Result<Part<Vec<Tie>>, Error> {
    match part(visit.center.sync.read_ties(visit.actor(), tenant, object))? {
        Ok(ties) => {
            ties.iter().map(|tie| Tie::of(visit, object.0, tie)).collect::<Result<_, _>>().map(Ok)
        }
        Err(why) => Ok(Err(why)),
    }
}

impl Tie {
    fn of(visit: &Visit, kind: Kind, tie: &ObjectTie) -> Result<Self, Error> {
        let directory = &visit.center.directory;
        let (source, target) =
            (directory.tenant(tie.job.source)?, directory.tenant(tie.job.target)?);
        let (way, other) = match tie.side {
            Side::Source => (text!("user-tie-to", name = &tie.other_name), &target),
            Side::Target => (text!("user-tie-from", name = &tie.other_name), &source),
        };
        let href = match tie.sees_settings {
            true => job_path(&source, &tie.job),
            false => format!("{}/incoming/{}", tenant_path(&target), tie.job.id),
        };
        let folder = if kind == Kind::User { "users" } else { "groups" };
        let is_there = tie.partner_name.is_some() && tie.state == LinkState::Active;
        let page = || format!("{}/{folder}/{}", tenant_path(other), tie.partner);
        Ok(Self {
            job: tie.job.name.clone(),
            href: Some(href),
            way,
            partner_href: is_there.then(page),
            partner: tie.partner_name.clone().unwrap_or_else(|| tie.partner.to_string()),
            state: tie.state,
        })
    }
}
