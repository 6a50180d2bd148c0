//! Changes of the Windows registry (OCSF windows registry_key_activity, registry_value_activity).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "registry_changes",
    "One key or value of a Windows registry made, set, renamed, read or removed.",
    &[
        actor::HOST,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "create_key, delete_key, set_value, delete_value, rename or access.")
            .required()
            .ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PROCESS_GUID,
        actor::PID,
        actor::PROCESS_PATH,
        Column::text("key", "Key, or key and value name, as the source writes it.")
            .ocsf("reg_key.path")
            .observes(Observable::RegistryKey),
        Column::text("value_name", "Name of the value, where the source gives it apart.").ocsf("reg_value.name"),
        Column::text("value", "What was written.").ocsf("reg_value.data"),
        Column::text("value_type", "Type of what was written.").ocsf("reg_value.type"),
        Column::text("old_value", "What was there before.").ocsf("prev_reg_value.data"),
        Column::text("new_key", "Name after a rename.").ocsf("reg_key.path"),
    ],
);
