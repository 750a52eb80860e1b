//! What is done to both stores: operations as they are drawn, with small numbers for names, and as
//! they are asked, with the versions that stand in the model.

use model::{Actor, Edge, EdgeKind, JobId, Link, LinkState, Tenant, TenantId, Timestamp};
use proptest::{
    collection::vec,
    option,
    strategy::{BoxedStrategy, Just, Strategy},
};

use super::{
    question::{self, Question},
    specimen,
};
use crate::{
    AuditEntry, Condition, Durability, Expect, Group, JournalCommit, Lease, LinkWrite,
    ObjectCommit, Oblivion, Settled, Store, WaitWrite, Write,
};

/// An operation as it is drawn.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    CreateTenant { tenant: u8, domain: u8 },
    UpdateTenant { tenant: u8, domains: Vec<u8>, stale: bool },
    DeleteTenant { tenant: u8 },
    Commit { tenant: u8, at: u8, conditions: Vec<Hope>, groups: Vec<Draft>, bulk: bool },
    Flush { tenant: u8 },
    Lease { tenant: u8, job: u8 },
    Release { lease: u8 },
    Record { lease: u8, conditions: Vec<Hope>, page: JournalPage },
    ForgetJob { tenant: u8, job: u8 },
    ForgetEntries { tenant: u8, job: u8, which: (u8, Option<u8>, u8) },
    ForgetRuns { tenant: u8, job: u8, before: u8, limit: u8 },
    Tenants,
    Wait,
    Ask { tenant: u8, question: Question },
}

/// A condition: `right` ones name the version that stands.
#[derive(Clone, Debug)]
pub(super) enum Hope {
    Document { document: u8, right: bool },
    Fence { job: u8, lease: u8 },
    Tenant { right: bool },
    Version { object: u8, right: bool },
    Absent { object: u8 },
}

/// A group.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    hopes: Vec<Hope>,
    writes: Vec<Stroke>,
    target: u8,
}

/// A write.
#[derive(Clone, Debug)]
pub(super) enum Stroke {
    Put { object: u8, shade: u8, deleted: bool, claim: Vec<u8>, release: Vec<u8> },
    Purge { object: u8, release: Vec<u8> },
    Edge { kind: u8, from: u8, to: u8, present: bool },
    Document { document: u8, body: Option<u8> },
}

/// What is written into a journal at once.
#[derive(Clone, Debug)]
pub(super) struct JournalPage {
    entries: Vec<(u8, u8)>,
    settled: Vec<(u8, u8, Option<u8>)>,
    links: Vec<(u8, Option<(u8, bool)>)>,
    waiting: Vec<(u8, Option<u8>)>,
    progress: Option<u8>,
    run: Option<(u8, u8)>,
    day: Option<(u8, u8)>,
}

/// An operation as it is asked. Leases are named by number, because each store has its own.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    CreateTenant(Tenant, Actor, Timestamp),
    UpdateTenant(Tenant, Actor, Timestamp),
    DeleteTenant(TenantId, Actor, Timestamp),
    Commit(ObjectCommit),
    Flush(TenantId),
    Lease(TenantId, JobId),
    Release(u8),
    Record(u8, Box<JournalCommit>),
    ForgetJob(TenantId, JobId),
    ForgetEntries(TenantId, JobId, Oblivion),
    ForgetRuns(TenantId, JobId, Timestamp, usize),
    Tenants,
    Wait,
    Ask(TenantId, Question),
}

/// What every sequence begins with.
pub(super) fn beginning() -> Vec<Operation> {
    (0..2).map(|number| Operation::CreateTenant { tenant: number, domain: number }).collect()
}

/// Questions about all that can be there.
pub(super) fn everything() -> Vec<Operation> {
    let mut operations = vec![Operation::Tenants, Operation::Wait];
    for tenant in 0..3 {
        let questions = question::everything();
        operations
            .extend(questions.into_iter().map(|question| Operation::Ask { tenant, question }));
    }
    operations
}

