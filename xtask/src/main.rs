//! Set-up, build and test steps of Flight, run as `cargo xtask <command>`.
//!
//! It uses the standard library only, so that the first `cargo xtask` of a fresh clone starts within seconds.

mod workspace;

mod browser;
mod install;
mod step;

mod package;
mod page;
mod stamp;

mod bench;
mod footprint;
mod play;
mod serve;
mod size;
mod test;

use std::process::ExitCode;

use workspace::Workspace;

/// What goes wrong is told to a person, in a sentence that says what to do.
type Result<T> = std::result::Result<T, String>;

const HELP: &str = "\
Set-up, build and test steps of Flight.

Usage: cargo xtask <command>

  play [--port N] [--no-serve]  build everything and serve the playground on this machine
  test [PART…]                  run all tests, or the named parts (`test --list` names them)
  bench [ARGUMENT…]             measure against other interpreters, natively and inside wasm
  footprint                     tell how large the engine is as wasm, feature by feature
  size                          tell how large the npm package is, and which crates take the room
  build-js                      build the npm package into bindings-js/pkg
  build-page                    build the static page into playground/dist
  setup                         only install what building and testing need
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = Workspace::find().and_then(|workspace| dispatch(&workspace, command, rest));
    match outcome {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(workspace: &Workspace, command: &str, rest: &[String]) -> Result<ExitCode> {
    if rest.iter().any(|argument| argument == "--help") && command != "bench" {
        return dispatch(workspace, "help", &[]);
    }
    match command {
        "help" | "-h" | "--help" => print!("{HELP}"),
        "play" => play::play(workspace, rest)?,
        "test" => return test::test(workspace, rest),
        "bench" => bench::bench(workspace, rest)?,
        "footprint" => footprint::footprint(workspace)?,
        "size" => size::size(workspace)?,
        "build-js" => package::build(workspace)?,
        "build-page" => page::build(workspace)?,
        "setup" => install::everything(workspace)?,
        unknown => {
            eprint!("error: there is no command `{unknown}`.\n\n{HELP}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}
