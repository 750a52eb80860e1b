//! Backups as people and scripts meet them: made through the process that serves, looked into, and
//! restored; and tenants that are not deleted just like that.

mod support;

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader},
};

use serde_json::Value;
use support::{Data, interrupt, wait};

/// The code and the hint of a failure, and its exit status.
#[track_caller]
fn failure(data: &Data, words: &[&str]) -> (Option<i32>, String, String) {
    let words = [words, &["--json"]].concat();
    let run = data.run(&words);
    let error = run.document(&words)["error"].clone();
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    (run.code, text("code"), text("hint"))
}

fn names(data: &Data) -> Vec<String> {
    let entries = fs::read_dir(data.file("")).expect("it stands");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn users(document: &Value, tenant: usize) -> u64 {
    document["manifest"]["tenants"][tenant]["users"].as_u64().expect("a number")
}

/// People come in and the job runs by itself while backups are made; each of them can be started from.
#[test]
fn a_backup_is_made_while_the_server_works_and_can_be_started_from() {
    let data = Data::new();
    data.two_tenants();
    data.done(&["job", "start", "staff"]);
    let mut people = "displayName,userPrincipalName,mail\n".to_owned();
    for number in 0..6_000 {
        let address = format!("p{number}@contoso.example");
        writeln!(people, "p{number},{address},{address}").expect("it is a text");
    }
    fs::write(data.file("people.csv"), people).expect("there is room");

    let mut server = data.start(&["serve"]);
    let mut talk = BufReader::new(server.stderr.take().expect("it is a pipe"));
    let mut line = String::new();
    while !line.contains("serving") {
        line.clear();
        assert!(talk.read_line(&mut line).expect("it is text") > 0, "it serves");
    }
    let importing =
        data.start(&["user", "import", "--tenant", "contoso.example", "people.csv", "--quiet"]);
    while data.json(&["tenant", "show", "contoso.example"])["users"] == 0 {}
    let mut backups = Vec::new();
    for number in 0..4 {
        let made = data.json(&["backup", "create", &format!("{number}.tar")]);
        assert!(made["heldMilliseconds"].as_f64().is_some_and(|held| held < 5_000.0), "{made}");
        backups.push(made);
    }
    assert_eq!(wait(importing).code, Some(0));
    assert!(users(&backups[0], 0) > 0);
    // A folder gets a file that is named by the time.
    let named = data.json(&["backup", "create", "."]);
    let named = named["file"].as_str().expect("a path").to_owned();
    assert!(named.ends_with("Z.tar") && named.contains("/syncline-2"), "{named}");
    assert!(fs::metadata(&named).is_ok());
    let in_use = failure(&data, &["backup", "restore", "3.tar", "--replace"]);
    assert_eq!((in_use.0, in_use.1.as_str()), (Some(1), "data-in-use"));
    interrupt(&server);
    assert_eq!(wait(server).code, Some(0));

    for (number, made) in backups.iter().enumerate() {
        let (file, dir) = (format!("{number}.tar"), format!("again-{number}"));
        let shown = data.json(&["backup", "show", &file, "--check"]);
        assert_eq!(shown["tenants"], made["manifest"]["tenants"]);
        assert_eq!(shown["checked"], true);
        let restored = data.json(&["backup", "restore", &file, "--data", &dir]);
        assert_eq!(restored["manifest"], made["manifest"]);
        assert_ne!(restored["epoch"], made["manifest"]["epoch"]);
        // What a cycle was at when the backup was made it does now, and nobody comes twice.
        data.json(&["job", "run", "staff", "--data", &dir]);
        let plan = data.json(&["plan", "staff", "--full", "--data", &dir]);
        assert_eq!(plan["total"], 0, "{plan}");
        let count =
            |tenant: &str| data.json(&["tenant", "show", tenant, "--data", &dir])["users"].as_u64();
        assert_eq!(count("contoso.example"), Some(users(made, 0)));
        assert_eq!(count("fabrikam.example"), Some(users(made, 0)));
        assert!(users(made, 1) <= users(made, 0), "{made}");
        assert_eq!(data.json(&["audit", "verify", "--data", &dir])["holds"], true);
        assert_eq!(data.json(&["doctor", "--data", &dir])["passed"], true);
    }
}

#[test]
fn what_cannot_be_backed_up_or_restored_is_said_and_changes_nothing() {
    let data = Data::new();
    data.two_tenants();
    data.done(&["backup", "create", "kept.tar"]);
    let whole = fs::read(data.file("kept.tar")).expect("it stands");
    fs::write(data.file("cut.tar"), &whole[..whole.len() / 2]).expect("there is room");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    fs::write(data.file("changed.tar"), changed).expect("there is room");
    fs::write(data.file("other.tar"), "Dear diary").expect("there is room");
    let before = names(&data);
    for (words, code, hint) in [
        ("backup create kept.tar", "exists", "another file"),
        ("backup create nowhere/kept.tar", "input-output", ""),
        ("backup restore kept.tar", "data-not-empty", "--replace"),
        ("backup restore nothing.tar --data again", "input-output", ""),
        ("backup restore cut.tar --data again", "backup-damaged", "another backup"),
        ("backup restore changed.tar --data again", "backup-damaged", "another backup"),
        ("backup restore other.tar --data again", "backup-damaged", "another backup"),
        ("backup restore cut.tar --replace", "backup-damaged", "another backup"),
        ("backup show cut.tar", "backup-damaged", "another backup"),
        ("backup show changed.tar --check", "backup-damaged", "another backup"),
    ] {
        let told = failure(&data, &words.split_whitespace().collect::<Vec<_>>());
        assert_eq!((told.0, told.1.as_str()), (Some(1), code), "{words}");
        assert!(told.2.contains(hint), "{words}: {}", told.2);
    }
    assert_eq!(names(&data), before);
    assert_eq!(fs::read(data.file("kept.tar")).expect("it stands"), whole);
    // That a byte was changed shows only when all of them are read.
    data.json(&["backup", "show", "changed.tar"]);
    assert_eq!(data.json(&["tenant", "list"]).as_array().map(Vec::len), Some(2));
}

#[test]
fn a_backup_is_the_operators() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    let role = ["--add-role", "Global Administrator", "--tenant", "contoso.example"];
    data.done(&[&["user", "update", "ada@contoso.example"], &role[..]].concat());
    let acting = ["--as", "contoso.example/ada@contoso.example"];
    let told = failure(&data, &[&["backup", "create", "kept.tar"], &acting[..]].concat());
    assert_eq!((told.0, told.1.as_str()), (Some(1), "not-found"));
    data.done(&["backup", "create", "kept.tar"]);
    let words = ["backup", "restore", "kept.tar", "--data", "again"];
    let told = failure(&data, &[&words, &acting[..]].concat());
    assert_eq!((told.0, told.1.as_str()), (Some(2), "usage"));
}

