//! Words and signs of the languages that attacks are written in, by kind.

/// Kinds of words. The order is that of the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words of SQL that are English as well.
    SqlCommon,
    /// Words of SQL that hardly anybody else writes.
    SqlOwn,
    /// Tags, attributes and objects of web pages.
    Markup,
    /// What runs script.
    Script,
    /// Programs of a shell that are words as well.
    ShellCommon,
    /// Programs and files that only a shell or an intruder asks for.
    ShellOwn,
    /// Files that traversal is after.
    Files,
    /// Words of templates, expressions, directories and markup languages.
    Templates,
}

pub(super) const N_KINDS: usize = 8;

const WORDS: &[(Kind, &str)] = &[
    (
        Kind::SqlCommon,
        "select from where and or order by group having like union all null insert into update delete drop table \
         set values exists between join limit not in is as case when then else end if database user version declare \
         create alter exec execute count top distinct cast convert char print mid left right",
    ),
    (
        Kind::SqlOwn,
        "information_schema concat concat_ws group_concat benchmark waitfor rlike regexp sysobjects syscolumns \
         xp_cmdshell load_file outfile dumpfile extractvalue updatexml pg_sleep dbms_pipe utl_http utl_inaddr \
         randomblob sqlite_master ascii substring substr unhex elt make_set nvarchar varchar varchar2 ctxsys dual \
         all_tables table_name column_name schema_name mysql pg_catalog sp_password sp_executesql openrowset \
         generate_series receive_message regexp_substring rdb procedure analyse iif chr ord bin hex procedure sysdate \
         datname pg_database json_keys gtid_subset fulltext isnull ifnull coalesce crypt_key sha1 md5",
    ),
    (
        Kind::Markup,
        "script iframe img svg body html style div embed object input form link meta base math video audio details \
         marquee isindex textarea button xml applet frameset layer xss src href srcdoc formaction xlink data \
         xmlns foreignobject template animate keygen bgsound",
    ),
    (
        Kind::Script,
        "alert prompt confirm eval javascript vbscript fromcharcode document cookie onerror onload onclick onmouseover \
         onfocus onblur onchange onsubmit onkeyup onkeydown ontoggle onstart onbegin onpageshow onhashchange expression \
         settimeout setinterval innerhtml constructor atob string location window livescript mocha function onresize \
         onscroll onpointerenter onanimationstart ontransitionend autofocus domain",
    ),
    (
        Kind::ShellCommon,
        "cat id ls echo sleep ping type dir net host find sort kill exit more less set head tail cd rm cp mv ps sh nc",
    ),
    (
        Kind::ShellOwn,
        "whoami wget curl bash powershell cmd ifconfig ipconfig nslookup uname netstat passwd chmod perl python ruby \
         phpinfo system passthru shell_exec popen proc_open netcat systeminfo certutil bitsadmin rundll32 regsvr32 \
         base64_decode usr bin tftp ifs fopen file_get_contents allow_url_include auto_prepend_file runtime getruntime \
         processbuilder exec nmap telnet busybox mshta wscript",
    ),
    (
        Kind::Files,
        "etc passwd shadow hosts group boot ini win system32 windows winnt proc self environ htaccess htpasswd web inf \
         wp config bash_history id_rsa access_log error_log issue fstab php filter expect phar zip",
    ),
    (
        Kind::Templates,
        "jndi ldap rmi entity doctype cdata objectclass getclass forname freemarker __class__ __mro__ __subclasses__ \
         __globals__ __import__ __builtins__ os popen cfobject include virtual exec cmd gt ne where regex nin uid \
         userpassword wildcard classloader memberaccess ognl xwork struts dns ldaps gopher dict file \
         proc iiop corba nds process mainmodule require child_process execsync",
    ),
];

/// Slots of the table: four times the words, so that looking up is one comparison in most cases.
const SLOTS: usize = 2_048;
/// No word is longer.
const LONGEST: usize = 20;

/// Kind bits of each word, by hash.
#[derive(Debug)]
pub(super) struct Words {
    slots: Vec<Option<(&'static [u8], u8)>>,
}

impl Words {
    pub(super) fn new() -> Self {
        let mut words = Self { slots: vec![None; SLOTS] };
        for (kind, list) in WORDS {
            list.split_whitespace().for_each(|word| words.add(word.as_bytes(), 1 << *kind as u8));
        }
        words
    }

    fn add(&mut self, word: &'static [u8], bit: u8) {
        let start = hash(word);
        for step in 0..SLOTS {
            let Some(slot) = self.slots.get_mut((start + step) % SLOTS) else { return };
            match slot {
                Some((known, bits)) if *known == word => {
                    *bits |= bit;
                    return;
                }
                Some(_) => {}
                None => {
                    *slot = Some((word, bit));
                    return;
                }
            }
        }
    }

    /// One bit for each kind that the word is of; 0 for other words.
    pub(super) fn kinds(&self, word: &[u8]) -> u8 {
        if word.len() < 2 || word.len() > LONGEST {
            return 0;
        }
        let start = hash(word);
        let probes = (0..SLOTS).map_while(|step| self.slots.get((start + step) % SLOTS).copied().flatten());
        for (known, bits) in probes {
            if known == word {
                return bits;
            }
        }
        0
    }
}

fn hash(word: &[u8]) -> usize {
    let mixed = word.iter().fold(0x9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (mixed ^ (mixed >> 15)) as usize % SLOTS
}
