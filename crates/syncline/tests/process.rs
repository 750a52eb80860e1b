//! The program as people and scripts meet it: exit statuses, one document, several processes on one
//! directory, directories that cannot be opened, Ctrl-C.

mod support;

use std::{
    io::{BufRead, BufReader, Seek, Write},
    process::Child,
};

use support::{Data, interrupt, wait};
use testkit::World;

#[test]
fn every_listing_prints_one_document() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    data.person("bo");
    for words in [
        "group create Crew --tenant contoso.example --member ada@contoso.example",
        "extension create badge --tenant fabrikam.example",
        "app create --tenant contoso.example --name hr --grant User.Read.All",
        "job run staff",
    ] {
        data.done(&words.split_whitespace().collect::<Vec<_>>());
    }
    for words in [
        "tenant list",
        "tenant show contoso.example",
        "user list --tenant contoso.example",
        "user list --tenant contoso.example --deleted",
        "user show ada@contoso.example --tenant contoso.example",
        "group list --tenant contoso.example",
        "group show Crew --tenant contoso.example",
        "extension list --tenant fabrikam.example",
        "extension show badge --tenant fabrikam.example",
        "app list --tenant contoso.example",
        "app show hr --tenant contoso.example",
        "policy show --tenant fabrikam.example",
        "tenant protect list --tenant fabrikam.example",
        "notify show --tenant contoso.example",
        "job list",
        "job show staff",
        "job test staff",
        "job run staff",
        "plan staff",
        "plan staff --full",
        "hold staff list",
        "escrow staff list",
        "provision staff ada@contoso.example --dry-run",
        "explain staff ada@contoso.example",
        "log staff",
        "log staff --user ada@contoso.example",
        "log staff --since 1h --action create,update --status success --limit 1",
        "job runs staff",
        "metrics",
        "audit verify",
        "audit list --tenant fabrikam.example",
        "doctor",
        "config show",
        "expr functions",
    ] {
        data.json(&words.split_whitespace().collect::<Vec<_>>());
    }
    data.json(&["expr", "eval", "ToUpper([city])", "--set", "city=Oslo"]);
    data.json(&["expr", "check", "ToUpper([city])"]);
}

#[test]
fn a_failure_is_one_document_as_well() {
    let data = Data::new();
    let words = ["user", "list", "--tenant", "nowhere.example", "--json"];
    let run = data.run(&words);
    assert_eq!(run.code, Some(1));
    let error = &run.document(&words)["error"];
    assert_eq!(error["code"], "not-found");
    assert_eq!(error["message"], "no tenant 'nowhere.example'");
    assert!(error["hint"].as_str().is_some_and(|hint| hint.contains("syncline tenant list")));
    assert_eq!(
        run.err,
        "error: no tenant 'nowhere.example' (not-found)\nhint: see `syncline tenant list`\n"
    );
}

