//! Operators: the people who run the server. They belong to no tenant, so what they hold is no token of
//! a tenant but one of the server, got once for a code that is good for one use.
//!
//! A code and a token are random; only their digests are kept. Everything is written with an entry in
//! the system's own audit chain.

use access::Permission;
use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use directory::Directory;
use model::{Actor, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{AuditEntry, Document, StoreError, SystemCommit, SystemWrite};

const OPERATORS: &str = "operator";
const CODES: &str = "operator-code";

/// What a token of an operator begins with. It is told from a token of a tenant by it, and found by
/// people who look for secrets in the wrong places.
pub const TOKEN: &str = "syncline-operator-";
/// What a code begins with.
pub const CODE: &str = "syncline-once-";

/// For how long a code is good, in seconds.
const CODE_LIFE: i64 = 24 * 3_600;
/// For how many days a token is good.
const TOKEN_DAYS: i64 = 90;

/// How many operators there may be; a list of them is read for every token.
const MOST: usize = 1_000;

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// What the audit log calls them; no two have the same.
    pub name: String,
    /// Since when.
    pub created: Timestamp,
    /// Until when the token is good.
    pub expires: Timestamp,
}

/// An operator as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    operator: Operator,
    digest: String,
}

/// A code as it is kept, under its digest.
#[derive(Serialize, Deserialize)]
struct Once {
    name: Option<String>,
    expires: Timestamp,
}

