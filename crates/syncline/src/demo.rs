//! placeholder
use crate::{args::{DemoArgs, Options}, failure::Failure, output::Output};
pub fn run(_args: &DemoArgs, _options: &Options, _output: &mut dyn Output) -> Result<u8, Failure> { Err(Failure::usage("not yet")) }
