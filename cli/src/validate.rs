//! `flight validate`: decodes and validates a module.

use std::io::Write;

use crate::arguments::FileOptions;
use crate::failure::Failure;
use crate::source::Source;

pub(crate) fn validate(options: &FileOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let source = Source::read(&options.file)?;
    source.module(options.features.features)?;
    writeln!(out, "{}: valid", source.name)?;
    Ok(())
}
