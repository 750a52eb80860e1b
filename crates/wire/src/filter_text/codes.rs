//! The codes of findings about a filter's text, each with the sentence that its page begins with.

/// Every code that a finding of [`parse`](super::parse) can have, in the order of the alphabet.
pub const CODES: &[(&str, &str)] = &[
    ("filter-date", "the text behind BEFORE or AFTER is no moment"),
    ("filter-escape", "a backslash in $'…' stands before nothing that it can write"),
    ("filter-joint", "clauses are not joined by AND or OR, or a joining word is not in capitals"),
    ("filter-missing-attribute", "a clause begins without an attribute"),
    ("filter-missing-operand", "an operator has nothing to compare with"),
    ("filter-missing-operator", "an attribute has no operator behind it"),
    ("filter-operator", "the operator does not suit what it stands behind"),
    ("filter-option", "the option behind a clause is not known, or does not suit the clause"),
    ("filter-quantifier", "ANY or ALL stands before what is no comparison of a list's values"),
    ("filter-too-deep", "parentheses and NOT are nested too deeply"),
    ("filter-too-long", "the text of the filter is too long"),
    ("filter-unclosed-parenthesis", "a parenthesis has no closing one"),
    ("filter-unclosed-quote", "an operand has no closing quote"),
    ("filter-unknown-attribute", "there is no attribute of that name"),
    ("filter-unknown-operator", "there is no operator of that name"),
    ("filter-unopened-parenthesis", "a parenthesis closes that never opened"),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    #[test]
    fn the_list_holds_what_the_source_uses() {
        let mut used = BTreeSet::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        read(&folder, &mut |text| {
            for part in text.split("\"filter-").skip(1) {
                let rest = part.split('"').next().expect("a split has a first part");
                // The tests' expected lines begin with a code too, and go on behind it.
                if rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
                    used.insert(format!("filter-{rest}"));
                }
            }
        });
        let listed: BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
        assert_eq!(used, listed);
        assert!(CODES.is_sorted());
    }

    fn read(folder: &Path, visit: &mut dyn FnMut(&str)) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                read(&path, visit);
            } else if !path.ends_with("codes.rs") {
                visit(&std::fs::read_to_string(&path).expect("sources are UTF-8"));
            }
        }
    }
}
