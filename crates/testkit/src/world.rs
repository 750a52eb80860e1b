//! Two tenants with a configuration between them, and what must hold of them at every rest.

use std::{collections::BTreeMap, sync::Arc};

use directory::{Change, Directory, NewJob, NewTenant, PolicyChange};
use model::{
    Action, Actor, Attributes, Clock, Entry, EntryState, Filter, IdSource, Job, JobId, Kind, Link,
    LinkState, Mapping, Name, Object, ObjectId, RunSummary, ScopeMode, Shape, StoreId, TenantId,
    Value, Waiting,
};
use store::{Deleted, EntryQuery, Scan, Store, WaitQuery, memory::MemoryStore};
use sync::{Error, Extent, Silent, Sync};

use crate::{Faults, TestClock, TestIds};

/// Contoso pushes into Fabrikam; both consent. Each world has a store, a clock and ids of its own.
pub struct World {
    /// Where everything lies.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<TestClock>,
    /// The ids.
    pub ids: Arc<TestIds>,
    /// The services of hosted tenants.
    pub directory: Directory,
    /// The line.
    pub sync: Sync,
    /// The tenant that pushes: `contoso.example`.
    pub source: TenantId,
    /// The tenant that receives: `fabrikam.example`.
    pub target: TenantId,
    /// The configuration, with the default mappings, for assigned people.
    pub job: JobId,
    /// Who does what a test does.
    pub operator: Actor,
}

/// Attributes from names and texts; lists are separated by `;`.
pub fn attributes(pairs: &[(&str, &str)]) -> Attributes {
    pairs.iter().map(|(name, text)| (Name::new(name), value(&Name::new(name), text))).collect()
}

fn value(name: &Name, text: &str) -> Value {
    let shape = name.definition().map_or(Shape::Text(256), |definition| definition.shape);
    wire::parse_value(shape, text).expect("a test writes values that fit")
}

impl World {
    /// A world in memory.
    pub fn new() -> Self {
        let ids = Arc::new(TestIds::new());
        let epoch = StoreId(ids.next());
        Self::build(Arc::new(MemoryStore::new(epoch)), ids)
    }

    /// A world in this store, which is empty.
    pub fn over(store: Arc<dyn Store>) -> Self {
        Self::build(store, Arc::new(TestIds::new()))
    }

    fn build(store: Arc<dyn Store>, ids: Arc<TestIds>) -> Self {
        let clock = Arc::new(TestClock::new());
        let directory = Directory::new(store.clone(), clock.clone(), ids.clone());
        let operator = Actor::Operator { name: "test".to_owned() };
        let tenant = |name: &str, domain: &str| {
            let domains = vec![domain.parse().expect("a domain")];
            let new = NewTenant { id: None, name: name.to_owned(), domains };
            directory.create_tenant(&operator, new).expect("the domain is free").id
        };
        let source = tenant("Contoso", "contoso.example");
        let target = tenant("Fabrikam", "fabrikam.example");
        let new = NewJob {
            name: "staff".to_owned(),
            source,
            target,
            scope: ScopeMode::Assigned,
            filter: Filter::default(),
            condition: None,
            mappings: Mapping::defaults(),
            groups: Default::default(),
        };
        let job = directory.create_job(&operator, new).expect("the default job compiles").id;
        let sync = Sync::new(directory.clone());
        let world = Self { store, clock, ids, directory, sync, source, target, job, operator };
        world.set_source_consent(true);
        world.set_target_consent(true);
        world
    }

    /// The same world behind another store: what a new process finds.
    pub fn through(&self, store: Arc<dyn Store>) -> Self {
        let directory = Directory::new(store.clone(), self.clock.clone(), self.ids.clone());
        Self {
            store,
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            sync: Sync::new(directory.clone()),
            directory,
            source: self.source,
            target: self.target,
            job: self.job,
            operator: self.operator.clone(),
        }
    }

