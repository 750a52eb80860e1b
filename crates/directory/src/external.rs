//! What makes a user external: the marks that the directory sets itself (graph-api.md 1.4 and 1.5).

use access::Permission;
use model::{
    Actor, Attributes, HomeIdentity, Identity, Kind, Name, Object, ObjectId, Receipt, Tenant,
    TenantId, Timestamp, UserType, Value,
};

use crate::{
    Directory, Error,
    objects::{fill_group, follow_mail},
    validate,
    write::put,
};

/// An external user as a synchronization makes it: redeemed at once, with an identity of the home
/// tenant (cross-tenant-sync.md 5.4).
pub(crate) fn redeemed(
    id: ObjectId,
    home: HomeIdentity,
    mut attributes: Attributes,
    receipt: Receipt,
    at: Timestamp,
) -> Object {
    mark(&mut attributes, "Accepted", at);
    let identity = Identity {
        sign_in_type: "federated".to_owned(),
        issuer: "ExternalAzureAD".to_owned(),
        issuer_assigned_id: None,
    };
    attributes.set(Name::IDENTITIES, Value::List(vec![identity.to_value()]));
    for (name, value) in
        [(Name::ACCOUNT_ENABLED, Value::Boolean(true)), (Name::USER_TYPE, Value::text("Member"))]
    {
        if attributes.get(&name).is_none() {
            attributes.set(name, value);
        }
    }
    let mut object = Object {
        id,
        kind: Kind::User,
        attributes,
        home: Some(home),
        created: at,
        deleted: None,
        receipt: Some(receipt),
        version: 0,
    };
    follow_mail(&mut object, None);
    object
}

/// A group as a synchronization makes it: the same group at home is known by its id.
pub(crate) fn group(
    id: ObjectId,
    home: HomeIdentity,
    mut attributes: Attributes,
    receipt: Receipt,
    at: Timestamp,
) -> Object {
    fill_group(&mut attributes);
    let receipt = Some(receipt);
    let home = Some(home);
    Object {
        id,
        kind: Kind::Group,
        attributes,
        home,
        created: at,
        deleted: None,
        receipt,
        version: 0,
    }
}

/// Makes an invited user the home person's, as redemption does; or a group the home tenant's.
pub(crate) fn redeem(object: &mut Object, home: HomeIdentity, at: Timestamp) {
    object.home = Some(home);
    if object.kind == Kind::Group {
        return;
    }
    if object.is_pending() || object.text(&Name::EXTERNAL_USER_STATE).is_none() {
        mark(&mut object.attributes, "Accepted", at);
    }
}

pub(crate) fn mark(attributes: &mut Attributes, state: &str, at: Timestamp) {
    attributes.set(Name::CREATION_TYPE, Value::text("Invitation"));
    attributes.set(Name::EXTERNAL_USER_STATE, Value::text(state));
    attributes.set(Name::EXTERNAL_USER_STATE_CHANGED, Value::text(at.to_string()));
}

/// The user principal name that an invitation to an address makes (graph-api.md 1.5).
fn invited_name(tenant: &Tenant, mail: &str) -> String {
    engine::decorated(mail, tenant.initial_domain())
}

impl Directory {
    /// Invites somebody by mail address: an external guest who has not answered yet. No mail is
    /// sent.
    pub fn invite(
        &self,
        actor: &Actor,
        tenant: TenantId,
        mail: &str,
        display_name: Option<&str>,
    ) -> Result<Object, Error> {
        self.invite_as(actor, tenant, mail, display_name, UserType::Guest)
    }

    pub(crate) fn invite_as(
        &self,
        actor: &Actor,
        tenant: TenantId,
        mail: &str,
        display_name: Option<&str>,
        user_type: UserType,
    ) -> Result<Object, Error> {
        access::check(actor, Permission::InviteUsers, tenant)?;
        if !model::is_address(mail) {
            return Err(Error::invalid("mail", format!("'{mail}' is no mail address")));
        }
        let facts = self.facts(tenant)?;
        if facts.tenant.owns_address(mail) {
            return Err(Error::invalid(
                "mail",
                format!("'{mail}' lies in a domain of this tenant; create the user instead"),
            ));
        }
        let now = self.clock.now();
        let name = invited_name(&facts.tenant, mail);
        let nickname: String =
            name.split('@').next().unwrap_or_default().chars().take(64).collect();
        let mut attributes: Attributes = [
            (Name::DISPLAY_NAME, Value::text(display_name.unwrap_or(mail))),
            (Name::MAIL, Value::text(mail)),
            (Name::MAIL_NICKNAME, Value::Text(nickname)),
            (Name::OTHER_MAILS, Value::List(vec![Value::text(mail)])),
            (Name::USER_PRINCIPAL_NAME, Value::Text(name)),
            (Name::USER_TYPE, Value::text(user_type.as_str())),
            (Name::ACCOUNT_ENABLED, Value::Boolean(true)),
        ]
        .into_iter()
        .collect();
        mark(&mut attributes, "PendingAcceptance", now);
        let mut object = Object {
            id: ObjectId(self.ids.next()),
            kind: Kind::User,
            attributes,
            home: None,
            created: now,
            deleted: None,
            receipt: None,
            version: 0,
        };
        follow_mail(&mut object, None);
        validate::check(&facts.rules(), &object)?;
        let number =
            self.commit_one(tenant, actor, put(None, object.clone(), "Invite external user"))?;
        Ok(Object { version: number, ..object })
    }
}
