//! Which keys an object holds: what no other object of the tenant may hold at the same time.

use model::{Key, Name, Object, Value};

/// The keys, sorted, each once. A deleted object keeps only its home identity: its names and
/// addresses are free for others until it is restored.
pub(crate) fn keys(object: &Object) -> Vec<Key> {
    let mut keys = Vec::with_capacity(3);
    if let Some(home) = object.home {
        keys.push(Key::home(home));
    }
    if object.deleted.is_none() {
        if let Some(name) = object.text(&Name::USER_PRINCIPAL_NAME) {
            keys.push(Key::user_principal_name(name));
        }
        if let Some(mail) = object.text(&Name::MAIL) {
            keys.push(Key::address(mail));
        }
        let addresses = object.attributes.get(&Name::PROXY_ADDRESSES);
        for address in addresses.iter().flat_map(|value| value.members()) {
            if let Value::Text(text) = address
                && is_mail(text)
            {
                keys.push(Key::address(text));
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Keys that only the second list has, and keys that only the first one has.
pub(crate) fn difference(before: &[Key], after: &[Key]) -> (Vec<Key>, Vec<Key>) {
    let only = |left: &[Key], right: &[Key]| -> Vec<Key> {
        left.iter().filter(|key| right.binary_search(key).is_err()).cloned().collect()
    };
    (only(after, before), only(before, after))
}

/// Whether an address is one of mail: others (`X500:`, `SIP:`) are kept and are no keys.
pub(crate) fn is_mail(address: &str) -> bool {
    match address.split_once(':') {
        Some((scheme, _)) => scheme.eq_ignore_ascii_case("smtp"),
        None => true,
    }
}
