//! Notices over TLS, to real servers of this machine: only a certificate of a trusted authority and for
//! the right name is spoken to, and before that nothing is said that nobody else may read.

#[path = "support/tls.rs"]
mod support;

use model::{MailSettings, Notice, NotifySettings};
use notify::{Channel, Error, Sealer, Trust, deliver};
use support::{Authority, Manner, Server};
use testkit::World;

const PASSWORD: &str = "open sesame";

struct Told {
    world: World,
    folder: tempfile::TempDir,
    ours: Authority,
}

impl Told {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { world: World::new(), folder, ours: Authority::new() }
    }

    /// Trust in the authority of the test, beside those of the machine.
    fn trust(&self) -> Trust {
        let file = self.ours.write(self.folder.path(), "ours.pem");
        Trust::and_file(&file).expect("it holds a certificate")
    }

    fn notice(&self) -> Notice {
        let tenant = self.world.directory.tenant(self.world.source).expect("it stands");
        self.world.sync.test_notice(&tenant)
    }

    /// Sends a notice to a server by this name.
    fn send(
        &self,
        trust: &Trust,
        server: &Server,
        manner: Manner,
        host: &str,
    ) -> Result<(), Error> {
        let (world, tenant) = (&self.world, self.world.source);
        let sealer = Sealer::open(&self.folder.path().join("secret.key")).expect("a key");
        let address = format!("{host}:{}", server.port);
        let url = match manner {
            Manner::Web => format!("https://{address}/hook"),
            Manner::Smtps => format!("smtps://{address}"),
            Manner::StartTls | Manner::Plain => format!("smtp://{address}?tls=required"),
        };
        let channel = if manner == Manner::Web { Channel::Webhook } else { Channel::Mail };
        let change = |settings: &mut NotifySettings| {
            settings.webhook = (manner == Manner::Web).then(|| url.clone());
            settings.mail = (manner != Manner::Web).then(|| MailSettings {
                server: url.clone(),
                from: "syncline@contoso.example".to_owned(),
                to: vec!["ops@contoso.example".to_owned()],
                user: Some("postman".to_owned()),
            });
        };
        let sealed = sealer.seal(tenant, channel.secret(), PASSWORD).expect("it is sealed");
        let secrets = [(channel.secret(), Some(sealed))];
        let set = world.directory.set_notify(&world.operator, tenant, change, &secrets);
        let settings = set.expect("the operator may");
        notify::check(&settings)?;
        deliver(&world.directory, (&sealer, trust), channel, &settings, &self.notice())
    }
}

const ENCRYPTED: [Manner; 3] = [Manner::Web, Manner::Smtps, Manner::StartTls];

#[test]
fn a_certificate_of_the_trusted_authority_for_the_right_name_is_spoken_to() {
    let told = Told::new();
    for manner in ENCRYPTED {
        let server = Server::start(&told.ours, "localhost", manner);
        let sent = told.send(&told.trust(), &server, manner, "localhost");
        sent.unwrap_or_else(|error| panic!("{manner:?}: {error}"));
        let said = server.said();
        let expected = if manner == Manner::Web { "POST /hook" } else { "AUTH PLAIN" };
        assert!(said.contains(expected), "{manner:?}: {said}");
        let (_, clear) = server.said_so_far();
        assert!(!clear.contains("AUTH") && !clear.contains("RCPT"), "{manner:?}: {clear}");
    }
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused() {
    let told = Told::new();
    let stranger = Authority::new();
    for manner in ENCRYPTED {
        for trust in [Trust::of_machine(), told.trust()] {
            let server = Server::start(&stranger, "localhost", manner);
            check_refused(&told.send(&trust, &server, manner, "localhost"), &server, manner);
        }
    }
}

#[test]
fn an_authority_that_nobody_named_is_not_trusted_by_itself() {
    let told = Told::new();
    for manner in ENCRYPTED {
        let server = Server::start(&told.ours, "localhost", manner);
        let sent = told.send(&Trust::of_machine(), &server, manner, "localhost");
        check_refused(&sent, &server, manner);
    }
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let told = Told::new();
    for manner in ENCRYPTED {
        for (certified, asked) in [("elsewhere.example", "localhost"), ("localhost", "127.0.0.1")] {
            let server = Server::start(&told.ours, certified, manner);
            check_refused(&told.send(&told.trust(), &server, manner, asked), &server, manner);
        }
    }
}

#[test]
fn mail_that_needs_tls_does_not_go_to_a_server_without() {
    let told = Told::new();
    let server = Server::start(&told.ours, "localhost", Manner::Plain);
    let sent = told.send(&told.trust(), &server, Manner::Plain, "localhost");
    check_refused(&sent, &server, Manner::Plain);
}

#[test]
fn a_file_that_holds_no_certificate_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, missing) = (folder.path().join("empty.pem"), folder.path().join("none.pem"));
    std::fs::write(&file, "no certificate").expect("written");
    for (file, told) in [(&file, "no certificate in PEM"), (&missing, "No such file")] {
        let error = Trust::and_file(file).err().expect("it cannot be used").to_string();
        assert!(error.contains("notify.ca-file") && error.contains(told), "{error}");
    }
}

/// Nothing was delivered, and neither the notice nor the password was said to anybody.
#[track_caller]
fn check_refused(sent: &Result<(), Error>, server: &Server, manner: Manner) {
    let error = sent.as_ref().expect_err("nobody who may be anybody is told");
    assert_eq!(error.code(), "notify-failed", "{manner:?}: {error}");
    assert!(!error.to_string().contains(PASSWORD), "{manner:?}: {error}");
    let (said, clear) = server.said_so_far();
    for text in [said, clear] {
        assert!(!text.contains("POST") && !text.contains("AUTH "), "{manner:?}: {text}");
        assert!(!text.contains("MAIL FROM"), "{manner:?}: {text}");
    }
}
