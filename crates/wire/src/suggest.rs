//! "Did you mean": the candidate nearest to a misspelt word.

/// The candidate that is at most one slip in three letters away, without regard to case.
pub(crate) fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    // What is longer than any name is no misspelt name, and comparing it would cost its square.
    if word.len() > 80 {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, _)| *distance <= word.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn distance(word: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=candidate.len()).collect();
    for (i, letter) in word.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in candidate.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[candidate.len()]
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn finds_the_near_one() {
        let names = ["department", "displayName", "mail"];
        assert_eq!(suggest("departmnt", names), Some("department"));
        assert_eq!(suggest("displayname", names), Some("displayName"));
        assert_eq!(suggest("frobnicate", names), None);
        assert_eq!(suggest("", names), None);
    }
}
