//! Logs of connections and names, as Zeek and AWS write them.

use super::mix;

pub(super) fn conn_tsv(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n\
         #open\t2026-11-21-00-00-00\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\t\
         duration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\t\
         orig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\t\
         string\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "17000{:05}.{:06}\tC{:016x}\t10.{}.{}.{}\t{}\t93.184.{}.{}\t443\ttcp\tssl\t{}.{:06}\t{}\t{}\tSF\tT\tF\t0\t\
             ShADadfF\t{}\t{}\t{}\t{}\t-\n",
            row % 100_000,
            r % 1_000_000,
            r,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            1024 + r % 60_000,
            r / 13 % 255,
            r / 17 % 255,
            r % 600,
            r / 3 % 1_000_000,
            r % 90_000,
            r / 5 % 900_000,
            r % 90,
            r % 99_000,
            r % 120,
            r % 999_000
        ));
    }
    text.into_bytes()
}

pub(super) fn conn_json(rows: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "{{\"ts\":17000{:05}.{:06},\"uid\":\"C{:016x}\",\"id.orig_h\":\"10.{}.{}.{}\",\"id.orig_p\":{},\
             \"id.resp_h\":\"93.184.{}.{}\",\"id.resp_p\":443,\"proto\":\"tcp\",\"service\":\"ssl\",\
             \"duration\":{}.{:06},\"orig_bytes\":{},\"resp_bytes\":{},\"conn_state\":\"SF\",\"local_orig\":true,\
             \"local_resp\":false,\"missed_bytes\":0,\"history\":\"ShADadfF\",\"orig_pkts\":{},\"orig_ip_bytes\":{},\
             \"resp_pkts\":{},\"resp_ip_bytes\":{}}}\n",
            row % 100_000,
            r % 1_000_000,
            r,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            1024 + r % 60_000,
            r / 13 % 255,
            r / 17 % 255,
            r % 600,
            r / 3 % 1_000_000,
            r % 90_000,
            r / 5 % 900_000,
            r % 90,
            r % 99_000,
            r % 120,
            r % 999_000
        ));
    }
    text.into_bytes()
}

pub(super) fn dns_tsv(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\t\
         id.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\t\
         qtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n#types\ttime\tstring\taddr\tport\t\
         addr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\tcount\tstring\tcount\tstring\tbool\tbool\tbool\t\
         bool\tcount\tvector[string]\tvector[interval]\tbool\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "17000{:05}.{:06}\tC{:016x}\t10.{}.{}.{}\t{}\t10.0.0.53\t53\tudp\t{}\t0.{:06}\twww{}.example.com\t1\t\
             C_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\tcdn.example.net,93.184.{}.{}\t300.000000,60.000000\tF\n",
            row % 100_000,
            r % 1_000_000,
            r,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            1024 + r % 60_000,
            r % 65_536,
            r / 3 % 1_000_000,
            r % 5_000,
            r / 13 % 255,
            r / 17 % 255
        ));
    }
    text.into_bytes()
}

pub(super) fn vpc_flow(rows: usize) -> Vec<u8> {
    let mut text = String::from(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    for row in 0..rows {
        let r = mix(row);
        text.push_str(&format!(
            "2 111122223333 eni-{:017x} 10.0.{}.{} 198.51.{}.{} {} 443 6 {} {} 17724{:05} 17725{:05} ACCEPT OK\n",
            r % 500,
            r % 255,
            r / 7 % 255,
            r / 11 % 255,
            r / 13 % 255,
            1024 + r % 60_000,
            r % 90,
            r % 99_000,
            row % 100_000,
            row % 100_000
        ));
    }
    text.into_bytes()
}
