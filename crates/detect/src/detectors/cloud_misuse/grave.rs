//! Calls that adversaries need and others seldom make, by provider: names are those of the audit logs.

/// Aspect, and beginnings or whole names of operations in lower case.
static GRAVE: &[(&str, &[&str])] = &[
    (
        "logging",
        &[
            // AWS
            "stoplogging",
            "deletetrail",
            "updatetrail",
            "puteventselectors",
            "deleteeventdatastore",
            "deleteflowlogs",
            "deletedetector",
            "updatedetector",
            "disassociatefrommasteraccount",
            "deletemembers",
            "stopmonitoringmembers",
            "deleteconfigurationrecorder",
            "stopconfigurationrecorder",
            "deletedeliverychannel",
            "deleteloggroup",
            "deletelogstream",
            "disablesecurityhub",
            "deleterule",
            "disablerule",
            "disablealarmactions",
            "deletealarms",
            "deletebucketlogging",
            "leaveorganization",
            // Azure, Entra, Microsoft 365
            "microsoft.insights/diagnosticsettings/delete",
            "microsoft.insights/activitylogalerts/delete",
            "microsoft.security/pricings/write",
            "set-adminauditlogconfig",
            "set-mailboxauditbypassassociation",
            "disable conditional access policy",
            "delete conditional access policy",
            // Google Cloud, Okta, GitHub
            "google.logging.v2.configservicev2.deletesink",
            "google.logging.v2.configservicev2.updatesink",
            "google.logging.v2.loggingservicev2.deletelog",
            "policy.rule.deactivate",
            "policy.lifecycle.deactivate",
            "system.log_stream.lifecycle.deactivate",
            "audit_log_streaming.destroy",
            "org.disable_two_factor_requirement",
        ],
    ),
    (
        "rights",
        &[
            "attachuserpolicy",
            "attachrolepolicy",
            "attachgrouppolicy",
            "putuserpolicy",
            "putrolepolicy",
            "putgrouppolicy",
            "createpolicyversion",
            "setdefaultpolicyversion",
            "addusertogroup",
            "updateassumerolepolicy",
            "createuser",
            "createloginprofile",
            "updateloginprofile",
            "deactivatemfadevice",
            "deletevirtualmfadevice",
            "addroletoinstanceprofile",
            "createsamlprovider",
            "updatesamlprovider",
            "createopenidconnectprovider",
            "microsoft.authorization/roleassignments/write",
            "microsoft.authorization/elevateaccess/action",
            "add member to role",
            "add owner to application",
            "add app role assignment",
            "add service principal",
            "consent to application",
            "add-mailboxpermission",
            "set federation settings",
            "set domain authentication",
            "setiampolicy",
            "google.iam.admin.v1.createrole",
            "google.iam.admin.v1.updaterole",
            "user.account.privilege.grant",
            "group.privilege.grant",
            "user.mfa.factor.deactivate",
            "org.add_member",
            "clusterrolebindings",
            "rolebindings",
        ],
    ),
    (
        "keys",
        &[
            "createaccesskey",
            "getsecretvalue",
            "batchgetsecretvalue",
            "getpassworddata",
            "getfederationtoken",
            "getsessiontoken",
            "createkeypair",
            "importkeypair",
            "sendsshpublickey",
            "sendserialconsolesshpublickey",
            "microsoft.keyvault/vaults/secrets/read",
            "secretget",
            "microsoft.storage/storageaccounts/listkeys/action",
            "add service principal credentials",
            "update application – certificates and secrets management",
            "google.iam.admin.v1.createserviceaccountkey",
            "generateaccesstoken",
            "system.api_token.create",
            "personal_access_token.create",
            "deploy_key.create",
        ],
    ),
    (
        "sharing",
        &[
            "modifysnapshotattribute",
            "modifyimageattribute",
            "modifydbsnapshotattribute",
            "modifydbclustersnapshotattribute",
            "putbucketpolicy",
            "putbucketacl",
            "deletepublicaccessblock",
            "deletebucketpublicaccessblock",
            "putbucketreplication",
            "sharedimage",
            "addpermission",
            "authorizesecuritygroupingress",
            "microsoft.compute/disks/begingetaccess/action",
            "microsoft.compute/snapshots/begingetaccess/action",
            "new-inboxrule",
            "set-inboxrule",
            "set-mailbox",
            "storage.setiampermissions",
            "repo.access",
        ],
    ),
];

/// The aspect of an operation; providers add versions and prefixes to some of the names.
pub(super) fn aspect(operation: &str) -> Option<&'static str> {
    let lower = operation.to_lowercase();
    // AWS writes a date behind some names: `AddPermission20150331v2`.
    let undated = lower.find("20").map_or(lower.as_str(), |place| lower.get(..place).unwrap_or(&lower));
    let is = |name: &&&str| lower == **name || undated == **name || lower.ends_with(&format!(".{name}"));
    GRAVE.iter().find(|(_, names)| names.iter().any(|name| is(&name))).map(|(aspect, _)| *aspect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_every_form() {
        assert_eq!(aspect("StopLogging"), Some("logging"));
        assert_eq!(aspect("AddPermission20150331v2"), Some("sharing"));
        assert_eq!(aspect("google.iam.v1.IAMPolicy.SetIamPolicy"), Some("rights"));
        assert_eq!(aspect("DescribeInstances"), None);
    }
}
