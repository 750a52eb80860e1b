//! The name of one app role.

use super::app_role_assignments_complex::check;
use crate::Value;
use crate::call::{Answer, Call};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "SingleAppRoleAssignment",
    parameters: &[required("appRoleAssignments", Type::Attribute)],
    result: Type::Text,
    summary: "gives one app role of the user",
    doc: "The value of the first role. The service does not say which one it takes of several, so assign one role only.",
    examples: &[
        example(r#"SingleAppRoleAssignment([appRoleAssignments])"#, "Admin"),
        example(r#"ToUpper(SingleAppRoleAssignment([appRoleAssignments]))"#, "ADMIN"),
    ],
    length: Length::Unknown,
    outermost: false,
    run,
    check: Some(check),
};

fn run<'a>(call: &Call<'_, 'a>) -> Answer<'a> {
    Ok(match call.single(0)? {
        Value::Object(parts) => {
            let role = Value::Object(parts);
            role.part("value").cloned().unwrap_or(Value::Null)
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"SingleAppRoleAssignment([appRoleAssignments])"#, "null"),
            (r#"SingleAppRoleAssignment("x")"#, "error expr-argument"),
        ]);
    }
}
