//! Questions that both stores are asked.

use model::{
    ChangeId, ChangeNumber, EdgeKind, JobId, Key, Kind, Name, ObjectId, Query, RunId, Timestamp,
    Watermark, query::Predicate,
};
use proptest::{
    collection::vec,
    option,
    strategy::{BoxedStrategy, Just, Strategy},
};

use super::{inquiry, specimen};
use crate::{Deleted, End, EntryQuery, Scan, WaitQuery};

/// A question about a tenant.
#[derive(Clone, Debug)]
pub(super) enum Question {
    Head,
    Get(Vec<ObjectId>),
    Rows(Vec<ObjectId>),
    Resolve(Vec<Key>),
    Holders(Kind, Name, Vec<String>, usize),
    Scan(Scan),
    Count(Kind, Deleted),
    /// All pages of the answer.
    Query(Query),
    CountQuery(Kind, bool, Predicate),
    Homes,
    Edges(EdgeKind, End, Vec<ObjectId>),
    EdgesAfter(EdgeKind, End, ObjectId, Option<ObjectId>, usize),
    /// From behind a number, in the store's own epoch or in another.
    Changes {
        after: ChangeNumber,
        own_epoch: bool,
        limit: usize,
    },
    Document(String, String),
    Documents(String),
    Audit(ChangeNumber, usize),
    SystemAudit(ChangeNumber, usize),
    Progress(JobId),
    Entries(JobId, EntryQuery),
    Removals(JobId, Timestamp),
    Links(JobId, Vec<ObjectId>),
    LinksTo(JobId, Vec<ObjectId>),
    LinksAfter(JobId, Option<ObjectId>, usize),
    Waiting(JobId, WaitQuery),
    Runs(JobId, usize),
    RunsBefore(JobId, RunId, usize),
    Run(JobId, RunId),
    Days(JobId, i64, usize),
}

impl Question {
    /// The watermark that a question about changes names.
    pub fn watermark(after: ChangeNumber, own_epoch: bool, epoch: model::StoreId) -> Watermark {
        let epoch = if own_epoch { epoch } else { specimen::epoch(9) };
        Watermark { epoch, number: after }
    }
}

const KINDS: [Kind; 2] = [Kind::User, Kind::Group];
const DELETED: [Deleted; 3] = [Deleted::Without, Deleted::Only, Deleted::Both];
const EDGES: [EdgeKind; 6] = [
    EdgeKind::Member,
    EdgeKind::Manager,
    EdgeKind::Assignment,
    EdgeKind::Origin,
    EdgeKind::Owner,
    EdgeKind::Sponsor,
];
const ENDS: [End; 2] = [End::From, End::To];

/// Questions about all that can be in a tenant.
pub(super) fn everything() -> Vec<Question> {
    let all: Vec<ObjectId> = (0..16).map(specimen::object).collect();
    let mut questions = vec![
        Question::Head,
        Question::Homes,
        Question::Get(all.clone()),
        Question::Rows(all.clone()),
        Question::Resolve((0..12).map(specimen::key).collect()),
        Question::Changes { after: 0, own_epoch: true, limit: usize::MAX },
        Question::Documents("shelf 0".to_owned()),
        Question::Documents("shelf 1".to_owned()),
        Question::Audit(0, usize::MAX),
        Question::SystemAudit(0, usize::MAX),
    ];
    for kind in KINDS {
        for deleted in DELETED {
            questions.push(Question::Count(kind, deleted));
            questions.push(Question::Scan(Scan { kind, deleted, after: 0, limit: usize::MAX }));
        }
    }
    questions.extend(inquiry::everything().into_iter().map(Question::Query));
    let texts: Vec<String> = (0..specimen::ASKED_TEXTS).map(specimen::asked_text).collect();
    for (kind, name) in
        KINDS.into_iter().flat_map(|kind| specimen::asked().map(|name| (kind, name)))
    {
        questions.push(Question::Holders(kind, name, texts.clone(), usize::MAX));
    }
    for kind in EDGES {
        questions.extend(ENDS.map(|end| Question::Edges(kind, end, all.clone())));
    }
    for job in (0..2).map(specimen::job) {
        questions.extend([
            Question::Progress(job),
            Question::Entries(job, EntryQuery::default()),
            Question::Removals(job, Timestamp(0)),
            Question::LinksAfter(job, None, usize::MAX),
            Question::LinksTo(job, all.clone()),
            Question::Waiting(job, WaitQuery::After(None, usize::MAX)),
            Question::Runs(job, usize::MAX),
            Question::Days(job, i64::MAX, usize::MAX),
        ]);
    }
    questions
}

fn object() -> impl Strategy<Value = ObjectId> {
    (0..14_u8).prop_map(specimen::object)
}

fn objects() -> impl Strategy<Value = Vec<ObjectId>> {
    vec(object(), 0..6)
}

fn job() -> impl Strategy<Value = JobId> {
    (0..2_u8).prop_map(specimen::job)
}

fn limit() -> impl Strategy<Value = usize> {
    proptest::prop_oneof![1 => Just(0_usize), 8 => 1..6_usize, 1 => Just(usize::MAX)]
}

/// One of a few.
fn one<T: Copy + std::fmt::Debug, const N: usize>(of: [T; N]) -> impl Strategy<Value = T> {
    (0..N).prop_map(move |index| of[index])
}

/// Draws a question.
pub(super) fn question() -> BoxedStrategy<Question> {
    proptest::prop_oneof![about_objects(), about_jobs()].boxed()
}

