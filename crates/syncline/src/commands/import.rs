//! placeholder
use model::Kind;
use super::Call;
use crate::{args::ImportArgs, failure::Failure, output::{Output, Reply}};
pub fn run(_call: &Call<'_>, _args: &ImportArgs, _kind: Kind, _output: &mut dyn Output) -> Result<Reply, Failure> { Err(Failure::usage("not yet")) }
