//! One application: what it may do, where it sends people back to, and what it proves itself with.

use access::Permission as P;
use askama::Template;
use directory::{Application, ApplicationChange, NewCredential, graph_permissions};
use model::Timestamp;

use super::super::Place;
use crate::{answer::Answer, error::Error, filters, form::coded, frame::Frame, visit::Visit};

#[derive(Template)]
#[template(path = "tenant_application.html")]
struct Page {
    frame: Frame,
    path: String,
    app: Application,
    now: Timestamp,
    /// A secret that was just made: its value is on this page and nowhere else.
    secret: Option<String>,
    /// What is granted, and whether it is so in the name of people.
    granted: Vec<(String, bool)>,
    known: Vec<&'static str>,
    form: Form,
    why_not_write: Option<String>,
    why_not_grant: Option<String>,
    why_not_delete: Option<String>,
    refused: Option<Error>,
    refused_at: &'static str,
}

/// What stands in the fields.
struct Form {
    name: String,
    redirect_uris: String,
    is_public: bool,
    permission: String,
    certificate: String,
}

fn place(visit: &Visit) -> Result<Place, Error> {
    Place::of(visit, "applications")
}

/// The page.
pub fn show(visit: &Visit) -> Result<Answer, Error> {
    page(visit, None, None)
}

