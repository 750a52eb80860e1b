//! The authorization endpoint as functions: what is asked for, whether it may be, and what is sent back.
//! As long as the address to send back to is not known to be the application's, nobody is sent anywhere.

use directory::Application;
use model::Tenant;

use crate::{Form, Identity, Place, Refusal, code::Code, grant::Wish, people::Person};

/// A request that may be answered once somebody signed in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The tenant to sign in to.
    pub tenant: Tenant,
    /// The application that asks.
    pub application: Application,
    /// Whether the person must sign in even where the browser is signed in already.
    pub afresh: bool,
    /// Whether no page may be shown.
    pub silent: bool,
    /// The name that the application expects.
    pub hint: Option<String>,
    back: Back,
    wish: Wish,
    challenge: String,
    nonce: Option<String>,
}

/// Where and how the answer goes back.
#[derive(Clone, Debug)]
struct Back {
    uri: String,
    mode: Mode,
    state: Option<String>,
}

/// How fields travel back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    Form,
}

/// An answer on its way back to an application.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where to.
    pub uri: String,
    /// The fields.
    pub fields: Vec<(String, String)>,
    /// Whether a form carries them, and not the address.
    pub by_form: bool,
}

/// Why a request is not taken.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The person is told, and sent nowhere.
    Here(Refusal),
    /// The application is told.
    Back(Box<Sent>),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Here(refusal)
    }
}

impl Identity {
    /// Looks at a request.
    pub fn check_authorize(&self, place: &Place, form: &Form) -> Result<Asked, Refused> {
        let client = form.require("client_id")?;
        let tenant = self.find_tenant_of(&place.tenant, client)?;
        let application = self.find_client(&tenant, client)?;
        let uri = form.require("redirect_uri")?;
        if !application.redirect_uris.iter().any(|known| is_same(known, uri)) {
            return Err(Refusal::wrong_redirect(client).into());
        }
        let back = Back {
            uri: uri.to_owned(),
            mode: Mode::Query,
            state: form.get("state").map(str::to_owned),
        };
        if !application.enabled {
            return Err(Refusal::disabled_application(client).into());
        }
        let mode = match form.get("response_mode").unwrap_or("query") {
            "query" => Mode::Query,
            "fragment" => Mode::Fragment,
            "form_post" => Mode::Form,
            other => {
                let text = format!("response_mode '{other}' is not supported");
                return Err(back.refuse("invalid_request", &text));
            }
        };
        let back = Back { mode, ..back };
        if form.get("response_type") != Some("code") {
            return Err(back.refuse("unsupported_response_type", "response_type must be 'code'"));
        }
        let (method, challenge) = (form.get("code_challenge_method"), form.get("code_challenge"));
        let challenge = match (method, challenge) {
            (Some("S256"), Some(challenge)) if challenge.len() == 43 => challenge.to_owned(),
            _ => {
                let text = "AADSTS9002325: Proof Key for Code Exchange is required, with code_challenge_method S256";
                return Err(back.refuse("invalid_request", text));
            }
        };
        let scope = form.get("scope").unwrap_or_default();
        let wish = Wish::read(scope, &application, &tenant, &place.origin);
        let wish = wish.map_err(|refusal| {
            let error = if refusal.number == 65001 { "consent_required" } else { refusal.error };
            back.refuse(error, &format!("AADSTS{}: {}", refusal.number, refusal.text))
        })?;
        let prompt = form.get("prompt").unwrap_or_default();
        Ok(Asked {
            afresh: matches!(prompt, "login" | "select_account"),
            silent: prompt == "none",
            hint: form.get("login_hint").map(str::to_owned),
            nonce: form.get("nonce").map(str::to_owned),
            tenant,
            application,
            back,
            wish,
            challenge,
        })
    }

    /// Whether an address is one of an application's, to which people are sent after they signed out.
    pub fn may_return(&self, place: &Place, client: &str, uri: &str) -> bool {
        let tenant = self.find_tenant_of(&place.tenant, client);
        let application = tenant.and_then(|tenant| self.find_client(&tenant, client));
        application.is_ok_and(|one| one.redirect_uris.iter().any(|known| is_same(known, uri)))
    }

