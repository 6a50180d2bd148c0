//! Windows events: the one model of EVTX, event XML and the JSON forms, and where each event goes.
//!
//! A format fills a [`WindowsEvent`] and hands it to [`WindowsRows`]. `map` says, as data, which table the events of a
//! provider and id go to and which field fills which column; `derive` makes values that no single field holds.
//! Names in `attrs` are the event's own: `Provider_Name`, `EventID`, `Channel` ... of its `System` part (see
//! [`rows`]), and those of its data, where unnamed values are `Data`, `Data_2` ... and of nested elements the innermost
//! name counts.

mod derive;
mod event;
mod json;
mod map;
mod parts;
mod positions;
mod rows;
mod words;
mod xml;

pub(crate) use event::{Field, Shape, WindowsEvent};
pub(crate) use json::{JsonEvents, form};
pub(crate) use map::TABLES;
pub(crate) use rows::WindowsRows;
pub(crate) use xml::read_event;
