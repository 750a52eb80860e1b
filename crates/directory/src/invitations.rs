//! Invitations as Graph takes them (graph-api.md 4): one who was invited before is the same user
//! again, a redemption can be taken back, and nobody is asked where both tenants have agreed that
//! invitations are redeemed by themselves.

use access::Permission;
use model::{Actor, EdgeKind, Key, Kind, Object, ObjectId, TenantId, UserType};

use store::End;

use crate::{
    Bond, Directory, Error,
    external::mark,
    write::{ATTEMPTS, put},
};

/// Letters that an invited address cannot hold (graph-api.md 4).
const REFUSED: &str = "~!#$%^&*()+=[]{}\\/|;:'\"<>?,";

/// Whom to invite.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The address.
    pub mail: String,
    /// The name that the user gets; none for the address.
    pub display_name: Option<String>,
    /// Guest or member.
    pub user_type: UserType,
    /// The user whose redemption is taken back, so that they answer again.
    pub reset: Option<ObjectId>,
    /// Who answers for the user; nobody for the person who invites.
    pub sponsors: Vec<ObjectId>,
}

/// Who was invited.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The user.
    pub user: Object,
    /// Whether the user has answered, or nobody had to.
    pub accepted: bool,
}

impl Directory {
    /// Invites somebody, or finds the user who was invited with that address before.
    pub fn invite_user(
        &self,
        actor: &Actor,
        tenant: TenantId,
        invitation: &Invitation,
    ) -> Result<Invited, Error> {
        access::check(actor, Permission::InviteUsers, tenant)?;
        check_address(&invitation.mail)?;
        self.check_sponsors(tenant, &invitation.sponsors)?;
        let user = match invitation.reset {
            Some(id) => self.reset_redemption(actor, tenant, id, &invitation.mail)?,
            None => match self.find_invited(tenant, &invitation.mail)? {
                Some(user) => user,
                None => self.invite_as(
                    actor,
                    tenant,
                    &invitation.mail,
                    invitation.display_name.as_deref(),
                    invitation.user_type,
                )?,
            },
        };
        self.give_sponsors(actor, tenant, &user, &invitation.sponsors)?;
        let user = self.redeem_by_consent(actor, tenant, user)?;
        Ok(Invited { accepted: !user.is_pending(), user })
    }

    /// Refuses an invitation before anybody is made, when somebody is to answer who is not there.
    fn check_sponsors(&self, tenant: TenantId, sponsors: &[ObjectId]) -> Result<(), Error> {
        for (id, found) in sponsors.iter().zip(self.store.get(tenant, sponsors)?) {
            if found.is_none_or(|object| object.deleted.is_some()) {
                return Err(Error::not_found("object", id));
            }
        }
        Ok(())
    }

    /// Lets those answer for the user who are named, or the person who invites where nobody does
    /// (graph-api.md 1.5). The invitation written again adds what a crash has left out.
    fn give_sponsors(
        &self,
        actor: &Actor,
        tenant: TenantId,
        user: &Object,
        named: &[ObjectId],
    ) -> Result<(), Error> {
        let edges = self.store.edges(tenant, EdgeKind::Sponsor, End::From, &[user.id])?;
        let held: Vec<ObjectId> = edges.into_iter().map(|edge| edge.to).collect();
        let wanted: Vec<ObjectId> = match actor {
            _ if !named.is_empty() => named.to_vec(),
            Actor::User { tenant: own, id, .. } if held.is_empty() && *own == tenant => vec![*id],
            _ => return Ok(()),
        };
        let new: Vec<ObjectId> = wanted.into_iter().filter(|id| !held.contains(id)).collect();
        self.check_bound(tenant, user, Bond::Sponsor, &new)?;
        self.write_bonds(actor, tenant, user, Bond::Sponsor, &new, true)
    }

    fn find_invited(&self, tenant: TenantId, mail: &str) -> Result<Option<Object>, Error> {
        let holder =
            self.store.resolve(tenant, &[Key::address(mail)])?.into_iter().flatten().next();
        let Some(id) = holder else { return Ok(None) };
        let found = self.get_object(tenant, id)?;
        if found.kind == Kind::User && found.is_external() {
            return Ok(Some(found));
        }
        let message = format!(
            "The invited user already exists in the directory as object ID: {id}. They can use that account to sign in to shared apps and resources."
        );
        Err(Error::invalid("invitedUserEmailAddress", message))
    }

    /// Lets an external user answer anew. The id, groups and assignments stay.
    fn reset_redemption(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        mail: &str,
    ) -> Result<Object, Error> {
        let now = self.clock.now();
        self.mark_user(actor, tenant, id, "Reset redemption of external user", |user| {
            if !user.is_external() || user.deleted.is_some() {
                return Err(Error::not_found("invited user", id));
            }
            // Another address to sign in with becomes the user's own.
            let old = user.text(&model::Name::MAIL).map(str::to_owned);
            user.attributes.set(model::Name::MAIL, model::Value::text(mail));
            crate::objects::follow_mail(user, old.as_deref());
            mark(&mut user.attributes, "PendingAcceptance", now);
            Ok(())
        })
    }

    /// Where both tenants redeem by themselves, nobody waits for an answer.
    fn redeem_by_consent(
        &self,
        actor: &Actor,
        tenant: TenantId,
        user: Object,
    ) -> Result<Object, Error> {
        let mail = user.text(&model::Name::MAIL).unwrap_or_default();
        let home = self.store.tenants()?.into_iter().find(|other| other.owns_address(mail));
        let Some(home) = home.filter(|home| home.id != tenant && user.is_pending()) else {
            return Ok(user);
        };
        let (here, there) = (self.read_policy(tenant)?.0, self.read_policy(home.id)?.0);
        let consent = model::Consent::of((home.id, &there), (tenant, &here));
        if !consent.target_redeem_inbound || !consent.source_redeem_outbound {
            return Ok(user);
        }
        let now = self.clock.now();
        self.mark_user(actor, tenant, user.id, "Redeem external user invite", |user| {
            mark(&mut user.attributes, "Accepted", now);
            Ok(())
        })
    }

    fn mark_user(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        activity: &str,
        change: impl Fn(&mut Object) -> Result<(), Error>,
    ) -> Result<Object, Error> {
        for _ in 0..ATTEMPTS {
            let before = self.get_object(tenant, id)?;
            let mut after = before.clone();
            change(&mut after)?;
            match self.commit_one(tenant, actor, put(Some(&before), after.clone(), activity)) {
                Ok(number) => return Ok(Object { version: number, ..after }),
                Err(Error::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy { what: id.to_string() })
    }
}

fn check_address(mail: &str) -> Result<(), Error> {
    let local = mail.rsplit_once('@').map_or(mail, |(local, _)| local);
    let is_bad = mail.contains(|one| REFUSED.contains(one))
        || local.starts_with(['.', '-'])
        || local.ends_with(['.', '-'])
        || !model::is_address(mail);
    match is_bad {
        true => {
            Err(Error::invalid("invitedUserEmailAddress", format!("'{mail}' cannot be invited")))
        }
        false => Ok(()),
    }
}
