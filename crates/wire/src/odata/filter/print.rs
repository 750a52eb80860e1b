//! From a tree to text that is parsed to the same tree.

use std::fmt::{self, Display as _};

use super::{Expr, Node, Operand, Path, Term};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => joined(f, parts, "and"),
            Self::Or(parts) => joined(f, parts, "or"),
            Self::Not(part) => write!(f, "not ({part})"),
            Self::Compare { left, by, right } => write!(f, "{left} {} {right}", by.as_str()),
            Self::In { left, values } => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "{left} in ({})", values.join(","))
            }
            Self::Match { how, left, right } => write!(f, "{}({left},{right})", how.as_str()),
            Self::Lambda { path, quantifier, variable, body } => {
                write!(f, "{path}/{}(", quantifier.as_str())?;
                if let (Some(variable), Some(body)) = (variable, body) {
                    write!(f, "{variable}:{body}")?;
                }
                f.write_str(")")
            }
            Self::Truth(operand) => operand.fmt(f),
        }
    }
}

fn joined(f: &mut fmt::Formatter<'_>, parts: &[Expr], word: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            write!(f, " {word} ")?;
        }
        match part.node {
            Node::And(_) | Node::Or(_) => write!(f, "({part})")?,
            _ => part.fmt(f)?,
        }
    }
    Ok(())
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.term {
            Term::Path(path) => path.fmt(f),
            Term::Literal(literal) => literal.fmt(f),
            Term::Letters(letters, operand) => write!(f, "{}({operand})", letters.as_str()),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.variable.iter().chain(&self.segments).map(String::as_str);
        let names: Vec<&str> = names.chain(self.count.then_some("$count")).collect();
        f.write_str(&names.join("/"))
    }
}
