//! Who is known to have used what: groups, software and campaigns of ATT&CK as facts, from MITRE's bundle or as text.
//!
//! Lines: `actors`, domain, version; `software`, id, name, other names, techniques; `group`, id, name, other names,
//! techniques, software; `campaign`, id, name, groups it is attributed to, techniques, software. Lists are cut by `;`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error,
    facts::{escaped, items, list, push_line, unescaped},
};
use crate::names::compared;

/// What MITRE has gathered of actors in one version of one domain. Names are claims of many vendors: one name may stand
/// for several groups.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Actors {
    pub domain: String,
    pub version: String,
    pub software: BTreeMap<String, Software>,
    pub groups: BTreeMap<String, Group>,
    pub campaigns: BTreeMap<String, KnownCampaign>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Software {
    pub name: String,
    pub aliases: Vec<String>,
    pub techniques: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Group {
    pub name: String,
    pub aliases: Vec<String>,
    pub techniques: Vec<String>,
    pub software: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KnownCampaign {
    pub name: String,
    pub groups: Vec<String>,
    pub techniques: Vec<String>,
    pub software: Vec<String>,
}

impl Actors {
    /// Ids of the groups that bear this name or have this id: whole names only, and often several.
    pub fn groups_named(&self, name: &str) -> Vec<&str> {
        let wanted = compared(name);
        let bears = |id: &String, group: &Group| {
            [id, &group.name].into_iter().chain(&group.aliases).any(|known| compared(known) == wanted)
        };
        self.groups.iter().filter(|(id, group)| bears(id, group)).map(|(id, _)| id.as_str()).collect()
    }

    /// Techniques that a group is known to have used, itself and in campaigns that it is held responsible for.
    pub fn techniques_of(&self, group: &str) -> BTreeSet<&str> {
        let own = self.groups.get(group).into_iter().flat_map(|of| &of.techniques);
        let campaigns = self.campaigns.values().filter(|campaign| campaign.groups.iter().any(|id| id == group));
        own.chain(campaigns.flat_map(|campaign| &campaign.techniques)).map(String::as_str).collect()
    }

    /// As text, to be read back by [`Actors::from_facts`].
    pub fn to_facts(&self) -> String {
        let mut text = String::from("# ATT&CK facts. © The MITRE Corporation; see NOTICE beside this file.\n");
        push_line(&mut text, &["actors", &escaped(&self.domain), &escaped(&self.version)]);
        for (id, of) in &self.software {
            let fields = [list(&of.aliases), list(&of.techniques)];
            push_line(&mut text, &["software", &escaped(id), &escaped(&of.name), &fields[0], &fields[1]]);
        }
        for (id, of) in &self.groups {
            let fields = [list(&of.aliases), list(&of.techniques), list(&of.software)];
            push_line(&mut text, &["group", &escaped(id), &escaped(&of.name), &fields[0], &fields[1], &fields[2]]);
        }
        for (id, of) in &self.campaigns {
            let fields = [list(&of.groups), list(&of.techniques), list(&of.software)];
            push_line(&mut text, &["campaign", &escaped(id), &escaped(&of.name), &fields[0], &fields[1], &fields[2]]);
        }
        text
    }

    /// Fails with the number of the first line that is not understood.
    pub fn from_facts(text: &str) -> Result<Self, Error> {
        let mut actors = Self::default();
        for (line, number) in text.lines().zip(1..) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            match fields.as_slice() {
                ["actors", domain, version] => {
                    actors.domain = unescaped(domain);
                    actors.version = unescaped(version);
                }
                ["software", id, name, aliases, techniques] => {
                    let of = Software { name: unescaped(name), aliases: items(aliases), techniques: items(techniques) };
                    actors.software.insert(unescaped(id), of);
                }
                ["group", id, name, aliases, techniques, software] => {
                    let of = Group {
                        name: unescaped(name),
                        aliases: items(aliases),
                        techniques: items(techniques),
                        software: items(software),
                    };
                    actors.groups.insert(unescaped(id), of);
                }
                ["campaign", id, name, groups, techniques, software] => {
                    let of = KnownCampaign {
                        name: unescaped(name),
                        groups: items(groups),
                        techniques: items(techniques),
                        software: items(software),
                    };
                    actors.campaigns.insert(unescaped(id), of);
                }
                _ => return Err(Error::new(format!("line {number} of the facts about actors is not understood"))),
            }
        }
        if actors.domain.is_empty() {
            return Err(Error::new("the facts about actors do not say which matrix they are of"));
        }
        Ok(actors)
    }
}
