//! Ordinary life: everything that happens in an organisation without anybody meaning harm.
//!
//! | part | what it makes |
//! |---|---|
//! | [`software`], [`caller`] | programs that call home at intervals: the innocent beacons |
//! | [`browser`], [`tab`] | people on the web, and pages left open that poll |
//! | [`office`] | domain controllers, file shares, printing, backups, monitoring, administrators |
//! | [`talk`] | video calls, VPN sessions, mail that waits on an open connection |
//! | [`outside`] | monitoring from the internet |
//! | [`lookups`] | lookups that look like generated names, tunnels and flux networks |
//! | [`transfers`] | large uploads, long sessions, file sharing, games, devices |
//! | [`caretakers`] | scanners, inventories, jobs with expired passwords, an authority of one's own |
//! | [`desks`], [`machine_care`] | what Windows machines log: people and services at work; deployment, archiving |
//! | [`linux_servers`] | jobs, administrators and copies on Linux servers |
//! | [`post`], [`cloud_work`] | incoming mail; programs and people in the organisation's cloud |
//! | [`web_regulars`] | a hired scanner, odd parameters, offices behind one address, launch days |
//! | [`visitors`] | the organisation's own web site behind its edge provider, and roaming staff |

pub(crate) mod browser;
pub(crate) mod caller;
pub(crate) mod caretakers;
pub(crate) mod cloud_work;
pub(crate) mod desks;
pub(crate) mod linux_servers;
pub(crate) mod lookups;
pub(crate) mod machine_care;
pub(crate) mod office;
pub(crate) mod outside;
pub(crate) mod post;
pub(crate) mod software;
pub(crate) mod tab;
pub(crate) mod talk;
pub(crate) mod transfers;
pub(crate) mod visitors;
pub(crate) mod web_regulars;

use crate::{calendar::Micros, town::Town, world::World};

/// Something that acts from time to time.
pub(crate) trait Process {
    /// Acts at `now`; the answer is when to wake it next, `None` for never.
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros>;
}

/// A process and the instant of its first act.
pub(crate) type Begun = (Micros, Box<dyn Process>);

/// A process that is one function and what it keeps.
struct Acting<F>(F);

impl<F: FnMut(Micros, &World, &mut Town) -> Option<Micros>> Process for Acting<F> {
    fn wake(&mut self, now: Micros, world: &World, town: &mut Town) -> Option<Micros> {
        (self.0)(now, world, town)
    }
}

/// Begins at `first`; the function does what [`Process::wake`] does.
pub(crate) fn acting(first: Micros, act: impl FnMut(Micros, &World, &mut Town) -> Option<Micros> + 'static) -> Begun {
    (first, Box::new(Acting(act)))
}

/// Everything that lives in the world, in a fixed order.
pub(crate) fn everyone(world: &World, town: &mut Town, scale: f64) -> Vec<Begun> {
    let mut all = caller::installed(world, town, scale);
    all.extend(browser::people(world, town));
    all.extend(tab::people(world, town));
    all.extend(talk::people(world, town));
    all.extend(office::staff(world, town));
    all.extend(outside::strangers(world));
    all.extend(visitors::of_the_web_site(world, scale));
    all.extend(web_regulars::all(world, town, scale));
    all.extend(lookups::of_programs(world, town));
    all.extend(lookups::of_affiliates(world, town));
    all.extend(transfers::of_everybody(world, town));
    all.extend(caretakers::all(world, town));
    all.extend(desks::all(world, town));
    all.extend(machine_care::all(world, town));
    all.extend(linux_servers::all(world, town));
    all.extend(post::incoming(world, town));
    all.extend(cloud_work::all(world, town));
    all
}
