//! The things that operations are about, each named by a small number.

use model::{
    Action, Actor, ApplicationId, Attributes, ChangeId, Code, Day, Domain, Entry, EntryState,
    HomeIdentity, JobId, Key, Kind, Modification, Name, Object, ObjectId, Progress, Quarantine,
    QuarantineReason, Reason, Receipt, Recent, Role, RunId, RunKind, RunSummary, StoreId, Sweep,
    Tally, TenantId, Timestamp, Value, Versions, WaitFor, Waiting, Watermark,
};

fn bytes(kind: u8, number: u8) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[0] = kind;
    // Two places, so that the order of ids is not the order of their last byte alone.
    bytes[7] = number % 3;
    bytes[15] = number;
    bytes
}

macro_rules! ids {
    ($($name:ident $id:ident $kind:literal)*) => {$(
        pub(super) fn $name(number: u8) -> $id {
            $id::from_slice(&bytes($kind, number)).expect("sixteen bytes")
        }
    )*};
}

ids! {
    tenant TenantId 1
    object ObjectId 2
    job JobId 3
    run RunId 4
    change ChangeId 5
    application ApplicationId 6
    epoch StoreId 7
}

pub(super) fn domain(number: u8) -> Domain {
    format!("d{number}.example").parse().expect("a domain")
}

pub(super) fn key(number: u8) -> Key {
    match number % 3 {
        0 => Key::user_principal_name(&format!("User{number}@D0.example")),
        1 => Key::address(&format!("SMTP:Ünï{number}@d1.example")),
        _ => Key::home(home(number)),
    }
}

fn home(number: u8) -> HomeIdentity {
    HomeIdentity { tenant: tenant(number % 2), object: object(number) }
}

pub(super) fn kind(number: u8) -> Kind {
    if number.is_multiple_of(3) { Kind::Group } else { Kind::User }
}

pub(super) fn actor(number: u8) -> Actor {
    match number % 4 {
        0 => Actor::System,
        1 => Actor::Operator { name: "root".to_owned() },
        2 => Actor::Job { tenant: tenant(0), job: job(number), run: run(number) },
        _ => Actor::User {
            tenant: tenant(0),
            id: object(number),
            name: "ada@d0.example".to_owned(),
            roles: vec![Role::UserAdministrator, Role::GlobalReader],
            through: None,
        },
    }
}

/// How many texts there are that several objects hold.
pub(super) const TEXTS: u8 = 12;

/// One of them. Some differ in the case of letters alone, and one looks like a list.
pub(super) fn text(number: u8) -> &'static str {
    let texts: [&str; TEXTS as usize] = [
        "ada",
        "ADA",
        "Ada ",
        "Ünï",
        "ÜNÏ",
        "İx",
        "ΟΔΟΣ",
        "οδος",
        "a\"\\b\u{1F600}",
        "n\u{0}a",
        "n\u{0}b",
        "[\"ada\"]",
    ];
    texts[usize::from(number % TEXTS)]
}

/// One of those texts; now and then something that is no text, though it may be written alike.
fn text_or_other(number: u8) -> Value {
    match number % 16 {
        12 => Value::List(vec![Value::text("ada")]),
        13 => Value::Integer(1),
        14 => Value::Boolean(true),
        // An empty text is no value.
        15 => Value::text(""),
        number => Value::text(text(number)),
    }
}

/// A directory extension, as an attribute's name.
fn badge() -> Name {
    Name::new(&format!("extension_{}_badge", application(0).0.simple()))
}

/// Attributes whose texts are asked for. The last holds lists only.
pub(super) fn asked() -> [Name; 5] {
    let (name, display_name) = (Name::USER_PRINCIPAL_NAME, Name::DISPLAY_NAME);
    [Name::MAIL_NICKNAME, badge(), name, display_name, Name::OTHER_MAILS]
}

/// A text to ask for: one of those that several hold, another one's name, or what nobody holds.
pub(super) fn asked_text(number: u8) -> String {
    match number.checked_sub(TEXTS) {
        None => text(number).to_owned(),
        Some(rest @ 0..4) => format!("P{rest}@D0.example"),
        Some(rest @ 4..8) => format!("PERSON {rest} ∕ {}", rest - 3),
        Some(8) => String::new(),
        Some(9) => "1".to_owned(),
        Some(_) => "true".to_owned(),
    }
}

/// How many texts there are to ask for.
pub(super) const ASKED_TEXTS: u8 = TEXTS + 11;

