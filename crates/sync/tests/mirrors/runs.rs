//! What good listings bring, who is left alone, and runs that break off.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use connector::source::{Changes, Completeness, Source};
use model::{Kind, MirrorState, Name, Proof};
use store::memory::MemoryStore;
use sync::{MirrorWatch, Mirrors, Observer, Reading};
use testkit::{CallKind, FailingStore, Fate, HookedStore, TestIds, World, attributes};

use crate::stage::{Plan, Stage, crowd, csv, told, whole};

#[test]
fn a_listing_makes_changes_and_removes_people() {
    let stage = Stage::new();
    stage.put(whole("ada:Sales bob:Ops eve"));
    assert_eq!(stage.run(), "done, 3 created");
    stage.put(whole("ada:Lab eve zoe"));
    assert_eq!(stage.run(), "done, 1 created, 1 updated, 1 removed");
    assert_eq!(stage.people(), ["ada:Lab", "eve", "zoe"]);
    stage.put(whole("ada bob:Ops eve zoe"));
    assert_eq!(stage.run(), "done, 1 updated, 1 restored");
    assert_eq!(stage.people(), ["ada", "bob:Ops", "eve", "zoe"]);
}

#[test]
fn a_listing_that_is_known_is_not_read_and_writes_nothing() {
    let stage = Stage::new();
    stage.put(whole("ada bob"));
    stage.run();
    let head = stage.head();
    // Nothing but its name is looked at: where it cannot be read, that goes unnoticed.
    assert_eq!(stage.run(), "nothing");
    assert_eq!(stage.head(), head);
    stage.put(whole("ada bob"));
    assert_eq!(stage.run(), "nothing", "the same content in another file");
    assert_eq!(stage.head(), head + 1, "only which file it was is noted");
    stage.put(whole("bob ada"));
    assert_eq!(stage.run(), "done");
    assert_eq!(stage.head(), head + 2, "the same people in another order change nobody");
}

#[test]
fn somebody_who_gets_another_name_stays_the_same_person() {
    let stage = Stage::new();
    stage.put(whole("ada=7 bob=8"));
    stage.run();
    let before: Vec<_> = stage.world.objects(stage.world.source, Kind::User).into_keys().collect();
    stage.put(whole("countess=7 bob=8"));
    assert_eq!(stage.run(), "done, 1 updated");
    assert_eq!(stage.people(), ["bob", "countess"]);
    let after: Vec<_> = stage.world.objects(stage.world.source, Kind::User).into_keys().collect();
    assert_eq!(before, after);
}

#[test]
fn names_are_handed_on_and_handed_round() {
    let stage = Stage::new();
    stage.put(whole("ada=1 bob=2 eve=3 zoe=4"));
    stage.run();
    stage.put(whole("bob=1 eve=2 max=3 zoe=4"));
    assert_eq!(stage.run(), "done, 3 updated", "a chain");
    stage.put(whole("eve=1 bob=2 max=3 zoe=4"));
    assert_eq!(stage.run(), "done, 2 updated", "a ring");
    stage.put(whole("zoe=1 bob=2 max=3"));
    assert_eq!(stage.run(), "done, 1 updated, 1 removed", "a leaver's name");
    assert_eq!(stage.people(), ["bob", "max", "zoe"]);
}

#[test]
fn a_ring_of_names_does_not_wait_for_a_stranger() {
    let stage = Stage::new();
    stage.world.person("kim", &[]);
    stage.put(whole("ada=1 bob=2 eve=3"));
    stage.run();
    stage.put(whole("bob=1 ada=2 kim=3"));
    assert_eq!(stage.run(), "done, 2 updated, 1 rejected");
    assert_eq!(stage.people(), ["ada", "bob", "eve", "kim"]);
}

#[test]
fn whom_the_mirror_did_not_bring_is_never_touched() {
    let stage = Stage::new();
    let kim = stage.world.person("kim", &[("department", "Board")]);
    stage.put(whole("ada bob"));
    assert_eq!(stage.run(), "done, 2 created");
    // By name, and by id.
    stage.put(whole(&format!("ada kim:Ops max:Ops={kim}")));
    assert_eq!(stage.run(), "done, 1 removed, 2 rejected");
    stage.put(whole("ada"));
    assert_eq!(stage.run(), "done");
    assert_eq!(stage.people(), ["ada", "kim:Board"]);
}

