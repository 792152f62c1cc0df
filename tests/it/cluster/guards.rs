//! Who may touch what in a cluster that carries workspaces. Every refusal is a sentence that says what to do instead.

use serde_json::json;

use crate::support::cluster::{Cluster, document, workspace};

fn patch<'a>(kind: &'a str, name: &'a str, namespace: &'a str, body: &'a str) -> Vec<&'a str> {
    vec!["patch", kind, name, "-n", namespace, "--type=merge", "-p", body]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_or_an_administrator_who_touches_what_is_ours_is_told_to_ask_in_the_console() {
    let (cluster, name) = (Cluster::shared().await, "guard-touch");
    cluster.ready(&workspace(name)).await;
    let sentence = "managed by shangyun (workspace guard-touch): ask for a change in the console";
    for user in ["tenant", "ordinary-admin"] {
        cluster.kubectl(user, &["delete", "networkpolicy", "shangyun-dns", "-n", name]).await.refused_with(sentence);
        let opened = r#"{"spec":{"ingress":[{}]}}"#;
        cluster
            .kubectl(user, &patch("networkpolicy", "shangyun-default-deny", name, opened))
            .await
            .refused_with(sentence);
        let bound = r#"{"subjects":null}"#;
        cluster.kubectl(user, &patch("rolebinding", "shangyun-owner", name, bound)).await.refused_with(sentence);
        let stripped = r#"{"metadata":{"labels":{"app.kubernetes.io/managed-by":null}}}"#;
        cluster.kubectl(user, &patch("networkpolicy", "shangyun-dns", name, stripped)).await.refused_with(sentence);
    }
    let raised = r#"{"spec":{"hard":{"pods":"900"}}}"#;
    cluster.kubectl("ordinary-admin", &patch("resourcequota", "shangyun", name, raised)).await.refused_with(sentence);
    let mut through_status =
        patch("resourcequota", "shangyun", name, r#"{"metadata":{"labels":{"app.kubernetes.io/managed-by":null}}}"#);
    through_status.push("--subresource=status");
    cluster.kubectl("ordinary-admin", &through_status).await.refused_with(sentence);
    // Even the group that may do everything.
    cluster.kubectl("admin", &patch("resourcequota", "shangyun", name, raised)).await.refused_with(sentence);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_may_add_only_what_narrows() {
    let (cluster, name) = (Cluster::shared().await, "guard-additions");
    cluster.ready(&workspace(name)).await;
    let policy = |name: &str, rule: serde_json::Value| {
        json!({ "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": { "name": name },
            "spec": { "podSelector": {}, "policyTypes": ["Ingress"], "ingress": [rule] } })
        .to_string()
    };
    let create = ["create", "-n", name, "-f", "-"];
    for rule in [
        json!({}),
        json!({ "from": [{ "namespaceSelector": {} }] }),
        json!({ "from": [{ "ipBlock": { "cidr": "0.0.0.0/0" } }] }),
    ] {
        let answer = cluster.kubectl_with("tenant", &create, &policy("mine", rule)).await;
        answer.refused_with("network policies are additive: yours may only narrow to pods of this namespace; ask for a peer in the console");
    }
    let narrow = json!({ "from": [{ "podSelector": { "matchLabels": { "app": "front" } } }] });
    cluster.kubectl_with("tenant", &create, &policy("narrow", narrow)).await.done();
    let bind = |subject: &'static str| ["create", "rolebinding", "mine", "--clusterrole=view", subject, "-n", name];
    let refused = "only service accounts of this namespace may be bound; people get access through the console";
    for subject in ["--user=outsider", "--group=system:authenticated", "--serviceaccount=default:default"] {
        cluster.kubectl("tenant", &bind(subject)).await.refused_with(refused);
    }
    cluster.kubectl("tenant", &bind("--serviceaccount=guard-additions:deployer")).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn images_come_from_the_registries_of_the_plan() {
    let (cluster, name) = (Cluster::shared().await, "guard-images");
    cluster.ready(&workspace(name)).await;
    let pod = |image: &str| {
        let security = json!({ "allowPrivilegeEscalation": false, "runAsNonRoot": true, "capabilities": { "drop": ["ALL"] }, "seccompProfile": { "type": "RuntimeDefault" } });
        json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "generateName": "try-" },
            "spec": { "containers": [{ "name": "one", "image": image, "securityContext": security }] } })
        .to_string()
    };
    let create = ["create", "-n", name, "-f", "-"];
    for image in ["nginx", "registry.example.gov.cn.evil.com/nginx", "registry.example.gov.cn"] {
        let answer = cluster.kubectl_with("tenant", &create, &pod(image)).await;
        answer.refused_with(&format!("image {image} is not from an allowed registry: registry.example.gov.cn/"));
    }
    cluster.kubectl_with("tenant", &create, &pod("registry.example.gov.cn/permit/app:1")).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_cannot_be_relabelled_weakened_or_deleted() {
    let (cluster, name) = (Cluster::shared().await, "guard-namespace");
    cluster.ready(&workspace(name)).await;
    let admin = "ordinary-admin";
    cluster
        .kubectl(admin, &["label", "ns", name, "shangyun.dev/workspace-"])
        .await
        .refused_with("labels under shangyun.dev/ are set by shangyun only");
    cluster
        .kubectl(admin, &["annotate", "ns", name, "--overwrite", "shangyun.dev/registries=docker.io/"])
        .await
        .refused_with("annotations under shangyun.dev/ are set by shangyun only");
    cluster
        .kubectl(admin, &["label", "ns", name, "--overwrite", "pod-security.kubernetes.io/enforce=privileged"])
        .await
        .refused_with("Pod Security and managed-by labels of a workspace are set by shangyun only");
    cluster
        .kubectl(admin, &["delete", "ns", name])
        .await
        .refused_with("this namespace belongs to a Workspace; ask for an exit instead");
    cluster
        .kubectl(admin, &["label", "ns", "default", "shangyun.dev/workspace=default"])
        .await
        .refused_with("labels under shangyun.dev/");
    // What is the department's own stays the department's own.
    cluster.kubectl(admin, &["label", "ns", name, "team=permits"]).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_hub_writes_plans_and_nobody_deletes_their_definition() {
    let (cluster, name) = (Cluster::shared().await, "guard-writers");
    let spec = workspace(name);
    let sentence = "Workspaces are written by the hub only: the plan was approved by hash";
    for user in ["ordinary-admin", "admin", "controller"] {
        let answer = cluster.kubectl_with(user, &["apply", "-f", "-"], &document(&spec)).await;
        if user == "controller" { assert!(!answer.done) } else { answer.refused_with(sentence) }
    }
    cluster.ready(&spec).await;
    for user in ["ordinary-admin", "controller"] {
        cluster
            .kubectl(user, &["patch", "ws", name, "--type=merge", "-p", r#"{"spec":{"mlpsLevel":1}}"#])
            .await
            .refused_with(sentence);
    }
    cluster.kubectl("ordinary-admin", &["delete", "ws", name]).await.refused_with(sentence);
    assert!(!cluster.kubectl("tenant", &["get", "ws", name]).await.done, "tenants see no plans");
    let answer = cluster.kubectl("ordinary-admin", &["delete", "crd", "workspaces.shangyun.dev"]).await;
    answer.refused_with("deleting this CRD deletes every Workspace");
    // Nor as one of a list that is deleted, where nobody names it.
    let list =
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=metadata.name%3Dworkspaces.shangyun.dev";
    let answer = cluster.kubectl("ordinary-admin", &["delete", "--raw", list]).await;
    answer.refused_with("deleting this CRD deletes every Workspace");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_controller_says_what_stands() {
    let (cluster, name) = (Cluster::shared().await, "guard-status");
    let spec = workspace(name);
    cluster.ready(&spec).await;
    let lie = r#"{"status":{"planHash":"sha256:0"}}"#;
    let patch = ["patch", "ws", name, "--subresource=status", "--type=merge", "-p", lie];
    cluster
        .kubectl("ordinary-admin", &patch)
        .await
        .refused_with("the status of a Workspace is what its controller found");
    assert!(!cluster.kubectl("hub", &patch).await.done, "the hub has no right to it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_outside_the_rules_is_refused_before_anybody_acts_on_it() {
    let cluster = Cluster::shared().await;
    let refused = async |change: &dyn Fn(&mut landing::WorkspaceSpec), sentence: &str| {
        let mut spec = workspace("guard-plan");
        change(&mut spec);
        let answer = cluster.kubectl_with("hub", &["create", "-f", "-"], &document(&spec)).await;
        answer.refused_with(sentence);
    };
    refused(&|spec| spec.zone = "moon".to_owned(), "zone moon is not known to this cluster: choose one of ").await;
    refused(&|spec| spec.mlps_level = 4, "zone extranet carries systems up to MLPS level 3, this one is level 4").await;
    refused(&|spec| spec.namespace = "kube-system".to_owned(), "the cluster keeps this namespace for itself").await;
    refused(&|spec| spec.namespace = "Permit".to_owned(), "spec.namespace").await;
    refused(&|spec| spec.expires_on = "soon".to_owned(), "spec.expiresOn").await;
    refused(&|spec| drop(spec.quota.insert("pods".to_owned(), "-1".into())), "must be a quantity that is not negative")
        .await;
    refused(
        &|spec| spec.access[0].subjects[0].name = "system:masters".to_owned(),
        "names that begin with system: belong to the cluster",
    )
    .await;
    let other = document(&workspace("guard-plan")).replacen("\"name\":\"guard-plan\"", "\"name\":\"guard-plan-2\"", 1);
    cluster
        .kubectl_with("hub", &["create", "-f", "-"], &other)
        .await
        .refused_with("spec.namespace must be equal to metadata.name");
    let spec = workspace("guard-moved");
    cluster.push(&spec).await;
    let moved = ["patch", "ws", "guard-moved", "--type=merge", "-p", r#"{"spec":{"cluster":"gov-2"}}"#];
    cluster.kubectl("hub", &moved).await.refused_with("spec.cluster cannot be changed: ask for a new workspace there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_controllers_own_account_is_fenced_in() {
    let cluster = Cluster::shared().await;
    let quota = json!({ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "x", "namespace": "default" }, "spec": { "hard": { "pods": "1" } } });
    cluster
        .kubectl_with("controller", &["create", "-f", "-"], &quota.to_string())
        .await
        .refused_with("the controller may only write inside namespaces of a Workspace");
    let mut system = cluster.get("namespace", "kube-system", "").await.unwrap();
    system["metadata"]["labels"]["shangyun.dev/workspace"] = "kube-system".into();
    cluster
        .kubectl_with("controller", &["replace", "-f", "-"], &system.to_string())
        .await
        .refused_with("the controller may only write namespaces of a Workspace");
    let label = ["label", "ns", "kube-system", "one=two"];
    assert!(!cluster.kubectl("controller", &label).await.done, "it patches nothing that it makes");
    cluster.kubectl("admin", &["create", "ns", "guard-foreign"]).await.done();
    cluster
        .kubectl("controller", &["delete", "ns", "guard-foreign"])
        .await
        .refused_with("the controller may only write namespaces of a Workspace");
    assert!(!cluster.kubectl("controller", &["get", "secrets", "-A"]).await.done, "it reads no secrets");
    let bind = ["create", "rolebinding", "x", "--clusterrole=cluster-admin", "--user=me", "-n", "default"];
    assert!(!cluster.kubectl("controller", &bind).await.done, "it binds three roles only");
}
