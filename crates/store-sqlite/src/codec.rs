//! How values of the model lie in columns.

use model::{
    Action, Attributes, ChangeId, Edge, EdgeKind, Entry, EntryState, HomeIdentity, JobId, Key,
    KeyKind, Kind, Link, LinkState, Modification, Name, Object, ObjectId, Receipt, RunId, Subject,
    TenantId, Timestamp, Value,
};
use rusqlite::{
    Row, ToSql,
    types::{ToSqlOutput, ValueRef},
};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{body::Names, fault::Fault};

/// So many bits of a place count up; the tenant's number stands above them.
const LOW_BITS: u32 = 40;
/// Groups have this bit; what is below it is the row.
const GROUP: i64 = 1 << (LOW_BITS - 1);
/// The highest row.
pub(crate) const LAST_ROW: u64 = GROUP as u64 - 1;

/// The place of a change or an audit entry.
pub(crate) fn numbered(tenant: i64, number: u64) -> i64 {
    (tenant << LOW_BITS) | number.min(LAST_ROW) as i64
}

/// The number of a change or an audit entry.
pub(crate) fn number(place: i64) -> u64 {
    (place & (GROUP - 1)) as u64
}

/// The place of an object.
pub(crate) fn placed(tenant: i64, kind: Kind, row: u64) -> i64 {
    let kind = match kind {
        Kind::User => 0,
        Kind::Group => GROUP,
    };
    numbered(tenant, row) | kind
}

/// The kind and the row of the object at a place.
pub(crate) fn kind_and_row(place: i64) -> (Kind, u64) {
    let kind = if place & GROUP == 0 { Kind::User } else { Kind::Group };
    (kind, number(place))
}

/// Unsigned numbers are kept by their bits; nothing compares them inside SQL.
pub(crate) fn signed(number: u64) -> i64 {
    number as i64
}

/// The limit of a question as SQL takes it.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A key's value as a column: text, but thirty-two bytes for a home identity.
pub(crate) struct KeyValue<'a>(pub &'a Key);

impl ToSql for KeyValue<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = self.0.value.as_bytes();
        Ok(match (self.0.kind == KeyKind::Home).then(|| unhex(text)).flatten() {
            Some(bytes) => ToSqlOutput::Owned(rusqlite::types::Value::Blob(bytes)),
            None => ToSqlOutput::Borrowed(ValueRef::Text(text)),
        })
    }
}

/// The thirty-two bytes that 64 lower-case digits stand for; none if it is something else.
pub(crate) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    fn digit(byte: u8) -> Option<u8> {
        match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        }
    }
    if text.len() != 64 {
        return None;
    }
    text.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Bytes as lower-case digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Text as a column, in sixteen bytes where it is an id as we write them.
pub(crate) struct TextOrId<'a>(pub &'a str);

