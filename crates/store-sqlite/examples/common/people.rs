//! Made-up people, the same ones for the same numbers.

use model::{
    Actor, Attributes, HomeIdentity, JobId, Key, Kind, Name, Object, ObjectId, RunId, Tenant,
    TenantId, Timestamp, Value,
};
use store::{AuditEntry, Durability, Group, ObjectCommit, Write};

/// So many people are written at once.
pub const PAGE: u64 = 1_000;

/// A tenant's facts.
pub fn facts(tenant: TenantId, number: usize) -> Tenant {
    Tenant {
        id: tenant,
        name: format!("Tenant {number}"),
        domains: vec![format!("t{number}.example").parse().expect("a domain")],
        created: Timestamp(0),
        version: 1,
    }
}

/// A commit of people.
pub fn page_of_people(tenant: TenantId, page: u64) -> ObjectCommit {
    let group = |number| {
        let (object, claim) = person(number);
        let audit = AuditEntry {
            activity: "Add user".to_owned(),
            target_kind: "user".to_owned(),
            target: object.id.to_string(),
            detail: r#"{"attributes":24}"#.to_owned(),
            request: None,
        };
        let writes = vec![Write::Put { object, claim, release: Vec::new() }];
        Group { expects: Vec::new(), writes, audit }
    };
    let job = Actor::Job { tenant, job: JobId(id(3, 1).0), run: RunId(id(4, 1).0) };
    ObjectCommit {
        tenant,
        actor: job,
        at: Timestamp(1_790_000_000_000 + page as i64),
        conditions: Vec::new(),
        groups: (page * PAGE..(page + 1) * PAGE).map(group).collect(),
        durability: Durability::Durable,
    }
}

/// An id like those of version 7, in the order of the number.
pub fn id(kind: u64, number: u64) -> ObjectId {
    let time = 0x0192_0000_0000 + kind * 0x10_0000_0000 + number / 7;
    let high = time << 16 | 0x7000 | (number % 7) << 8;
    let low = 0x8000_0000_0000_0000 | mix(number ^ kind) >> 2;
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&high.to_be_bytes());
    bytes[8..].copy_from_slice(&low.to_be_bytes());
    ObjectId::from_slice(&bytes).expect("sixteen bytes")
}

/// The id of a person.
pub fn target(number: u64) -> ObjectId {
    id(8, number)
}

/// Scatters numbers; the same number always gives the same.
pub fn mix(number: u64) -> u64 {
    let mut value = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ value >> 31
}

/// A person with three keys, whose record is about 600 bytes long.
pub fn person(number: u64) -> (Object, Vec<Key>) {
    let chance = mix(number);
    let name = |shift: u32| -> String {
        (0..7).map(|at| char::from(b'a' + (chance >> (shift + at * 5)) as u8 % 26)).collect()
    };
    let (given, family) = (name(0), name(24));
    let mail = format!("{given}.{family}{}@contoso.example", number % 1_000);
    let upn = format!("{given}.{family}{number}_contoso.example#EXT#@fabrikam.example");
    let home = HomeIdentity { tenant: TenantId(id(1, 9).0), object: id(9, number) };
    let texts = [
        (Name::USER_PRINCIPAL_NAME, upn.clone()),
        (Name::DISPLAY_NAME, format!("{given} {family}")),
        (Name::GIVEN_NAME, given.clone()),
        (Name::SURNAME, family.clone()),
        (Name::MAIL, mail.clone()),
        (Name::MAIL_NICKNAME, format!("{given}.{family}")),
        (Name::USER_TYPE, "Member".to_owned()),
        (Name::CREATION_TYPE, "Invitation".to_owned()),
        (Name::EXTERNAL_USER_STATE, "Accepted".to_owned()),
        (Name::DEPARTMENT, format!("Department {}", chance % 40)),
        (Name::JOB_TITLE, format!("Specialist {}", chance % 300)),
        (Name::COMPANY_NAME, "Contoso".to_owned()),
        (Name::CITY, format!("City {}", chance % 900)),
        (Name::COUNTRY, "Switzerland".to_owned()),
        (Name::EMPLOYEE_ID, format!("E{number:08}")),
        (Name::MOBILE_PHONE, format!("+41 79 {:07}", chance % 10_000_000)),
        (Name::OFFICE_LOCATION, format!("Building {}", chance % 70)),
        (Name::POSTAL_CODE, format!("{:04}", chance % 10_000)),
    ];
    let mut attributes: Attributes =
        texts.into_iter().map(|(name, text)| (name, Value::text(text))).collect();
    attributes.set(Name::ACCOUNT_ENABLED, Value::Boolean(true));
    attributes.set(Name::SHOW_IN_ADDRESS_LIST, Value::Boolean(true));
    let object = Object {
        id: target(number),
        kind: Kind::User,
        attributes,
        home: Some(home),
        created: Timestamp(1_790_000_000_000),
        deleted: None,
        receipt: None,
        version: 0,
    };
    let address = Key::address(&format!("{number}.{mail}"));
    (object, vec![Key::user_principal_name(&upn), address, Key::home(home)])
}
