//! Requests on the wire: one document for REST, the command line and `kubectl shangyun`.

use domain::{Amounts, CodeLists as _, DeliveryState, EntityKind, ExceptionState, Fault, Language, Movement};
use serde::Serialize;
use serde_json::Value;
use services::{
    Services,
    provisioning::Drift,
    requests::{self, Checked, DeliveryView, Listed, RequestView},
};
use utoipa::ToSchema;

use crate::wire::RecordView;

/// How much of a cluster.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AmountsDocument {
    /// Thousandths of a core.
    cpu_milli: i64,
    /// MiB.
    memory_mib: i64,
    /// GiB.
    storage_gib: i64,
    /// Instances.
    pods: i64,
}

impl From<Amounts> for AmountsDocument {
    fn from(amounts: Amounts) -> Self {
        let Amounts { cpu_milli, memory_mib, storage_gib, pods } = amounts;
        Self { cpu_milli, memory_mib, storage_gib, pods }
    }
}

/// What a cluster can give.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CapacityDocument {
    /// What it has.
    declared: AmountsDocument,
    /// Kept for what was approved.
    reserved: AmountsDocument,
    /// Taken by what stands.
    granted: AmountsDocument,
    /// What is left.
    free: AmountsDocument,
}

/// One object of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObjectDocument {
    /// Kind and name.
    name: String,
    /// Its text, as `kubectl apply` takes it.
    yaml: String,
}

/// Something that somebody changed in a workspace, and that was put back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriftDocument {
    /// Kind and name of the object.
    object: String,
    /// `changed`, `deleted`, `added`.
    action: String,
    /// What was changed.
    field: String,
    /// The client, as it calls itself.
    client: String,
    /// When its cluster saw it.
    #[schema(format = DateTime)]
    at: String,
}

impl From<&Drift> for DriftDocument {
    fn from(drift: &Drift) -> Self {
        Self {
            object: drift.object.clone(),
            action: drift.action.clone(),
            field: drift.field.clone(),
            client: drift.client.clone(),
            at: drift.at.to_string(),
        }
    }
}

/// A broken rule of a plan or a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemDocument {
    /// The field.
    field: String,
    /// Stable code of the rule.
    rule: String,
    /// What is wrong and what would be right.
    message: String,
}

impl ProblemDocument {
    fn new(problem: &domain::Problem, language: Language) -> Self {
        let message = problem.message.text(language).to_owned();
        Self { field: problem.field.clone(), rule: problem.rule.clone(), message }
    }
}

/// What an environment gets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryDocument {
    /// Identifier.
    id: String,
    /// `prod`, `staging`, `test`, `dev`.
    environment: String,
    /// `namespace`, `vm`, `service`.
    kind: String,
    /// `small`, `medium`, `large`, `custom`.
    size: String,
    /// `planned`, `reserved`, `pushed`, `ready`, `failed`, `confirmed`, `released`.
    state: String,
    /// The same in the reader's language.
    state_label: String,
    /// Name of the namespace.
    namespace: String,
    /// Code of its cluster.
    cluster: String,
    /// How much it takes.
    amounts: AmountsDocument,
    /// The last day.
    #[schema(format = Date)]
    expires_on: String,
    /// What its cluster or provider says.
    message: String,
    /// What keeps its plan from being carried out.
    problems: Vec<ProblemDocument>,
    /// What its cluster can give, for those who decide or operate.
    capacity: Option<CapacityDocument>,
    /// Its `Workspace` as the hub sends it (YAML), for those who decide or operate.
    workspace: String,
    /// Every object that it is made of, for those who decide or operate.
    objects: Vec<ObjectDocument>,
    /// What was put back, newest first.
    drift: Vec<DriftDocument>,
}

