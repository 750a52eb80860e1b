//! The audit log: one entry per group of writes, chained over digests of its payload, so that the
//! payload can be erased later and the chain still holds.

use model::{Actor, ChangeNumber, Tenant, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a writer says about a group of writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// The activity, as in `Add user`.
    pub activity: String,
    /// The kind of thing that it was done to: `user`, `group`, `policy`, `job`, `tenant`.
    pub target_kind: String,
    /// The id of that thing.
    pub target: String,
    /// JSON text with what changed: names, and old and new values. Empty when there is no more to
    /// say. Secrets never stand in it.
    pub detail: String,
    /// The id of the HTTP request that it was done for; none for what came another way. Entries
    /// from before there were any have the same digest without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

impl AuditEntry {
    /// What the system's chain says about a tenant that was made, changed or removed.
    pub fn of_tenant(activity: &str, tenant: &Tenant) -> Self {
        Self {
            activity: activity.to_owned(),
            target_kind: "tenant".to_owned(),
            target: tenant.id.to_string(),
            detail: serde_json::json!({ "name": tenant.name, "domains": tenant.domains })
                .to_string(),
            request: None,
        }
    }
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Audited {
    /// The number of the last change of the group that it tells about.
    pub number: ChangeNumber,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What; none when it was erased.
    pub entry: Option<AuditEntry>,
    /// SHA-256 of the entry's canonical text, in hexadecimal.
    pub digest: String,
    /// SHA-256 over the chain value before, the number and the digest, in hexadecimal.
    pub chain: String,
}

/// Where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("audit entry {number} does not hold: {what}")]
pub struct ChainError {
    /// The entry.
    pub number: ChangeNumber,
    /// What is wrong with it.
    pub what: &'static str,
}

/// The digest and the chain value of an entry that follows one with the chain value `before`
/// (empty for the first).
pub fn chain(
    before: &str,
    number: ChangeNumber,
    at: Timestamp,
    actor: &Actor,
    entry: &AuditEntry,
) -> (String, String) {
    let digest = digest(at, actor, entry);
    let chain = link(before, number, &digest);
    (digest, chain)
}

/// The digest of an entry, which does not depend on what stands before it.
pub fn digest(at: Timestamp, actor: &Actor, entry: &AuditEntry) -> String {
    let text = serde_json::to_string(&(at.0, actor, entry)).expect("plain data has a JSON text");
    hex(&Sha256::digest(text.as_bytes()))
}

/// The chain value of an entry with this number and digest that follows the chain value `before`.
pub fn link(before: &str, number: ChangeNumber, digest: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(before.as_bytes());
    hash.update(number.to_be_bytes());
    hash.update(digest.as_bytes());
    hex(&hash.finalize())
}

/// Checks entries that follow one another, the first of them after the chain value `before`; gives
/// the last chain value.
pub fn verify(before: &str, entries: &[Audited]) -> Result<String, ChainError> {
    let mut before = before.to_owned();
    for entry in entries {
        let fail = |what| Err(ChainError { number: entry.number, what });
        if let Some(kept) = &entry.entry
            && digest(entry.at, &entry.actor, kept) != entry.digest
        {
            return fail("its text is not what was written");
        }
        if link(&before, entry.number, &entry.digest) != entry.chain {
            return fail("an entry before it was changed, removed or put in");
        }
        before.clone_from(&entry.chain);
    }
    Ok(before)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Audited> {
        let mut before = String::new();
        (1..=3)
            .map(|number| {
                let entry = AuditEntry {
                    activity: "Add user".to_owned(),
                    target_kind: "user".to_owned(),
                    target: number.to_string(),
                    detail: String::new(),
                    request: None,
                };
                let (at, actor) = (Timestamp(0), Actor::System);
                let (digest, chain) = chain(&before, number, at, &actor, &entry);
                before.clone_from(&chain);
                Audited { number, at, actor, entry: Some(entry), digest, chain }
            })
            .collect()
    }

    #[test]
    fn a_chain_holds_whole_in_parts_and_with_erased_entries() {
        let mut entries = entries();
        entries[1].entry = None;
        let middle = verify("", &entries[..2]).expect("the beginning holds");
        let last = verify(&middle, &entries[2..]).expect("the rest holds");
        assert_eq!(last, entries[2].chain);
    }

    #[test]
    fn what_was_changed_or_taken_out_is_named() {
        let mut changed = entries();
        changed[1].actor = Actor::Operator { name: "somebody".to_owned() };
        assert_eq!(verify("", &changed).expect_err("it was changed").number, 2);
        let mut shorter = entries();
        shorter.remove(0);
        assert_eq!(verify("", &shorter).expect_err("one is missing").number, 2);
    }

    #[test]
    fn entries_from_before_there_were_requests_keep_their_digest() {
        let text = r#"{"activity":"Add user","targetKind":"user","target":"1","detail":""}"#;
        let old: AuditEntry = serde_json::from_str(text).expect("an entry of old");
        assert_eq!(serde_json::to_string(&old).expect("plain data"), text);
        let new = AuditEntry { request: Some("a".to_owned()), ..old.clone() };
        let of = |entry| digest(Timestamp(0), &Actor::System, entry);
        assert_ne!(of(&old), of(&new), "the request is under the chain as well");
    }
}