#[test]
fn two_mirrors_of_a_tenant_leave_each_other_alone() {
    let stage = Stage::new();
    let other = stage.another(&Plan { file: "guests.csv", ..Plan::default() });
    stage.put(whole("ada bob"));
    fs::write(&other.file, whole("max zoe")).expect("written");
    assert_eq!(stage.run(), "done, 2 created");
    assert_eq!(stage.run_other(&other), "done, 2 created");
    stage.put(whole("ada"));
    assert_eq!(stage.run(), "done, 1 removed");
    assert_eq!(stage.people(), ["ada", "max", "zoe"]);
    stage.world.directory.delete_mirror(&stage.world.operator, &other).expect("deleted");
    assert_eq!(stage.people(), ["ada", "max", "zoe"], "whom it brought stays");
}

#[test]
fn a_tombstone_removes_without_any_other_proof() {
    let stage = Stage::with(Plan {
        file: "people.jsonl",
        proof: Proof::Tombstones,
        tombstone: Some("gone"),
        ..Plan::default()
    });
    let line = |name: &str, gone: &str| {
        format!(
            "{{\"id\":\"{name}\",\"userPrincipalName\":\"{name}@contoso.example\",\
             \"displayName\":\"{name}\",\"gone\":{gone}}}\n"
        )
    };
    stage.put(["ada", "bob", "eve"].map(|name| line(name, "false")).concat());
    assert_eq!(stage.run(), "done, 3 created");
    stage.put([line("ada", "null"), line("bob", "true")].concat());
    assert_eq!(stage.run(), "done, 1 removed");
    assert_eq!(stage.people(), ["ada", "eve"], "who is not listed stays");
    stage.put(line("eve", "\"perhaps\""));
    assert_eq!(stage.run(), "held listing-unreadable");
    stage.put([line("eve", "\"perhaps\""), line("ada", "0")].concat());
    assert_eq!(stage.run(), "done, 1 rejected");
    assert_eq!(stage.people(), ["ada", "eve"]);
}

#[test]
fn a_tombstone_in_a_listing_that_is_not_whole_removes_nobody() {
    let stage = Stage::with(Plan { tombstone: Some("gone"), ..Plan::default() });
    let listing = |rows: &[(&str, &str)], end: &str| {
        let mut text = "id,userPrincipalName,displayName,gone\n".to_owned();
        for (name, gone) in rows {
            text.push_str(&format!("{name},{name}@contoso.example,{name},{gone}\n"));
        }
        text + end
    };
    let end = crate::stage::END;
    stage.put(listing(&[("ada", ""), ("bob", "no"), ("eve", "")], end));
    assert_eq!(stage.run(), "done, 3 created");
    stage.put(listing(&[("ada", ""), ("bob", "yes")], ""));
    assert_eq!(stage.run(), "held listing-cut");
    assert_eq!(stage.people(), ["ada", "bob", "eve"]);
    stage.put(listing(&[("ada", ""), ("bob", "yes")], end));
    assert_eq!(stage.run(), "done, 2 removed", "one by its tombstone, one who is not listed");
    stage.put(listing(&[("ada", ""), ("ada", "yes")], end));
    assert_eq!(stage.run(), "done, 1 rejected", "who is listed as well stays");
    assert_eq!(stage.people(), ["ada"]);
}

#[test]
fn a_held_listing_goes_on_when_approved_and_not_when_it_changed_again() {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..20)));
    stage.run();
    stage.put(whole(&crowd(0..5)));
    assert_eq!(stage.run(), "held listing-far-smaller");
    stage.put(whole(&crowd(0..4)));
    assert_eq!(stage.approve(), "error listing-stale");
    assert_eq!(stage.people().len(), 20);
    stage.put(whole(&crowd(0..5)));
    assert_eq!(stage.approve(), "done, 15 removed");
    assert_eq!(stage.people().len(), 5);
    assert_eq!(stage.approve(), "error listing-not-held");
}

#[test]
fn an_approval_is_for_one_listing_only() {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..60)));
    stage.run();
    stage.put(csv(&crowd(0..40)));
    stage.run();
    assert_eq!(stage.approve(), "done, 20 removed");
    stage.put(csv(&crowd(0..39)));
    assert_eq!(stage.run(), "held listing-cut");
}

