//! The test vectors of the reference: every one gives what it must.

use expr::vectors;

#[test]
fn all_pass() {
    let report = vectors::run_all(include_str!("vectors.jsonl"));
    let failed = serde_json::to_string_pretty(&report.cases).unwrap();
    assert_eq!(report.failed, 0, "{failed}");
    assert_eq!(report.passed, 391);
}
