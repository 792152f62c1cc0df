//! What is wrong with a specification: everything at once, in words. The schema refuses the same on the cluster; here it is said
//! before anything is approved.

use domain::{Problem, Wording};
use jiff::civil::Date;

use crate::{Quantity, SubjectKind, WorkspaceSpec, is_allowed_namespace, peer_problems};

/// Most keys of a quota, registries (the schema has the same bounds: judging them costs the API server time).
const QUOTA_KEYS_MAX: usize = 40;
const LIST_MAX: usize = 20;

fn problem(field: &str, rule: &str, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem { field: field.to_owned(), rule: rule.to_owned(), message: Wording::new(zh, en) }
}

fn is_label(text: &str) -> bool {
    let inside = |one: char| one.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&one);
    let ends = |one: Option<char>| one.is_some_and(|one| one.is_ascii_alphanumeric());
    text.len() <= 63 && text.chars().all(inside) && ends(text.chars().next()) && ends(text.chars().last())
}

/// Every problem of a specification; none means that it can be rendered.
pub fn check(spec: &WorkspaceSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    identity(spec, &mut problems);
    amounts(spec, &mut problems);
    problems.extend(peer_problems("networkPeers", &spec.namespace, &spec.network_peers));
    people(spec, &mut problems);
    own_metadata(spec, &mut problems);
    guards(spec, &mut problems);
    problems
}

fn identity(spec: &WorkspaceSpec, problems: &mut Vec<Problem>) {
    if !is_allowed_namespace(&spec.namespace) {
        let name = &spec.namespace;
        problems.push(problem(
            "namespace",
            "namespace-name",
            format!("“{name}”不能用作命名空间：应为 3 至 50 位小写字母、数字或“-”，以字母开头，且不是集群自用的名称（default、kube-…、shangyun-…、openshift-…）"),
            format!("“{name}” cannot be a namespace: 3 to 50 lower-case letters, digits or “-”, a letter first, and none of the cluster's own names (default, kube-…, shangyun-…, openshift-…)"),
        ));
    }
    for (field, value) in [
        ("cluster", &spec.cluster),
        ("department", &spec.department),
        ("system", &spec.system),
        ("zone", &spec.zone),
        ("requestNumber", &spec.request_number),
    ] {
        if !is_label(value) {
            problems.push(problem(
                field,
                "label",
                format!("“{value}”不能写成标签：应为 1 至 63 位字母、数字、“-”“_”或“.”，首尾为字母或数字"),
                format!("“{value}” cannot be a label: 1 to 63 letters, digits, “-”, “_” or “.”, a letter or digit at both ends"),
            ));
        }
    }
    if spec.expires_on.parse::<Date>().is_err() {
        let given = &spec.expires_on;
        problems.push(problem(
            "expiresOn",
            "date",
            format!("“{given}”不是日期：应为 2027-12-31 这样的写法"),
            format!("“{given}” is no date: write it as 2027-12-31"),
        ));
    }
    if !(0..=5).contains(&spec.mlps_level) {
        problems.push(problem("mlpsLevel", "range", "等保级别应为 0 至 5", "the MLPS level is 0 to 5"));
    }
    if spec.plan_format != 1 {
        problems.push(problem("planFormat", "plan-format", "方案格式只有 1", "the only plan format is 1"));
    }
    if spec.exit.is_some() && spec.deletion_policy != crate::DeletionPolicy::Delete {
        problems.push(problem(
            "exit",
            "exit",
            "退出须同时设定 deletionPolicy: Delete",
            "an exit needs deletionPolicy: Delete",
        ));
    }
}

