//! Mirrors as they are kept, who may make them, and what they write.

use directory::{Effect, Mirrored, NewMirror, mirrored_id};
use model::{Actor, Kind, Mirror, MirrorId, Proof, Role, Schedule};
use testkit::{World, attributes};

fn new(name: &str) -> NewMirror {
    NewMirror {
        name: name.to_owned(),
        kind: Kind::User,
        file: "/srv/people.csv".to_owned(),
        format: None,
        columns: Vec::new(),
        anchor: None,
        tombstone: None,
        proof: Proof::Renamed,
        brake: Mirror::BRAKE,
        smaller_percent: Mirror::SMALLER_PERCENT,
        schedule: Schedule::OnChange,
    }
}

fn made(world: &World, new: NewMirror) -> Result<Mirror, &'static str> {
    let made = world.directory.create_mirror(&world.operator, world.source, new);
    made.map_err(|error| error.code())
}

/// Who a mirror is when it writes.
fn actor(mirror: &Mirror) -> Actor {
    Actor::Mirror { tenant: mirror.tenant, mirror: mirror.id }
}

fn listed(mirror: &Mirror, name: &str) -> Mirrored {
    let address = format!("{name}@contoso.example");
    Mirrored {
        id: mirrored_id(mirror.id, name),
        attributes: attributes(&[("userPrincipalName", &address), ("displayName", name)]),
        emptied: Vec::new(),
    }
}

#[test]
fn a_mirror_is_described_well_or_not_made() {
    let world = World::new();
    made(&world, new("hr")).expect("it is well described");
    let with = |change: &dyn Fn(&mut NewMirror)| {
        let mut new = new("other");
        change(&mut new);
        made(&world, new).err()
    };
    assert_eq!(with(&|new| new.name = "HR".to_owned()), Some("exists"));
    assert_eq!(with(&|new| new.name = "a/b".to_owned()), Some("invalid-value"));
    assert_eq!(with(&|new| new.file = "people.csv".to_owned()), Some("invalid-value"));
    assert_eq!(with(&|new| new.proof = Proof::Tombstones), Some("invalid-value"));
    assert_eq!(with(&|new| new.proof = Proof::EndMark(" ".to_owned())), Some("invalid-value"));
    assert_eq!(with(&|new| new.smaller_percent = 101), Some("limit-invalid"));
    let brake = model::Brake { at_least: 9, percent: 10, at_most: 8 };
    assert_eq!(with(&|new| new.brake = brake), Some("limit-invalid"));
    assert_eq!(with(&|new| new.columns = vec!["Ort=citty".to_owned()]), Some("invalid-value"));
    assert_eq!(with(&|new| new.columns = vec!["Ort=city".to_owned()]), None);
}

#[test]
fn an_administrator_of_a_tenant_has_no_file_of_the_machine_read() {
    let world = World::new();
    let admin = Actor::User {
        tenant: world.source,
        id: world.person("admin", &[]),
        name: "admin".to_owned(),
        roles: vec![Role::GlobalAdministrator],
        through: None,
    };
    let refused = world.directory.create_mirror(&admin, world.source, new("hr"));
    assert_eq!(refused.expect_err("it takes the operator").code(), "not-allowed");
}

#[test]
fn a_mirror_writes_users_of_its_own_tenant_and_nothing_else() {
    let world = World::new();
    let mirror = made(&world, new("hr")).expect("made");
    let page = [listed(&mirror, "ada")];
    let put = world.directory.put_mirrored(&actor(&mirror), &mirror, &page).expect("it may");
    assert_eq!(put[0].as_ref().ok(), Some(&Effect::Created));
    let elsewhere = Mirror { tenant: world.target, ..mirror.clone() };
    let refused = world.directory.put_mirrored(&actor(&mirror), &elsewhere, &page);
    assert_eq!(refused.err().map(|error| error.code()), Some("not-found"));
    let deleted = world.directory.delete_mirror(&actor(&mirror), &mirror);
    assert_eq!(deleted.err().map(|error| error.code()), Some("not-allowed"));
}

#[test]
fn a_mirror_that_is_gone_writes_nothing_any_more() {
    let world = World::new();
    let mirror = made(&world, new("hr")).expect("made");
    world.directory.put_mirrored(&actor(&mirror), &mirror, &[listed(&mirror, "ada")]).expect("put");
    world.directory.delete_mirror(&world.operator, &mirror).expect("deleted");
    let head = world.store.head(world.source).expect("the store answers");
    let late = world.directory.put_mirrored(&actor(&mirror), &mirror, &[listed(&mirror, "bob")]);
    assert!(late.is_err());
    let ids = [mirrored_id(mirror.id, "ada")];
    let removed = world.directory.remove_mirrored(&actor(&mirror), &mirror, &ids);
    assert_eq!(removed.ok(), Some(0), "ada is not the mirror's any more");
    assert_eq!(world.store.head(world.source).expect("the store answers"), head);
}

#[test]
fn somebody_whom_a_mirror_brought_is_purged_with_what_says_so() {
    let world = World::new();
    let mirror = made(&world, new("hr")).expect("made");
    let ada = listed(&mirror, "ada");
    world
        .directory
        .put_mirrored(&actor(&mirror), &mirror, std::slice::from_ref(&ada))
        .expect("put");
    world.directory.delete(&world.operator, world.source, ada.id).expect("deleted");
    world.directory.purge(&world.operator, world.source, ada.id).expect("purged");
    let (own, _) = world.directory.list_mirrored(&world.operator, &mirror, None, 10).expect("read");
    assert!(own.is_empty());
    let again = world.directory.put_mirrored(&actor(&mirror), &mirror, &[ada]).expect("put");
    assert_eq!(again[0].as_ref().ok(), Some(&Effect::Created));
}

#[test]
fn an_anchor_gives_the_same_id_each_time_and_a_uuid_gives_itself() {
    let id = |ending: &str| -> MirrorId {
        format!("00000000-0000-4000-8000-0000000000{ending}").parse().expect("an id")
    };
    let (one, other) = (id("01"), id("02"));
    assert_eq!(mirrored_id(one, "7"), mirrored_id(one, "7"));
    assert_ne!(mirrored_id(one, "7"), mirrored_id(one, "07"));
    assert_ne!(mirrored_id(one, "7"), mirrored_id(other, "7"));
    let own = "00000000-0000-4000-8000-0000000000AA";
    assert_eq!(mirrored_id(one, own).to_string(), own.to_lowercase());
    assert_eq!(&mirrored_id(one, "7").to_string()[14..15], "8", "an id of one's own making");
}
