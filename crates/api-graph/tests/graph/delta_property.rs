//! Whatever happens, and whenever they ask, callers of delta end with what the directory holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use api_graph::Services;
use model::{Edge, Kind, Object};
use proptest::prelude::*;
use serde_json::Value;
use store_sqlite::{Options, SqliteStore};
use testkit::World;

use crate::{delta::link, stage::Stage};

/// What somebody does in the directory. Numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    Add(bool),
    Rename(u8),
    Delete(u8),
    Restore(u8),
    Purge(u8),
    Join(u8, u8),
    Leave(u8, u8),
    Manage(u8, Option<u8>),
    /// A caller asks for one page of so many.
    Ask(u8, u8),
}

fn step() -> impl Strategy<Value = Step> {
    let any = proptest::num::u8::ANY;
    prop_oneof![
        3 => proptest::bool::ANY.prop_map(Step::Add),
        2 => any.prop_map(Step::Rename),
        2 => any.prop_map(Step::Delete),
        2 => any.prop_map(Step::Restore),
        1 => any.prop_map(Step::Purge),
        5 => (any, any).prop_map(|(group, member)| Step::Join(group, member)),
        2 => (any, any).prop_map(|(group, member)| Step::Leave(group, member)),
        2 => (any, proptest::option::of(any)).prop_map(|(user, manager)| Step::Manage(user, manager)),
        8 => (any, 1..4_u8).prop_map(|(caller, size)| Step::Ask(caller, size)),
    ]
}

/// A caller with what it holds, merged as Graph tells callers to merge.
struct Caller {
    start: &'static str,
    at: Option<String>,
    held: BTreeMap<String, (String, BTreeSet<String>)>,
}

const STARTS: [&str; 3] = [
    "/users/delta?$select=displayName,manager",
    "/groups/delta?$select=displayName,members",
    "/groups/delta",
];

impl Caller {
    fn new(start: &'static str) -> Self {
        Self { start, at: None, held: BTreeMap::new() }
    }

    /// Asks for one page; says whether it ended a round.
    fn ask(&mut self, stage: &Stage, size: usize) -> bool {
        let path = self.at.clone().unwrap_or_else(|| self.start.to_owned());
        let document = stage
            .document(&format!("GET {path}\nPrefer: return=minimal, odata.maxpagesize={size}"));
        for item in document["value"].as_array().expect("a list") {
            self.merge(item);
        }
        let done = link(&document, "@odata.deltaLink");
        let ended = done.is_some();
        self.at = done.or_else(|| link(&document, "@odata.nextLink"));
        ended
    }

    fn merge(&mut self, item: &Value) {
        let id = item["id"].as_str().expect("an id").to_owned();
        if item.get("@removed").is_some() {
            self.held.remove(&id);
            return;
        }
        let (name, ties) = self.held.entry(id).or_default();
        if let Some(told) = item.get("displayName") {
            *name = told.as_str().expect("text").to_owned();
        }
        if let Some(told) = item.get("manager@delta") {
            ties.clear();
            merge_ties(ties, told);
        }
        if let Some(told) = item.get("members@delta") {
            merge_ties(ties, told);
        }
    }
}

fn merge_ties(ties: &mut BTreeSet<String>, told: &Value) {
    for tie in told.as_array().expect("a list") {
        let id = tie["id"].as_str().expect("an id").to_owned();
        match tie.get("@removed") {
            Some(_) => ties.remove(&id),
            None => ties.insert(id),
        };
    }
}

/// All objects of a kind with the other ends of their edges, as a caller should hold them.
fn wanted(stage: &Stage, kind: Kind) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let (tenant, store) = (stage.world.source, &stage.world.store);
    let edge_kind = match kind {
        Kind::User => model::EdgeKind::Manager,
        Kind::Group => model::EdgeKind::Member,
    };
    let objects = stage.world.objects(tenant, kind).into_values();
    objects
        .filter(|object| object.deleted.is_none())
        .map(|object| {
            let edges = store.edges(tenant, edge_kind, store::End::From, &[object.id]);
            let ends = edges.expect("the store answers").into_iter();
            let ends = ends.map(|edge: Edge| edge.to.to_string()).collect();
            (object.id.to_string(), (object.display_name(), ends))
        })
        .collect()
}

