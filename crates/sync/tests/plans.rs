//! What runs besides a cycle: previews, saved plans, people on demand, explanations, the removal
//! brake and its approvals, and consent that is withdrawn.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use model::Code;
use sync::{Error, Observer};
use testkit::{World, check, check_with};

/// A world with so many assigned people, `p1` and so on, who are in the target.
fn staffed(count: usize) -> (World, String) {
    let world = World::new();
    let mut text = String::new();
    for number in 1..=count {
        text.push_str(&format!("add p{number:02}\nassign p{number:02}\n"));
    }
    text.push_str("cycle\n");
    for number in 1..=count {
        text.push_str(&format!("> create p{number:02}\n"));
    }
    (world, text)
}

fn each(from: usize, to: usize, line: &str) -> String {
    (from..=to).map(|number| line.replace("NN", &format!("{number:02}")) + "\n").collect()
}

#[test]
fn eleven_of_twenty_are_held_and_can_be_approved_rejected_and_approved() {
    let (world, mut text) = staffed(20);
    text += &each(1, 11, "unassign pNN");
    text += "cycle\n";
    text += &each(1, 11, "> held remove pNN (removal-brake)");
    text += "hold list\n";
    text += &each(1, 11, "> held remove pNN (removal-brake)");
    text += "show p01\n> #1\n";
    text += "hold approve p01 p02\n> remove p01 (not-assigned)\n> remove p02 (not-assigned)\n";
    text += "hold reject p03\n> rejected remove p03 (removal-brake)\n";
    text += "hold approve all\n";
    text += &each(4, 11, "> remove pNN (not-assigned)");
    text += "hold list\ncycle\nshow p03\n> #2\n";
    // The rejected one is a removal still, for whoever looks at everybody.
    text += "plan full\n> remove p03 (not-assigned)\ndrifted\n";
    check_with(&world, &text);
}

#[test]
fn ten_of_twenty_go_ahead_and_the_eleventh_within_a_day_is_held() {
    let (world, mut text) = staffed(20);
    text += &each(1, 10, "unassign pNN");
    text += "cycle\n";
    text += &each(1, 10, "> remove pNN (not-assigned)");
    text += "wait 1h\nunassign p11\ncycle\n> held remove p11 (removal-brake)\n";
    text += "wait 24h\nunassign p12\ncycle\n> remove p12 (not-assigned)\n";
    text += "hold approve all\n> remove p11 (not-assigned)\n";
    check_with(&world, &text);
}

#[test]
fn coming_back_cancels_a_held_removal() {
    let (world, mut text) = staffed(12);
    text += &each(1, 12, "unassign pNN");
    text += "cycle\n";
    text += &each(1, 12, "> held remove pNN (removal-brake)");
    text += "assign p01\ncycle\n> cancelled remove p01 (superseded)\n";
    text += "hold reject all\n";
    text += &each(2, 12, "> rejected remove pNN (removal-brake)");
    text += &each(2, 12, "assign pNN");
    text += "cycle\n";
    check_with(&world, &text);
}

#[test]
fn disables_count_with_removals() {
    let (world, mut text) = staffed(12);
    text += &each(1, 6, "unassign pNN");
    text += &each(7, 12, "set pNN accountEnabled=false");
    text += "cycle\n";
    text += &each(1, 6, "> held remove pNN (removal-brake)");
    text += &each(7, 12, "> held disable pNN accountEnabled: true -> false (removal-brake)");
    text += "hold approve all\n";
    text += &each(1, 6, "> remove pNN (not-assigned)");
    text += &each(7, 12, "> disable pNN accountEnabled: true -> false (removal-brake)");
    check_with(&world, &text);
}

