//! Software that hosts showed on the wire (OCSF software_info).

use crate::{Column, Table};

pub(super) static TABLE: Table = Table::telemetry(
    "software_seen",
    "One piece of software that a host showed.",
    &[
        Column::ip("host_ip", "Host that runs it.").ocsf("device.ip"),
        Column::int("host_port", "Port on which it showed."),
        Column::text("role", "Client or server kind in the sensor's words."),
        Column::text("software", "Its name.").ocsf("product.name").hunted(),
        Column::text("version", "Its version, joined by dots.").ocsf("product.version"),
        Column::text("banner", "As it named itself."),
    ],
);
