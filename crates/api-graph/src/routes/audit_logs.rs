//! `/auditLogs`: what was done in a tenant, by people and by synchronizations (graph-api.md 7).

mod bounds;
mod directory_audits;
mod provisioning;

pub use directory_audits::ROUTES as DIRECTORY_AUDITS;
pub use provisioning::ROUTES as PROVISIONING;

use serde_json::{Map, Value};
use wire::odata::Options;

use crate::{
    answer::{Answer, metadata},
    call::Call,
    error::Error,
    small::select,
};

/// So many pages of a log are looked through for what a filter means before the answer is given; it
/// goes on behind its link.
const SEARCHED_PAGES: usize = 20;

/// Whether the newest come first, which is so unless somebody wants the oldest.
fn newest_first(options: &Options) -> Result<bool, Error> {
    let wrong =
        || Error::unsupported_query("The log is ordered by activityDateTime and by nothing else.");
    match options.order.as_slice() {
        [] => Ok(true),
        [order]
            if order.path.len() == 1 && order.path[0].eq_ignore_ascii_case("activityDateTime") =>
        {
            Ok(order.descending)
        }
        _ => Err(wrong()),
    }
}

/// A page of a log, with the link to the next one where the log goes on.
fn answer(
    call: &Call<'_>,
    context: &str,
    options: &Options,
    items: Vec<Map<String, Value>>,
    next: Option<String>,
) -> Answer {
    let mut document = Map::new();
    document.insert("@odata.context".to_owned(), metadata(call.request, context).into());
    if let Some(next) = next {
        let link = format!("{}?{}", call.request.url(&call.request.path), options.next_page(&next));
        document.insert("@odata.nextLink".to_owned(), link.into());
    }
    let items = items.into_iter().map(|item| Value::Object(select(options, item)));
    document.insert("value".to_owned(), items.collect());
    Answer::ok(Value::Object(document))
}
