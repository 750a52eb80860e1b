//! Deleted objects that come back although somebody took a name or an address of theirs meanwhile
//! (graph-api.md 1.7).

use model::{Actor, Attributes, Key, Name, Object, ObjectId, TenantId, Value};

use crate::{
    Directory, Error, keys,
    objects::{DELETING, check_name},
    validate,
};

/// How a deleted object comes back.
#[derive(Clone, Debug, Default)]
pub struct Restoring {
    /// The user principal name that it has from now on; none for the old one.
    pub user_principal_name: Option<String>,
    /// Whether addresses that others have taken are dropped; else they refuse it.
    pub drops_addresses: bool,
}

impl Directory {
    /// Brings a deleted object back, under another name or without addresses that others have now.
    pub fn restore_as(
        &self,
        actor: &Actor,
        tenant: TenantId,
        id: ObjectId,
        how: &Restoring,
    ) -> Result<Object, Error> {
        DELETING.check_some(actor, tenant)?;
        let facts = self.facts(tenant)?;
        self.change_object(actor, tenant, id, "Restore", |before| {
            access::check(actor, DELETING.of(before.kind), tenant)?;
            if before.deleted.is_none() {
                return Err(Error::not_found("deleted object", id));
            }
            let mut after = Object { deleted: None, ..before.clone() };
            if let Some(name) = &how.user_principal_name {
                after.attributes.set(Name::USER_PRINCIPAL_NAME, Value::text(name));
                validate::check(&facts.rules(), &after)?;
                check_name(&after)?;
            }
            if how.drops_addresses {
                let taken = self.taken_addresses(tenant, &after)?;
                drop_addresses(&mut after.attributes, &taken);
            }
            Ok(after)
        })
    }

    fn taken_addresses(&self, tenant: TenantId, object: &Object) -> Result<Vec<Key>, Error> {
        let wanted = keys::keys(object);
        let holders = self.store.resolve(tenant, &wanted)?;
        let taken = wanted.into_iter().zip(holders).filter(|(key, holder)| {
            key.kind == model::KeyKind::Address && holder.is_some_and(|other| other != object.id)
        });
        Ok(taken.map(|(key, _)| key).collect())
    }
}

fn drop_addresses(attributes: &mut Attributes, taken: &[Key]) {
    let is_taken = |text: &str| taken.contains(&Key::address(text));
    if attributes.text(&Name::MAIL).is_some_and(is_taken) {
        attributes.remove(&Name::MAIL);
    }
    if let Some(addresses) = attributes.remove(&Name::PROXY_ADDRESSES) {
        let kept = addresses.members().iter().filter(|one| !one.as_text().is_some_and(is_taken));
        let kept: Vec<Value> = kept.cloned().collect();
        attributes.set(Name::PROXY_ADDRESSES, Value::List(kept));
    }
}
