//! `pforte signature policy`: how the actions of applications are signed.

use super::rules::{self, Rules};
use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::private;
use crate::cli::resolve;
use crate::cli::show::{self, Shown, names, seconds};
use clap::{Args, Subcommand};
use pforte_client::{Client, every};
use pforte_model::name::fold;
use pforte_wire::signature_policy::{
    PutSignaturePolicy, SignaturePolicy, SignaturePolicyVersion, SigningStep,
};
use std::path::{Path, PathBuf};

/// Policies: how actions are signed, where
#[derive(Args)]
pub(crate) struct Policy {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the policies
    List,
    /// Show one policy, with what is doubtful about it
    Show {
        /// Identifier or name
        policy: String,
    },
    /// Make a policy, from options, from a file, or from a file with options over it
    Create {
        /// Its name
        #[arg(required_unless_present = "file")]
        name: Option<String>,
        #[command(flatten)]
        source: Source,
    },
    /// Change a policy; what is not named stays. Requests that are open go on by the version they began with
    Change {
        /// Identifier or name
        policy: String,
        /// The new name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        source: Source,
    },
    /// Take a policy out of use; its versions and its requests stay
    Delete {
        /// Identifier or name
        policy: String,
    },
    /// List the versions that a policy had, the newest first
    History {
        /// Identifier, or name if it is in use
        policy: String,
    },
}

/// Where the rules come from.
#[derive(Args)]
struct Source {
    /// JSON as the API takes it; roles may stand there by name
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    rules: Rules,
}

impl Policy {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::List => out.list(&every(async |page| client.signature_policies(&page).await).await?),
            Verb::Show { policy } => out.one(&found(&client, &policy).await?),
            Verb::Create { name, source } => {
                let new = source.over(&client, || rules::bare(String::new()), name).await?;
                out.one(&client.add_signature_policy(&new).await?)
            }
            Verb::Change { policy, name, source } => {
                let known = found(&client, &policy).await?;
                let mut change = source.over(&client, || rules::same(&known), name).await?;
                change.version = Some(known.version);
                out.one(&client.change_signature_policy(&known.id, &change).await?)
            }
            Verb::Delete { policy } => {
                client.remove_signature_policy(&found(&client, &policy).await?.id).await?;
                out.said("Taken out of use.")
            }
            Verb::History { policy } => {
                // One that is out of use has its versions still.
                let id = if resolve::is_id(&policy) { policy } else { found(&client, &policy).await?.id };
                let versions =
                    every(async |page| client.signature_policy_versions(&id, page.after.as_deref()).await);
                out.list(&versions.await?)
            }
        }
    }
}

impl Source {
    /// What is to be: the file or what there is, with the options over it.
    async fn over(
        self,
        client: &Client,
        known: impl FnOnce() -> PutSignaturePolicy,
        name: Option<String>,
    ) -> Result<PutSignaturePolicy, Failure> {
        let mut policy = self.file.as_deref().map_or_else(|| Ok(known()), read)?;
        policy.name = name.unwrap_or(policy.name);
        self.rules.over(client, policy).await
    }
}

fn read(file: &Path) -> Result<PutSignaturePolicy, Failure> {
    let content = private::read(file).map_err(|error| Failure::file("read", file, &error))?;
    serde_json::from_slice(&content).map_err(|error| {
        let detail = format!("{}: {error}", file.display());
        Failure::new("file-not-understood", detail, "Write it as `PUT /signature-policies/{id}` takes it.")
    })
}

/// A policy by identifier or name.
async fn found(client: &Client, typed: &str) -> Result<SignaturePolicy, Failure> {
    if resolve::is_id(typed) {
        return Ok(client.signature_policy(typed).await?);
    }
    let mut found = every(async |page| client.signature_policies(&page).await).await?;
    found.retain(|policy| fold(&policy.name) == fold(typed));
    resolve::one("signature policy", typed, found, |policy| policy.id.clone())
}

/// Who signs as what.
pub(super) fn spoken(step: &SigningStep) -> String {
    format!("{} × {}: {}", step.count, step.meaning.as_str(), names(&step.roles))
}

impl Shown for SignaturePolicy {
    const HEADS: &'static [&'static str] =
        &["policy", "actions", "areas", "steps", "enabled", "warnings", "version", "id"];

    fn cells(&self) -> Vec<String> {
        let steps: Vec<String> = self.rules.steps.iter().map(spoken).collect();
        let warnings: Vec<&str> = self.warnings.iter().map(|warning| warning.code.as_str()).collect();
        vec![
            self.name.clone(),
            names(&self.actions),
            names(&self.areas),
            steps.join("; "),
            show::yes_no(self.enabled),
            warnings.join(", "),
            self.version.to_string(),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let rules = &self.rules;
        let word = |value: &serde_json::Result<serde_json::Value>| match value {
            Ok(serde_json::Value::String(word)) => word.clone(),
            _ => String::new(),
        };
        let mut fields = vec![
            ("policy", self.name.clone()),
            ("enabled", show::yes_no(self.enabled)),
            ("actions", names(&self.actions)),
            ("areas", names(&self.areas)),
        ];
        fields.extend(rules.steps.iter().map(|step| ("step", spoken(step))));
        fields.extend([
            ("in order", show::yes_no(rules.ordered)),
            ("one station", show::yes_no(rules.one_station)),
            ("performer differs", show::yes_no(rules.performer_differs)),
            ("one person once", show::yes_no(rules.one_person_once)),
            ("signed", word(&serde_json::to_value(rules.when))),
            ("reason", word(&serde_json::to_value(rules.reason))),
            ("reasons", rules.reasons.join(", ")),
            ("comment", word(&serde_json::to_value(rules.comment))),
            ("valid for", seconds(rules.valid_seconds)),
            ("password alone", seconds(Some(rules.continuous_seconds).filter(|long| *long > 0))),
            ("strength", rules.strength.as_str().to_owned()),
            ("may cancel", names(&rules.cancel_roles)),
            ("version", self.version.to_string()),
            ("id", self.id.clone()),
        ]);
        fields.extend(
            self.warnings.iter().map(|warning| ("warning", format!("{}: {}", warning.code, warning.detail))),
        );
        fields
    }
}

impl Shown for SignaturePolicyVersion {
    const HEADS: &'static [&'static str] = &["version", "saved at", "by", "name", "enabled", "steps"];

    fn cells(&self) -> Vec<String> {
        // A version is kept as it was saved, perhaps by an older server.
        let kept: Option<SignaturePolicy> = serde_json::from_value(self.policy.clone()).ok();
        let of = |told: fn(&SignaturePolicy) -> String| kept.as_ref().map(told).unwrap_or_default();
        vec![
            self.version.to_string(),
            self.at.to_string(),
            self.by.clone(),
            of(|policy| policy.name.clone()),
            of(|policy| show::yes_no(policy.enabled)),
            of(|policy| policy.rules.steps.iter().map(spoken).collect::<Vec<_>>().join("; ")),
        ]
    }
}
