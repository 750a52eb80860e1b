//! What must hold for a user or group by itself, before it is written (graph-api.md 1.2 and 3).

use model::{Attributes, Extension, Kind, Mutability, Name, Object, Shape, Tenant, Value};

use crate::Error;

/// What the checks of one tenant go by.
pub(crate) struct Rules<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) extensions: &'a [Extension],
}

/// Checks a whole object.
pub(crate) fn check(rules: &Rules<'_>, object: &Object) -> Result<(), Error> {
    for (name, value) in object.attributes.iter() {
        check_value(rules, object.kind, name, value)?;
    }
    for (name, definition) in Name::known() {
        if definition.required
            && definition.kinds.contains(&object.kind)
            && object.attributes.get(&name).is_none()
        {
            return Err(Error::invalid(name, "is required"));
        }
    }
    if let Some(name) = object.text(&Name::USER_PRINCIPAL_NAME) {
        check_user_principal_name(rules.tenant, name)?;
    }
    Ok(())
}

/// Checks that a caller from outside writes only what is theirs to write.
pub(crate) fn check_writable(attributes: &Attributes) -> Result<(), Error> {
    for (name, _) in attributes.iter() {
        if let Some(definition) = name.definition()
            && definition.mutability == Mutability::Directory
        {
            return Err(Error::invalid(name, "is kept by the directory itself"));
        }
    }
    Ok(())
}

fn check_value(rules: &Rules<'_>, kind: Kind, name: &Name, value: &Value) -> Result<(), Error> {
    let shape = match name.definition() {
        Some(definition) if definition.kinds.contains(&kind) => definition.shape,
        Some(_) => return Err(Error::invalid(name, format!("is no attribute of a {kind}"))),
        None => {
            let known = rules.extensions.iter().find(|extension| {
                extension.attribute() == *name && extension.targets.contains(&kind)
            });
            match known {
                Some(extension) => extension.shape(),
                None => return Err(Error::invalid(name, format!("is no attribute of a {kind}"))),
            }
        }
    };
    let meant = || value.as_text().map_or(Ok(()), |text| name.check_text(text));
    check_shape(shape, value)
        .and_then(|()| meant())
        .map_err(|message| Error::invalid(name, message))
}

fn check_shape(shape: Shape, value: &Value) -> Result<(), String> {
    let length = |text: &str, limit: usize| {
        if text.len() <= limit || text.chars().count() <= limit {
            Ok(())
        } else {
            Err(format!("has {} characters, {limit} are allowed", text.chars().count()))
        }
    };
    match (shape, value) {
        (Shape::Binary(_), Value::Text(text)) if !model::is_base64(text) => {
            Err(format!("'{text}' is not base64"))
        }
        (Shape::Text(limit) | Shape::Binary(limit), Value::Text(text)) => length(text, limit),
        (Shape::Texts(limit), Value::List(members)) => {
            members.iter().try_for_each(|member| match member {
                Value::Text(text) => length(text, limit),
                other => Err(format!("'{other}' is no text")),
            })
        }
        (Shape::DateTime, Value::Text(text)) => check_instant(text),
        (Shape::DateTimes, Value::List(members)) => {
            members.iter().try_for_each(|member| match member.as_text() {
                Some(text) => check_instant(text),
                None => Err(format!("'{member}' is no instant")),
            })
        }
        (Shape::Integers, Value::List(members))
            if members.iter().all(|member| matches!(member, Value::Integer(_))) =>
        {
            Ok(())
        }
        (Shape::Boolean, Value::Boolean(_))
        | (Shape::Integer, Value::Integer(_))
        | (Shape::Record, _) => Ok(()),
        (shape, value) => Err(format!("'{value}' is not what it takes ({shape:?})")),
    }
}

fn check_instant(text: &str) -> Result<(), String> {
    text.parse::<model::Timestamp>().map(|_| ()).map_err(|error| error.to_string())
}

fn check_user_principal_name(tenant: &Tenant, name: &str) -> Result<(), Error> {
    let fail = |message: String| Err(Error::invalid("userPrincipalName", message));
    let Some((local, domain)) = name.rsplit_once('@') else {
        return fail(format!("'{name}' has no domain"));
    };
    if local.is_empty() || local.chars().any(|c| c.is_whitespace() || c.is_control() || c == '@') {
        return fail(format!("'{name}' is no user principal name"));
    }
    if !tenant.domains.iter().any(|own| own.as_str().eq_ignore_ascii_case(domain)) {
        return fail(format!("'{domain}' is no verified domain of {}", tenant.name));
    }
    Ok(())
}