impl DeliveryDocument {
    fn new(one: &DeliveryView, language: Language) -> Self {
        let delivery = &one.planned.delivery;
        let def = EntityKind::Cluster.def();
        let code = |record: &domain::Record| record.get(def, "code").as_text().unwrap_or_default().to_owned();
        Self {
            id: delivery.id.to_string(),
            environment: delivery.environment.clone(),
            kind: delivery.kind.clone(),
            size: delivery.size.clone(),
            state: delivery.state.clone(),
            state_label: DeliveryState::from_code(&delivery.state)
                .map_or_else(String::new, |state| picked(state.label(), language)),
            namespace: delivery.namespace.clone(),
            cluster: one.cluster.as_ref().map(code).unwrap_or_default(),
            amounts: delivery.amounts.into(),
            expires_on: delivery.expires_on.clone(),
            message: delivery.message.clone(),
            problems: one.planned.problems.iter().map(|problem| ProblemDocument::new(problem, language)).collect(),
            capacity: one.capacity.map(|capacity| CapacityDocument {
                declared: capacity.declared.into(),
                reserved: capacity.reserved.into(),
                granted: capacity.granted.into(),
                free: capacity.free().into(),
            }),
            workspace: one.workspace.clone(),
            objects: one
                .objects
                .iter()
                .map(|(name, yaml)| ObjectDocument { name: name.clone(), yaml: yaml.clone() })
                .collect(),
            drift: one.drift.iter().map(DriftDocument::from).collect(),
        }
    }
}

/// A step that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionDocument {
    /// The step.
    #[serde(rename = "move")]
    movement: String,
    /// Its name in the reader's language.
    label: String,
    /// From this state.
    from: String,
    /// To this one.
    to: String,
    /// Who.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Why.
    reason: String,
    /// Hash of the plan that was seen.
    plan_hash: String,
}

impl From<(&requests::Decision, Language)> for DecisionDocument {
    fn from((one, language): (&requests::Decision, Language)) -> Self {
        Self {
            label: label_of(&one.movement, language),
            movement: one.movement.clone(),
            from: one.from_state.clone(),
            to: one.to_state.clone(),
            by: one.person_name.clone(),
            at: one.at.to_string(),
            reason: one.reason.clone(),
            plan_hash: one.plan_hash.clone(),
        }
    }
}

fn label_of(code: &str, language: Language) -> String {
    Movement::from_code(code).map_or_else(|| code.to_owned(), |one| picked(one.label(), language))
}

fn picked((zh, en): (&str, &str), language: Language) -> String {
    language.pick(zh, en).to_owned()
}

/// A step that leads on from where a request stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextDocument {
    /// The step.
    #[serde(rename = "move")]
    movement: String,
    /// Its name in the reader's language.
    label: String,
    /// Whose it is: any of `requester`, `approver`, `operator`, `program`.
    parts: Vec<String>,
    /// The same in the reader's language.
    whose: Vec<String>,
    /// What it needs: `reason`, `evidence`, `day`.
    needs: Vec<String>,
    /// The caller may take it.
    is_mine: bool,
}

impl NextDocument {
    fn new(next: &requests::Next, language: Language) -> Self {
        Self {
            movement: next.movement.code().to_owned(),
            label: picked(next.movement.label(), language),
            parts: next.parts.iter().map(|part| part.code().to_owned()).collect(),
            whose: next.parts.iter().map(|part| picked(part.label(), language)).collect(),
            needs: next.needs.iter().map(|need| need.code().to_owned()).collect(),
            is_mine: next.is_readers,
        }
    }
}

/// A file that proves a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceDocument {
    /// Identifier.
    id: String,
    /// The step.
    step: String,
    /// Its name.
    file_name: String,
    /// What its first bytes say it is.
    media_type: String,
    /// Bytes.
    size: i64,
    /// SHA-256, hexadecimal.
    sha256: String,
    /// Who attached it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

impl From<&requests::Evidence> for EvidenceDocument {
    fn from(file: &requests::Evidence) -> Self {
        Self {
            id: file.id.to_string(),
            step: file.step.clone(),
            file_name: file.file_name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            by: file.person_name.clone(),
            at: file.at.to_string(),
        }
    }
}

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestDocument {
    /// Identifier: that of the migration or exception.
    id: String,
    /// `migration` or `cloud_exception`.
    entity: String,
    /// Its number.
    number: String,
    /// Version of what it asks for, as in the ETag.
    version: i64,
    /// Where it stands.
    state: String,
    /// The same in the reader's language.
    state_label: String,
    /// `open`, `stuck` (somebody has to put something right), `done`, `over`.
    course: String,
    /// Identifier of the system.
    system: String,
    /// Who asks.
    requester: String,
    /// Why.
    reason: String,
    /// The way back.
    rollback_plan: String,
    /// Whom to call.
    contact: String,
    /// Groups that own the workspaces.
    owners: String,
    /// Identifier of the exception that this one renews.
    renews: Option<String>,
    /// Hash of the plan as it is today; needed to approve a move, empty for what has no plan.
    plan_hash: String,
    /// The caller may change it.
    may_edit: bool,
    /// Steps that the caller may take now.
    legal: Vec<String>,
    /// Every step that leads on, and whose it is.
    next: Vec<NextDocument>,
    /// The migration or exception as `/migrations` or `/exceptions` shows it.
    #[schema(value_type = Object)]
    record: Value,
    /// What it asks for.
    deliveries: Vec<DeliveryDocument>,
    /// Steps so far, oldest first.
    decisions: Vec<DecisionDocument>,
    /// Files that prove its steps, for those who may read them.
    evidence: Vec<EvidenceDocument>,
}