impl ToSql for TextOrId<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = self.0;
        let plain = text.len() == 36 && !text.bytes().any(|byte| byte.is_ascii_uppercase());
        Ok(match plain.then(|| text.parse::<ObjectId>().ok()).flatten() {
            Some(id) => ToSqlOutput::Owned(rusqlite::types::Value::Blob(id.as_bytes().to_vec())),
            None => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// The text that was written as [`TextOrId`].
pub(crate) fn text_or_id(value: ValueRef<'_>) -> Result<String, Fault> {
    match value {
        ValueRef::Blob(bytes) => Ok(id(bytes, ObjectId::from_slice)?.to_string()),
        value => Ok(value.as_str()?.to_owned()),
    }
}

/// The id in a column.
pub(crate) fn column<T>(
    row: &Row<'_>,
    index: usize,
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<T, Fault> {
    id(row.get_ref(index)?.as_blob()?, read)
}

fn id<T>(bytes: &[u8], read: impl Fn(&[u8]) -> Option<T>) -> Result<T, Fault> {
    read(bytes).ok_or_else(|| Fault::row("an id that is not sixteen bytes"))
}

/// The id at a place of a blob that holds several.
fn part<T>(bytes: &[u8], at: usize, read: impl Fn(&[u8]) -> Option<T>) -> Result<T, Fault> {
    id(bytes.get(at * 16..at * 16 + 16).unwrap_or_default(), read)
}

/// The columns of an object, in the order in which [`object`] reads them.
pub(crate) const OBJECT: &str =
    "place, id, version, created, deleted, home, receipt, user_principal_name, display_name, body";

/// An object and its row.
pub(crate) fn object(row: &Row<'_>, names: &mut Names) -> Result<(u64, Object), Fault> {
    let (kind, number) = kind_and_row(row.get(0)?);
    let home = row.get_ref(5)?.as_blob_or_null()?.map(|bytes| {
        Ok::<_, Fault>(HomeIdentity {
            tenant: part(bytes, 0, TenantId::from_slice)?,
            object: part(bytes, 1, ObjectId::from_slice)?,
        })
    });
    let receipt = row.get_ref(6)?.as_blob_or_null()?.map(|bytes| {
        Ok::<_, Fault>(Receipt {
            job: part(bytes, 0, JobId::from_slice)?,
            run: part(bytes, 1, RunId::from_slice)?,
            change: part(bytes, 2, ChangeId::from_slice)?,
        })
    });
    let mut attributes = names.read(row.get_ref(9)?.as_str()?)?;
    for (index, name) in [(7, Name::USER_PRINCIPAL_NAME), (8, Name::DISPLAY_NAME)] {
        if let Some(text) = row.get_ref(index)?.as_str_or_null()? {
            attributes.set(name, Value::text(text));
        }
    }
    let object = Object {
        id: column(row, 1, ObjectId::from_slice)?,
        kind,
        attributes,
        home: home.transpose()?,
        created: Timestamp(row.get(3)?),
        deleted: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        receipt: receipt.transpose()?,
        version: row.get::<_, i64>(2)? as u64,
    };
    Ok((number, object))
}

/// The home identity as a column.
pub(crate) fn home(home: &HomeIdentity) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(home.tenant.as_bytes());
    bytes[16..].copy_from_slice(home.object.as_bytes());
    bytes
}

/// The receipt as a column.
pub(crate) fn receipt(receipt: &Receipt) -> [u8; 48] {
    let mut bytes = [0; 48];
    bytes[..16].copy_from_slice(receipt.job.as_bytes());
    bytes[16..32].copy_from_slice(receipt.run.as_bytes());
    bytes[32..].copy_from_slice(receipt.change.as_bytes());
    bytes
}

/// The attributes without a column of their own, as JSON.
pub(crate) fn body(attributes: &Attributes) -> String {
    struct Body<'a>(&'a Attributes);

    impl Serialize for Body<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            for (name, value) in self.0.iter() {
                let has_column = *name == Name::USER_PRINCIPAL_NAME || *name == Name::DISPLAY_NAME;
                if !(has_column && value.as_text().is_some()) {
                    map.serialize_entry(name, value)?;
                }
            }
            map.end()
        }
    }

    json(&Body(attributes))
}

/// Plain data as JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data has a JSON text")
}

/// What a change touched, as a number that says how to read its two ends.
pub(crate) fn subject_code(subject: &Subject) -> i64 {
    match subject {
        Subject::Object { kind: Kind::User, purged: false, .. } => 1,
        Subject::Object { kind: Kind::Group, purged: false, .. } => 2,
        Subject::Object { kind: Kind::User, purged: true, .. } => 3,
        Subject::Object { kind: Kind::Group, purged: true, .. } => 4,
        Subject::Document { .. } => 5,
        Subject::Edge { edge, present } => edge.kind as i64 * 10 + i64::from(*present),
    }
}

/// What a change touched, from its number and its two ends.
pub(crate) fn subject(code: i64, one: ValueRef<'_>, other: ValueRef<'_>) -> Result<Subject, Fault> {
    let object = |value: ValueRef<'_>| id(value.as_blob()?, ObjectId::from_slice);
    Ok(match code {
        1..=4 => Subject::Object {
            kind: if code % 2 == 1 { Kind::User } else { Kind::Group },
            id: object(one)?,
            purged: code > 2,
        },
        5 => Subject::Document {
            collection: one.as_str()?.to_owned(),
            key: other.as_str()?.to_owned(),
        },
        _ => {
            let kind = EdgeKind::from_number(code / 10)
                .ok_or_else(|| Fault::row(format!("a change of unknown kind {code}")))?;
            let edge = Edge { kind, from: object(one)?, to: object(other)? };
            Subject::Edge { edge, present: code % 10 == 1 }
        }
    })
}