#[test]
fn what_changes_while_it_is_held_is_not_lost() {
    let (world, mut text) = staffed(12);
    text += &each(1, 12, "set pNN accountEnabled=false");
    text += "cycle\n";
    text += &each(1, 12, "> held disable pNN accountEnabled: true -> false (removal-brake)");
    text += "unassign p01\nset p02 city=Oslo\ncycle\n";
    text += "> cancelled disable p01 accountEnabled: true -> false (superseded)\n";
    text += "> held remove p01 (removal-brake)\n";
    text += "> cancelled disable p02 accountEnabled: true -> false (superseded)\n";
    text += "> held disable p02 accountEnabled: true -> false, city: - -> Oslo (removal-brake)\n";
    text += "hold approve all\n";
    text += "> remove p01 (not-assigned)\n";
    text += "> disable p02 accountEnabled: true -> false, city: - -> Oslo (removal-brake)\n";
    text += &each(3, 12, "> disable pNN accountEnabled: true -> false (removal-brake)");
    check_with(&world, &text);
}

#[test]
fn a_held_person_who_is_enabled_again_goes_on() {
    let (world, mut text) = staffed(12);
    text += &each(1, 12, "set pNN accountEnabled=false");
    text += "cycle\n";
    text += &each(1, 12, "> held disable pNN accountEnabled: true -> false (removal-brake)");
    text += &each(1, 12, "set pNN accountEnabled=true");
    text += "cycle\n";
    text += &each(1, 12, "> cancelled disable pNN accountEnabled: true -> false (superseded)");
    check_with(&world, &text);
}

#[test]
fn without_consent_no_cycle_begins() {
    check(
        "add ada
         assign ada
         consent target off
         cycle
         > stopped: consent-missing
         plan
         > stopped: consent-missing
         provision ada
         > stopped: consent-missing
         count
         > 0 users in the target
         consent target on
         consent source off
         cycle
         > stopped: consent-missing
         consent source on
         cycle
         > create ada",
    );
}

/// Withdraws a consent when a run tells that it has come so far.
struct Withdraw<'w> {
    world: &'w World,
    target: bool,
    calls: AtomicU64,
}

impl Observer for Withdraw<'_> {
    fn advanced(&self, _read: u64, _of: u64, _changed: u64) {
        if self.calls.fetch_add(1, Ordering::SeqCst) > 0 {
            return;
        }
        match self.target {
            true => self.world.set_target_consent(false),
            false => self.world.set_source_consent(false),
        }
    }
}

/// 6,500 people are seven pages. At most two of them are with the target when the first page is
/// told, and four more may have been decided; none of these may be written.
#[test]
fn consent_withdrawn_in_the_middle_stops_the_next_page() {
    for target in [true, false] {
        let world = World::new();
        world.change_job(|job| job.scope = model::ScopeMode::All);
        for number in 0..6_500 {
            world.person(&format!("p{number}"), &[]);
        }
        let watch = Withdraw { world: &world, target, calls: AtomicU64::new(0) };
        let result = world.sync.run_cycle(&world.operator, &world.job(), &watch);
        match result {
            Err(Error::Stopped(reason)) => assert_eq!(reason.code, Code::CONSENT_MISSING),
            other => panic!("the cycle stops, and did not: {other:?}"),
        }
        let made = world.objects(world.target, model::Kind::User).len();
        assert!(made <= 2_000, "{made} people were made, at most two pages may be");
        let audit = world.store.audit(world.target, 0, usize::MAX).expect("the store answers");
        let withdrawn = audit.iter().rposition(|one| {
            let activity = one.entry.as_ref().map(|entry| entry.activity.as_str());
            activity == Some("Update a partner cross-tenant access setting")
        });
        if target {
            assert_eq!(withdrawn, Some(audit.len() - 1), "nothing is written without consent");
            world.set_target_consent(true);
        } else {
            world.set_source_consent(true);
        }
        world.cycle();
        assert_eq!(world.objects(world.target, model::Kind::User).len(), 6_500);
        world.assert_settled(true);
    }
}

#[test]
fn a_saved_plan_is_applied_once() {
    check(
        "add ada
         add bo
         assign ada
         assign bo
         cycle
         > create ada
         > create bo
         set ada city=Oslo
         unassign bo
         save
         > 2 changes
         apply
         > update ada city: - -> Oslo
         > remove bo (not-assigned)
         apply
         > stopped: plan-invalid
         cycle",
    );
}

