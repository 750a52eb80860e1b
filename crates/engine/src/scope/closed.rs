//! Attributes that hold one of a few values only: true and false, and the user type. An operand that
//! is none of them could never be met, and a different case of letters is a slip.

use model::{Name, Shape};

/// The values that the attribute can hold, as clauses see them; none where any text can stand there.
pub(super) fn values(name: &Name, shape: Shape) -> Option<[&'static str; 2]> {
    match shape {
        Shape::Boolean => Some(["True", "False"]),
        _ if *name == Name::USER_TYPE => Some(["Member", "Guest"]),
        _ => None,
    }
}
