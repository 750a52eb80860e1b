//! placeholder
use crate::{args::BenchArgs, failure::Failure, output::Output};
pub fn run(_args: &BenchArgs, _output: &mut dyn Output) -> Result<u8, Failure> { Err(Failure::usage("not yet")) }