#[test]
fn a_saved_plan_is_refused_whole_when_a_person_of_it_changed() {
    check(
        "add ada
         add bo
         assign ada
         assign bo
         cycle
         > create ada
         > create bo
         set ada city=Oslo
         set bo city=Rome
         save
         > 2 changes
         set bo city=Bern
         apply
         > stopped: plan-moved
         show ada city
         > #1 city=-
         cycle
         > update ada city: - -> Oslo
         > update bo city: - -> Bern",
    );
}

#[test]
fn a_saved_plan_is_refused_whole_when_the_target_moved() {
    check(
        "add ada
         add bo
         assign ada
         assign bo
         cycle
         > create ada
         > create bo
         set ada city=Oslo
         set bo city=Rome
         save
         > 2 changes
         target set bo city=Bern
         apply
         > stopped: plan-moved
         show ada city
         > #1 city=-
         cycle
         > update ada city: - -> Oslo
         > update bo city: Bern -> Rome",
    );
}

#[test]
fn a_saved_plan_is_refused_whole_when_the_configuration_moved() {
    check(
        "add ada
         assign ada
         save
         > 1 changes
         filter department EQUALS Sales
         apply
         > stopped: plan-moved
         # What stands again as it was read is no other configuration.
         filter
         apply
         > create ada
         cycle",
    );
}

#[test]
fn a_saved_plan_needs_consent_when_it_is_applied() {
    check(
        "add ada
         assign ada
         save
         > 1 changes
         consent target off
         apply
         > stopped: consent-missing
         count
         > 0 users in the target
         consent target on
         apply
         > create ada
         cycle",
    );
}

#[test]
fn one_person_on_demand_and_nobody_else() {
    check(
        "add ada
         add bo
         assign ada
         assign bo
         preview ada
         > create
         provision ada
         > create ada
         show bo
         > nobody
         provision ada
         cycle
         > create bo",
    );
}

#[test]
fn escrow_is_tried_again_when_it_is_due_or_asked_for() {
    check(
        "add ada mail=ada@lovelace.example
         assign ada
         cycle
         > fail ada (mail-domain-not-verified)
         wait 5h
         cycle
         escrow
         > ada mail-domain-not-verified attempt 1 due in 1 h
         wait 1h
         cycle
         escrow
         > ada mail-domain-not-verified attempt 2 due in 12 h
         set ada mail=ada@contoso.example
         retry ada
         > create ada
         cycle",
    );
}

#[test]
fn explain_says_why_in_sentences() {
    check(
        "filter department EQUALS Marketing
         add ada department=Sales
         group crew
         join ada crew
         explain ada
         > ada@contoso.example is not in the target.
         > The job takes assigned people, and neither the person nor a group with the person as a \
direct member is assigned.
         > Scoping filter: department EQUALS 'Marketing' is false: the value is 'Sales'.
         > So the person is out of scope: not-assigned.
         > Nothing is done: neither the person nor a group with the person as a direct member is \
assigned (not-assigned).
         assign crew
         explain ada
         > ada@contoso.example is not in the target.
         > The person is a direct member of the assigned group crew.
         > Scoping filter: department EQUALS 'Marketing' is false: the value is 'Sales'.
         > So the person is out of scope: filtered-out.
         > Nothing is done: department EQUALS 'Marketing' is false: the value is 'Sales' (filtered-out).
         set ada department=Marketing
         explain ada
         > ada@contoso.example is not in the target.
         > The person is a direct member of the assigned group crew.
         > Scoping filter: department EQUALS 'Marketing' is true: the value is 'Marketing'.
         > So the person is in scope.
         > The next cycle will create the person in the target (accountEnabled, department, \
displayName, mail, mailNickname, userPrincipalName, showInAddressList, userType).
         cycle
         > create ada
         explain ada
         > ada@contoso.example is in the target as ada_contoso.example#EXT#@fabrikam.example.
         > The person is a direct member of the assigned group crew.
         > Scoping filter: department EQUALS 'Marketing' is true: the value is 'Marketing'.
         > So the person is in scope.
         > The target's object is known by link.
         > The target holds what it should; nothing is to be done.",
    );
}

