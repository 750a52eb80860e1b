//! An answer as a value: a status, a body, and the headers that belong to it alone.

use serde_json::{Map, Value, json};

use crate::{call::Call, request::Request};

/// What comes back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status, as HTTP counts them.
    pub status: u16,
    /// The body.
    pub body: Body,
    /// Headers of this answer alone, beside those that every answer has.
    pub headers: Vec<(&'static str, String)>,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// A JSON document.
    Json(Value),
    /// A JSON document that is written already, for large pages.
    Written(String),
    /// Plain text.
    Text(String),
}

impl Answer {
    /// 200 with a document.
    pub fn ok(document: Value) -> Self {
        Self { status: 200, body: Body::Json(document), headers: Vec::new() }
    }

    /// 201 with a document.
    pub fn created(document: Value) -> Self {
        Self { status: 201, ..Self::ok(document) }
    }

    /// 204 without a body: done.
    pub fn done() -> Self {
        Self { status: 204, body: Body::Empty, headers: Vec::new() }
    }

    /// 200 with plain text.
    pub fn text(text: String) -> Self {
        Self { status: 200, body: Body::Text(text), headers: Vec::new() }
    }

    /// The same answer with one more header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A collection that stands on one page: `context` is what follows `$metadata#`.
    pub fn collection(call: &Call<'_>, context: &str, items: Vec<Value>) -> Self {
        Self::ok(json!({ "@odata.context": metadata(call.request, context), "value": items }))
    }

    /// One entity: its members behind the context.
    pub fn entity(call: &Call<'_>, context: &str, entity: Map<String, Value>) -> Value {
        let mut document = Map::new();
        document.insert("@odata.context".to_owned(), metadata(call.request, context).into());
        document.extend(entity);
        Value::Object(document)
    }
}

/// The text of an `@odata.context` (graph-api.md 0.3).
pub fn metadata(request: &Request, context: &str) -> String {
    format!("{}#{context}", request.url("$metadata"))
}
