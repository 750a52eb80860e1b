//! From a raw query string to checked options.

use super::{
    Fault, Limits, MAX_LENGTH, encode,
    expand::{self, Expand},
    filter::{self, Expr},
    order::{self, Order},
    search::{self, Search},
    select::{self, Selected},
};

/// The options of one request. An option that was not given is none, or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// `$filter`
    pub filter: Option<Expr>,
    /// `$search`
    pub search: Option<Search>,
    /// `$orderby`
    pub order: Vec<Order>,
    /// `$select`
    pub select: Vec<Selected>,
    /// `$expand`
    pub expand: Vec<Expand>,
    /// `$top`
    pub top: Option<u32>,
    /// `$skip`
    pub skip: Option<u32>,
    /// `$count`
    pub count: Option<bool>,
    /// `$skiptoken`
    pub skip_token: Option<String>,
    /// `$deltatoken`
    pub delta_token: Option<String>,
    /// `$format`
    pub format: Option<String>,
    /// What was given, decoded, in the order of the query string.
    given: Vec<(&'static str, String)>,
}

/// How many items a page may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Without `$top`.
    pub usual: u32,
    /// At most; more is refused.
    pub most: u32,
}

impl Page {
    /// Users, groups and members (graph-api.md 0.4).
    pub const DIRECTORY: Self = Self { usual: 100, most: 999 };
    /// The logs.
    pub const LOGS: Self = Self { usual: 1_000, most: 1_000 };
}

/// The options as they are spelt in answers.
const NAMES: [&str; 11] = [
    "$filter",
    "$search",
    "$orderby",
    "$select",
    "$expand",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$deltatoken",
    "$format",
];

impl Options {
    /// The options of a query string, without its `?`. Names come in any case of letters, with or
    /// without their `$`. Other names that begin with `$`, and options that stand there twice, are
    /// refused; other names without it are not ours and are left alone.
    pub fn parse(query: &str, limits: Limits) -> Result<Self, Fault> {
        let mut options = Self::default();
        let mut at = 0;
        for pair in query.split('&') {
            let span = at..at + pair.len();
            at = span.end + 1;
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let inside = |fault: Fault| Fault { span: span.clone(), ..fault };
            let name = encode::decode(name).map_err(inside)?;
            let Some(known) = find(name.trim()) else {
                if name.trim().starts_with('$') {
                    let message = format!("there is no query option '{}'", name.trim());
                    return Err(Fault::bad(span, message));
                }
                continue;
            };
            let value = encode::decode(value).map_err(inside)?;
            if options.given.iter().any(|(name, _)| *name == known) {
                return Err(Fault::bad(
                    span,
                    format!("the query option '{known}' stands there twice"),
                ));
            }
            if value.len() > MAX_LENGTH {
                let message = format!(
                    "the text has {} bytes, and at most {MAX_LENGTH} are read",
                    value.len()
                );
                return Err(Fault::request(0..value.len(), message).of(known));
            }
            options.set(known, &value, limits)?;
            options.given.push((known, value));
        }
        options.check_together()?;
        Ok(options)
    }

    fn set(&mut self, name: &'static str, value: &str, limits: Limits) -> Result<(), Fault> {
        match name {
            "$filter" => self.filter = Some(filter::parse(value, limits)?),
            "$search" => self.search = Some(search::parse(value)?),
            "$orderby" => self.order = order::parse(value)?,
            "$select" => self.select = select::parse(value)?,
            "$expand" => self.expand = expand::parse(value)?,
            "$top" => self.top = Some(number(name, value)?),
            "$skip" => self.skip = Some(number(name, value)?),
            "$count" => self.count = Some(truth(value)?),
            "$skiptoken" => self.skip_token = Some(value.to_owned()),
            "$deltatoken" => self.delta_token = Some(value.to_owned()),
            _ => self.format = Some(value.to_owned()),
        }
        Ok(())
    }

    fn check_together(&self) -> Result<(), Fault> {
        if self.skip_token.is_some() && self.delta_token.is_some() {
            return Err(Fault::bad(0..0, "$skiptoken and $deltatoken exclude each other"));
        }
        Ok(())
    }

    /// Whether the request asks for a count.
    pub fn counts(&self) -> bool {
        self.count == Some(true)
    }

    /// How many items the page may have. Nothing, or more than the most, is refused.
    pub fn page_size(&self, page: Page) -> Result<usize, Fault> {
        match self.top {
            None => Ok(page.usual as usize),
            Some(top) if (1..=page.most).contains(&top) => Ok(top as usize),
            Some(top) => {
                let message =
                    format!("{top} items were asked for, and 1 to {} are given", page.most);
                Err(Fault::request(0..0, message).of("$top"))
            }
        }
    }

    /// The decoded text of an option, by its name with `$` in small letters.
    pub fn text(&self, option: &str) -> Option<&str> {
        self.given.iter().find(|(name, _)| *name == option).map(|(_, text)| text.as_str())
    }

