//! From a request to its answer: the row of the table, who may come in, whether a form is ours, and the
//! page for whatever goes wrong.

use model::Actor;

use crate::{
    Center, Entry,
    answer::Answer,
    error::Error,
    pages::{self, entry::Kept},
    request::{Method, Request},
    route::{self, Found},
    session::{self, Who},
    visit::Visit,
    watch,
};

/// An answer with what goes along with it.
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// Cookies to set.
    pub cookies: Vec<String>,
    /// What styles that scripts add have to show.
    pub nonce: String,
    /// Who gets it, in a word.
    pub reader: String,
}

/// Answers a request to its end. It blocks; what goes wrong is a page as well.
pub fn answer(center: &Center, request: Request) -> Reply {
    let center = center.for_request(&request.id);
    let (csrf, cookie) = session::csrf(&request);
    let nonce = identity::unguessable();
    let who = Who::find(&center, &request);
    let mut visit =
        Visit { center, who: None, request, keys: Vec::new(), csrf, nonce: nonce.clone() };
    let answered = who.and_then(|who| {
        visit.who = who;
        answer_visit(&mut visit)
    });
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => pages::wrong::page(&visit, &error),
    };
    let answer = watch::watched(answer, &visit.center, &visit.request, visit.actor());
    // Operators may share a name; what a form carries is another thing in each of their browsers.
    let reader = match visit.actor() {
        Actor::Operator { .. } => visit.csrf.clone(),
        person => person.to_string(),
    };
    Reply { answer, cookies: cookie.into_iter().collect(), nonce, reader }
}

fn answer_visit(visit: &mut Visit) -> Result<Answer, Error> {
    let forged = || Error::new(403, "not-allowed", text!("error-forged"));
    // A form of another site comes without the cookies of a session. What it holds is nothing that its
    // reader filled in, so it is not kept to be sent after sign-in.
    if visit.request.method == Method::Post && !session::is_near(&visit.request) {
        return Err(forged());
    }
    let (route, keys) = match route::find(&visit.request) {
        Found::Route(route, keys) => (route, keys),
        // Whoever sends a form again after coming back looks at the page instead.
        Found::Method => return Err(Error::new(405, "not-found", text!("error-method"))),
        // A stranger is not told which addresses there are.
        Found::Nothing if visit.who.is_none() => {
            return pages::entry::ask(visit, Kept::of(&visit.request));
        }
        Found::Nothing => return Err(Error::missing()),
    };
    visit.keys = keys;
    let is_change = route.method == Method::Post;
    if route.entry == Entry::SignedIn && visit.who.is_none() {
        return pages::entry::ask(visit, Kept::of(&visit.request));
    }
    if is_change && !session::is_ours(&visit.request) {
        let is_near = visit.request.origin.is_some();
        // A page of ours from before somebody signed in or out: the same form, with the token of now.
        return match is_near && route.entry == Entry::SignedIn && visit.request.json.is_empty() {
            true => pages::entry::again(visit, &Kept::of(&visit.request)),
            false => Err(forged()),
        };
    }
    (route.handler)(visit)
}
