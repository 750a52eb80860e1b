//! Random listings with random faults: a listing without proof removes nobody, and after a good one
//! the tenant holds what the listing says.

use std::collections::BTreeMap;

use proptest::{collection::btree_map, prelude::*};

use crate::stage::{END, Stage};

/// Somebody of a listing: which name, which department.
type People = BTreeMap<u8, (u8, u8)>;

/// What goes wrong with a listing.
#[derive(Clone, Debug)]
enum Fault {
    /// Nothing.
    None,
    /// It ends after this part of its bytes.
    Cut(f64),
    /// A byte in it is no text.
    Byte(f64),
    /// A line of it is gone over by another.
    Torn(f64),
}

fn people() -> impl Strategy<Value = People> {
    btree_map(0..24_u8, (0..24_u8, 0..3_u8), 0..24)
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        2 => Just(Fault::None),
        2 => (0.0..1.0).prop_map(Fault::Cut),
        1 => (0.0..1.0).prop_map(Fault::Byte),
        1 => (0.0..1.0).prop_map(Fault::Torn),
    ]
}

/// Names are unique in a listing; of two who want one, the first has it.
fn tidy(people: People) -> People {
    let mut taken = std::collections::BTreeSet::new();
    people.into_iter().filter(|(_, (name, _))| taken.insert(*name)).collect()
}

fn text(people: &People) -> Vec<u8> {
    let mut text = "id,userPrincipalName,displayName,department\n".to_owned();
    for (anchor, (name, department)) in people {
        let department = match department {
            0 => String::new(),
            number => format!("d{number}"),
        };
        text.push_str(&format!("a{anchor},n{name}@contoso.example,n{name},{department}\n"));
    }
    text.push_str(END);
    text.into_bytes()
}

fn spoil(mut text: Vec<u8>, fault: &Fault) -> Vec<u8> {
    let at = |part: f64| ((text.len() - 1) as f64 * part) as usize;
    match fault {
        Fault::None => {}
        Fault::Cut(part) => text.truncate(at(*part)),
        Fault::Byte(part) => {
            let at = at(*part);
            text[at] = 0xff;
        }
        Fault::Torn(part) => {
            let at = at(*part);
            if let Some(end) = text[at..].iter().position(|byte| *byte == b'\n') {
                text.remove(at + end);
            }
        }
    }
    text
}

fn expected(people: &People) -> Vec<String> {
    let mut all: Vec<String> = people
        .values()
        .map(|(name, department)| match department {
            0 => format!("n{name}"),
            number => format!("n{name}:d{number}"),
        })
        .collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_goes_without_proof_and_a_good_listing_is_what_the_tenant_holds(
        steps in proptest::collection::vec((people(), fault()), 1..6),
    ) {
        let stage = Stage::new();
        let stranger = stage.world.person("stranger", &[]);
        let source = stage.world.source;
        for (people, fault) in steps {
            let people = tidy(people);
            let before = stage.people();
            let listing = spoil(text(&people), &fault);
            let is_good = listing == text(&people);
            stage.put(&listing);
            let told = stage.run();
            let shown = String::from_utf8_lossy(&listing).into_owned();
            if !listing.ends_with(END.as_bytes()) {
                prop_assert_eq!(&stage.people(), &before, "{} by {}", told, shown);
            }
            // Whoever a line may mean is there whatever the fault of that line.
            if told.starts_with("held") && !told.contains("in-doubt") {
                prop_assert_eq!(&stage.people(), &before, "{} by {}", told, shown);
            }
            prop_assert!(stage.world.find(source, stranger).is_some_and(|one| one.deleted.is_none()));
            // A good listing at the end of each step, approved where it takes many out.
            stage.put(text(&people));
            let mut told = stage.run();
            if told.starts_with("held") {
                told = stage.approve();
            }
            if people.is_empty() && !is_good && told == "nothing" {
                continue;
            }
            let mut holds = stage.people();
            holds.retain(|name| name != "stranger");
            prop_assert_eq!(holds, expected(&people), "{} by {}", told, shown);
            let head = stage.head();
            let again = stage.run_again();
            prop_assert!(again == "done", "{}", again);
            // Only the progress is written.
            prop_assert_eq!(stage.head(), head + 1);
        }
    }
}
