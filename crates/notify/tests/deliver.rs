//! From what happens to a job to a webhook's request and a mail: both ends are real listeners. The clock
//! is the test's.

mod support;

use model::{Brake, Clock, JobState, MailSettings, Notice, NoticeKind, NotifySettings, ScopeMode};
use notify::{Channel, Post, SIGNATURE, Sealer, Trust, new_secret, verify};
use support::{Mail, Posted, Web};
use testkit::World;

/// A world whose source is told by webhook and mail.
struct Told {
    world: World,
    web: Web,
    mail: Mail,
    secret: String,
    folder: tempfile::TempDir,
}

impl Told {
    fn new() -> Self {
        let world = World::new();
        world.change_job(|job| job.scope = ScopeMode::All);
        let told = Self {
            world,
            web: Web::start(),
            mail: Mail::start(),
            secret: new_secret().expect("there is randomness"),
            folder: tempfile::tempdir().expect("a folder"),
        };
        told.set(|settings| {
            settings.webhook = Some(told.web.url.clone());
            settings.mail = Some(MailSettings {
                server: told.mail.url.clone(),
                from: "Syncline <syncline@contoso.example>".to_owned(),
                to: vec!["ops@contoso.example".to_owned(), "boss@contoso.example".to_owned()],
                user: Some("postman".to_owned()),
            });
        });
        told
    }

    fn sealer(&self) -> Sealer {
        Sealer::open(&self.folder.path().join("secret.key")).expect("the key is there")
    }

    fn set(&self, change: impl Fn(&mut NotifySettings)) {
        let (world, tenant) = (&self.world, self.world.source);
        let seal = |channel: Channel, secret: &str| {
            let sealed = self.sealer().seal(tenant, channel.secret(), secret);
            (channel.secret(), Some(sealed.expect("it is sealed")))
        };
        let secrets = [seal(Channel::Webhook, &self.secret), seal(Channel::Mail, "open sesame")];
        let set = world.directory.set_notify(&world.operator, tenant, change, &secrets);
        set.expect("the operator may");
    }

    /// A post as a new process has it.
    fn post(&self) -> Post {
        let mut post = Post::new(self.world.directory.clone(), self.sealer(), Trust::of_machine());
        self.world.sync.queue_all_news().expect("the store answers");
        post.look_into([self.world.source]);
        post
    }

    /// Queues what is news and delivers it.
    fn deliver(&self, post: &mut Post) -> Vec<String> {
        post.look_into(self.world.sync.queue_news().expect("the store answers"));
        post.look_into(self.world.sync.queue_digests().expect("the store answers"));
        post.deliver_due(&|| false)
    }

    fn outbox(&self) -> usize {
        self.world.directory.read_outbox(self.world.source).expect("the store answers").len()
    }

    /// What was posted, with its signature checked.
    fn posted(&self) -> Vec<Notice> {
        let read = |one: Posted| {
            let header = &one.headers[&SIGNATURE.to_lowercase()];
            let seconds = header.split(['=', ',']).nth(1).and_then(|text| text.parse::<i64>().ok());
            let now = model::Timestamp(seconds.expect("it names the time") * 1_000);
            assert!(now <= self.world.clock.now());
            assert!(verify(&self.secret, header, &one.body, now, 300), "{header}");
            assert!(!verify("another secret", header, &one.body, now, 300));
            assert!(!verify(&self.secret, header, &(one.body.clone() + " "), now, 300));
            assert!(
                !verify(&self.secret, header, &one.body, now.plus_seconds(301), 300),
                "too old"
            );
            let notice: Notice = serde_json::from_str(&one.body).expect("it is a notice");
            assert_eq!(one.headers["syncline-notice"], notice.id.to_string());
            notice
        };
        self.web.take().into_iter().map(read).collect()
    }
}

fn kinds(notices: &[Notice]) -> Vec<NoticeKind> {
    notices.iter().map(|notice| notice.kind).collect()
}

#[test]
fn a_quarantine_is_told_when_it_begins_and_when_it_ends() {
    let told = Told::new();
    let world = &told.world;
    let mut post = told.post();
    world.person("ada", &[]);
    world.cycle();
    assert_eq!(told.deliver(&mut post), [""; 0]);
    assert_eq!(told.posted(), [], "all is well");

    world.set_target_consent(false);
    for _ in 0..3 {
        world.try_cycle().expect_err("there is no consent");
        told.deliver(&mut post);
        world.clock.advance_hours(1);
    }
    let notices = told.posted();
    assert_eq!(kinds(&notices), [NoticeKind::QuarantineBegan], "it is told once");
    assert_eq!(notices[0].title, "Job staff is in quarantine");
    assert!(notices[0].text.contains("does not allow synchronizing users"), "{}", notices[0].text);
    assert_eq!(notices[0].details["quarantine"]["code"], "consent-missing");

    let mails = told.mail.take(1);
    assert_eq!(mails.len(), 1);
    for part in [
        "MAIL FROM:<syncline@contoso.example>",
        "RCPT TO:<ops@contoso.example>",
        "RCPT TO:<boss@contoso.example>",
        "Subject: Job staff is in quarantine",
        "consent-missing",
        // `\0postman\0open sesame`, as the protocol wants it.
        "AUTH PLAIN AHBvc3RtYW4Ab3BlbiBzZXNhbWU=",
    ] {
        assert!(mails[0].contains(part), "{part} is not in:\n{}", mails[0]);
    }

    world.set_target_consent(true);
    world.cycle();
    assert_eq!(told.deliver(&mut post), [""; 0]);
    assert_eq!(kinds(&told.posted()), [NoticeKind::QuarantineEnded]);
    assert_eq!(told.mail.take(1).len(), 1);
    assert_eq!(told.outbox(), 0);
    world.assert_settled(true);
}

