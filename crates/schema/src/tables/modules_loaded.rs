//! Libraries and drivers loaded (OCSF module_activity, kernel_extension_activity).

use crate::{Column, Observable, Table, actor};

pub(super) static TABLE: Table = Table::telemetry(
    "modules_loaded",
    "One library loaded by a process, or one driver or kernel module loaded by the system.",
    &[
        actor::HOST,
        actor::OS,
        actor::PROVIDER,
        actor::EVENT,
        Column::text("action", "library, driver or unload.").required().ocsf("activity_name"),
        actor::USER,
        actor::USER_DOMAIN,
        actor::USER_ID,
        actor::LOGON_ID,
        actor::PROCESS_GUID,
        actor::PID,
        actor::PROCESS_PATH,
        Column::text("path", "The library or driver, with its path.")
            .ocsf("module.file.path")
            .observes(Observable::FilePath),
        Column::text("original_name", "File name in its own version information.").ocsf("module.file.internal_name"),
        Column::text("description", "Description in its version information.").ocsf("module.file.desc"),
        Column::text("product", "Product in its version information.").ocsf("module.file.product.name"),
        Column::text("company", "Company in its version information.").ocsf("module.file.company_name"),
        Column::text("file_version", "Version in its version information.").ocsf("module.file.version"),
        Column::bool("signed", "Whether it carries a signature.").ocsf("module.file.signature.state"),
        Column::text("signature", "Who signed it.").ocsf("module.file.signature.certificate.subject"),
        Column::text("signature_status", "What the system says of the signature.").ocsf("module.file.signature.state"),
        Column::text("md5", "MD5, lower-case hex.").ocsf("module.file.hashes[].value").observes(Observable::Hash),
        Column::text("sha1", "SHA-1, lower-case hex.").ocsf("module.file.hashes[].value").observes(Observable::Hash),
        Column::text("sha256", "SHA-256, lower-case hex.")
            .ocsf("module.file.hashes[].value")
            .observes(Observable::Hash),
        Column::text("imphash", "Hash of the import table, lower-case hex.")
            .ocsf("module.file.hashes[].value")
            .observes(Observable::Imphash),
    ],
);
