//! Each way in which a listing is not what it should be, by name.

use std::{fs, os::unix::fs::PermissionsExt};

use model::Proof;

use crate::stage::{END, Stage, crowd, csv, whole};

/// A tenant with people of an earlier listing, who must all be there after the bad one.
#[track_caller]
fn check(stage: &Stage, bad: impl AsRef<[u8]>, expected: &str) {
    let before = stage.people();
    let head = stage.head();
    stage.put(bad);
    assert_eq!(stage.run(), expected);
    assert_eq!(stage.people(), before, "nobody was touched");
    let held = stage.head();
    assert_eq!(stage.run(), expected, "it stays held");
    assert_eq!(stage.head(), held, "and that is told once");
    // That it is held is one document.
    assert_eq!(held, head + 1);
}

fn twenty() -> Stage {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..20)));
    assert_eq!(stage.run(), "done, 20 created");
    stage
}

#[test]
fn a_listing_that_is_cut_in_the_middle_of_a_line_removes_nobody() {
    let text = whole(&crowd(0..20));
    check(&twenty(), &text[..text.len() - 60], "held listing-cut, 1 rejected");
}

#[test]
fn a_listing_that_is_cut_between_two_lines_removes_nobody() {
    check(&twenty(), csv(&crowd(0..18)), "held listing-cut");
}

#[test]
fn an_empty_listing_removes_nobody() {
    check(&twenty(), "", "held listing-cut listing-empty");
    let renamed = Stage::proving(Proof::Renamed);
    renamed.put(csv("ada bob"));
    assert_eq!(renamed.run(), "done, 2 created");
    check(&renamed, "", "held listing-empty");
}

#[test]
fn a_listing_of_a_header_alone_removes_nobody() {
    check(&twenty(), whole(""), "held listing-empty");
}

#[test]
fn a_listing_without_a_header_removes_nobody() {
    let text: String =
        whole(&crowd(0..20)).lines().skip(1).map(|line| format!("{line}\n")).collect();
    check(&twenty(), text, "held listing-unreadable");
}

#[test]
fn a_listing_that_may_not_be_read_removes_nobody() {
    let stage = twenty();
    stage.put(whole("p001"));
    fs::set_permissions(stage.path(), fs::Permissions::from_mode(0o000)).expect("set");
    if fs::File::open(stage.path()).is_ok() {
        // Root reads everything; a folder under the name is as unreadable to root as to others.
        fs::remove_file(stage.path()).expect("removed");
        fs::create_dir(stage.path()).expect("made");
    }
    assert_eq!(stage.run(), "held listing-unreadable");
    assert_eq!(stage.people().len(), 20);
    assert_eq!(stage.approve(), "error listing-unreadable");
}

#[test]
fn a_listing_that_is_not_there_removes_nobody() {
    let stage = twenty();
    fs::remove_file(stage.path()).expect("removed");
    assert_eq!(stage.run(), "held listing-unreadable");
    assert_eq!(stage.people().len(), 20);
    stage.put(whole(&crowd(0..20)));
    assert_eq!(stage.run(), "nothing");
    let progress = stage.world.directory.mirror_progress(&stage.mirror).expect("the store answers");
    assert_eq!(progress.held, None, "a good one ends the hold");
}

#[test]
fn a_listing_in_another_encoding_removes_nobody() {
    let text: Vec<u8> = whole("ada bob").encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(&twenty(), text, "held listing-unreadable");
}

#[test]
fn a_byte_that_is_no_text_keeps_the_person_of_its_line() {
    let stage = Stage::new();
    stage.put(whole("ada:Sales bob:Sales eve:Sales"));
    stage.run();
    let mut text = whole("ada:Sales eve:Ops").into_bytes();
    let at = text.windows(9).position(|part| part == b"ada:Sales").unwrap_or(49);
    text[at + 20] = 0xff;
    stage.put(&text);
    assert_eq!(stage.run(), "done, 1 updated, 1 removed, 1 rejected");
    assert_eq!(stage.people(), ["ada:Sales", "eve:Ops"]);
}

#[test]
fn half_of_a_listing_removes_nobody() {
    check(&twenty(), whole(&crowd(0..10)), "held listing-far-smaller");
}

#[test]
fn more_removals_than_the_brake_allows_wait() {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..40)));
    stage.run();
    check(&stage, whole(&crowd(0..29)), "held listing-removal-brake, 11 kept");
    stage.put(whole(&crowd(0..30)));
    assert_eq!(stage.run(), "done, 10 removed");
}

#[test]
fn a_slow_leak_is_a_leak() {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..40)));
    stage.run();
    stage.put(whole(&crowd(0..35)));
    assert_eq!(stage.run(), "done, 5 removed");
    check(&stage, whole(&crowd(0..29)), "held listing-removal-brake, 6 kept");
    assert_eq!(stage.approve(), "done, 6 removed");
    stage.put(whole(&crowd(0..24)));
    assert_eq!(stage.run(), "done, 5 removed", "what somebody has looked at is no leak");
    stage.put(whole(&crowd(0..23)));
    assert_eq!(stage.run(), "held listing-removal-brake, 1 kept");
    stage.world.clock.advance_days(1);
    assert_eq!(stage.run_again(), "done, 1 removed");
}

#[test]
fn people_exchanged_for_others_wait_though_the_number_is_the_same() {
    check(&twenty(), whole(&crowd(15..35)), "held listing-removal-brake, 15 kept");
}

