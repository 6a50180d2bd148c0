//! Reads one event from its JSON, one file a form: all say the same things under other names, in other places.

mod ecs;
mod flat;
mod get_winevent;
mod learned;
mod nested;
mod sysmon_message;
mod values;
mod wazuh;
mod winlogbeat;

use self::{
    learned::Learned,
    values::{Members, Names, add_scalar, get, has_scalar, object},
};
use super::{event::WindowsEvent, parts::Parts};
use crate::{
    json::{Fields, Text, Value},
    keys::Keys,
    parsed::Fault,
};

/// A form of JSON, known by what its top level has.
#[derive(Debug)]
struct Form {
    /// A phrase for people.
    about: &'static str,
    is: fn(&Members<'_>) -> bool,
    read: ReadForm,
}

type ReadForm = for<'a> fn(&Members<'a>, &mut Parts<'a>) -> Result<(), Fault>;

/// The forms; the first one that fits counts.
static FORMS: &[&Form] = &[
    &nested::EVENT,
    &nested::SYSTEM,
    &winlogbeat::FORM,
    &winlogbeat::OLD,
    &wazuh::FORM,
    &get_winevent::FORM,
    &flat::FORM,
];

/// Where some tools put the event: Elasticsearch's answers, Chainsaw's findings.
static WRAPPERS: &[&[&str]] = &[&["_source"], &["document", "data"]];

/// The form of a record by the members of its top level, as a phrase.
pub(crate) fn form(members: &[(Text<'_>, Value<'_>)]) -> Option<&'static str> {
    let inner = unwrapped(members);
    find(inner.as_deref().unwrap_or(members)).map(|form| form.about)
}

fn find(members: &Members<'_>) -> Option<&'static Form> {
    FORMS.iter().copied().find(|form| (form.is)(members))
}

fn unwrapped<'a>(members: &Members<'a>) -> Option<Vec<(Text<'a>, Value<'a>)>> {
    let within = |path: &&[&str]| {
        let (first, rest) = path.split_first()?;
        let start = get(members, first)?;
        object(rest.iter().try_fold(start, |value, step| get(&object(value)?, step))?)
    };
    WRAPPERS.iter().find_map(within)
}

/// Reads the events of a batch.
#[derive(Debug)]
pub(crate) struct JsonEvents {
    keys: Keys<()>,
    learned: Learned,
}

impl Default for JsonEvents {
    fn default() -> Self {
        Self { keys: Keys::new(), learned: Learned::default() }
    }
}

impl JsonEvents {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Forgets the keys that were met: a batch bounds how many there are.
    pub(crate) fn next_batch(&mut self) {
        self.keys = Keys::new();
    }

    /// Reads the event that the object is and hands it on; an object of no form is an event without a kind.
    pub(crate) fn read<R>(&mut self, text: &str, then: impl FnOnce(&WindowsEvent<'_>) -> R) -> Result<R, Fault> {
        match self.learned.event(text) {
            Some(event) => Ok(then(&event)),
            None => self.take_apart(text, then),
        }
    }

    fn take_apart<R>(&mut self, text: &str, then: impl FnOnce(&WindowsEvent<'_>) -> R) -> Result<R, Fault> {
        let mut members = Vec::new();
        self.keys.begin();
        let mut fields = Fields::of(text);
        while let Some((key, value)) = fields.next()? {
            self.keys.note(key, members.len(), |_| ())?;
            members.push((key, value));
        }
        members = unwrapped(&members).unwrap_or(members);
        let form = find(&members).unwrap_or(&flat::FORM);
        let mut parts = Parts::default();
        (form.read)(&members, &mut parts)?;
        let mut event = parts.event();
        let may_be_unnamed = std::ptr::eq(form, &get_winevent::FORM) || std::ptr::eq(form, &flat::FORM);
        if may_be_unnamed {
            super::positions::name_values(&mut event);
        }
        self.learned.learn(text, &parts, &event, may_be_unnamed);
        Ok(then(&event))
    }
}