    /// The same world with a target that goes wrong: what a new process finds.
    pub fn through_faults(&self, faults: &Arc<Faults>) -> Self {
        let world = self.through(self.store.clone());
        Self { sync: world.sync.clone().with_front(faults.front()), ..world }
    }

    /// Gives or withdraws the source's half of the consent.
    pub fn set_source_consent(&self, given: bool) {
        let change = PolicyChange { redeem_outbound: Some(given), ..PolicyChange::default() };
        let set = self.directory.set_partner(&self.operator, self.source, self.target, &change);
        set.expect("the operator may");
    }

    /// Gives or withdraws the target's half of the consent.
    pub fn set_target_consent(&self, given: bool) {
        let change = PolicyChange {
            sync_inbound: Some(given),
            redeem_inbound: Some(true),
            ..PolicyChange::default()
        };
        let set = self.directory.set_partner(&self.operator, self.target, self.source, &change);
        set.expect("the operator may");
    }

    /// Lets groups into the target, or no longer.
    pub fn set_group_consent(&self, given: bool) {
        let change = PolicyChange { group_sync_inbound: Some(given), ..PolicyChange::default() };
        let set = self.directory.set_partner(&self.operator, self.target, self.source, &change);
        set.expect("the operator may");
    }

    /// The configuration as it stands.
    pub fn job(&self) -> Job {
        self.directory.job(self.source, self.job).expect("the job stands")
    }

    /// Changes the configuration.
    pub fn change_job(&self, change: impl Fn(&mut Job)) -> Job {
        let changed = self.directory.update_job(&self.operator, &self.job(), change);
        changed.expect("the job still compiles")
    }

    /// A person of the source: an enabled member with a mail address, plus these attributes.
    pub fn person(&self, name: &str, more: &[(&str, &str)]) -> ObjectId {
        let mut given = attributes(more);
        let address = format!("{name}@contoso.example");
        for (attribute, text) in
            [("userPrincipalName", address.as_str()), ("mail", &address), ("displayName", name)]
        {
            let attribute = Name::new(attribute);
            if given.get(&attribute).is_none() {
                given.set(attribute, Value::text(text));
            }
        }
        self.make(self.source, Kind::User, given)
    }

    /// Any object of any tenant.
    pub fn make(&self, tenant: TenantId, kind: Kind, attributes: Attributes) -> ObjectId {
        let made = self.directory.create(&self.operator, tenant, kind, None, attributes);
        made.expect("it may be made").id
    }

    /// Changes an object; an empty text clears.
    pub fn set(&self, tenant: TenantId, id: ObjectId, pairs: &[(&str, &str)]) {
        let (clear, set): (Vec<_>, Vec<_>) = pairs.iter().partition(|(_, text)| text.is_empty());
        let clear = clear.iter().map(|(name, _)| Name::new(name)).collect();
        let change = Change { set: attributes(&set), clear };
        self.directory.update(&self.operator, tenant, id, &change).expect("it may be changed");
    }

    /// Assigns somebody to the job, or takes them out.
    pub fn assign(&self, principal: ObjectId, present: bool) {
        let done = self.directory.assign(&self.operator, &self.job(), &[principal], present);
        done.expect("it may be assigned");
    }

    /// Runs a cycle.
    pub fn try_cycle(&self) -> Result<RunSummary, Error> {
        self.sync.run_cycle(&self.operator, &self.job(), &Silent)
    }

    /// Runs a cycle that comes to its end.
    pub fn cycle(&self) -> RunSummary {
        self.try_cycle().expect("the cycle comes to its end")
    }

