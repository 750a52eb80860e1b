//! Questions about users and groups: whoever may read them may ask.
//!
//! A directory knows what a store does not: that whoever is not deleted holds the keys of its user
//! principal name and its addresses. So a predicate that asks for one of these is answered by the
//! key, from the first question on and however many people there are.

use model::{
    Actor, Key, Kind, Name, ObjectId, Query, TenantId,
    query::{Field, Found, Operand, Predicate, Test},
};

use crate::{Directory, Error, keys, objects::READING};

impl Directory {
    /// A page of users or groups. A page may be short and have a mark all the same; the answer is
    /// over when it has none. See [`store::Store::query`] for what costs how much.
    pub fn query(&self, actor: &Actor, tenant: TenantId, query: &Query) -> Result<Found, Error> {
        access::check(actor, READING.of(query.kind), tenant)?;
        let predicate = self.by_keys(tenant, query.deleted, &query.predicate)?;
        Ok(self.store.query(tenant, &Query { predicate, ..query.clone() })?)
    }

    /// How many users or groups pass.
    pub fn count_query(
        &self,
        actor: &Actor,
        tenant: TenantId,
        kind: Kind,
        deleted: bool,
        predicate: &Predicate,
    ) -> Result<u64, Error> {
        access::check(actor, READING.of(kind), tenant)?;
        let predicate = self.by_keys(tenant, deleted, predicate)?;
        Ok(self.store.count_query(tenant, kind, deleted, &predicate)?)
    }

    /// The same predicate, with the holder's id beside each value that is a key.
    fn by_keys(
        &self,
        tenant: TenantId,
        deleted: bool,
        predicate: &Predicate,
    ) -> Result<Predicate, Error> {
        let mut wanted = Vec::new();
        // Deleted objects have given their names and addresses up.
        if !deleted {
            collect(predicate, &mut wanted);
        }
        let mut holders = self.store.resolve(tenant, &wanted)?.into_iter();
        Ok(match wanted.is_empty() {
            true => predicate.clone(),
            false => with_holders(predicate, &mut holders),
        })
    }
}

fn collect(predicate: &Predicate, wanted: &mut Vec<Key>) {
    match predicate {
        Predicate::And(parts) | Predicate::Or(parts) => {
            parts.iter().for_each(|part| collect(part, wanted));
        }
        predicate => wanted.extend(key(predicate)),
    }
}

/// Puts the holders in, which come in the order in which [`collect`] names their keys.
fn with_holders(
    predicate: &Predicate,
    holders: &mut impl Iterator<Item = Option<ObjectId>>,
) -> Predicate {
    match predicate {
        Predicate::And(parts) => {
            Predicate::And(parts.iter().map(|part| with_holders(part, holders)).collect())
        }
        Predicate::Or(parts) => {
            Predicate::Or(parts.iter().map(|part| with_holders(part, holders)).collect())
        }
        predicate if key(predicate).is_some() => match holders.next().flatten() {
            // The attribute is asked as well: an address may be held by another one.
            Some(id) => Predicate::And(vec![Predicate::is(id), predicate.clone()]),
            None => Predicate::NOTHING,
        },
        predicate => predicate.clone(),
    }
}

/// The key that whoever passes must hold.
fn key(predicate: &Predicate) -> Option<Key> {
    let equal = |test: &Test| match test {
        Test::Equals(Operand::Text(text)) => Some(text.as_str().to_owned()),
        _ => None,
    };
    match predicate {
        Predicate::Test(Field::Attribute(name), test) if *name == Name::USER_PRINCIPAL_NAME => {
            equal(test).map(|text| Key::user_principal_name(&text))
        }
        Predicate::Test(Field::Attribute(name), test) if *name == Name::MAIL => {
            equal(test).map(|text| Key::address(&text))
        }
        Predicate::Any(name, part) if *name == Name::PROXY_ADDRESSES => match &**part {
            Predicate::Test(Field::Item, test) => {
                equal(test).filter(|text| keys::is_mail(text)).map(|text| Key::address(&text))
            }
            _ => None,
        },
        _ => None,
    }
}
