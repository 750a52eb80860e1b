//! `$batch`: up to twenty requests in one, answered like any other (graph-api.md 9.2). One after the
//! other in an order that lets each follow those that it depends on.

use base64::{Engine, engine::general_purpose};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    answer::{Answer, Body},
    call::Call,
    error::Error,
    list::write_text,
    request::{
        Headers,
        Method::{self, Post},
        Request, Version,
    },
    route::Route,
};

pub const ROUTES: &[Route] =
    &[Route::new(Post, "/$batch", "JSON batch, up to 20 requests", &[], batch)];

/// The most requests of one batch.
const MOST: usize = 20;

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Item>,
}

/// One request. Members that are not known are ignored: clients send some (graph-api.md 9.2).
#[derive(Deserialize)]
struct Item {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default, rename = "dependsOn")]
    depends_on: Option<Vec<String>>,
}

fn batch(call: &Call<'_>) -> Result<Answer, Error> {
    let batch: Batch = call.body()?;
    let items = &batch.requests;
    if items.is_empty() || items.len() > MOST {
        return Err(malformed(format!("a batch holds 1 to {MOST} requests")));
    }
    let order = order(items)?;
    let mut answers: Vec<Option<Answer>> = (0..items.len()).map(|_| None).collect();
    let mut written = Vec::with_capacity(items.len());
    for place in order {
        let item = &items[place];
        let failed = dependencies(items, item)?
            .into_iter()
            .any(|other| answers[other].as_ref().is_some_and(|answer| answer.status >= 400));
        let answer = answer(call, item, failed);
        written.push((place, shape(item, &answer)));
        answers[place] = Some(answer);
    }
    written.sort_by_key(|(place, _)| *place);
    let responses: Vec<String> = written.into_iter().map(|(_, text)| text).collect();
    let text = format!("{{\"responses\":[{}]}}", responses.join(","));
    Ok(Answer { status: 200, body: Body::Written(text), headers: Vec::new() })
}

fn malformed(message: String) -> Error {
    Error::bad_gateway_request(format!("Invalid batch payload format: {message}."))
}

/// The places of the requests in which one depends.
fn dependencies(items: &[Item], item: &Item) -> Result<Vec<usize>, Error> {
    let named = item.depends_on.as_deref().unwrap_or_default();
    let find = |id: &String| {
        items.iter().position(|other| other.id.eq_ignore_ascii_case(id)).ok_or_else(|| {
            malformed(format!("request '{}' depends on '{id}', which is not there", item.id))
        })
    };
    named.iter().map(find).collect()
}

/// The places in an order in which nobody comes before whom it depends on.
fn order(items: &[Item]) -> Result<Vec<usize>, Error> {
    for (place, item) in items.iter().enumerate() {
        let is_twin = |other: &Item| other.id.eq_ignore_ascii_case(&item.id);
        if items[..place].iter().any(is_twin) {
            return Err(malformed(format!("the id '{}' stands there twice", item.id)));
        }
    }
    let mut order: Vec<usize> = Vec::with_capacity(items.len());
    while order.len() < items.len() {
        let before = order.len();
        for (place, item) in items.iter().enumerate() {
            let needs = dependencies(items, item)?;
            if !order.contains(&place) && needs.iter().all(|other| order.contains(other)) {
                order.push(place);
            }
        }
        if order.len() == before {
            return Err(malformed("the requests depend on each other in a ring".to_owned()));
        }
    }
    Ok(order)
}

fn answer(call: &Call<'_>, item: &Item, failed: bool) -> Answer {
    let request = match read(call, item) {
        Ok(request) => request,
        Err(error) => return error.answer(call.request),
    };
    if failed {
        let message = "A request that this one depends on has failed.";
        return Error::new(424, "FailedDependency", message).answer(&request);
    }
    call.services.answer_for(call.actor, &request)
}

