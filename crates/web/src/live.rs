//! Pages that follow what happens: their pieces are made again and again, and sent when they changed.

use crate::{answer::Answer, error::Error};

/// The named pieces of a page, as often as they are asked for. What fails ends the stream; the browser
/// asks again and meets the reason.
pub fn pieces(
    mut make: impl FnMut() -> Result<Vec<(&'static str, String)>, Error> + Send + 'static,
) -> Answer {
    Answer::Live(Box::new(move || make().ok()))
}
