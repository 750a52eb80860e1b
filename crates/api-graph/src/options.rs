//! The options behind the question mark (graph-api.md 0.1): names in any case, with their dollar
//! sign coded or plain, `+` for a blank.

use crate::{
    error::Error,
    path::decode,
    request::{Request, Version},
};

/// The options of one request, decoded, none of them looked into.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pairs: Vec<(String, String)>,
}

const KNOWN: &[&str] = &[
    "count",
    "deltatoken",
    "expand",
    "filter",
    "format",
    "orderby",
    "search",
    "select",
    "skip",
    "skiptoken",
    "top",
];

/// The most objects that a page may hold (graph-api.md 0.4).
pub const LONGEST_PAGE: usize = 999;

/// How many it holds when nothing is said.
pub const USUAL_PAGE: usize = 100;

impl Options {
    /// The options of a request.
    pub fn read(request: &Request) -> Result<Self, Error> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let query = request.query.as_deref().unwrap_or_default();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let plain = |text: &str| {
                decode(&text.replace('+', " ")).ok_or_else(|| {
                    Error::new(400, "Request_InvalidRequestUrl", "The query cannot be read.")
                })
            };
            let name = plain(name)?.to_ascii_lowercase();
            let bare = match name.strip_prefix('$') {
                Some(bare) => bare,
                // The earlier version of the interface wants the sign; others are no options of ours.
                None if request.version == Version::V1 => continue,
                None => name.as_str(),
            };
            if !KNOWN.contains(&bare) {
                if name.starts_with('$') {
                    let message = format!("The query parameter '{name}' is not supported.");
                    return Err(Error::bad_gateway_request(message));
                }
                continue;
            }
            if pairs.iter().any(|(other, _)| other == bare) {
                let message = format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                );
                return Err(Error::bad_gateway_request(message));
            }
            pairs.push((bare.to_owned(), plain(value)?));
        }
        Ok(Self { pairs })
    }

    /// The text of an option, by its name without the dollar sign.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The names behind `$select`.
    pub fn select(&self) -> Option<Vec<&str>> {
        let names = self.get("select")?.split(',').map(str::trim);
        Some(names.filter(|name| !name.is_empty()).collect())
    }

    /// How many objects a page is to hold.
    pub fn top(&self) -> Result<usize, Error> {
        let Some(text) = self.get("top") else { return Ok(USUAL_PAGE) };
        match text.trim().parse::<usize>() {
            Ok(top) if (1..=LONGEST_PAGE).contains(&top) => Ok(top),
            Ok(_) => Err(Error::bad_request(format!(
                "Invalid page size specified: '{text}'. Must be between 1 and {LONGEST_PAGE} inclusive."
            ))),
            Err(_) => Err(Error::bad_gateway_request(format!(
                "Invalid value '{text}' for $top query option found. The $top query option requires a non-negative integer value."
            ))),
        }
    }

    /// Whether the number of all objects is asked for.
    pub fn count(&self) -> Result<bool, Error> {
        match self.get("count") {
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(Error::bad_gateway_request(format!(
                "Invalid value '{text}' for $count query option found."
            ))),
        }
    }

    /// Refuses options that the resource has no answer to.
    pub fn refuse(&self, names: &[&str]) -> Result<(), Error> {
        match names.iter().find(|name| self.get(name).is_some()) {
            Some(name) => Err(Error::unsupported_query(format!(
                "The query option '${name}' is not supported on this resource."
            ))),
            None => Ok(()),
        }
    }
}
