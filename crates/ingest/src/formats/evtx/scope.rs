//! Where in an event an element stands, and so which field of [`WindowsEvent`](crate::windows::WindowsEvent) it is.

use std::collections::HashMap;

/// The fields of an event that have a place of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Known {
    Provider,
    ProviderGuid,
    EventId,
    Qualifiers,
    Version,
    Level,
    Task,
    Opcode,
    Keywords,
    Time,
    RecordId,
    ActivityId,
    RelatedActivityId,
    Pid,
    Tid,
    Channel,
    Computer,
    UserSid,
    DataRoot,
}

impl Known {
    pub(super) const COUNT: usize = Self::DataRoot as usize + 1;

    /// The element of `System` with this name.
    fn element(name: &str) -> Option<Self> {
        Some(match name {
            "EventID" => Self::EventId,
            "Version" => Self::Version,
            "Level" => Self::Level,
            "Task" => Self::Task,
            "Opcode" => Self::Opcode,
            "Keywords" => Self::Keywords,
            "EventRecordID" => Self::RecordId,
            "Channel" => Self::Channel,
            "Computer" => Self::Computer,
            _ => return None,
        })
    }

    /// The attribute of an element of `System`.
    fn attribute(element: &str, name: &str) -> Option<Self> {
        Some(match (element, name) {
            ("Provider", "Name") => Self::Provider,
            ("Provider", "Guid") => Self::ProviderGuid,
            ("EventID", "Qualifiers") => Self::Qualifiers,
            ("TimeCreated", "SystemTime") => Self::Time,
            ("Correlation", "ActivityID") => Self::ActivityId,
            ("Correlation", "RelatedActivityID") => Self::RelatedActivityId,
            ("Execution", "ProcessID") => Self::Pid,
            ("Execution", "ThreadID") => Self::Tid,
            ("Security", "UserID") => Self::UserSid,
            _ => return None,
        })
    }
}

/// The lists of an event that take fields by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum List {
    System,
    Data,
    Beside,
}

/// Where a value goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Known(Known),
    List(List, String),
    /// Text directly in an element that should hold elements only: a field where there is some.
    Stray(List, String),
    /// Only in the XML.
    Nowhere,
}

/// What surrounds an element.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    Document,
    Event,
    System,
    EventData,
    UserData,
    /// Within a field of the list; the path is empty in the root of `UserData`.
    Field(List, String),
}

/// Every scope once, known by its number.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    numbers: HashMap<Scope, u32>,
    scopes: Vec<Scope>,
}

impl Scopes {
    /// The number of [`Scope::Document`].
    pub(super) const DOCUMENT: u32 = 0;

    pub(super) fn number(&mut self, scope: Scope) -> u32 {
        if scope == Scope::Document {
            return Self::DOCUMENT;
        }
        if let Some(&known) = self.numbers.get(&scope) {
            return known;
        }
        self.scopes.push(scope.clone());
        let number = self.scopes.len() as u32;
        self.numbers.insert(scope, number);
        number
    }

    pub(super) fn get(&self, number: u32) -> Scope {
        let place = (number as usize).checked_sub(1);
        place.and_then(|place| self.scopes.get(place)).cloned().unwrap_or(Scope::Document)
    }
}

/// What an element is, by where it stands.
#[derive(Debug)]
pub(super) struct Role {
    /// Where its own text goes.
    pub(super) text: Target,
    /// What surrounds its children.
    pub(super) inside: Scope,
    /// Name of the element that holds the event's data, where this is it.
    pub(super) data_root: Option<String>,
    /// Whether an element without any content is a field without a value.
    pub(super) is_leaf: bool,
}

impl Scope {
    /// The role of a child. `label` is its attribute `Name`, where the template spells it out.
    pub(super) fn child(&self, name: &str, label: Option<&str>) -> Role {
        let container = |inside| Role { text: Target::Nowhere, inside, data_root: None, is_leaf: false };
        match self {
            Self::Document => container(Self::Event),
            Self::Event => match name {
                "System" => container(Self::System),
                "UserData" => container(Self::UserData),
                "EventData" => Role { text: Target::Stray(List::Data, name.into()), ..root(Self::EventData, name) },
                _ => field(List::Beside, name.into()),
            },
            Self::System => match Known::element(name) {
                Some(known) => Role { text: Target::Known(known), ..field(List::System, name.into()) },
                None => Role { is_leaf: false, ..field(List::System, name.into()) },
            },
            Self::EventData => field(List::Data, label.unwrap_or(name).into()),
            Self::UserData => Role {
                text: Target::Stray(List::Data, name.into()),
                ..root(Self::Field(List::Data, String::new()), name)
            },
            Self::Field(list, path) => {
                let name = if *list == List::Data { label.unwrap_or(name) } else { name };
                let path = if path.is_empty() { name.into() } else { format!("{path}/{name}") };
                field(*list, path)
            }
        }
    }

    /// Where the value of a child's attribute goes.
    pub(super) fn attribute(&self, element: &str, label: Option<&str>, name: &str) -> Target {
        if name == "xmlns" || name.starts_with("xmlns:") {
            return Target::Nowhere;
        }
        match (self, self.child(element, label)) {
            (Self::Document, _) => Target::List(List::Beside, format!("@{name}")),
            (Self::System, role) => match (Known::attribute(element, name), role.inside) {
                (Some(known), _) => Target::Known(known),
                (None, _) => Target::List(List::System, format!("{element}@{name}")),
            },
            (_, Role { inside: Self::EventData | Self::UserData, .. }) | (Self::UserData, _) => {
                Target::List(List::Data, format!("@{name}"))
            }
            (_, Role { text: Target::List(list, path), .. }) => Target::List(list, format!("{path}@{name}")),
            _ => Target::List(List::Beside, format!("{element}@{name}")),
        }
    }

    /// Whether children are named by their attribute `Name`.
    pub(super) fn is_labelled(&self, element: &str) -> bool {
        let in_data = matches!(self, Self::EventData | Self::Field(List::Data, _));
        in_data && matches!(element, "Data" | "ComplexData")
    }
}

fn root(inside: Scope, name: &str) -> Role {
    Role { text: Target::Nowhere, inside, data_root: Some(name.into()), is_leaf: false }
}

fn field(list: List, path: String) -> Role {
    let inside = Scope::Field(list, path.clone());
    Role { text: Target::List(list, path), inside, data_root: None, is_leaf: true }
}

impl Target {
    pub(super) fn name_bytes(&self) -> usize {
        match self {
            Self::List(_, name) | Self::Stray(_, name) => name.len(),
            Self::Known(_) | Self::Nowhere => 0,
        }
    }
}

impl Scope {
    pub(super) fn name_bytes(&self) -> usize {
        if let Self::Field(_, path) = self { path.len() } else { 0 }
    }
}
