//! Generated people: random ids and names from a seed, the same for a number each time, so that
//! nothing about them has to be remembered.

use directory::Incoming;
use fastrand::Rng;
use model::{Attributes, Name, ObjectId, Value};

/// Where the people come from.
pub const DOMAIN: &str = "contoso.example";

const SYLLABLES: [&str; 32] = [
    "an", "ber", "ca", "dan", "el", "fa", "ga", "han", "il", "jo", "ka", "lin", "ma", "nor", "os",
    "pe", "qui", "ro", "sen", "ta", "ul", "ven", "wil", "xa", "yo", "zen", "bri", "cla", "dre",
    "fro", "gre", "stu",
];
const DEPARTMENTS: [&str; 12] = [
    "Marketing",
    "Sales",
    "Finance",
    "Engineering",
    "Legal",
    "Support",
    "Operations",
    "Research",
    "Purchasing",
    "Human Resources",
    "Communications",
    "Facilities",
];
const TITLES: [&str; 8] = [
    "Specialist",
    "Manager",
    "Analyst",
    "Engineer",
    "Assistant",
    "Director",
    "Consultant",
    "Coordinator",
];
const COUNTRIES: [(&str, &str); 6] = [
    ("Switzerland", "de-CH"),
    ("Germany", "de-DE"),
    ("France", "fr-FR"),
    ("Italy", "it-IT"),
    ("United States", "en-US"),
    ("Japan", "ja-JP"),
];

/// The people of one seed.
#[derive(Clone, Copy)]
pub struct People {
    pub seed: u64,
}

impl People {
    fn rng(self, number: u64) -> Rng {
        Rng::with_seed(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ self.seed.rotate_left(32))
    }

    /// A person's id: random, of version 4, in no order.
    pub fn id(self, number: u64) -> ObjectId {
        let bytes = self.rng(number).u128(..).to_be_bytes();
        ObjectId(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    /// A person as a row of an import.
    pub fn row(self, number: u64) -> Incoming {
        let mut rng = self.rng(!number);
        let (given, surname) = (name(&mut rng), name(&mut rng));
        let login = format!("{given}.{surname}{number}").to_lowercase();
        let address = format!("{login}@{DOMAIN}");
        let (country, language) = pick(&mut rng, &COUNTRIES);
        let title = format!("{} {}", pick(&mut rng, &TITLES), rng.u32(1..40));
        let phone = |rng: &mut Rng| format!("+41 {} {:07}", rng.u32(20..80), rng.u32(..10_000_000));
        let texts = [
            (Name::CITY, name(&mut rng)),
            (Name::COMPANY_NAME, "Contoso".to_owned()),
            (Name::COUNTRY, country.to_owned()),
            (Name::DEPARTMENT, pick(&mut rng, &DEPARTMENTS).to_owned()),
            (Name::DISPLAY_NAME, format!("{given} {surname}")),
            (Name::EMPLOYEE_ID, format!("E{number:08}")),
            (Name::GIVEN_NAME, given),
            (Name::JOB_TITLE, title),
            (Name::MAIL, address.clone()),
            (Name::MAIL_NICKNAME, login),
            (Name::MOBILE_PHONE, phone(&mut rng)),
            (Name::OFFICE_LOCATION, format!("Building {}/{}", rng.u32(1..70), rng.u32(100..500))),
            (Name::POSTAL_CODE, format!("{:04}", rng.u32(1_000..10_000))),
            (Name::PREFERRED_LANGUAGE, language.to_owned()),
            (Name::STATE, name(&mut rng)),
            (Name::STREET_ADDRESS, format!("{} Street {}", name(&mut rng), rng.u32(1..200))),
            (Name::SURNAME, surname),
            (Name::USER_PRINCIPAL_NAME, address),
            (Name::USER_TYPE, "Member".to_owned()),
        ];
        let mut attributes: Attributes =
            texts.into_iter().map(|(name, text)| (name, Value::text(text))).collect();
        attributes.set(Name::ACCOUNT_ENABLED, Value::Boolean(true));
        attributes.set(Name::BUSINESS_PHONES, Value::List(vec![Value::text(phone(&mut rng))]));
        Incoming { id: Some(self.id(number)), attributes }
    }
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

fn name(rng: &mut Rng) -> String {
    let mut text: String = (0..rng.usize(2..5)).map(|_| pick(rng, &SYLLABLES)).collect();
    text[..1].make_ascii_uppercase();
    text
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_number_and_a_seed_always_give_the_same_person_and_others_give_others() {
        let people = People { seed: 1 };
        assert_eq!(people.row(7).attributes, people.row(7).attributes);
        let ids: HashSet<ObjectId> = (0..10_000).map(|number| people.id(number)).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| id.0.get_version_num() == 4));
        assert_ne!(people.id(7), People { seed: 2 }.id(7));
    }
}