#[test]
fn held_changes_and_a_disabled_job_are_told() {
    let told = Told::new();
    let world = &told.world;
    world.change_job(|job| {
        job.limits.creates = Some(Brake::fixed(0));
        job.state = JobState::Active;
    });
    let mut post = told.post();
    world.person("ada", &[]);
    world.cycle();
    world.cycle();
    told.deliver(&mut post);
    let notices = told.posted();
    assert_eq!(kinds(&notices), [NoticeKind::ChangesHeld]);
    assert_eq!(notices[0].details["held"], 1);
    assert!(!serde_json::to_string(&notices[0]).expect("JSON").contains("ada"), "nobody is named");
    // More of them are news; fewer are not.
    world.person("bo", &[]);
    world.cycle();
    told.deliver(&mut post);
    assert_eq!(told.posted()[0].details["held"], 2);

    world.set_source_consent(false);
    for _ in 0..30 {
        drop(world.try_cycle());
        world.clock.advance_days(1);
        told.deliver(&mut post);
    }
    assert_eq!(world.job().state, JobState::Disabled);
    assert_eq!(kinds(&told.posted()), [NoticeKind::QuarantineBegan, NoticeKind::JobDisabled]);
}

#[test]
fn what_is_not_taken_is_tried_again_after_growing_pauses() {
    let told = Told::new();
    let world = &told.world;
    told.set(|settings| settings.mail = None);
    told.web.will_answer(["HTTP/1.1 500 Oops"; 3]);
    let mut post = told.post();
    world.set_target_consent(false);
    world.try_cycle().expect_err("there is no consent");
    let troubles = told.deliver(&mut post);
    assert!(troubles.len() == 1 && troubles[0].contains("500"), "{troubles:?}");
    assert!(!troubles[0].contains(&told.secret));
    let first = told.posted();
    let mut attempts = Vec::new();
    for second in 1..=100 {
        world.clock.advance_seconds(1);
        assert_eq!(told.deliver(&mut post), [""; 0], "the same trouble is told once");
        let notices = told.posted();
        if !notices.is_empty() {
            assert_eq!(notices, first, "it is the same notice");
            attempts.push(second);
        }
    }
    assert_eq!(attempts, [5, 15, 35], "5 s, 10 s, 20 s, and then it is taken");
    assert_eq!(told.outbox(), 0);
}

#[test]
fn what_was_not_taken_before_a_restart_is_delivered_after_it() {
    let told = Told::new();
    told.set(|settings| settings.mail = None);
    told.web.will_answer(["HTTP/1.1 503 Later"]);
    let mut post = told.post();
    told.world.set_target_consent(false);
    told.world.try_cycle().expect_err("there is no consent");
    assert_eq!(told.deliver(&mut post).len(), 1);
    let first = told.posted();
    drop(post);
    // Another process finds it in the outbox, and tries at once.
    assert_eq!(told.outbox(), 1);
    let mut post = told.post();
    assert_eq!(told.deliver(&mut post), [""; 0]);
    assert_eq!(told.posted(), first);
    assert_eq!(told.outbox(), 0);
    // And what nobody had looked at before the end is told as well.
    told.world.set_target_consent(true);
    told.world.cycle();
    drop(post);
    let mut post = told.post();
    told.deliver(&mut post);
    assert_eq!(kinds(&told.posted()), [NoticeKind::QuarantineEnded]);
}

#[test]
fn one_end_that_is_away_keeps_nothing_from_the_other() {
    let told = Told::new();
    let world = &told.world;
    // Nobody listens there: the port was given back.
    let away = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/", away.local_addr().expect("it is bound"));
    drop(away);
    told.set(|settings| settings.webhook = Some(url.clone()));
    let mut post = told.post();
    world.set_target_consent(false);
    world.try_cycle().expect_err("there is no consent");
    assert_eq!(told.deliver(&mut post).len(), 1);
    assert_eq!(told.mail.take(1).len(), 1);
    for _ in 0..80 {
        world.clock.advance_hours(1);
        told.deliver(&mut post);
    }
    assert_eq!(told.mail.take(0).len(), 0, "the mail is not sent again");
    assert_eq!(told.outbox(), 0, "after three days it is over");
    let audit = world.store.audit(world.source, 0, usize::MAX).expect("the store answers");
    let told = audit.into_iter().filter_map(|one| one.entry);
    let sent: Vec<_> = told.filter(|one| one.activity == "Send notification").collect();
    assert!(sent.len() == 1 && sent[0].detail.contains("webhook"), "{sent:?}");
}

