//! E-mail messages: as files, or as a gateway logs them (OCSF email_activity).

use crate::{Column, Observable, Table};

pub(super) static TABLE: Table = Table::telemetry(
    "emails",
    "One e-mail message.",
    &[
        Column::text("message_id", "Message-ID without its angle brackets.").ocsf("email.message_uid").hunted(),
        Column::text("from_address", "Address in From, lower-case.").ocsf("email.from").observes(Observable::Email),
        Column::text("from_name", "Name in From, as shown to people.").ocsf("email.from_mailbox"),
        Column::text("from_domain", "Domain of the address in From, lower-case.").observes(Observable::Domain),
        Column::text("sender", "Address in Sender, lower-case.").ocsf("email.sender").observes(Observable::Email),
        Column::text("return_path", "Envelope sender, lower-case.")
            .ocsf("email.return_path")
            .observes(Observable::Email),
        Column::text("reply_to", "First address in Reply-To, lower-case.")
            .ocsf("email.reply_to")
            .observes(Observable::Email),
        Column::texts("to_addresses", "Addresses in To, lower-case.").ocsf("email.to").observes(Observable::Email),
        Column::texts("cc_addresses", "Addresses in Cc, lower-case.").ocsf("email.cc").observes(Observable::Email),
        Column::texts("bcc_addresses", "Addresses in Bcc, lower-case.").ocsf("email.bcc").observes(Observable::Email),
        Column::text("subject", "Subject, decoded.").ocsf("email.subject").observes(Observable::EmailSubject),
        Column::text("in_reply_to", "Message-ID that it answers.").hunted(),
        Column::text("mailer", "Program that says it made the message (X-Mailer, User-Agent).").ocsf("email.x_mailer"),
        Column::ip("src_ip", "Address that handed the message over: X-Originating-IP, else the outermost Received.")
            .ocsf("email.x_originating_ip"),
        Column::text("helo", "Name that this host gave for itself.").ocsf("src_endpoint.hostname"),
        Column::int("hops", "How many Received lines the message has."),
        Column::texts("received", "Received lines, newest first, unfolded.").ocsf("email.raw_header"),
        Column::text("spf", "Result of SPF, as the receiver states it: pass, fail, softfail, neutral, none ...")
            .ocsf("email_auth.spf"),
        Column::text("dkim", "Result of DKIM, as the receiver states it.").ocsf("email_auth.dkim"),
        Column::text("dkim_domain", "Domain that signed.").ocsf("email_auth.dkim_domain"),
        Column::text("dmarc", "Result of DMARC, as the receiver states it.").ocsf("email_auth.dmarc"),
        Column::texts("urls", "URLs in text, HTML links and plain headers; each once, at most 1,000.")
            .ocsf("email.urls[].url_string")
            .observes(Observable::Url),
        Column::texts("url_hosts", "Hosts of these URLs, lower-case, each once.").observes(Observable::Domain),
        Column::texts("attachment_names", "File names of attachments, decoded.").ocsf("email.files[].name"),
        Column::texts("attachment_types", "Media types of attachments, in the same order."),
        Column::texts("attachment_sha256", "SHA-256 of decoded attachments, in the same order.")
            .ocsf("email.files[].hashes[].value")
            .observes(Observable::Hash),
        Column::texts("attachment_md5", "MD5 of decoded attachments, in the same order.").observes(Observable::Hash),
        Column::texts("attachment_sizes", "Sizes of decoded attachments in bytes, in the same order."),
        Column::text("body_text", "Text of the message, at most 64 KiB; from HTML where there is no plain part."),
        Column::int("size_bytes", "Size of the whole message.").unit("bytes").ocsf("email.size"),
        Column::text("direction", "inbound, outbound or internal, where a gateway says so.").ocsf("direction"),
        Column::text("action", "What a gateway did with it.").ocsf("action"),
        Column::text("verdict", "What a gateway thinks of it.").ocsf("disposition"),
    ],
);
