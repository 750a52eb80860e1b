//! Far ends behind TLS, with certificates of an authority that is made for the test.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// An authority that signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "authority of a test");
        let key = KeyPair::generate().expect("there is randomness");
        Self(CertifiedIssuer::self_signed(params, key).expect("it is signed"))
    }

    /// Its certificate as a file.
    pub fn write(&self, folder: &Path, name: &str) -> PathBuf {
        let file = folder.join(name);
        std::fs::write(&file, self.0.pem()).expect("written");
        file
    }

    /// A server's configuration with a certificate for this name.
    fn serve(&self, name: &str) -> Arc<ServerConfig> {
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("there is randomness");
        let certificate = params.signed_by(&key, &self.0).expect("it is signed");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("it speaks them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key);
        Arc::new(config.expect("the key fits"))
    }
}

/// How a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// HTTPS.
    Web,
    /// SMTP over TLS from the first byte.
    Smtps,
    /// SMTP that goes over to TLS when it is asked to.
    StartTls,
    /// SMTP that knows no TLS.
    Plain,
}

/// A server that keeps whatever was said behind TLS, and before it.
pub struct Server {
    /// The port on this machine.
    pub port: u16,
    said: Arc<Mutex<Vec<String>>>,
    clear: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server with a certificate for a name.
    pub fn start(authority: &Authority, name: &str, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let config = authority.serve(name);
        let (said, clear) = (Arc::<Mutex<Vec<String>>>::default(), Arc::default());
        let (keep, keep_clear) = (said.clone(), Arc::clone(&clear));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that does not trust the certificate goes away in the middle.
                drop(converse(stream, &config, manner, (&keep, &keep_clear)));
            }
        });
        Self { port, said, clear }
    }

    /// What was said behind TLS, once something was.
    pub fn said(&self) -> String {
        for _ in 0..500 {
            if !lock(&self.said).is_empty() {
                break;
            }
            thread::sleep(std::time::Duration::from_millis(10));
        }
        lock(&self.said).concat()
    }

    /// What has been said so far, behind TLS and before it.
    pub fn said_so_far(&self) -> (String, String) {
        (lock(&self.said).concat(), lock(&self.clear).concat())
    }
}

type Kept<'a> = &'a Mutex<Vec<String>>;

fn lock(of: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    of.lock().expect("nobody panics with it")
}

fn converse(
    mut stream: TcpStream,
    config: &Arc<ServerConfig>,
    manner: Manner,
    (said, clear): (Kept<'_>, Kept<'_>),
) -> std::io::Result<()> {
    let tls = |stream| {
        let connection = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(StreamOwned::new(connection, stream))
    };
    match manner {
        Manner::Web => {
            let mut reader = BufReader::new(tls(stream)?);
            let request = read_request(&mut reader)?;
            let answer =
                b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            reader.get_mut().write_all(answer)?;
            reader.get_mut().flush()?;
            lock(said).push(request);
        }
        Manner::Smtps => {
            let mut reader = BufReader::new(tls(stream)?);
            reader.get_mut().write_all(b"220 sink.example ESMTP\r\n")?;
            mail(&mut reader, said, false)?;
        }
        Manner::Plain | Manner::StartTls => {
            stream.write_all(b"220 sink.example ESMTP\r\n")?;
            let mut reader = BufReader::new(stream);
            if mail(&mut reader, clear, manner == Manner::StartTls)? {
                mail(&mut BufReader::new(tls(reader.into_inner())?), said, false)?;
            }
        }
    }
    Ok(())
}

fn read_request(reader: &mut impl BufRead) -> std::io::Result<String> {
    let (mut text, mut length) = (String::new(), 0);
    loop {
        let start = text.len();
        reader.read_line(&mut text)?;
        let line = text[start..].trim().to_lowercase();
        if let Some(count) = line.strip_prefix("content-length:") {
            length = count.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(text + &String::from_utf8_lossy(&body))
}

/// Takes mail; says whether the client asked to go over to TLS.
fn mail<S: Read + Write>(
    reader: &mut BufReader<S>,
    keep: Kept<'_>,
    offers_tls: bool,
) -> std::io::Result<bool> {
    let (mut said, mut in_data) = (String::new(), false);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            break;
        }
        said.push_str(&line);
        let verb = line.trim().split(' ').next().unwrap_or_default().to_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "." if in_data => b"250 kept\r\n",
            _ if in_data => continue,
            "EHLO" if offers_tls => b"250-sink.example\r\n250 STARTTLS\r\n",
            "EHLO" => b"250-sink.example\r\n250 AUTH PLAIN\r\n",
            "STARTTLS" if offers_tls => b"220 go on\r\n",
            "STARTTLS" => b"502 not here\r\n",
            "AUTH" => b"235 welcome\r\n",
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 yes\r\n",
        };
        reader.get_mut().write_all(answer)?;
        reader.get_mut().flush()?;
        if verb == "STARTTLS" && offers_tls {
            lock(keep).push(said);
            return Ok(true);
        }
        if (in_data && verb == ".") || verb == "QUIT" {
            break;
        }
    }
    lock(keep).push(said);
    Ok(false)
}
