//! Signed tokens in their compact form: three parts of base64url. The algorithms are the three that
//! exist here; whatever else a header names, `none` and shared secrets above all, is not one.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest token that is looked at.
const LONGEST: usize = 16 << 10;

/// What the parts of a token hold. Nothing of it is believed before `verify`.
pub(crate) struct Token<'a> {
    pub header: Header,
    pub claims: Map<String, Value>,
    signed: &'a str,
    signature: Vec<u8>,
}

/// The header of a token, as far as it is looked at.
#[derive(Deserialize)]
pub(crate) struct Header {
    pub alg: String,
    pub kid: Option<String>,
    pub x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    pub x5t_sha256: Option<String>,
    pub x5c: Option<Value>,
    /// Extensions that have to be understood; none is.
    pub crit: Option<Value>,
}

/// A public key.
pub(crate) enum PublicKey {
    /// The numbers of an RSA key.
    RsaNumbers { n: Vec<u8>, e: Vec<u8> },
    /// An RSA key as PKCS#1 has it.
    Rsa(Vec<u8>),
    /// A point on P-256, uncompressed.
    P256(Vec<u8>),
}

/// Takes a token apart. None when it is none.
pub(crate) fn parse(text: &str) -> Option<Token<'_>> {
    if text.len() > LONGEST {
        return None;
    }
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
    if header.crit.is_some() {
        return None;
    }
    let claims = serde_json::from_slice(&decode(claims)?).ok()?;
    Some(Token { header, claims, signed, signature: decode(signature)? })
}

/// The parts of a token, signed by a function of the text.
pub(crate) fn seal(
    header: &Value,
    claims: &Value,
    sign: impl FnOnce(&[u8]) -> Option<Vec<u8>>,
) -> Option<String> {
    let mut text = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = sign(text.as_bytes())?;
    text.push('.');
    text.push_str(&encode(signature));
    Some(text)
}

impl Token<'_> {
    /// Whether the key signed it, with the algorithm that the header names and that fits the key.
    pub fn verify(&self, key: &PublicKey) -> bool {
        let (message, signature) = (self.signed.as_bytes(), self.signature.as_slice());
        let verified =
            match (self.header.alg.as_str(), key) {
                ("RS256", PublicKey::Rsa(key)) => {
                    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
                        .verify(message, signature)
                }
                ("PS256", PublicKey::Rsa(key)) => {
                    UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, key)
                        .verify(message, signature)
                }
                ("RS256", PublicKey::RsaNumbers { n, e }) => RsaPublicKeyComponents { n, e }
                    .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
                ("PS256", PublicKey::RsaNumbers { n, e }) => RsaPublicKeyComponents { n, e }
                    .verify(&RSA_PSS_2048_8192_SHA256, message, signature),
                ("ES256", PublicKey::P256(point)) => {
                    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                        .verify(message, signature)
                }
                _ => return false,
            };
        verified.is_ok()
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// A claim that is an instant, in seconds since 1970.
    pub fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.claims.get(name)?;
        // Some libraries write a fraction; what lies behind the point is not looked at.
        value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
    }

    /// Whether the audience is this one, or this one is among them.
    pub fn is_for(&self, accepted: impl Fn(&str) -> bool) -> bool {
        match self.claims.get("aud") {
            Some(Value::String(one)) => accepted(one),
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).any(&accepted),
            _ => false,
        }
    }
}

/// Base64url without padding.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes behind base64url; padding is taken, since some clients keep it.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}
