//! Whom notices trust: the certificates of the machine, and those of a file beside them, for an
//! authority of one's own. Certificates are checked against names always; nothing switches that off.

use std::{path::Path, sync::Arc};

use lettre::transport::smtp::client::{Certificate as MailRoot, TlsParameters};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::Error;

/// Whom notices trust.
#[derive(Clone, Default)]
pub struct Trust(Option<Arc<Vec<Vec<u8>>>>);

impl Trust {
    /// The certificates of the machine alone. `SSL_CERT_FILE` puts others in their place, as for other
    /// programs.
    pub fn of_machine() -> Self {
        Self(None)
    }

    /// Those of the machine, and those in a PEM file.
    pub fn and_file(file: &Path) -> Result<Self, Error> {
        let wrong =
            |why: String| Error::Settings(format!("notify.ca-file {}: {why}", file.display()));
        let text = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let mut roots = Vec::new();
        for item in parse_pem(&text) {
            match item.map_err(|error| wrong(error.to_string()))? {
                PemItem::Certificate(one) => roots.push(one.der().to_vec()),
                _ => return Err(wrong("it holds something that is no certificate".to_owned())),
            }
        }
        if roots.is_empty() {
            return Err(wrong("it holds no certificate in PEM".to_owned()));
        }
        Ok(Self(Some(Arc::new(roots))))
    }

    /// The roots of the web.
    pub(crate) fn roots(&self) -> RootCerts {
        let Some(extra) = &self.0 else { return RootCerts::PlatformVerifier };
        // What the machine's store cannot give is missing there for others too.
        let machine = rustls_native_certs::load_native_certs().certs;
        let machine = machine.iter().map(|one| Certificate::from_der(one).to_owned());
        let extra = extra.iter().map(|one| Certificate::from_der(one).to_owned());
        RootCerts::Specific(Arc::new(machine.chain(extra).collect()))
    }

    /// How a mail server of this name is spoken to; none where nothing has to be added.
    pub(crate) fn for_mail(&self, host: &str) -> Result<Option<TlsParameters>, Error> {
        let Some(extra) = &self.0 else { return Ok(None) };
        let wrong = |error| Error::Settings(format!("the mail server's certificates: {error}"));
        let mut builder = TlsParameters::builder(host.to_owned());
        for one in extra.iter() {
            builder = builder.add_root_certificate(MailRoot::from_der(one.clone()).map_err(wrong)?);
        }
        builder.build().map(Some).map_err(wrong)
    }
}
