//! One member cluster: what is due is pushed by server-side apply, what its controller reports is brought back.

use std::{
    collections::HashMap,
    pin::pin,
    time::{Duration, Instant},
};

use domain::Id;

use futures_util::StreamExt as _;
use kube::{
    Api, Client, ResourceExt as _,
    api::{Patch, PatchParams},
    core::DeserializeGuard,
    runtime::{WatchStreamExt as _, watcher},
};
use landing::{Workspace, WorkspaceSpec};
use services::{
    Op, Outcome, Services,
    provisioning::{self, Push, RegisteredCluster, Reported},
};

use crate::{
    FIELD_OWNER, Settings, ending, plan_held,
    reach::{self, Allowed},
    strays::{self, Names},
};

const LOOK: Duration = Duration::from_millis(300);
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// A refusal is believed when it lasts: an API server that starts refuses what its roles and policies, which it has not read yet, would
/// let through.
const BELIEVED_AFTER: Duration = Duration::from_secs(10);
/// A plan that was refused is tried again after so long, or when something about it was decided.
const AFTER_REFUSAL: Duration = Duration::from_secs(15);
/// Between two looks at what is to be taken away.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// Serves a cluster until it is dropped.
pub(crate) async fn run(services: &Services, settings: &Settings, cluster: &RegisteredCluster) {
    let op = provisioning::hub_op_of(&settings.claims.identity);
    loop {
        let outcome = Member { services, op: &op, cluster }.serve(&settings.allowed).await;
        tracing::warn!(cluster = %cluster.code, why = %outcome, "the cluster is not reached; tried again");
        remember(services, cluster, &outcome).await;
        tokio::time::sleep(AFTER_FAILURE).await;
    }
}

async fn remember(services: &Services, cluster: &RegisteredCluster, outcome: &str) {
    if let Err(fault) = provisioning::remember_check(services, cluster.id, outcome).await {
        tracing::warn!(%fault, "how a cluster was reached could not be kept");
    }
}

/// A cluster and whoever serves it.
struct Member<'m> {
    services: &'m Services,
    op: &'m Op,
    cluster: &'m RegisteredCluster,
}

