//! Ordinary life: everything that happens in an organisation without anybody meaning harm.
//!
//! | part | what it makes |
//! |---|---|
//! | [`software`], [`caller`] | programs that call home at intervals: the innocent beacons |
//! | [`browser`], [`tab`] | people on the web, and pages left open that poll |
//! | [`office`] | domain controllers, file shares, printing, backups, monitoring, administrators |
//! | [`talk`] | video calls, VPN sessions, mail that waits on an open connection |
//! | [`outside`] | scans and monitoring from the internet |
//! | [`visitors`] | the organisation's own web site behind its edge provider, and roaming staff |

pub(crate) mod browser;
pub(crate) mod caller;
pub(crate) mod office;
pub(crate) mod outside;
pub(crate) mod software;
pub(crate) mod tab;
pub(crate) mod talk;
pub(crate) mod visitors;

use crate::{calendar::Micros, town::Town, world::World};

/// Something that acts from time to time.
pub(crate) trait Process {
    /// Acts at `now`; the answer is when to wake it next, `None` for never.
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros>;
}

/// A process and the instant of its first act.
pub(crate) type Begun = (Micros, Box<dyn Process>);

/// Everything that lives in the world, in a fixed order.
pub(crate) fn everyone(world: &World, town: &mut Town, scale: f64) -> Vec<Begun> {
    let mut all = caller::installed(world, town, scale);
    all.extend(browser::people(world, town));
    all.extend(tab::people(world, town));
    all.extend(talk::people(world, town));
    all.extend(office::staff(world, town));
    all.extend(outside::strangers(world, scale));
    all.extend(visitors::of_the_web_site(world, scale));
    all
}
