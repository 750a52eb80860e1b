//! Arrows between crates: down only, and some pairs never.

use super::Violation;
use super::rules::{
    BACKEND_PREFIX, COMPOSITION_ROOT, FOR_DEVELOPERS, FRONT_DOORS, KEPT_APART, find_layer,
    is_crate_name,
};
use crate::workspace::{Package, Workspace};

pub fn check(workspace: &Workspace) -> Vec<Violation> {
    let mut violations = Vec::new();
    for member in workspace.members() {
        if !is_crate_name(&member.name) {
            violations.push(Violation::new(
                &member.name,
                "has no layer",
                "add it to LAYERS in xtask/src/tidy/rules.rs, and to ARCHITECTURE.md",
            ));
            continue;
        }
        if FOR_DEVELOPERS.contains(&member.name.as_str()) {
            continue;
        }
        let needs = normal_members(workspace, member);
        violations.extend(needs.iter().filter_map(|need| check_arrow(&member.name, need)));
        violations.extend(check_kept_apart(&member.name, &needs));
    }
    violations
}

/// Our own crates that this one needs outside tests.
fn normal_members<'a>(workspace: &'a Workspace, member: &'a Package) -> Vec<&'a str> {
    let normal = member.declared.iter().filter(|need| !need.is_dev);
    let mut names: Vec<&str> = normal.map(|need| need.name.as_str()).collect();
    names.retain(|name| workspace.find_member(name).is_some());
    names.sort_unstable();
    names.dedup();
    names
}

fn check_arrow(from: &str, to: &str) -> Option<Violation> {
    let place = format!("{from} -> {to}");
    let violation = |problem: &str, hint: &str| Some(Violation::new(&place, problem, hint));
    if FOR_DEVELOPERS.contains(&to) {
        return violation("is for developers only", "make it a dev-dependency");
    }
    if FRONT_DOORS.contains(&from) && FRONT_DOORS.contains(&to) {
        return violation(
            "front doors do not know one another",
            "move what both need down, to `wire`, `access` or `directory`",
        );
    }
    if to.starts_with(BACKEND_PREFIX) && from != COMPOSITION_ROOT {
        return violation(
            "only `syncline` names a backend",
            "take the trait of `store`; in tests make it a dev-dependency",
        );
    }
    // A crate without a layer is reported once, by its own name.
    let (from, to) = (find_layer(from)?, find_layer(to)?);
    if from > to {
        return None;
    }
    violation("arrows go down only", "move what it needs into a lower layer")
}

fn check_kept_apart(name: &str, needs: &[&str]) -> Option<Violation> {
    let (one, other, only) = KEPT_APART;
    let sees = |wanted: &str| name == wanted || needs.contains(&wanted);
    let may = name == only || name == COMPOSITION_ROOT;
    (!may && sees(one) && sees(other)).then(|| {
        Violation::new(
            name,
            format!("sees both `{one}` and `{other}`, which only `{only}` may"),
            format!("let `{only}` carry values between them"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::{render, unindent};
    use super::*;
    use crate::workspace::tests::workspace;

    fn check_text(crates: &str, expected: &str) {
        assert_eq!(render(&check(&workspace(crates))), unindent(expected));
    }

    #[test]
    fn accepts_arrows_down() {
        check_text(
            "model
             store -> model
             engine -> model
             store-sqlite -> store, model, testkit (dev)
             directory -> store, store-sqlite (dev)
             connector -> directory
             sync -> engine, connector
             syncline -> sync, store-sqlite, engine, connector
             testkit -> model, store-sqlite
             xtask",
            "",
        );
    }

    #[test]
    fn reports_arrows_up_and_sideways() {
        check_text(
            "model -> store
             store -> wire
             wire",
            "model -> store: arrows go down only
             store -> wire: arrows go down only",
        );
    }

    #[test]
    fn front_doors_do_not_know_one_another() {
        check_text(
            "web -> api-admin\napi-admin",
            "web -> api-admin: front doors do not know one another",
        );
    }

    #[test]
    fn only_syncline_names_a_backend() {
        check_text(
            "sync -> store-sqlite\nstore-sqlite",
            "sync -> store-sqlite: only `syncline` names a backend",
        );
    }

    #[test]
    fn only_sync_sees_engine_and_connector() {
        check_text(
            "engine\nconnector -> engine",
            "connector: sees both `engine` and `connector`, which only `sync` may",
        );
        check_text(
            "engine\nconnector\nweb -> engine, connector",
            "web: sees both `engine` and `connector`, which only `sync` may",
        );
    }

    #[test]
    fn crates_for_developers_stay_in_tests() {
        check_text("sync -> testkit\ntestkit", "sync -> testkit: is for developers only");
    }

    #[test]
    fn every_crate_has_a_layer() {
        check_text("utils", "utils: has no layer");
    }
}