/// The word of a state in the reader's language.
fn state_label(services: &Services, kind: EntityKind, code: &str, language: Language) -> String {
    match kind {
        EntityKind::Migration => services.pack.list("migration_state").label(code, language).to_owned(),
        _ => ExceptionState::from_code(code).map_or_else(|| code.to_owned(), |state| picked(state.label(), language)),
    }
}

impl RequestDocument {
    /// The document of a request.
    pub(crate) fn new(services: &Services, found: &RequestView, language: Language) -> Result<Self, Fault> {
        let (request, record, def) = (&found.request, &found.shown.record, found.kind.def());
        let view = RecordView { def, record, names: Some(&found.shown.names), only: &[] };
        Ok(Self {
            id: request.subject.to_string(),
            entity: request.entity.clone(),
            number: record.get(def, "code").as_text().unwrap_or_default().to_owned(),
            version: record.version,
            state: request.state.clone(),
            state_label: state_label(services, found.kind, &request.state, language),
            course: found.course.code().to_owned(),
            system: request.system.to_string(),
            requester: request.requester_name.clone(),
            reason: request.reason.clone(),
            rollback_plan: request.rollback_plan.clone(),
            contact: request.contact.clone(),
            owners: request.owners.clone(),
            renews: (!request.renews.is_none()).then(|| request.renews.to_string()),
            plan_hash: if found.deliveries.is_empty() { String::new() } else { found.plan_hash.clone() },
            may_edit: found.may_edit,
            legal: found.legal.iter().map(|legal| legal.movement.code().to_owned()).collect(),
            next: found.next.iter().map(|next| NextDocument::new(next, language)).collect(),
            record: serde_json::to_value(view).map_err(|error| Fault::internal(error.to_string()))?,
            deliveries: found.deliveries.iter().map(|one| DeliveryDocument::new(one, language)).collect(),
            decisions: found.decisions.iter().map(|one| DecisionDocument::from((one, language))).collect(),
            evidence: found.evidence.iter().map(EvidenceDocument::from).collect(),
        })
    }
}

/// What would come of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestCheck {
    /// It could be handed in as it is.
    is_ready: bool,
    /// What keeps it from being handed in.
    problems: Vec<ProblemDocument>,
    /// Hash of its plan; empty while there is none.
    plan_hash: String,
    /// What it would get.
    deliveries: Vec<DeliveryDocument>,
}

impl RequestCheck {
    /// The document of a check.
    pub(crate) fn new(checked: &Checked, language: Language) -> Self {
        Self {
            is_ready: checked.problems.is_empty(),
            problems: checked.problems.iter().map(|problem| ProblemDocument::new(problem, language)).collect(),
            plan_hash: checked.plan_hash.clone(),
            deliveries: checked.deliveries.iter().map(|one| DeliveryDocument::new(one, language)).collect(),
        }
    }
}

/// A request of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestLine {
    /// Identifier.
    id: String,
    /// `migration` or `cloud_exception`.
    entity: String,
    /// Its number.
    number: String,
    /// Its name.
    name: String,
    /// Where it stands.
    state: String,
    /// The same in the reader's language.
    state_label: String,
    /// Identifier of the system.
    system: String,
    /// Who asks.
    requester: String,
    /// It waits for the caller.
    is_mine: bool,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl RequestLine {
    /// The line of a request.
    pub(crate) fn new(services: &Services, one: &Listed, language: Language) -> Self {
        let text = |name: &str| one.record.get(one.kind.def(), name).as_text().unwrap_or_default().to_owned();
        Self {
            id: one.request.subject.to_string(),
            entity: one.request.entity.clone(),
            number: text("code"),
            name: text("name"),
            state: one.request.state.clone(),
            state_label: state_label(services, one.kind, &one.request.state, language),
            system: one.request.system.to_string(),
            requester: one.request.requester_name.clone(),
            is_mine: one.is_mine,
            updated_at: one.request.updated_at.to_string(),
        }
    }
}
