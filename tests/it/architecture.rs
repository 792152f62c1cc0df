//! The bones: which crate may know which, where drivers and doors may stand, how large and how named a file may be.
//! Every folder in `src/` is a crate, and its Cargo.toml is the list of doors it may open (design, section 2).

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Our own crates, and what each may use of them. `*` is everything.
const ARROWS: [(&str, &[&str]); 13] = [
    ("domain", &[]),
    ("rules", &["domain"]),
    ("landing", &["domain"]),
    ("exchange", &["domain"]),
    ("store", &["domain"]),
    ("services", &["domain", "rules", "landing", "exchange", "store"]),
    ("jobs", &["services", "domain"]),
    ("edge", &["services", "domain", "rules"]),
    ("api", &["edge", "services", "domain", "rules"]),
    ("web", &["edge", "services", "domain", "rules"]),
    ("controller", &["landing", "domain"]),
    ("hub", &["services", "landing", "domain"]),
    ("cli", &["*"]),
];

/// Libraries that may be seen in these crates only.
const CONFINED: [(&str, &[&str]); 4] = [
    ("sqlx", &["store"]),
    ("axum", &["edge", "api", "web", "cli"]),
    ("axum-extra", &["edge", "api", "web", "cli"]),
    // The landing zone takes the derived types alone: see below.
    ("kube", &["landing", "controller", "hub", "cli"]),
];

/// Longest file, in lines.
const LINES: usize = 500;

/// File names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 9] = ["util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "stuff"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Files below a folder that are ours: no builds, no packages of others, no data of a demo.
fn files(folder: &Path) -> Vec<PathBuf> {
    const OTHERS: [&str; 7] = ["target", "node_modules", ".git", "dist", "out", "data", "proptest-regressions"];
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.unwrap();
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            if !OTHERS.contains(&name.as_str()) {
                found.extend(files(&path));
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn ending(files: Vec<PathBuf>, endings: &[&str]) -> Vec<PathBuf> {
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)))
        .collect()
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The crates of `src/`, by folder.
fn crates() -> Vec<String> {
    let mut found: Vec<String> = std::fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    found.sort();
    found
}

/// What the sections of a Cargo.toml whose name ends with `section` name: `a = …`, `a.workspace = true`, `[dependencies.a]`.
fn named_in(manifest: &str, section: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[').and_then(|header| header.strip_suffix(']')) {
            inside = header == section || header.ends_with(&format!(".{section}"));
            if let Some((_, name)) = header.split_once(&format!("{section}.")) {
                found.insert(name.trim_matches('"').to_owned());
            }
        } else if inside && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or("").trim_matches('"');
            if !name.is_empty() {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// A crate's dependencies of every kind, so that no arrow hides in a section that is read less often.
fn dependencies(name: &str) -> BTreeSet<String> {
    let manifest = text(&root().join("src").join(name).join("Cargo.toml"));
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .flat_map(|section| named_in(&manifest, section))
        .collect()
}

#[test]
fn a_section_of_a_manifest_is_read_however_it_is_written() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\nb = { workspace = true }\n# c = 1\nd.workspace = true\n[dependencies.e]\nversion = \"1\"\n[target.'cfg(unix)'.dependencies]\nf = \"1\"\n[lints]\nworkspace = true\n";
    assert_eq!(named_in(manifest, "dependencies").into_iter().collect::<Vec<_>>(), ["b", "d", "e", "f"]);
}

#[test]
fn every_folder_is_a_crate_of_its_name_and_keeps_the_lints() {
    let workspace = text(&root().join("Cargo.toml"));
    for name in crates() {
        let manifest = text(&root().join("src").join(&name).join("Cargo.toml"));
        assert!(manifest.contains(&format!("name = \"{name}\"")), "src/{name} is no crate of that name");
        assert!(manifest.contains("path = \"lib.rs\""), "src/{name} has a second src inside");
        assert!(manifest.contains("[lints]\nworkspace = true"), "src/{name} leaves the lints out");
        assert!(workspace.contains(&format!("\"src/{name}\"")), "src/{name} is no member of the workspace");
        assert!(ARROWS.iter().any(|(known, _)| *known == name), "src/{name} has no place in the design");
    }
}

#[test]
fn arrows_between_crates_point_the_way_of_the_design() {
    let ours: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    for name in crates() {
        let (_, allowed) = ARROWS.iter().find(|(known, _)| *known == name).unwrap();
        for used in dependencies(&name).iter().filter(|used| ours.contains(used.as_str())) {
            assert!(
                allowed.contains(&"*") || allowed.contains(&used.as_str()),
                "{name} uses {used}, which the design does not allow"
            );
        }
    }
    let program = text(&root().join("Cargo.toml"));
    let direct: Vec<&str> = program
        .split("\n[dependencies]\n")
        .nth(1)
        .unwrap_or("")
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
        .collect();
    assert_eq!(
        direct,
        ["cli", "mimalloc"],
        "the program chooses an allocator, hands over to cli and knows nothing else"
    );
    assert!(text(&root().join("src/main.rs")).lines().count() <= 30, "main.rs does something itself");
}

#[test]
fn a_driver_a_door_and_a_cluster_client_stay_where_they_belong() {
    for name in crates() {
        for (library, allowed) in CONFINED.iter().filter(|(_, allowed)| !allowed.contains(&name.as_str())) {
            assert!(
                !dependencies(&name).contains(*library),
                "src/{name}/Cargo.toml names {library}; only {allowed:?} may"
            );
            let path = format!("{}::", library.replace('-', "_"));
            for file in ending(files(&root().join("src").join(&name)), &["rs"]) {
                let used =
                    text(&file).lines().any(|line| !line.trim_start().starts_with("//") && mentions(line, &path));
                assert!(!used, "{} uses {library}; only {allowed:?} may", shown(&file));
            }
        }
    }
}