#[test]
fn a_job_is_run_by_one_at_a_time() {
    let world = World::new();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    let lease = world.store.lease(world.source, world.job, "somebody else").expect("it is free");
    let refused = world.try_cycle().expect_err("another run holds the job");
    assert_eq!(refused.code(), "job-busy");
    world.store.release(&lease);
    assert_eq!(world.cycle().changed(), 1);
    world.assert_settled(true);
}

#[test]
fn a_cycle_with_nothing_to_do_writes_nothing() {
    use testkit::{CallKind, Fate, HookedStore};
    let world = World::new();
    let ada = world.person("ada", &[]);
    world.assign(ada, true);
    world.cycle();
    let writes = Arc::new(AtomicU64::new(0));
    let seen = writes.clone();
    let watched = world.through(Arc::new(HookedStore::new(world.store.clone(), move |call| {
        if matches!(call.kind, CallKind::Commit | CallKind::Record) {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        Fate::Go
    })));
    watched.cycle();
    assert_eq!(writes.load(Ordering::SeqCst), 0);
}

#[test]
fn a_cycle_with_nothing_to_do_still_needs_consent() {
    check(
        "add ada
         assign ada
         cycle
         > create ada
         consent target off
         cycle
         > stopped: consent-missing
         consent target on
         cycle",
    );
}

#[test]
fn a_plan_that_removes_what_is_held_already_holds_it_once() {
    let (world, mut text) = staffed(12);
    text += &each(1, 12, "unassign pNN");
    text += "save\n> 12 changes\n";
    text += "cycle\n";
    text += &each(1, 12, "> held remove pNN (removal-brake)");
    text += "apply\n";
    text += &each(1, 12, "> held remove pNN (removal-brake)\n> cancelled remove pNN (superseded)");
    text += "hold list\n";
    text += &each(1, 12, "> held remove pNN (removal-brake)");
    text += "hold approve all\n";
    text += &each(1, 12, "> remove pNN (not-assigned)");
    check_with(&world, &text);
}

#[test]
fn a_plan_leaves_out_what_is_held_already() {
    let (world, mut text) = staffed(12);
    text += &each(1, 12, "unassign pNN");
    text += "cycle\n";
    text += &each(1, 12, "> held remove pNN (removal-brake)");
    text += "save full\n> 0 changes\n";
    text += "apply\n";
    text += "hold list\n";
    text += &each(1, 12, "> held remove pNN (removal-brake)");
    check_with(&world, &text);
}

/// Whoever follows the log asks for what was written after the last entry that was shown.
#[test]
fn entries_are_written_in_the_order_of_their_ids() {
    let world = World::new();
    world.change_job(|job| job.scope = model::ScopeMode::All);
    for number in 0..3_500 {
        let mail = match number % 50 {
            0 => format!("p{number}@unverified.example"),
            _ => format!("p{number}@contoso.example"),
        };
        world.person(&format!("p{number}"), &[("mail", &mail)]);
    }
    let inner = world.store.clone();
    let (source, job) = (world.source, world.job);
    let last = std::sync::Mutex::new((None, 0));
    let watched = world.through(Arc::new(testkit::HookedStore::new(inner.clone(), move |call| {
        if call.kind == testkit::CallKind::Record && call.is_over {
            let entries = inner.entries(source, job, &store::EntryQuery::default());
            let entries = entries.expect("the store answers");
            let mut last = last.lock().expect("nobody panics");
            let older = entries.iter().filter(|entry| Some(entry.id) <= last.0).count();
            assert_eq!(older, last.1, "an entry was written behind one that stood already");
            *last = (entries.last().map(|entry| entry.id), entries.len());
        }
        testkit::Fate::Go
    })));
    watched.cycle();
    assert_eq!(world.entries().len(), 3_500);
    assert_eq!(world.escrow().len(), 70);
    world.assert_settled(true);
}
