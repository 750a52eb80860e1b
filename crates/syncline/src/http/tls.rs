//! Certificates of the TLS listener: one of an own CA, made at the first start, or a given one. Files
//! that change are read again while the server works; an own certificate is renewed before its end.

use std::{
    fs,
    io::Write,
    net::IpAddr,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
    time::SystemTime,
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use crate::failure::Failure;

/// How long an own certificate is good for, and how long before its end it is renewed, in days.
/// Clients of some systems refuse certificates that are good for longer than this.
const DAYS: i64 = 397;
const RENEW: i64 = 60;
const CA_DAYS: i64 = 3_650;

/// Stands before an own certificate in its file; readers of PEM skip it.
const NOTE: &str = "made by syncline, good until ";

/// Where the certificate comes from.
pub enum Origin {
    /// An own CA in this folder, for these names.
    Own { folder: PathBuf, names: Vec<String> },
    /// Given files.
    Given { certificate: PathBuf, key: PathBuf },
}

/// The certificate that is shown to callers now.
#[derive(Debug)]
pub struct Current {
    key: RwLock<Arc<CertifiedKey>>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.key.read().ok().map(|key| key.clone())
    }
}

/// Keeps the current certificate up to its files.
pub struct Keeper {
    origin: Origin,
    current: Arc<Current>,
    seen: Option<Stamp>,
}

/// When and how long the two files were.
type Stamp = [(SystemTime, u64); 2];

impl Keeper {
    /// Reads the certificate, making one where it is ours to make.
    pub fn open(origin: Origin) -> Result<Self, Failure> {
        origin.prepare()?;
        let seen = origin.stamp();
        let key = RwLock::new(Arc::new(origin.load()?));
        Ok(Self { origin, current: Arc::new(Current { key }), seen })
    }

    /// The file of the own CA, for callers to trust.
    pub fn ca(&self) -> Option<PathBuf> {
        match &self.origin {
            Origin::Own { folder, .. } => Some(folder.join("ca.pem")),
            Origin::Given { .. } => None,
        }
    }

