//! The attribute mapping language: text such as `Join("@", [mailNickname], DefaultDomain())` becomes
//! an [`Expression`], which turns the attributes of one record into one value.
//!
//! It stands inside the `map` step of the line and knows nothing of the rest: no clock, no
//! randomness, no database. Whatever an evaluation may look at comes through [`Input`], so the same
//! input always gives the same result. Which attribute the value goes to, when it is written and
//! what a failure means for the record is left to the engine.
//!
//! ```
//! use expr::{Expression, Flow, Input, Value};
//!
//! struct Ada;
//! impl Input for Ada {
//!     fn attribute(&self, name: &str) -> Value<'_> {
//!         match name {
//!             "givenName" => Value::from("Ada"),
//!             _ => Value::Null,
//!         }
//!     }
//! }
//!
//! let expression = Expression::parse(r#"Append(ToUpper([givenName]), "!")"#).unwrap();
//! assert_eq!(expression.evaluate(&Ada), Ok(Flow::Value(Value::from("ADA!"))));
//! ```

mod analysis;
mod builtins;
mod call;
mod casing;
mod check;
mod codes;
mod compare;
mod complete;
mod dates;
mod dotnet;
mod error;
mod expression;
mod function;
mod input;
mod json;
mod length;
mod lexer;
mod number;
mod parser;
mod path;
#[cfg(test)]
mod testing;
pub mod tree;
mod utf16;
mod value;
pub mod vectors;
mod work;

pub use analysis::{Analysis, Attribute, Schema, find_unknown};
pub use builtins::functions;
pub use codes::CODES;
pub use complete::{Completion, CompletionKind, complete, signature_at};
pub use dotnet::Pattern;
pub use error::{EvaluateError, Problem};
pub use expression::{Expression, MAX_DEPTH, MAX_LENGTH};
pub use function::{Example, Function, Parameter, Type};
pub use input::{Flow, Input, Note};
pub use number::Number;
pub use value::Value;

use model::{
    diagnostic::{Diagnostic, Severity},
    suggest,
};
