//! Entry point: hands the arguments to `cli` and turns the outcome into an exit code.

/// Imports and lists make millions of small values, which the system's allocator takes a quarter of the time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
