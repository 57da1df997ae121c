//! What every file of the repository holds to: short files, no loose ends, no paths of somebody's machine,
//! and dependencies that point one way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Longer than this, and a source file has a second subject.
const LONGEST: usize = 500;

/// Source files that may be longer, because they are tables: the path, and what the table is of.
const TABLES: [(&str, &str); 0] = [];

/// What each crate may use of this workspace. The core crates know nothing of their users.
const ARROWS: [(&str, &[&str]); 7] = [
    ("flight-wasm", &[]),
    ("flight-memory", &[]),
    ("flight-runtime", &["flight-wasm", "flight-memory"]),
    (
        "bindings-js",
        &["flight-wasm", "flight-memory", "flight-runtime"],
    ),
    // A wasm of its own, in the folder of the bindings.
    ("flight-text", &[]),
    (
        "cli",
        &[
            "flight-wasm",
            "flight-memory",
            "flight-runtime",
            "flight-script",
        ],
    ),
    ("xtask", &[]),
];

/// Folders that hold what tools have made, or what git keeps.
const MADE: [&str; 6] = [
    ".git",
    "dist",
    "node_modules",
    "pkg",
    "target",
    "test-results",
];

#[test]
fn no_source_file_is_too_long() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        match (
            lines > LONGEST,
            TABLES.iter().any(|(table, _)| *table == path),
        ) {
            (true, false) => problems.push(format!(
                "{path} has {lines} lines: where is its second subject?"
            )),
            (false, true) => problems.push(format!(
                "{path} is short enough: take it off the list of tables"
            )),
            _ => {}
        }
    }
    for (table, _) in TABLES {
        if !root().join(table).is_file() {
            problems.push(format!(
                "{table} is on the list of tables, but does not exist"
            ));
        }
    }
    assert_none(&problems);
}

#[test]
fn nothing_is_left_for_later_in_a_comment() {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    let problems = find(sources(), |line| {
        marks.iter().any(|mark| line.contains(mark))
    });
    assert_none(&problems);
}

#[test]
fn no_path_of_somebodys_machine_is_named() {
    let folders = ["home", "root", "tmp", "Users", "work"].map(|folder| format!("/{folder}/"));
    let names_one = |line: &str| {
        folders.iter().any(|folder| {
            let before = |at: usize| line[..at].chars().next_back();
            // After a letter or a dot it is the middle of an address or of a relative path.
            line.match_indices(folder).any(|(at, _)| {
                !before(at).is_some_and(|c| c.is_alphanumeric() || ".-_*".contains(c))
            })
        })
    };
    assert_none(&find(files(), names_one));
}

#[test]
fn dependencies_point_one_way() {
    let members = members();
    let mut problems = Vec::new();
    for (name, manifest) in &members {
        let used = dependencies(manifest);
        if let Some((_, allowed)) = ARROWS.iter().find(|(crate_name, _)| crate_name == name) {
            let wrong = used
                .iter()
                .filter(|used| members.contains_key(*used) && !allowed.contains(&used.as_str()));
            problems.extend(wrong.map(|wrong| format!("{name} must not use {wrong}")));
        }
        let knows_js = used
            .iter()
            .any(|used| ["wasm-bindgen", "js-sys", "web-sys"].contains(&used.as_str()));
        if knows_js && !["bindings-js", "flight-text"].contains(&name.as_str()) {
            problems.push(format!(
                "{name} uses wasm-bindgen, which only bindings-js may know"
            ));
        }
    }
    // The page knows the npm package by its name; where that lies is the business of its build alone.
    let page = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with("playground/src/"));
    problems.extend(find(page.collect(), |line| line.contains("bindings-js")));
    assert_none(&problems);
}