/// An object; `shade` varies everything but its id.
pub(super) fn thing(number: u8, shade: u8, deleted: bool) -> Object {
    let mut attributes = Attributes::new();
    if !shade.is_multiple_of(5) {
        attributes.set(Name::DISPLAY_NAME, Value::text(format!("Person {number} ∕ {shade}")));
    }
    attributes.set(Name::MAIL_NICKNAME, text_or_other(number.wrapping_add(shade)));
    attributes.set(badge(), text_or_other(number.wrapping_mul(shade)));
    if shade == 11 {
        // No directory lets it do that either.
        attributes.set(Name::DISPLAY_NAME, Value::List(vec![Value::text(text(number))]));
    }
    if !shade.is_multiple_of(4) {
        attributes.set(Name::USER_PRINCIPAL_NAME, Value::text(format!("p{number}@d0.example")));
    }
    if shade.is_multiple_of(2) {
        attributes.set(Name::ACCOUNT_ENABLED, Value::Boolean(shade.is_multiple_of(3)));
        let list = vec![Value::text("a\"b"), Value::text("\u{1F600}")];
        attributes.set(Name::OTHER_MAILS, Value::List(list));
        let extension = format!("extension_{}_badge", application(shade).0.simple());
        attributes.set(Name::new(&extension), Value::Integer(i64::from(shade) - 100));
        let record = Value::Record(vec![("issuer".to_owned(), Value::text("d0.example"))]);
        attributes.set(Name::IDENTITIES, Value::List(vec![record]));
    }
    Object {
        id: object(number),
        // Now and then an object changes its kind, which no directory lets it do.
        kind: if shade == 7 { Kind::Group } else { kind(number) },
        attributes,
        home: shade.is_multiple_of(3).then(|| home(number)),
        created: Timestamp(i64::from(number)),
        deleted: deleted.then_some(Timestamp(-i64::from(shade))),
        receipt: (shade % 3 == 1).then(|| Receipt {
            job: job(1),
            run: run(shade),
            change: change(shade),
        }),
        version: 99,
    }
}

pub(super) fn reason(number: u8) -> Reason {
    let (code, ..) = Code::ALL[usize::from(number) % Code::ALL.len()];
    Reason::new(code, format!("because of {number}"))
}

pub(super) fn state(number: u8) -> EntryState {
    EntryState::from_number(i64::from(number % 7) + 1).expect("seven states")
}

pub(super) fn action(number: u8) -> Action {
    Action::ALL[usize::from(number) % Action::ALL.len()]
}

pub(super) fn entry(number: u8, shade: u8) -> Entry {
    let modification = Modification {
        name: Name::CITY,
        old: shade.is_multiple_of(2).then(|| Value::text("Zürich")),
        new: shade.is_multiple_of(3).then(|| Value::text("Bern")),
    };
    Entry {
        id: change(number),
        run: run(shade % 3),
        at: Timestamp(i64::from(shade) * 10),
        action: action(shade),
        state: state(shade.wrapping_mul(3)),
        kind: if shade.is_multiple_of(5) { Kind::Group } else { Kind::User },
        source: object(number % 5),
        member: shade.is_multiple_of(6).then(|| object(shade % 4)),
        name: format!("p{number}"),
        target: object(shade % 5),
        version: u64::from(shade),
        modifications: vec![modification; usize::from(shade % 3)],
        reason: shade.is_multiple_of(4).then(|| reason(shade)),
    }
}

pub(super) fn waiting(number: u8, shade: u8) -> Waiting {
    Waiting {
        source: object(number),
        wait: match shade % 6 {
            0 => WaitFor::Time,
            1 => WaitFor::Key { key: key(shade), holder: object(shade % 6) },
            2 => WaitFor::Object { id: object(shade % 6) },
            3 => WaitFor::Domains,
            4 => WaitFor::Moment,
            _ => WaitFor::Return { id: object(shade % 5) },
        },
        reason: reason(shade),
        attempts: u32::from(shade),
        since: Timestamp(1),
        due: Timestamp(i64::from(shade)),
        given_up: shade.is_multiple_of(7).then_some(Timestamp(2)),
    }
}

pub(super) fn progress(shade: u8) -> Progress {
    let mark = Watermark { epoch: epoch(1), number: u64::from(shade) };
    let versions = Versions { job: u64::from(shade), ..Versions::default() };
    Progress {
        watermark: shade.is_multiple_of(2).then_some(mark),
        followed: shade.is_multiple_of(7).then(|| change(shade)),
        target_mark: shade.is_multiple_of(5).then_some(mark),
        evaluated: versions,
        sweep: shade.is_multiple_of(3).then_some(Sweep {
            versions,
            noted: mark,
            row: 3,
            links_too: true,
        }),
        linked: 4,
        linked_groups: u64::from(shade % 3),
        recent: recent(shade),
        quarantine: shade.is_multiple_of(4).then(|| Quarantine {
            reason: QuarantineReason::Exception,
            code: Some(reason(shade).code),
            began: Timestamp(1),
            tried: Timestamp(2),
            next_attempt: Timestamp(i64::from(shade)),
            attempts: 3,
            versions,
        }),
    }
}

fn recent(shade: u8) -> Recent {
    let mut recent = Recent::default();
    let tally =
        Tally { creates: u64::from(shade), updates: 2, clears: 1, partings: u64::from(shade % 4) };
    recent.add(tally, Timestamp(i64::from(shade) * 3_600_000), 24);
    recent
}

/// Days around the first of all, before which those are that are forgotten.
pub(super) fn day(number: u8, shade: u8) -> Day {
    let count = u64::from(shade);
    Day {
        number: i64::from(number) - 3,
        people: (!shade.is_multiple_of(3)).then_some(count),
        changes: [(action(shade).as_str().to_owned(), count)].into(),
        runs: 1,
        longest_delay: count,
        ..Day::default()
    }
}

pub(super) fn summary(number: u8, shade: u8) -> RunSummary {
    let mut run = RunSummary::begin(run(number), RunKind::Cycle, Timestamp(5));
    run.ended = (!shade.is_multiple_of(3)).then(|| Timestamp(i64::from(shade)));
    run.read = u64::from(shade);
    run.count_done(action(shade));
    run.count_reason(&reason(shade));
    run.stopped = shade.is_multiple_of(2).then(|| reason(shade));
    run
}
