//! Codes of countries (ISO 3166-1 alpha-2) by the English names that services write.

/// The code of a name in any case; `None` where nobody agreed on such a name.
pub(crate) fn code(name: &str) -> Option<&'static str> {
    let code_of = |list: &'static str| {
        let mut lines = list.lines();
        let is_named = |line: &&str| line.get(3..).is_some_and(|known| known.eq_ignore_ascii_case(name));
        lines.find(is_named).and_then(|line| line.get(..2))
    };
    code_of(NAMES).or_else(|| code_of(FURTHER_NAMES))
}

/// The usual names.
const NAMES: &str = "\
US United States
GB United Kingdom
DE Germany
FR France
CA Canada
IN India
AU Australia
NL Netherlands
BR Brazil
JP Japan
CN China
RU Russia
AD Andorra
AE United Arab Emirates
AF Afghanistan
AG Antigua and Barbuda
AI Anguilla
AL Albania
AM Armenia
AO Angola
AQ Antarctica
AR Argentina
AS American Samoa
AT Austria
AW Aruba
AX Aland Islands
AZ Azerbaijan
BA Bosnia and Herzegovina
BB Barbados
BD Bangladesh
BE Belgium
BF Burkina Faso
BG Bulgaria
BH Bahrain
BI Burundi
BJ Benin
BL Saint Barthelemy
BM Bermuda
BN Brunei
BO Bolivia
BQ Bonaire, Sint Eustatius and Saba
BS Bahamas
BT Bhutan
BW Botswana
BY Belarus
BZ Belize
CC Cocos Islands
CD Democratic Republic of the Congo
CF Central African Republic
CG Republic of the Congo
CH Switzerland
CI Ivory Coast
CK Cook Islands
CL Chile
CM Cameroon
CO Colombia
CR Costa Rica
CU Cuba
CV Cape Verde
CW Curacao
CX Christmas Island
CY Cyprus
CZ Czechia
DJ Djibouti
DK Denmark
DM Dominica
DO Dominican Republic
DZ Algeria
EC Ecuador
EE Estonia
EG Egypt
EH Western Sahara
ER Eritrea
ES Spain
ET Ethiopia
FI Finland
FJ Fiji
FK Falkland Islands
FM Micronesia
FO Faroe Islands
GA Gabon
GD Grenada
GE Georgia
GF French Guiana
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Equatorial Guinea
GR Greece
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hong Kong
HN Honduras
HR Croatia
HT Haiti
HU Hungary
ID Indonesia
IE Ireland
IL Israel
IM Isle of Man
IO British Indian Ocean Territory
IQ Iraq
IR Iran
IS Iceland
IT Italy
JE Jersey
JM Jamaica
JO Jordan
KE Kenya
KG Kyrgyzstan
KH Cambodia
KI Kiribati
KM Comoros
KN Saint Kitts and Nevis
KP North Korea
KR South Korea
KW Kuwait
KY Cayman Islands
KZ Kazakhstan
LA Laos
LB Lebanon
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Lithuania
LU Luxembourg
LV Latvia
LY Libya
MA Morocco
MC Monaco
MD Moldova
ME Montenegro
MF Saint Martin
MG Madagascar
MH Marshall Islands
MK North Macedonia
ML Mali
MM Myanmar
MN Mongolia
MO Macao
MP Northern Mariana Islands
MQ Martinique
MR Mauritania
MS Montserrat
MT Malta
MU Mauritius
MV Maldives
MW Malawi
MX Mexico
MY Malaysia
MZ Mozambique
NA Namibia
NC New Caledonia
NE Niger
NF Norfolk Island
NG Nigeria
NI Nicaragua
NO Norway
NP Nepal
NR Nauru
NU Niue
NZ New Zealand
OM Oman
PA Panama
PE Peru
PF French Polynesia
PG Papua New Guinea
PH Philippines
PK Pakistan
PL Poland
PM Saint Pierre and Miquelon
PR Puerto Rico
PS Palestine
PT Portugal
PW Palau
PY Paraguay
QA Qatar
RE Reunion
RO Romania
RS Serbia
RW Rwanda
SA Saudi Arabia
SB Solomon Islands
SC Seychelles
SD Sudan
SE Sweden
SG Singapore
SH Saint Helena
SI Slovenia
SK Slovakia
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS South Sudan
ST Sao Tome and Principe
SV El Salvador
SX Sint Maarten
SY Syria
SZ Eswatini
TC Turks and Caicos Islands
TD Chad
TG Togo
TH Thailand
TJ Tajikistan
TL Timor-Leste
TM Turkmenistan
TN Tunisia
TO Tonga
TR Turkey
TT Trinidad and Tobago
TV Tuvalu
TW Taiwan
TZ Tanzania
UA Ukraine
UG Uganda
UY Uruguay
UZ Uzbekistan
VA Vatican City
VC Saint Vincent and the Grenadines
VE Venezuela
VG British Virgin Islands
VI U.S. Virgin Islands
VN Vietnam
VU Vanuatu
WF Wallis and Futuna
WS Samoa
XK Kosovo
YE Yemen
YT Mayotte
ZA South Africa
ZM Zambia
ZW Zimbabwe";

/// Other names of the same countries.
const FURTHER_NAMES: &str = "\
US United States of America
GB Great Britain
RU Russian Federation
KR Republic of Korea
KR Korea, Republic of
KP Korea, Democratic People's Republic of
IR Iran, Islamic Republic of
SY Syrian Arab Republic
VN Viet Nam
CZ Czech Republic
MK Macedonia
TR Türkiye
CI Côte d'Ivoire
CI Cote d'Ivoire
CV Cabo Verde
SZ Swaziland
MO Macau
LA Lao People's Democratic Republic
MD Moldova, Republic of
MD Republic of Moldova
TZ Tanzania, United Republic of
TW Taiwan, Province of China
BO Bolivia, Plurinational State of
VE Venezuela, Bolivarian Republic of
BN Brunei Darussalam
CD Congo, The Democratic Republic of the
CG Congo
FM Micronesia, Federated States of
PS Palestinian Territory
PS Palestine, State of
VA Holy See
VI Virgin Islands, U.S.
VG Virgin Islands, British
CW Curaçao
RE Réunion
AX Åland Islands
BL Saint Barthélemy
BS The Bahamas
GM The Gambia
NL The Netherlands
MM Burma
TL East Timor
HK Hong Kong SAR China
RS Republic of Serbia";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_lead_to_codes() {
        for (name, want) in
            [("Portugal", "PT"), ("russian federation", "RU"), ("Türkiye", "TR"), ("United States", "US")]
        {
            assert_eq!(code(name), Some(want), "{name}");
        }
        assert_eq!(code("Atlantis"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn each_name_stands_once_behind_a_code() {
        let mut names = BTreeSet::new();
        for line in NAMES.lines().chain(FURTHER_NAMES.lines()) {
            let (code, name) = line.split_once(' ').expect("a code and a name");
            assert!(code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()), "{line}");
            assert!(names.insert(name.to_lowercase()), "{line}");
        }
    }
}
