//! Percent-coding, as it stands in query strings.

use super::Fault;

/// A name or a value of a query string as text: `+` is a blank, `%` stands before two digits, and
/// what comes out is UTF-8.
pub fn decode(raw: &str) -> Result<String, Fault> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits =
                    others.get(..2).and_then(|pair| Some((digit(pair[0])?, digit(pair[1])?)));
                let Some((high, low)) = digits else {
                    let at = raw.len() - others.len() - 1;
                    return Err(Fault::bad(
                        at..at + 1,
                        "'%' stands before no two hexadecimal digits",
                    ));
                };
                bytes.push(high << 4 | low);
                rest = &others[2..];
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Fault::bad(0..raw.len(), "the percent-coded bytes are not UTF-8"))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// A text as it stands in a query string that [`decode`] reads back.
pub(super) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'$' | b'\'' | b'(' | b')' | b',' | b':' | b'/' | b';' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for text in ["", "a b+c%&=#", "Ünï 😀", "startswith(displayName,'O''Neil')"] {
            let mut raw = String::new();
            encode(text, &mut raw);
            assert!(!raw.contains(['&', '=', '#', ' ', '+']), "{raw}");
            assert_eq!(decode(&raw), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_percent_code_is_refused() {
        for raw in ["%", "a%4", "%zz", "%ff"] {
            assert!(decode(raw).is_err(), "{raw}");
        }
    }
}
