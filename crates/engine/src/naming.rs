//! The user principal name of an external user (cross-tenant-sync.md 4.3, graph-api.md 1.5).

use model::{Domain, ObjectId};

/// `john@contoso.example` in a tenant with the initial domain `fabrikam.example` becomes
/// `john_contoso.example#EXT#@fabrikam.example`.
pub fn decorated(source: &str, initial: &Domain) -> String {
    format!("{}#EXT#@{initial}", source.replace('@', "_"))
}

/// The names to try, best first. Two people whose names fall together (`a_b@x` and `a@b_x`) are
/// undocumented in the model: the second one gets a short suffix made from the home object id, so
/// that the same person gets the same name at every attempt (docs/decisions/external-names.md).
pub fn decorated_candidates(source: &str, person: ObjectId, initial: &Domain) -> Vec<String> {
    let id = person.0.simple().to_string();
    let suffixed = format!("{source}_{}", &id[id.len() - 6..]);
    vec![decorated(source, initial), decorated(&suffixed, initial)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_at_sign_turns_into_an_underscore() {
        let initial = "fabrikam.example".parse().expect("a domain");
        assert_eq!(
            decorated("john@contoso.example", &initial),
            "john_contoso.example#EXT#@fabrikam.example"
        );
    }
}
