//! The webhook: a POST of the notice as JSON, signed with the time of the attempt, so that the receiver
//! knows that it is ours and not an old one sent again.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::hmac;
use directory::seal::{from_hex, hex};
use model::{Notice, Timestamp};
use ureq::{Agent, tls::TlsConfig};

use crate::{Error, Trust};

/// The header with the time and the signature: `t=SECONDS,v1=HEX`.
pub const SIGNATURE: &str = "Syncline-Signature";
/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Posts a notice; anything but a status of success is a refusal. Redirects are not followed: whoever
/// set the address meant that one.
pub(crate) fn send(
    (url, trust): (&str, &Trust),
    secret: &str,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Error> {
    let body = serde_json::to_string(notice).expect("a notice has a JSON text");
    let sent = agent(trust)
        .post(url)
        .header("Content-Type", "application/json")
        .header("Syncline-Notice", notice.id.to_string())
        .header(SIGNATURE, sign(secret, now, &body))
        .send(body.as_str());
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(Error::Refused(format!("the webhook answered {}", answer.status()))),
        Err(error) => Err(Error::Refused(format!("the webhook: {error}"))),
    }
}

fn agent(trust: &Trust) -> Agent {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(trust.roots())
        .unversioned_rustls_crypto_provider(crypto)
        .build();
    Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .max_redirects(0)
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .into()
}

/// The header's text: HMAC-SHA256 over the seconds, a dot, and the body.
pub fn sign(secret: &str, at: Timestamp, body: &str) -> String {
    let seconds = at.0.div_euclid(1_000);
    let tag = hmac::sign(&key(secret), signed(seconds, body).as_bytes());
    format!("t={seconds},v1={}", hex(tag.as_ref()))
}

/// Whether a header signs a body, not longer ago than so many seconds: what a receiver does.
pub fn verify(secret: &str, header: &str, body: &str, now: Timestamp, at_most: i64) -> bool {
    let part = |name: &str| {
        header.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let (Some(Ok(seconds)), Some(Some(tag))) =
        (part("t").map(str::parse::<i64>), part("v1").map(from_hex))
    else {
        return false;
    };
    let age = now.0.div_euclid(1_000) - seconds;
    age.abs() <= at_most
        && hmac::verify(&key(secret), signed(seconds, body).as_bytes(), &tag).is_ok()
}

fn signed(seconds: i64, body: &str) -> String {
    format!("{seconds}.{body}")
}

fn key(secret: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())
}