/// Draws an operation.
pub(super) fn operation() -> BoxedStrategy<Operation> {
    let create =
        (0..3_u8, 0..4_u8).prop_map(|(tenant, domain)| Operation::CreateTenant { tenant, domain });
    let update = (0..3_u8, vec(0..4_u8, 1..3), proptest::bool::weighted(0.2))
        .prop_map(|(tenant, domains, stale)| Operation::UpdateTenant { tenant, domains, stale });
    let commit = (
        tenant(),
        0..8_u8,
        vec(condition(), 0..2),
        vec(draft(), 0..5),
        proptest::bool::weighted(0.2),
    )
        .prop_map(|(tenant, at, conditions, groups, bulk)| Operation::Commit {
            tenant,
            at,
            conditions,
            groups,
            bulk,
        });
    let record = (lease(), vec(condition(), 0..2), page())
        .prop_map(|(lease, conditions, page)| Operation::Record { lease, conditions, page });
    let ask = (tenant(), question::question())
        .prop_map(|(tenant, question)| Operation::Ask { tenant, question });
    let forget = (tenant(), 0..2_u8, (0..24_u8, option::weighted(0.3, 0..40_u8), 0..6_u8))
        .prop_map(|(tenant, job, which)| Operation::ForgetEntries { tenant, job, which });
    let forget_runs =
        (tenant(), 0..2_u8, 0..10_u8, 0..4_u8).prop_map(|(tenant, job, before, limit)| {
            Operation::ForgetRuns { tenant, job, before, limit }
        });
    proptest::prop_oneof![
        6 => forget,
        3 => forget_runs,
        2 => create,
        2 => update,
        1 => (0..3_u8).prop_map(|tenant| Operation::DeleteTenant { tenant }),
        60 => commit,
        3 => tenant().prop_map(|tenant| Operation::Flush { tenant }),
        12 => (tenant(), 0..2_u8).prop_map(|(tenant, job)| Operation::Lease { tenant, job }),
        8 => lease().prop_map(|lease| Operation::Release { lease }),
        40 => record,
        1 => (tenant(), 0..2_u8).prop_map(|(tenant, job)| Operation::ForgetJob { tenant, job }),
        1 => Just(Operation::Tenants),
        4 => Just(Operation::Wait),
        90 => ask,
    ]
    .boxed()
}

/// Mostly one tenant, so that its state grows; now and then one that is not there.
fn tenant() -> impl Strategy<Value = u8> {
    proptest::prop_oneof![12 => Just(0_u8), 6 => Just(1), 1 => Just(2), 1 => Just(3)]
}

/// Mostly one of the newest leases, counted from the newest; older ones are shut out.
fn lease() -> impl Strategy<Value = u8> {
    proptest::prop_oneof![4 => 0..3_u8, 1 => 0..12_u8]
}

fn right() -> impl Strategy<Value = bool> {
    proptest::bool::weighted(0.85)
}

fn condition() -> impl Strategy<Value = Hope> {
    proptest::prop_oneof![
        (0..4_u8, right()).prop_map(|(document, right)| Hope::Document { document, right }),
        (0..2_u8, lease()).prop_map(|(job, lease)| Hope::Fence { job, lease }),
        right().prop_map(|right| Hope::Tenant { right }),
    ]
}

fn draft() -> impl Strategy<Value = Draft> {
    let hope = proptest::prop_oneof![
        2 => (0..4_u8, right()).prop_map(|(document, right)| Hope::Document { document, right }),
        6 => (0..12_u8, right()).prop_map(|(object, right)| Hope::Version { object, right }),
        1 => (0..12_u8).prop_map(|object| Hope::Absent { object }),
    ];
    let keys = || vec(0..10_u8, 0..3);
    let put = (0..12_u8, 0..12_u8, proptest::bool::weighted(0.2), keys(), keys()).prop_map(
        |(object, shade, deleted, claim, release)| Stroke::Put {
            object,
            shade,
            deleted,
            claim,
            release,
        },
    );
    let edge = (0..6_u8, 0..5_u8, 0..5_u8, proptest::bool::weighted(0.8))
        .prop_map(|(kind, from, to, present)| Stroke::Edge { kind, from, to, present });
    let stroke = proptest::prop_oneof![
        8 => put,
        1 => (0..12_u8, keys()).prop_map(|(object, release)| Stroke::Purge { object, release }),
        5 => edge,
        2 => (0..4_u8, option::weighted(0.8, 0..9_u8))
            .prop_map(|(document, body)| Stroke::Document { document, body }),
    ];
    (vec(hope, 0..2), vec(stroke, 0..4), 0..12_u8).prop_map(|(hopes, writes, target)| Draft {
        hopes,
        writes,
        target,
    })
}

fn page() -> impl Strategy<Value = JournalPage> {
    (
        vec((0..40_u8, 0..24_u8), 0..5),
        vec((0..40_u8, 0..7_u8, option::of(0..9_u8)), 0..4),
        vec((0..8_u8, option::weighted(0.8, (0..6_u8, proptest::bool::ANY))), 0..4),
        vec((0..8_u8, option::weighted(0.8, 0..16_u8)), 0..5),
        option::of(0..9_u8),
        option::of((0..5_u8, 0..9_u8)),
        option::of((0..6_u8, 0..9_u8)),
    )
        .prop_map(|(mut entries, settled, links, waiting, progress, run, day)| {
            entries.sort_by_key(|(number, _)| specimen::change(*number));
            JournalPage { entries, settled, links, waiting, progress, run, day }
        })
}

