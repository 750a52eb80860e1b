//! Bodies and collections that fit in memory: members of a body, and lists of configurations,
//! partners and assignments, which are filtered and cut to pages here rather than in the store.

use serde_json::{Map, Value, json};
use wire::odata::{
    Limits, Options, Page,
    filter::{self, Case},
    order,
};

use crate::{
    answer::{Answer, metadata},
    call::Call,
    error::Error,
};

/// Pages of these collections.
const PAGE: Page = Page { usual: 100, most: 999 };

impl Call<'_> {
    /// The body's members without the annotations that clients send along (graph-api.md 0.2).
    pub fn members(&self) -> Result<Map<String, Value>, Error> {
        let mut members = Value::Object(self.object()?);
        forget_annotations(&mut members);
        Ok(object(members))
    }

    /// The body's members, of which there may be none at all.
    pub fn members_if_any(&self) -> Result<Map<String, Value>, Error> {
        if self.request.body.is_empty() { Ok(Map::new()) } else { self.members() }
    }

    /// The options of the request, checked.
    pub fn query(&self) -> Result<Options, Error> {
        let query = self.request.query.as_deref().unwrap_or_default();
        Ok(Options::parse(query, Limits::USUAL)?)
    }

    /// Whether the caller wants to see this relation in place.
    pub fn expands(&self, relation: &str) -> bool {
        let Ok(options) = self.query() else { return false };
        options.expand.iter().any(|one| one.relation.eq_ignore_ascii_case(relation))
    }

    /// The members of an entity that the caller wants to see.
    pub fn select(&self, entity: Map<String, Value>) -> Result<Map<String, Value>, Error> {
        Ok(select(&self.query()?, entity))
    }

    /// One entity as the caller asked for it.
    pub fn answer_entity(
        &self,
        context: &str,
        entity: Map<String, Value>,
    ) -> Result<Answer, Error> {
        Ok(Answer::ok(Answer::entity(self, context, self.select(entity)?)))
    }

    /// A collection as the caller asked for it: `$filter`, `$orderby`, `$top`, `$skip`, `$count` and
    /// `$select` over all of its items.
    pub fn answer_list(
        &self,
        context: &str,
        items: Vec<Map<String, Value>>,
    ) -> Result<Answer, Error> {
        let options = self.query()?;
        let mut items: Vec<Value> = items.into_iter().map(Value::Object).collect();
        if let Some(filter) = &options.filter {
            items.retain(|item| filter::matches(filter, item, Case::Ignored));
        }
        items.sort_by(|left, right| order::compare(&options.order, left, right));
        let (all, size) = (items.len(), options.page_size(PAGE)?);
        let start = match &options.skip_token {
            None => options.skip.unwrap_or_default() as usize,
            Some(token) => token.parse().map_err(|_| expired())?,
        };
        let page = items.into_iter().skip(start).take(size);
        let page = page.filter_map(|item| match item {
            Value::Object(members) => Some(Value::Object(select(&options, members))),
            _ => None,
        });
        let mut document = Map::new();
        document.insert("@odata.context".to_owned(), metadata(self.request, context).into());
        if options.counts() && options.skip_token.is_none() {
            document.insert("@odata.count".to_owned(), all.into());
        }
        if start + size < all {
            let next = options.next_page(&(start + size).to_string());
            let next = format!("{}?{next}", self.request.url(&self.request.path));
            document.insert("@odata.nextLink".to_owned(), next.into());
        }
        document.insert("value".to_owned(), page.collect());
        Ok(Answer::ok(Value::Object(document)))
    }
}

/// Takes out what clients say about types, at every depth.
fn forget_annotations(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.contains('@'));
            members.values_mut().for_each(forget_annotations);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_annotations),
        _ => {}
    }
}

/// A page token that leads nowhere.
pub fn expired() -> Error {
    Error::new(
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    )
}

/// The members that are selected; the id comes always, and so does what is expanded.
pub fn select(options: &Options, entity: Map<String, Value>) -> Map<String, Value> {
    if options.select.is_empty() {
        return entity;
    }
    let is_wanted = |name: &str| {
        name == "id"
            || options
                .select
                .iter()
                .any(|one| one.name() == "*" || one.name().eq_ignore_ascii_case(name))
            || options.expand.iter().any(|one| one.relation.eq_ignore_ascii_case(name))
    };
    entity.into_iter().filter(|(name, _)| is_wanted(name)).collect()
}

/// Members of a document that was written as one.
pub fn object(document: Value) -> Map<String, Value> {
    match document {
        Value::Object(members) => members,
        other => Map::from_iter([("value".to_owned(), json!(other))]),
    }
}