#[test]
fn the_landing_zone_is_pure_and_talks_to_no_cluster() {
    let declared = text(&root().join("src/landing/Cargo.toml"));
    for library in ["tokio", "reqwest", "\"client\"", "\"runtime\"", "store", "services"] {
        assert!(!declared.contains(library), "src/landing/Cargo.toml names {library}");
    }
    for file in ending(files(&root().join("src/landing")), &["rs"]) {
        for door in
            ["kube::Client", "kube::Api", "kube::api", "kube::client", "kube::runtime", "std::fs", "std::net::Tcp"]
        {
            assert!(!text(&file).contains(door), "{} uses {door}", shown(&file));
        }
    }
}

/// True when `path` stands in `line` and is no part of a longer name.
fn mentions(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || before == '_' || before == ':')
    })
}

#[test]
fn no_file_is_longer_than_anybody_reads() {
    let mut long = Vec::new();
    for folder in ["src", "tests", "migrations"] {
        for file in ending(files(&root().join(folder)), &["rs", "sql", "html", "css", "js", "mjs"]) {
            let lines = text(&file).lines().count();
            if lines > LINES {
                long.push(format!("{} has {lines} lines", shown(&file)));
            }
        }
    }
    assert!(long.is_empty(), "more than {LINES} lines:\n{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut silent = Vec::new();
    for file in ["src", "tests"].into_iter().flat_map(|folder| ending(files(&root().join(folder)), &["rs"])) {
        let opening = text(&file).lines().next().unwrap_or("").trim().to_owned();
        let purpose = opening.strip_prefix("//!").map(str::trim).unwrap_or("");
        if purpose.len() < 12 {
            silent.push(format!("{}: {opening}", shown(&file)));
        }
    }
    assert!(silent.is_empty(), "these files do not open with what they are for:\n{}", silent.join("\n"));
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    for file in ["src", "tests", "migrations"].into_iter().flat_map(|folder| files(&root().join(folder))) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let empty = name.split(['_', '-', '.']).any(|part| EMPTY_NAMES.contains(&part));
        let folder = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().to_lowercase();
        assert!(!empty && !EMPTY_NAMES.contains(&folder.as_str()), "{}: name it for what is inside", shown(&file));
    }
}

#[test]
fn nothing_of_one_machine_is_written_down() {
    let folders = ["home", "root", "work", "Users"].map(|name| format!("/{name}/"));
    // A package proxy belongs to a machine; the registries themselves stand in no file but Cargo's lock.
    let hosts = ["registry.npm", "npmmirror", "goproxy.", "rsproxy.", "artifactory", "jfrog.", "nexus."];
    let mut found = Vec::new();
    for file in files(&root()) {
        let name = shown(&file);
        // In a second working tree `.git` is a file that says where the first one is; it is never committed.
        if name == "Cargo.lock" || name == ".git" || name.starts_with("tests/data") {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for (number, line) in (1..).zip(text.lines()) {
            let absolute = folders.iter().any(|folder| {
                line.match_indices(folder.as_str()).any(|(at, _)| {
                    line[..at]
                        .chars()
                        .next_back()
                        .is_none_or(|before| matches!(before, ' ' | '"' | '\'' | '=' | '`' | '(' | ':'))
                })
            });
            // This file names them, to look for them.
            let proxy = !name.ends_with("architecture.rs") && hosts.iter().any(|host| line.contains(host));
            if absolute || proxy {
                found.push(format!("{name}:{number}: {}", line.trim().chars().take(120).collect::<String>()));
            }
        }
    }
    assert!(found.is_empty(), "paths or hosts of one machine:\n{}", found.join("\n"));
}

#[test]
fn every_test_file_is_part_of_the_suite() {
    let suite = root().join("tests/it");
    for file in ending(files(&suite), &["rs"]) {
        let (stem, folder) = (file.file_stem().unwrap().to_string_lossy().into_owned(), file.parent().unwrap());
        if stem == "main" || stem == "mod" && folder == suite {
            continue;
        }
        let (module, owner) = if stem == "mod" {
            (folder.file_name().unwrap().to_string_lossy().into_owned(), folder.parent().unwrap())
        } else {
            (stem, folder)
        };
        let beside = owner.parent().unwrap().join(format!("{}.rs", owner.file_name().unwrap().to_string_lossy()));
        let declared = [owner.join("main.rs"), owner.join("mod.rs"), beside]
            .iter()
            .any(|parent| text(parent).contains(&format!("mod {module};")));
        assert!(declared, "{} is declared nowhere, so its tests never run", shown(&file));
    }
}

#[test]
fn the_manifests_are_what_the_program_writes() {
    let written = landing::manifests(&landing::ManifestSettings::default());
    for folder in [root().join("manifests"), root().join("charts/shangyun/files")] {
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            for (name, text) in &written {
                std::fs::write(folder.join(name), text).unwrap();
            }
        }
        let entries = std::fs::read_dir(&folder).unwrap();
        let mut kept: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        kept.sort_unstable();
        let mut names: Vec<String> = written.iter().map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        assert_eq!(kept, names, "make fix renews {}", folder.display());
        for (name, text) in &written {
            assert_eq!(&std::fs::read_to_string(folder.join(name)).unwrap(), text, "{name}: make fix renews it");
        }
    }
}
