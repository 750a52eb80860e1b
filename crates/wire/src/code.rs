//! The codes of rejected text: one word for scripts, with what it means and what to do about it.
//! Reference pages are made from the table.

macro_rules! codes {
    ($($constant:ident $text:literal $title:literal $remedy:literal)*) => {
        $(
            #[doc = $title]
            pub const $constant: &str = $text;
        )*

        /// Every code with what it means and what to do about it.
        pub const ALL: &[(&str, &str, &str)] = &[$(($text, $title, $remedy),)*];
    };
}

codes! {
    NOT_READABLE "not-readable"
        "The input could not be read to its end."
        "Read the message of the system; what came before was taken."
    ENCODING "encoding"
        "The text is not UTF-8."
        "Save the file as UTF-8; in LDIF write the value in base64 behind two colons."
    TOO_LARGE "too-large"
        "One record is larger than the reader keeps in memory."
        "Look for a quote or a bracket that is never closed; divide a very large group."
    CUT_SHORT "cut-short"
        "The input ends inside a record or a list."
        "Fetch the file again: it is not whole."
    HEADER "header"
        "The first line of a CSV file names no attribute."
        "Write attribute names into the first line, or name the columns with `--column FROM=TO`."
    CELLS "cells"
        "A line has more or fewer cells than the header."
        "Put cells that contain the separator into double quotes."
    QUOTE "quote"
        "A double quote is not closed, or text follows the closing one."
        "Close the quote; write a double quote inside a quoted cell twice."
    JSON "json"
        "The text is no JSON object."
        "Correct the place that line and column show."
    LDIF "ldif"
        "The lines are no LDIF entry."
        "Write `name: value` lines, the first of them `dn:`, and a blank line between entries."
    LDIF_URL "ldif-url"
        "The value stands in another file, which is never opened."
        "Write the value itself, in base64 behind two colons."
    LDIF_CHANGE "ldif-change"
        "The entry is a change other than an addition."
        "Export whole entries, as `slapcat` and `ldapsearch -LLL` do."
    VALUE "value"
        "A value has not the shape of its attribute."
        "Correct the value, or name another attribute with `--column FROM=TO`."
    TOO_LONG "too-long"
        "A value is longer than its attribute may be."
        "Shorten the value, or name another attribute with `--column FROM=TO`."
    BAD_ID "bad-id"
        "An id is not a UUID."
        "Leave the id out, or name another attribute with `--column id=employeeId`."
    REFERENCE "reference"
        "A manager or member is named in a way that is not understood."
        "Name people by id, user principal name, mail address or distinguished name."
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_code_stands_once() {
        let mut codes: Vec<_> = super::ALL.iter().map(|(code, ..)| code).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), super::ALL.len());
    }
}
