//! What applications prove themselves with: secrets and certificates, several of each, each with its
//! time. Of a secret only a digest is kept (256 random bits need no slow hash) and the first three
//! characters, by which people tell them apart; of a certificate everything, since nothing is secret.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use model::{Actor, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use x509_cert::der::{Decode, Encode};

use super::Application;
use crate::{Directory, Error, seal::hex};

/// How long a secret is good where nobody says it, in days: two years, as Graph has it.
const USUAL_DAYS: i64 = 730;

/// How many secrets, and how many certificates, an application can have.
const MOST: usize = 20;

/// A secret of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// Its id.
    pub key: Uuid,
    /// What it is called.
    pub name: Option<String>,
    /// Its first three characters; none for a secret of an older version.
    pub hint: String,
    /// SHA-256 of it, in hexadecimal.
    pub digest: String,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// A certificate of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Its id.
    pub key: Uuid,
    /// What it is called.
    pub name: Option<String>,
    /// SHA-1 of the certificate, in hexadecimal: clients name it so.
    pub thumbprint: String,
    /// SHA-256 of the certificate, in hexadecimal.
    pub thumbprint_sha256: String,
    /// The certificate (DER) in base64.
    pub certificate: String,
    /// Its public key (SubjectPublicKeyInfo, DER) in base64.
    pub public_key: String,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// What is said about a new credential.
#[derive(Clone, Debug, Default)]
pub struct NewCredential {
    /// What it is called.
    pub name: Option<String>,
    /// When it begins; now, or with the certificate.
    pub start: Option<Timestamp>,
    /// When it ends; two years after it begins, or with the certificate.
    pub end: Option<Timestamp>,
}

impl Application {
    /// The secret, if it is one of these, whether in its time or not. Every digest is compared to its
    /// end, so that the time tells nothing.
    pub fn find_secret(&self, secret: &str) -> Option<&Secret> {
        let wanted = digest_secret(secret);
        let mut found = None;
        for one in &self.secrets {
            let same = aws_lc_rs::constant_time::verify_slices_are_equal(
                one.digest.as_bytes(),
                wanted.as_bytes(),
            );
            found = same.is_ok().then_some(one).or(found);
        }
        found
    }
}

impl Directory {
    /// Gives an application, found by id or name, one more secret: 256 random bits as text.
    pub fn add_application_secret(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        new: NewCredential,
        secret: &str,
    ) -> Result<Secret, Error> {
        let secret = self.new_secret(new, secret)?;
        self.change_application(actor, tenant, name, "Add application secret", |application| {
            check_room(application.secrets.len())?;
            application.secrets.push(secret.clone());
            Ok(serde_json::json!({ "keyId": secret.key, "name": secret.name, "end": secret.end }))
        })?;
        Ok(secret)
    }

    /// Takes a secret away, named by its id.
    pub fn remove_application_secret(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        key: Uuid,
    ) -> Result<(), Error> {
        let activity = "Remove application secret";
        self.change_application(actor, tenant, name, activity, |application| {
            let before = application.secrets.len();
            application.secrets.retain(|one| one.key != key);
            removed("secret", key, before, application.secrets.len())
        })
        .map(drop)
    }

    /// Puts one secret in the place of all that an application has.
    pub fn replace_application_secrets(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        secret: &str,
    ) -> Result<Application, Error> {
        let secret = self.new_secret(NewCredential::default(), secret)?;
        let activity = "Replace application secrets";
        self.change_application(actor, tenant, name, activity, |application| {
            let removed: Vec<_> = application.secrets.iter().map(|one| one.key).collect();
            application.secrets = vec![secret.clone()];
            Ok(serde_json::json!({ "keyId": secret.key, "removed": removed }))
        })
    }

    /// Gives an application one more certificate (PEM or DER).
    pub fn add_application_certificate(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        new: NewCredential,
        certificate: &[u8],
    ) -> Result<Certificate, Error> {
        let certificate = self.new_certificate(new, certificate)?;
        let activity = "Add application certificate";
        self.change_application(actor, tenant, name, activity, |application| {
            let same = |one: &Certificate| one.thumbprint_sha256 == certificate.thumbprint_sha256;
            if application.certificates.iter().any(same) {
                let what = format!("certificate {}", certificate.thumbprint);
                return Err(Error::Exists { what });
            }
            check_room(application.certificates.len())?;
            application.certificates.push(certificate.clone());
            Ok(serde_json::json!({
                "keyId": certificate.key,
                "name": certificate.name,
                "thumbprint": certificate.thumbprint,
                "end": certificate.end,
            }))
        })?;
        Ok(certificate)
    }