    /// The query string of the page that follows: the options of this request, with this token.
    pub fn next_page(&self, token: &str) -> String {
        self.with("$skiptoken", token)
    }

    /// The query string that asks for changes from here on: nothing but the token, which holds the
    /// options of the first request.
    pub fn delta(token: &str) -> String {
        Self::default().with("$deltatoken", token)
    }

    fn with(&self, token: &str, value: &str) -> String {
        let mut query = String::new();
        let kept = self.given.iter().map(|(name, value)| (*name, value.as_str()));
        let kept = kept.filter(|(name, _)| !["$skiptoken", "$deltatoken", "$skip"].contains(name));
        for (name, value) in kept.chain([(token, value)]) {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            encode::encode(value, &mut query);
        }
        query
    }
}

/// What `$format` asks for in a query string, whatever else stands there.
pub fn find_format(query: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_meant = find(encode::decode(name).ok()?.trim()) == Some("$format");
        is_meant.then(|| encode::decode(value).ok()).flatten()
    })
}

fn find(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix('$').unwrap_or(name);
    NAMES.into_iter().find(|known| known[1..].eq_ignore_ascii_case(bare))
}

fn number(name: &'static str, value: &str) -> Result<u32, Fault> {
    let digits = value.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().ok_or_else(|| {
        Fault::bad(0..value.len(), format!("'{value}' is no whole number of this size")).of(name)
    })
}

fn truth(value: &str) -> Result<bool, Fault> {
    match value.trim() {
        value if value.eq_ignore_ascii_case("true") => Ok(true),
        value if value.eq_ignore_ascii_case("false") => Ok(false),
        _ => {
            let message = format!("'{value}' is neither true nor false");
            Err(Fault::bad(0..value.len(), message).of("$count"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The options as the next page's query string, or the fault.
    #[track_caller]
    fn check(query: &str, expected: &str) {
        let found = match Options::parse(query, Limits::USUAL) {
            Ok(options) => options.next_page("T"),
            Err(fault) => format!("{}: {fault}", fault.code.as_str()),
        };
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn names_are_read_without_case_and_percent_coded() {
        check("", "$skiptoken=T");
        check("$top=5", "$top=5&$skiptoken=T");
        check("%24Select=id&$ORDERBY=id&top=5", "$select=id&$orderby=id&$top=5&$skiptoken=T");
        check(
            "$filter=userType+eq+'Guest'&$skipToken=abc",
            "$filter=userType%20eq%20'Guest'&$skiptoken=T",
        );
        check(
            "$filter=mail eq 'a%2Bb@c.example'",
            "$filter=mail%20eq%20'a%2Bb%40c.example'&$skiptoken=T",
        );
        check("source=portal&&$count=TRUE", "$count=TRUE&$skiptoken=T");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check("$fitler=a", "BadRequest: Invalid query: there is no query option '$fitler'.");
        check(
            "$top=1&top=2",
            "BadRequest: Invalid query: the query option '$top' stands there twice.",
        );
        check(
            "$top=x",
            "BadRequest: Invalid $top: 'x' is no whole number of this size, at position 0.",
        );
        check(
            "$top=-1",
            "BadRequest: Invalid $top: '-1' is no whole number of this size, at position 0.",
        );
        check(
            "$count=1",
            "BadRequest: Invalid $count: '1' is neither true nor false, at position 0.",
        );
        check(
            "$filter=%zz",
            "BadRequest: Invalid query: '%' stands before no two hexadecimal digits.",
        );
        check(
            "$skiptoken=a&$deltatoken=b",
            "BadRequest: Invalid query: $skiptoken and $deltatoken exclude each other.",
        );
        check(
            "$filter=",
            "BadRequest: Invalid $filter: expected a property or a value, found the end, at position 0.",
        );
    }

    #[test]
    fn a_text_longer_than_the_limit_is_refused() {
        let text = format!("$filter=displayName eq '{}'", "a".repeat(MAX_LENGTH));
        let fault = Options::parse(&text, Limits::USUAL).expect_err("it is too long");
        assert_eq!((fault.code.as_str(), fault.option), ("Request_BadRequest", "$filter"));
    }

    #[test]
    fn a_page_has_at_most_what_is_documented() {
        let size = |query: &str| {
            let options = Options::parse(query, Limits::USUAL).expect("they can be read");
            options.page_size(Page::DIRECTORY).map_err(|fault| fault.to_string())
        };
        assert_eq!(size(""), Ok(100));
        assert_eq!(size("$top=999"), Ok(999));
        let refused =
            "Invalid $top: 1000 items were asked for, and 1 to 999 are given, at position 0.";
        assert_eq!(size("$top=1000"), Err(refused.to_owned()));
        assert!(size("$top=0").is_err());
    }
}
