//! Answers of clauses and tests: yes, no, or none, when a pattern takes too long on a value. A clause
//! without an answer leaves the whole open only where the answer would matter.

use std::fmt;

/// Whether something holds, or which clause has no answer.
pub(super) type Answer = Result<bool, Undecided>;

/// A clause that has no answer for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The clause.
    pub clause: String,
    /// Why there is no answer.
    pub why: String,
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no answer: {}", self.clause, self.why)
    }
}

/// Whether all hold: one no is enough for a no, whatever has no answer.
pub(super) fn all(answers: impl IntoIterator<Item = Answer>) -> Answer {
    decide(answers, true)
}

/// Whether at least one holds: one yes is enough for a yes, whatever has no answer.
pub(super) fn any(answers: impl IntoIterator<Item = Answer>) -> Answer {
    decide(answers, false)
}

/// The first answer that is not this one; else the first that there is none of, else this one.
fn decide(answers: impl IntoIterator<Item = Answer>, usual: bool) -> Answer {
    let mut open = None;
    for answer in answers {
        match answer {
            Ok(answer) if answer != usual => return Ok(answer),
            Ok(_) => {}
            Err(undecided) => drop(open.get_or_insert(undecided)),
        }
    }
    open.map_or(Ok(usual), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(clause: &str) -> Answer {
        Err(Undecided { clause: clause.to_owned(), why: String::new() })
    }

    #[test]
    fn an_open_answer_matters_only_where_the_others_do_not_decide() {
        assert_eq!(all([Ok(true), open("a"), Ok(false)]), Ok(false));
        assert_eq!(all([Ok(true), open("a"), open("b")]), open("a"));
        assert_eq!(any([open("a"), Ok(false), Ok(true)]), Ok(true));
        assert_eq!(any([Ok(false), open("a")]), open("a"));
        assert_eq!((all([]), any([])), (Ok(true), Ok(false)));
    }
}
