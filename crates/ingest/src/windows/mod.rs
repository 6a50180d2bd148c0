//! Windows events: the one model of EVTX, event XML and the JSON forms, and where each event goes.

mod event;

pub(crate) use event::{Field, Shape, WindowsEvent};
