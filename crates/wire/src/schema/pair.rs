//! A key with its value, as notes of the service are kept.

use super::part::part;

part! {
    /// A metadata entry, or any other pair of texts.
    Pair {
        /// The key.
        key: String = "key",
        /// The value.
        value: Option<String> = "value",
    }
}

impl Pair {
    /// A pair of these.
    pub fn new(key: &str, value: &str) -> Self {
        Self { key: key.to_owned(), value: Some(value.to_owned()), ..Self::default() }
    }
}
