//! Logs of web servers, proxies, mail and logons.

use super::mix;

pub(super) fn combined(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "198.51.{}.{} - - [21/Nov/2026:09:{:02}:{:02} +0000] \"GET /products/{}?page={} HTTP/1.1\" 200 {} \
             \"https://shop.example.com/\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"\n",
            r % 255,
            r / 7 % 255,
            row / 60 % 60,
            row % 60,
            r % 50_000,
            r % 9,
            r % 90_000
        ));
    }
    text.into_bytes()
}

pub(super) fn iis(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem \
         cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status \
         time-taken\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "2026-11-21 09:{:02}:{:02} 192.0.2.80 GET /products/{} page={} 443 - 198.51.{}.{} \
             Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36 https://shop.example.com/ 200 0 0 {}\n",
            row / 60 % 60,
            row % 60,
            r % 50_000,
            r % 9,
            r % 255,
            r / 7 % 255,
            r % 900
        ));
    }
    text.into_bytes()
}

pub(super) fn squid(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "17952{:05}.{:03} {:6} 10.0.{}.{} TCP_MISS/200 {} GET http://www.example.com/a/{}?b=1 anna \
             HIER_DIRECT/203.0.113.{} text/html\n",
            row % 100_000,
            r % 1_000,
            r % 9_000,
            r % 255,
            r / 7 % 255,
            r % 90_000,
            r % 50_000,
            r % 255
        ));
    }
    text.into_bytes()
}

pub(super) fn http_requests(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "{{\"CacheCacheStatus\":\"hit\",\"ClientASN\":{},\"ClientCountry\":\"de\",\"ClientIP\":\"198.51.{}.{}\",\
             \"ClientRequestBytes\":{},\"ClientRequestHost\":\"shop.example.com\",\"ClientRequestMethod\":\"GET\",\
             \"ClientRequestPath\":\"/products/{}\",\"ClientRequestProtocol\":\"HTTP/2\",\"ClientRequestReferer\":\
             \"https://shop.example.com/\",\"ClientRequestScheme\":\"https\",\"ClientRequestURI\":\
             \"/products/{}?page={}\",\"ClientRequestUserAgent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) \
             Gecko/20100101 Firefox/128.0\",\"ClientSrcPort\":{},\"EdgeColoCode\":\"FRA\",\"EdgeEndTimestamp\":\
             170000{:04}000000{:03},\"EdgeResponseBytes\":{},\"EdgeResponseContentType\":\"text/html\",\
             \"EdgeResponseStatus\":200,\"EdgeStartTimestamp\":170000{:04}000000{:03},\"JA4\":\
             \"t13d1516h2_8daaf6152771_e5627efa2ab1\",\"OriginIP\":\"203.0.113.{}\",\"RayID\":\"{:016x}\",\
             \"SecurityAction\":\"\",\"WAFAttackScore\":{}}}\n",
            r % 60_000,
            r % 255,
            r / 7 % 255,
            400 + r % 3_000,
            r % 50_000,
            r % 50_000,
            r % 9,
            1024 + r % 60_000,
            row % 10_000,
            r % 1_000,
            r % 90_000,
            row % 10_000,
            r % 1_000,
            r % 255,
            r,
            r % 100
        ));
    }
    text.into_bytes()
}

pub(super) fn emails(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "From a{r}@example.com Sat Nov 21 09:30:00 2026\nReceived: from a.example (a.example [203.0.113.{}]) by \
             mx.example.net; Sat, 21 Nov 2026 09:30:00 +0000\nFrom: =?utf-8?Q?A_B?= <a{r}@example.com>\nTo: \
             b@example.net\nSubject: =?utf-8?B?aGVsbG8gd29ybGQ=?=\nDate: Sat, 21 Nov 2026 09:29:59 +0000\nMessage-ID: \
             <{r}@example.com>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hello \
             <a href=\"http://example.com/{r}\">you</a></p>\n--b\nContent-Type: application/pdf; name=a.pdf\n\
             Content-Transfer-Encoding: base64\n\n{}\n--b--\n\n",
            r % 255,
            "JVBERi0xLjQKJSBub3QgcmVhbGx5Cg".repeat(100)
        ));
    }
    text.into_bytes()
}

/// What a host on the internet writes: mostly refused logons, some sessions, cron and sudo.
pub(super) fn auth_log(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        let (ip, port, pid) = (format!("203.0.{}.{}", r % 255, r / 7 % 255), 1024 + r % 60_000, 1_000 + r % 30_000);
        text.push_str(&format!("Nov {:2} {:02}:{:02}:{:02} web1 ", 1 + r % 28, r % 24, r / 3 % 60, r / 5 % 60));
        text.push_str(&match row % 10 {
            0..=2 => format!("sshd[{pid}]: Failed password for root from {ip} port {port} ssh2\n"),
            3 => format!("sshd[{pid}]: Failed password for invalid user u{} from {ip} port {port} ssh2\n", r % 900),
            4 => format!("sshd[{pid}]: Invalid user u{} from {ip} port {port}\n", r % 900),
            5 => format!(
                "sshd[{pid}]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= \
                 rhost={ip}  user=root\n"
            ),
            6 => format!("sshd[{pid}]: Connection closed by authenticating user root {ip} port {port} [preauth]\n"),
            7 => format!("CRON[{pid}]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)\n"),
            8 => format!("sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id {}\n", r % 99),
            _ => format!("app[{pid}]: request {} took {} ms\n", r % 99_999, r % 300),
        });
    }
    text.into_bytes()
}
