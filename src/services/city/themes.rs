//! What the systems of each kind of office are called. No name stands in two tables: the names of a city are unique.

/// The systems of one kind of office.
pub(super) type Theme = &'static [&'static str];

pub(super) const GOVERNMENT_OFFICE: Theme = &[
    "12345政务服务便民热线平台",
    "政务值班信息系统",
    "政府公文交换系统",
    "督查督办管理系统",
    "建议提案办理系统",
    "政府网站集约化平台",
    "政府信息公开管理系统",
    "会议活动管理系统",
    "政务信息采编系统",
];
pub(super) const AFFAIRS_SERVICE: Theme =
    &["公务用车管理系统", "公共机构节能监测系统", "办公用房管理系统", "机关食堂消费系统", "访客预约登记系统"];
pub(super) const BIG_DATA: Theme = &[
    "一体化政务服务平台",
    "公共数据共享交换平台",
    "公共数据开放网站",
    "电子证照库系统",
    "统一身份认证平台",
    "电子印章管理系统",
    "政务云资源管理平台",
    "人口综合库系统",
    "法人综合库系统",
    "城市运行指挥平台",
    "政务服务好差评系统",
    "数据质量监测系统",
];
pub(super) const DATA_CENTER: Theme = &[
    "政务外网运维管理系统",
    "网络安全态势感知平台",
    "数据归集治理平台",
    "统一消息服务平台",
    "视频资源共享平台",
    "地理信息公共服务平台",
    "区块链存证服务平台",
];
pub(super) const REFORM: Theme = &[
    "投资项目在线审批监管平台",
    "公共信用信息平台",
    "节能监察管理系统",
    "重大项目调度系统",
    "价格监测系统",
    "粮食储备监管系统",
    "营商环境监测平台",
    "公共资源交易监管系统",
];
pub(super) const EDUCATION: Theme = &[
    "学籍管理系统",
    "中小学招生报名平台",
    "教师管理信息系统",
    "校园安全监管平台",
    "智慧教育云平台",
    "学生资助管理系统",
    "校外培训机构监管平台",
    "教育督导评估系统",
    "学校食堂明厨亮灶平台",
    "学生体质健康管理系统",
    "校车监管系统",
    "教育装备管理系统",
];
pub(super) const SCHOOL: Theme =
    &["教务管理系统", "选课走班系统", "校园一卡通系统", "校园图书借阅系统", "家校互通平台", "学生宿舍管理系统"];
pub(super) const POLICE: Theme = &[
    "出入境预约服务平台",
    "户籍业务办理系统",
    "居住证服务平台",
    "旅馆业治安管理系统",
    "保安服务监管系统",
    "无犯罪记录证明服务平台",
    "反诈宣传预警平台",
    "养犬登记管理系统",
    "印章业备案系统",
    "警民联系服务平台",
    "民用爆炸物品监管系统",
    "流动人口服务系统",
    "公章刻制查询系统",
];
pub(super) const TRAFFIC_POLICE: Theme = &[
    "交通违法处理系统",
    "电动自行车登记系统",
    "交通信号控制系统",
    "轻微事故快处平台",
    "驾驶人考试预约系统",
    "停车诱导系统",
];
pub(super) const CIVIL_AFFAIRS: Theme = &[
    "低收入家庭核对系统",
    "婚姻登记预约系统",
    "养老服务管理平台",
    "社会组织管理系统",
    "地名信息管理系统",
    "殡葬服务管理系统",
    "儿童福利管理系统",
    "困境群众救助平台",
    "残疾人两项补贴系统",
];
pub(super) const JUSTICE: Theme = &[
    "公共法律服务平台",
    "社区矫正管理系统",
    "行政复议办案系统",
    "人民调解管理系统",
    "法律援助管理系统",
    "行政执法监督系统",
    "公证业务管理系统",
];
pub(super) const FINANCE: Theme = &[
    "预算管理一体化系统",
    "国库集中支付系统",
    "政府采购监管系统",
    "财政票据管理系统",
    "政府债务管理系统",
    "行政事业资产管理系统",
    "惠民补贴一卡通系统",
    "财政投资评审系统",
    "预算绩效管理系统",
    "会计人员管理系统",
];
pub(super) const LABOUR: Theme = &[
    "劳动用工备案系统",
    "人才服务平台",
    "职称评审系统",
    "劳动保障监察系统",
    "劳动人事仲裁办案系统",
    "工资宏观管理系统",
    "事业单位招聘系统",
    "职业技能鉴定系统",
    "农民工工资支付监管平台",
    "社会保障卡管理系统",
    "专家库管理系统",
];
pub(super) const SOCIAL_INSURANCE: Theme = &[
    "养老保险业务系统",
    "工伤保险业务系统",
    "社保基金财务系统",
    "社保自助服务系统",
    "待遇领取资格认证系统",
    "社保稽核系统",
];
pub(super) const EMPLOYMENT: Theme = &["公共就业服务系统", "失业保险业务系统", "招聘求职平台", "创业担保贷款系统"];
pub(super) const NATURAL_RESOURCES: Theme = &[
    "国土空间基础信息平台",
    "规划审批管理系统",
    "建设用地审批系统",
    "土地市场监测系统",
    "矿产资源管理系统",
    "地质灾害监测预警系统",
    "测绘成果管理系统",
    "自然资源执法监察系统",
    "林业资源管理系统",
    "耕地保护监管系统",
    "多测合一管理系统",
];
pub(super) const REAL_ESTATE: Theme =
    &["不动产登记系统", "不动产登记网上办事大厅", "不动产登记档案系统", "不动产权籍调查系统", "不动产自助查询打印系统"];