impl Member<'_> {
    /// Pushes and listens; ends with the reason why that is no longer possible.
    async fn serve(&self, allowed: &Allowed) -> String {
        let client = match reach::client(&self.cluster.credentials, allowed).await {
            Ok(client) => client,
            Err(why) => return why.en,
        };
        let names = Names::default();
        tokio::select! {
            why = self.push_due(&client) => why,
            why = self.listen(&client, &names) => why,
            () = strays::look_around(self.services, self.op, self.cluster, &client, &names) => "the watch ended".to_owned(),
        }
    }

    /// Pushes whatever is due, and takes away what is to go, again and again.
    async fn push_due(&self, client: &Client) -> String {
        let workspaces: Api<Workspace> = Api::all(client.clone());
        let mut refused: HashMap<(Id, i64), Instant> = HashMap::new();
        let mut since: HashMap<(Id, i64), Instant> = HashMap::new();
        let mut looked_at: Option<Instant> = None;
        loop {
            refused.retain(|_, at| at.elapsed() < AFTER_REFUSAL);
            match provisioning::due(self.services, self.op, self.cluster.id).await {
                Ok(due) => {
                    for push in &due {
                        if refused.contains_key(&(push.delivery, push.count)) {
                            continue;
                        }
                        let key = (push.delivery, push.count);
                        match self.push_one(&workspaces, push).await {
                            Ok(None) => {
                                since.remove(&key);
                            }
                            Ok(Some(why))
                                if since.entry(key).or_insert_with(Instant::now).elapsed() >= BELIEVED_AFTER =>
                            {
                                since.remove(&key);
                                self.refused(push, &why).await;
                                refused.insert(key, Instant::now());
                            }
                            Ok(Some(_)) => {}
                            Err(why) => return why,
                        }
                    }
                }
                Err(fault) => tracing::warn!(%fault, "what is due cannot be read"),
            }
            if looked_at.is_none_or(|at| at.elapsed() >= BETWEEN_LOOKS) {
                looked_at = Some(Instant::now());
                if let Err(why) = ending::take_away(self.services, self.op, self.cluster, client).await {
                    return why;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Pushes one plan; answers why, when the cluster understood and refuses it.
    async fn push_one(&self, workspaces: &Api<Workspace>, push: &Push) -> Result<Option<String>, String> {
        let name = &push.spec.namespace;
        let document = landing::document(&push.spec);
        let parameters = PatchParams::apply(FIELD_OWNER).force();
        match reach::in_time(workspaces.patch(name, &parameters, &Patch::Apply(document))).await {
            Ok(_) => {}
            Err(kube::Error::Api(status)) if matches!(status.code, 400 | 403 | 409 | 422) => {
                return Ok(Some(status.message.clone()));
            }
            Err(error) => return Err(error.to_string()),
        }
        if let Err(fault) = self.arrived(push).await {
            tracing::warn!(%fault, %name, "what became of a plan could not be kept; tried again");
            return Ok(None);
        }
        // It may have been ready before we said that it was pushed.
        match reach::in_time(workspaces.get_opt(name)).await {
            Ok(Some(workspace)) => self.take(&workspace).await,
            Ok(None) => {}
            Err(error) => return Err(error.to_string()),
        }
        Ok(None)
    }

    /// A refusal that lasts is for a person to look at.
    async fn refused(&self, push: &Push, why: &str) {
        tracing::warn!(cluster = %self.cluster.code, name = %push.spec.namespace, why, "the cluster refused a plan");
        if let Err(fault) = provisioning::refused(self.services, self.op, push.delivery, why).await {
            tracing::warn!(%fault, "what became of a plan could not be kept; tried again");
        }
    }

    async fn arrived(&self, push: &Push) -> Outcome<()> {
        provisioning::pushed(self.services, self.op, push.delivery).await?;
        provisioning::given(self.services, push).await
    }

    /// Brings back what the cluster says of its workspaces.
    async fn listen(&self, client: &Client, names: &Names) -> String {
        let workspaces: Api<DeserializeGuard<Workspace>> = Api::all(client.clone());
        let mut events = pin!(watcher(workspaces, watcher::Config::default()).default_backoff());
        let mut failures = 0;
        while let Some(event) = events.next().await {
            if let Ok(event) = &event {
                failures = 0;
                names.take(event);
            }
            match event {
                Ok(watcher::Event::InitDone) => remember(self.services, self.cluster, "").await,
                Ok(watcher::Event::Apply(guarded) | watcher::Event::InitApply(guarded)) => match &guarded.0 {
                    Ok(workspace) => {
                        self.take(workspace).await;
                        plan_held::hold(self.services, self.op, self.cluster, client, workspace).await;
                    }
                    Err(error) => tracing::warn!(name = %guarded.name_any(), %error, "a Workspace cannot be read"),
                },
                Ok(watcher::Event::Delete(gone)) => {
                    plan_held::give_again(self.services, self.op, self.cluster, client, &gone.name_any()).await;
                }
                Ok(watcher::Event::Init) => {}
                Err(error) => {
                    failures += 1;
                    if failures > 2 {
                        return error.to_string();
                    }
                }
            }
        }
        "the watch ended".to_owned()
    }

    async fn take(&self, workspace: &Workspace) {
        let reported = read(workspace);
        if let Err(fault) = provisioning::report(self.services, self.op, self.cluster.id, &reported).await {
            tracing::warn!(%fault, name = %reported.name, "a report could not be kept; the next one will be");
        }
    }
}

/// A Workspace as a report. Its status counts for the generation that it speaks of, and no other.
fn read(workspace: &Workspace) -> Reported {
    let status = workspace.status.clone().unwrap_or_default();
    let spec: &WorkspaceSpec = &workspace.spec;
    let ready = status.conditions.iter().find(|condition| condition.type_ == "Ready");
    let is_current = ready.is_some_and(|condition| condition.observed_generation == workspace.metadata.generation);
    Reported {
        name: spec.namespace.clone(),
        plan_hash: status.plan_hash.clone().unwrap_or_default(),
        is_ready: is_current && ready.is_some_and(|condition| condition.status == "True"),
        reason: ready.filter(|_| is_current).map(|condition| condition.reason.clone()).unwrap_or_default(),
        message: ready.map(|condition| condition.message.clone()).unwrap_or_default(),
        status: serde_json::to_string(&status).unwrap_or_default(),
        drift: status.drift,
    }
}