#[test]
fn exit_statuses_tell_what_happened() {
    let data = Data::new();
    data.two_tenants();
    let code = |words: &str| data.run(&words.split_whitespace().collect::<Vec<_>>()).code;
    assert_eq!(code("job run staff"), Some(0));
    assert_eq!(code("job run nobody"), Some(1));
    assert_eq!(code("job run"), Some(2));
    assert_eq!(code("job run staff --shout"), Some(2));
    assert_eq!(code("job delete staff"), Some(2));
    assert_eq!(code("hold staff approve nonsense"), Some(2));
    assert_eq!(code("--version"), Some(0));
    assert_eq!(code("--help"), Some(0));
    data.done(&[
        "policy",
        "set",
        "--tenant",
        "fabrikam.example",
        "--partner",
        "contoso.example",
        "--sync-inbound",
        "off",
    ]);
    assert_eq!(code("job test staff"), Some(1));
    data.person("ada");
    let run = data.run(&["job", "run", "staff"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("(consent-missing)") && run.err.contains("\nhint: "), "{}", run.err);
}

#[test]
fn what_a_guard_holds_ends_with_three() {
    let data = Data::new();
    let names: Vec<String> = (0..12).map(|at| format!("p{at}")).collect();
    let world = World::over(data.store());
    let world_job = world.change_job(|job| job.scope = model::ScopeMode::All);
    assert_eq!(world_job.name, "staff");
    let people: Vec<_> = names.iter().map(|name| world.person(name, &[])).collect();
    world.cycle();
    for person in people {
        world.directory.delete(&world.operator, world.source, person).expect("it stands");
    }
    drop(world);
    let run = data.run(&["job", "run", "staff", "--json"]);
    assert_eq!(run.code, Some(3), "{}", run.err);
    assert_eq!(data.json(&["hold", "staff", "list"])["held"], 12);
    data.done(&["hold", "staff", "approve", "--all"]);
    assert_eq!(data.run(&["job", "run", "staff"]).code, Some(0));
    let target = data.json(&["tenant", "show", "fabrikam.example"]);
    assert_eq!((&target["users"], &target["deletedUsers"]), (&0.into(), &12.into()));
}

#[test]
fn many_processes_share_one_directory() {
    let data = Data::new();
    data.two_tenants();
    let create = |at: usize| {
        let address = format!("p{at}@contoso.example");
        let shown = format!("displayName=p{at}");
        data.start(&["user", "create", &address, "--tenant", "contoso.example", "--set", &shown])
    };
    let children: Vec<_> = (0..8).map(create).collect();
    for child in children {
        let run = wait(child);
        assert_eq!(run.code, Some(0), "{}", run.err);
    }
    assert_eq!(data.json(&["tenant", "show", "contoso.example"])["users"], 8);
}

#[test]
fn commands_go_through_the_process_that_serves() {
    let data = Data::new();
    data.two_tenants();
    let mut server = data.start(&["serve"]);
    let mut talk = BufReader::new(server.stderr.take().expect("it is a pipe"));
    let mut line = String::new();
    while !line.contains("serving") {
        line.clear();
        assert!(
            talk.read_line(&mut line).expect("it is text") > 0,
            "it serves until it is stopped"
        );
    }
    data.person("ada");
    data.done(&["job", "run", "staff"]);
    let failed = data.run(&["user", "list", "--tenant", "nowhere.example"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.err.contains("(not-found)"), "{}", failed.err);
    let users = data.json(&["user", "list", "--tenant", "fabrikam.example"]);
    assert_eq!(users["value"].as_array().map(Vec::len), Some(1));
    interrupt(&server);
    let run = wait(server);
    assert_eq!(run.code, Some(0));
    assert!(!data.path().join("control.sock").exists());
    assert_eq!(data.json(&["tenant", "show", "fabrikam.example"])["users"], 1);
}

#[test]
fn a_directory_of_a_newer_version_is_refused() {
    let data = Data::new();
    data.two_tenants();
    for file in ["system.db", "shard-0.db"] {
        let copy = data.copy();
        let path = copy.path().join(file);
        let path = if path.exists() { path } else { find_shard(&copy) };
        let conn = rusqlite::Connection::open(path).expect("it is a database");
        conn.execute("INSERT INTO migration VALUES (999, 'later', 'later')", []).expect("a table");
        drop(conn);
        let run = copy.run(&["tenant", "list"]);
        assert_eq!(run.code, Some(1), "{}", run.err);
        assert!(run.err.contains("(data-newer)") && run.err.contains("\nhint: "), "{}", run.err);
    }
}

fn find_shard(data: &Data) -> std::path::PathBuf {
    let files = std::fs::read_dir(data.path()).expect("the directory stands");
    let mut names: Vec<_> = files.map(|file| file.expect("it can be read").path()).collect();
    names.sort();
    let shard = names.into_iter().find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".db") && name != "system.db"
    });
    shard.expect("a tenant lies somewhere")
}

#[test]
fn a_damaged_file_is_named() {
    let data = Data::new();
    data.two_tenants();
    for is_system in [true, false] {
        let copy = data.copy();
        let path = if is_system { copy.path().join("system.db") } else { find_shard(&copy) };
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).expect("it stands");
        file.rewind().expect("a file");
        file.write_all(&[0x5a; 100]).expect("there is room");
        drop(file);
        for rest in ["-wal", "-shm"] {
            let beside = format!("{}{rest}", path.display());
            drop(std::fs::remove_file(beside));
        }
        let run = copy.run(&["tenant", "list"]);
        assert_eq!(run.code, Some(1), "{}", run.err);
        assert!(
            run.err.contains("(storage-damaged)") && run.err.contains("\nhint: "),
            "{}",
            run.err
        );
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        assert!(run.err.contains(&name), "{}", run.err);
    }
}

#[test]
fn an_interrupted_run_stops_between_two_pages_and_goes_on_later() {
    let data = Data::new();
    let world = World::over(data.store());
    world.change_job(|job| job.scope = model::ScopeMode::All);
    let rows: Vec<directory::Incoming> = (0..6_000).map(row).collect();
    for page in rows.chunks(1_000) {
        let (kind, bulk) = (model::Kind::User, store::Durability::Bulk);
        let done = world.directory.import(&world.operator, world.source, kind, page, bulk);
        assert!(done.expect("the store answers").iter().all(Result::is_ok));
    }
    drop(world);
    let child = data.start(&["job", "run", "staff"]);
    interrupt(&child);
    let run = wait(child);
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.err.contains("(interrupted)") && run.err.contains("\nhint: "), "{}", run.err);
    let users = |data: &Data| {
        let shown = data.json(&["tenant", "show", "fabrikam.example"]);
        shown["users"].as_u64().expect("a number")
    };
    let first = users(&data);
    assert!(
        first > 0 && first < 6_000 && first.is_multiple_of(1_000),
        "{first} people are whole pages"
    );
    data.done(&["job", "run", "staff"]);
    assert_eq!(users(&data), 6_000);
    let runs = &data.json(&["job", "show", "staff"])["runs"];
    assert_eq!((&runs[0]["state"], &runs[1]["state"]), (&"done".into(), &"stopped".into()));
    assert_eq!(runs[0]["done"]["create"].as_u64(), Some(6_000 - first), "nothing is done twice");
    data.done(&["audit", "verify"]);
}

