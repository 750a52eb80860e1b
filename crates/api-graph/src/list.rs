//! Pages: their text, their links, and the place at which the next one begins.

use model::{Kind, Object, StoreId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Body, metadata},
    call::Call,
    error::Error,
    options::Options,
    properties::{Facts, Selection},
    token,
};

/// A page token is good for so long, in milliseconds.
const TOKEN_LIFE: i64 = 24 * 3_600 * 1_000;

const PURPOSE: &str = "page";

#[derive(Serialize, Deserialize)]
struct PageToken<P> {
    path: String,
    epoch: StoreId,
    at: Timestamp,
    place: P,
}

/// The place at which the page begins; none for the first one.
pub fn place<P: for<'a> Deserialize<'a>>(
    call: &Call<'_>,
    options: &Options,
) -> Result<Option<P>, Error> {
    let Some(text) = options.get("skiptoken") else { return Ok(None) };
    let expired = || {
        Error::new(
            400,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your request.",
        )
    };
    let token: PageToken<P> = token::read(PURPOSE, call.tenant, text).ok_or_else(expired)?;
    let is_young = call.request.at.0.saturating_sub(token.at.0) <= TOKEN_LIFE;
    let is_ours = token.epoch == call.services.directory.store().epoch();
    let is_here = token.path.eq_ignore_ascii_case(&call.request.path);
    if is_young && is_ours && is_here { Ok(Some(token.place)) } else { Err(expired()) }
}

/// The address of the next page: the same question with the place at which it goes on.
pub fn next_link<P: Serialize>(call: &Call<'_>, options: &Options, place: P) -> String {
    let token = PageToken {
        path: call.request.path.clone(),
        epoch: call.services.directory.store().epoch(),
        at: call.request.at,
        place,
    };
    let token = token::write(PURPOSE, call.tenant, &token);
    let link = call.request.url(&call.request.path);
    format!("{link}?{}", options.0.next_page(&token))
}

/// A page on its way into the answer, as text.
pub struct PageText {
    out: Vec<u8>,
    items: usize,
}

impl PageText {
    /// A page with this context and, on the first page of those who asked, the number of all.
    pub fn new(call: &Call<'_>, context: &str, count: Option<u64>) -> Self {
        let mut out = Vec::with_capacity(1 << 16);
        out.extend_from_slice(b"{\"@odata.context\":");
        write_text(&mut out, &metadata(call.request, context));
        if let Some(count) = count {
            out.extend_from_slice(format!(",\"@odata.count\":{count}").as_bytes());
        }
        Self { out, items: 0 }
    }

    /// A link or another member before the items.
    pub fn member(&mut self, name: &str, value: &str) {
        self.out.extend_from_slice(format!(",\"{name}\":").as_bytes());
        write_text(&mut self.out, value);
    }

    /// Begins one more item and gives the text to write it to; it has to be one whole value.
    pub fn item(&mut self) -> &mut Vec<u8> {
        let before: &[u8] = if self.items == 0 { b",\"value\":[" } else { b"," };
        self.out.extend_from_slice(before);
        self.items += 1;
        &mut self.out
    }

    /// The answer.
    pub fn finish(mut self) -> Answer {
        let end: &[u8] = if self.items == 0 { b",\"value\":[]}" } else { b"]}" };
        self.out.extend_from_slice(end);
        let text = String::from_utf8(self.out).expect("JSON is text");
        Answer { status: 200, body: Body::Written(text), headers: Vec::new() }
    }
}

/// Writes a JSON text.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("a text has a JSON text");
}

/// Writes one object, with what stands before and behind its own members.
pub fn write_object(
    out: &mut Vec<u8>,
    facts: &Facts,
    selection: &Selection,
    object: &Object,
    typed: bool,
    relations: &[u8],
) {
    out.push(b'{');
    if typed {
        out.extend_from_slice(type_of(object.kind).as_bytes());
    }
    selection.write(facts, object, out);
    out.extend_from_slice(relations);
    out.push(b'}');
}

/// The member that says in a mixed collection what the object is.
pub fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "\"@odata.type\":\"#microsoft.graph.user\",",
        Kind::Group => "\"@odata.type\":\"#microsoft.graph.group\",",
    }
}
