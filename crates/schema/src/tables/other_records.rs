//! Records that are recognised but not yet modelled: everything is in `attrs`.

use crate::{Column, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "other_records",
    "One record that no table models yet, complete in attrs.",
    &[
        Column::text("product", "What wrote it: zeek, cloudflare ...").required().ocsf("metadata.product.name"),
        Column::text("kind", "Its kind there: the Zeek log path, the Logpush dataset.")
            .required()
            .ocsf("metadata.log_name"),
        actor::HOST,
        actor::USER,
        Column::text("message", "What the record says in plain words, where it does.").ocsf("message"),
        Column::text("uid", "The sensor's id of the connection, where there is one.").hunted(),
        Column::ip("src_ip", "Source, where there is one.").ocsf("src_endpoint.ip"),
        Column::int("src_port", "Its port.").ocsf("src_endpoint.port"),
        Column::ip("dst_ip", "Destination, where there is one.").ocsf("dst_endpoint.ip"),
        Column::int("dst_port", "Its port.").ocsf("dst_endpoint.port"),
    ],
);
