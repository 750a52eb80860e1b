//! Pages that follow what happens: their pieces are made again and again, and sent when they changed.

use crate::{answer::Answer, error::Error};

/// The named pieces of a page, as often as they are asked for. Whoever may not see them is told so before
/// the stream begins; what fails later ends it, and the browser asks again and meets the reason.
pub fn pieces(
    mut make: impl FnMut() -> Result<Vec<(&'static str, String)>, Error> + Send + 'static,
) -> Result<Answer, Error> {
    let mut first = Some(make()?);
    Ok(Answer::Live(Box::new(move || first.take().or_else(|| make().ok()))))
}
