//! What Windows' codes mean, in the words of our columns: logon types, status codes, rights, integrity levels.

/// Types of `LogonType`; the words are those of `logons.logon_type`.
pub(super) static LOGON_TYPES: &[(&str, &str)] = &[
    ("0", "system"),
    ("2", "interactive"),
    ("3", "network"),
    ("4", "batch"),
    ("5", "service"),
    ("6", "proxy"),
    ("7", "unlock"),
    ("8", "network_cleartext"),
    ("9", "new_credentials"),
    ("10", "remote_interactive"),
    ("11", "cached_interactive"),
    ("12", "cached_remote_interactive"),
    ("13", "cached_unlock"),
];

pub(super) static AUTHENTICATION: &[(&str, &str)] = &[
    ("Kerberos", "kerberos"),
    ("NTLM", "ntlm"),
    ("NTLM V1", "ntlm"),
    ("NTLM V2", "ntlm"),
    ("MICROSOFT_AUTHENTICATION_PACKAGE_V1_0", "ntlm"),
    ("Negotiate", "negotiate"),
    ("WDigest", "wdigest"),
    ("Schannel", "schannel"),
    ("CloudAP", "cloudap"),
];

/// Codes of `Status` and `SubStatus` (NTSTATUS) for logons that fail.
pub(super) static LOGON_STATUS: &[(&str, &str)] = &[
    ("0xc0000064", "no such user"),
    ("0xc000006a", "wrong password"),
    ("0xc000006c", "password policy not met"),
    ("0xc000006d", "bad user name or password"),
    ("0xc000006e", "account restriction"),
    ("0xc000006f", "outside the allowed hours"),
    ("0xc0000070", "from a workstation that is not allowed"),
    ("0xc0000071", "password expired"),
    ("0xc0000072", "account disabled"),
    ("0xc000005e", "no logon servers"),
    ("0xc00000dc", "server in the wrong state"),
    ("0xc0000133", "clocks too far apart"),
    ("0xc000015b", "logon type not granted"),
    ("0xc000018c", "trust relationship failed"),
    ("0xc000018d", "trust relationship failed"),
    ("0xc0000192", "logon service not started"),
    ("0xc0000193", "account expired"),
    ("0xc0000199", "account is a trust account"),
    ("0xc0000224", "password must change"),
    ("0xc0000225", "not found"),
    ("0xc0000234", "account locked"),
    ("0xc00002ee", "an error occurred during logon"),
    ("0xc0000413", "authentication firewall"),
    ("0xc0000022", "access denied"),
    ("0xc00000bb", "not supported"),
];

/// Message ids of `FailureReason`.
pub(super) static FAILURE_REASONS: &[(&str, &str)] = &[
    ("%%2304", "an error occurred during logon"),
    ("%%2305", "account expired"),
    ("%%2306", "logon service not started"),
    ("%%2307", "account locked"),
    ("%%2308", "logon type not granted"),
    ("%%2309", "password expired"),
    ("%%2310", "account disabled"),
    ("%%2311", "outside the allowed hours"),
    ("%%2312", "from a workstation that is not allowed"),
    ("%%2313", "bad user name or password"),
];

/// Codes of Kerberos (RFC 4120) in `Status` of tickets.
pub(super) static KERBEROS_STATUS: &[(&str, &str)] = &[
    ("0x1", "client's entry expired"),
    ("0x2", "server's entry expired"),
    ("0x3", "protocol version not supported"),
    ("0x6", "no such user"),
    ("0x7", "no such service"),
    ("0x8", "several entries in the database"),
    ("0x9", "no key"),
    ("0xb", "start after end"),
    ("0xc", "policy does not allow it"),
    ("0xd", "option cannot be granted"),
    ("0xe", "encryption type not supported"),
    ("0xf", "checksum type not supported"),
    ("0x10", "certificate or smart card not supported"),
    ("0x12", "account disabled, expired or locked"),
    ("0x13", "service disabled"),
    ("0x14", "ticket revoked"),
    ("0x17", "password expired"),
    ("0x18", "wrong password"),
    ("0x19", "pre-authentication needed"),
    ("0x1a", "service does not match ticket"),
    ("0x1b", "user-to-user needed"),
    ("0x1d", "service not available"),
    ("0x1f", "integrity check failed"),
    ("0x20", "ticket expired"),
    ("0x21", "ticket not yet valid"),
    ("0x22", "replay"),
    ("0x23", "ticket not for us"),
    ("0x25", "clocks too far apart"),
    ("0x29", "message altered"),
    ("0x32", "checksum not fit"),
    ("0x34", "answer too big for UDP"),
    ("0x3c", "generic error"),
    ("0x40", "invalid signature"),
    ("0x42", "certificate does not match"),
    ("0x44", "wrong realm"),
];

