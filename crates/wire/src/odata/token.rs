//! Where a page ended, as the text of a `$skiptoken`.
//!
//! It holds the place alone: the other options stand beside it in the link. It is not sealed, since
//! it tells and allows nothing that the options do not; whoever makes one up gets a page from there.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use model::query::{Mark, Order};

use super::Fault;

/// The text of a place.
pub fn write(mark: &Mark) -> String {
    let json = serde_json::to_vec(mark).expect("plain data has a JSON text");
    URL_SAFE_NO_PAD.encode(json)
}

/// The place that a text stands for, in an answer of this order.
pub fn read(text: &str, order: &Order) -> Result<Mark, Fault> {
    let mark =
        URL_SAFE_NO_PAD.decode(text).ok().and_then(|json| serde_json::from_slice(&json).ok());
    mark.filter(|mark| order.accepts(mark)).ok_or_else(|| {
        let message = "the token is none of this question's";
        Fault::bad(0..text.len(), message).of("$skiptoken")
    })
}

#[cfg(test)]
mod tests {
    use model::{Name, ObjectId, query::Folded};

    use super::*;

    #[test]
    fn places_come_back_to_the_order_that_they_are_of() {
        let text = Mark::Text(Folded::new("Ünï"), ObjectId::NIL);
        for (mark, order) in [
            (Mark::Row(7), Order::Row),
            (Mark::Id(ObjectId::NIL), Order::Id),
            (text, Order::Text(Name::DISPLAY_NAME)),
            (Mark::Time(-5, ObjectId::NIL), Order::Created),
        ] {
            let token = write(&mark);
            assert_eq!(read(&token, &order), Ok(mark));
            let other = if order == Order::Row { Order::Id } else { Order::Row };
            assert!(read(&token, &other).is_err(), "{token}");
        }
        for garbled in ["", "x", "e30", "%%"] {
            assert!(read(garbled, &Order::Row).is_err(), "{garbled}");
        }
    }
}
