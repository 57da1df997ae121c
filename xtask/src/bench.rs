//! `cargo xtask bench`: the benchmark programs, natively and then as wasm in Node and in browsers.

mod guests;
mod options;
mod places;

use crate::Result;
use crate::workspace::Workspace;

use options::Options;

/// Runs the crate `bench` in all places that are asked for.
pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let Some(options) = Options::read(arguments)? else {
        print!("{}", options::HELP);
        return Ok(());
    };
    let pack = guests::pack(workspace)?;
    for place in &options.places {
        println!("\n{}:", place.about());
        place.measure(workspace, &options, &pack)?;
    }
    Ok(())
}