fn pick(stage: &Stage, kinds: &[Kind], deleted: bool, number: u8) -> Option<Object> {
    let all = kinds.iter().flat_map(|kind| stage.world.objects(stage.world.source, *kind));
    let fitting: Vec<Object> =
        all.map(|(_, object)| object).filter(|one| one.deleted.is_some() == deleted).collect();
    let place = usize::from(number) % fitting.len().max(1);
    fitting.into_iter().nth(place)
}

fn take(stage: &Stage, callers: &mut [Caller], count: &mut u32, step: &Step) {
    let (world, both) = (&stage.world, [Kind::User, Kind::Group]);
    let Services { directory, .. } = &stage.services;
    let (actor, tenant) = (&world.operator, world.source);
    *count += 1;
    match step {
        Step::Add(true) => drop(world.person(&format!("p{count}"), &[])),
        Step::Add(false) => drop(stage.group(&format!("g{count}"))),
        Step::Rename(number) => {
            if let Some(object) = pick(stage, &both, false, *number) {
                world.set(tenant, object.id, &[("displayName", &format!("n{count}"))]);
            }
        }
        Step::Delete(number) => {
            if let Some(object) = pick(stage, &both, false, *number) {
                directory.delete(actor, tenant, object.id).expect("it is there");
            }
        }
        Step::Restore(number) => {
            if let Some(object) = pick(stage, &both, true, *number) {
                directory.restore(actor, tenant, object.id).expect("its names are free");
            }
        }
        Step::Purge(number) => {
            if let Some(object) = pick(stage, &both, true, *number) {
                directory.purge(actor, tenant, object.id).expect("it is deleted");
            }
        }
        Step::Join(group, member) | Step::Leave(group, member) => {
            let group = pick(stage, &[Kind::Group], false, *group);
            let (Some(group), Some(member)) = (group, pick(stage, &both, false, *member)) else {
                return;
            };
            match step {
                Step::Join(..) => {
                    let added = directory.add_members(actor, tenant, group.id, &[member.id]);
                    added.expect("the group is there");
                }
                _ => directory
                    .remove_members(actor, tenant, group.id, &[member.id])
                    .expect("the group is there"),
            }
        }
        Step::Manage(user, manager) => {
            let manager = manager.and_then(|number| pick(stage, &[Kind::User], false, number));
            if let Some(user) = pick(stage, &[Kind::User], false, *user) {
                // A chain that would close is refused, which is as good.
                let manager = manager.map(|manager| manager.id);
                let _ = directory.set_manager(actor, tenant, user.id, manager);
            }
        }
        Step::Ask(caller, size) => {
            let caller = usize::from(*caller) % callers.len();
            callers[caller].ask(stage, usize::from(*size));
        }
    }
}

fn check(stage: &Stage, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut callers: Vec<Caller> = STARTS.map(Caller::new).into_iter().collect();
    let mut count = 0;
    for step in steps {
        take(stage, &mut callers, &mut count, step);
    }
    for caller in &mut callers {
        // The round that is under way, and one that begins after everything was done.
        for _ in 0..2 {
            while !caller.ask(stage, 3) {}
        }
        let kind = if caller.start.starts_with("/users") { Kind::User } else { Kind::Group };
        prop_assert_eq!(&caller.held, &wanted(stage, kind), "{}", caller.start);
    }
    Ok(())
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn callers_end_with_what_the_directory_holds(
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        check(&Stage::new(), &steps)?;
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn they_do_over_files_as_well(steps in proptest::collection::vec(step(), 60..120)) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = SqliteStore::open(folder.path(), Options { shards: 1, cache_mb: 8 });
        let store = Arc::new(store.expect("an empty folder"));
        check(&Stage::over(World::over(store)), &steps)?;
    }
}