pub(super) const ECOLOGY: Theme = &[
    "污染源在线监控系统",
    "空气质量监测系统",
    "水环境监测系统",
    "建设项目环评审批系统",
    "排污许可管理系统",
    "固体废物管理系统",
    "环境信访举报平台",
    "机动车尾气检测监管系统",
    "环境应急指挥系统",
    "生态环境执法系统",
];
pub(super) const HOUSING: Theme = &[
    "工程建设项目审批管理系统",
    "商品房预售管理系统",
    "物业管理监管平台",
    "建筑工人实名制系统",
    "工地扬尘监控系统",
    "施工图审查系统",
    "燃气安全监管系统",
    "农村危房改造系统",
    "房屋租赁管理平台",
    "建筑市场信用系统",
    "城建档案管理系统",
];
pub(super) const HOUSING_FUND: Theme =
    &["住房公积金业务系统", "公积金网上服务大厅", "公积金贷款审批系统", "公积金结算系统", "公积金数据交换系统"];
pub(super) const TRANSPORT: Theme = &[
    "网约车监管平台",
    "道路运输管理系统",
    "公交智能调度系统",
    "公路养护管理系统",
    "治超监控系统",
    "交通工程质量监督系统",
    "驾培监管系统",
    "两客一危监控系统",
    "港航管理系统",
    "交通综合执法系统",
];
pub(super) const WATER: Theme = &[
    "水雨情监测系统",
    "水库大坝安全监测系统",
    "防汛调度系统",
    "河湖长制管理系统",
    "取水许可管理系统",
    "水土保持监管系统",
    "农村供水监管系统",
    "水利工程建设管理系统",
];
pub(super) const AGRICULTURE: Theme = &[
    "农产品质量追溯系统",
    "农村土地承包管理系统",
    "动物检疫监督系统",
    "农机购置补贴系统",
    "农村集体三资监管平台",
    "农业植保监测系统",
    "渔船动态监管系统",
    "种业管理系统",
    "乡村建设项目库系统",
];
pub(super) const CULTURE: Theme = &[
    "智慧文旅平台",
    "旅游投诉处理系统",
    "文物保护管理系统",
    "公共文化服务平台",
    "文化市场监管系统",
    "应急广播管理平台",
    "非遗资源管理系统",
    "体育场馆预约平台",
];
pub(super) const LIBRARY: Theme = &["图书馆业务管理系统", "数字图书馆平台", "古籍数字化系统", "读者服务平台"];
pub(super) const HEALTH: Theme = &[
    "全民健康信息平台",
    "智慧卫监平台",
    "家庭医生签约系统",
    "妇幼健康管理系统",
    "医疗废物监管系统",
    "采供血管理系统",
    "院前急救指挥系统",
    "医师注册管理系统",
    "老年健康管理系统",
    "卫生应急指挥系统",
    "电子健康卡系统",
    "基层医疗卫生系统",
];
pub(super) const DISEASE_CONTROL: Theme =
    &["传染病监测预警系统", "免疫规划管理系统", "慢性病管理系统", "实验室信息管理系统", "疫苗冷链监测系统"];
