//! Groups and their members: taken out only by a listing that is whole.

use std::fs;

use model::{EdgeKind, Kind, Mirror, Proof};
use store::End;
use testkit::{Misread, Misreadings};

use crate::stage::{END, Plan, Stage, whole};

/// Two mirrors of a tenant: its people, and its groups.
fn stage() -> (Stage, Mirror) {
    let stage = Stage::new();
    let groups = stage.another(&Plan { file: "groups.csv", kind: Kind::Group, ..Plan::default() });
    stage.put(whole("ada bob eve zoe"));
    assert_eq!(stage.run(), "done, 4 created");
    (stage, groups)
}

fn put(groups: &Mirror, rows: &[(&str, &str)], end: &str) {
    let mut text = "id,displayName,members\n".to_owned();
    for (name, members) in rows {
        text.push_str(&format!("{name},{name},{members}\n"));
    }
    fs::write(&groups.file, text + end).expect("written");
}

fn members(stage: &Stage) -> usize {
    let groups = stage.world.objects(stage.world.source, Kind::Group);
    let ids: Vec<_> = groups.into_keys().collect();
    let edges = stage.world.store.edges(stage.world.source, EdgeKind::Member, End::From, &ids);
    edges.expect("the store answers").len()
}

/// The fourth reading is for members. Those that a group lacks there may be lost on the way.
#[test]
fn a_page_that_the_reading_for_members_lacks_takes_nobody_out() {
    for misread in [Misread::Lost, Misread::Cut, Misread::Repeated, Misread::Empty] {
        let (mut stage, groups) = stage();
        let misreadings = Misreadings::new(1, &Proof::EndMark(END.to_owned()));
        stage.mirrors = stage.mirrors.clone().with_front(misreadings.front());
        put(&groups, &[("sales", "ada;bob"), ("ops", "eve")], END);
        assert_eq!(stage.run_other(&groups), "done, 2 created, 3 added");
        put(&groups, &[("sales", "ada"), ("ops", "eve"), ("lab", "zoe")], END);
        misreadings.plan([(4, misread)]);
        assert_eq!(stage.run_other(&groups), "error listing-misread", "{misread:?}");
        assert!(members(&stage) >= 3, "{misread:?}");
        misreadings.plan([]);
        let told = stage.run_other(&groups);
        assert!(told.starts_with("done") && told.contains("1 left"), "{misread:?}: {told}");
        assert_eq!(members(&stage), 3, "{misread:?}");
    }
}

#[test]
fn members_follow_a_whole_listing_and_no_other() {
    let (stage, groups) = stage();
    // People are named by the anchor of their own mirror, or by name.
    put(&groups, &[("sales", "ada;bob@contoso.example"), ("ops", "eve")], END);
    assert_eq!(stage.run_other(&groups), "done, 2 created, 3 added");
    put(&groups, &[("sales", "ada")], "");
    assert_eq!(stage.run_other(&groups), "held listing-cut");
    assert_eq!(members(&stage), 3);
    put(&groups, &[("sales", "ada;zoe"), ("ops", "")], END);
    assert_eq!(stage.run_other(&groups), "done, 1 added, 2 left");
    assert_eq!(members(&stage), 2);
    put(&groups, &[("sales", "zoe;ada"), ("ops", "")], END);
    assert_eq!(stage.run_other(&groups), "done");
}

#[test]
fn a_group_that_is_not_listed_goes_and_comes_back_with_its_members() {
    let (stage, groups) = stage();
    put(&groups, &[("sales", "ada"), ("ops", "eve")], END);
    stage.run_other(&groups);
    put(&groups, &[("sales", "ada")], END);
    assert_eq!(stage.run_other(&groups), "done, 1 removed");
    put(&groups, &[("sales", "ada"), ("ops", "eve")], END);
    assert_eq!(stage.run_other(&groups), "done, 1 restored");
    assert_eq!(members(&stage), 2);
}

#[test]
fn somebody_who_is_not_found_may_be_a_member_under_another_name() {
    let (stage, groups) = stage();
    put(&groups, &[("sales", "ada;bob")], END);
    stage.run_other(&groups);
    put(&groups, &[("sales", "ada;robert@contoso.example")], END);
    assert_eq!(stage.run_other(&groups), "done, 1 unresolved");
    assert_eq!(members(&stage), 2);
}

#[test]
fn a_group_of_somebody_else_keeps_its_members() {
    let (stage, groups) = stage();
    let given = testkit::attributes(&[("displayName", "board")]);
    let board = stage.world.make(stage.world.source, Kind::Group, given);
    put(&groups, &[("sales", "ada"), (&board.to_string(), "bob")], END);
    assert_eq!(stage.run_other(&groups), "done, 1 created, 1 rejected, 1 added");
    assert_eq!(members(&stage), 1);
}

#[test]
fn many_members_leave_only_when_somebody_says_so() {
    let (stage, groups) = stage();
    let names: Vec<String> = (0..12).map(|number| format!("m{number}")).collect();
    stage.put(whole(&names.join(" ")));
    assert_eq!(stage.run(), "done, 12 created, 4 removed");
    put(&groups, &[("sales", &names.join(";"))], END);
    assert_eq!(stage.run_other(&groups), "done, 1 created, 12 added");
    put(&groups, &[("sales", "m1")], END);
    assert_eq!(stage.run_other(&groups), "held listing-removal-brake");
    assert_eq!(members(&stage), 12);
    let (operator, silent) = (&stage.world.operator, &sync::Silent);
    let ended = stage.mirrors.approve(operator, &groups, silent);
    assert_eq!(crate::stage::told(ended), "done, 11 left");
}
