//! "Did you mean": the candidate nearest to a misspelt word.

/// The candidate that a misspelt word most likely stands for, without regard to case; `None` when
/// nothing is near. Of several equally near ones the first wins.
pub fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    // One slip in three letters is still the same word; a word of one or two letters says too little.
    let limit = word.len() / 3;
    // What is longer than any name is no misspelt name, and comparing it would cost its square.
    if word.len() > 200 {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate, limit), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits between two words, where two letters in exchanged order count once. Anything above the
/// limit may be given as any number above it.
fn distance(word: &[char], candidate: &str, limit: usize) -> usize {
    let candidate: Vec<char> = candidate.to_lowercase().chars().collect();
    if word.len().abs_diff(candidate.len()) > limit {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=candidate.len()).collect();
    for (i, letter) in word.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, other) in candidate.iter().enumerate() {
            let replaced = row[j] + usize::from(letter != other);
            let mut cost = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            let exchanged = i > 0 && j > 0 && *letter == candidate[j - 1] && word[i - 1] == *other;
            if exchanged {
                cost = cost.min(before[j - 1] + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_near_one() {
        let names = ["ToLower", "ToUpper", "Trim", "Join"];
        assert_eq!(suggest("ToLowr", names), Some("ToLower"));
        assert_eq!(suggest("tolower", names), Some("ToLower"));
        assert_eq!(suggest("Jion", names), Some("Join"));
        assert_eq!(suggest("Frobnicate", names), None);
        assert_eq!(suggest("", names), None);
    }
}
