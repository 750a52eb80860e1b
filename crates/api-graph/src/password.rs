//! Where `passwordProfile` goes. `identity` keeps passwords; until it takes one from here, a profile
//! is checked for its form and nothing of it is stored, so that nobody can sign in with it.

use model::Object;

use crate::{body::Reading, call::Call, error::Error};

/// Refuses a password that could not be set, before anything is written.
pub fn check(call: &Call<'_>, reading: &Reading) -> Result<(), Error> {
    let _ = call;
    let Some(profile) = &reading.password else { return Ok(()) };
    match &profile.password {
        Some(password) if password.chars().count() < 8 => Err(Error::bad_request(
            "The specified password does not comply with password complexity requirements. Please provide a different password.",
        )),
        _ => Ok(()),
    }
}

/// Gives a user the password of the body.
pub fn set(call: &Call<'_>, user: &Object, reading: &Reading) -> Result<(), Error> {
    let profile = reading.password.as_ref();
    let _ = (call, user, profile.map(|one| (&one.password, one.must_change)));
    Ok(())
}
