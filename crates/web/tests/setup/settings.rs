//! The settings of a configuration on their page.

use model::{Brake, JobPart, JobState, Nested, Role, Schedule};

use crate::desk::{Desk, lacks, says};

fn path(desk: &Desk) -> String {
    format!("/center/tenants/contoso.example/jobs/{}/settings", desk.world.job)
}

/// A part as its form would be sent now.
fn part<'a>(seen: &'a str, part: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("part", part), ("seen", seen)].into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn each_part_is_saved_by_itself() {
    let desk = Desk::operator();
    let (path, seen) = (path(&desk), |part| desk.world.job().digest_of(part));
    let send = |of, name: &str, more: &[(&str, &str)]| {
        says(&desk.send(&path, &part(&seen(of), name, more)), &[": saved."]);
    };
    send(JobPart::Facts, "name", &[("name", "everybody <b>")]);
    send(JobPart::Running, "schedule", &[("when", "every"), ("every", "1h30m")]);
    send(JobPart::Actions, "actions", &[("create", "on"), ("update", "on")]);
    send(
        JobPart::Groups,
        "groups",
        &[("enabled", "on"), ("nested", "flatten"), ("group-create", "on")],
    );
    let retries = [
        ("retry-after", "10s"),
        ("retry-at-most", "2h"),
        ("retry-hours", "1, 2"),
        ("give-up-days", "3"),
    ];
    send(JobPart::Running, "retries", &retries);
    let quarantine = [
        ("quarantine-at-least", "7"),
        ("quarantine-percent", "50"),
        ("quarantine-at-most", "70"),
        ("quarantine-pause", "2m"),
        ("quarantine-pause-at-most", "1h"),
        ("disable-days", "9"),
    ];
    send(JobPart::Running, "quarantine", &quarantine);
    let job = desk.world.job();
    assert_eq!((job.name.as_str(), &job.schedule), ("everybody <b>", &Schedule::Every(5_400)));
    assert!(job.actions.create && job.actions.update && !job.actions.delete);
    assert_eq!((job.groups.enabled, job.groups.nested), (true, Nested::Flatten));
    assert!(job.groups.actions.create && !job.groups.actions.delete);
    assert_eq!((job.retries.transient_seconds, &job.retries.lasting_hours[..]), (10, &[1, 2][..]));
    assert_eq!((job.quarantine.at_most, job.quarantine.pause_seconds), (70, 120));
    says(
        &desk.page(&path),
        &["everybody &#60;b&#62;", "value=\"1h30m\"", "value=\"1, 2\"", "value=\"2m\""],
    );
}

const BRAKES: [(&str, &str); 14] = [
    ("removals-least", "1"),
    ("removals-percent", "5"),
    ("removals-most", "20"),
    ("creates", "on"),
    ("creates-least", "3"),
    ("creates-percent", "0"),
    ("creates-most", "3"),
    ("window", "12"),
    ("hold-days", "0"),
    ("updates-least", ""),
    ("clears", "on"),
    ("clears-least", "1"),
    ("clears-percent", "2"),
    ("clears-most", "4"),
];

#[test]
fn a_brake_is_taken_or_its_mistake_told_with_what_was_typed() {
    let desk = Desk::operator();
    let seen = desk.world.job().digest_of(JobPart::Limits);
    desk.send(&path(&desk), &part(&seen, "limits", &BRAKES));
    let limits = desk.world.job().limits;
    assert_eq!(limits.removals(), Brake { at_least: 1, percent: 5, at_most: 20 });
    assert_eq!((limits.creates, limits.updates), (Some(Brake::fixed(3)), None));
    assert_eq!((limits.window_hours, limits.hold_days), (12, 0));
    let seen = desk.world.job().digest_of(JobPart::Limits);
    for (name, value, told) in [
        ("removals-percent", "many", "&#39;many&#39; is no number."),
        ("removals-percent", "101", "the part is more than 100 percent"),
    ] {
        let wrong = BRAKES.map(|(own, held)| (own, if own == name { value } else { held }));
        let refused = desk.post(&path(&desk), &part(&seen, "limits", &wrong));
        assert_eq!(refused.status, 422);
        says(&refused.html, &[told, &format!("name=\"{name}\" value=\"{value}\"")]);
    }
    let cron = [("when", "cron"), ("cron", "0 25 * * *")];
    let seen = desk.world.job().digest_of(JobPart::Running);
    let refused = desk.post(&path(&desk), &part(&seen, "schedule", &cron));
    assert_eq!(refused.status, 422);
    says(&refused.html, &["value=\"0 25 * * *\""]);
}

#[test]
fn the_second_of_two_administrators_sees_the_difference_and_loses_nothing() {
    let desk = Desk::operator();
    let (path, seen) = (path(&desk), desk.world.job().digest_of(JobPart::Actions));
    desk.send(&path, &part(&seen, "actions", &[("create", "on"), ("update", "on")]));
    let mine = part(&seen, "actions", &[("create", "on"), ("delete", "on")]);
    let refused = desk.post(&path, &mine);
    assert_eq!(refused.status, 409);
    says(
        &refused.html,
        &[
            "Somebody else has changed this",
            "Update people: now <strong>on</strong>, yours <strong>off</strong>",
            "Remove people: now <strong>off</strong>, yours <strong>on</strong>",
            "Take what stands now",
        ],
    );
    assert!(!desk.world.job().actions.delete, "the first one's stands");
    let seen = desk.world.job().digest_of(JobPart::Actions);
    says(&refused.html, &[&format!("name=\"seen\" value=\"{seen}\"")]);
    desk.send(&path, &part(&seen, "actions", &[("create", "on"), ("delete", "on")]));
    assert!(desk.world.job().actions.delete && !desk.world.job().actions.update);
    // The same form once more is harmless, whatever it has seen.
    assert_eq!(desk.post(&path, &mine).status, 303);
}