impl Operation {
    /// The operation with the versions that stand in the model.
    pub fn settle(&self, model: &dyn Store) -> Asked {
        let at = Timestamp(7);
        match self {
            Self::CreateTenant { tenant, domain } => {
                let facts = facts(*tenant, &[*domain, 10 + *tenant]);
                Asked::CreateTenant(facts, specimen::actor(*domain), at)
            }
            Self::UpdateTenant { tenant, domains, stale } => {
                let standing = tenant_version(model, specimen::tenant(*tenant));
                let version = standing + u64::from(*stale);
                let facts = Tenant { version, ..facts(*tenant, domains) };
                Asked::UpdateTenant(facts, specimen::actor(domains[0]), at)
            }
            Self::DeleteTenant { tenant } => {
                Asked::DeleteTenant(specimen::tenant(*tenant), specimen::actor(1), at)
            }
            Self::Commit { tenant, at, conditions, groups, bulk } => {
                let tenant = specimen::tenant(*tenant);
                Asked::Commit(ObjectCommit {
                    tenant,
                    actor: specimen::actor(*at),
                    at: Timestamp(i64::from(*at)),
                    conditions: conditions_of(conditions, model, tenant),
                    groups: groups.iter().map(|draft| draft.settle(model, tenant)).collect(),
                    durability: if *bulk { Durability::Bulk } else { Durability::Durable },
                })
            }
            Self::Flush { tenant } => Asked::Flush(specimen::tenant(*tenant)),
            Self::Lease { tenant, job } => {
                Asked::Lease(specimen::tenant(*tenant), specimen::job(*job))
            }
            Self::Release { lease } => Asked::Release(*lease),
            Self::Record { lease, conditions, page } => {
                let mut commit = page.settle();
                // Whose tenant the lease is about is known to each side; conditions with versions
                // are about the first one, and hold or fail in both alike.
                commit.conditions = conditions_of(conditions, model, specimen::tenant(0));
                Asked::Record(*lease, Box::new(commit))
            }
            Self::ForgetJob { tenant, job } => {
                Asked::ForgetJob(specimen::tenant(*tenant), specimen::job(*job))
            }
            Self::ForgetEntries { tenant, job, which: (before, up_to, limit) } => {
                let which = Oblivion {
                    before: Timestamp(i64::from(*before) * 10),
                    up_to: up_to.map(specimen::change),
                    limit: usize::from(*limit),
                };
                Asked::ForgetEntries(specimen::tenant(*tenant), specimen::job(*job), which)
            }
            Self::ForgetRuns { tenant, job, before, limit } => Asked::ForgetRuns(
                specimen::tenant(*tenant),
                specimen::job(*job),
                Timestamp(i64::from(*before)),
                usize::from(*limit),
            ),
            Self::Tenants => Asked::Tenants,
            Self::Wait => Asked::Wait,
            Self::Ask { tenant, question } => {
                Asked::Ask(specimen::tenant(*tenant), question.clone())
            }
        }
    }
}

fn facts(tenant: u8, domains: &[u8]) -> Tenant {
    Tenant {
        id: specimen::tenant(tenant),
        name: format!("tenant {tenant}"),
        domains: domains.iter().map(|domain| specimen::domain(*domain)).collect(),
        created: Timestamp(i64::from(tenant)),
        version: 1,
    }
}

fn tenant_version(model: &dyn Store, tenant: TenantId) -> u64 {
    let tenants = model.tenants().expect("the model does not fail");
    tenants.iter().find(|facts| facts.id == tenant).map_or(0, |facts| facts.version)
}

fn document_place(document: u8) -> (String, String) {
    (format!("shelf {}", document % 2), format!("paper {document}"))
}

fn document_version(model: &dyn Store, tenant: TenantId, document: u8) -> u64 {
    let (collection, key) = document_place(document);
    let found = model.document(tenant, &collection, &key).ok().flatten();
    found.map_or(0, |document| document.version)
}

fn conditions_of(hopes: &[Hope], model: &dyn Store, tenant: TenantId) -> Vec<Condition> {
    hopes
        .iter()
        .filter_map(|hope| match hope {
            Hope::Document { document, right } => {
                let version = document_version(model, tenant, *document) + u64::from(!right);
                let (collection, key) = document_place(*document);
                Some(Condition::Document { collection, key, version })
            }
            Hope::Fence { job, lease } => {
                Some(Condition::Fence { job: specimen::job(*job), token: u64::from(*lease) })
            }
            Hope::Tenant { right } => {
                let version = tenant_version(model, tenant) + u64::from(!right);
                Some(Condition::Tenant { version })
            }
            Hope::Version { .. } | Hope::Absent { .. } => None,
        })
        .collect()
}