/// Why somebody is not made an operator.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The code was used, is too old, or never was one: nobody is told which.
    #[error("the code is not good, or not any more")]
    Code,
    /// The name is another operator's.
    #[error("there is an operator '{0}' already")]
    Taken(String),
    /// The name is none.
    #[error("'{0}' is no name of an operator")]
    Name(String),
    /// There is nobody of that name.
    #[error("there is no operator '{0}'")]
    Unknown(String),
    /// There are as many as there may be.
    #[error("there are {MOST} operators already")]
    Many,
    /// Only an operator may.
    #[error(transparent)]
    Denied(#[from] access::Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The operators of the server.
#[derive(Clone)]
pub struct Operators {
    directory: Directory,
}

impl Operators {
    /// The operators of the server that keeps these tenants.
    pub fn new(directory: Directory) -> Self {
        Self { directory }
    }

    /// Who holds a token. None when nobody does, or not any more.
    pub fn authenticate(&self, token: &str) -> Result<Option<Actor>, OperatorError> {
        if !token.starts_with(TOKEN) {
            return Ok(None);
        }
        let (wanted, now) = (digested(token), self.directory.clock().now());
        // Digests are compared, not secrets, so the time that it takes tells nothing.
        let holder = self.kept()?.into_iter().find(|(_, kept)| kept.digest == wanted);
        let holder = holder.filter(|(_, kept)| kept.operator.expires > now);
        Ok(holder.map(|(_, kept)| Actor::Operator { name: kept.operator.name }))
    }

    /// Everybody.
    pub fn list(&self, actor: &Actor) -> Result<Vec<Operator>, OperatorError> {
        check(actor)?;
        Ok(self.kept()?.into_iter().map(|(_, kept)| kept.operator).collect())
    }

    /// Whether there never was a tenant, an operator or a code: a server that nobody has begun to use.
    pub fn is_untouched(&self) -> Result<bool, OperatorError> {
        let store = self.directory.store();
        Ok(store.tenants()?.is_empty()
            && store.system_documents(OPERATORS)?.is_empty()
            && store.system_documents(CODES)?.is_empty())
    }

    /// A new code, for somebody of this name or for whoever comes. All codes before it are void.
    pub fn make_code(&self, actor: &Actor, name: Option<&str>) -> Result<String, OperatorError> {
        check(actor)?;
        if let Some(name) = name {
            check_name(name)?;
        }
        let code = secret(CODE);
        let at = self.directory.clock().now();
        let once = Once { name: name.map(str::to_owned), expires: at.plus_seconds(CODE_LIFE) };
        let mut writes = self.void_codes()?;
        writes.push(put(CODES, digested(&code), 0, &once));
        self.write(actor, at, writes, entry("Add operator code", name.unwrap_or_default()))?;
        Ok(code)
    }

    /// Makes an operator of somebody who has a code, and gives the token. The code's own name counts
    /// before the one that the caller gives.
    pub fn redeem(&self, code: &str, name: &str) -> Result<(Operator, String), OperatorError> {
        let at = self.directory.clock().now();
        let wanted = digested(code);
        let codes = self.directory.store().system_documents(CODES)?;
        let document = codes.into_iter().find(|document| document.key == wanted);
        let document = document.ok_or(OperatorError::Code)?;
        let once: Once = parse(&document)?;
        if once.expires <= at {
            return Err(OperatorError::Code);
        }
        let is_named = once.name.is_some();
        let name = once.name.unwrap_or_else(|| name.trim().to_owned());
        check_name(&name)?;
        let kept = self.kept()?;
        if kept.len() >= MOST {
            return Err(OperatorError::Many);
        }
        let before = kept.iter().find(|(document, _)| document.key == name);
        if before.is_some() && !is_named {
            return Err(OperatorError::Taken(name));
        }
        // Whoever lost a token comes back with a code for the same name; the old token ends with that.
        let version = before.map_or(0, |(document, _)| document.version);
        let token = secret(TOKEN);
        let operator =
            Operator { name: name.clone(), created: at, expires: at.plus_days(TOKEN_DAYS) };
        let kept = Kept { operator: operator.clone(), digest: digested(&token) };
        let writes = vec![removal(CODES, document), put(OPERATORS, name.clone(), version, &kept)];
        let actor = Actor::Operator { name: name.clone() };
        match self.write(&actor, at, writes, entry("Add operator", &name)) {
            // Somebody else was faster with the same code.
            Err(OperatorError::Store(StoreError::Condition(_))) => Err(OperatorError::Code),
            Err(error) => Err(error),
            Ok(()) => Ok((operator, token)),
        }
    }

    /// Takes an operator's token away.
    pub fn remove(&self, actor: &Actor, name: &str) -> Result<(), OperatorError> {
        check(actor)?;
        let found = self.kept()?.into_iter().find(|(document, _)| document.key == name);
        let (document, _) = found.ok_or_else(|| OperatorError::Unknown(name.to_owned()))?;
        let at = self.directory.clock().now();
        let writes = vec![removal(OPERATORS, document)];
        self.write(actor, at, writes, entry("Remove operator", name))
    }

    fn void_codes(&self) -> Result<Vec<SystemWrite>, OperatorError> {
        let codes = self.directory.store().system_documents(CODES)?;
        Ok(codes.into_iter().map(|document| removal(CODES, document)).collect())
    }

    fn kept(&self) -> Result<Vec<(Document, Kept)>, OperatorError> {
        let documents = self.directory.store().system_documents(OPERATORS)?;
        documents.into_iter().map(|document| Ok((document.clone(), parse(&document)?))).collect()
    }

    fn write(
        &self,
        actor: &Actor,
        at: Timestamp,
        writes: Vec<SystemWrite>,
        audit: AuditEntry,
    ) -> Result<(), OperatorError> {
        let request = self.directory.request().map(str::to_owned);
        let audit = AuditEntry { request, ..audit };
        let commit = SystemCommit { actor: actor.clone(), at, writes, audit };
        Ok(self.directory.store().commit_system(commit)?)
    }
}

fn check(actor: &Actor) -> Result<(), OperatorError> {
    Ok(access::check(actor, Permission::ManageTenants, TenantId::NIL)?)
}

/// A name stands in lines and tables, so it holds what stands there well.
fn check_name(name: &str) -> Result<(), OperatorError> {
    let fits = |one: char| one.is_alphanumeric() || " .-_@".contains(one);
    if name.trim().is_empty() || name.chars().count() > 64 || !name.chars().all(fits) {
        return Err(OperatorError::Name(name.to_owned()));
    }
    Ok(())
}

fn entry(activity: &str, name: &str) -> AuditEntry {
    AuditEntry {
        activity: activity.to_owned(),
        target_kind: "operator".to_owned(),
        target: name.to_owned(),
        detail: String::new(),
        request: None,
    }
}

fn put(collection: &str, key: String, version: u64, body: &impl Serialize) -> SystemWrite {
    let body = serde_json::to_string(body).expect("it has a JSON text");
    SystemWrite { collection: collection.to_owned(), key, version, body: Some(body) }
}

fn removal(collection: &str, document: Document) -> SystemWrite {
    let Document { key, version, .. } = document;
    SystemWrite { collection: collection.to_owned(), key, version, body: None }
}

fn parse<T: serde::de::DeserializeOwned>(document: &Document) -> Result<T, OperatorError> {
    let read = serde_json::from_str(&document.body);
    Ok(read.map_err(|error| StoreError::Damaged(error.to_string()))?)
}

/// 256 random bits behind a word that says what they are.
fn secret(word: &str) -> String {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).expect("the system gives randomness");
    format!("{word}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// A secret has so much randomness that a plain digest does not give it away.
fn digested(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::{ObjectId, StoreId};
    use store::{Store, memory::MemoryStore, verify};
    use testkit::{TestClock, TestIds};

    use super::*;

    fn operators() -> (Operators, Arc<TestClock>, Arc<MemoryStore>) {
        let clock = Arc::new(TestClock::new());
        let store = Arc::new(MemoryStore::new(StoreId::NIL));
        let directory = Directory::new(store.clone(), clock.clone(), Arc::new(TestIds::new()));
        (Operators::new(directory), clock, store)
    }

    #[test]
    fn a_code_makes_one_operator_once() {
        let (operators, _, store) = operators();
        assert!(operators.is_untouched().expect("read"));
        let code = operators.make_code(&Actor::System, None).expect("made");
        let (operator, token) = operators.redeem(&code, "ada").expect("good");
        assert_eq!(operator.name, "ada");
        let found = operators.authenticate(&token).expect("read");
        assert_eq!(found, Some(Actor::Operator { name: "ada".to_owned() }));
        assert!(matches!(operators.redeem(&code, "eve"), Err(OperatorError::Code)));
        assert_eq!(operators.authenticate(&code).expect("read"), None);
        let chain = store.audit(TenantId::NIL, 0, 10).expect("read");
        assert!(verify("", &chain).is_ok());
        let told = format!("{chain:?}");
        assert!(told.contains("Add operator") && !told.contains(&token) && !told.contains(&code));
    }

    #[test]
    fn a_new_code_voids_the_one_before_and_time_voids_both_kinds() {
        let (operators, clock, _) = operators();
        let first = operators.make_code(&Actor::System, Some("ada")).expect("made");
        let second = operators.make_code(&Actor::System, Some("ada")).expect("made");
        assert!(matches!(operators.redeem(&first, "x"), Err(OperatorError::Code)));
        let (operator, token) = operators.redeem(&second, "x").expect("good");
        assert_eq!(operator.name, "ada", "the code says for whom it is");
        let third = operators.make_code(&Actor::System, Some("ada")).expect("made");
        clock.advance_seconds(CODE_LIFE);
        assert!(matches!(operators.redeem(&third, "x"), Err(OperatorError::Code)));
        clock.advance_days(TOKEN_DAYS);
        assert_eq!(operators.authenticate(&token).expect("read"), None);
    }

    #[test]
    fn only_an_operator_makes_and_removes_operators() {
        let (operators, _, _) = operators();
        let person = Actor::User {
            tenant: TenantId::NIL,
            id: ObjectId::NIL,
            name: "bo".to_owned(),
            roles: model::Role::ALL.to_vec(),
            through: None,
        };
        assert!(matches!(operators.make_code(&person, None), Err(OperatorError::Denied(_))));
        assert!(matches!(operators.list(&person), Err(OperatorError::Denied(_))));
        let code = operators.make_code(&Actor::System, None).expect("made");
        let (_, token) = operators.redeem(&code, "ada").expect("good");
        assert!(matches!(operators.remove(&person, "ada"), Err(OperatorError::Denied(_))));
        operators.remove(&Actor::System, "ada").expect("she is there");
        assert_eq!(operators.authenticate(&token).expect("read"), None);
    }
}
