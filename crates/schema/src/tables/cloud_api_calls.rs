//! Calls of cloud and SaaS interfaces, from audit logs (OCSF api_activity).

use crate::{Column, Observable, Table};

pub(super) static TABLE: Table = Table::telemetry(
    "cloud_api_calls",
    "One call or audited action in a cloud, a SaaS product or a cluster.",
    &[
        Column::text("uid", "The provider's id of the event.").ocsf("metadata.uid").hunted(),
        Column::text(
            "provider",
            "aws, azure, entra, microsoft365, gcp, google_workspace, okta, github, kubernetes ...",
        )
        .required()
        .ocsf("cloud.provider"),
        Column::text("service", "Service called, in the provider's word: s3.amazonaws.com, Exchange ...")
            .ocsf("api.service.name")
            .hunted(),
        Column::text("operation", "What was called, in the provider's word.").ocsf("api.operation").hunted(),
        Column::text("category", "Class of the event, in the provider's word.").ocsf("metadata.log_name"),
        Column::bool("read_only", "Whether the call changes nothing, where the provider says so."),
        Column::bool("success", "Whether it was done; null where the source cannot tell.").ocsf("status"),
        Column::text("error", "Code or word of the failure.").ocsf("api.response.error").hunted(),
        Column::text("error_message", "What the provider says of the failure.").ocsf("api.response.error_message"),
        Column::text("account", "Account, tenant, subscription, project or organization it happened in.")
            .ocsf("cloud.account.uid")
            .hunted(),
        Column::text("region", "Region or location.").ocsf("cloud.region"),
        Column::text("user", "Who called: name, e-mail or last part of the role.").ocsf("actor.user.name").hunted(),
        Column::text("user_id", "The caller's id: ARN, object id, principal.").ocsf("actor.user.uid").hunted(),
        Column::text("user_type", "What sort of caller, in the provider's word.").ocsf("actor.user.type"),
        Column::text("session_id", "Access key, token or session used.").ocsf("actor.session.uid").hunted(),
        Column::text("acting_as", "Role or account that the caller took on, or acted for.").ocsf("actor.user.name"),
        Column::bool("mfa", "Whether a second factor was used.").ocsf("actor.session.is_mfa"),
        Column::ip("src_ip", "Where the call came from.").ocsf("src_endpoint.ip"),
        Column::text("src_host", "Name or service it came from, where it is no address.").ocsf("src_endpoint.hostname"),
        Column::text("country", "Country of the source, ISO 3166-1 alpha-2.").ocsf("src_endpoint.location.country"),
        Column::text("user_agent", "Client as it names itself.")
            .ocsf("http_request.user_agent")
            .observes(Observable::UserAgent),
        Column::text("resource", "What was acted upon: ARN, path or name; the first of several.")
            .ocsf("resources[].uid")
            .hunted(),
        Column::text("resource_type", "What sort of thing that is.").ocsf("resources[].type"),
        Column::json("request", "Parameters of the call, as the provider logs them.").ocsf("api.request.data"),
        Column::json("response", "What came back, as the provider logs it.").ocsf("api.response.data"),
    ],
);
