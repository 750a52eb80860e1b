//! Operands of a filter's text.
//!
//! A quoted operand ends at a quote behind which the text ends or `AND` or `OR` follows, perhaps
//! after options or closing parentheses. Quotes and backslashes before that are text: patterns and
//! names are full of them, and so the `Display` of a filter needs no escapes. Only between `$'` and
//! `'` a backslash says more, because nobody could see a line break otherwise.

use model::hidden;

use super::{
    cursor::{begins_with, bracket, chunk, is_end_of_operand, joint, word},
    escape::{self, Escaped},
    moment, operator, options,
};

pub(super) enum Operand {
    Found { text: String, length: usize },
    Wrong(Wrong),
}

pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) offset: usize,
    pub(super) length: usize,
    pub(super) message: String,
    pub(super) hint: String,
}

/// Reads the operand with which the text begins; `open` parentheses wait for their closing ones.
pub(super) fn read(text: &str, open: usize) -> Operand {
    if let Some((inner, length)) = read_fenced(text) {
        return Operand::Found { text: inner.to_owned(), length };
    }
    match escape::read(text) {
        Some(Escaped::Found(text, length)) => return Operand::Found { text, length },
        Some(Escaped::Open) => return Operand::Wrong(unclosed(text, '\'')),
        Some(Escaped::Wrong(offset)) => return Operand::Wrong(no_escape(text, offset)),
        None => {}
    }
    match text.chars().next() {
        Some(quote @ ('\'' | '"')) => read_quoted(text, quote, open),
        _ => read_bare(text, open),
    }
}

/// `#'…'#`: it ends at the first quote behind which as many `#` follow as stood before.
fn read_fenced(text: &str) -> Option<(&str, usize)> {
    let fence = text.len() - text.trim_start_matches('#').len();
    let quote = text[fence..].chars().next().filter(|next| fence > 0 && "'\"".contains(*next))?;
    let inner = &text[fence + 1..];
    let closing = format!("{quote}{}", &text[..fence]);
    let end = inner.find(&closing)?;
    Some((&inner[..end], fence + 1 + end + closing.len()))
}

fn read_quoted(text: &str, quote: char, open: usize) -> Operand {
    let inner = &text[1..];
    // A parenthesis too many is better told as such than as a quote that does not close.
    let end = closing(inner, quote, open).or_else(|| closing(inner, quote, usize::MAX));
    if let Some(end) = end {
        return Operand::Found { text: inner[..end].to_owned(), length: end + 2 };
    }
    let small_joint = inner.match_indices(quote).find_map(|(at, _)| {
        let rest = inner[at + 1..].trim_start();
        is_small_joint_of_clauses(rest).then(|| text.len() - rest.len())
    });
    if let Some(offset) = small_joint {
        return Operand::Wrong(Wrong {
            code: "filter-joint",
            offset,
            length: word(&text[offset..]).len(),
            message: format!("expected AND or OR, found '{}'", word(&text[offset..])),
            hint: format!("write {} in capitals", word(&text[offset..]).to_uppercase()),
        });
    }
    Operand::Wrong(unclosed(text, quote))
}

fn unclosed(text: &str, quote: char) -> Wrong {
    Wrong {
        code: "filter-unclosed-quote",
        offset: 0,
        length: text.len(),
        message: "the quote that opens here does not close".to_owned(),
        hint: format!("close it with {quote}; behind it stands AND, OR or nothing"),
    }
}

fn no_escape(text: &str, offset: usize) -> Wrong {
    let written: String = text[offset..].chars().take(2).collect();
    Wrong {
        code: "filter-escape",
        offset,
        length: written.len(),
        message: format!("'{written}' stands for no character"),
        hint: r"write \n, \r, \t, \', \u{200b}, or \\ for a backslash".to_owned(),
    }
}

/// Where the closing quote stands.
fn closing(text: &str, quote: char, open: usize) -> Option<usize> {
    text.match_indices(quote).map(|(at, _)| at).find(|at| is_end_of_operand(&text[at + 1..], open))
}

