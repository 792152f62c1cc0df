//! Groups of the sign-on that get into a workspace, as people write them: separated by commas.

use domain::Problem;

use super::problem;

/// Groups of one role (the schema has the same bound).
const GROUPS_MAX: usize = 32;
/// Longest name of a group (the schema has the same bound).
const NAME_MAX: usize = 253;

/// The items of a list that people separate by commas, spaces or lines.
pub(super) fn list(text: &str) -> Vec<String> {
    let items = text.split([',', '，', '、', ';', '；', ' ', '\t', '\r', '\n']);
    items.map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// What is wrong with a list of groups.
pub(super) fn problems_of(field: &str, text: &str) -> Vec<Problem> {
    let groups = list(text);
    let mut problems = Vec::new();
    if groups.len() > GROUPS_MAX {
        problems.push(problem(
            field,
            "too-many",
            format!("用户组有{}个，最多{GROUPS_MAX}个", groups.len()),
            format!("{} groups, and {GROUPS_MAX} are the most", groups.len()),
        ));
    }
    for group in groups {
        let start: String = group.chars().take(60).collect();
        if group.starts_with("system:") {
            problems.push(problem(
                field,
                "system-group",
                format!("“{start}”是集群自用的名称，不能授权；请填写统一身份认证中的用户组"),
                format!("“{start}” belongs to the cluster itself and gets no access; name a group of the sign-on"),
            ));
        } else if group.len() > NAME_MAX || group.contains(char::is_control) {
            problems.push(problem(
                field,
                "group-name",
                format!("“{start}…”不是用户组名称：最长 {NAME_MAX} 个字节，不含控制字符"),
                format!("“{start}…” is no name of a group: {NAME_MAX} bytes at most, without control characters"),
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{list, problems_of};

    #[test]
    fn groups_of_the_cluster_itself_get_no_access() {
        let said =
            |text: &str| -> Vec<String> { problems_of("owners", text).into_iter().map(|one| one.rule).collect() };
        assert_eq!(said("system:masters, permit-admins，system:authenticated"), ["system-group", "system-group"]);
        assert_eq!(said(&"g".repeat(254)), ["group-name"]);
        assert_eq!(said("a\u{7}b"), ["group-name"]);
        assert_eq!(said(&"g,".repeat(33)), ["too-many"]);
        assert!(said("").is_empty() && said("permit-admins、审批处").is_empty());
    }

    #[test]
    fn a_list_is_separated_as_people_do() {
        assert_eq!(list(" a，b、c;d\r\ne f,,"), ["a", "b", "c", "d", "e", "f"]);
    }
}
