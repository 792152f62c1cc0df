//! Codes that mean a state are shown in its colour; all other codes are plain words.

use crate::parts::{BadgeView, Tone};

/// The badge of a code, when codes of this list mean a state.
pub(crate) fn of_code(list: &str, code: &str, label: &str) -> Option<BadgeView> {
    if list == "standing" {
        return Some(BadgeView::standing(code, label));
    }
    let badge = BadgeView::new(label, tone(list, code)?);
    Some(if list == "severity" { badge.with_icon("flag") } else { badge })
}

/// The colour of a code of a list that means a state.
pub(crate) fn tone(list: &str, code: &str) -> Option<Tone> {
    Some(match (list, code) {
        ("severity", "critical" | "high") => Tone::Bad,
        ("severity", "medium") => Tone::Warn,
        ("lifecycle", "live") => Tone::Good,
        ("lifecycle", "planned" | "building" | "trial") => Tone::Accent,
        ("lifecycle", "suspended") => Tone::Warn,
        ("recognition", "recognised") => Tone::Good,
        ("recognition", "applied") => Tone::Accent,
        ("recognition", "close_by") => Tone::Warn,
        ("recognition", "refused") => Tone::Bad,
        ("closure_stage", "closed" | "recognised") => Tone::Good,
        ("closure_stage", "in_closure_plan" | "emptying" | "emptied" | "power_off_verified") => Tone::Accent,
        ("migration_state", "cut_over" | "source_off" | "closed") => Tone::Good,
        ("migration_state", "submitted" | "approved" | "provisioning" | "provisioned") => Tone::Accent,
        ("migration_state", "returned") => Tone::Warn,
        ("migration_state", "rejected" | "provisioning_failed") => Tone::Bad,
        ("component_role", "production") => Tone::Accent,
        ("severity" | "lifecycle" | "recognition" | "closure_stage" | "migration_state" | "component_role", _) => {
            Tone::Neutral
        }
        _ => return None,
    })
}
