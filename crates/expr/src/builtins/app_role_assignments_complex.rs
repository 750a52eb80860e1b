//! All roles of a user, to be added.

use std::borrow::Cow;

use crate::Value;
use crate::call::{Answer, Call};
use crate::check::Site;
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "AppRoleAssignmentsComplex",
    parameters: &[required("appRoleAssignments", Type::Attribute)],
    result: Type::List,
    summary: "gives all app roles of the user",
    doc: "The argument is the attribute [appRoleAssignments]. In a target this form adds roles and never removes any.",
    examples: &[
        example(
            r#"AppRoleAssignmentsComplex([appRoleAssignments])"#,
            r#"[{"id":"1","value":"Admin","displayName":"Administrator"}]"#,
        ),
        example(r#"Count(AppRoleAssignmentsComplex([appRoleAssignments]))"#, "1"),
    ],
    length: Length::Unknown,
    outermost: false,
    run,
    check: Some(check),
};

pub(super) fn check(site: &mut Site<'_>) {
    site.require_attribute(0, "appRoleAssignments");
}

/// Each role with its identifier, value and display name, and nothing else that came with it.
pub(super) fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    let role = |assignment: Value<'a>| match assignment {
        Value::Object(_) => Value::Object(
            ["id", "value", "displayName"]
                .into_iter()
                .map(|name| {
                    let part = assignment.part(name).cloned();
                    (Cow::Borrowed(name), part.unwrap_or(Value::Null))
                })
                .collect(),
        ),
        other => other,
    };
    Ok(Value::List(call.members(0)?.into_iter().map(role).collect()))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_all};

    #[test]
    fn results() {
        check_all(&[
            (r#"AppRoleAssignmentsComplex([appRoleAssignments])"#, "[]"),
            (r#"AppRoleAssignmentsComplex([roles])"#, "error expr-argument"),
        ]);
    }

    #[test]
    fn results_of_attributes() {
        check(
            r#"Count(AppRoleAssignmentsComplex([appRoleAssignments]))"#,
            r#"{"appRoleAssignments": [{"value": "a"}, {"value": "b"}]}"#,
            "2",
        );
    }
}
