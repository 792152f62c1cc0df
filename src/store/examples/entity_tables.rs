//! Prints the statements that make every entity's table, for a new migration file: `cargo run -p store --example entity_tables sqlite`.
#[expect(clippy::print_stdout, reason = "printing is what it is for")]
fn main() {
    let engine = if std::env::args().nth(1).as_deref() == Some("postgres") {
        store::Engine::Postgres
    } else {
        store::Engine::Sqlite
    };
    for def in store::entity_tables() {
        println!("{}", store::table_statement(def, engine));
    }
}
