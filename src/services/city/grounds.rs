//! The grounds of exceptions, by category, as offices write them. Numbers of the city's own documents are made up.

/// One category of exceptions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ground {
    /// Label of the category in the pack.
    pub category: &'static str,
    /// Longest term, in days.
    pub term: i32,
    /// The document; `{year}` stands for the year of the approval.
    pub basis: &'static str,
    pub alternatives: &'static str,
    pub controls: &'static str,
    pub exit: &'static str,
    /// Why the office asks for a deferral; empty where the ground is lasting.
    pub deferral: &'static str,
}

/// Every category; E01 (classified systems) is never described.
pub(super) const GROUNDS: &[Ground] = &[
    Ground {
        category: "上级明文规定",
        term: 1_080,
        basis: "云政办发〔2019〕17号第六条（转发省级主管部门部署要求）",
        alternatives: "评估过政务外网区部署，上级文件要求使用指定节点，暂不可行",
        controls: "纳入全市安全监测，按季度提交漏洞扫描报告",
        exit: "上级文件修订后六个月内迁移上云",
        deferral: "",
    },
    Ground {
        category: "国家/省垂直系统",
        term: 720,
        basis: "省级主管部门统一建设函（云数函〔{year}〕8号备案）",
        alternatives: "本地仅有前置节点，业务部分已随省平台上云",
        controls: "前置节点专人管理，日志留存六个月以上",
        exit: "省平台完成整合后撤除前置节点",
        deferral: "",
    },
    Ground {
        category: "等保四级及以上",
        term: 720,
        basis: "GB/T 22239-2019 及定级备案证明",
        alternatives: "政务云各云区等保上限为三级，无可用云区",
        controls: "独立安全域，每半年等级测评，双人运维",
        exit: "四级云区建成并通过测评后迁移",
        deferral: "",
    },
    Ground {
        category: "关键信息基础设施",
        term: 720,
        basis: "《关键信息基础设施安全保护条例》及认定通知",
        alternatives: "比选过专有域方案，保护工作部门要求独立部署",
        controls: "专职安全机构，年度检测评估，7×24小时监测",
        exit: "专有域满足保护要求后重新论证",
        deferral: "",
    },
    Ground {
        category: "工控/物联现场",
        term: 1_080,
        basis: "云政办发〔2019〕17号第八条（现场控制类系统）",
        alternatives: "时延测试不满足控制要求；管理端已拆分上云",
        controls: "控制网与办公网物理隔离，工业防火墙单向传输",
        exit: "随现场设备更新改为边缘节点加云端部署",
        deferral: "",
    },
    Ground {
        category: "视频/公安等行业专网",
        term: 720,
        basis: "行业专网接入规定（云政办发〔2019〕17号附件三）",
        alternatives: "评估过专网与政务外网对接方案，边界平台尚未建成",
        controls: "专网边界准入，视频数据加密存储",
        exit: "边界平台建成后迁入专有域",
        deferral: "",
    },
    Ground {
        category: "与专用设备不可分",
        term: 1_080,
        basis: "云政办发〔2019〕17号第九条（专用设备配套系统）",
        alternatives: "厂商出具说明:采集端须与设备同机房部署",
        controls: "采集端最小化安装，数据当日归集上云",
        exit: "设备到期更新时选用支持云端部署的型号",
        deferral: "",
    },
    Ground {
        category: "云上无适配",
        term: 365,
        basis: "云政办发〔2019〕17号第十条（适配过渡期）",
        alternatives: "测试过信创区两种数据库，存储过程不兼容",
        controls: "限制新增功能，每月安全加固",
        exit: "第一季度完成改造，第三季度迁入信创区",
        deferral: "信创适配改造未完成",
    },
    Ground {
        category: "合同或授权未到期",
        term: 365,
        basis: "云政办发〔2019〕17号第十一条（存量合同）",
        alternatives: "测算提前解约费用，高于剩余租金",
        controls: "合同到期前不续签、不扩容",
        exit: "合同到期前三个月启动迁移",
        deferral: "机房租赁合同未到期",
    },
    Ground {
        category: "即将下线/被替代",
        term: 180,
        basis: "云数发〔{year}〕3号（系统整合清单）",
        alternatives: "新平台年内上线，迁移后仅运行数月",
        controls: "停止新增数据，只读运行",
        exit: "新平台上线后一个月内下线并归档数据",
        deferral: "新平台即将上线替代",
    },
    Ground {
        category: "成本明显不合理",
        term: 365,
        basis: "云政办发〔2019〕17号第十二条（全生命周期成本）",
        alternatives: "比较云上、托管、改造三种方案的五年成本",
        controls: "年度复核成本，纳入运维统一监管",
        exit: "随下一轮升级改造一并上云",
        deferral: "",
    },
    Ground {
        category: "应急/重大保障",
        term: 90,
        basis: "市政府专题会议纪要〔{year}〕12号",
        alternatives: "保障期间切换风险高，已制定保障后迁移方案",
        controls: "保障期间专人值守，每日备份",
        exit: "保障任务结束后两周内恢复迁移",
        deferral: "重大活动保障期间暂缓",
    },
    Ground {
        category: "新建/扩建机房、专网",
        term: 365,
        basis: "市政府常务会议纪要〔{year}〕21号及专家论证意见",
        alternatives: "论证过共享机房和政务云方案，并关停同区域两处机房",
        controls: "机柜数净减少，能耗在线监测",
        exit: "期满重新认定，未通过即并入政务数据中心",
        deferral: "",
    },
];
