//! The `flight` command.

fn main() -> std::process::ExitCode {
    cli::main()
}
