//! People who sign in here: with a password, which an administrator sets and the person changes.

use std::net::IpAddr;

use directory::Lock;
use model::{
    Actor, Attributes, Key, Kind, Name, Object, ObjectId, Tenant, TenantId, Timestamp, fold,
};

use crate::{Identity, lockout::Whom};

/// How long a password is at least and at most, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// A person who may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The person's tenant.
    pub tenant: TenantId,
    /// The person.
    pub id: ObjectId,
    /// The user principal name.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// The mail address.
    pub mail: Option<String>,
}

/// What a right password gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// The person is in.
    Done(Person),
    /// The person is who it is, and has to choose a password first.
    MustChange(Person),
}

/// Why somebody did not sign in. What is wrong about a name or a password is not told apart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The name or the password is wrong, or has no password here.
    #[error("The name or the password is wrong.")]
    Wrong,
    /// Too many wrong passwords came.
    #[error("Too many wrong passwords. Try again after {0}.")]
    Locked(Timestamp),
    /// The password is right and the account is switched off.
    #[error("The account is disabled.")]
    Disabled,
    /// The new password is none that is taken.
    #[error("{0}")]
    Unfit(&'static str),
    /// The directory did not answer.
    #[error("The service is not available; try again.")]
    Unavailable,
}

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is none that is taken.
    #[error("{0}")]
    Unfit(&'static str),
    /// The directory refused.
    #[error(transparent)]
    Directory(#[from] directory::Error),
}

impl From<directory::Error> for SignInError {
    fn from(_: directory::Error) -> Self {
        Self::Unavailable
    }
}

impl Person {
    fn of(tenant: TenantId, object: &Object) -> Self {
        Self {
            tenant,
            id: object.id,
            name: object.label(),
            display_name: object.display_name(),
            mail: object.text(&Name::MAIL).map(str::to_owned),
        }
    }

    /// The person as the one who signs in, out and on; with no role, which none of that takes.
    pub(crate) fn actor(&self) -> Actor {
        Actor::User {
            tenant: self.tenant,
            id: self.id,
            name: self.name.clone(),
            roles: Vec::new(),
            through: None,
        }
    }
}

impl Identity {
    /// Sets a person's password, for somebody who may write users.
    pub fn set_password(
        &self,
        actor: &Actor,
        tenant: TenantId,
        person: ObjectId,
        password: &str,
        must_change: bool,
    ) -> Result<(), PasswordError> {
        // Who may not is refused before the machine works for it.
        access::check(actor, access::Permission::WritePasswords, tenant)
            .map_err(directory::Error::from)?;
        let found = self.directory().store().get(tenant, &[person]);
        let found = found.map_err(directory::Error::from)?.into_iter().flatten().next();
        let missing = || directory::Error::NotFound { kind: "user", name: person.to_string() };
        let object = found.ok_or_else(missing)?;
        check_fit(password, &object.label()).map_err(PasswordError::Unfit)?;
        let digest = self.hasher().hash(password);
        self.directory().set_password(actor, tenant, person, digest, must_change)?;
        self.lockout().forget(&Whom::Account(tenant, fold(&object.label())));
        Ok(())
    }

    /// Makes a user with a password, for somebody who may do both.
    pub fn create_person(
        &self,
        actor: &Actor,
        tenant: TenantId,
        attributes: Attributes,
        (password, must_change): (&str, bool),
    ) -> Result<Object, PasswordError> {
        // Who may not is refused before the machine works for it.
        access::check(actor, access::Permission::WritePasswords, tenant)
            .map_err(directory::Error::from)?;
        let name = attributes.text(&Name::USER_PRINCIPAL_NAME).unwrap_or_default();
        check_fit(password, name).map_err(PasswordError::Unfit)?;
        let password = (self.hasher().hash(password), must_change);
        Ok(self.directory().create_with_password(actor, tenant, attributes, password)?)
    }

    /// Refuses a password that nobody of this name can have.
    pub fn check_new_password(&self, password: &str, name: &str) -> Result<(), PasswordError> {
        check_fit(password, name).map_err(PasswordError::Unfit)
    }

    /// Signs a person in by name and password.
    pub fn sign_in(
        &self,
        tenant: &Tenant,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, SignInError> {
        let (object, must_change) = self.check_password(tenant, name, password, address)?;
        let person = Person::of(tenant.id, &object);
        Ok(if must_change { SignedIn::MustChange(person) } else { SignedIn::Done(person) })
    }

    /// Signs a person in and changes the password, both in one.
    pub fn change_password(
        &self,
        tenant: &Tenant,
        name: &str,
        (password, new): (&str, &str),
        address: Option<IpAddr>,
    ) -> Result<Person, SignInError> {
        let (object, _) = self.check_password(tenant, name, password, address)?;
        check_fit(new, &object.label()).map_err(SignInError::Unfit)?;
        if new == password {
            return Err(SignInError::Unfit("The new password is the old one."));
        }
        let person = Person::of(tenant.id, &object);
        let digest = self.hasher().hash(new);
        self.directory().set_password(&person.actor(), tenant.id, person.id, digest, false)?;
        Ok(person)
    }

    /// A person who may sign in here: there, enabled, and at home here or known from outside.
    pub fn read_person(
        &self,
        tenant: TenantId,
        id: ObjectId,
    ) -> Result<Option<Person>, directory::Error> {
        let found = match self.directory().store().get(tenant, &[id]) {
            Ok(found) => found.into_iter().flatten().next(),
            Err(store::StoreError::NoTenant(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let object = found.filter(|object| {
            object.kind == Kind::User && object.deleted.is_none() && object.is_enabled()
        });
        Ok(object.map(|object| Person::of(tenant, &object)))
    }

    fn check_password(
        &self,
        tenant: &Tenant,
        name: &str,
        password: &str,
        address: Option<IpAddr>,
    ) -> Result<(Object, bool), SignInError> {
        let now = self.now();
        let account = Whom::Account(tenant.id, fold(name.trim()));
        let address = address.map(Whom::address);
        let object = self.find_person(tenant.id, name)?;
        if let Some(object) = &object {
            // What was counted before a restart counts on.
            if let Some(lock) = self.directory().read_lock(tenant.id, object.id)? {
                self.lockout().recall(account.clone(), lock.failures, lock.until, now);
            }
        }
        let whom = [Some(&account), address.as_ref()];
        let until =
            whom.into_iter().flatten().filter_map(|one| self.lockout().until(one, now)).max();
        if let Some(until) = until {
            return Err(SignInError::Locked(until));
        }
        let kept = match &object {
            Some(object) => self.directory().read_password(tenant.id, object.id)?,
            None => None,
        };
        let digest = kept.as_ref().map(|kept| kept.digest.as_str());
        let is_right = self.hasher().check(digest, password);
        let (Some(object), Some(kept), true) = (object, kept, is_right) else {
            return Err(self.count_wrong(tenant.id, name, account, address)?);
        };
        self.lockout().forget(&account);
        if self.directory().read_lock(tenant.id, object.id)?.is_some() {
            self.directory().record_lock(tenant.id, object.id, None)?;
        }
        match object.is_enabled() {
            true => Ok((object, kept.must_change)),
            false => Err(SignInError::Disabled),
        }
    }

    /// Counts a wrong password against the name and the address. A lock that begins is written down.
    fn count_wrong(
        &self,
        tenant: TenantId,
        name: &str,
        account: Whom,
        address: Option<Whom>,
    ) -> Result<SignInError, SignInError> {
        let now = self.now();
        if let Some(address) = address {
            self.lockout().fail(address, now);
        }
        let (failures, until) = self.lockout().fail(account, now);
        if let (Some(until), Some(object)) = (until, self.find_person(tenant, name)?) {
            self.directory().record_lock(tenant, object.id, Some(Lock { failures, until }))?;
        }
        Ok(SignInError::Wrong)
    }

    /// The internal user with this user principal name.
    fn find_person(&self, tenant: TenantId, name: &str) -> Result<Option<Object>, SignInError> {
        let object = self.find_by_key(tenant, Key::user_principal_name(name.trim()))?;
        Ok(object.filter(|object| !object.is_external()))
    }

    /// The user who holds a key and is not deleted.
    pub(crate) fn find_by_key(
        &self,
        tenant: TenantId,
        key: Key,
    ) -> Result<Option<Object>, directory::Error> {
        let store = self.directory().store();
        let Some(id) = store.resolve(tenant, &[key])?.into_iter().flatten().next() else {
            return Ok(None);
        };
        let found = store.get(tenant, &[id])?.into_iter().flatten().next();
        Ok(found.filter(|object| object.kind == Kind::User && object.deleted.is_none()))
    }

    /// The person behind an object, if it may sign in.
    pub(crate) fn person_of(&self, tenant: TenantId, object: &Object) -> Option<Person> {
        object.is_enabled().then(|| Person::of(tenant, object))
    }
}

fn check_fit(password: &str, name: &str) -> Result<(), &'static str> {
    let length = password.chars().count();
    if !LENGTH.contains(&length) {
        return Err("A password has 8 to 256 characters.");
    }
    let first = name.split('@').next().unwrap_or_default();
    if password.eq_ignore_ascii_case(name)
        || (first.chars().count() >= 4 && password.eq_ignore_ascii_case(first))
    {
        return Err("A password must not be the name that stands beside it.");
    }
    Ok(())
}
