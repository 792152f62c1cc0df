//! Cluster 集群: a Kubernetes cluster of a zone, with what it can give. How it is reached is kept apart and never shown.

use crate::{
    field::{Kind, Owner, code_enum, entity},
    id::Id,
    registry::EntityKind,
};

code_enum! {
    /// Whether a cluster takes more.
    ClusterState {
        /// Takes new workspaces.
        Open = "open",
        /// Has no more to give.
        Full = "full",
        /// Is being worked on.
        Maintenance = "maintenance",
        /// Is given up.
        Closed = "closed",
    }
}

entity! {
    /// A Kubernetes cluster of a cloud zone and its capacity.
    Cluster, table "cluster", plural "clusters", "集群", "Clusters", owner Owner::City;
    Identity {
        code: Option<String>, Kind::Text { max: 63 }, [sort list search], "集群编码", "Code", ["cluster code"];
        name: String, Kind::Text { max: 200 }, [sort list search], "集群名称", "Name", ["集群", "cluster name", "cluster"];
        zone: Id, Kind::Ref { to: EntityKind::Zone }, [list filter], "所属云区", "Zone", ["云区"];
        state: Option<ClusterState>, Kind::Code { list: "cluster_state" }, [list filter], "接纳状态", "State", ["集群状态"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    Load {
        cpu_cores: Option<i64>, Kind::Int { unit: "cores" }, [list], "CPU核数", "CPU cores", ["核数"];
        memory_gib: Option<i64>, Kind::Int { unit: "GiB" }, [list], "内存容量", "Memory", ["内存(GiB)"];
        storage_gib: Option<i64>, Kind::Int { unit: "GiB" }, [], "存储容量", "Storage", ["存储(GiB)"];
        instances: Option<i64>, Kind::Int { unit: "instances" }, [], "实例数上限", "Instances", ["容器组上限", "Pod数"];
        overcommit_percent: Option<i64>, Kind::Int { unit: "%" }, [], "CPU超分比例", "CPU overcommit", ["超分比"];
    }
    Class {
        max_mlps: Option<String>, Kind::Code { list: "mlps" }, [list filter], "等保上限", "MLPS ceiling", ["最高等保级别"];
    }
    Technical {
        gateway: Option<String>, Kind::Text { max: 63 }, [], "网关空间", "Gateway space", ["网关命名空间", "入口命名空间"];
        registries: Option<String>, Kind::Text { max: 2000 }, [], "允许的镜像仓库", "Image registries", ["镜像仓库"];
        storage_classes: Option<String>, Kind::Text { max: 500 }, [], "存储类", "Storage classes", ["StorageClass"];
        ingress_classes: Option<String>, Kind::Text { max: 500 }, [], "入口类", "Ingress classes", ["IngressClass"];
        remark: Option<String>, Kind::Long { max: 2000 }, [], "备注", "Remark", ["说明"];
    }
}
