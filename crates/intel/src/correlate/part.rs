//! What may be told of a campaign to somebody who sees some of its events only: nothing that the others have brought.

use std::collections::BTreeSet;

use super::{
    Campaign, Change, Item, SharedThing,
    campaign::{because, unless},
};

/// A campaign has at least two events: who saw one of them would know that there are others.
const EVENTS_MIN: usize = 2;

impl Campaign {
    /// The campaign as its events among these tell it; nothing where that is none. `items` are those of its events that
    /// are seen.
    pub fn part(&self, seen: &BTreeSet<String>, items: &[Item]) -> Option<Self> {
        let is_seen = |event: &String| seen.contains(event);
        if self.thread.iter().all(|step| is_seen(&step.event)) {
            return Some(self.clone());
        }
        let mut thread: Vec<_> = self.thread.iter().filter(|step| is_seen(&step.event)).cloned().collect();
        if thread.len() < EVENTS_MIN {
            return None;
        }
        for step in &mut thread {
            step.after = step.after.take().filter(|arc| is_seen(&arc.event));
        }
        let items: Vec<&Item> = items.iter().filter(|item| thread.iter().any(|step| step.event == item.id)).collect();
        let shared = self.shared.iter().filter_map(|thing| shared_by(thing, &items)).collect::<Vec<_>>();
        let n_plantable = thread.iter().filter_map(|step| step.after.as_ref()).filter(|arc| !arc.is_firm).count();
        let first_seen = thread.iter().map(|step| step.at).min()?;
        let last_seen = items.iter().map(|item| item.last_seen).max().unwrap_or(first_seen);
        Some(Self {
            id: self.id.clone(),
            name: self.name.clone(),
            first_seen,
            last_seen,
            because: because(&thread, &shared),
            unless: unless(&thread, n_plantable),
            thread,
            shared,
            n_plantable,
        })
    }
}

/// A thing that several of these have.
fn shared_by(thing: &SharedThing, items: &[&Item]) -> Option<SharedThing> {
    let has = |item: &&&Item| item.things.iter().any(|one| one.kind == thing.kind && one.value == thing.value);
    let events = items.iter().filter(has).count();
    (events >= EVENTS_MIN).then(|| SharedThing { events, ..thing.clone() })
}

impl Change {
    /// The change as events among these tell it; nothing where none of them has to do with it.
    pub fn part(&self, seen: &BTreeSet<String>) -> Option<Self> {
        let mut change = self.clone();
        match &mut change {
            Self::Began { events, .. }
            | Self::SplitFrom { events, .. }
            | Self::Grew { events, .. }
            | Self::Took { events, .. }
            | Self::Lost { events, .. } => {
                events.retain(|event| seen.contains(event));
                if events.is_empty() {
                    return None;
                }
                if let Self::Took { whole, .. } = &mut change {
                    // Whether it was all of the other campaign says how large that was.
                    *whole = false;
                }
                Some(change)
            }
            // It names no event, so nobody can tell whose it is.
            Self::Ended { .. } => None,
        }
    }

    /// The events that it is about.
    pub fn events(&self) -> &[String] {
        match self {
            Self::Began { events, .. }
            | Self::SplitFrom { events, .. }
            | Self::Grew { events, .. }
            | Self::Took { events, .. }
            | Self::Lost { events, .. } => events,
            Self::Ended { .. } => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use schema::Timestamp;

    use super::*;
    use crate::correlate::{Arc, Kind, Step, Thing};

    fn campaign() -> Campaign {
        let step = |event: &str, after: Option<&str>| Step {
            event: event.to_owned(),
            at: Timestamp::default(),
            after: after.map(|event| Arc {
                event: event.to_owned(),
                bits: 9.0,
                is_firm: true,
                decided: false,
                reasons: Vec::new(),
            }),
        };
        let thing =
            |value: &str, events| SharedThing { kind: Kind::Domain, value: value.to_owned(), events, bits: 5.0 };
        Campaign {
            id: "campaign--1".to_owned(),
            name: "Quiet Heron".to_owned(),
            first_seen: Timestamp::default(),
            last_seen: Timestamp::default(),
            thread: vec![step("a", None), step("hidden", Some("a")), step("b", Some("hidden")), step("c", Some("b"))],
            shared: vec![thing("both.example", 4), thing("secret.example", 2)],
            n_plantable: 0,
            because: vec!["4 of 4 events have domain secret.example.".to_owned()],
            unless: Vec::new(),
        }
    }

    fn item(id: &str, things: &[&str]) -> Item {
        let thing = |value: &&str| Thing { kind: Kind::Domain, value: (*value).to_owned() };
        Item {
            id: id.to_owned(),
            first_seen: Timestamp::default(),
            last_seen: Timestamp::default(),
            phase: 0,
            things: things.iter().map(thing).collect(),
            attacked: Vec::new(),
        }
    }

    fn ids(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn a_part_says_nothing_of_events_that_are_not_seen() {
        let items = [item("a", &["both.example", "secret.example"]), item("b", &["both.example"]), item("c", &[])];
        let part = campaign().part(&ids(&["a", "b", "c"]), &items).expect("three of its events are seen");
        let told = serde_json::to_string(&part).expect("writes");
        assert!(!told.contains("hidden") && !told.contains("secret.example"), "{told}");
        assert!(!told.contains("4 of"), "{told}");
        assert_eq!(part.thread.len(), 3);
        assert_eq!(part.shared.len(), 1);
        assert_eq!(part.shared[0].events, 2);
        assert!(part.thread[1].after.is_none());
        assert_eq!(part.thread[2].after.as_ref().map(|arc| arc.event.as_str()), Some("b"));
    }

    #[test]
    fn one_event_alone_is_no_campaign() {
        assert!(campaign().part(&ids(&["a"]), &[item("a", &[])]).is_none());
        assert!(campaign().part(&BTreeSet::new(), &[]).is_none());
    }

    #[test]
    fn who_sees_all_of_it_is_told_all_of_it() {
        let all = ids(&["a", "hidden", "b", "c", "more"]);
        assert_eq!(campaign().part(&all, &[]), Some(campaign()));
    }

    #[test]
    fn changes_name_events_that_are_seen() {
        let took = Change::Took {
            campaign: "campaign--1".to_owned(),
            from: "campaign--2".to_owned(),
            events: vec!["a".to_owned(), "hidden".to_owned()],
            whole: true,
        };
        let told = took.part(&ids(&["a"])).expect("one of its events is seen");
        assert_eq!(told.events(), ["a".to_owned()]);
        assert!(took.part(&ids(&["b"])).is_none());
        assert!(Change::Ended { campaign: "campaign--1".to_owned(), into: None }.part(&ids(&["a"])).is_none());
    }
}