fn read(call: &Call<'_>, item: &Item) -> Result<Request, Error> {
    let method = Method::find(&item.method).ok_or_else(|| {
        Error::bad_gateway_request(format!("'{}' is no method of a request.", item.method))
    })?;
    let (version, rest) = address(call.request, &item.url)?;
    let (path, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (rest, None),
    };
    if path.trim_matches('/').eq_ignore_ascii_case("$batch") {
        return Err(Error::bad_gateway_request("A batch cannot hold a batch."));
    }
    let headers = headers(call.request, item);
    let body = body(item, headers.content_type.as_deref())?;
    Ok(Request {
        method,
        version,
        path: format!("/{}", path.trim_start_matches('/')),
        query,
        headers,
        body,
        origin: call.request.origin.clone(),
        request_id: call.services.directory.ids().next().to_string(),
        at: call.request.at,
    })
}

/// What stands behind the version. Addresses are relative to it, or whole and of our own origin; the
/// library for Node cuts scheme and host off a whole one and leaves the version in front.
fn address<'a>(outer: &Request, url: &'a str) -> Result<(Version, &'a str), Error> {
    let Some((scheme, rest)) = url.split_once("://") else {
        let cut = url.trim_start_matches('/').split_once('/');
        let cut = cut.and_then(|(version, rest)| Some((Version::find(version)?, rest)));
        return Ok(cut.unwrap_or((outer.version, url)));
    };
    let foreign = || Error::bad_gateway_request(format!("'{url}' is no address of this service."));
    let (host, rest) = rest.split_once('/').ok_or_else(foreign)?;
    if !format!("{scheme}://{host}").eq_ignore_ascii_case(&outer.origin) {
        return Err(foreign());
    }
    let (version, rest) = rest.split_once('/').ok_or_else(foreign)?;
    Ok((Version::find(version).ok_or_else(foreign)?, rest))
}

/// The headers of one request. The token is that of the batch.
fn headers(outer: &Request, item: &Item) -> Headers {
    let text = |wanted: &str| {
        let all = item.headers.as_ref()?;
        let found = all.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        found.1.as_str().map(str::to_owned)
    };
    Headers {
        bearer: outer.headers.bearer.clone(),
        content_type: text("content-type"),
        consistency_level: text("consistencylevel"),
        prefer: text("prefer"),
        client_request_id: text("client-request-id")
            .or_else(|| outer.headers.client_request_id.clone()),
        if_match: text("if-match"),
        if_none_match: text("if-none-match"),
    }
}

/// The body as bytes: JSON as it is, everything else as base64.
fn body(item: &Item, content_type: Option<&str>) -> Result<Vec<u8>, Error> {
    let is_json = content_type.is_none_or(|kind| kind.to_ascii_lowercase().contains("json"));
    Ok(match &item.body {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) if !is_json => decode(text).ok_or_else(|| {
            Error::bad_gateway_request("A body that is no JSON is written as base64.")
        })?,
        Some(body) => serde_json::to_vec(body).expect("JSON has a text"),
    })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let url = general_purpose::URL_SAFE_NO_PAD.decode(text);
    url.or_else(|_| general_purpose::STANDARD_NO_PAD.decode(text)).ok()
}

/// One answer in the form of a batch.
fn shape(item: &Item, answer: &Answer) -> String {
    let mut out = Vec::new();
    out.extend_from_slice(b"{\"id\":");
    write_text(&mut out, &item.id);
    out.extend_from_slice(format!(",\"status\":{}", answer.status).as_bytes());
    let kind = match &answer.body {
        Body::Empty => None,
        Body::Text(_) => Some("text/plain"),
        Body::Json(_) | Body::Written(_) => Some("application/json"),
    };
    let mut headers = Map::new();
    headers.insert("Cache-Control".to_owned(), "no-cache".into());
    headers.extend(kind.map(|kind| ("Content-Type".to_owned(), kind.into())));
    let own = answer.headers.iter();
    headers.extend(own.map(|(name, value)| ((*name).to_owned(), value.as_str().into())));
    out.extend_from_slice(format!(",\"headers\":{}", Value::Object(headers)).as_bytes());
    match &answer.body {
        Body::Empty => {}
        Body::Json(document) => {
            out.extend_from_slice(format!(",\"body\":{document}").as_bytes());
        }
        Body::Written(text) => {
            out.extend_from_slice(b",\"body\":");
            out.extend_from_slice(text.as_bytes());
        }
        Body::Text(text) => {
            out.extend_from_slice(b",\"body\":");
            write_text(&mut out, &general_purpose::URL_SAFE.encode(text));
        }
    }
    out.push(b'}');
    String::from_utf8(out).expect("JSON is text")
}