/// SIDs of `MandatoryLabel`.
pub(super) static MANDATORY_LABELS: &[(&str, &str)] = &[
    ("S-1-16-0", "Untrusted"),
    ("S-1-16-4096", "Low"),
    ("S-1-16-8192", "Medium"),
    ("S-1-16-8448", "Medium Plus"),
    ("S-1-16-12288", "High"),
    ("S-1-16-16384", "System"),
    ("S-1-16-20480", "Protected"),
];

/// Message ids of `TokenElevationType`.
pub(super) static ELEVATION: &[(&str, &str)] = &[("%%1936", "default"), ("%%1937", "full"), ("%%1938", "limited")];

/// Codes of `ServiceType`, in the words of the Service Control Manager.
pub(super) static SERVICE_TYPES: &[(&str, &str)] = &[
    ("0x1", "kernel mode driver"),
    ("0x2", "file system driver"),
    ("0x8", "recognizer driver"),
    ("0x10", "user mode service"),
    ("0x20", "user mode shared service"),
    ("0x50", "per-user service"),
    ("0x60", "per-user shared service"),
    ("0x110", "interactive user mode service"),
    ("0x120", "interactive user mode shared service"),
];

/// Codes of `ServiceStartType`, in the words of the Service Control Manager.
pub(super) static START_TYPES: &[(&str, &str)] =
    &[("0", "boot start"), ("1", "system start"), ("2", "auto start"), ("3", "demand start"), ("4", "disabled")];

/// States in 7036, which Windows writes in the language of the system.
pub(super) static SERVICE_STATES: &[(&str, &str)] = &[
    ("running", "start"),
    ("started", "start"),
    ("stopped", "stop"),
    ("wird ausgeführt", "start"),
    ("ausgeführt", "start"),
    ("beendet", "stop"),
    ("en cours d’exécution", "start"),
    ("arrêté", "stop"),
    ("en ejecución", "start"),
    ("detenido", "stop"),
    ("in esecuzione", "start"),
    ("arrestato", "stop"),
    ("em execução", "start"),
    ("parado", "stop"),
];

/// `EventType` of Sysmon's registry events.
pub(super) static REGISTRY_EVENTS: &[(&str, &str)] = &[
    ("CreateKey", "create_key"),
    ("DeleteKey", "delete_key"),
    ("SetValue", "set_value"),
    ("DeleteValue", "delete_value"),
    ("RenameKey", "rename"),
    ("RenameValue", "rename"),
];

/// Message ids of `OperationType` in 4657.
pub(super) static REGISTRY_OPERATIONS: &[(&str, &str)] =
    &[("%%1904", "set_value"), ("%%1905", "set_value"), ("%%1906", "delete_value")];

/// Message ids of registry value types in 4657.
pub(super) static REGISTRY_TYPES: &[(&str, &str)] = &[
    ("%%1872", "REG_NONE"),
    ("%%1873", "REG_SZ"),
    ("%%1874", "REG_EXPAND_SZ"),
    ("%%1875", "REG_BINARY"),
    ("%%1876", "REG_DWORD"),
    ("%%1877", "REG_DWORD_BIG_ENDIAN"),
    ("%%1878", "REG_LINK"),
    ("%%1879", "REG_MULTI_SZ"),
    ("%%1883", "REG_QWORD"),
];
