//! Assertions that applications sign instead of sending a secret (graph-api.md 10.2).

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use directory::{Application, Certificate, seal::hex};
use model::{Tenant, Timestamp};
use x509_cert::{der::Decode, spki::SubjectPublicKeyInfoRef};

use crate::{
    Identity, Place, Refusal,
    jws::{self, Header, PublicKey},
    token::SKEW,
};

/// How far the end of an assertion may lie ahead, in seconds: until then it is remembered.
const LONGEST: i64 = 24 * 3600;

impl Identity {
    /// Checks that the application signed it: now, and for this endpoint. Where it stands alone, it is
    /// good `once` for what is asked; with a code or a refresh token it is those that are good once.
    pub(crate) fn check_assertion(
        &self,
        place: &Place,
        tenant: &Tenant,
        application: &Application,
        (text, once): (&str, Option<&str>),
    ) -> Result<(), Refusal> {
        let now = self.now();
        let token = jws::parse(text)
            .ok_or_else(|| Refusal::wrong_assertion("The assertion cannot be read."))?;
        let certificate = application
            .certificates
            .iter()
            .find(|one| is_named(one, &token.header))
            .ok_or_else(|| Refusal::wrong_assertion("The key was not found."))?;
        if now < certificate.start || now >= certificate.end {
            return Err(Refusal::wrong_assertion("The certificate is not within its time."));
        }
        let key = public_key(certificate)
            .ok_or_else(|| Refusal::wrong_assertion("The key is of no kind that is taken."))?;
        if !token.verify(&key) {
            return Err(Refusal::wrong_assertion("The signature is not the key's."));
        }
        let id = application.id.to_string();
        let is_own = |name| token.text(name).is_some_and(|text| text.eq_ignore_ascii_case(&id));
        if !is_own("iss") || !is_own("sub") {
            return Err(Refusal::wrong_assertion("Issuer and subject must be the client id."));
        }
        if !token.is_for(|audience| is_endpoint(audience, place, tenant)) {
            return Err(Refusal::wrong_assertion("The audience must be the token endpoint."));
        }
        let end = check_time(&token, now)?;
        let Some(once) = once else { return Ok(()) };
        // Without an id the text itself is what must not come twice.
        let given = token.text("jti").map_or_else(|| text.to_owned(), |jti| format!("{id} {jti}"));
        let name = digest(&SHA256, format!("{given} {once}").as_bytes());
        let name = name.as_ref().try_into().expect("a digest of SHA-256 has 32 bytes");
        match self.assertions().insert(name, (), end, now) {
            true => Ok(()),
            false => Err(Refusal::wrong_assertion("The assertion was used already.")),
        }
    }
}

fn check_time(token: &jws::Token<'_>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let seconds = now.0 / 1000;
    let Some(end) = token.seconds("exp") else {
        return Err(Refusal::untimely_assertion("It has no end."));
    };
    if seconds >= end.saturating_add(SKEW) || end > seconds + LONGEST {
        return Err(Refusal::untimely_assertion("It has ended, or ends too late."));
    }
    let begin = token.seconds("nbf").or_else(|| token.seconds("iat"));
    if begin.is_some_and(|begin| begin > seconds + SKEW) {
        return Err(Refusal::untimely_assertion("Its time has not come."));
    }
    Ok(Timestamp((end + SKEW) * 1000))
}

/// Whether the header names this certificate: by either thumbprint, or by holding it.
fn is_named(certificate: &Certificate, header: &Header) -> bool {
    let is_mark = |text: &str, thumbprint: &str| {
        jws::decode(text).is_some_and(|bytes| hex(&bytes) == thumbprint)
    };
    if let Some(mark) = &header.x5t_sha256 {
        return is_mark(mark, &certificate.thumbprint_sha256);
    }
    if let Some(mark) = &header.x5t {
        return is_mark(mark, &certificate.thumbprint);
    }
    if let Some(mark) = &header.kid {
        return is_mark(mark, &certificate.thumbprint)
            || is_mark(mark, &certificate.thumbprint_sha256)
            || mark.eq_ignore_ascii_case(&certificate.thumbprint)
            || mark.eq_ignore_ascii_case(&certificate.thumbprint_sha256);
    }
    let first = match &header.x5c {
        Some(serde_json::Value::String(one)) => Some(one.as_str()),
        Some(serde_json::Value::Array(several)) => several.first().and_then(|one| one.as_str()),
        _ => None,
    };
    let der = first.and_then(|text| STANDARD.decode(text).ok());
    der.is_some_and(|der| hex(digest(&SHA256, &der).as_ref()) == certificate.thumbprint_sha256)
}

/// Whether the audience is the token endpoint of this tenant, under any of its names.
fn is_endpoint(audience: &str, place: &Place, tenant: &Tenant) -> bool {
    let Some(path) = audience.strip_prefix(&place.origin) else { return false };
    let Some(rest) = path.strip_prefix('/') else { return false };
    let Some((name, endpoint)) = rest.split_once('/') else { return false };
    let is_tenant = name.eq_ignore_ascii_case(&tenant.id.to_string())
        || tenant.domains.iter().any(|domain| domain.as_str().eq_ignore_ascii_case(name));
    is_tenant && matches!(endpoint, "oauth2/v2.0/token" | "v2.0")
}

fn public_key(certificate: &Certificate) -> Option<PublicKey> {
    const RSA: &str = "1.2.840.113549.1.1.1";
    const EC: &str = "1.2.840.10045.2.1";
    let der = STANDARD.decode(&certificate.public_key).ok()?;
    let info = SubjectPublicKeyInfoRef::from_der(&der).ok()?;
    let bytes = info.subject_public_key.as_bytes()?.to_vec();
    match info.algorithm.oid.to_string().as_str() {
        RSA => Some(PublicKey::Rsa(bytes)),
        EC => Some(PublicKey::P256(bytes)),
        _ => None,
    }
}
