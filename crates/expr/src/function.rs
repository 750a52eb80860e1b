//! What a function is: its name and parameters for people and the checker, its body for evaluation.

use serde::Serialize;

use crate::call::{Answer, Call};
use crate::check::Site;
use crate::length::Length;

/// A function of the language. There is one constant of this type per file in `builtins`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Function {
    /// The name in its documented spelling.
    pub name: &'static str,
    /// The parameters in order.
    pub parameters: &'static [Parameter],
    /// The type of the result.
    pub result: Type,
    /// One line.
    pub summary: &'static str,
    /// What to know before using it.
    pub doc: &'static str,
    /// Calls and what they give. The attribute [nothing] is absent in them.
    pub examples: &'static [Example],
    /// How long the result can be.
    #[serde(skip)]
    pub(crate) length: Length,
    /// Whether it may only be the outermost call of an expression.
    pub outermost: bool,
    /// Gives the result. Arguments are evaluated when the body asks for them, and only then.
    #[serde(skip)]
    pub(crate) run: for<'a> fn(&Call<'_, 'a>) -> Answer<'a>,
    /// Looks at the arguments before any record is read.
    #[serde(skip)]
    pub(crate) check: Option<fn(&mut Site<'_>)>,
}

/// A parameter of a function.
#[derive(Debug, Serialize)]
pub struct Parameter {
    /// The documented name.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it belongs to the group at the end that may be repeated.
    pub variadic: bool,
    /// Whether it can be the result, so that `IgnoreAttributeFlow` may stand there.
    #[serde(skip)]
    pub(crate) tail: bool,
    /// Whether it takes all members of a list; otherwise the first one is used.
    #[serde(skip)]
    pub(crate) lists: bool,
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: Type,
}

/// A type, for people. Values are converted where the reference says so, not refused by type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Type {
    /// Any value.
    Any,
    /// A text.
    Text,
    /// A number, or numeric text.
    Number,
    /// A comparison, a boolean, a number, or the text True or False.
    Boolean,
    /// A date-time, or its text.
    DateTime,
    /// The members of a list.
    List,
    /// An attribute between brackets.
    Attribute,
}

/// A call and what it gives.
#[derive(Debug, Serialize)]
pub struct Example {
    /// The call.
    pub expression: &'static str,
    /// The text of its result; `null`, `drop attribute`, `drop object`, or `error` and a code.
    pub result: &'static str,
}

/// An example, for the descriptors.
pub(crate) const fn example(expression: &'static str, result: &'static str) -> Example {
    Example { expression, result }
}

/// A parameter that must be given.
pub(crate) const fn required(name: &'static str, kind: Type) -> Parameter {
    let lists = matches!(kind, Type::Any | Type::List | Type::Attribute);
    Parameter { name, required: true, variadic: false, tail: false, lists, kind }
}

/// A parameter that may be left out.
pub(crate) const fn optional(name: &'static str, kind: Type) -> Parameter {
    Parameter { required: false, ..required(name, kind) }
}

impl Parameter {
    /// The parameter as one of the group that may be repeated.
    pub(crate) const fn repeated(self) -> Parameter {
        Parameter { variadic: true, ..self }
    }

    /// The parameter as one that takes all members of a list.
    pub(crate) const fn lists(self) -> Parameter {
        Parameter { lists: true, ..self }
    }

    /// The parameter as one that takes the first member of a list, though of any kind.
    pub(crate) const fn first(self) -> Parameter {
        Parameter { lists: false, ..self }
    }

    /// The parameter as one that can be the result.
    pub(crate) const fn tail(self) -> Parameter {
        Parameter { tail: true, ..self }
    }
}

impl Function {
    /// The parameter that takes the argument at `index`.
    pub fn parameter(&self, index: usize) -> Option<&'static Parameter> {
        let group = self.group();
        if index < self.parameters.len() || group == 0 {
            return self.parameters.get(index);
        }
        let fixed = self.parameters.len() - group;
        self.parameters.get(fixed + (index - fixed) % group)
    }

    /// How many parameters at the end are repeated together.
    pub(crate) fn group(&self) -> usize {
        self.parameters.iter().filter(|parameter| parameter.variadic).count()
    }

    /// The call as the documentation writes it: `Left(string, numChars)`, options in brackets.
    pub fn signature(&self) -> String {
        let mut parts: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| match parameter.required {
                true => parameter.name.to_owned(),
                false => format!("[{}]", parameter.name),
            })
            .collect();
        if self.group() > 0 {
            parts.push("…".to_owned());
        }
        format!("{}({})", self.name, parts.join(", "))
    }
}

/// Functions are the same when they have the same name; the registry holds each name once.
impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name
    }
}