fn amounts(spec: &WorkspaceSpec, problems: &mut Vec<Problem>) {
    if spec.quota.len() > QUOTA_KEYS_MAX {
        problems.push(problem("quota", "too-many", "配额最多 40 项", "a quota has at most 40 keys"));
    }
    for needed in ["requests.cpu", "requests.memory", "pods"] {
        if !spec.quota.contains_key(needed) {
            problems.push(problem(
                "quota",
                "required",
                format!("配额缺少 {needed}"),
                format!("the quota lacks {needed}"),
            ));
        }
    }
    let defaults = &spec.container_defaults;
    let of_containers = [
        ("containerDefaults.cpu", &defaults.cpu),
        ("containerDefaults.memory", &defaults.memory),
        ("containerDefaults.limitCpu", &defaults.limit_cpu),
        ("containerDefaults.limitMemory", &defaults.limit_memory),
    ];
    let of_quota = spec.quota.iter().map(|(key, value)| (format!("quota.{key}"), value));
    for (field, value) in of_containers.iter().map(|(field, value)| ((*field).to_owned(), *value)).chain(of_quota) {
        if !Quantity::parse(&value.0).is_ok_and(|amount| amount.thousandths() >= 0) {
            let given = &value.0;
            problems.push(problem(
                &field,
                "quantity",
                format!("“{given}”不是数量：应为 500m、2、16Gi 这样的写法，且不为负"),
                format!("“{given}” is not a quantity such as 500m, 2 or 16Gi, or is negative"),
            ));
        }
    }
    for (field, asked, most) in [
        ("containerDefaults.limitCpu", &defaults.cpu, &defaults.limit_cpu),
        ("containerDefaults.limitMemory", &defaults.memory, &defaults.limit_memory),
    ] {
        if let (Ok(asked), Ok(most)) = (Quantity::parse(&asked.0), Quantity::parse(&most.0))
            && asked > most
        {
            problems.push(problem(
                field,
                "limit-below-request",
                "上限低于请求值",
                "the limit is below what is asked for",
            ));
        }
    }
}

fn people(spec: &WorkspaceSpec, problems: &mut Vec<Problem>) {
    for (index, access) in spec.access.iter().enumerate() {
        for subject in &access.subjects {
            let kind = if subject.kind == SubjectKind::ServiceAccount { "service account" } else { "person or group" };
            if subject.name.is_empty() || subject.name.starts_with("system:") || subject.name.len() > 253 {
                let name = &subject.name;
                problems.push(problem(
                    &format!("access[{index}]"),
                    "subject",
                    format!("“{name}”不能授权：名称不能为空，也不能以 system: 开头"),
                    format!(
                        "{kind} “{name}” cannot be given access: a name is needed, and system: belongs to the cluster"
                    ),
                ));
            }
        }
    }
}

fn own_metadata(spec: &WorkspaceSpec, problems: &mut Vec<Problem>) {
    for key in spec.metadata.labels.keys().chain(spec.metadata.annotations.keys()) {
        let prefix = key.split_once('/').map_or("", |(prefix, _)| prefix);
        let kept = ["kubernetes.io", "k8s.io", "shangyun.dev"]
            .iter()
            .any(|own| prefix == *own || prefix.ends_with(&format!(".{own}")));
        if kept {
            problems.push(problem(
                "metadata",
                "reserved",
                format!("“{key}”由平台使用，请换一个名称"),
                format!("“{key}” belongs to the platform: choose another name"),
            ));
        }
    }
    for (key, value) in &spec.metadata.labels {
        if !value.is_empty() && !is_label(value) {
            problems.push(problem(
                "metadata",
                "label",
                format!("标签“{key}”的值“{value}”不合规"),
                format!("the value “{value}” of label “{key}” cannot be a label"),
            ));
        }
    }
}

fn guards(spec: &WorkspaceSpec, problems: &mut Vec<Problem>) {
    let lists = &spec.guards;
    if [&lists.registries, &lists.storage_classes, &lists.ingress_classes].iter().any(|list| list.len() > LIST_MAX) {
        problems.push(problem("guards", "too-many", "每个清单最多 20 项", "each list has at most 20 entries"));
    }
    for registry in &lists.registries {
        if !registry.ends_with('/') || registry.len() < 4 || registry.contains([',', ' ']) {
            problems.push(problem(
                "guards.registries",
                "registry",
                format!("镜像仓库“{registry}”须以“/”结尾，否则相似的域名也会放行"),
                format!("registry “{registry}” must end in “/”, or a similar host name would pass too"),
            ));
        }
    }
}
