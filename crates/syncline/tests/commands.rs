//! What single commands tell people, where that is more than a table.

mod support;

use directory::{NewApplication, Session};
use model::{Clock, IdSource, Timestamp};
use support::Data;
use testkit::World;

const AT: [&str; 2] = ["--tenant", "contoso.example"];

fn with_tenant() -> Data {
    let data = Data::new();
    data.done(&["tenant", "create", "Contoso", "--domain", "contoso.example"]);
    data
}

#[test]
fn an_application_is_shown_with_what_it_proves_itself_with_and_no_secret() {
    let data = with_tenant();
    let made = data.json(&[&["app", "create", "--name", "hr"], &AT[..]].concat());
    let secret = made["clientSecret"].as_str().expect("it is shown once").to_owned();
    let back = ["app", "update", "hr", "--redirect-uri", "https://hr.example/back"];
    data.done(&[&back, &AT[..]].concat());
    let key = rcgen::KeyPair::generate().expect("a key");
    let names = rcgen::CertificateParams::new(vec!["hr.example".to_owned()]).expect("a name");
    let certificate = names.self_signed(&key).expect("a certificate");
    for (name, text) in [("hr.pem", certificate.pem()), ("hr.key", key.serialize_pem())] {
        std::fs::write(data.file(name), text).expect("there is room");
    }
    let refused = data.run(&[&["app", "certificate", "add", "hr", "hr.key"], &AT[..]].concat());
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(refused.err.contains("this is a private key"), "{}", refused.err);
    assert!(refused.err.contains("(certificate-invalid)"), "{}", refused.err);
    let add = ["app", "certificate", "add", "hr", "hr.pem", "--name", "laptop"];
    let added = data.json(&[&add, &AT[..]].concat());
    let shown = data.run(&[&["app", "show", "hr"], &AT[..]].concat()).out;
    let thumbprint = added["thumbprint"].as_str().expect("it has one");
    let hint = format!("begins with {}…, until ", &secret[..3]);
    for part in ["https://hr.example/back", "'laptop'", thumbprint, hint.as_str()] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains(&secret), "{shown}");
}

#[test]
fn a_session_is_listed_with_the_name_of_its_application() {
    let data = Data::new();
    let world = World::over(data.store());
    let ada = world.person("ada", &[]);
    let new = NewApplication { name: "portal".to_owned(), grants: Vec::new(), secret: None };
    let made = world.directory.create_application(&world.operator, world.source, new);
    let now = world.clock.now();
    let session = Session {
        id: world.ids.next(),
        person: ada,
        application: Some(made.expect("the name is free").id),
        scopes: Vec::new(),
        digest: String::new(),
        proof: "pwd".to_owned(),
        began: now,
        used: now,
        end: Timestamp::FAR,
    };
    let begun = world.directory.begin_session(&world.operator, world.source, &session);
    begun.expect("she is there");
    drop(world);
    let list = [&["user", "session", "list", "ada@contoso.example"], &AT[..]].concat();
    let shown = data.run(&list).out;
    assert!(shown.contains("portal"), "{shown}");
    assert_eq!(data.json(&list)[0]["clientName"], "portal");
}

#[test]
fn one_long_name_widens_no_list() {
    let data = with_tenant();
    let name = format!("displayName={}", "long ".repeat(50));
    for (address, name) in
        [("ada@contoso.example", "displayName=Ada"), ("bo@contoso.example", &name)]
    {
        data.done(&[&["user", "create", address, "--set", name], &AT[..]].concat());
    }
    let listed = data.run(&[&["user", "list"], &AT[..]].concat()).out;
    assert!(listed.contains('…'), "{listed}");
    let widest = listed.lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|widest| widest < 180), "{widest:?}: {listed}");
}

#[test]
fn a_mirror_of_a_file_that_is_not_there_is_taken_with_a_warning() {
    let data = with_tenant();
    std::fs::write(data.file("people.csv"), "id,userPrincipalName,displayName\n").expect("room");
    let create = ["mirror", "create", "hr", "--file", "people.csv", "--renamed"];
    let more = ["--id-column", "id", "--paused"];
    let made = data.run(&[&create, &more[..], &AT[..]].concat());
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert!(!made.out.contains("warning"), "{}", made.out);
    let update = ["mirror", "update", "hr", "--file", "poeple.csv"];
    let updated = data.run(&[&update, &AT[..]].concat());
    assert_eq!(updated.code, Some(0), "{}", updated.err);
    assert!(updated.out.contains("warning: there is no file"), "{}", updated.out);
    let told = data.json(&[&update, &AT[..]].concat());
    assert_eq!(told["warnings"].as_array().map(Vec::len), Some(1), "{told}");
}

#[test]
fn who_works_at_the_machine_is_known_without_the_usual_variables() {
    let data = with_tenant();
    let create = ["user", "create", "ada@contoso.example", "--set", "displayName=Ada"];
    let mut command = data.command(&[&create, &AT[..]].concat());
    for name in ["SUDO_USER", "USER", "LOGNAME"] {
        command.env_remove(name);
    }
    assert!(command.status().is_ok_and(|status| status.success()));
    let listed = data.run(&[&["audit", "list"], &AT[..]].concat()).out;
    assert!(listed.contains("Add user"), "{listed}");
    assert!(!listed.contains("unknown"), "{listed}");
}
