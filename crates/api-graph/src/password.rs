//! Where `passwordProfile` goes: to `identity`, which keeps passwords.

use identity::PasswordError;
use model::{Attributes, Kind, Name, Object};

use crate::{
    body::{Password, Reading},
    call::Call,
    error::Error,
};

/// Makes a user, with the password of the body where there is one. Whoever says nothing about it has to
/// change it.
pub fn create(call: &Call<'_>, set: Attributes, reading: &Reading) -> Result<Object, Error> {
    let (actor, tenant) = (call.actor, call.tenant);
    let Some(profile) = &reading.password else {
        return Ok(call.services.directory.create(actor, tenant, Kind::User, None, set)?);
    };
    let password = (named(profile)?, profile.must_change.unwrap_or(true));
    Ok(call.services.identity.create_person(actor, tenant, set, password)?)
}

/// Refuses a password that a user could not have, before anything else is changed.
pub fn check(call: &Call<'_>, reading: &Reading) -> Result<(), Error> {
    let password = reading.password.as_ref().and_then(|profile| profile.password.as_deref());
    let Some(password) = password else { return Ok(()) };
    let name = reading.change.set.text(&Name::USER_PRINCIPAL_NAME).unwrap_or_default();
    Ok(call.services.identity.check_new_password(password, name)?)
}

/// Gives a user the password of the body. Whoever says nothing about it has to change it.
pub fn set(call: &Call<'_>, user: &Object, reading: &Reading) -> Result<(), Error> {
    let Some(profile) = &reading.password else { return Ok(()) };
    let password = named(profile)?;
    let must_change = profile.must_change.unwrap_or(true);
    let identity = &call.services.identity;
    Ok(identity.set_password(call.actor, call.tenant, user.id, password, must_change)?)
}

/// The password of a profile.
fn named(profile: &Password) -> Result<&str, Error> {
    let missing = || Error::bad_request("'passwordProfile' is written with a password.");
    profile.password.as_deref().ok_or_else(missing)
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
