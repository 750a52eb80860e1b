//! Passwords as slow hashes: Argon2id with a salt of its own for each. Only so many are computed at once,
//! since each takes 19 MB and a core for a while, and nobody shall fill the machine by guessing.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::{constant_time::verify_slices_are_equal, rand};

use crate::{
    jws::{decode, encode},
    state::lock,
};

/// KiB, passes and lanes of a new hash.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// How many are computed at once.
const AT_ONCE: usize = 2;
const BYTES: usize = 32;

/// Hashes passwords, so many at once.
pub(crate) struct Hasher {
    places: Mutex<Places>,
    ended: Condvar,
    /// The hash of nobody's password, for people who have none: checking takes the same time.
    nobody: String,
}

/// Who computes, and with what memory.
#[derive(Default)]
struct Places {
    running: usize,
    /// The memory of hashes that ended, for the next: a thread that took its own for each kept it for long.
    spare: Vec<Vec<Block>>,
}

impl Hasher {
    pub fn new() -> Self {
        let (m, t, p) = COST;
        let zeros = encode([0; BYTES]);
        let nobody = format!("argon2id.{m}.{t}.{p}.{}.{zeros}", encode([0; 16]));
        Self { places: Mutex::default(), ended: Condvar::new(), nobody }
    }

    /// The hash of a password with a new salt, as text.
    pub fn hash(&self, password: &str) -> String {
        let mut salt = [0; 16];
        rand::fill(&mut salt).expect("the system has random numbers");
        let (m, t, p) = COST;
        let hash = self.compute(password, &salt, COST).expect("the cost is one that it takes");
        format!("argon2id.{m}.{t}.{p}.{}.{}", encode(salt), encode(hash))
    }

    /// Whether the password is the one of this hash. None is never the right one, and takes as long.
    pub fn check(&self, kept: Option<&str>, password: &str) -> bool {
        let text = kept.unwrap_or(&self.nobody);
        let is_right = self.compare(text, password) == Some(true);
        is_right && kept.is_some()
    }

    fn compare(&self, kept: &str, password: &str) -> Option<bool> {
        let mut parts = kept.split('.');
        if parts.next()? != "argon2id" {
            return None;
        }
        let mut number = || parts.next()?.parse::<u32>().ok();
        let cost = (number()?, number()?, number()?);
        let salt = decode(parts.next()?)?;
        let wanted = decode(parts.next()?)?;
        let found = self.compute(password, &salt, cost)?;
        Some(verify_slices_are_equal(&found, &wanted).is_ok())
    }

    fn compute(&self, password: &str, salt: &[u8], cost: (u32, u32, u32)) -> Option<[u8; BYTES]> {
        let params = Params::new(cost.0, cost.1, cost.2, Some(BYTES)).ok()?;
        let blocks = params.block_count();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut places = lock(&self.places);
        while places.running >= AT_ONCE {
            places = self.ended.wait(places).unwrap_or_else(PoisonError::into_inner);
        }
        places.running += 1;
        let mut memory = places.spare.pop().unwrap_or_default();
        drop(places);
        memory.resize(blocks, Block::default());
        let mut hash = [0; BYTES];
        let password = password.as_bytes();
        let done = argon.hash_password_into_with_memory(password, salt, &mut hash, &mut memory);
        let mut places = lock(&self.places);
        places.running -= 1;
        places.spare.push(memory);
        drop(places);
        self.ended.notify_one();
        done.ok().map(|()| hash)
    }
}
