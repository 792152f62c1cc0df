//! Writes every sample page with its assets into a folder, to be looked at in a browser:
//! `cargo run -p web --features samples --example gallery -- /tmp/gallery`, then serve the folder on loopback.

use std::path::PathBuf;
use std::{env, fs, io};

use web::{L, Lang};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".into()));
    let assets = folder.join("assets");
    fs::create_dir_all(&assets)?;
    for (name, bytes) in web::assets::files() {
        fs::write(assets.join(name), bytes)?;
    }
    for lang in Lang::ALL {
        for sample in web::samples::all(L::new(lang)) {
            let short = lang.tag().split('-').next().unwrap_or("en");
            fs::write(folder.join(format!("{}.{short}.html", sample.name)), sample.html)?;
        }
    }
    Ok(())
}
