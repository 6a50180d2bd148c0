//! Other products' verdicts (OCSF detection_finding).

use crate::{Column, Table};

use crate::Observable;

pub(super) static TABLE: Table = Table::telemetry(
    "alerts",
    "One alert, notice or oddity that another product reported.",
    &[
        Column::text("uid", "The sensor's id of the connection; joins the logs of one sensor.")
            .ocsf("connection_info.uid")
            .hunted(),
        Column::text("product", "Who says so: zeek, suricata, cloudflare ...").ocsf("metadata.product.name"),
        Column::text("category", "The product's class of alert.").ocsf("finding_info.types"),
        Column::text("name", "The product's name of the alert.").ocsf("finding_info.title"),
        Column::text("message", "What it says.").ocsf("message"),
        Column::text("severity", "The product's own severity.").ocsf("severity"),
        Column::ip("src_ip", "Source.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Its port.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Destination.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Its port.").ocsf("dst_endpoint.port"),
        Column::text("protocol", "Transport protocol, lower-case.").ocsf("connection_info.protocol_name"),
        Column::text("host", "Host name involved, lower-case.")
            .ocsf("dst_endpoint.hostname")
            .observes(Observable::Domain),
        Column::text("rule_id", "The product's id of the rule or kind of finding.")
            .ocsf("finding_info.analytic.uid")
            .hunted(),
        Column::text("account", "Cloud account, tenant or subscription it is about.").ocsf("cloud.account.uid"),
        Column::text("resource", "Thing it is about, where that is no host.").ocsf("resources[].uid").hunted(),
        Column::text("user", "Account involved.").ocsf("actor.user.name").hunted(),
        Column::text("email_from", "Sender, where the alert is about a message.")
            .ocsf("email.from")
            .observes(Observable::Email),
        Column::texts("email_to", "Recipients, where the alert is about a message.").ocsf("email.to"),
        Column::text("file_id", "The sensor's id of a file involved.").hunted(),
        Column::text("action", "What the product did about it.").ocsf("action"),
    ],
);
