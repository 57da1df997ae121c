//! `cargo xtask play`: from a fresh clone to a served page.

use std::time::Instant;

use crate::Result;
use crate::page;
use crate::serve::{self, Port};
use crate::workspace::Workspace;

/// Builds what changed and serves the page until it is interrupted.
pub(crate) fn play(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut port = Port::From(5173);
    let mut serving = true;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--no-serve" => serving = false,
            "--port" => {
                let number = rest.next().and_then(|number| number.parse().ok());
                port = Port::Exactly(
                    number
                        .ok_or("--port wants a number from 0 to 65535 (0 takes any free one).")?,
                );
            }
            unknown => {
                return Err(format!(
                    "`play` has no option `{unknown}`; it knows --port N and --no-serve."
                ));
            }
        }
    }
    let began = Instant::now();
    page::build(workspace)?;
    println!(
        "The playground is built ({:.1} s).",
        began.elapsed().as_secs_f64()
    );
    if !serving {
        return Ok(());
    }
    let server = serve::Server::bind(workspace.path("playground/dist"), port)?;
    println!(
        "\n    {}\n\nOpen it in a browser; Ctrl-C ends it.",
        server.address()
    );
    server.serve()
}
