//! What lives for minutes and is kept in memory: codes that wait to be redeemed, assertions that were
//! seen. Each has an end, and there are never more than so many.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::Timestamp;

/// Values with an end.
pub(crate) struct Passing<K, V> {
    held: Mutex<HashMap<K, (V, Timestamp)>>,
    most: usize,
}

impl<K: Eq + Hash + Clone, V> Passing<K, V> {
    /// Room for so many.
    pub fn new(most: usize) -> Self {
        Self { held: Mutex::new(HashMap::new()), most }
    }

    /// Puts a value in. False when the key is held, or there is no room.
    pub fn insert(&self, key: K, value: V, end: Timestamp, now: Timestamp) -> bool {
        let mut held = lock(&self.held);
        if held.len() >= self.most {
            held.retain(|_, (_, end)| *end > now);
        }
        let is_free = held.get(&key).is_none_or(|(_, end)| *end <= now);
        if !is_free || held.len() >= self.most {
            return false;
        }
        held.insert(key, (value, end));
        true
    }

    /// Takes a value out, if its time is not over.
    pub fn take(&self, key: &K, now: Timestamp) -> Option<V> {
        let (value, end) = lock(&self.held).remove(key)?;
        (end > now).then_some(value)
    }

    /// Looks at a value, and may change it.
    pub fn with<R>(&self, key: &K, now: Timestamp, look: impl FnOnce(&mut V) -> R) -> Option<R> {
        let mut held = lock(&self.held);
        let (value, end) = held.get_mut(key)?;
        (*end > now).then(|| look(value))
    }
}

/// A lock, whoever panicked while holding it: what is in it is whole between two statements.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
