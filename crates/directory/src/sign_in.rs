//! What the sign-in of people leaves in a tenant: digests of passwords, sessions, locks, and the outside
//! provider that vouches for them. Whoever asks here has hashed, sealed and checked already; how is a
//! matter of `identity`. Nothing that would let somebody in is in the audit log.

mod passwords;
mod provider;
mod sessions;

use access::Permission;
use model::{Actor, ObjectId, TenantId};
use serde::{Serialize, de::DeserializeOwned};
use store::{StoreError, Write};

pub use passwords::{Lock, Password};
pub use provider::Provider;
pub use sessions::Session;

use crate::{Directory, Error};

/// Whether the actor may do this to a person: somebody who may do it to everybody, or the person alone.
fn check_person(
    actor: &Actor,
    permission: Permission,
    tenant: TenantId,
    person: ObjectId,
) -> Result<(), Error> {
    match actor {
        Actor::User { tenant: own, id, through: None, .. } if *own == tenant && *id == person => {
            Ok(())
        }
        _ => Ok(access::check(actor, permission, tenant)?),
    }
}

fn put(collection: &str, key: impl ToString, body: Option<&impl Serialize>) -> Write {
    let body = body.map(|body| serde_json::to_string(body).expect("it has a JSON text"));
    Write::PutDocument { collection: collection.to_owned(), key: key.to_string(), body }
}

fn gone(collection: &str, key: impl ToString) -> Write {
    Write::PutDocument { collection: collection.to_owned(), key: key.to_string(), body: None }
}

fn parse<T: DeserializeOwned>(document: &store::Document) -> Result<T, Error> {
    let read = serde_json::from_str(&document.body);
    Ok(read.map_err(|error| StoreError::Damaged(error.to_string()))?)
}

impl Directory {
    fn read_one<T: DeserializeOwned>(
        &self,
        tenant: TenantId,
        collection: &str,
        key: impl ToString,
    ) -> Result<Option<T>, Error> {
        let found = self.store.document(tenant, collection, &key.to_string())?;
        found.as_ref().map(parse).transpose()
    }
}
