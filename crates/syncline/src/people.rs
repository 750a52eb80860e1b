//! Generated people: random names, departments and addresses from a seed, the same for the same
//! seed.

use fastrand::Rng;
use model::{Attributes, Name, Value};

const GIVEN: [&str; 24] = [
    "Ada", "Ben", "Chiara", "Dmitri", "Elif", "Farid", "Grace", "Hana", "Igor", "Jürgen", "Kofi",
    "Lena", "Mateo", "Nadia", "Oluwa", "Priya", "Quentin", "Rosa", "Søren", "Tomás", "Ursula",
    "Vera", "Wei", "Zoë",
];

const FAMILY: [&str; 24] = [
    "Almeida",
    "Bauer",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "García",
    "Haddad",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Novák",
    "Okafor",
    "Petrov",
    "Quirke",
    "Rossi",
    "Sato",
    "Tanaka",
    "Ueda",
    "Varga",
    "Weber",
    "Yılmaz",
];

/// The departments that generated people work in, evenly.
pub const DEPARTMENTS: [&str; 5] = ["Marketing", "Sales", "Research", "Finance", "Operations"];

const CITIES: [(&str, &str); 6] = [
    ("Amsterdam", "NL"),
    ("Berlin", "DE"),
    ("Lisboa", "PT"),
    ("Lyon", "FR"),
    ("Oslo", "NO"),
    ("Praha", "CZ"),
];

const TITLES: [&str; 5] = ["Analyst", "Engineer", "Manager", "Assistant", "Consultant"];

/// The `number`-th person of a domain.
pub fn person(rng: &mut Rng, number: u64, domain: &str) -> Attributes {
    let given = GIVEN[rng.usize(..GIVEN.len())];
    let family = FAMILY[rng.usize(..FAMILY.len())];
    let (city, country) = CITIES[rng.usize(..CITIES.len())];
    // Random letters first, so that names do not come in the order of their making.
    let handle: String = (0..6).map(|_| rng.lowercase()).collect();
    let local = format!("{handle}.{number}");
    let address = format!("{local}@{domain}");
    let phone = format!("+{} {:07}", rng.u32(30..50), rng.u32(..10_000_000));
    [
        (Name::ACCOUNT_ENABLED, Value::Boolean(true)),
        (Name::CITY, Value::text(city)),
        (Name::COMPANY_NAME, Value::text("Contoso")),
        (Name::COUNTRY, Value::text(country)),
        (Name::DEPARTMENT, Value::text(DEPARTMENTS[rng.usize(..DEPARTMENTS.len())])),
        (Name::DISPLAY_NAME, Value::Text(format!("{given} {family}"))),
        (Name::EMPLOYEE_ID, Value::Text(format!("E{number:07}"))),
        (Name::GIVEN_NAME, Value::text(given)),
        (Name::JOB_TITLE, Value::text(TITLES[rng.usize(..TITLES.len())])),
        (Name::MAIL, Value::text(&address)),
        (Name::MAIL_NICKNAME, Value::Text(local)),
        (Name::MOBILE_PHONE, Value::Text(phone)),
        (Name::OFFICE_LOCATION, Value::Text(format!("{}/{}", rng.u8(1..9), rng.u16(100..999)))),
        (Name::POSTAL_CODE, Value::Text(format!("{:05}", rng.u32(..100_000)))),
        (Name::PREFERRED_LANGUAGE, Value::text("en-GB")),
        (Name::STREET_ADDRESS, Value::Text(format!("{} Main Street", rng.u16(1..999)))),
        (Name::SURNAME, Value::text(family)),
        (Name::USER_PRINCIPAL_NAME, Value::Text(address)),
    ]
    .into_iter()
    .collect()
}
