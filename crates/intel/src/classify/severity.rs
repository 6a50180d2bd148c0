//! How bad it would be if true. One table, first match wins; how sure we are is confidence, and not in here.

use schema::{Category, Severity};

use super::{activity::Activity, methods};

/// What the rules look at.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) category: Category,
    /// Shortnames.
    pub(super) tactics: &'a [String],
    /// A source names the malware, campaign or actor.
    pub(super) named: bool,
    /// A list and a behavior speak of the same thing.
    pub(super) listed_and_behaves: bool,
    /// Somebody sent something to a page that looks like another's.
    pub(super) gave_away: bool,
    /// What came back speaks of success.
    pub(super) succeeded: bool,
    /// The worst that authors of rules say, where nothing but rules speaks.
    pub(super) of_rules: Option<Severity>,
}

impl Facts<'_> {
    fn has_tactic(&self, shortname: &str) -> bool {
        self.tactics.iter().any(|tactic| tactic == shortname)
    }
}

struct Rule {
    severity: Severity,
    because: &'static str,
    when: fn(&Facts<'_>) -> bool,
}

static RULES: &[Rule] = &[
    Rule {
        severity: Severity::Critical,
        because: "If true, an adversary is already destroying, encrypting or taking data away.",
        when: |facts| facts.has_tactic("impact") || facts.has_tactic("exfiltration"),
    },
    Rule {
        severity: Severity::Critical,
        because: "If true, malware that is known by name is being steered from outside on this target.",
        when: |facts| facts.category == Category::CommandAndControl && facts.named && facts.listed_and_behaves,
    },
    Rule {
        severity: Severity::High,
        because: "If true, somebody outside steers software on this target.",
        when: |facts| facts.category == Category::CommandAndControl,
    },
    Rule {
        severity: Severity::High,
        because: "If true, somebody who has no right to be here acts inside already.",
        when: |facts| {
            use Category::{AccountMisuse, Execution, LateralMovement};
            [AccountMisuse, Execution, LateralMovement].contains(&facts.category)
        },
    },
    Rule {
        severity: Severity::High,
        because: "If true, somebody here has given something to a page that passes itself off as another's: a password, mostly.",
        when: |facts| facts.category == Category::InitialAccess && facts.gave_away,
    },
    Rule {
        severity: Severity::High,
        because: "If true, somebody tried to get in, and what came back speaks of success.",
        when: |facts| {
            facts.succeeded && [Category::CredentialAccess, Category::InitialAccess].contains(&facts.category)
        },
    },
    Rule {
        severity: Severity::Medium,
        because: "If true, somebody tries to get in; whether they did, this alone does not say.",
        when: |facts| [Category::CredentialAccess, Category::InitialAccess].contains(&facts.category),
    },
    Rule {
        severity: Severity::Medium,
        because: "If true, somebody inside looks for what can be reached: who has come in does that next.",
        when: |facts| facts.category == Category::Reconnaissance && facts.has_tactic("discovery"),
    },
    Rule {
        severity: Severity::Low,
        because: "If true, somebody looks around or collects; that is daily life on the internet, and worth knowing inside.",
        when: |facts| [Category::Reconnaissance, Category::Automation].contains(&facts.category),
    },
    Rule {
        severity: Severity::High,
        because: "If true, a file that is known to be malicious has reached this target.",
        when: |facts| facts.category == Category::KnownMalware,
    },
    Rule {
        severity: Severity::Medium,
        because: "If true, this target talks to infrastructure of a named threat; contact alone is not yet compromise.",
        when: |facts| facts.category == Category::KnownInfrastructure && facts.named,
    },
    Rule {
        severity: Severity::Low,
        because: "Contact with something on a list, without a name for the threat and without suspicious behavior.",
        when: |facts| facts.category == Category::KnownInfrastructure,
    },
];

/// The worst level of the rules that matched; `None` where something else speaks as well.
pub(super) fn of_rules(activity: &Activity<'_>) -> Option<Severity> {
    if activity.behavior().is_some() || activity.listing().is_some() {
        return None;
    }
    activity.strong().filter_map(methods::level).max()
}

/// The severity and the sentence that says why.
pub(super) fn severity(facts: &Facts<'_>) -> (Severity, &'static str) {
    if let Some(level) = facts.of_rules {
        return (level, "The author of the rule gives it this level; techniques alone do not say how bad it is.");
    }
    let rule = RULES.iter().find(|rule| (rule.when)(facts));
    rule.map_or((Severity::Medium, "Unusual behavior whose consequence is not known."), |rule| {
        (rule.severity, rule.because)
    })
}
