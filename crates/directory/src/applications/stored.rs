//! How an application lies in the store. Those of versions that knew one secret and no object ids are
//! read as well: what they lack is made from the client id, so that it is the same at every reading.

use model::{ApplicationId, ObjectId, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Application, Certificate, Secret};

/// An application of any version.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stored {
    id: ApplicationId,
    object_id: Option<ObjectId>,
    service_principal: Option<ObjectId>,
    name: String,
    #[serde(default = "yes")]
    enabled: bool,
    grants: Vec<String>,
    #[serde(default)]
    delegated: Vec<String>,
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    public_client: bool,
    #[serde(default)]
    secrets: Vec<Secret>,
    #[serde(default)]
    certificates: Vec<Certificate>,
    /// The one secret of older versions.
    secret_digest: Option<String>,
    created: Timestamp,
}

fn yes() -> bool {
    true
}

impl From<Stored> for Application {
    fn from(stored: Stored) -> Self {
        let mut secrets = stored.secrets;
        secrets.extend(stored.secret_digest.map(|digest| Secret {
            key: derive(stored.id, "secret"),
            name: None,
            hint: String::new(),
            digest,
            start: stored.created,
            end: Timestamp::FAR,
        }));
        let derived = |what: &str| ObjectId(derive(stored.id, what));
        Self {
            id: stored.id,
            object_id: stored.object_id.unwrap_or_else(|| derived("application")),
            service_principal: stored.service_principal.unwrap_or_else(|| derived("principal")),
            name: stored.name,
            enabled: stored.enabled,
            grants: stored.grants,
            delegated: stored.delegated,
            redirect_uris: stored.redirect_uris,
            public_client: stored.public_client,
            secrets,
            certificates: stored.certificates,
            created: stored.created,
        }
    }
}

/// A UUID (version 8) out of an application's id and a word.
fn derive(id: ApplicationId, what: &str) -> Uuid {
    let digest = Sha256::new().chain_update(id.as_bytes()).chain_update(what).finalize();
    let mut bytes: [u8; 16] = digest[..16].try_into().expect("a digest has 32 bytes");
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_of_an_older_version_is_read_the_same_every_time() {
        let text = r#"{"id":"019b0000-0000-7000-8000-000000000007","name":"hr","grants":["User.Read.All"],
            "secretDigest":"abcd","created":"2026-01-05T08:00:00Z"}"#;
        let first: Application = serde_json::from_str(text).expect("it is read");
        let again: Application = serde_json::from_str(text).expect("it is read");
        assert_eq!(first, again);
        assert!(first.enabled);
        assert_ne!(first.object_id, first.service_principal);
        assert_eq!(first.secrets[0].digest, "abcd");
        let written = serde_json::to_string(&first).expect("it has a text");
        let read: Application = serde_json::from_str(&written).expect("it is read");
        assert_eq!(read, first);
    }
}