    /// Takes a certificate away, named by its id.
    pub fn remove_application_certificate(
        &self,
        actor: &Actor,
        tenant: TenantId,
        name: &str,
        key: Uuid,
    ) -> Result<(), Error> {
        let activity = "Remove application certificate";
        self.change_application(actor, tenant, name, activity, |application| {
            let before = application.certificates.len();
            application.certificates.retain(|one| one.key != key);
            removed("certificate", key, before, application.certificates.len())
        })
        .map(drop)
    }

    /// A secret that is not anybody's yet.
    pub(super) fn new_secret(&self, new: NewCredential, secret: &str) -> Result<Secret, Error> {
        let start = new.start.unwrap_or_else(|| self.clock.now());
        let end = new.end.unwrap_or_else(|| start.plus_days(USUAL_DAYS));
        check_time(start, end)?;
        Ok(Secret {
            key: self.ids.next(),
            name: new.name,
            hint: secret.chars().take(3).collect(),
            digest: digest_secret(secret),
            start,
            end,
        })
    }

    fn new_certificate(&self, new: NewCredential, text: &[u8]) -> Result<Certificate, Error> {
        let der = from_pem(text)?;
        let wrong = |_| Error::Certificate { fault: "it is none, neither as PEM nor as DER" };
        let parsed = x509_cert::Certificate::from_der(&der).map_err(wrong)?;
        let validity = parsed.tbs_certificate.validity;
        let instant = |time: x509_cert::time::Time| {
            let millis = time.to_unix_duration().as_millis();
            Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
        };
        let (first, last) = (instant(validity.not_before), instant(validity.not_after));
        // It is never good outside of its own time.
        let start = new.start.map_or(first, |start| start.max(first));
        let end = new.end.map_or(last, |end| end.min(last));
        check_time(start, end)?;
        let key = parsed.tbs_certificate.subject_public_key_info.to_der().map_err(wrong)?;
        Ok(Certificate {
            key: self.ids.next(),
            name: new.name,
            thumbprint: hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der).as_ref()),
            thumbprint_sha256: hex(&Sha256::digest(&der)),
            certificate: STANDARD.encode(&der),
            public_key: STANDARD.encode(key),
            start,
            end,
        })
    }
}

/// SHA-256 of a secret, in hexadecimal.
pub fn digest_secret(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// The certificate in a text of PEM, or the bytes as they are.
fn from_pem(text: &[u8]) -> Result<Vec<u8>, Error> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let told = std::str::from_utf8(text).unwrap_or_default();
    let Some(inner) = told.split_once(BEGIN) else {
        return match told.contains("PRIVATE KEY-----") {
            true => Err(Error::Certificate {
                fault: "this is a private key, which stays with its owner",
            }),
            false => Ok(text.to_vec()),
        };
    };
    let inner = inner.1.split_once(END).map_or(inner.1, |(inner, _)| inner);
    let letters: String = inner.chars().filter(|one| !one.is_whitespace()).collect();
    let wrong = |_| Error::Certificate { fault: "it is no PEM text" };
    STANDARD.decode(letters).map_err(wrong)
}

fn check_time(start: Timestamp, end: Timestamp) -> Result<(), Error> {
    match start < end {
        true => Ok(()),
        false => Err(Error::invalid("expires", format!("{end} is not after {start}"))),
    }
}

fn check_room(held: usize) -> Result<(), Error> {
    match held < MOST {
        true => Ok(()),
        false => Err(Error::invalid("credentials", format!("there are {MOST} already"))),
    }
}

fn removed(
    kind: &'static str,
    key: Uuid,
    before: usize,
    after: usize,
) -> Result<serde_json::Value, Error> {
    match before == after {
        true => Err(Error::not_found(kind, key)),
        false => Ok(serde_json::json!({ "keyId": key })),
    }
}
