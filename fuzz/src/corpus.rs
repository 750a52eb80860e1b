//! The committed inputs of a fuzz target, and a short run of changed ones with a fixed seed, so that
//! every test run tries what cargo-fuzz would try for longer. Tests of several crates share this file.

use std::path::Path;

/// The inputs of a target, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Tries the inputs of a target, and so many changed ones; `words` are put into them.
pub fn run(target: fn(&[u8]), name: &str, words: &[&str], changes: usize) {
    let corpus = corpus(name);
    assert!(corpus.len() > 20, "{name} has too few inputs");
    for input in &corpus {
        target(input);
    }
    let mut random = Random(name.len() as u64);
    for _ in 0..changes {
        target(&random.change(&corpus, words));
    }
}

/// SplitMix64, which needs no more than a number.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }

    /// One of the inputs with a few changes: something put in, taken out, doubled or taken from
    /// another input.
    fn change(&mut self, corpus: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
        let mut text: Vec<char> = self.pick(corpus);
        for _ in 0..=self.below(4) {
            let start = self.below(text.len() + 1);
            let end = (start + self.below(8)).min(text.len());
            let put: Vec<char> = match self.below(5) {
                0 => Vec::new(),
                1 | 2 => words[self.below(words.len())].chars().collect(),
                3 => text[start..end].repeat(2),
                _ => {
                    let other = self.pick(corpus);
                    let from = self.below(other.len());
                    other.into_iter().skip(from).take(self.below(20)).collect()
                }
            };
            text.splice(start..end, put);
        }
        text.into_iter().collect::<String>().into_bytes()
    }

    fn pick(&mut self, corpus: &[Vec<u8>]) -> Vec<char> {
        String::from_utf8_lossy(&corpus[self.below(corpus.len())]).chars().collect()
    }
}