    /// What the TLS listener needs: TLS 1.2 and 1.3, HTTP/2 and 1.1.
    pub fn config(&self) -> Result<Arc<ServerConfig>, Failure> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::new("internal", error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Looks whether the certificate is due or its files changed. True when another one is shown from
    /// now on; a broken file leaves the one before in place.
    pub fn look(&mut self) -> Result<bool, Failure> {
        self.origin.prepare()?;
        let stamp = self.origin.stamp();
        if stamp == self.seen {
            return Ok(false);
        }
        // A file that cannot be read is told about once, not at every look.
        self.seen = stamp;
        let key = Arc::new(self.origin.load()?);
        if let Ok(mut current) = self.current.key.write() {
            *current = key;
        }
        Ok(true)
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

impl Origin {
    fn files(&self) -> [PathBuf; 2] {
        match self {
            Self::Own { folder, .. } => [folder.join("server.pem"), folder.join("server.key")],
            Self::Given { certificate, key } => [certificate.clone(), key.clone()],
        }
    }

    fn stamp(&self) -> Option<Stamp> {
        let [certificate, key] = self.files().map(|file| {
            let about = fs::metadata(file).ok()?;
            Some((about.modified().ok()?, about.len()))
        });
        Some([certificate?, key?])
    }

    fn load(&self) -> Result<CertifiedKey, Failure> {
        let [certificate, key] = self.files();
        let chain = CertificateDer::pem_file_iter(&certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unreadable(&certificate, error))?;
        if chain.is_empty() {
            return Err(unreadable(&certificate, "there is no certificate in it"));
        }
        let secret = PrivateKeyDer::from_pem_file(&key).map_err(|error| unreadable(&key, error))?;
        CertifiedKey::from_der(chain, secret, &provider()).map_err(|error| {
            let text = format!("{} and {}: {error}", certificate.display(), key.display());
            Failure::new("certificate-invalid", text).hint(HINT)
        })
    }

    fn prepare(&self) -> Result<(), Failure> {
        let Self::Own { folder, names } = self else { return Ok(()) };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let [certificate, _] = self.files();
        let ca = folder.join("ca.pem");
        let ca_is_good = is_good(&ca, &note(&[]), today);
        if ca_is_good && is_good(&certificate, &note(names), today) {
            return Ok(());
        }
        if !ca_is_good {
            make_ca(folder, today)?;
        }
        make_server(folder, names, today)
    }
}

const HINT: &str =
    "give the certificate with its chain and the key that belongs to it, both as PEM";

fn unreadable(file: &Path, error: impl std::fmt::Display) -> Failure {
    Failure::new("certificate-invalid", format!("{}: {error}", file.display())).hint(HINT)
}

fn note(names: &[String]) -> String {
    format!(" for {}", names.join(", "))
}

/// Whether an own certificate is there, for these names, and not near its end.
fn is_good(file: &Path, names: &str, today: Date) -> bool {
    let Ok(text) = fs::read_to_string(file) else { return false };
    let Some(rest) = text.lines().next().and_then(|line| line.strip_prefix(NOTE)) else {
        return false;
    };
    let Some((until, rest)) = rest.split_at_checked(10) else { return false };
    let until = until.parse::<Date>().ok();
    let renew = today.checked_add(RENEW.days()).ok();
    rest == names && until.zip(renew).is_some_and(|(until, renew)| until > renew)
}

fn make_ca(folder: &Path, today: Date) -> Result<(), Failure> {
    let key = KeyPair::generate().map_err(made)?;
    let params = ca_params(&key, today);
    let certificate = params.self_signed(&key).map_err(made)?;
    write(&folder.join("ca.key"), &key.serialize_pem(), 0o600)?;
    let text = noted(&certificate.pem(), &[], plus(today, CA_DAYS));
    write(&folder.join("ca.pem"), &text, 0o644)
}

fn make_server(folder: &Path, names: &[String], today: Date) -> Result<(), Failure> {
    let file = folder.join("ca.key");
    let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, error))?;
    let ca_key = KeyPair::from_pem(&text).map_err(|error| unreadable(&file, error))?;
    let issuer = Issuer::new(ca_params(&ca_key, today), ca_key);
    let key = KeyPair::generate().map_err(made)?;
    let mut params = CertificateParams::new(names.to_vec()).map_err(made)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, names.first().map_or("localhost", String::as_str));
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    lasts(&mut params, today, DAYS - 1);
    let certificate = params.signed_by(&key, &issuer).map_err(made)?;
    // The key first: between the two renames the files do not fit, and then the old pair stays shown.
    write(&folder.join("server.key"), &key.serialize_pem(), 0o600)?;
    let text = noted(&certificate.pem(), names, plus(today, DAYS - 1));
    write(&folder.join("server.pem"), &text, 0o644)
}

/// The CA as its key tells: the name comes from the key, so that the two of different servers can be
/// trusted side by side, and a new certificate needs nothing but the key.
fn ca_params(key: &KeyPair, today: Date) -> CertificateParams {
    let mut params = CertificateParams::default();
    let identifier = params.key_identifier(key);
    let short: String = identifier.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, format!("Syncline CA {short}"));
    params.distinguished_name = name;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lasts(&mut params, today, CA_DAYS);
    params
}

/// Good from yesterday on, since clocks differ.
fn lasts(params: &mut CertificateParams, today: Date, days: i64) {
    let [from, until] = [plus(today, -1), plus(today, days)].map(|day| {
        let (month, day_of_month) = (day.month().unsigned_abs(), day.day().unsigned_abs());
        date_time_ymd(i32::from(day.year()), month, day_of_month)
    });
    params.not_before = from;
    params.not_after = until;
}

fn noted(pem: &str, names: &[String], until: Date) -> String {
    format!("{NOTE}{until}{}\n{pem}", note(names))
}

fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

fn made(error: rcgen::Error) -> Failure {
    Failure::new("certificate-invalid", format!("a certificate cannot be made: {error}"))
}

/// Writes a file whole or not at all.
fn write(file: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let part = file.with_extension("new");
    drop(fs::remove_file(&part));
    let mut open = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&part)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    Ok(fs::rename(&part, file)?)
}

/// The names that an own certificate is for, whatever the listener's address.
pub fn names(listen: IpAddr, more: &[String]) -> Vec<String> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !listen.is_unspecified() {
        names.push(listen.to_string());
    }
    names.extend(more.iter().cloned());
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}