pub(super) const HOSPITAL: Theme = &[
    "医院信息系统（HIS）",
    "影像归档和通信系统（PACS）",
    "检验信息系统（LIS）",
    "电子病历系统",
    "预约挂号系统",
    "互联网医院平台",
];
pub(super) const EMERGENCY: Theme = &[
    "安全生产监管系统",
    "危险化学品监管系统",
    "应急指挥调度平台",
    "自然灾害综合监测系统",
    "应急物资管理系统",
    "森林防火监控系统",
    "安全培训考核系统",
    "重大危险源监测预警系统",
];
pub(super) const MARKET: Theme = &[
    "企业登记注册系统",
    "食品安全监管系统",
    "特种设备监管系统",
    "药品追溯监管系统",
    "双随机监管平台",
    "消费投诉处理系统",
    "计量检定管理系统",
    "知识产权服务平台",
    "广告监测系统",
    "电梯应急处置平台",
    "检验检测机构监管系统",
];
pub(super) const MEDICAL_INSURANCE: Theme = &[
    "医保结算系统",
    "医保基金智能监管系统",
    "药品集中采购系统",
    "异地就医备案系统",
    "医保经办服务系统",
    "长期护理保险系统",
    "医保电子凭证系统",
];
pub(super) const CITY_ENFORCEMENT: Theme = &[
    "数字城管平台",
    "城市内涝监测系统",
    "户外广告管理系统",
    "垃圾分类监管系统",
    "渣土车监管系统",
    "智慧停车管理平台",
    "市政设施管理系统",
    "园林绿化管理系统",
];
pub(super) const ARCHIVES: Theme = &["数字档案馆系统", "档案查询利用系统", "电子文件归档系统"];
pub(super) const UNION: Theme = &["职工服务平台", "工会会员管理系统", "职工帮扶管理系统"];
pub(super) const DISTRICT: Theme = &[
    "基层治理综合平台",
    "网格化管理系统",
    "政务服务中心排队叫号系统",
    "民情直通车平台",
    "招商引资管理系统",
    "矛盾纠纷调处系统",
    "村社事务管理系统",
];
pub(super) const TOWN: Theme = &[
    "便民服务窗口系统",
    "村务公开平台",
    "综合执法指挥系统",
    "农村宅基地审批系统",
    "民生实事管理系统",
    "平安巡查系统",
    "党群服务预约系统",
    "村级财务代理系统",
];
pub(super) const TOWN_HOSPITAL: Theme = &[
    "门诊收费系统",
    "住院管理系统",
    "公共卫生服务系统",
    "预防接种系统",
    "中药饮片管理系统",
    "体检管理系统",
    "远程会诊系统",
];
pub(super) const PRIMARY_SCHOOL: Theme = &[
    "课后服务管理系统",
    "成长档案系统",
    "教研备课系统",
    "校园广播系统",
    "食堂收费系统",
    "访客登记系统",
    "阳光体育管理系统",
];
pub(super) const WEATHER: Theme = &[
    "气象观测数据采集系统",
    "短时临近预报系统",
    "预警信息发布系统",
    "人工影响天气指挥系统",
    "农业气象服务系统",
    "雷电防护监管系统",
];
pub(super) const WATER_COMPANY: Theme = &["营业收费系统", "管网调度系统", "水质在线监测系统", "客户服务热线系统"];

/// What every office has; always written with the office before it.
pub(super) const COMMON: Theme = &[
    "门户网站",
    "协同办公系统",
    "档案管理系统",
    "财务核算系统",
    "固定资产管理系统",
    "干部人事管理系统",
    "内部控制管理系统",
    "视频会议系统",
    "数据报送平台",
    "移动办公平台",
    "业务培训系统",
    "信访管理系统",
];

/// Every table, for the test that no name stands in two.
#[cfg(test)]
pub(super) const ALL: &[Theme] = &[
    GOVERNMENT_OFFICE,
    AFFAIRS_SERVICE,
    BIG_DATA,
    DATA_CENTER,
    REFORM,
    EDUCATION,
    SCHOOL,
    POLICE,
    TRAFFIC_POLICE,
    CIVIL_AFFAIRS,
    JUSTICE,
    FINANCE,
    LABOUR,
    SOCIAL_INSURANCE,
    EMPLOYMENT,
    NATURAL_RESOURCES,
    REAL_ESTATE,
    ECOLOGY,
    HOUSING,
    HOUSING_FUND,
    TRANSPORT,
    WATER,
    AGRICULTURE,
    CULTURE,
    LIBRARY,
    HEALTH,
    DISEASE_CONTROL,
    HOSPITAL,
    EMERGENCY,
    MARKET,
    MEDICAL_INSURANCE,
    CITY_ENFORCEMENT,
    ARCHIVES,
    UNION,
    DISTRICT,
    TOWN,
    TOWN_HOSPITAL,
    PRIMARY_SCHOOL,
    WEATHER,
    WATER_COMPANY,
    COMMON,
];
