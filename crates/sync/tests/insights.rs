//! What a job came to day by day: counted once, kept with the log, and told without gaps.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use model::{Actor, Code, ObjectId, Role, ScopeMode, TenantId};
use sync::Insight;
use testkit::{FailingStore, Fate, World};

fn read(world: &World, days: usize) -> Vec<Insight> {
    let found = world.sync.read_insights(&world.operator, &world.job(), days);
    found.expect("the operator may")
}

fn counts(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    counts.iter().map(|(name, count)| (name.as_str(), *count)).collect()
}

fn everybody() -> World {
    let world = World::new();
    world.change_job(|job| job.scope = ScopeMode::All);
    world
}

#[test]
fn days_follow_one_another_without_a_gap() {
    let world = everybody();
    let ada = world.person("ada", &[]);
    world.person("bo", &[]);
    world.cycle();
    world.clock.advance_days(2);
    world.set(world.source, ada, &[("city", "Oslo")]);
    world.clock.advance_seconds(30);
    world.cycle();
    world.set(world.source, ada, &[("city", "Bergen")]);
    world.clock.advance_seconds(10);
    world.cycle();
    world.clock.advance_days(1);
    let days = read(&world, 90);
    let dates: Vec<&str> = days.iter().map(|day| day.date.as_str()).collect();
    assert_eq!(dates, ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"]);
    assert_eq!(days.iter().map(|day| day.people).collect::<Vec<_>>(), [Some(2); 4]);
    assert_eq!(days.iter().map(|day| day.runs).collect::<Vec<_>>(), [1, 0, 2, 0]);
    assert_eq!(counts(&days[0].changes), [("create", 2)]);
    assert_eq!(counts(&days[2].changes), [("update", 2)]);
    assert_eq!(days[0].longest_delay, None, "everything was new");
    assert_eq!((days[2].mean_delay, days[2].longest_delay), (Some(20), Some(30)));
    assert_eq!(read(&world, 1).len(), 1);
    assert_eq!(read(&world, 1)[0].people, Some(2), "nothing happened today");
    world.cycle();
    assert_eq!(read(&world, 1)[0].runs, 0, "a cycle with nothing to do is none");
}

#[test]
fn failures_and_stops_are_told_by_their_codes() {
    let world = everybody();
    world.person("ada", &[("mail", "ada@elsewhere.example")]);
    world.person("bo", &[]);
    world.cycle();
    world.set_target_consent(false);
    world.person("cy", &[]);
    assert!(world.try_cycle().is_err());
    let day = read(&world, 1).remove(0);
    assert_eq!(counts(&day.failures), [(Code::MAIL_DOMAIN.as_str(), 1)]);
    assert_eq!(counts(&day.stopped), [(Code::CONSENT_MISSING.as_str(), 1)]);
    assert_eq!((day.runs, day.people), (2, Some(1)));
}

#[test]
fn they_are_kept_as_long_as_the_log_and_go_with_the_job() {
    let world = everybody();
    world.person("ada", &[]);
    world.cycle();
    world.clock.advance_days(60);
    world.person("bo", &[]);
    world.cycle();
    world.clock.advance_days(40);
    let job = world.job();
    world.sync.forget_log(&world.operator, &job, 90).expect("it may be done");
    let days = read(&world, 365);
    assert_eq!(days.len(), 101, "since the job was made");
    assert_eq!(days[0].people, None, "nobody knows any more");
    assert_eq!((days[60].people, days[100].people), (Some(2), Some(2)));
    world.directory.delete_job(&world.operator, &job).expect("it may be done");
    let left = world.store.days(world.source, job.id, i64::MAX, 10).expect("the store answers");
    assert_eq!(left, []);
}

#[test]
fn both_ends_read_them_and_strangers_do_not() {
    let world = everybody();
    let reader = |tenant| {
        let name = "reader".to_owned();
        let roles = vec![Role::ReportsReader];
        Actor::User { tenant, id: ObjectId::NIL, name, roles, through: None }
    };
    for tenant in [world.source, world.target] {
        let read = world.sync.read_insights(&reader(tenant), &world.job(), 7);
        assert_eq!(read.expect("its readers may").len(), 1);
    }
    let refused = world.sync.read_insights(&reader(TenantId::NIL), &world.job(), 7);
    assert_eq!(refused.expect_err("it is none of theirs").code(), "not-found");
}

#[test]
fn nothing_is_counted_twice_or_lost_whichever_write_fails() {
    for fate in [Fate::Fail, Fate::Lose] {
        for at in 1.. {
            let world = everybody();
            (0..5).for_each(|number| {
                world.person(&format!("p{number}"), &[]);
            });
            let (store, writes) = FailingStore::over(world.store.clone(), at, fate);
            let ended = world.through(store).try_cycle();
            world.cycle();
            let told: u64 = read(&world, 1)[0].changes.values().sum();
            assert_eq!(told, 5, "write {at} met {fate:?}: {ended:?}");
            if writes.load(Ordering::SeqCst) < at {
                break;
            }
        }
    }
}
