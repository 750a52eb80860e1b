//! The way in and out: people with their password, operators with a one-time link; and forms that were
//! filled in while a session ended, which are kept and sent again.

use askama::Template;
use identity::{Person, SignInError, SignedIn};
use model::Tenant;

use crate::{
    answer::{Address, Answer},
    error::Error,
    filters,
    form::{Fields, coded},
    frame::Frame,
    request::{Method, Request},
    route::{Route, get, post},
    session::{self, OPERATOR, PERSON, cookie, end_cookie},
    visit::Visit,
};

/// The addresses.
pub const ROUTES: &[Route] = &[
    get("/center/sign-in", show).for_anybody(),
    post("/center/sign-in", take).for_anybody(),
    get("/center/sign-in/organization", outside).for_anybody(),
    get("/syncline/operator", operator).for_anybody(),
    post("/syncline/operator", redeem).for_anybody(),
    post("/center/sign-out", leave).for_anybody(),
];

/// Fields that are never shown or kept again.
const SECRET: &[&str] = &["csrf", "password", "new_password", "new_password_again", "secret"];

/// A form that came too late: where it was to go, and what was in it.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Where to go after sign-in.
    pub back: String,
    /// The fields, as the text of a query; empty for an address that was only looked at.
    pub fields: String,
}

impl Kept {
    /// What is kept of a request.
    pub fn of(request: &Request) -> Self {
        let mut fields = request.form.clone();
        fields.0.retain(|(name, _)| !SECRET.contains(&name.as_str()));
        let is_form = request.method == Method::Post;
        Self {
            back: request.target.clone(),
            fields: if is_form { fields.query() } else { String::new() },
        }
    }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    frame: Frame,
    name: &'a str,
    error: Option<String>,
    must_change: bool,
    kept: Kept,
}

#[derive(Template)]
#[template(path = "again.html")]
struct Again {
    frame: Frame,
    to: String,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage<'a> {
    frame: Frame,
    code: &'a str,
    name: &'a str,
    error: Option<Error>,
}

/// Whether a field is one that the page filled in for itself, such as what it had read when it was shown.
pub fn is_own(name: &str) -> bool {
    ["seen", "was", "sure", "as", "kept"].contains(&name)
}

/// Asks who it is; what was wanted is kept. What scripts ask gets the status alone.
pub fn ask(visit: &Visit, kept: Kept) -> Result<Answer, Error> {
    if visit.request.partial || !visit.request.json.is_empty() {
        return Err(Error::new(401, "not-signed-in", text!("entry-over")));
    }
    let looked = kept.fields.is_empty();
    if looked && visit.request.method == Method::Get {
        let back = &kept.back;
        let plain = ["/", "/center"].contains(&back.as_str());
        let query = if plain { String::new() } else { format!("?back={}", coded(back)) };
        return Ok(Answer::go(format!("/center/sign-in{query}")));
    }
    sign_in_page(visit, ("", false), Some(text!("entry-kept")), kept)
}

/// The same form once more, with the token of now.
pub fn again(visit: &Visit, kept: &Kept) -> Result<Answer, Error> {
    let frame = Frame::new(visit, text!("entry-again"));
    let fields = Fields::read(kept.fields.as_bytes());
    Answer::page(&Again { frame, to: kept.back.clone(), fields })
}

fn show(visit: &Visit) -> Result<Answer, Error> {
    let back = visit.query().text("back").to_owned();
    if visit.who.is_some() {
        return Ok(Answer::go(local(&back)));
    }
    sign_in_page(visit, ("", false), None, Kept { back, fields: String::new() })
}

fn sign_in_page(
    visit: &Visit,
    (name, must_change): (&str, bool),
    error: Option<String>,
    kept: Kept,
) -> Result<Answer, Error> {
    let title = if must_change { text!("entry-change") } else { text!("entry-title") };
    let status = if error.is_some() { 422 } else { 200 };
    let frame = Frame::new(visit, title);
    Answer::page_with(status, &SignIn { frame, name, error, must_change, kept })
}

