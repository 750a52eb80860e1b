//! Seen-marks: which rows of a tenant a read has named. A million rows take 125 KB, and rows that are
//! far apart take no room in between.

use std::collections::BTreeMap;

const WORDS: usize = 512;
const ROWS: u64 = WORDS as u64 * 64;

/// A set of rows.
#[derive(Default)]
pub(super) struct Rows(BTreeMap<u64, Box<[u64; WORDS]>>);

impl Rows {
    /// Puts a row in, and says whether it is new.
    pub(super) fn insert(&mut self, row: u64) -> bool {
        let part = self.0.entry(row / ROWS).or_insert_with(|| Box::new([0; WORDS]));
        let (word, bit) = place(row);
        let is_new = part[word] & bit == 0;
        part[word] |= bit;
        is_new
    }

    /// Whether a row is in.
    pub(super) fn contains(&self, row: u64) -> bool {
        let (word, bit) = place(row);
        self.0.get(&(row / ROWS)).is_some_and(|part| part[word] & bit != 0)
    }
}

fn place(row: u64) -> (usize, u64) {
    let within = row % ROWS;
    ((within / 64) as usize, 1 << (within % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_when_they_were_put_in_however_far_apart() {
        let mut rows = Rows::default();
        let some = [0, 1, 63, 64, ROWS - 1, ROWS, 1 << 40, u64::MAX];
        assert!(some.iter().all(|row| rows.insert(*row)));
        assert!(some.iter().all(|row| rows.contains(*row) && !rows.insert(*row)));
        assert!([2, 62, 65, ROWS + 1, (1 << 40) - 1].iter().all(|row| !rows.contains(*row)));
        assert_eq!(rows.0.len(), 4);
    }
}
