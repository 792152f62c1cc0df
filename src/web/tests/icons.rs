//! The sprite holds exactly the icons that pages name.

use std::collections::BTreeSet;

use super::{quoted, sources};

#[test]
fn every_named_icon_is_in_the_sprite_and_every_listed_one_is_named() {
    let list: BTreeSet<&str> =
        include_str!("../assets/icons.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let mut text = String::new();
    for (_, source) in sources(&[".html", ".rs"]) {
        for start in ["crate::icon(\"", "with_icon(\""] {
            for name in quoted(&source, start) {
                assert!(list.contains(name), "icon {name} is not in assets/icons.txt");
            }
        }
        text.push_str(&source);
    }
    for (_, icon) in crate::parts::STANDINGS {
        assert!(list.contains(icon), "icon {icon} is not in assets/icons.txt");
    }
    let left: Vec<_> = list.iter().filter(|name| !text.contains(&format!("\"{name}\""))).collect();
    assert!(left.is_empty(), "listed and never named: {left:?}");
    let sprite = crate::assets::files().find(|(name, _)| name.starts_with("icons.") && name.ends_with(".svg")).unwrap();
    let sprite = String::from_utf8(sprite.1).unwrap();
    for lang in crate::Lang::ALL {
        for sample in crate::samples::all(crate::L::new(lang)) {
            for name in quoted(&sample.html, ".svg#") {
                assert!(
                    sprite.contains(&format!("id=\"{name}\"")),
                    "{}: icon {name} is not in the sprite",
                    sample.name
                );
            }
        }
    }
}