fn row(number: usize) -> directory::Incoming {
    let address = format!("p{number}@contoso.example");
    let shown = format!("p{number}");
    let attributes = testkit::attributes(&[
        ("userPrincipalName", &address),
        ("mail", &address),
        ("displayName", &shown),
    ]);
    directory::Incoming { id: None, attributes }
}

#[test]
fn a_second_server_says_that_it_waits_and_serves_when_the_first_one_ends() {
    let data = Data::new();
    let talk = |server: &mut Child| {
        BufReader::new(server.stderr.take().expect("it is a pipe")).lines().map_while(Result::ok)
    };
    let mut first = data.start(&["serve"]);
    assert!(talk(&mut first).any(|line| line.contains("serving")));
    let mut second = data.start(&["serve"]);
    let mut lines = talk(&mut second);
    let said = lines.next().expect("it says something");
    assert!(said.ends_with("is served by another process; this one waits for its end"), "{said}");
    interrupt(&first);
    assert_eq!(wait(first).code, Some(0));
    assert!(lines.any(|line| line.contains("serving")));
    interrupt(&second);
    assert_eq!(wait(second).code, Some(0));
}

#[test]
fn a_follower_goes_on_when_the_owner_of_the_data_ends() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    let mut server = data.start(&["serve"]);
    let mut talk = BufReader::new(server.stderr.take().expect("it is a pipe")).lines();
    let said = talk.find(|line| line.as_ref().is_ok_and(|line| line.contains("serving")));
    said.expect("it serves").expect("it is text");
    data.done(&["job", "run", "staff"]);
    let mut followers = [["log", "staff", "--follow"].as_slice(), &["job", "watch", "staff"]]
        .map(|words| data.start(&[words, &["--json"]].concat()));
    let mut outs = followers
        .each_mut()
        .map(|follower| BufReader::new(follower.stdout.take().expect("it is a pipe")).lines());
    let mut next = || {
        outs.each_mut().map(|lines| {
            let line = lines.next().expect("there is more").expect("it is text");
            serde_json::from_str::<serde_json::Value>(&line).expect("one document a line")
        })
    };
    let [entry, run] = next();
    assert_eq!(
        (&entry["sourceIdentity"]["displayName"], &run["done"]["create"]),
        (&"ada@contoso.example".into(), &1.into())
    );
    interrupt(&server);
    assert_eq!(wait(server).code, Some(0));

    data.person("bo");
    data.done(&["job", "run", "staff"]);
    let [entry, run] = next();
    assert_eq!(
        (&entry["sourceIdentity"]["displayName"], &run["done"]["create"]),
        (&"bo@contoso.example".into(), &1.into())
    );
    for follower in followers {
        interrupt(&follower);
        assert_eq!(wait(follower).code, Some(0));
    }
}

#[test]
fn a_filtered_log_is_followed_and_an_export_is_whole() {
    let data = Data::new();
    data.two_tenants();
    data.person("ada");
    data.done(&["job", "run", "staff"]);
    let words = ["log", "staff", "--follow", "--action", "update", "--json"];
    let mut follower = data.start(&words);
    let mut lines = BufReader::new(follower.stdout.take().expect("it is ours")).lines();
    let change = ["user", "update", "ada@contoso.example", "--tenant", "contoso.example"];
    data.done(&[change.as_slice(), &["--set", "city=Oslo"]].concat());
    data.person("bo");
    data.done(&["job", "run", "staff"]);
    let Some(line) = lines.next() else { panic!("an update was made: {}", wait(follower).err) };
    let line = line.expect("it is text");
    let entry: serde_json::Value = serde_json::from_str(&line).expect("one document a line");
    assert_eq!(entry["action"], "update");
    assert_eq!(entry["modifiedProperties"][0]["newValue"], "Oslo");
    interrupt(&follower);
    assert_eq!(wait(follower).code, Some(0));

    let exported = data.json(&["log", "staff", "--export", "log.jsonl"]);
    assert_eq!(exported["written"], 3);
    let text = std::fs::read_to_string(data.file("log.jsonl")).expect("it was written");
    assert_eq!(text.lines().count(), 3);
    for (words, status) in [
        (["log", "staff", "--export", "missing/log.csv"].as_slice(), 1),
        (&["log", "staff", "--export", "-", "--format", "csv", "--json"], 2),
        (&["log", "staff", "--since", "yesterday"], 2),
        (&["log", "staff", "--after", "here"], 2),
    ] {
        assert_eq!(data.run(words).code, Some(status), "{words:?}");
    }
}
