//! All roles of a user, to replace those in the target.

use super::app_role_assignments_complex::{check, run};
use crate::function::{Function, Type, example, required};
use crate::length::Length;

pub(super) static FUNCTION: Function = Function {
    name: "AssertiveAppRoleAssignmentsComplex",
    parameters: &[required("appRoleAssignments", Type::Attribute)],
    result: Type::List,
    summary: "gives all app roles of the user, to replace those in the target",
    doc: "The argument is the attribute [appRoleAssignments]. In a target this form replaces the roles, so that those no longer assigned vanish in the target.",
    examples: &[
        example(
            r#"AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"#,
            r#"[{"id":"1","value":"Admin","displayName":"Administrator"}]"#,
        ),
        example(r#"Count(AssertiveAppRoleAssignmentsComplex([appRoleAssignments]))"#, "1"),
    ],
    length: Length::Unknown,
    outermost: false,
    run,
    check: Some(check),
};

#[cfg(test)]
mod tests {
    use crate::testing::check_all;

    #[test]
    fn results() {
        check_all(&[
            (r#"AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"#, "[]"),
            (r#"AssertiveAppRoleAssignmentsComplex("x")"#, "error expr-argument"),
        ]);
    }
}