#[test]
fn a_rejected_listing_is_not_asked_about_again() {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..20)));
    stage.run();
    stage.put(whole(&crowd(0..5)));
    stage.run();
    stage.reject().expect("it is held");
    assert_eq!(stage.run(), "nothing");
    assert_eq!(stage.people().len(), 20);
    assert_eq!(stage.reject().expect_err("nothing is held").code(), "listing-not-held");
    stage.put(whole(&crowd(0..19)));
    assert_eq!(stage.run(), "done, 1 removed");
}

#[test]
fn a_plan_writes_nothing_and_is_what_the_run_does() {
    let stage = Stage::new();
    stage.put(whole("ada:Sales bob eve"));
    stage.run();
    stage.put(whole("ada bob zoe"));
    let head = stage.head();
    let plan = stage.mirrors.plan(&stage.world.operator, &stage.mirror, 5).expect("a plan");
    assert_eq!(stage.head(), head);
    let names = |list: &[sync::Planned]| -> Vec<String> {
        list.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(names(&plan.created), ["zoe@contoso.example"]);
    assert_eq!(names(&plan.updated), ["ada@contoso.example"]);
    assert_eq!(names(&plan.removed), ["eve@contoso.example"]);
    assert_eq!(plan.reasons, []);
    let counts = plan.counts;
    assert_eq!((counts.created, counts.updated, counts.removed, counts.cleared), (1, 1, 1, 1));
    assert_eq!(stage.run(), "done, 1 created, 1 updated, 1 removed");
}

#[test]
fn managers_follow_the_listing_and_loops_are_told() {
    let stage = Stage::new();
    let listing = |pairs: &[(&str, &str)]| {
        let mut text = "id,userPrincipalName,displayName,manager\n".to_owned();
        for (name, manager) in pairs {
            text.push_str(&format!("{name},{name}@contoso.example,{name},{manager}\n"));
        }
        text + crate::stage::END + "\n"
    };
    stage.put(listing(&[("ada", "bob"), ("bob", "eve@contoso.example"), ("eve", "")]));
    assert_eq!(stage.run(), "done, 3 created, 2 managers");
    stage.put(listing(&[("ada", ""), ("bob", "eve"), ("eve", "nobody")]));
    assert_eq!(stage.run(), "done, 1 managers, 1 unresolved");
    stage.put(listing(&[("ada", "bob"), ("bob", "eve"), ("eve", "ada")]));
    assert_eq!(stage.run(), "done, 1 managers, 1 unresolved");
}

#[test]
fn what_ldap_does_not_name_is_empty_unless_nobody_has_it() {
    let stage = Stage::with(Plan { file: "people.ldif", ..Plan::default() });
    let entry = |name: &str, department: &str| {
        let department = match department {
            "" => String::new(),
            text => format!("departmentNumber: {text}\n"),
        };
        format!(
            "dn: uid={name},dc=x\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\n\
             entryUUID: 00000000-0000-4000-8000-0000000000{name}\n{department}\n"
        )
    };
    let listing = |entries: &[String]| entries.concat() + crate::stage::END + "\n";
    stage.put(listing(&[entry("aa", "Sales"), entry("bb", "Ops")]));
    assert_eq!(stage.run(), "done, 2 created");
    stage.put(listing(&[entry("aa", ""), entry("bb", "Ops")]));
    assert_eq!(stage.run(), "done, 1 updated");
    assert_eq!(stage.people(), ["aa", "bb:Ops"]);
    stage.put(listing(&[entry("aa", ""), entry("bb", "")]));
    assert_eq!(stage.run(), "done");
    assert_eq!(stage.people(), ["aa", "bb:Ops"], "an attribute that nobody has any more is kept");
    let ids = stage.world.objects(stage.world.source, Kind::User);
    assert!(ids.keys().any(|id| id.to_string() == "00000000-0000-4000-8000-0000000000aa"));
}

#[test]
fn a_file_that_is_replaced_while_it_is_read_proves_nothing() {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..1_500)));
    stage.run();
    let store = stage.world.store.clone();
    let (path, swaps) = (stage.path(), Arc::new(AtomicU64::new(0)));
    let counter = swaps.clone();
    // At the first commit of people, which stands between two pages.
    let hooked = HookedStore::new(store, move |call| {
        if call.kind == CallKind::Commit && counter.fetch_add(1, Ordering::SeqCst) == 0 {
            fs::write(&path, whole(&crowd(0..1_499))).expect("written");
        }
        Fate::Go
    });
    let world = stage.world.through(Arc::new(hooked));
    stage.put(whole(&crowd(0..1_500).replace("p000", "p000:Ops").replace(" p1499", "")));
    let mirrors = Mirrors::new(world.directory.clone());
    let ended = mirrors.run(&world.operator, &stage.mirror, Reading::IfChanged, &sync::Silent);
    assert_eq!(told(ended), "error listing-moved");
    assert!(swaps.load(Ordering::SeqCst) > 0);
    assert_eq!(stage.people().len(), 1_500, "nobody is removed");
    assert_eq!(stage.run(), "done, 1 updated, 1 removed", "the listing that is there now");
}

