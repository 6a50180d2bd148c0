//! Commands that cut off a way back: shadow copies, backups, the repair of the system, journals, logs.

/// A kind of cut, and the words that a command line has for it, all of them.
static CUTS: &[(&str, &[&str])] = &[
    ("shadow copies removed", &["vssadmin", "delete", "shadows"]),
    ("shadow copies removed", &["wmic", "shadowcopy", "delete"]),
    ("shadow copies removed", &["win32_shadowcopy", "delete"]),
    ("shadow copies removed", &["win32_shadowcopy", "remove-"]),
    ("shadow copies removed", &["diskshadow", "delete"]),
    ("room for shadow copies taken away", &["vssadmin", "resize", "shadowstorage"]),
    ("backup catalog removed", &["wbadmin", "delete", "catalog"]),
    ("backups removed", &["wbadmin", "delete", "backup"]),
    ("backups removed", &["wbadmin", "delete", "systemstatebackup"]),
    ("repair at start switched off", &["bcdedit", "recoveryenabled", "no"]),
    ("failures at start ignored", &["bcdedit", "bootstatuspolicy", "ignoreallfailures"]),
    ("recovery environment switched off", &["reagentc", "/disable"]),
    ("journal removed", &["fsutil", "usn", "deletejournal"]),
    ("free space overwritten", &["cipher", "/w"]),
    ("event log cleared", &["wevtutil", "cl "]),
    ("event log cleared", &["wevtutil", "clear-log"]),
    ("event log cleared", &["clear-eventlog"]),
    ("restore points switched off", &["disable-computerrestore"]),
    ("snapshots removed", &["tmutil", "deletelocalsnapshots"]),
    ("snapshots removed", &["btrfs", "subvolume", "delete"]),
    ("snapshots removed", &["zfs", "destroy"]),
    ("snapshots removed", &["esxcli", "snapshot", "remove"]),
    ("machines shut down", &["vim-cmd", "vmsvc/power.off"]),
    ("machines shut down", &["esxcli", "vm", "process", "kill"]),
];

/// Bytes of a command line that are looked at.
const LINE_BYTES_MAX: usize = 8_192;

/// The kind of cut that a command line makes.
pub(super) fn cut(line: &str) -> Option<&'static str> {
    let line = line.get(..line.floor_char_boundary(LINE_BYTES_MAX)).unwrap_or(line);
    // Shells ignore carets and quotes inside of words, which are there to hide them.
    let plain: String = line.chars().filter(|letter| !['^', '"', '\'', '`'].contains(letter)).collect();
    let plain = plain.to_lowercase();
    CUTS.iter().find(|(_, words)| words.iter().all(|word| plain.contains(word))).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_or_not() {
        assert_eq!(cut("cmd /c v^ssadm\"in delete SHADOWS /all /quiet"), Some("shadow copies removed"));
        assert_eq!(cut("bcdedit /set {default} recoveryenabled No"), Some("repair at start switched off"));
        assert_eq!(cut("vssadmin list shadows"), None);
    }
}