    /// Makes a plan.
    pub fn plan(&self, extent: Extent) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        self.sync.plan(&self.operator, &self.job(), extent, &Silent, &mut |entry| {
            entries.push(entry.clone());
            Ok(())
        })?;
        Ok(entries)
    }

    /// All objects of a tenant, by id.
    pub fn objects(&self, tenant: TenantId, kind: Kind) -> BTreeMap<ObjectId, Object> {
        let mut objects = BTreeMap::new();
        let mut after = 0;
        loop {
            let scan = Scan { kind, deleted: Deleted::Both, after, limit: 1_000 };
            let page = self.store.scan(tenant, &scan).expect("the store answers");
            objects.extend(page.items.into_iter().map(|(_, object)| (object.id, object)));
            match page.next {
                Some(next) => after = next,
                None => return objects,
            }
        }
    }

    /// One object.
    pub fn find(&self, tenant: TenantId, id: ObjectId) -> Option<Object> {
        self.store.get(tenant, &[id]).expect("the store answers").remove(0)
    }

    /// The person's link.
    pub fn link(&self, person: ObjectId) -> Option<Link> {
        self.store.links(self.source, self.job, &[person]).expect("the store answers").remove(0)
    }

    /// The object that stands for a person in the target, by the link.
    pub fn linked(&self, person: ObjectId) -> Option<Object> {
        self.link(person).and_then(|link| self.find(self.target, link.target))
    }

    /// All links.
    pub fn links(&self) -> Vec<Link> {
        let links = self.store.links_after(self.source, self.job, None, usize::MAX);
        links.expect("the store answers")
    }

    /// All journal entries.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.store.entries(self.source, self.job, &EntryQuery::default());
        entries.expect("the store answers")
    }

    /// Everybody in escrow.
    pub fn escrow(&self) -> Vec<Waiting> {
        let query = WaitQuery::After(None, usize::MAX);
        self.store.waiting(self.source, self.job, &query).expect("the store answers")
    }

    /// What must hold whenever nothing is under way: the next cycle has nothing to do, and planning
    /// it wrote to neither tenant; nobody has a copy; whatever a synchronization wrote has its entry;
    /// nothing hangs in the journal; both audit chains hold. `full` says that a plan over
    /// everybody must be empty as well, which is so unless somebody changed the target.
    #[track_caller]
    pub fn assert_settled(&self, full: bool) {
        let heads = |world: &Self| {
            [world.source, world.target].map(|id| world.store.head(id).expect("the store answers"))
        };
        let before = heads(self);
        // What waits for approval is for somebody to decide.
        let describe = |entries: &[Entry]| -> Vec<String> {
            let open = entries.iter().filter(|one| one.state != EntryState::Held);
            open.map(|one| format!("{} {}", one.action.as_str(), one.name)).collect()
        };
        let next = self.plan(Extent::NextCycle).expect("the plan is made");
        assert_eq!(describe(&next), Vec::<String>::new(), "the second plan is empty");
        if full {
            let all = self.plan(Extent::Everybody).expect("the plan is made");
            assert_eq!(describe(&all), Vec::<String>::new(), "a plan over everybody is empty");
        }
        assert_eq!(before, heads(self), "a plan writes to neither tenant");
        self.assert_whole();
        self.assert_journaled();
        for tenant in [self.source, self.target, TenantId::NIL] {
            let audit = self.store.audit(tenant, 0, usize::MAX).expect("the store answers");
            store::verify("", &audit).expect("the audit chain holds");
        }
    }

    /// All users and groups of a tenant.
    fn all(&self, tenant: TenantId) -> Vec<Object> {
        let both = [Kind::User, Kind::Group].map(|kind| self.objects(tenant, kind).into_values());
        both.into_iter().flatten().collect()
    }

    /// Nobody has two objects in the target, and links tell the truth.
    #[track_caller]
    fn assert_whole(&self) {
        let mut homes = BTreeMap::new();
        for object in self.all(self.target) {
            if let Some(home) = object.home {
                let copy = homes.insert(home, object.id);
                assert_eq!(copy, None, "{} has a copy", object.label());
            }
        }
        let mut active = 0;
        for link in self.links() {
            active += u64::from(link.state == LinkState::Active);
            if let Some(object) = self.find(self.target, link.target) {
                let home = object.home.map(|home| (home.tenant, home.object));
                assert_eq!(home, Some((self.source, link.source)), "{}", object.label());
            }
        }
        let progress = self.store.progress(self.source, self.job).expect("the store answers");
        assert_eq!(progress.linked, active, "the number of linked people is right");
    }

    /// Every receipt in the target names an entry that is done; no entry hangs between.
    #[track_caller]
    fn assert_journaled(&self) {
        let entries: BTreeMap<_, _> =
            self.entries().into_iter().map(|entry| (entry.id, entry)).collect();
        for entry in entries.values() {
            assert!(
                ![EntryState::Open, EntryState::Staged].contains(&entry.state),
                "{} {} is still {:?}",
                entry.action.as_str(),
                entry.name,
                entry.state
            );
        }
        for object in self.all(self.target) {
            let Some(receipt) = object.receipt else { continue };
            let entry = entries.get(&receipt.change);
            let entry = entry.unwrap_or_else(|| panic!("{} has no entry", object.label()));
            assert_eq!(entry.state, EntryState::Done, "{} {}", entry.action.as_str(), entry.name);
            assert_eq!(entry.target, object.id);
        }
        self.assert_logged(entries.into_values().collect());
    }

    /// What the target's audit log says that the job did is, object by object and in order, what the
    /// journal says was done, with the values before. Of an object that was purged there the journal
    /// may lack the last word: after a crash nothing is left that could tell. The same is so of a
    /// membership whose outcome was lost and which the target undid before anybody asked.
    #[track_caller]
    fn assert_logged(&self, entries: Vec<Entry>) {
        let mut done: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        let mut given_up: BTreeMap<String, usize> = BTreeMap::new();
        let is_given_up = |one: &&Entry| {
            one.action.is_membership() && one.state == EntryState::Cancelled && one.reason.is_none()
        };
        for entry in entries.iter().filter(is_given_up) {
            *given_up.entry(entry.target.to_string()).or_default() += 1;
        }
        for entry in entries.into_iter().filter(|entry| entry.state == EntryState::Done) {
            if entry.action != Action::Unlink {
                done.entry(entry.target.to_string()).or_default().push(entry);
            }
        }
        let audit = self.store.audit(self.target, 0, usize::MAX).expect("the store answers");
        for written in audit.into_iter().filter(|one| matches!(one.actor, Actor::Job { .. })) {
            let told = written.entry.expect("nothing was erased");
            let is_there = told.target.parse().is_ok_and(|id| self.find(self.target, id).is_some());
            if !is_there {
                done.remove(&told.target);
                continue;
            }
            let entries = done.get_mut(&told.target).filter(|entries| !entries.is_empty());
            let Some(entries) = entries else {
                if let Some(count) = given_up.get_mut(&told.target).filter(|count| **count > 0) {
                    *count -= 1;
                    continue;
                }
                panic!("{} of {} has no entry in the journal", told.activity, told.target)
            };
            let entry = entries.remove(0);
            if entry.action == Action::Create {
                // A new object holds its values itself.
                continue;
            }
            let detail: serde_json::Value =
                serde_json::from_str(&told.detail).expect("the detail is JSON");
            for one in &entry.modifications {
                // What somebody in the target had set to the same value meanwhile did not change.
                let Some(change) = detail.get(one.name.as_str()) else { continue };
                let image = |value: &Option<Value>| serde_json::json!(value);
                assert_eq!(
                    (&change["old"], &change["new"]),
                    (&image(&one.old), &image(&one.new)),
                    "{} of {}",
                    one.name,
                    entry.name
                );
            }
        }
        done.retain(|_, entries| !entries.is_empty());
        assert!(done.is_empty(), "the journal says done and the target knows nothing: {done:?}");
    }

    /// The present instant.
    pub fn now(&self) -> model::Timestamp {
        self.clock.now()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}
