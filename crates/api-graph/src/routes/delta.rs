//! Delta queries on users and groups (graph-api.md 2). The round itself is a service; here are its
//! tokens and the form of its items.

use access::Permission::{ReadGroups, ReadUsers};
use directory::{DeltaError, Mark, Part, Tie, Told, Touched, Watched};
use model::{Kind, Name, Object, ObjectId, Timestamp};
use serde::{Deserialize, Serialize};
use wire::odata::Limits;

use crate::{
    answer::Answer,
    call::Call,
    error::Error,
    list::PageText,
    objects::{self, collection},
    options::Options,
    properties::{Facts, Place, Selection},
    request::Method::Get,
    route::Route,
    token,
};

pub const ROUTES: &[Route] = &[
    Route::new(Get, "/users/delta", "Delta query on users", &[ReadUsers], |call| {
        delta(call, Kind::User)
    }),
    Route::new(Get, "/groups/delta", "Delta query on groups and members", &[ReadGroups], |call| {
        delta(call, Kind::Group)
    }),
];

/// Tokens of a delta query live so long (graph-api.md 2.6).
const TOKEN_DAYS: i64 = 7;

/// So many objects come on a page, unless the caller prefers another number.
const USUAL_PAGE: usize = 200;

/// The most that a caller can prefer.
const LONGEST_PAGE: usize = 999;

/// The most objects that a round can be limited to.
const MOST_IDS: usize = 50;

const PURPOSE: &str = "delta";

/// What a caller holds between two calls: the options of the first one, and how far it has come.
#[derive(Serialize, Deserialize)]
struct Token {
    kind: Kind,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    select: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ids: Vec<ObjectId>,
    mark: Option<Mark>,
}

fn delta(call: &Call<'_>, kind: Kind) -> Result<Answer, Error> {
    let options = Options::read_within(call.request, Limits::DELTA)?;
    options.refuse(&["expand", "orderby", "search", "skip", "count"])?;
    let mut token = match held_token(call, &options, kind)? {
        Some(token) => token,
        None => Token {
            kind,
            at: call.request.at,
            select: options.select(),
            ids: options.get("filter").map(read_ids).transpose()?.unwrap_or_default(),
            mark: None,
        },
    };
    let names = token.select.clone();
    let relation = match kind {
        Kind::User => "manager",
        Kind::Group => "members",
    };
    let selection = Selection::of(kind, names.as_deref(), Place::Collection, &[relation])?;
    let names_relation = names
        .as_ref()
        .is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case(relation)));
    let watched = Watched {
        kind,
        ids: token.ids.clone(),
        // Members come unasked, managers do not.
        members: kind == Kind::Group && (names.is_none() || names_relation),
        manager: kind == Kind::User && names_relation,
    };
    let directory = &call.services.directory;
    if options.get("deltatoken").is_some_and(|text| text.eq_ignore_ascii_case("latest")) {
        let mark = directory.delta_now(call.actor, call.tenant, kind)?;
        token.mark = Some(mark);
        let mut text = PageText::new(call, &context(kind, &selection), None);
        text.member("@odata.deltaLink", &link(call, "$deltatoken", &token));
        return Ok(text.finish());
    }
    let tracks = |name: &Name| selection.shows(name);
    let limit = page_size(call);
    let part = directory
        .delta(call.actor, call.tenant, &watched, token.mark.as_ref(), limit, &tracks)
        .map_err(|error| match error {
            DeltaError::Expired => expired(call),
            DeltaError::Refused(error) => error.into(),
        })?;
    answer(call, &selection, token, part)
}

fn answer(
    call: &Call<'_>,
    selection: &Selection,
    token: Token,
    part: Part,
) -> Result<Answer, Error> {
    let follows = token.mark.as_ref().is_some_and(Mark::follows);
    let minimal = follows && call.request.prefers("return=minimal");
    let mut text = PageText::new(call, &context(token.kind, selection), None);
    let next = Token { at: call.request.at, mark: Some(part.mark), ..token };
    let (member, option) = match part.done {
        true => ("@odata.deltaLink", "$deltatoken"),
        false => ("@odata.nextLink", "$skiptoken"),
    };
    text.member(member, &link(call, option, &next));
    let facts = objects::facts(call)?;
    for told in &part.told {
        write(text.item(), &facts, selection, told, minimal);
    }
    let answer = text.finish();
    Ok(if minimal { answer.with("preference-applied", "return=minimal") } else { answer })
}