/// A question about journal entries, up to its conditions, with the index that is to be used. Its
/// columns stand in the order in which [`entry`] reads them; of bare entries the modifications are
/// not looked at.
pub(crate) fn select_entries(index: &str, bare: bool) -> String {
    let (modifications, from) = match bare {
        true => ("'[]'", ""),
        false => ("modifications", " JOIN journal_detail USING (place)"),
    };
    format!(
        "SELECT id, run, at, action, state, source, name, target, version, {modifications}, reason, kind, member
         FROM journal INDEXED BY {index}{from}"
    )
}

/// The number of a kind in the journal.
pub(crate) fn kind_number(kind: Kind) -> i64 {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
    }
}

fn kind_of(number: i64) -> Kind {
    if number == 0 { Kind::User } else { Kind::Group }
}

/// A journal entry.
pub(crate) fn entry(row: &Row<'_>) -> Result<Entry, Fault> {
    let (action, state) = (row.get(3)?, row.get(4)?);
    Ok(Entry {
        id: column(row, 0, ChangeId::from_slice)?,
        run: column(row, 1, RunId::from_slice)?,
        at: Timestamp(row.get(2)?),
        action: Action::from_number(action)
            .ok_or_else(|| Fault::row(format!("unknown action {action}")))?,
        state: EntryState::from_number(state)
            .ok_or_else(|| Fault::row(format!("unknown state {state}")))?,
        source: column(row, 5, ObjectId::from_slice)?,
        name: row.get(6)?,
        target: column(row, 7, ObjectId::from_slice)?,
        version: row.get::<_, i64>(8)? as u64,
        modifications: modifications(row.get_ref(9)?.as_str()?)?,
        reason: row.get_ref(10)?.as_str_or_null()?.map(serde_json::from_str).transpose()?,
        kind: kind_of(row.get(11)?),
        member: row.get_ref(12)?.as_blob_or_null()?.and_then(ObjectId::from_slice),
    })
}

/// The text of an entry's modifications: an array of name, new and old value each. A million entries
/// repeat the names often enough.
pub(crate) fn modifications_text(modifications: &[Modification]) -> String {
    let triples: Vec<_> = modifications.iter().map(|one| (&one.name, &one.new, &one.old)).collect();
    json(&triples)
}

fn modifications(text: &str) -> Result<Vec<Modification>, Fault> {
    let triples: Vec<(Name, Option<Value>, Option<Value>)> = serde_json::from_str(text)?;
    let each = triples.into_iter().map(|(name, new, old)| Modification { name, old, new });
    Ok(each.collect())
}

/// A link, from the columns `source, target, state`.
pub(crate) fn link(row: &Row<'_>) -> Result<Link, Fault> {
    let state = match row.get(2)? {
        1_i64 => LinkState::Active,
        2 => LinkState::Removed,
        3 => LinkState::Forgotten,
        other => return Err(Fault::row(format!("unknown link state {other}"))),
    };
    Ok(Link {
        source: column(row, 0, ObjectId::from_slice)?,
        target: column(row, 1, ObjectId::from_slice)?,
        state,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_tenants_kinds_and_rows_apart() {
        let place = placed(7, Kind::Group, 5);
        assert_eq!(kind_and_row(place), (Kind::Group, 5));
        assert!(placed(7, Kind::User, LAST_ROW) < placed(7, Kind::Group, 0));
        assert!(placed(7, Kind::Group, LAST_ROW) < placed(8, Kind::User, 0));
    }

    #[test]
    fn hexadecimal_comes_back_and_other_text_is_left_alone() {
        let bytes: Vec<u8> = (0..32).map(|byte| byte * 7).collect();
        assert_eq!(unhex(hex(&bytes).as_bytes()), Some(bytes));
        assert_eq!(unhex("G".repeat(64).as_bytes()), None);
        assert_eq!(unhex(b"ab"), None);
    }
}
