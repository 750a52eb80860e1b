//! placeholder
use model::Kind;
use super::Call;
use crate::{args::ExportArgs, failure::Failure, output::{Output, Reply}};
pub fn run(_call: &Call<'_>, _args: &ExportArgs, _kind: Kind, _output: &mut dyn Output) -> Result<Reply, Failure> { Err(Failure::usage("not yet")) }