#[test]
fn a_column_that_lost_its_values_empties_nobody() {
    let stage = Stage::new();
    let people = crowd(0..20);
    stage.put(whole(&people.replace(' ', ":Sales ")));
    stage.run();
    check(&stage, whole(&people), "held listing-clearing-brake");
    // A column that is not there at all says nothing.
    let text: String = whole(&people)
        .lines()
        .map(|line| line.rsplit_once(',').map_or(line, |(rest, _)| rest).to_owned() + "\n")
        .collect();
    stage.put(text);
    assert_eq!(stage.run(), "done");
}

#[test]
fn a_number_that_does_not_fit_removes_nobody() {
    type Listing = fn(usize, &str) -> String;
    let trailer: Listing = |count, people| format!("{}# rows: {count}\n", csv(people));
    let header: Listing = |count, people| format!("# rows: {count}\n{}", csv(people));
    let ways = [("trailer", trailer), ("header", header)];
    for (name, listing) in ways {
        let stage = Stage::proving(Proof::CountLine("# rows".to_owned()));
        stage.put(listing(20, &crowd(0..20)));
        assert_eq!(stage.run(), "done, 20 created", "{name}");
        check(&stage, listing(20, &crowd(0..19)), "held listing-count");
        check(&stage, csv(&crowd(0..19)), "held listing-count");
        stage.put(listing(19, &crowd(0..19)));
        assert_eq!(stage.run(), "done, 1 removed", "{name}");
    }
}

#[test]
fn a_number_beside_the_file_that_does_not_fit_removes_nobody() {
    let stage = Stage::proving(Proof::CountFile("people.count".to_owned()));
    let count = stage.folder.path().join("people.count");
    stage.put(csv("ada bob"));
    assert_eq!(stage.run(), "held listing-count");
    fs::write(&count, "2\n").expect("written");
    assert_eq!(stage.run(), "done, 2 created");
    stage.put(csv("ada"));
    assert_eq!(stage.run(), "held listing-count");
    // The number comes behind the listing; a watched mirror sees that too.
    let mut watch = sync::MirrorWatch::new(stage.mirrors.clone());
    let go = std::sync::atomic::AtomicBool::new(false);
    (0..3).for_each(|_| drop(watch.look(&go)));
    assert_eq!(stage.people(), ["ada", "bob"]);
    fs::write(&count, "1\n").expect("written");
    (0..3).for_each(|_| drop(watch.look(&go)));
    assert_eq!(stage.people(), ["ada"]);
}

#[test]
fn a_file_that_is_written_in_place_proves_nothing_where_it_is_to_be_renamed() {
    let stage = Stage::proving(Proof::Renamed);
    stage.put(csv("ada bob"));
    assert_eq!(stage.run(), "done, 2 created");
    stage.overwrite(csv("ada"));
    assert_eq!(stage.run(), "held listing-not-replaced");
    assert_eq!(stage.people(), ["ada", "bob"]);
    assert_eq!(stage.approve(), "done, 1 removed");
    stage.overwrite(csv("ada eve zoe"));
    assert_eq!(stage.run(), "held listing-not-replaced");
    stage.put(csv("ada eve zoe"));
    assert_eq!(stage.run(), "done, 2 created", "the same listing, renamed into place");
}

#[test]
fn a_line_that_cannot_be_read_keeps_whoever_it_may_mean() {
    let stage = Stage::new();
    stage.put(whole("ada bob eve"));
    stage.run();
    // Its domain is not the tenant's: who is meant is clear.
    stage.put(whole("ada bob eve").replace("bob@contoso", "bob@elsewhere"));
    assert_eq!(stage.run(), "done, 1 rejected");
    // A cell too many: nobody knows which of them is the anchor.
    stage.put(whole("ada bob:x,y"));
    assert_eq!(stage.run(), "held listing-lines-in-doubt, 2 kept, 1 rejected");
    assert_eq!(stage.people(), ["ada", "bob", "eve"]);
    assert_eq!(stage.approve(), "done, 2 removed, 1 rejected");
}

#[test]
fn everything_else_of_a_listing_with_a_doubtful_line_is_taken_in() {
    let stage = Stage::new();
    stage.put(whole("ada bob"));
    stage.run();
    stage.put(whole("ada:Ops zoe eve:x,y"));
    assert_eq!(
        stage.run(),
        "held listing-lines-in-doubt, 1 created, 1 updated, 1 kept, 1 rejected"
    );
    assert_eq!(stage.people(), ["ada:Ops", "bob", "zoe"]);
}

#[test]
fn a_second_line_of_somebody_is_told_and_changes_nothing() {
    let stage = Stage::new();
    let far: String = crowd(0..1_200);
    stage.put(whole(&format!("ada:Sales ada:Ops {far} ada:Lab")));
    assert_eq!(stage.run(), "done, 1201 created, 2 rejected");
    assert!(stage.people().contains(&"ada:Sales".to_owned()));
}

#[test]
fn a_line_that_says_of_nobody_who_it_is_keeps_everybody() {
    let stage = Stage::new();
    stage.put(whole("ada bob"));
    stage.run();
    stage.put(whole("ada eve="));
    assert_eq!(stage.run(), "held listing-lines-in-doubt, 1 kept, 1 rejected");
    assert_eq!(stage.people(), ["ada", "bob"]);
}

#[test]
fn an_end_mark_of_another_text_is_none() {
    let stage = twenty();
    let text = whole(&crowd(0..19)).replace(END, "# end of another list");
    check(&stage, text, "held listing-cut, 1 rejected");
}