    /// Sends a code back: the person signed in.
    pub fn grant_code(&self, asked: &Asked, person: &Person, proof: &str) -> Sent {
        let code = Code {
            person: person.clone(),
            application: asked.application.id,
            redirect_uri: asked.back.uri.clone(),
            wish: asked.wish.clone(),
            challenge: asked.challenge.clone(),
            nonce: asked.nonce.clone(),
            proof: proof.to_owned(),
            redeemed: None,
        };
        match self.keep_code(code) {
            Some(code) => asked.back.send(vec![("code".to_owned(), code)]),
            None => asked.refuse("temporarily_unavailable", "too many people are signing in"),
        }
    }
}

impl Asked {
    /// Where the answer goes to, as a source of a content security policy: a form of ours leads there.
    pub fn destination(&self) -> String {
        let uri = &self.back.uri;
        let Some((scheme, rest)) = uri.split_once("://") else {
            return uri
                .split_once(':')
                .map_or_else(String::new, |(scheme, _)| format!("{scheme}:"));
        };
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        match scheme {
            "http" | "https" => format!("{scheme}://{host}"),
            _ => format!("{scheme}:"),
        }
    }

    /// Sends a refusal back.
    pub fn refuse(&self, error: &str, text: &str) -> Sent {
        self.back.send(vec![
            ("error".to_owned(), error.to_owned()),
            ("error_description".to_owned(), text.to_owned()),
        ])
    }
}

impl Back {
    fn refuse(&self, error: &str, text: &str) -> Refused {
        Refused::Back(Box::new(self.send(vec![
            ("error".to_owned(), error.to_owned()),
            ("error_description".to_owned(), text.to_owned()),
        ])))
    }

    fn send(&self, mut fields: Vec<(String, String)>) -> Sent {
        fields.extend(self.state.iter().map(|state| ("state".to_owned(), state.clone())));
        if self.mode == Mode::Form {
            return Sent { uri: self.uri.clone(), fields, by_form: true };
        }
        let text: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", coded(name), coded(value)))
            .collect();
        let text = text.join("&");
        let uri = match self.mode {
            Mode::Fragment => format!("{}#{text}", self.uri),
            _ if self.uri.contains('?') => format!("{}&{text}", self.uri),
            _ => format!("{}?{text}", self.uri),
        };
        Sent { uri, fields, by_form: false }
    }
}

/// Percent-coded, everything but letters, digits and four marks: nothing of it can end a header.
pub fn coded(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                coded.push(char::from(byte));
            }
            other => coded.push_str(&format!("%{other:02X}")),
        }
    }
    coded
}

/// Whether an address is the registered one: character by character, but for the port of a program on
/// the person's own machine, which takes what is free (RFC 8252, 7.3).
fn is_same(known: &str, given: &str) -> bool {
    known == given
        || matches!((without_port(known), without_port(given)), (Some(one), Some(other)) if one == other)
}

/// An address of this machine as host and path. None for every other address.
fn without_port(uri: &str) -> Option<(&str, &str)> {
    let rest = uri.strip_prefix("http://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|one| one.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]").then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_to_its_last_character() {
        let known = "https://app.example/back";
        for other in [
            "https://app.example/back/",
            "https://app.example/back?x=1",
            "https://app.example:444/back",
            "https://APP.example/back",
            "https://app.example/bac",
            "http://app.example/back",
        ] {
            assert!(!is_same(known, other), "{other}");
        }
        assert!(is_same(known, known));
        assert!(is_same("http://localhost", "http://localhost:51234"));
        assert!(!is_same("http://localhost", "http://localhost:51234/x"));
        assert!(!is_same("http://localhost", "http://localhost:1@evil.example"));
        assert!(!is_same("http://localhost", "http://127.0.0.1:1"));
    }

    #[test]
    fn what_is_sent_back_ends_no_line() {
        assert_eq!(coded("a\r\nSet-Cookie: x"), "a%0D%0ASet-Cookie%3A%20x");
    }
}