#[test]
fn what_was_measured_is_what_must_be_read() {
    let stage = Stage::new();
    stage.put(whole("ada bob"));
    let source = connector::source::FileListing {
        path: stage.path(),
        format: wire::Format::Csv,
        options: stage.world.directory.mirror_options(&stage.mirror, "id").expect("options"),
        proof: stage.mirror.proof.clone(),
        settle: std::time::Duration::ZERO,
    };
    let Changes::Expired(listing) = source.changes(None).expect("it can be read") else {
        panic!("there is no mark to compare with")
    };
    let end = |listing| {
        let mut pages = source.scan(listing).expect("it can be read");
        pages.next().expect("it can be read").expect("a page").end
    };
    assert_eq!(end(&listing), Some(Completeness::AllOthers(Some(2))));
    // Of the same length, in the same file: only the content tells.
    stage.overwrite(whole("ada eve"));
    assert!(matches!(end(&listing), Some(Completeness::Unknown(_))));
}

#[test]
fn a_run_that_broke_off_anywhere_ends_the_same_when_it_is_run_again() {
    let first = format!("{} leaver=zz", crowd(0..1_100));
    let second = format!("ada=1 {}", crowd(0..1_100).replace("p001 ", "p001:Ops ") + ":Ops");
    let mut broken_off = 0;
    for at in 1.. {
        let stage = Stage::new();
        stage.put(whole(&first));
        stage.run();
        stage.put(whole(&second));
        let fate = if at % 2 == 0 { Fate::Fail } else { Fate::Lose };
        let (store, _) = FailingStore::over(stage.world.store.clone(), at, fate);
        let world = stage.world.through(store);
        let mirrors = Mirrors::new(world.directory.clone());
        let broken = mirrors.run(&world.operator, &stage.mirror, Reading::IfChanged, &sync::Silent);
        if broken.is_ok() {
            break;
        }
        broken_off += 1;
        let again = stage.run();
        assert!(again.starts_with("done") || again == "nothing", "{again}");
        let people = stage.people();
        assert_eq!(people.len(), 1_101, "write {at}");
        assert!(people.contains(&"ada".to_owned()) && people.contains(&"p001:Ops".to_owned()));
        assert_eq!(stage.run(), "nothing");
    }
    assert!(broken_off >= 4, "only {broken_off} writes were broken");
}

#[test]
fn a_run_can_be_stopped_between_two_pages() {
    struct Impatient(AtomicBool);
    impl Observer for Impatient {
        fn advanced(&self, _: u64, _: u64, _: u64) {
            self.0.store(true, Ordering::SeqCst);
        }
        fn is_interrupted(&self) -> bool {
            self.0.load(Ordering::SeqCst)
        }
    }
    let stage = Stage::new();
    stage.put(whole(&crowd(0..1_500)));
    let impatient = Impatient(AtomicBool::new(false));
    let (operator, mirror) = (&stage.world.operator, &stage.mirror);
    let ended = stage.mirrors.run(operator, mirror, Reading::IfChanged, &impatient);
    assert_eq!(told(ended), "error interrupted");
    assert_eq!(stage.people().len(), 1_000);
    assert_eq!(stage.run(), "done, 500 created");
}

#[test]
fn a_mirror_never_runs_twice_at_once() {
    let ids = Arc::new(TestIds::new());
    let epoch = model::StoreId(model::IdSource::next(ids.as_ref()));
    let inner: Arc<dyn store::Store> = Arc::new(MemoryStore::new(epoch));
    let stage = Stage::over(World::over(inner), Plan::default());
    stage.put(whole("ada bob"));
    let (mirrors, mirror) = (stage.mirrors.clone(), stage.mirror.clone());
    let (operator, busy) = (stage.world.operator.clone(), Arc::new(AtomicU64::new(0)));
    let counter = busy.clone();
    let hooked = HookedStore::new(stage.world.store.clone(), move |call| {
        if call.kind == CallKind::Commit && !call.is_over {
            let second = mirrors.run(&operator, &mirror, Reading::Again, &sync::Silent);
            assert_eq!(told(second), "error mirror-busy");
            counter.fetch_add(1, Ordering::SeqCst);
        }
        Fate::Go
    });
    let world = stage.world.through(Arc::new(hooked));
    let first = Mirrors::new(world.directory.clone());
    let ended = first.run(&world.operator, &stage.mirror, Reading::IfChanged, &sync::Silent);
    assert_eq!(told(ended), "done, 2 created");
    assert!(busy.load(Ordering::SeqCst) > 0);
}