#[test]
fn a_redirect_is_no_delivery() {
    let told = Told::new();
    let elsewhere = Web::start();
    told.set(|settings| settings.mail = None);
    let answer: &'static str =
        Box::leak(format!("HTTP/1.1 302 Found\r\nLocation: {}", elsewhere.url).into_boxed_str());
    told.web.will_answer([answer]);
    let mut post = told.post();
    told.world.set_target_consent(false);
    told.world.try_cycle().expect_err("there is no consent");
    assert_eq!(told.deliver(&mut post).len(), 1);
    assert_eq!(elsewhere.take().len(), 0);
    assert_eq!(told.outbox(), 1);
}

#[test]
fn the_digest_comes_once_a_day_at_its_minute() {
    let told = Told::new();
    let world = &told.world;
    world.person("ada", &[]);
    world.cycle();
    // It is eight in the morning.
    told.set(|settings| settings.digest = Some(9 * 60));
    let mut post = told.post();
    let mut hours = Vec::new();
    for hour in 8..60 {
        told.deliver(&mut post);
        if kinds(&told.posted()) == [NoticeKind::Digest] {
            hours.push(hour);
        }
        world.clock.advance_hours(1);
    }
    assert_eq!(hours, [9, 33, 57]);
    let mail = told.mail.take(3).remove(0);
    assert!(mail.contains("Subject: The jobs of Contoso"), "{mail}");
    assert!(mail.contains("staff: paused; 1 people, 0 in escrow"), "{mail}");
}

#[test]
fn a_password_goes_over_the_net_only_sealed_by_tls() {
    let check = |server: &str, user: Option<&str>| {
        let mail = MailSettings {
            server: server.to_owned(),
            from: "a@contoso.example".to_owned(),
            to: vec!["b@contoso.example".to_owned()],
            user: user.map(str::to_owned),
        };
        notify::check(&NotifySettings { mail: Some(mail), ..NotifySettings::default() }).is_ok()
    };
    for server in [
        "smtps://mail.contoso.example",
        "smtp://mail.contoso.example:587?tls=required",
        "smtp://127.0.0.1:2525",
    ] {
        assert!(check(server, Some("postman")), "{server}");
    }
    for server in [
        "smtp://mail.contoso.example",
        "smtp://mail.contoso.example:587?tls=opportunistic",
        "smtp://localhost.contoso.example",
    ] {
        assert!(!check(server, Some("postman")), "{server}");
        assert!(check(server, None), "{server}");
    }
    assert!(!check("smtps://postman:secret@mail.contoso.example", None), "it is no place for one");
    assert!(!check("mail.contoso.example", None));
}

#[test]
fn what_is_muted_is_not_told_later_either() {
    let told = Told::new();
    let world = &told.world;
    told.set(|settings| settings.muted = vec![NoticeKind::QuarantineBegan]);
    let mut post = told.post();
    world.set_target_consent(false);
    world.try_cycle().expect_err("there is no consent");
    told.deliver(&mut post);
    told.set(|settings| settings.muted.clear());
    told.deliver(&mut post);
    assert_eq!(told.posted(), []);
    world.set_target_consent(true);
    world.cycle();
    told.deliver(&mut post);
    assert_eq!(kinds(&told.posted()), [NoticeKind::QuarantineEnded]);
}

#[test]
fn secrets_open_with_their_key_for_their_tenant_and_name_only_and_stand_nowhere_in_clear() {
    use std::os::unix::fs::PermissionsExt;
    let told = Told::new();
    let (world, tenant) = (&told.world, told.world.source);
    let file = told.folder.path().join("secret.key");
    let mode = std::fs::metadata(&file).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let name = Channel::Webhook.secret();
    let sealed = world.directory.read_sealed(tenant, name).expect("it may").expect("it is set");
    assert_eq!(told.sealer().unseal(tenant, name, &sealed).expect("it opens"), told.secret);
    assert!(told.sealer().unseal(world.target, name, &sealed).is_err());
    assert!(told.sealer().unseal(tenant, Channel::Mail.secret(), &sealed).is_err());
    let mut bent = sealed.clone();
    bent.replace_range(40..42, if &sealed[40..42] == "00" { "01" } else { "00" });
    assert!(told.sealer().unseal(tenant, name, &bent).is_err());
    let other = tempfile::tempdir().expect("a folder");
    let other = Sealer::open(&other.path().join("secret.key")).expect("a new key");
    assert!(other.unseal(tenant, name, &sealed).is_err());

    let audit = world.store.audit(tenant, 0, usize::MAX).expect("the store answers");
    assert!(!format!("{audit:?}").contains("/hook"), "an address may be a secret behind its host");
    let settings = world.directory.read_notify_settings(tenant).expect("it may");
    let everything = format!("{audit:?} {settings:?} {sealed} {:?}", told.sealer());
    for secret in [&told.secret, "open sesame", &sealed[..40]] {
        let hidden = everything.replace(&sealed, "");
        assert!(!hidden.contains(secret), "a secret stands in clear");
    }
}
