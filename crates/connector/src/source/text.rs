//! The text of a file as it is read: without the lines that are no records, and with a digest of all
//! of it, so that what was read can be compared with what was measured.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, Read},
    ops::Range,
    rc::Rc,
};

use sha2::{Digest, Sha256};

/// A digest as text.
pub(super) fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file on its way to a reader of records.
pub(super) struct Text {
    file: File,
    at: u64,
    /// Ranges of bytes that are left out, in order.
    left_out: Vec<Range<u64>>,
    digest: Rc<RefCell<Sha256>>,
}

impl Text {
    /// The file from its beginning, and where the digest of what was read grows.
    pub(super) fn new(file: File, left_out: Vec<Range<u64>>) -> (Self, Rc<RefCell<Sha256>>) {
        let digest = Rc::new(RefCell::new(Sha256::new()));
        (Self { file, at: 0, left_out, digest: digest.clone() }, digest)
    }

    /// Takes the bytes of `read` that are left out away, and gives how many remain.
    fn squeeze(&self, read: &mut [u8]) -> usize {
        let mut kept = 0;
        let mut from = 0;
        for range in &self.left_out {
            let place = |at: u64| (at.saturating_sub(self.at) as usize).clamp(from, read.len());
            let (start, end) = (place(range.start), place(range.end));
            read.copy_within(from..start, kept);
            kept += start - from;
            from = end;
        }
        read.copy_within(from.., kept);
        kept + read.len() - from
    }
}

impl Read for Text {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.file.read(into)?;
            if count == 0 {
                return Ok(0);
            }
            self.digest.borrow_mut().update(&into[..count]);
            let kept = self.squeeze(&mut into[..count]);
            self.at += count as u64;
            // Nothing kept is no end.
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_is_left_out_is_left_out_whatever_the_size_of_a_read() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(b"# 2\nid\nada\nEND\n").expect("written");
        for size in 1..20 {
            let open = File::open(file.path()).expect("opened");
            let (mut text, digest) = Text::new(open, vec![0..3, 11..14]);
            let mut all = Vec::new();
            let mut part = vec![0; size];
            while let Ok(count @ 1..) = text.read(&mut part) {
                all.extend_from_slice(&part[..count]);
            }
            assert_eq!(String::from_utf8_lossy(&all), "\nid\nada\n\n", "{size}");
            let whole = Sha256::new().chain_update(b"# 2\nid\nada\nEND\n");
            assert_eq!(hex(digest.take()), hex(whole));
        }
    }
}