#[test]
fn a_watched_file_is_taken_in_when_it_stands_still() {
    let stage = Stage::new();
    let mut watch = MirrorWatch::new(stage.mirrors.clone());
    let go = AtomicBool::new(false);
    stage.put(whole("ada"));
    assert!(watch.look(&go).is_empty());
    stage.put(whole("ada bob"));
    assert!(watch.look(&go).is_empty());
    assert!(stage.people().is_empty(), "it was another file at each look");
    assert!(watch.look(&go).is_empty());
    assert_eq!(stage.people(), ["ada", "bob"]);
    stage.put(csv("ada"));
    let news: Vec<String> = (0..4).flat_map(|_| watch.look(&go)).collect();
    assert_eq!(news.len(), 1, "that it is held is told once: {news:?}");
    assert!(news[0].contains("listing-cut"), "{news:?}");
    let (operator, paused) = (&stage.world.operator, MirrorState::Paused);
    stage.world.directory.set_mirror_state(operator, &stage.mirror, paused).expect("paused");
    stage.put(whole("ada bob eve"));
    assert!((0..3).all(|_| watch.look(&go).is_empty()));
    assert_eq!(stage.people(), ["ada", "bob"], "a paused mirror runs only when asked");
}

#[test]
fn a_line_that_was_refused_is_tried_again_after_an_hour() {
    let stage = Stage::new();
    let kim = stage.world.person("kim", &[]);
    let mut watch = MirrorWatch::new(stage.mirrors.clone());
    let go = AtomicBool::new(false);
    stage.put(whole("ada kim"));
    (0..3).for_each(|_| drop(watch.look(&go)));
    assert_eq!(stage.people(), ["ada", "kim"]);
    let (operator, source) = (&stage.world.operator, stage.world.source);
    stage.world.directory.delete(operator, source, kim).expect("deleted");
    (0..3).for_each(|_| drop(watch.look(&go)));
    assert_eq!(stage.people(), ["ada"]);
    stage.world.clock.advance_seconds(3_600);
    watch.look(&go);
    assert_eq!(stage.people(), ["ada", "kim"]);
}

/// Runs the job behind the mirror, and counts whom its target has.
fn partners(stage: &Stage) -> usize {
    stage.world.cycle();
    let people = stage.world.objects(stage.world.target, Kind::User);
    people.values().filter(|person| person.deleted.is_none()).count()
}

#[test]
fn a_job_follows_what_a_mirror_writes() {
    let stage = Stage::new();
    stage.world.change_job(|job| job.scope = model::ScopeMode::All);
    stage.put(whole("ada bob"));
    stage.run();
    assert_eq!(partners(&stage), 2);
    stage.put(csv("ada"));
    assert_eq!(stage.run(), "held listing-cut");
    assert_eq!(partners(&stage), 2);
    stage.put(whole("ada"));
    stage.run();
    assert_eq!(partners(&stage), 1);
    stage.world.assert_settled(true);
}

#[test]
fn what_the_directory_keeps_itself_does_not_come_from_a_listing() {
    let stage = Stage::new();
    let text = "id,userPrincipalName,displayName,creationType,homeTenantId,homeObjectId\n\
        1,ada@contoso.example,Ada,Invitation,\
        00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000002\n";
    stage.put(format!("{text}{}\n", crate::stage::END));
    assert_eq!(stage.run(), "done, 1 created");
    let people = stage.world.objects(stage.world.source, Kind::User);
    let ada = people.values().next().expect("somebody");
    assert!(!ada.is_external() && ada.text(&Name::new("creationType")).is_none());
    // Somebody of the tenant's own who has the attributes that the listing gives stays apart.
    let given = attributes(&[("userPrincipalName", "x@contoso.example"), ("displayName", "x")]);
    stage.world.make(stage.world.source, Kind::User, given);
    assert_eq!(stage.run_again(), "done");
}
