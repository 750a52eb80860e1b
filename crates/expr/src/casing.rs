//! Upper and lower case as .NET does it: one character to one character, with the Turkish dotless i.
//!
//! Rust's own mappings may change the length (`ß` to `SS`) and know a final sigma; these do not.

/// Which rules of casing hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Culture {
    /// No culture named: the invariant one, which leaves `ı` and `İ` alone.
    Invariant,
    /// A culture without rules of its own.
    Common,
    /// Turkish and Azeri: i and İ, ı and I are pairs.
    Turkic,
}

impl Culture {
    /// The culture of a name such as `en-US`. `None` when no language has that name.
    pub(crate) fn find(name: &str) -> Option<Culture> {
        let name = name.trim();
        if name.is_empty() {
            return Some(Culture::Invariant);
        }
        let mut subtags = name.split(['-', '_']);
        let language = subtags.next()?.to_ascii_lowercase();
        let well_formed = |tag: &str| {
            (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if !subtags.all(well_formed) || !is_language(&language) {
            return None;
        }
        match language.as_str() {
            "tr" | "az" => Some(Culture::Turkic),
            _ => Some(Culture::Common),
        }
    }
}

/// The two-letter languages of ISO 639-1 that .NET has a culture for, and the longer names in use.
const LANGUAGES: &str = "af am ar as az ba be bg bn bo br bs ca co cs cy da de dv el en eo es et eu fa ff fi \
fo fr fy ga gd gl gn gu gv ha he hi hr hu hy ia id ig ii is it iu ja ka kk kl km kn ko ks ku kw ky lb ln lo lt \
lv mg mi mk ml mn mr ms mt my nb ne nl nn no nv oc om or os pa pl ps pt qu rm ro ru rw sa sc sd se si sk sl sm sn \
so sq sr ss st su sv sw ta te tg th ti tk tn to tr ts tt ug uk ur uz ve vi vo wo xh yi yo zh zu \
arn chr dsb fil gsw haw hsb kok moh mni prs quc quz sah sma smj smn sms syr tzm";

fn is_language(language: &str) -> bool {
    LANGUAGES.split(' ').any(|known| known == language)
}

/// The text in upper case.
pub(crate) fn to_upper(text: &str, culture: Culture) -> String {
    match text.is_ascii() && culture != Culture::Turkic {
        true => text.to_ascii_uppercase(),
        false => text.chars().map(|character| upper(character, culture)).collect(),
    }
}

/// The text in lower case.
pub(crate) fn to_lower(text: &str, culture: Culture) -> String {
    match text.is_ascii() && culture != Culture::Turkic {
        true => text.to_ascii_lowercase(),
        false => text.chars().map(|character| lower(character, culture)).collect(),
    }
}

/// One character in upper case.
pub(crate) fn upper(character: char, culture: Culture) -> char {
    match (character, culture) {
        ('i', Culture::Turkic) => 'İ',
        ('ı' | 'ſ', Culture::Invariant) => character,
        // The Greek letters with a subscribed iota have a one-character capital that Rust passes over.
        ('\u{1f80}'..='\u{1faf}', _) => {
            char::from_u32(u32::from(character) | 8).unwrap_or(character)
        }
        ('ᾳ', _) => 'ᾼ',
        ('ῃ', _) => 'ῌ',
        ('ῳ', _) => 'ῼ',
        _ => only(character.to_uppercase()).unwrap_or(character),
    }
}

/// One character in lower case.
pub(crate) fn lower(character: char, culture: Culture) -> char {
    match (character, culture) {
        ('I', Culture::Turkic) => 'ı',
        ('İ', Culture::Turkic | Culture::Common) => 'i',
        ('İ', Culture::Invariant) => character,
        _ => only(character.to_lowercase()).unwrap_or(character),
    }
}

/// One character in title case; it differs from upper case in the digraphs only.
pub(crate) fn title(character: char) -> char {
    match character {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        _ => upper(character, Culture::Invariant),
    }
}

fn only(mut characters: impl Iterator<Item = char>) -> Option<char> {
    let first = characters.next();
    if characters.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_changes_the_length() {
        assert_eq!(to_upper("straße ﬁ", Culture::Invariant), "STRAßE ﬁ");
        assert_eq!(to_lower("ΟΔΟΣ", Culture::Invariant), "οδοσ");
        assert_eq!(to_upper("ᾳ ᾀ", Culture::Invariant), "ᾼ ᾈ");
    }

    #[test]
    fn turkish_and_the_others() {
        assert_eq!(to_upper("istanbul ı", Culture::Turkic), "İSTANBUL I");
        assert_eq!(to_lower("TITLE İ", Culture::Turkic), "tıtle i");
        assert_eq!(to_upper("ı", Culture::Invariant), "ı");
        assert_eq!(to_upper("ı", Culture::Common), "I");
    }

    #[test]
    fn culture_names() {
        assert_eq!(Culture::find("tr-TR"), Some(Culture::Turkic));
        assert_eq!(Culture::find("ja-JP"), Some(Culture::Common));
        assert_eq!(Culture::find(""), Some(Culture::Invariant));
        assert_eq!(Culture::find("xx-XX"), None);
        assert_eq!(Culture::find("en-"), None);
    }
}
