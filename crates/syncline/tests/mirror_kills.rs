//! A mirror is killed again and again while it takes listings in; the next one that is left alone ends
//! where it would have ended, and nobody was taken out who is listed.

mod support;

use std::{collections::BTreeSet, fs, thread, time::Duration};

use support::Data;

const PEOPLE: usize = 2_000;
const KILLS: usize = 16;

/// The listing of a night: everybody but those whose number leaves a rest, with a department of its own.
fn listing(night: usize) -> (String, BTreeSet<String>) {
    let mut text = "No,UPN,Display name,Department\n".to_owned();
    let mut names = BTreeSet::new();
    for number in (0..PEOPLE).filter(|number| number % 7 != night % 7) {
        let department = (number + night) % 5;
        text.push_str(&format!("{number},p{number}@contoso.example,p{number},d{department}\n"));
        names.insert(format!("p{number} d{department}"));
    }
    (text + "#EOF\n", names)
}

fn people(data: &Data) -> BTreeSet<String> {
    let words = ["user", "list", "--tenant", "contoso.example", "--limit", "100000"];
    let list = data.json(&words);
    let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap_or("").to_owned();
    let rows = list["value"].as_array().expect("a list");
    rows.iter().map(|one| text(one, "displayName") + " " + &text(one, "department")).collect()
}

#[test]
fn a_mirror_that_is_killed_at_any_moment_ends_where_the_listing_is() {
    let data = Data::new();
    data.done(&["tenant", "create", "Contoso", "--domain", "contoso.example"]);
    let file = data.file("people.csv");
    let path = file.display().to_string();
    data.done(&[
        "mirror",
        "create",
        "hr",
        "--tenant",
        "contoso.example",
        "--file",
        &path,
        "--id-column",
        "No",
        "--end-mark",
        "#EOF",
        "--limit",
        "1000000",
        "--paused",
    ]);
    let run = ["mirror", "run", "hr", "--tenant", "contoso.example"];
    let mut killed = 0;
    let mut dice = fastrand::Rng::with_seed(7);
    for night in 0..KILLS {
        fs::write(&file, listing(night).0).expect("written");
        let mut child = data.start(&run);
        thread::sleep(Duration::from_millis(dice.u64(20..900)));
        killed += usize::from(matches!(child.try_wait(), Ok(None)));
        // One that has ended already was not killed, and that is as well.
        drop(child.kill());
        child.wait().expect("it ends");
    }
    let (text, expected) = listing(KILLS);
    fs::write(&file, text).expect("written");
    data.done(&run);
    let found = people(&data);
    let differ: Vec<_> = found.symmetric_difference(&expected).take(10).collect();
    assert!(differ.is_empty(), "not as listed: {differ:?}");
    let again = data.json(&[&run[..], &["--again"]].concat());
    let counts = &again["counts"];
    assert_eq!(counts["unchanged"], expected.len(), "{counts}");
    assert_eq!((&counts["updated"], &counts["removed"]), (&0.into(), &0.into()), "{counts}");
    data.done(&["doctor"]);
    data.done(&["audit", "verify"]);
    assert!(killed >= KILLS / 4, "only {killed} runs were under way when they were killed");
}
