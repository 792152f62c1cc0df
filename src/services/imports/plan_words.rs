//! What the plan says of references and keys, and how it groups what it found.

use std::collections::HashMap;

use domain::{EntityKind, Invalid};
use store::keys;

pub(super) fn grouped(found: Vec<keys::Keyed>) -> HashMap<String, Vec<keys::Keyed>> {
    let mut groups: HashMap<String, Vec<keys::Keyed>> = HashMap::new();
    for keyed in found {
        groups.entry(keyed.key.clone()).or_default().push(keyed);
    }
    groups
}

pub(super) fn unknown_reference(to: EntityKind, text: &str) -> Invalid {
    let def = to.def();
    Invalid::new(
        "unknown-reference",
        format!("没有找到{}“{text}”；请先登记，或改为已登记的编码、名称", def.zh),
        format!(
            "“{text}” is not among the registered {}; register it first, or give a known code or name",
            def.en.to_lowercase()
        ),
    )
}

pub(super) fn ambiguous_reference(text: &str) -> Invalid {
    Invalid::new(
        "ambiguous-reference",
        format!("有多个“{text}”；请改填编码"),
        format!("there are several “{text}”; give the code instead"),
    )
}

pub(super) fn duplicate_in_file(first: u32) -> Invalid {
    Invalid::new("duplicate-in-file", format!("与第 {first} 行重复"), format!("the same key as row {first}"))
}
