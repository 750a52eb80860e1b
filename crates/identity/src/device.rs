//! Sign-in for programs without a browser: they show a short code, and the person enters it on a page of
//! ours, elsewhere. The program asks meanwhile, not more often than it was told.

use aws_lc_rs::rand;
use directory::Application;
use model::{Tenant, Timestamp};

use crate::{
    Form, Identity, Place, Refusal,
    code::name_of,
    grant::{Given, Tokens, Wish},
    mint::unguessable,
    people::Person,
    state::Passing,
};

const LIFETIME: i64 = 900;
const INTERVAL: i64 = 5;
/// Letters of the short code: none that make a word, none that look like another.
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
const LENGTH: usize = 9;

/// Programs that wait.
pub(crate) struct Devices {
    waiting: Passing<[u8; 32], Device>,
    names: Passing<String, [u8; 32]>,
}

#[derive(Clone)]
struct Device {
    tenant: Tenant,
    application: Application,
    wish: Wish,
    asked: Option<Timestamp>,
    answer: Option<Option<(Person, String)>>,
}

/// What a program is told that begins to wait.
#[derive(Clone, Debug)]
pub struct DeviceAnswer {
    /// With what it asks.
    pub device_code: String,
    /// What it shows to the person.
    pub user_code: String,
    /// How long both are good, in seconds.
    pub expires_in: i64,
    /// How long it waits between two questions, in seconds.
    pub interval: i64,
}

/// A program that waits for the person who entered its code.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The tenant to sign in to.
    pub tenant: Tenant,
    /// What the program is called.
    pub application: String,
    /// What it would be allowed.
    pub scopes: Vec<String>,
}

impl Devices {
    pub fn new() -> Self {
        Self { waiting: Passing::new(10_000), names: Passing::new(10_000) }
    }
}

impl Identity {
    /// Lets a program wait for a person.
    pub fn begin_device(&self, place: &Place, form: &Form) -> Result<DeviceAnswer, Refusal> {
        let client = form.require("client_id")?;
        let scope = form.require("scope")?;
        let tenant = self.find_tenant_of(&place.tenant, client)?;
        let application = self.find_client(&tenant, client)?;
        if !application.enabled {
            return Err(Refusal::disabled_application(client));
        }
        let wish = Wish::read(scope, &application, &tenant, &place.origin)?;
        let (code, now) = (unguessable(32), self.now());
        let (name, end) = (name_of(&code), now.plus_seconds(LIFETIME));
        let user_code = short_code();
        let device = Device { tenant, application, wish, asked: None, answer: None };
        let devices = self.devices();
        let is_kept = devices.names.insert(user_code.clone(), name, end, now)
            && devices.waiting.insert(name, device, end, now);
        match is_kept {
            true => Ok(DeviceAnswer {
                device_code: code,
                user_code,
                expires_in: LIFETIME,
                interval: INTERVAL,
            }),
            false => Err(Refusal::unavailable()),
        }
    }

    /// The program that shows this code; blanks, hyphens and small letters are taken.
    pub fn find_device(&self, user_code: &str) -> Option<Pending> {
        let (now, devices) = (self.now(), self.devices());
        let name = devices.names.with(&tidy(user_code), now, |name| *name)?;
        devices
            .waiting
            .with(&name, now, |device| {
                device.answer.is_none().then(|| Pending {
                    tenant: device.tenant.clone(),
                    application: device.application.name.clone(),
                    scopes: device.wish.scopes.clone(),
                })
            })
            .flatten()
    }

    /// Answers the program that shows this code: with the person who signed in, or with a no. False
    /// when nobody waits under it, or in another tenant than the person's.
    pub fn answer_device(&self, user_code: &str, answer: Option<(&Person, &str)>) -> bool {
        let (now, devices) = (self.now(), self.devices());
        let code = tidy(user_code);
        let Some(name) = devices.names.with(&code, now, |name| *name) else { return false };
        let answered = devices.waiting.with(&name, now, |device| {
            let is_at_home = answer.is_none_or(|(person, _)| person.tenant == device.tenant.id);
            if device.answer.is_some() || !is_at_home {
                return false;
            }
            let answer = answer.map(|(person, proof)| (person.clone(), proof.to_owned()));
            device.answer = Some(answer);
            true
        });
        // A code is entered once.
        devices.names.take(&code, now);
        answered == Some(true)
    }

    /// Tells a program whether the person signed in, and gives it its tokens.
    pub(crate) fn for_device(&self, place: &Place, form: &Form) -> Result<Tokens, Refusal> {
        let client = form.require("client_id")?;
        let tenant = self.find_tenant_of(&place.tenant, client)?;
        let text = form.require("device_code").or_else(|_| form.require("code"))?;
        let grant = ("device_code", None);
        let (application, proof) = self.check_client(place, &tenant, form, grant)?;
        let (name, now) = (name_of(text), self.now());
        let found = self.devices().waiting.with(&name, now, |device| {
            let is_own = device.application.id == application.id && device.tenant.id == tenant.id;
            is_own.then(|| {
                let is_early =
                    device.asked.is_some_and(|last| last.plus_seconds(INTERVAL - 1) > now);
                device.asked = Some(now);
                (device.clone(), is_early)
            })
        });
        let Some((device, is_early)) = found.flatten() else {
            // Whether it was one and has ended is not remembered; a text of its length is taken for that.
            let is_one = text.len() == 43;
            return Err(match is_one {
                true => Refusal::expired_device_code(),
                false => Refusal::wrong_device_code(),
            });
        };
        let (person, how) = match device.answer {
            None if is_early => return Err(Refusal::slow_down()),
            None => return Err(Refusal::pending()),
            Some(None) => {
                self.devices().waiting.take(&name, now);
                return Err(Refusal::declined());
            }
            Some(Some(answer)) => answer,
        };
        // Whoever takes it first has it.
        self.devices().waiting.take(&name, now).ok_or_else(Refusal::expired_device_code)?;
        let person =
            self.read_person(tenant.id, person.id)?.ok_or_else(Refusal::disabled_person)?;
        let wish = device.wish;
        let (session, secret) = self.begin(&person, Some(application.id), Some(&wish), &how)?;
        let refresh = wish.offline.then_some(secret);
        let given = Given { wish: &wish, session, nonce: None, refresh };
        self.tokens_for(place, form, (&application, proof), &person, &given)
    }
}

fn short_code() -> String {
    let mut code = String::new();
    while code.len() < LENGTH {
        let mut bytes = [0; LENGTH];
        rand::fill(&mut bytes).expect("the system has random numbers");
        // The last sixteen of 256 would make the first letters more frequent.
        let even = bytes.iter().filter(|byte| **byte < 240);
        code.extend(even.map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])));
    }
    code.truncate(LENGTH);
    code
}

fn tidy(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphabetic).map(|one| one.to_ascii_uppercase()).collect()
}
