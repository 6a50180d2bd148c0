//! The rules that come with the product, from `content/rules`; their examples are beside them there.

use std::collections::{BTreeMap, BTreeSet};

macro_rules! pack {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../content/rules/", $name, ".yml")))),*]
    };
}

/// The only list of them; a new rule is its file, its examples and its line here.
static FILES: &[(&str, &str)] = pack![
    "cloud/bucket_opened_to_all",
    "cloud/calls_in_many_regions",
    "cloud/keys_tried_by_tool",
    "cloud/mail_rule_that_hides",
    "cloud/many_calls_refused",
    "cloudflare/attack_score_reached_origin",
    "cloudflare/audit_api_token_made",
    "cloudflare/audit_log_delivery_removed",
    "cloudflare/audit_login_guessing",
    "cloudflare/audit_protection_removed",
    "cloudflare/bot_logged_on",
    "cloudflare/infected_upload",
    "cloudflare/leaked_credentials_accepted",
    "cloudflare/prompt_injection_let_through",
    "dns/long_labels",
    "dns/many_names_that_do_not_exist",
    "dns/out_of_band_testing",
    "dns/tunnel_service",
    "dns/zone_transfer",
    "edge/actuator_given",
    "edge/application_made_to_fail",
    "edge/backup_given",
    "edge/environment_file_given",
    "edge/exposed_repository",
    "edge/graphql_introspection",
    "edge/login_guessing",
    "edge/metadata_service_in_parameter",
    "edge/path_traversal_answered",
    "edge/php_option_injection",
    "edge/script_in_upload_folder",
    "edge/spread_login_guessing",
    "edge/template_injection",
    "edge/time_based_injection",
    "edge/web_shell_by_name",
    "email/answer_goes_elsewhere",
    "email/disk_image_attachment",
    "email/double_extension",
    "email/executable_attachment",
    "email/harmful_message_was_delivered",
    "email/link_to_bare_address",
    "email/link_to_tunnel",
    "email/page_attached_sender_not_proven",
    "logons/device_code",
    "logons/guessing_then_success",
    "logons/password_spraying",
    "logons/several_countries",
    "network/certificate_of_an_attack_tool",
    "network/database_answers_internet",
    "network/file_sent_by_plain_ftp",
    "network/file_sharing_leaves_the_network",
    "network/intrusion_let_through",
    "network/much_data_in_pings",
    "network/program_from_bare_address",
    "network/remote_desktop_from_internet",
    "zero_trust/access_refused_often",
    "zero_trust/client_switched_off",
    "zero_trust/device_calls_sinkhole",
    "zero_trust/dns_command_and_control_stopped",
    "zero_trust/dns_known_bad_resolved",
    "zero_trust/grave_finding_in_saas",
    "zero_trust/malware_download_stopped",
    "zero_trust/protected_data_uploaded",
    "zero_trust/upload_to_throwaway_host",
];

/// Begins the names of files that are in the program.
pub(super) const PACK: &str = "pack:";

/// Texts by name, without those that hold one of these ids: a person's own rule of the same id counts before ours.
pub(super) fn texts(without: &BTreeSet<String>) -> BTreeMap<String, String> {
    let wanted = FILES.iter().filter(|(_, text)| !ids(text).any(|id| without.contains(id)));
    wanted.map(|(name, text)| (format!("{PACK}{name}.yml"), (*text).to_owned())).collect()
}

fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("id: "))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::{super::load_texts, *};

    #[test]
    fn every_file_is_listed_and_has_examples() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/rules");
        let mut found = BTreeSet::new();
        for topic in std::fs::read_dir(&folder).expect("content/rules") {
            let topic = topic.expect("a folder").path();
            for file in std::fs::read_dir(&topic).expect("a topic") {
                let name = file.expect("a file").file_name().to_string_lossy().into_owned();
                let topic = topic.file_name().expect("a name").to_string_lossy().into_owned();
                let stem = name.strip_suffix(".yml").unwrap_or_else(|| panic!("{topic}/{name} is no rule"));
                match stem.strip_suffix(".test") {
                    Some(rule) => assert!(folder.join(format!("{topic}/{rule}.yml")).is_file(), "{topic}/{name}"),
                    None => assert!(found.insert(format!("{topic}/{stem}"))),
                }
            }
        }
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(found, listed);
        for name in listed {
            assert!(folder.join(format!("{name}.test.yml")).is_file(), "{name} has no examples");
        }
    }

    #[test]
    fn all_are_loaded_and_can_match_and_make_way() {
        let loaded = load_texts(texts(&BTreeSet::new()));
        assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
        assert!(loaded.inert().is_empty(), "{:?}", loaded.inert());
        let id = loaded.set.rules()[0].about.id.clone();
        assert_eq!(texts(&BTreeSet::from([id])).len() + 1, FILES.len());
    }
}