impl Draft {
    fn settle(&self, model: &dyn Store, tenant: TenantId) -> Group {
        let expects = self.hopes.iter().filter_map(|hope| expect(hope, model, tenant)).collect();
        let audit = AuditEntry {
            activity: format!("Write {}", self.writes.len()),
            target_kind: "user".to_owned(),
            target: match self.target {
                0 => String::new(),
                number if number.is_multiple_of(5) => format!("thing {number}"),
                number if number.is_multiple_of(7) => {
                    specimen::object(number).to_string().to_uppercase()
                }
                number => specimen::object(number).to_string(),
            },
            detail: format!("{{\"number\":{}}}", self.target),
            request: None,
        };
        Group { expects, writes: self.writes.iter().map(Stroke::settle).collect(), audit }
    }
}

fn expect(hope: &Hope, model: &dyn Store, tenant: TenantId) -> Option<Expect> {
    match hope {
        Hope::Version { object, right } => {
            let object = specimen::object(*object);
            let found = model.get(tenant, &[object]).ok()?.pop().flatten();
            let version = found.map_or(0, |object| object.version) + u64::from(!right);
            Some(Expect::Version { object, version })
        }
        Hope::Absent { object } => Some(Expect::Absent { object: specimen::object(*object) }),
        Hope::Document { document, right } => {
            let version = document_version(model, tenant, *document) + u64::from(!right);
            let (collection, key) = document_place(*document);
            Some(Expect::Document { collection, key, version })
        }
        Hope::Fence { .. } | Hope::Tenant { .. } => None,
    }
}

impl Stroke {
    fn settle(&self) -> Write {
        let keys = |numbers: &[u8]| numbers.iter().map(|number| specimen::key(*number)).collect();
        match self {
            Self::Put { object, shade, deleted, claim, release } => Write::Put {
                object: specimen::thing(*object, *shade, *deleted),
                claim: keys(claim),
                release: keys(release),
            },
            Self::Purge { object, release } => Write::Purge {
                id: specimen::object(*object),
                kind: specimen::kind(*object),
                release: keys(release),
            },
            Self::Edge { kind, from, to, present } => {
                let kind = EdgeKind::from_number(i64::from(*kind) + 1).expect("six kinds");
                let (from, to) = (specimen::object(*from), specimen::object(*to));
                let edge = Edge { kind, from, to };
                if *present { Write::PutEdge(edge) } else { Write::RemoveEdge(edge) }
            }
            Self::Document { document, body } => {
                let (collection, key) = document_place(*document);
                let body = body.map(|body| format!("{{\"body\":{body}}}"));
                Write::PutDocument { collection, key, body }
            }
        }
    }
}

impl JournalPage {
    fn settle(&self) -> JournalCommit {
        let nowhere = Lease { tenant: TenantId::NIL, job: JobId::NIL, token: 0 };
        let link = |(source, rest): &(u8, Option<(u8, bool)>)| {
            let source = specimen::object(*source);
            let Some((target, active)) = rest else { return LinkWrite::Drop(source) };
            let state = match (*active, target % 2) {
                (true, _) => LinkState::Active,
                (false, 0) => LinkState::Removed,
                (false, _) => LinkState::Forgotten,
            };
            LinkWrite::Put(Link { source, target: specimen::object(*target), state })
        };
        let wait = |(source, shade): &(u8, Option<u8>)| match shade {
            Some(shade) => WaitWrite::Put(specimen::waiting(*source, *shade)),
            None => WaitWrite::Drop(specimen::object(*source)),
        };
        let settled = |(number, state, reason): &(u8, u8, Option<u8>)| Settled {
            id: specimen::change(*number),
            state: specimen::state(*state),
            reason: reason.map(specimen::reason),
        };
        let entries = self.entries.iter().map(|(number, shade)| specimen::entry(*number, *shade));
        JournalCommit {
            entries: entries.collect(),
            settled: self.settled.iter().map(settled).collect(),
            links: self.links.iter().map(link).collect(),
            waiting: self.waiting.iter().map(wait).collect(),
            progress: self.progress.map(specimen::progress),
            run: self.run.map(|(number, shade)| specimen::summary(number, shade)),
            day: self.day.map(|(number, shade)| specimen::day(number, shade)),
            ..JournalCommit::new(&nowhere)
        }
    }
}
