//! A mirror that is changed, how it stands in numbers, and what is told about it.

use model::{Actor, Brake, Mirror, NoticeKind, NotifySettings, Proof, Role};
use sync::Mirrors;

use crate::stage::{END, Stage, crowd, told, whole};

fn change(stage: &Stage, change: impl Fn(&mut Mirror)) -> Result<Mirror, &'static str> {
    let directory = &stage.world.directory;
    let changed = directory.update_mirror(&stage.world.operator, &stage.mirror, change);
    changed.map_err(|error| error.code())
}

fn forty() -> Stage {
    let stage = Stage::new();
    stage.put(whole(&crowd(0..40)));
    assert_eq!(stage.run(), "done, 40 created");
    stage
}

#[test]
fn a_listing_that_is_held_is_judged_anew_by_another_limit() {
    let stage = forty();
    stage.put(whole(&crowd(0..29)));
    assert_eq!(stage.run(), "held listing-removal-brake, 11 kept");
    let mirror = change(&stage, |mirror| mirror.brake = Brake::fixed(11)).expect("it may");
    assert_eq!(stage.run_other(&mirror), "done, 11 removed");
    let audit = stage.world.store.audit(stage.world.source, 0, 10_000).expect("the store answers");
    let told = audit.iter().filter_map(|one| one.entry.as_ref());
    assert!(told.into_iter().any(|one| one.activity == "Update mirror"));
}

#[test]
fn another_file_and_other_columns_are_read_at_the_next_run() {
    let stage = forty();
    let other = stage.folder.path().join("other.csv");
    std::fs::write(&other, whole(&crowd(0..41)).replace("department", "Ort")).expect("written");
    let mirror = change(&stage, |mirror| {
        mirror.file = other.display().to_string();
        mirror.columns = vec!["Ort=city".to_owned()];
    });
    let mirror = mirror.expect("it may");
    assert_eq!(stage.run_other(&mirror), "done, 1 created");
    // The mirror as it was before may not write any more.
    let stale = told(stage.try_run(&stage.mirror, sync::Reading::Again));
    assert!(stale.starts_with("error"), "{stale}");
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let stage = forty();
    let refused = |change_it: &dyn Fn(&mut Mirror)| change(&stage, change_it).err();
    let brake = |at_most, percent, at_least| Brake { at_least, percent, at_most };
    assert_eq!(refused(&|one| one.brake = brake(5, 200, 1)), Some("limit-invalid"));
    assert_eq!(refused(&|one| one.brake = brake(5, 10, 6)), Some("limit-invalid"));
    assert_eq!(refused(&|one| one.smaller_percent = 101), Some("limit-invalid"));
    assert_eq!(refused(&|one| one.file = "people.csv".to_owned()), Some("invalid-value"));
    assert_eq!(refused(&|one| one.proof = Proof::EndMark(" ".to_owned())), Some("invalid-value"));
    assert_eq!(refused(&|one| one.columns = vec!["Ort=citty".to_owned()]), Some("invalid-value"));
    assert_eq!(refused(&|one| one.kind = model::Kind::Group), Some("invalid-value"));
    assert_eq!(refused(&|one| one.anchor = Some("mail".to_owned())), Some("invalid-value"));
    let present = stage.world.directory.mirror(stage.mirror.tenant, stage.mirror.id);
    assert_eq!(present.expect("it stands"), stage.mirror);
}

#[test]
fn another_file_takes_what_making_a_mirror_takes() {
    let stage = forty();
    let world = &stage.world;
    let admin = Actor::User {
        tenant: world.source,
        id: world.person("admin", &[]),
        name: "admin".to_owned(),
        roles: vec![Role::GlobalAdministrator],
        through: None,
    };
    let other = |mirror: &mut Mirror| mirror.file = "/etc/passwd".to_owned();
    let refused = world.directory.update_mirror(&admin, &stage.mirror, other);
    assert_eq!(refused.expect_err("it takes the operator").code(), "not-allowed");
    let limit = |mirror: &mut Mirror| mirror.smaller_percent = 20;
    world.directory.update_mirror(&admin, &stage.mirror, limit).expect("that is the tenant's");
}

#[test]
fn how_a_mirror_stands_in_numbers() {
    let stage = forty();
    let mirrors: &Mirrors = &stage.mirrors;
    let figures = || mirrors.read_figures(&stage.world.operator, &stage.mirror).expect("it may");
    let fresh = figures();
    assert!(fresh.is_fresh && fresh.held.is_none() && fresh.failing.is_none());
    assert_eq!((fresh.freshness_seconds, fresh.records), (Some(0), Some(40)));
    assert_eq!(fresh.last_run.expect("it ran").counts.created, 40);
    stage.put(whole(&crowd(0..29)));
    assert!(!figures().is_fresh, "another listing is there");
    stage.run();
    let held = figures();
    assert!(!held.is_fresh && held.held.is_some());
    std::fs::remove_file(stage.path()).expect("removed");
    assert_eq!(figures().freshness_seconds, None, "nobody knows how old what is not there is");
}

#[test]
fn a_mirror_tells_when_it_holds_when_it_cannot_run_and_when_it_is_well() {
    let stage = forty();
    let (world, tenant) = (&stage.world, stage.world.source);
    let on = |settings: &mut NotifySettings| {
        settings.webhook = Some("https://hooks.example/syncline".to_owned());
    };
    world.directory.set_notify(&world.operator, tenant, on, &[]).expect("it may");
    let news = || -> Vec<(NoticeKind, String)> {
        world.sync.queue_mirror_news().expect("the store answers");
        let outbox = world.directory.read_outbox(tenant).expect("the store answers");
        outbox.iter().for_each(|one| world.directory.take_notice(one, "read").expect("it may"));
        outbox.into_iter().map(|one| (one.kind, one.text)).collect()
    };
    let kinds = || news().into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
    assert_eq!(kinds(), [], "all is well");
    stage.put(whole(&crowd(0..29)));
    stage.run();
    let held = news();
    assert_eq!(held[0].0, NoticeKind::MirrorHeld);
    assert!(held[0].1.contains("listing-removal-brake"), "{}", held[0].1);
    stage.run();
    assert_eq!(kinds(), [], "it is told once");
    stage.put(whole(&crowd(0..40)));
    stage.run();
    assert_eq!(kinds(), [NoticeKind::MirrorWell]);

    // A column that is an extension's, and then is nobody's.
    let new = directory::NewExtension {
        name: "shoeSize".to_owned(),
        application: None,
        data_type: model::ExtensionType::String,
        multi_valued: false,
        targets: vec![model::Kind::User],
    };
    let made = world.directory.create_extension(&world.operator, tenant, new).expect("it may");
    let name = made.attribute().to_string();
    let mirror = change(&stage, |mirror| mirror.columns = vec![format!("department={name}")]);
    let mirror = mirror.expect("the extension is there");
    world.directory.delete_extension(&world.operator, tenant, &name).expect("it may");
    for _ in 0..2 {
        assert!(stage.run_other(&mirror).starts_with("error"));
    }
    assert_eq!(kinds(), [NoticeKind::MirrorFailing], "once for one reason");
    let mirror = world.directory.update_mirror(&world.operator, &mirror, |one| one.columns.clear());
    stage.put(format!("{}\n{END}\n", whole(&crowd(0..40)).trim_end().trim_end_matches(END).trim()));
    assert_eq!(stage.run_other(&mirror.expect("it may")), "done");
    assert_eq!(kinds(), [NoticeKind::MirrorWell]);
}