#[test]
fn it_is_started_paused_restarted_and_deleted_and_its_people_stay() {
    let desk = Desk::operator();
    let path = path(&desk);
    let ada = desk.world.person("ada", &[]);
    desk.world.assign(ada, true);
    says(&desk.send(&format!("{path}/start"), &[]), &["runs by itself now", "Active", "Pause"]);
    desk.world.cycle();
    says(&desk.send(&format!("{path}/pause"), &[]), &["is paused", "Paused", "Start"]);
    assert_eq!(desk.world.job().state, JobState::Paused);
    says(&desk.post(&format!("{path}/restart"), &[]).html, &["Tick what it should forget."]);
    says(&desk.send(&format!("{path}/restart"), &[("watermark", "on")]), &["begins anew"]);
    says(&desk.page(&path), &["1 person stays in Fabrikam as they are"]);
    let list = desk.send(&format!("{path}/delete"), &[]);
    says(&list, &["staff was deleted. Its people stay in the target as they are."]);
    let left = desk.page("/center/tenants/fabrikam.example/access/contoso.example");
    lacks(&left, &["What rests on these settings"]);
}

#[test]
fn what_hinders_it_is_told_beside_its_state() {
    let desk = Desk::operator();
    desk.world.set_target_consent(false);
    says(&desk.page(&path(&desk)), &["It cannot do anything now", "synchronize users into it"]);
}

#[test]
fn who_may_not_sees_the_settings_without_buttons() {
    let mut desk = Desk::operator();
    let seen = desk.world.job().digest_of(JobPart::Actions);
    desk.sit(desk.world.source, "gus", &[Role::GlobalReader]);
    let page = desk.page(&path(&desk));
    says(&page, &["may not do that; it takes one of: Global Administrator, Hybrid Identity"]);
    lacks(&page, &["Save: ", "settings/delete\"", "settings/restart\"", "settings/start\""]);
    assert_eq!(desk.post(&path(&desk), &part(&seen, "actions", &[])).status, 403);
    assert!(desk.world.job().actions.create);
    desk.sit(desk.world.source, "hanna", &[Role::HybridIdentityAdministrator]);
    let page = desk.page(&path(&desk));
    says(&page, &["Save: ", "it takes one of: Global Administrator, Application Administrator"]);
    lacks(&page, &["settings/delete\""]);
}

#[test]
fn whom_the_tenant_tells_is_set_and_a_mistake_keeps_what_was_typed() {
    let desk = Desk::operator();
    let notices = format!("{}/notices", path(&desk));
    let mail = [
        ("to", "ops@contoso.example, ada@contoso.example"),
        ("from", "syncline@contoso.example"),
        ("server", "smtps://mail.contoso.example:465"),
        ("digest", "07:30"),
        ("told", "changes-held"),
    ];
    says(
        &desk.send(&notices, &mail),
        &[
            "Notices: saved.",
            "value=\"ops@contoso.example, ada@contoso.example\"",
            "value=\"07:30\"",
        ],
    );
    let held = || desk.world.directory.read_notify_settings(desk.world.source).expect("settings");
    assert_eq!((held().mail.map(|mail| mail.to.len()), held().digest), (Some(2), Some(450)));
    assert!(!held().muted.contains(&model::NoticeKind::ChangesHeld));
    assert!(held().muted.contains(&model::NoticeKind::QuarantineBegan));
    for (name, value) in [("digest", "25:00"), ("server", "carrier pigeon")] {
        let wrong = mail.map(|(own, typed)| (own, if own == name { value } else { typed }));
        let refused = desk.post(&notices, &wrong);
        assert_eq!(refused.status, 422);
        says(&refused.html, &["role=\"alert\"", &format!("value=\"{value}\"")]);
    }
    assert_eq!(held().digest, Some(450));
}

#[test]
fn the_password_of_a_mail_server_goes_to_no_other_server() {
    let desk = Desk::operator();
    let (directory, source) = (&desk.world.directory, desk.world.source);
    let set = |settings: &mut model::NotifySettings| {
        settings.mail = Some(model::MailSettings {
            server: "smtps://mail.contoso.example:465".to_owned(),
            from: "syncline@contoso.example".to_owned(),
            to: vec!["ops@contoso.example".to_owned()],
            user: Some("syncline".to_owned()),
        });
    };
    directory.set_notify(&desk.world.operator, source, set, &[]).expect("an operator may");
    let held = || directory.read_notify_settings(source).expect("settings").mail.expect("mail");
    let before = held();
    let form = |server: &'static str, to: &'static str| {
        let fields = [("to", to), ("from", "syncline@contoso.example"), ("server", server)];
        desk.post(&format!("{}/notices", path(&desk)), &fields)
    };
    let refused = form("smtps://mail.evil.example:465", "ops@contoso.example");
    assert_eq!(refused.status, 422);
    says(&refused.html, &["with a password that is for this server only"]);
    assert_eq!(held(), before);
    assert_eq!(form("smtps://mail.contoso.example:465", "ada@contoso.example").status, 303);
    assert_eq!((held().to, held().user), (vec!["ada@contoso.example".to_owned()], before.user));
}