fn read_bare(text: &str, open: usize) -> Operand {
    let mut end = 0;
    let mut inner = 0_usize;
    while let Some((start, chunk)) = next_chunk(text, end) {
        if joint(&text[start..]).is_some() || are_options(&text[start..], end == 0, open) {
            break;
        }
        // "Research and Development" is an operand; what looks like a clause behind the word is not.
        if end > 0 && is_small_joint_of_clauses(&text[start..]) {
            return Operand::Wrong(stands_inside(start, word(chunk)));
        }
        let closes = if open == 0 { None } else { closing_parenthesis(chunk, &mut inner) };
        if let Some(length) = closes {
            end = if length == 0 { end } else { start + length };
            break;
        }
        end = start + chunk.len();
    }
    if end == 0 {
        return Operand::Wrong(Wrong {
            code: "filter-missing-operand",
            offset: 0,
            length: 0,
            message: "expected an operand".to_owned(),
            hint: "write '' for an empty one".to_owned(),
        });
    }
    match options::at_the_end(&text[..end]) {
        Some(bracket) => Operand::Wrong(touches_options(end - bracket.len(), bracket)),
        None => Operand::Found { text: text[..end].to_owned(), length: end },
    }
}

/// An option that would become a part of the text that is compared.
fn touches_options(offset: usize, bracket: &str) -> Wrong {
    Wrong {
        code: "filter-option",
        offset,
        length: bracket.len(),
        message: format!("'{bracket}' would be a part of the operand here"),
        hint:
            "write a blank before an option and several as [any case, missing is true], or put an \
               operand that ends so into quotes"
                .to_owned(),
    }
}

fn stands_inside(offset: usize, small: &str) -> Wrong {
    let capitals = small.to_uppercase();
    Wrong {
        code: "filter-joint",
        offset,
        length: small.len(),
        message: format!("'{small}' stands inside an operand, but a clause follows it"),
        hint: format!("write {capitals} in capitals, or put the operand into quotes"),
    }
}

/// Where the parenthesis stands that closes more than was opened inside the operand.
fn closing_parenthesis(chunk: &str, inner: &mut usize) -> Option<usize> {
    for (at, character) in chunk.char_indices() {
        match character {
            '(' => *inner += 1,
            ')' if *inner == 0 => return Some(at),
            ')' => *inner -= 1,
            _ => {}
        }
    }
    None
}

/// Whether the text goes on with options. Where no operand stands before them they must be known
/// ones: a pattern may begin with a bracket.
fn are_options(text: &str, first: bool, open: usize) -> bool {
    let Some(inner) = bracket(text) else { return false };
    let meant = if first { options::is_known(inner) } else { options::holds_word(inner) };
    meant && is_end_of_operand(text, open)
}

/// Whether the text begins with `and` or `or`, not in capitals, and a clause.
fn is_small_joint_of_clauses(text: &str) -> bool {
    let word = word(text);
    let is_joint = word.eq_ignore_ascii_case("and") || word.eq_ignore_ascii_case("or");
    is_joint && joint(text).is_none() && begins_clause(&text[word.len()..])
}

/// Whether a clause seems to be meant: an attribute and an operator, perhaps in parentheses.
pub(super) fn begins_clause(text: &str) -> bool {
    let mut text = text;
    let (first, rest) = loop {
        text = text.trim_start_matches(|next: char| next.is_whitespace() || next == '(');
        let first = word(text);
        let rest = text[first.len()..].trim_start();
        if !["not", "any", "all"].iter().any(|known| first.eq_ignore_ascii_case(known)) {
            break (first, rest);
        }
        text = rest;
    };
    if first.is_empty() {
        return false;
    }
    let is_date =
        operator::read_when(rest).is_some_and(|(_, length)| moment::begins(&rest[length..]));
    // In small letters "member of" is something that a name may well hold.
    let is_member = begins_with(text, "MEMBER OF") || begins_with(text, "MEMBER_OF");
    is_date || is_member || operator::read(rest).is_some()
}

fn next_chunk(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = &text[from..];
    let start = from + (rest.len() - rest.trim_start().len());
    let chunk = chunk(&text[start..]);
    (!chunk.is_empty()).then_some((start, chunk))
}

/// The operand in the quotes in which it comes back as it was, on one line.
pub(super) fn print(operand: &str) -> String {
    if hidden::holds_hidden(operand) {
        return hidden::quote(operand);
    }
    let comes_back = |quote: &char| {
        closing(&format!("{operand}{quote}"), *quote, usize::MAX) == Some(operand.len())
    };
    if let Some(quote) = ['\'', '"'].iter().find(|quote| comes_back(quote)) {
        return format!("{quote}{operand}{quote}");
    }
    let mut fence = "#".to_owned();
    while operand.contains(&format!("'{fence}")) {
        fence.push('#');
    }
    format!("{fence}'{operand}'{fence}")
}
