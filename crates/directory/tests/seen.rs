//! A configuration is changed only as it was seen: nobody's change is lost without anybody noticing.

use std::cell::Cell;

use directory::Error;
use model::{Job, JobPart, JobState, ScopeMode};
use testkit::World;

/// Sets how many removals go without approval, as somebody who has seen `seen` of the limits.
fn limit(world: &World, seen: &str, count: u64) -> Result<Job, Error> {
    let seen = [(JobPart::Limits, seen)];
    let change = |job: &mut Job| job.limits.removals_at_least = count;
    world.directory.update_job_seen(&world.operator, &world.job(), &seen, change)
}

#[test]
fn the_second_of_two_who_saw_the_same_is_refused() {
    let world = World::new();
    let seen = world.job().digest_of(JobPart::Limits);
    let first = limit(&world, &seen, 20).expect("nobody was there before");
    let Err(refused @ Error::Moved { .. }) = limit(&world, &seen, 30) else {
        panic!("somebody was there before")
    };
    assert_eq!(refused.code(), "job-moved");
    let Error::Moved { present } = refused else { unreachable!("it was one above") };
    assert_eq!(*present, first, "with what stands, so that a page can show it");
    assert_eq!(world.job().limits.removals_at_least, 20);
    limit(&world, &seen, 20).expect("what is asked for stands already");
    limit(&world, &present.digest_of(JobPart::Limits), 30).expect("it was looked at again");
}

#[test]
fn other_parts_may_change_meanwhile() {
    let world = World::new();
    let seen = world.job().digest_of(JobPart::Limits);
    world.change_job(|job| job.scope = ScopeMode::All);
    world.change_job(|job| job.state = JobState::Active);
    let job = limit(&world, &seen, 20).expect("nobody touched the limits");
    assert_eq!((job.scope, job.state), (ScopeMode::All, JobState::Active), "and they stay");
}

#[test]
fn a_change_between_the_look_and_the_commit_is_noticed_as_well() {
    let world = World::new();
    let job = world.job();
    let (digest, again) = (job.digest_of(JobPart::Limits), Cell::new(true));
    let seen = [(JobPart::Limits, digest.as_str())];
    let change = |job: &mut Job| {
        if again.replace(false) {
            world.change_job(|job| job.limits.removals_at_least = 40);
        }
        job.limits.removals_at_least = 20;
    };
    let done = world.directory.update_job_seen(&world.operator, &job, &seen, change);
    assert!(matches!(done, Err(Error::Moved { .. })), "{done:?}");
    assert_eq!(world.job().limits.removals_at_least, 40);
}

#[test]
fn every_change_shows_in_one_part() {
    let world = World::new();
    let before = world.job();
    let mut changed = before.clone();
    changed.scope = ScopeMode::All;
    changed.mappings.pop();
    changed.groups.enabled = true;
    changed.actions.delete = false;
    changed.limits.hold_days = 1;
    changed.state = JobState::Active;
    changed.name = "other".to_owned();
    let moved: Vec<JobPart> = JobPart::ALL
        .into_iter()
        .filter(|part| before.digest_of(*part) != changed.digest_of(*part))
        .collect();
    assert_eq!(
        moved,
        JobPart::ALL.into_iter().filter(|one| *one != JobPart::Tests).collect::<Vec<_>>()
    );
}
