//! References to objects, as in `{"@odata.id": "https://…/v1.0/users/{id}"}`. The last part of the
//! path says which object is meant (graph-api.md 1.1): clients write any host before it.

use model::ObjectId;
use serde_json::{Map, Value as Json};

use crate::{error::Error, path};

/// The object that a body refers to.
pub fn read(body: &Map<String, Json>) -> Result<ObjectId, Error> {
    match body.get("@odata.id") {
        Some(Json::String(address)) => parse(address),
        _ => Err(Error::bad_request(
            "Required payload is missing or malformed: '@odata.id' names the object.",
        )),
    }
}

/// The objects that a list of addresses refers to.
pub fn read_list(value: &Json) -> Result<Vec<ObjectId>, Error> {
    let malformed = || Error::bad_request("Invalid URL format specified in payload.");
    let addresses = value.as_array().ok_or_else(malformed)?;
    let parse = |address: &Json| parse(address.as_str().ok_or_else(malformed)?);
    addresses.iter().map(parse).collect()
}

fn parse(address: &str) -> Result<ObjectId, Error> {
    let malformed = || Error::bad_request("Invalid URL format specified in payload.");
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let segments = path::segments(path).ok_or_else(malformed)?;
    // A bare id is none: Graph wants a resource before it.
    let [.., _, last] = segments.as_slice() else { return Err(malformed()) };
    last.key.value.parse().map_err(|_| Error::not_found(&last.key.value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_an_address_counts() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        for address in [
            format!("https://graph.example/v1.0/users/{id}"),
            format!("https://localhost:8443/v1.0/directoryObjects/{id}/"),
            format!("/users('{id}')"),
        ] {
            assert_eq!(parse(&address).expect("a reference").to_string(), id);
        }
        assert_eq!(parse(id).expect_err("no resource").status, 400);
        assert_eq!(parse("/users/x").expect_err("no id").status, 404);
    }
}