#[test]
fn crates_are_named_like_their_folders_and_share_the_lints() {
    let mut problems = Vec::new();
    for (path, manifest) in files()
        .into_iter()
        .filter(|(path, _)| path.ends_with("/Cargo.toml"))
    {
        let folder = path
            .trim_end_matches("/Cargo.toml")
            .rsplit('/')
            .next()
            .unwrap_or_default();
        if name_of(&manifest) != Some(folder) {
            problems.push(format!(
                "{path}: the package is not named `{folder}` like its folder"
            ));
        }
        let is_own_workspace = manifest.lines().any(|line| line == "[workspace]");
        if !is_own_workspace && !manifest.contains("[lints]\nworkspace = true") {
            problems.push(format!("{path}: the workspace's lints are not switched on"));
        }
    }
    assert_none(&problems);
}

#[test]
fn all_packages_have_the_version_of_the_workspace() {
    let files: BTreeMap<String, String> = files().into_iter().collect();
    let workspace = &files["Cargo.toml"];
    let version = workspace
        .lines()
        .find_map(|line| line.strip_prefix("version = "))
        .expect("the workspace has a version");
    let mut problems = Vec::new();
    for (path, text) in &files {
        if path.ends_with("package.json") && !text.contains(&format!("\"version\": {version}")) {
            problems.push(format!("{path}: the version is not {version}"));
        }
    }
    assert_none(&problems);
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate lies in the repository")
        .to_path_buf()
}

/// The files that people write, as paths from the root (with `/`) and text; lock files and binary files are left out.
fn files() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder)
            .expect("a folder of the repository is readable")
            .flatten()
        {
            let path = entry.path();
            let is_made = MADE.iter().any(|made| path.ends_with(made));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !is_made => walk(&path, found),
                // In a second work tree `.git` is a file.
                Ok(kind) if kind.is_file() && !is_made => found.push(path),
                _ => {}
            }
        }
    }
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let relative = |path: &Path| {
        let relative = path
            .strip_prefix(&root)
            .expect("the walk began at the root");
        relative.to_string_lossy().replace('\\', "/")
    };
    let written = paths
        .iter()
        .filter(|path| !path.ends_with("Cargo.lock") && !path.ends_with("package-lock.json"));
    written
        .filter_map(|path| Some((relative(path), fs::read_to_string(path).ok()?)))
        .collect()
}

/// Those of them that hold code.
fn sources() -> Vec<(String, String)> {
    let mut files = files();
    files.retain(|(path, _)| {
        [".rs", ".ts", ".js", ".mjs", ".css"]
            .iter()
            .any(|end| path.ends_with(end))
    });
    files
}

/// The places of the lines that are wrong.
fn find(files: Vec<(String, String)>, is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files {
        let lines = text.lines().enumerate().filter(|(_, line)| is_wrong(line));
        found.extend(lines.map(|(index, line)| format!("{path}:{}: {}", index + 1, line.trim())));
    }
    found
}

/// The manifests of all crates, by the crate's name.
fn members() -> BTreeMap<String, String> {
    let manifests = files()
        .into_iter()
        .filter(|(path, _)| path.ends_with("/Cargo.toml"));
    manifests
        .filter_map(|(_, manifest)| Some((name_of(&manifest)?.to_owned(), manifest)))
        .collect()
}

fn name_of(manifest: &str) -> Option<&str> {
    manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = \""))?
        .strip_suffix('"')
}

/// The names of a crate's dependencies, those of its tests included.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies");
            // The other way to write it: `[dependencies.name]`.
            names.extend(
                table
                    .rsplit_once("dependencies.")
                    .map(|(_, name)| name.to_owned()),
            );
        } else if inside && let Some((name, _)) = line.split_once(['=', '.']) {
            names.push(name.trim().to_owned());
        }
    }
    names
}

#[test]
fn dependencies_are_read_from_manifests_in_every_form() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\nc = \"1\"\n[dev-dependencies]\nd = { path = \"x\" }\n\
                    [target.'cfg(windows)'.dependencies]\ne = \"1\"\n[dependencies.f]\nversion = \"1\"\n[features]\ng = []\n";
    assert_eq!(dependencies(manifest), ["b", "c", "d", "e", "f"]);
}
