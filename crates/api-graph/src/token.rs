//! Tokens that lead a caller on: pages and rounds of changes. They are opaque and carry a checksum,
//! so that a garbled one is told from a good one. They grant nothing: what they ask for is checked
//! like every other question, and they hold nothing but what their caller could have asked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::TenantId;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

const CHECKSUM: usize = 8;

/// The text of a token. `purpose` and tenant are part of its checksum: a token of another kind or of
/// another tenant is none.
pub fn write<T: Serialize>(purpose: &str, tenant: TenantId, value: &T) -> String {
    let mut bytes = serde_json::to_vec(value).expect("plain data has a JSON text");
    let checksum = checksum(purpose, tenant, &bytes);
    bytes.extend_from_slice(&checksum);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a token says; none when it is no token of this kind.
pub fn read<T: DeserializeOwned>(purpose: &str, tenant: TenantId, text: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (body, found) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
    (checksum(purpose, tenant, body) == found).then_some(())?;
    serde_json::from_slice(body).ok()
}

fn checksum(purpose: &str, tenant: TenantId, body: &[u8]) -> [u8; CHECKSUM] {
    let mut hash = Sha256::new();
    hash.update(purpose.as_bytes());
    hash.update([0]);
    hash.update(tenant.as_bytes());
    hash.update(body);
    let digest = hash.finalize();
    let mut short = [0; CHECKSUM];
    short.copy_from_slice(&digest[..CHECKSUM]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_of_the_same_tenant_and_purpose_is_read() {
        let token = write("page", TenantId::NIL, &7);
        assert_eq!(read("page", TenantId::NIL, &token), Some(7));
        assert_eq!(read::<i32>("delta", TenantId::NIL, &token), None);
        assert_eq!(read::<i32>("page", TenantId::MADE_UP, &token), None);
        assert_eq!(read::<i32>("page", TenantId::NIL, &token[1..]), None);
        assert_eq!(read::<i32>("page", TenantId::NIL, "x"), None);
    }
}