fn take(visit: &Visit) -> Result<Answer, Error> {
    let form = visit.form();
    let (name, password) = (form.text("username"), form.raw("password").unwrap_or_default());
    let kept = Kept { back: form.text("back").to_owned(), fields: form.text("kept").to_owned() };
    let new = form.raw("new_password");
    let refuse = |error: String, must_change| {
        sign_in_page(visit, (name, must_change), Some(error), kept.clone())
    };
    // Who names no tenant that is here is told what a wrong password tells.
    let Some(tenant) = tenant_of(visit, name) else {
        return refuse(SignInError::Wrong.to_string(), false);
    };
    let (identity, address) = (&visit.center.identity, visit.request.address);
    let signed = match new {
        None => identity.sign_in(&tenant, name, password, address),
        Some(new) if form.raw("new_password_again") != Some(new) => {
            return refuse(text!("entry-differ"), true);
        }
        Some(new) => {
            identity.change_password(&tenant, name, (password, new), address).map(SignedIn::Done)
        }
    };
    match signed {
        Ok(SignedIn::Done(person)) => done(visit, &person, &kept),
        Ok(SignedIn::MustChange(_)) => refuse(text!("entry-must-change"), true),
        Err(error @ SignInError::Unfit(_)) => refuse(error.to_string(), true),
        Err(error) => refuse(error.to_string(), false),
    }
}

/// The tenant that a name belongs to: that of its domain, or the one that was named beside it.
fn tenant_of(visit: &Visit, name: &str) -> Option<Tenant> {
    let named = visit.form().get("tenant");
    let domain = named.or_else(|| Some(name.rsplit_once('@')?.1))?;
    visit.center.identity.find_tenant(domain).ok()
}

fn done(visit: &Visit, person: &Person, kept: &Kept) -> Result<Answer, Error> {
    let secret = visit.center.identity.begin_browser(person, "pwd")?;
    let mut cookies = vec![cookie(&visit.request, PERSON, &secret, "Lax")];
    // One browser is one person: an operator who signs in as somebody is that somebody.
    cookies.push(end_cookie(&visit.request, OPERATOR));
    if kept.fields.is_empty() {
        return Ok(Answer::Go(Address { to: local(&kept.back), cookies }));
    }
    // The form needs the token of the session that has just begun.
    let mut frame = Frame::new(visit, text!("entry-again"));
    frame.csrf = session::token_of(&secret);
    let fields = Fields::read(kept.fields.as_bytes());
    let page = Again { frame, to: local(&kept.back), fields };
    Ok(Answer::PageWith { html: page.render()?, cookies })
}

/// A path of the center, or its first page.
fn local(path: &str) -> String {
    let is_ours = path.starts_with("/center")
        && !path.starts_with("/center/sign-in")
        && path.bytes().all(|one| one.is_ascii_graphic() && one != b'\\');
    if is_ours { path.to_owned() } else { "/center".to_owned() }
}

/// On to the provider of the tenant that a name belongs to.
fn outside(visit: &Visit) -> Result<Answer, Error> {
    let name = visit.query().text("username");
    let domain = name.rsplit_once('@').map_or(name, |(_, domain)| domain);
    let tenant = visit.center.identity.find_tenant(domain).ok();
    let has = |tenant: &Tenant| visit.center.identity.has_provider(tenant).unwrap_or(false);
    match tenant.filter(has) {
        Some(tenant) => {
            let back = coded(&local(visit.query().text("back")));
            Ok(Answer::go(format!("/{}/oauth2/outside?back={back}", tenant.id)))
        }
        None => {
            let kept = Kept { back: visit.query().text("back").to_owned(), fields: String::new() };
            sign_in_page(visit, (name, false), Some(text!("entry-no-provider")), kept)
        }
    }
}

fn operator(visit: &Visit) -> Result<Answer, Error> {
    let frame = Frame::new(visit, text!("operator-title"));
    Answer::page(&OperatorPage { frame, code: "", name: "operator", error: None })
}

fn redeem(visit: &Visit) -> Result<Answer, Error> {
    let (code, name) = (visit.form().text("code"), visit.form().text("name"));
    // Whoever pastes gives the whole link.
    let code = code.rsplit_once('#').map_or(code, |(_, code)| code);
    match visit.center.operators.redeem(code, name) {
        Ok((_, token)) => {
            let cookies = vec![
                cookie(&visit.request, OPERATOR, &token, "Lax"),
                end_cookie(&visit.request, PERSON),
            ];
            Ok(Answer::Go(Address { to: "/center".to_owned(), cookies }))
        }
        Err(error) => {
            let frame = Frame::new(visit, text!("operator-title"));
            let error = Some(Error::from(error));
            Answer::page_with(422, &OperatorPage { frame, code, name, error })
        }
    }
}

/// Signs out. An operator's token stays good on the command line; this browser forgets it.
fn leave(visit: &Visit) -> Result<Answer, Error> {
    if let Some(secret) = visit.request.cookie(PERSON) {
        visit.center.identity.end_browser(secret)?;
    }
    let cookies = [PERSON, OPERATOR].map(|name| end_cookie(&visit.request, name)).to_vec();
    match Answer::said("/center/sign-in", "said-signed-out") {
        Answer::Go(address) => Ok(Answer::Go(Address { cookies, ..address })),
        other => Ok(other),
    }
}