fn about_objects() -> BoxedStrategy<Question> {
    let number = || proptest::prop_oneof![9 => 0..60_u64, 1 => Just(u64::MAX)];
    let scan = (one(KINDS), one(DELETED), number(), limit())
        .prop_map(|(kind, deleted, after, limit)| Scan { kind, deleted, after, limit });
    let text = (0..specimen::ASKED_TEXTS).prop_map(specimen::asked_text);
    let name = (0..specimen::asked().len()).prop_map(|name| specimen::asked()[name].clone());
    let holders = (one(KINDS), name, vec(text, 0..6), limit());
    let end = || (0..5_u8).prop_map(specimen::object);
    let edges_after = (one(EDGES), one(ENDS), end(), option::of(end()), limit());
    let document = (0..5_u8).prop_map(|number| {
        Question::Document(format!("shelf {}", number % 2), format!("paper {number}"))
    });
    proptest::prop_oneof![
        1 => Just(Question::Head),
        1 => Just(Question::Homes),
        1 => objects().prop_map(Question::Get),
        1 => objects().prop_map(Question::Rows),
        1 => vec((0..12_u8).prop_map(specimen::key), 0..6).prop_map(Question::Resolve),
        4 => holders.prop_map(|(kind, name, texts, limit)| {
            Question::Holders(kind, name, texts, limit)
        }),
        1 => scan.prop_map(Question::Scan),
        12 => inquiry::query().prop_map(Question::Query),
        4 => (one(KINDS), proptest::bool::weighted(0.2), inquiry::predicate()).prop_map(
            |(kind, deleted, predicate)| Question::CountQuery(kind, deleted, predicate)
        ),
        1 => (one(KINDS), one(DELETED)).prop_map(|(kind, deleted)| Question::Count(kind, deleted)),
        1 => (one(EDGES), one(ENDS), objects())
            .prop_map(|(kind, end, ids)| Question::Edges(kind, end, ids)),
        2 => edges_after.prop_map(|(kind, end, id, after, limit)| {
            Question::EdgesAfter(kind, end, id, after, limit)
        }),
        1 => (number(), proptest::bool::weighted(0.9), limit()).prop_map(|(after, own_epoch, limit)| {
            Question::Changes { after, own_epoch, limit }
        }),
        1 => document,
        1 => (0..3_u8).prop_map(|number| Question::Documents(format!("shelf {number}"))),
        1 => (number(), limit()).prop_map(|(after, limit)| Question::Audit(after, limit)),
        1 => (number(), limit()).prop_map(|(after, limit)| Question::SystemAudit(after, limit)),
    ]
    .boxed()
}

fn about_jobs() -> BoxedStrategy<Question> {
    let after = || option::of(object());
    let waiting = proptest::prop_oneof![
        (after(), limit()).prop_map(|(after, limit)| WaitQuery::After(after, limit)),
        objects().prop_map(WaitQuery::Sources),
        objects().prop_map(WaitQuery::Targets),
        (0..16_i64, limit()).prop_map(|(at, limit)| WaitQuery::Due(Timestamp(at), limit)),
    ];
    proptest::prop_oneof![
        1 => job().prop_map(Question::Progress),
        5 => (job(), entries()).prop_map(|(job, query)| Question::Entries(job, query)),
        1 => (job(), 0..24_i64)
            .prop_map(|(job, at)| Question::Removals(job, Timestamp(at * 10))),
        1 => (job(), objects()).prop_map(|(job, ids)| Question::Links(job, ids)),
        2 => (job(), objects()).prop_map(|(job, ids)| Question::LinksTo(job, ids)),
        1 => (job(), after(), limit())
            .prop_map(|(job, after, limit)| Question::LinksAfter(job, after, limit)),
        4 => (job(), waiting).prop_map(|(job, query)| Question::Waiting(job, query)),
        1 => (job(), limit()).prop_map(|(job, limit)| Question::Runs(job, limit)),
        1 => (job(), 0..6_u8, limit()).prop_map(|(job, run, limit)| {
            Question::RunsBefore(job, specimen::run(run), limit)
        }),
        1 => (job(), 0..6_u8).prop_map(|(job, run)| Question::Run(job, specimen::run(run))),
        2 => (job(), -4..5_i64, limit())
            .prop_map(|(job, before, limit)| Question::Days(job, before, limit)),
    ]
    .boxed()
}

type Span = (Option<ChangeId>, Option<ChangeId>, Option<Timestamp>, Option<Timestamp>);

/// From where to where entries are asked for, by id and by instant.
fn span() -> impl Strategy<Value = Span> {
    let id = || option::weighted(0.2, (0..40_u8).prop_map(specimen::change));
    let at = || option::weighted(0.2, (0..24_i64).prop_map(|at| Timestamp(at * 10)));
    (id(), id(), at(), at())
}

fn entries() -> impl Strategy<Value = EntryQuery> {
    (
        vec((0..7_u8).prop_map(specimen::state), 0..3),
        vec((0..8_u8).prop_map(specimen::action), 0..3),
        option::weighted(0.2, (0..3_u8).prop_map(specimen::run)),
        option::weighted(0.2, object()),
        proptest::prop_oneof![3 => Just(Vec::new()), 1 => vec((0..40_u8).prop_map(specimen::change), 0..6)],
        span(),
        option::weighted(0.2, vec((0..24_u8).prop_map(|number| specimen::reason(number).code), 1..8))
            .prop_map(Option::unwrap_or_default),
        (proptest::bool::ANY, proptest::bool::ANY),
        limit(),
    )
        .prop_map(|(states, actions, run, source, ids, span, codes, (bare, newest_first), limit)| EntryQuery {
            states,
            actions,
            run,
            source,
            ids,
            after: span.0,
            before: span.1,
            since: span.2,
            until: span.3,
            codes,
            bare,
            newest_first,
            limit,
        })
}
