//! The TLS listener: the own CA, what is negotiated, and certificates that change under way.

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::Instant,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use crate::{
    server::{PATIENCE, Server, connect},
    support::Data,
};

/// Shakes hands and gives the certificate, the protocol, and the answer to a request of HTTP/1.1.
fn shake(
    address: &str,
    ca: &Path,
    (name, protocols): (&str, &[&str]),
) -> Result<(Vec<u8>, Option<String>, String), String> {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_file(ca).map_err(|error| error.to_string())?;
    roots.add(ca).map_err(|error| error.to_string())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|one| one.as_bytes().to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
    let client =
        ClientConnection::new(Arc::new(config), name).map_err(|error| error.to_string())?;
    let mut stream = StreamOwned::new(client, connect(address));
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let shown = stream.conn.peer_certificates().and_then(|chain| chain.first());
    let protocol = stream.conn.alpn_protocol();
    Ok((
        shown.map(|one| one.to_vec()).unwrap_or_default(),
        protocol.map(|one| String::from_utf8_lossy(one).into_owned()),
        String::from_utf8_lossy(&answer).into_owned(),
    ))
}

#[test]
fn the_own_ca_is_kept_and_its_certificate_is_for_localhost_under_all_its_names() {
    let data = Data::new();
    let server = Server::start(&data, &[]);
    let ca = server.ca();
    for name in ["localhost", "127.0.0.1", "::1"] {
        let (_, protocol, answer) =
            shake(&server.secure(), &ca, (name, &["http/1.1"])).expect("it is trusted");
        assert_eq!(protocol.as_deref(), Some("http/1.1"), "{name}");
        assert!(answer.ends_with("alive\n"), "{name}: {answer}");
    }
    let (_, protocol, answer) =
        shake(&server.secure(), &ca, ("localhost", &["h2", "http/1.1"])).expect("it is trusted");
    assert_eq!(protocol.as_deref(), Some("h2"), "HTTP/2 comes first where both are spoken");
    assert!(!answer.contains("alive"), "and then HTTP/1.1 is not understood");
    let other = shake(&server.secure(), &ca, ("sync.example", &["http/1.1"]));
    assert!(other.is_err(), "it is for no other name");
    for folder in ["tls", "sign-in"] {
        let about = fs::metadata(data.path().join(folder)).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o777, 0o700, "{folder}");
    }
    for (file, mode) in [("ca.key", 0o600), ("server.key", 0o600), ("ca.pem", 0o644)] {
        let about = fs::metadata(data.path().join("tls").join(file)).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o777, mode, "{file}");
    }
    let before = fs::read(&ca).expect("it is there");
    server.stop();
    let again = Server::start(&data, &[]);
    assert_eq!(fs::read(again.ca()).expect("it is there"), before, "clients go on trusting it");
    again.stop();
}

#[test]
fn a_given_certificate_that_changes_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let maker = Data::new();
    let folder = maker.path().join("tls");
    let renewed = || {
        // A certificate that is missing is made anew at the next start.
        drop(fs::remove_file(folder.join("server.pem")));
        Server::start(&maker, &[]).stop();
        let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it is there");
        (read("server.pem"), read("server.key"))
    };
    let data = Data::new();
    let (certificate, key) = (data.file("chain.pem"), data.file("key.pem"));
    let put = |(chain, secret): (String, String)| {
        fs::write(&key, secret).expect("written");
        fs::write(&certificate, chain).expect("written");
    };
    put(renewed());
    let path = |file: &Path| file.to_str().expect("it is text").to_owned();
    let (chain_path, key_path) = (path(&certificate), path(&key));
    let server = Server::start(&data, &["--tls-cert", &chain_path, "--tls-key", &key_path]);
    assert!(server.addresses["ca"].is_null(), "the CA is somebody else's");
    let ca = folder.join("ca.pem");
    let shown = || shake(&server.secure(), &ca, ("localhost", &["http/1.1"])).expect("trusted").0;
    let first = shown();
    put(renewed());
    let deadline = Instant::now() + PATIENCE;
    while shown() == first {
        assert!(Instant::now() < deadline, "the new one is shown");
    }
    let second = shown();
    fs::write(&certificate, "nonsense").expect("written");
    let log = loop {
        // The server says so when it has looked.
        let told = server.log();
        if told.contains("chain.pem") {
            break told;
        }
        assert!(Instant::now() < deadline, "it is told: {told}");
    };
    assert!(log.contains("error"), "{log}");
    assert_eq!(shown(), second, "the last good one stays");
    server.stop();
}