/// The token of the call; none when a round begins. An empty one says to begin anew.
fn held_token(call: &Call<'_>, options: &Options, kind: Kind) -> Result<Option<Token>, Error> {
    let text = options.get("deltatoken").or_else(|| options.get("skiptoken"));
    let Some(text) = text.filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("latest"))
    else {
        return Ok(None);
    };
    let token: Token = token::read(PURPOSE, call.tenant, text)
        .filter(|token: &Token| token.kind == kind)
        .ok_or_else(|| Error::bad_request("Badly formed token."))?;
    if token.at.plus_days(TOKEN_DAYS) < call.request.at {
        return Err(expired(call));
    }
    Ok(Some(token))
}

/// Everything has to be read again, from the address that comes with the refusal.
fn expired(call: &Call<'_>) -> Error {
    let mut error = Error::new(
        410,
        "syncStateNotFound",
        "The sync state generation is not found; continue with a full synchronization.",
    );
    let start = format!("{}?$deltatoken=", call.request.url(&call.request.path));
    error.headers.push(("location", start));
    error
}

fn link(call: &Call<'_>, option: &str, token: &Token) -> String {
    let token = token::write(PURPOSE, call.tenant, token);
    format!("{}?{option}={token}", call.request.url(&call.request.path))
}

fn context(kind: Kind, selection: &Selection) -> String {
    format!("{}{}/$delta", collection(kind), selection.context())
}

/// `Prefer: odata.maxpagesize=n`; it binds nobody.
fn page_size(call: &Call<'_>) -> usize {
    let prefer = call.request.headers.prefer.as_deref().unwrap_or_default();
    let wanted = prefer.split([',', ';']).find_map(|one| {
        let (name, value) = one.trim().split_once('=')?;
        name.eq_ignore_ascii_case("odata.maxpagesize").then(|| value.trim().parse().ok()).flatten()
    });
    wanted.unwrap_or(USUAL_PAGE).clamp(1, LONGEST_PAGE)
}

/// `id eq '…' or id eq '…'`, the one filter that a delta query takes.
fn read_ids(text: &str) -> Result<Vec<ObjectId>, Error> {
    let refused = || {
        Error::unsupported_query(format!(
            "A delta query can be filtered by 'id eq' alone, joined by 'or', with at most {MOST_IDS} ids."
        ))
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut ids = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let fits = match place % 4 {
            0 => word.eq_ignore_ascii_case("id"),
            1 => word.eq_ignore_ascii_case("eq"),
            2 => {
                let bare = word.trim_start_matches('\'').trim_end_matches('\'');
                ids.extend(bare.parse::<ObjectId>().ok());
                ids.len() == place / 4 + 1
            }
            _ => word.eq_ignore_ascii_case("or"),
        };
        if !fits {
            return Err(refused());
        }
    }
    let is_whole = words.len() % 4 == 3 && ids.len() <= MOST_IDS;
    ids.sort_unstable();
    ids.dedup();
    if is_whole { Ok(ids) } else { Err(refused()) }
}

fn write(out: &mut Vec<u8>, facts: &Facts, selection: &Selection, told: &Told, minimal: bool) {
    let removed = |out: &mut Vec<u8>, id: &ObjectId, reason: &str| {
        let item = format!("{{\"id\":\"{id}\",\"@removed\":{{\"reason\":\"{reason}\"}}}}");
        out.extend_from_slice(item.as_bytes());
    };
    match told {
        Told::Deleted(id) => removed(out, id, "changed"),
        Told::Gone(id) => removed(out, id, "deleted"),
        Told::Present { object, touched, members, manager } => {
            out.push(b'{');
            write_properties(out, facts, selection, object, touched, minimal);
            write_ties(out, "members@delta", members);
            write_ties(out, "manager@delta", manager.as_slice());
            out.push(b'}');
        }
    }
}

fn write_properties(
    out: &mut Vec<u8>,
    facts: &Facts,
    selection: &Selection,
    object: &Object,
    touched: &Touched,
    minimal: bool,
) {
    // Of what is new all that it holds has changed; what it does not hold was never set.
    let only_changed = minimal && *touched != Touched::All;
    let changed = |name: &Name| touched.names(name);
    selection.write_held(facts, object, &changed, only_changed, out);
}

fn write_ties(out: &mut Vec<u8>, name: &str, ties: &[Tie]) {
    if ties.is_empty() {
        return;
    }
    out.extend_from_slice(format!(",\"{name}\":[").as_bytes());
    for (place, tie) in ties.iter().enumerate() {
        let before = if place > 0 { "," } else { "" };
        // Of what is gone for good only the id is left.
        let kind = tie.kind.map_or("directoryObject".to_owned(), |kind| kind.to_string());
        let gone = if tie.present { "" } else { ",\"@removed\":{\"reason\":\"deleted\"}" };
        let item = format!(
            "{before}{{\"@odata.type\":\"#microsoft.graph.{kind}\",\"id\":\"{}\"{gone}}}",
            tie.id
        );
        out.extend_from_slice(item.as_bytes());
    }
    out.push(b']');
}