fn page(
    visit: &Visit,
    secret: Option<String>,
    refused: Option<(&'static str, Error)>,
) -> Result<Answer, Error> {
    let place = place(visit)?;
    if let Some(closed) = place.closed(visit, P::ReadApplications, text!("nav-applications"))? {
        return Ok(closed);
    }
    let (directory, tenant) = (&visit.center.directory, place.tenant.id);
    let app = directory.find_application(visit.actor(), tenant, visit.key("app"))?;
    let (refused_at, refused) = refused.map_or(("", None), |(at, error)| (at, Some(error)));
    let list = place.path("/applications");
    let why_not = |permission| visit.why_not(permission, tenant);
    let page = Page {
        frame: place.frame(visit, app.name.clone()).below(text!("nav-applications"), list.clone()),
        path: format!("{list}/{}", app.id),
        now: directory.clock().now(),
        secret,
        granted: granted(&app),
        known: graph_permissions().iter().map(|one| one.name).collect(),
        form: Form::of(visit, &app, refused_at),
        why_not_write: why_not(P::WriteApplications),
        why_not_grant: why_not(P::GrantPermissions),
        why_not_delete: why_not(P::DeleteApplications),
        app,
        refused,
        refused_at,
    };
    let status = page.refused.as_ref().map_or(200, |error| error.status);
    Answer::page_with(status, &page)
}

fn granted(app: &Application) -> Vec<(String, bool)> {
    let own = app.grants.iter().map(|name| (name.clone(), false));
    own.chain(app.delegated.iter().map(|name| (name.clone(), true))).collect()
}

impl Form {
    fn of(visit: &Visit, app: &Application, refused_at: &str) -> Self {
        let form = visit.form();
        let is_facts = refused_at == "facts";
        let kept = |is: bool, name: &str, present: String| match is {
            true => form.raw(name).unwrap_or_default().to_owned(),
            false => present,
        };
        Self {
            name: kept(is_facts, "name", app.name.clone()),
            redirect_uris: kept(is_facts, "redirect_uris", app.redirect_uris.join("\n")),
            is_public: if is_facts { form.is_on("is_public") } else { app.public_client },
            permission: kept(refused_at == "grants", "permission", String::new()),
            certificate: kept(refused_at == "certificates", "certificate", String::new()),
        }
    }
}

/// Changes name, addresses and state, as far as the form says something else than its reader saw: whoever
/// is switched off meanwhile stays so.
pub fn update(visit: &Visit) -> Result<Answer, Error> {
    let form = visit.form();
    let was = |name: &str| form.raw(&format!("was-{name}"));
    let switched = |name: &str| {
        let is_on = form.is_on(name);
        was(name).is_none_or(|was| (was == "true") != is_on).then_some(is_on)
    };
    let name = form.text("name");
    let uris = lines(form.raw("redirect_uris").unwrap_or_default());
    let change = ApplicationChange {
        name: was("name").is_none_or(|was| was.trim() != name).then(|| name.to_owned()),
        redirect_uris: was("redirect_uris").is_none_or(|was| lines(was) != uris).then_some(uris),
        enabled: switched("enabled"),
        public_client: switched("is_public"),
        ..ApplicationChange::default()
    };
    change_and_say(visit, "facts", &change, "said-app-saved")
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Grants a permission, to the application itself or for people who use it.
pub fn grant(visit: &Visit) -> Result<Answer, Error> {
    let names = vec![visit.form().text("permission").to_owned()];
    let mut change = ApplicationChange::default();
    match visit.form().text("how") {
        "people" => change.delegate = names,
        _ => change.grant = names,
    }
    change_and_say(visit, "grants", &change, "said-app-granted")
}

/// Takes a permission away, in both ways.
pub fn revoke(visit: &Visit) -> Result<Answer, Error> {
    let revoke = vec![visit.form().text("permission").to_owned()];
    let change = ApplicationChange { revoke, ..ApplicationChange::default() };
    change_and_say(visit, "grants", &change, "said-app-revoked")
}

fn change_and_say(
    visit: &Visit,
    at: &'static str,
    change: &ApplicationChange,
    said: &str,
) -> Result<Answer, Error> {
    let place = place(visit)?;
    let key = visit.key("app");
    let done =
        visit.center.directory.update_application(visit.actor(), place.tenant.id, key, change);
    match done.map_err(Error::from) {
        Ok(app) => {
            let path = place.path(&format!("/applications/{}", app.id));
            Ok(Answer::said_of(&path, said, &app.name))
        }
        Err(error) => refuse(visit, at, error),
    }
}

/// The page again, with why something was not done, where its reader can mend it.
fn refuse(visit: &Visit, at: &'static str, error: Error) -> Result<Answer, Error> {
    match error.is_mendable() && ![403, 404].contains(&error.status) {
        true => page(visit, None, Some((at, error))),
        false => Err(error),
    }
}

/// Makes a secret. It stands on the page that answers, once; what is kept of it is a digest.
pub fn add_secret(visit: &Visit) -> Result<Answer, Error> {
    let place = place(visit)?;
    let (form, secret) = (visit.form(), identity::unguessable());
    let days = form.text("days").parse::<i64>().ok().filter(|days| (1..=3_650).contains(days));
    let Some(days) = days else {
        return page(visit, None, Some(("secrets", Error::invalid(text!("apps-days-wrong")))));
    };
    let end = visit.center.directory.clock().now().plus_days(days);
    let new =
        NewCredential { name: form.get("name").map(str::to_owned), start: None, end: Some(end) };
    let done = visit.center.directory.add_application_secret(
        visit.actor(),
        place.tenant.id,
        visit.key("app"),
        new,
        &secret,
    );
    match done.map_err(Error::from) {
        Ok(_) => page(visit, Some(secret), None),
        Err(error) => refuse(visit, "secrets", error),
    }
}

/// Takes a secret away.
pub fn remove_secret(visit: &Visit) -> Result<Answer, Error> {
    let place = place(visit)?;
    let key = visit.form().text("key").parse().map_err(|_| Error::missing())?;
    let app = visit.key("app");
    visit.center.directory.remove_application_secret(visit.actor(), place.tenant.id, app, key)?;
    let path = place.path(&format!("/applications/{}", coded(app)));
    Ok(Answer::said(&path, "said-app-secret-removed"))
}

/// Takes a certificate in: the file, or the text of one.
pub fn add_certificate(visit: &Visit) -> Result<Answer, Error> {
    let place = place(visit)?;
    let form = visit.form();
    let text = form.raw("certificate").unwrap_or_default().as_bytes();
    let bytes = visit.request.file("file").map_or(text, |file| &file.bytes);
    if bytes.is_empty() {
        return page(
            visit,
            None,
            Some(("certificates", Error::invalid(text!("apps-no-certificate")))),
        );
    }
    let new =
        NewCredential { name: form.get("name").map(str::to_owned), ..NewCredential::default() };
    let done = visit.center.directory.add_application_certificate(
        visit.actor(),
        place.tenant.id,
        visit.key("app"),
        new,
        bytes,
    );
    match done.map_err(Error::from) {
        Ok(_) => {
            let path = place.path(&format!("/applications/{}", coded(visit.key("app"))));
            Ok(Answer::said(&path, "said-app-certificate"))
        }
        Err(error) => refuse(visit, "certificates", error),
    }
}

/// Takes a certificate away.
pub fn remove_certificate(visit: &Visit) -> Result<Answer, Error> {
    let place = place(visit)?;
    let key = visit.form().text("key").parse().map_err(|_| Error::missing())?;
    let (app, directory) = (visit.key("app"), &visit.center.directory);
    directory.remove_application_certificate(visit.actor(), place.tenant.id, app, key)?;
    let path = place.path(&format!("/applications/{}", coded(app)));
    Ok(Answer::said(&path, "said-app-certificate-removed"))
}

/// Deletes the application; its tokens end with it.
pub fn delete(visit: &Visit) -> Result<Answer, Error> {
    let place = place(visit)?;
    let (app, directory) = (visit.key("app"), &visit.center.directory);
    directory.delete_application(visit.actor(), place.tenant.id, app)?;
    Ok(Answer::said(&place.path("/applications"), "said-app-deleted"))
}
