//! Texts for people, by key, from the files in `texts/en` (Project Fluent). All English of the pages
//! stands there, so that another language is another folder.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

/// The files.
const FILES: &[(&str, &str)] = &[
    ("frame.ftl", include_str!("../texts/en/frame.ftl")),
    ("entry.ftl", include_str!("../texts/en/entry.ftl")),
    ("design.ftl", include_str!("../texts/en/design.ftl")),
    ("map.ftl", include_str!("../texts/en/map.ftl")),
    ("overview.ftl", include_str!("../texts/en/overview.ftl")),
    ("users.ftl", include_str!("../texts/en/users.ftl")),
    ("access.ftl", include_str!("../texts/en/access.ftl")),
    ("import.ftl", include_str!("../texts/en/import.ftl")),
    ("groups.ftl", include_str!("../texts/en/groups.ftl")),
    ("apps.ftl", include_str!("../texts/en/apps.ftl")),
    ("roles.ftl", include_str!("../texts/en/roles.ftl")),
    ("audit.ftl", include_str!("../texts/en/audit.ftl")),
    ("setup.ftl", include_str!("../texts/en/setup.ftl")),
    ("word.ftl", include_str!("../texts/en/word.ftl")),
    ("state.ftl", include_str!("../texts/en/state.ftl")),
    ("runs.ftl", include_str!("../texts/en/runs.ftl")),
    ("plan.ftl", include_str!("../texts/en/plan.ftl")),
    ("held.ftl", include_str!("../texts/en/held.ftl")),
    ("escrow.ftl", include_str!("../texts/en/escrow.ftl")),
    ("person.ftl", include_str!("../texts/en/person.ftl")),
    ("settings.ftl", include_str!("../texts/en/settings.ftl")),
    ("rules.ftl", include_str!("../texts/en/rules.ftl")),
    ("incoming.ftl", include_str!("../texts/en/incoming.ftl")),
    ("insights.ftl", include_str!("../texts/en/insights.ftl")),
];

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let english = "en".parse().expect("a language tag");
    let mut bundle = FluentBundle::new_concurrent(vec![english]);
    // Marks around values would go into attributes and scripts; templates use <bdi> for names.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) if number.value >= 0.0 => Some(figure(number.value as u64)),
        _ => None,
    }));
    for (name, text) in FILES {
        let resource = FluentResource::try_new((*text).to_owned())
            .unwrap_or_else(|(_, errors)| panic!("{name}: {errors:?}"));
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    }
    bundle
});

/// The text with this key. One that is missing shows as its key: a page with a gap is better than none.
pub fn say(key: &str, values: &[(&str, FluentValue<'static>)]) -> String {
    let Some(pattern) = ENGLISH.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let args: FluentArgs<'_> = values.iter().cloned().collect();
    let mut errors = Vec::new();
    ENGLISH.format_pattern(pattern, Some(&args), &mut errors).into_owned()
}

/// Whether there is a text with this key.
pub fn has(key: &str) -> bool {
    ENGLISH.get_message(key).is_some_and(|message| message.value().is_some())
}

/// A value that stands in a text.
pub trait Said {
    /// As the library takes it.
    fn said(self) -> FluentValue<'static>;
}

/// The same as a function, for `text!`.
pub fn value(value: impl Said) -> FluentValue<'static> {
    value.said()
}

impl Said for &str {
    fn said(self) -> FluentValue<'static> {
        FluentValue::String(self.to_owned().into())
    }
}

impl Said for String {
    fn said(self) -> FluentValue<'static> {
        FluentValue::String(self.into())
    }
}

impl Said for &String {
    fn said(self) -> FluentValue<'static> {
        FluentValue::String(self.clone().into())
    }
}

/// Numbers choose the form of a word; in the text they stand with their thousands apart.
macro_rules! numbers {
    ($($kind:ty),+) => {$(
        impl Said for $kind {
            fn said(self) -> FluentValue<'static> {
                let options = fluent_bundle::types::FluentNumberOptions::default();
                FluentValue::Number(fluent_bundle::types::FluentNumber::new(self as f64, options))
            }
        }
        impl Said for &$kind {
            fn said(self) -> FluentValue<'static> {
                (*self).said()
            }
        }
    )+};
}

numbers!(u64, u32, usize, i64);

/// A count with its thousands apart.
pub fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    /// The keys that the files define.
    fn defined() -> BTreeSet<String> {
        let lines = FILES.iter().flat_map(|(_, text)| text.lines());
        let keys = lines.filter_map(|line| line.split_once(" =").map(|(key, _)| key));
        keys.filter(|key| key.starts_with(|one: char| one.is_ascii_lowercase()))
            .map(str::to_owned)
            .collect()
    }

    /// Every text literal of sources and templates that looks like a key.
    fn named() -> BTreeSet<String> {
        fn read(folder: &Path, into: &mut String) {
            for entry in fs::read_dir(folder).expect("a folder of the crate").flatten() {
                let path = entry.path();
                match path.is_dir() {
                    true => read(&path, into),
                    false => into.push_str(&fs::read_to_string(&path).expect("a source")),
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        ["src", "templates"].iter().for_each(|folder| read(&root.join(folder), &mut text));
        text.split('"').map(str::to_owned).collect()
    }

    #[test]
    fn every_text_is_used_and_every_used_text_is_there() {
        let (defined, named) = (defined(), named());
        let unused: Vec<&String> = defined.difference(&named).collect();
        assert!(unused.is_empty(), "texts that nobody shows: {unused:?}");
        let files: BTreeSet<&str> =
            defined.iter().filter_map(|key| key.split_once('-')).map(|(first, _)| first).collect();
        let is_key = |name: &&String| {
            let is_plain =
                |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
            name.chars().all(is_plain) && !name.ends_with('-') && !name.contains("--")
        };
        let looks_like =
            |name: &&String| name.split_once('-').is_some_and(|(first, _)| files.contains(first));
        let missing: Vec<&String> = named
            .difference(&defined)
            .filter(is_key)
            .filter(looks_like)
            // Classes and codes of the services that begin as a family of texts does.
            .filter(|name| !OTHERS.contains(&name.as_str()))
            .collect();
        assert!(missing.is_empty(), "texts that are shown and not there: {missing:?}");
        assert!(has("map-title") && !has("map-nothing"));
    }

    /// Names that look like keys and are none.
    const OTHERS: &[&str] = &["map-nothing"];

    #[test]
    fn a_number_chooses_the_form_of_a_word() {
        assert_eq!(text!("map-held", count = 1_u64), "1 removal held");
        assert_eq!(text!("map-held", count = 1_200_u64), "1,200 changes held");
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(figure(number), text);
        }
    }
}
