//! The audit log, read and tampered with. Whoever can write the files can write anything; what the
//! chain promises is that it shows.

mod support;

use rusqlite::Connection;
use serde_json::{Value, json};
use support::Data;

/// A tenant with four people, so that its log has entries to tamper with.
fn filled() -> Data {
    let data = Data::new();
    data.done(&["tenant", "create", "Contoso", "--domain", "contoso.example"]);
    for name in ["ada", "bo", "cy", "di"] {
        let address = format!("{name}@contoso.example");
        let named = format!("displayName={name}");
        let words = ["user", "create", &address, "--tenant", "contoso.example", "--set", &named];
        data.done(&words);
    }
    data
}

/// What `audit verify` says of the tenant's log, or of the server's.
fn verified(data: &Data, more: &[&str], server: bool) -> Value {
    let words = [&["audit", "verify", "--json"], more].concat();
    let run = data.run(&words);
    let document = run.document(&words);
    assert_eq!(run.code, Some(u8::from(document["holds"] == false).into()), "{}", run.err);
    document["chains"][usize::from(!server)].clone()
}

fn tamper(data: &Data, file: &str, statements: &str) {
    let conn = Connection::open(data.path().join(file)).expect("the file stands");
    conn.execute_batch(statements).expect("the statements are right");
}

#[test]
fn an_untouched_log_holds() {
    let data = filled();
    let log = verified(&data, &[], false);
    assert_eq!((&log["problem"], &log["entries"]), (&Value::Null, &json!(4)));
    assert_eq!(verified(&data, &[], true)["problem"], Value::Null);
}

#[test]
fn every_way_of_tampering_is_named_with_its_place() {
    let third = "(SELECT place FROM audit ORDER BY place LIMIT 1 OFFSET 2)";
    let last = "(SELECT max(place) FROM audit)";
    let was = "entry 3 does not hold: its text is not what was written";
    let ways = [
        ("a change of what", format!("UPDATE audit SET activity = 'x' WHERE place = {third}"), was),
        ("a change of when", format!("UPDATE audit SET at = at + 1 WHERE place = {third}"), was),
        (
            "a change of the request",
            format!("UPDATE audit SET request = 'x' WHERE place = {third}"),
            was,
        ),
        (
            "a change of who",
            "UPDATE actor SET body = '{\"type\":\"operator\",\"name\":\"nobody\"}'".to_owned(),
            "entry 1 does not hold: its text is not what was written",
        ),
        (
            "an entry taken out",
            format!("DELETE FROM audit WHERE place = {third}"),
            "entry 4 does not hold: an entry before it was changed, removed or put in",
        ),
        (
            "two entries in each other's place",
            format!(
                "UPDATE audit SET place = -1 WHERE place = {third};
                 UPDATE audit SET place = {last} - 1 WHERE place = {last};
                 UPDATE audit SET place = {last} + 1 WHERE place = -1;"
            ),
            "entry 3 does not hold: an entry before it was changed, removed or put in",
        ),
        (
            "an entry put in",
            format!(
                "INSERT INTO audit SELECT place + 5, at, actor_no, activity, target_kind, target,
                 detail, digest, chain, request FROM audit WHERE place = {last}"
            ),
            "entry 9 does not hold: an entry before it was changed, removed or put in",
        ),
        (
            "the end cut off",
            format!("DELETE FROM audit WHERE place >= {third}"),
            "entries are missing at the end: it had come to entry 4 and ends at 2",
        ),
        (
            "the end cut off, and the counters set back",
            format!(
                "DELETE FROM audit WHERE place >= {third};
                 UPDATE tenant SET number = 2,
                     chain = (SELECT chain FROM audit WHERE place = {last});"
            ),
            "entries are missing at the end: it had come to entry 4 and ends at 2",
        ),
        (
            "everything",
            "DELETE FROM audit; DELETE FROM tenant".to_owned(),
            "entries are missing at the end: it had come to entry 4 and ends at 0",
        ),
    ];
    let whole = filled();
    for (way, statements, expected) in ways {
        let data = whole.copy();
        tamper(&data, "shard-0.db", &statements);
        // The first look leaves a note of where the log ends, and may not bless what it sees.
        for _ in 0..2 {
            let problem = verified(&data, &[], false)["problem"].clone();
            assert!(problem.as_str().is_some_and(|one| one.contains(expected)), "{way}: {problem}");
        }
    }
}

#[test]
fn the_servers_own_log_is_checked_to_its_end_as_well() {
    let data = filled();
    data.done(&["tenant", "create", "Fabrikam", "--domain", "fabrikam.example"]);
    tamper(&data, "system.db", "DELETE FROM audit WHERE number = 2");
    let problem = verified(&data, &[], true)["problem"].clone();
    assert_eq!(problem, "entries are missing at the end: it had come to entry 2 and ends at 1");
}

#[test]
fn a_directory_set_back_as_a_whole_shows_against_a_copy_of_the_ends() {
    let data = filled();
    let before = data.copy();
    data.done(&["user", "delete", "di@contoso.example", "--tenant", "contoso.example"]);
    let kept = data.file("kept.json");
    std::fs::copy(data.path().join("audit-ends.json"), &kept).expect("it was noted");
    let kept = kept.to_str().expect("a plain path");
    assert_eq!(verified(&before, &[], false)["problem"], Value::Null, "it cannot know");
    let problem = verified(&before, &["--ends", kept], false)["problem"].clone();
    assert_eq!(problem, "entries are missing at the end: it had come to entry 5 and ends at 4");
    assert_eq!(verified(&data, &["--ends", kept], false)["problem"], Value::Null);
}

#[test]
fn the_list_is_filtered_by_what_is_asked() {
    let data = filled();
    let list = |more: &[&str]| -> Vec<u64> {
        let words = ["audit", "list", "--tenant", "contoso.example"];
        let shown = data.json(&[&words[..], more].concat());
        let entries = shown["value"].as_array().expect("a list").iter();
        entries.map(|one| one["number"].as_u64().expect("a number")).collect()
    };
    let words = ["user", "update", "--tenant", "contoso.example", "bo@contoso.example"];
    data.done(&[&words[..], &["--set", "department=Sales"]].concat());
    assert_eq!(list(&[]), [1, 2, 3, 4, 5]);
    assert_eq!(list(&["--limit", "2"]), [4, 5], "the newest, newest last");
    assert_eq!(list(&["--activity", "ADD USER", "--limit", "1"]), [4]);
    assert_eq!(list(&["--activity", "update"]), [5]);
    assert_eq!(list(&["--since", "1h"]), [1, 2, 3, 4, 5]);
    assert_eq!(list(&["--until", "1h"]), [0_u64; 0]);
    assert_eq!(list(&["--actor", "nobody at all"]), [0_u64; 0]);
    let shown = data.json(&["audit", "list", "--tenant", "contoso.example", "--limit", "1"]);
    let entry = &shown["value"][0]["entry"];
    assert_eq!(list(&["--target", entry["target"].as_str().expect("an id")]), [2, 5]);
    let detail: Value =
        serde_json::from_str(entry["detail"].as_str().expect("a text")).expect("JSON");
    assert_eq!(detail, json!({ "department": { "new": "Sales" } }));
}
