//! The door through which runs write: a run gets into the target of its own configuration and
//! nowhere else, whatever it says of itself.

use access::Denied;
use directory::{Error, Inbound, InboundError, NewTenant};
use model::{Actor, JobId, RunId, TenantId};
use store::Durability;
use testkit::World;

/// Knocks with an empty page, and tells how it was answered.
fn knock(world: &World, actor: Actor, source: TenantId, target: TenantId) -> &'static str {
    let (job, run) = match actor {
        Actor::Job { run, .. } => (world.job, run),
        _ => (world.job, RunId::NIL),
    };
    let page = Inbound {
        actor,
        receipt: (job, run, 0),
        source,
        entries: &[],
        durability: Durability::Durable,
    };
    match world.directory.apply_inbound(target, &page) {
        Ok(_) => "let in",
        Err(InboundError::Other(Error::Denied(Denied::NotFound))) => "not found",
        Err(InboundError::Other(Error::Denied(_))) => "denied",
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_run_writes_into_the_target_of_its_configuration_and_nowhere_else() {
    let world = World::new();
    let domains = vec!["third.example".parse().expect("a domain")];
    let new = NewTenant { id: None, name: "Third".to_owned(), domains };
    let third = world.directory.create_tenant(&world.operator, new).expect("it is free").id;
    let (source, target) = (world.source, world.target);
    let run = |tenant, job| Actor::Job { tenant, job, run: RunId::MADE_UP };
    let own = run(source, world.job);
    assert_eq!(knock(&world, own.clone(), source, target), "let in");
    assert_eq!(knock(&world, own.clone(), source, third), "not found", "another target");
    assert_eq!(knock(&world, own.clone(), source, source), "not found", "back into the source");
    assert_eq!(knock(&world, own, third, target), "not found", "people of another source");
    let other = run(source, JobId::MADE_UP);
    assert_eq!(knock(&world, other, source, target), "not found", "in the name of another job");
    let mirror = Actor::Mirror { tenant: target, mirror: model::MirrorId::NIL };
    assert_eq!(knock(&world, mirror, source, target), "denied", "a mirror is no run");
}
