//! Entry point: hands the arguments to `cli` and turns the outcome into an exit code.
fn main() -> std::process::ExitCode {
    cli::main()
}