#[test]
fn a_directory_is_put_back_and_what_was_there_stays_beside_it() {
    let data = Data::new();
    data.two_tenants();
    fs::write(data.path().join("syncline.toml"), "[store]\ncache-mb = 99\n")
        .expect("there is room");
    data.person("ada");
    data.done(&["job", "run", "staff"]);
    data.done(&["backup", "create", "kept.tar"]);
    data.person("bo");
    data.done(&["job", "run", "staff"]);
    let restored = data.json(&["backup", "restore", "kept.tar", "--replace"]);
    let count = |words: &[&str]| {
        data.json(&[&["tenant", "show", "fabrikam.example"], words].concat())["users"].as_u64()
    };
    assert_eq!(count(&[]), Some(1));
    let aside = restored["aside"].as_str().expect("a path").to_owned();
    assert_eq!(count(&["--data", &aside]), Some(2));
    let settings = data.run(&["config", "show"]);
    assert!(settings.out.contains("99"), "{}", settings.out);
}

#[test]
fn a_tenant_on_which_something_hangs_is_deleted_only_by_its_name() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    data.done(&["job", "run", "staff"]);
    for words in ["", "--yes"] {
        let words = format!("tenant delete contoso.example {words} --json");
        let words: Vec<&str> = words.split_whitespace().collect();
        let run = data.run(&words);
        let error = &run.document(&words)["error"];
        assert_eq!((run.code, &error["code"]), (Some(1), &"tenant-in-use".into()));
        let said = "Contoso is in use: job staff pushes people to fabrikam.example (1 person linked); \
                    1 external user of fabrikam.example comes from it";
        assert_eq!(error["message"], said);
        assert_eq!(error["details"][0]["jobsOut"][0]["linked"], 1);
        assert_eq!(error["details"][0]["peopleElsewhere"][0]["users"], 1);
        assert!(
            error["hint"].as_str().is_some_and(|hint| hint.contains("--confirm contoso.example"))
        );
    }
    let wrong = failure(&data, &["tenant", "delete", "contoso.example", "--confirm", "contoso"]);
    assert_eq!((wrong.0, wrong.1.as_str()), (Some(1), "invalid-value"));
    let words = ["tenant", "delete", "contoso.example", "--confirm", "contoso.example"];
    assert_eq!(data.json(&words)["with"]["jobsOut"][0]["name"], "staff");
    assert_eq!(data.json(&["tenant", "show", "fabrikam.example"])["users"], 1);
    assert_eq!(failure(&data, &["job", "show", "staff"]).1, "not-found");
}
