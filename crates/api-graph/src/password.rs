//! Where `passwordProfile` goes: to `identity`, which keeps passwords.

use identity::PasswordError;
use model::{Name, Object};

use crate::{body::Reading, call::Call, error::Error};

/// Refuses a password that a new user could not have, before the user is made.
pub fn check(call: &Call<'_>, reading: &Reading) -> Result<(), Error> {
    let password = reading.password.as_ref().and_then(|profile| profile.password.as_deref());
    let Some(password) = password else { return Ok(()) };
    let name = reading.change.set.text(&Name::USER_PRINCIPAL_NAME).unwrap_or_default();
    Ok(call.services.identity.check_new_password(password, name)?)
}

/// Gives a user the password of the body. Whoever says nothing about it has to change it.
pub fn set(call: &Call<'_>, user: &Object, reading: &Reading) -> Result<(), Error> {
    let Some(profile) = &reading.password else { return Ok(()) };
    let Some(password) = &profile.password else {
        return Err(Error::bad_request("'passwordProfile' is written with a password."));
    };
    let must_change = profile.must_change.unwrap_or(true);
    let identity = &call.services.identity;
    Ok(identity.set_password(call.actor, call.tenant, user.id, password, must_change)?)
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Unfit(why) => Self::bad_request(format!(
                "The specified password does not comply with password complexity requirements. {why}"
            )),
            PasswordError::Directory(error) => error.into(),
        }
    }
}
