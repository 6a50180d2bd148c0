// Types of what the server takes and answers. Made by `npm run types`: change the server instead.
export interface paths {
    "/api/v1/actors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups that ATT&CK knows, those of which most was met here first */
        get: operations["get_actors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/actors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A group: what it does, what it uses, what of that was met here */
        get: operations["get_actors_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attack/matrix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The matrix with what was found, who looks, and what could be seen */
        get: operations["get_attack_matrix"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attack/navigator": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A layer for the ATT&CK Navigator */
        get: operations["get_attack_navigator"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attack/techniques/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One technique: what would show it, who looks for it, which events have it */
        get: operations["get_attack_techniques_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was done, the newest first */
        get: operations["get_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the log is whole */
        get: operations["get_audit_verify"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Campaigns, the newest first
         * @description Where an actor is asked for, each comes with the probability that the group is behind it, among all that are known
         *     and nobody of them: an estimate from techniques, software and claims, and no proof.
         */
        get: operations["get_campaigns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions of people */
        get: operations["get_campaigns_decisions"];
        put?: never;
        /** Decide what belongs together, or does not */
        post: operations["post_campaigns_decisions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/decisions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a decision back */
        delete: operations["delete_campaigns_decisions_by_number"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A campaign with its events, in the order of time */
        get: operations["get_campaigns_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/attribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may be behind a campaign, and what speaks for and against each */
        get: operations["get_campaigns_by_id_attribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/flow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A campaign as an Attack Flow, as far as markings permit */
        get: operations["get_campaigns_by_id_flow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/campaigns/{id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A campaign as a graph, placed in the plane */
        get: operations["get_campaigns_by_id_graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cases */
        get: operations["get_cases"];
        put?: never;
        /** Open a case */
        post: operations["post_cases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A case with its events and history; by its number or id */
        get: operations["get_cases_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The story of a case, in the order of time */
        get: operations["get_cases_by_id_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change a case */
        post: operations["post_cases_by_id_work"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/detectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What finds something, and how it has done */
        get: operations["get_detectors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/detectors/{name}/p-values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How all p-values of a detector lie, held against those of chance
         * @description Counts are those of every test that was made, not of findings alone. Bands hold with 95 % at all places at once, for
         *     tests that are independent of each other.
         */
        get: operations["get_detectors_by_name_p_values"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Threat events, the most severe and latest first
         * @description As JSON, as CSV (`Accept: text/csv`) or as a stream of Arrow (`Accept: application/vnd.apache.arrow.stream`); the
         *     two last have `next` in the header `x-next`.
         */
        get: operations["get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What events have in common: counts by field, and over time
         * @description The counts of a field leave out what the filter asks of that very field.
         */
        get: operations["get_events_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The words to filter by, and the values that are known beforehand */
        get: operations["get_events_words"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the work on events, each as far as it may be changed
         * @description Whoever was faster makes a change with a `version` refused: look again.
         */
        post: operations["post_events_work"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A threat event with the work on it and all around it */
        get: operations["get_events_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The records that an event rests on: as fields, and as they were */
        get: operations["get_events_by_id_evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was done about an event, the oldest first */
        get: operations["get_events_by_id_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/{id}/stix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An event as a STIX 2.1 bundle, as far as its marking permits */
        get: operations["get_events_by_id_stix"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Findings, the newest first */
        get: operations["get_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/indicators/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look up values */
        post: operations["post_indicators_lookup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/indicators/survival": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How long indicators last, by source and kind */
        get: operations["get_indicators_survival"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/indicators/sweep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look for values in all records, the newest first
         * @description Whatever the caller may see is held against them: subdomains, networks and pages of URLs too. It ends after 45
         *     seconds, or when the caller hangs up; `stopped_at` tells how far back it came then. Nothing is kept of it but a line in
         *     the audit log.
         */
        post: operations["post_indicators_sweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/indicators/verdict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what a value was found to be */
        post: operations["post_indicators_verdict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Keys: one's own, or those of all for who manages people */
        get: operations["get_keys"];
        put?: never;
        /** Make a key: its secret is told here and never again */
        post: operations["post_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key */
        delete: operations["delete_keys_by_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change one's password */
        post: operations["post_me_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's sessions */
        get: operations["get_me_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's sessions */
        delete: operations["delete_me_sessions_by_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to use a second factor: gives the secret, as text and as an address for a QR code */
        post: operations["post_me_totp"];
        /** Use no second factor any more */
        delete: operations["delete_me_totp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the second factor by a code; gives recovery codes, once */
        post: operations["post_me_totp_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is new, what is open, and whether everything is coming */
        get: operations["get_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was rejected, and why; the newest first
         * @description Bytes are told as text in which whatever is no visible character of ASCII is written as `\xNN`.
         */
        get: operations["get_quarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Saved questions */
        get: operations["get_queries"];
        put?: never;
        /** Save a question */
        post: operations["post_queries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queries/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a saved question */
        delete: operations["delete_queries_by_name"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All rules that are held against every record, the refused ones as well */
        get: operations["get_rules"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Look over the text of a rule */
        post: operations["post_rules_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hold the text of a rule against records that have come; nothing is kept */
        post: operations["post_rules_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One rule, with its text */
        get: operations["get_rules_by_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/rules/{id}/matches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a rule matches in records that have come */
        get: operations["get_rules_by_id_matches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tables and columns that can be asked for */
        get: operations["get_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Find whatever a text may mean */
        get: operations["get_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records of a table over time, with the band in which one would expect them */
        get: operations["get_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["get_session"];
        put?: never;
        /**
         * Sign in
         * @description Sets the cookie of a session. 401 `second_factor` asks for a code; 429 says when to try again.
         */
        post: operations["post_session"];
        /** Sign out */
        delete: operations["delete_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the first administrator is still to come */
        get: operations["get_setup"];
        put?: never;
        /** Begin with a link: choose a password, and be signed in */
        post: operations["post_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What comes: by table and dataset, how much, from when to when */
        get: operations["get_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sources that fell silent, days of another size, and days on which more was rejected
         * @description The four weeks before the newest record. A silence is told where the source has come back from none as long; days are
         *     tested, and at most 5 % of those that are told are chance.
         */
        get: operations["get_sources_incidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask in SQL
         * @description As Arrow (`Accept: application/vnd.apache.arrow.stream`), as NDJSON (`application/x-ndjson`), as CSV (`text/csv`) or
         *     as one JSON document of columns and rows. The answer is streamed: an error in the middle breaks it off, and GET
         *     /sql/{id} says why. `x-query-id` is its id, `x-rows-max` the rows after which it ends.
         */
        post: operations["post_sql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How a query would be carried out */
        post: operations["post_sql_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sql/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What has become of a query of one's own */
        get: operations["get_sql_by_id"];
        put?: never;
        post?: never;
        /** Stop a query of one's own */
        delete: operations["delete_sql_by_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * News as they come
         * @description Events of the stream: `events` {n, latest} when threat events that the caller may see were made or changed,
         *     `ingest` {rows} when records have come, `heartbeat` {} in between. It ends after five minutes: connect again.
         */
        get: operations["get_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tables with records: rows, files and bytes */
        get: operations["get_tables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody who may use the server */
        get: operations["get_users"];
        put?: never;
        /** Invite somebody: gives the link with which they choose a password, once */
        post: operations["post_users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove somebody */
        delete: operations["delete_users_by_id"];
        options?: never;
        head?: never;
        /** Change what somebody may see and do, or disable them */
        patch: operations["patch_users_by_id"];
        trace?: never;
    };
    "/api/v1/users/{id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give somebody a new link, because they have lost their password */
        post: operations["post_users_by_id_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A group that ATT&CK knows. */
        Actor: {
            aliases: string[];
            id: string;
            /**
             * Format: int64
             * @description Of its techniques, those that were met here.
             */
            n_met: number;
            /** Format: int64 */
            n_software: number;
            /** Format: int64 */
            n_techniques: number;
            name: string;
        };
        ActorAnswer: {
            aliases: string[];
            id: string;
            /** Format: int64 */
            n_met: number;
            /** Format: int64 */
            n_software: number;
            /** Format: int64 */
            n_techniques: number;
            name: string;
            /** @description Id and name. */
            software: [
                string,
                string
            ][];
            techniques: components["schemas"]["MatrixTechnique"][];
        };
        /**
         * @description When somebody is told of new answers.
         * @enum {string}
         */
        Alert: "never" | "once" | "hour" | "day";
        AnalyticSeen: {
            id: string;
            log_sources: components["schemas"]["LogSourceSeen"][];
            platforms: string[];
            /** Format: double */
            share: number;
            strategy: string;
        };
        /** @description Any JSON: its form depends on what it is about. */
        Anything: unknown;
        /** @description Who it may be, and why. */
        Attribution: {
            /** @description The most probable first; one of them is "nobody in our list". */
            hypotheses: components["schemas"]["Hypothesis"][];
            matrix: components["schemas"]["Evidence"][];
            /** @description Names that nobody in the list bears. */
            unused: string[];
            verdict: string;
        };
        AuditCheck: {
            report: components["schemas"]["AuditReport"];
            whole: boolean;
        };
        /** @description A line of the audit log. */
        AuditLine: {
            action: string;
            /** @description Empty: from this machine. */
            address: string;
            at: components["schemas"]["Time"];
            by: string;
            detail: components["schemas"]["Anything"];
            digest: string;
            /** Format: int64 */
            number: number;
            subject: string;
        };
        AuditProblem: {
            /** Format: int64 */
            number: number;
            what: string;
        };
        AuditReport: {
            digest: string;
            /** Format: int64 */
            n_lines: number;
            /** Format: int64 */
            n_problems: number;
            /**
             * Format: int64
             * @description The newest line.
             */
            number: number;
            /** @description The first ones. */
            problems: components["schemas"]["AuditProblem"][];
        };
        /** @description Events of one step, by severity. */
        Bar: {
            /** Format: int64 */
            critical: number;
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            informational: number;
            /** Format: int64 */
            low: number;
            /** Format: int64 */
            medium: number;
        };
        Beginning: {
            /** @description Of the first administrator; whoever was invited has a name already. */
            name?: string;
            password: string;
            /** @description From the link, behind its `#`. */
            token: string;
        };
        Bin: {
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: int64 */
            n: number;
        };
        CallerFields: {
            id: string;
            /** @description `person`, or `key` of a program. */
            kind: string;
            name: string;
            role: components["schemas"]["Role"];
        };
        /** @description A campaign with what its events say together. */
        Campaign: {
            because: string[];
            first_seen: components["schemas"]["Time"];
            hosts: string[];
            id: string;
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            n_events: number;
            /** Format: int64 */
            n_plantable: number;
            name: string;
            /**
             * Format: double
             * @description That the actor who was asked for is behind it.
             */
            probability?: number;
            /** @description Of the worst event. */
            severity: components["schemas"]["Severity"];
            shared: components["schemas"]["SharedThing"][];
            tactics: string[];
            techniques: string[];
            /** @description In the order of time; lists leave it out. */
            thread?: components["schemas"]["Step"][];
            unless: string[];
            /** @description The word of ICD 203 for it. */
            words?: string;
        };
        CampaignAnswer: {
            campaign: components["schemas"]["Campaign"];
            changes: components["schemas"]["CampaignChange"][];
            decisions: components["schemas"]["CampaignDecision"][];
            /** @description In the order of time. */
            events: components["schemas"]["Row"][];
        };
        /** @description What has become of a campaign. */
        CampaignChange: {
            campaign: string;
            change: components["schemas"]["ChangeKind"];
            changed_at: components["schemas"]["Time"];
            events?: string[];
            /** @description The campaign that events came from. */
            from?: string;
            /** @description The campaign that has its events now. */
            into?: string | null;
            /** @description Nothing is left of the other. */
            whole?: boolean;
        };
        /** @description What an analyst has decided, and whether it still stands. */
        CampaignDecision: {
            decision: components["schemas"]["Decided"];
            given_at: components["schemas"]["Time"];
            given_by: string;
            /** Format: int64 */
            number: number;
            reason: string;
            revoked_at: components["schemas"]["Time"] | null;
        };
        /** @description Related events, and why they are. */
        CampaignFields: {
            because: string[];
            first_seen: components["schemas"]["Time"];
            id: string;
            last_seen: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description Steps that are held by nothing but what an attacker can put there as he likes.
             */
            n_plantable: number;
            name: string;
            /** @description Things that several of its events have, the most telling first. */
            shared: components["schemas"]["SharedThing"][];
            /** @description In the order of time. */
            thread: components["schemas"]["Step"][];
            unless: string[];
        };
        /** @description A campaign as a graph, placed in the plane. */
        CampaignGraph: {
            edges: components["schemas"]["GraphEdge"][];
            nodes: components["schemas"]["GraphNode"][];
        };
        CampaignOfEvent: {
            id: string;
            /** Format: int64 */
            n_events: number;
            /** Format: int64 */
            n_plantable: number;
            name: string;
        };
        /** @description Events that do not belong to the others of a campaign. */
        CampaignSplit: {
            events: string[];
            id: string;
        };
        /** @description Work that people do together about threat events. */
        Case: {
            closed: components["schemas"]["Closing"] | null;
            description: string;
            due_at: components["schemas"]["Time"] | null;
            id: string;
            items: components["schemas"]["CaseItem"][];
            /**
             * Format: int64
             * @description Left out where cases are told beside an event.
             */
            n_events?: number;
            /** Format: int64 */
            n_notes: number;
            /**
             * Format: int64
             * @description By which people call it.
             */
            number: number;
            opened_at: components["schemas"]["Time"];
            opened_by: string;
            owner: string | null;
            requests: components["schemas"]["CaseRequest"][];
            severity: components["schemas"]["Severity"];
            tasks: components["schemas"]["CaseTask"][];
            title: string;
            tlp: components["schemas"]["Marking"];
            /**
             * Format: int64
             * @description How many changes there were.
             */
            version: number;
        };
        CaseAnswer: {
            case: components["schemas"]["Case"];
            events: components["schemas"]["Row"][];
            history: components["schemas"]["HistoryLine"][];
        };
        CaseChange: {
            /** @enum {string} */
            kind: "title";
            title: string;
        } | {
            /** @enum {string} */
            kind: "describe";
            text: string;
        } | {
            /** @enum {string} */
            kind: "severity";
            to: components["schemas"]["Severity"];
        } | {
            /** @enum {string} */
            kind: "owner";
            to?: string | null;
        } | {
            at?: components["schemas"]["Time"] | null;
            /** @enum {string} */
            kind: "due";
        } | {
            /** @enum {string} */
            kind: "tlp";
            to: components["schemas"]["Marking"];
        } | {
            /** @enum {string} */
            kind: "note";
            text: string;
        } | {
            item_kind: components["schemas"]["ItemKind"];
            /** @enum {string} */
            kind: "add_item";
            note?: string;
            value: string;
        } | {
            item_kind: components["schemas"]["ItemKind"];
            /** @enum {string} */
            kind: "drop_item";
            value: string;
        } | {
            assignee?: string | null;
            due_at?: components["schemas"]["Time"] | null;
            /** @enum {string} */
            kind: "add_task";
            title: string;
        } | {
            done: boolean;
            /** @enum {string} */
            kind: "do_task";
            /** Format: int64 */
            number: number;
        } | {
            due_at?: components["schemas"]["Time"] | null;
            /** @enum {string} */
            kind: "ask";
            question: string;
            to: string;
        } | {
            /** @enum {string} */
            kind: "answer";
            /** Format: int64 */
            number: number;
            text: string;
        } | {
            anyway?: boolean;
            /** @enum {string} */
            kind: "close";
            outcome: components["schemas"]["CaseOutcome"];
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "reopen";
            reason?: string;
        };
        CaseItem: {
            added_at: components["schemas"]["Time"];
            added_by: string;
            kind: components["schemas"]["ItemKind"];
            note: string;
            /** @description The id of an event or campaign; `kind:value` of an indicator; `table/record_id`; the SHA-256 of a file. */
            value: string;
        };
        /** @description Something that happened, in the story of a case. */
        CaseMoment: {
            about: string;
            at: components["schemas"]["Time"];
            by: string | null;
            /** @description `event`, `record`, `case` or `work`. */
            kind: string;
            what: string;
        };
        CaseOrder: {
            change: components["schemas"]["CaseChange"];
            /**
             * Format: int64
             * @description The version that was looked at.
             */
            version?: number | null;
        };
        /**
         * @description How a case ended.
         * @enum {string}
         */
        CaseOutcome: "resolved" | "benign" | "false_positive" | "duplicate" | "inconclusive";
        CaseReply: {
            at: components["schemas"]["Time"];
            by: string;
            text: string;
        };
        /** @description A question to another team. */
        CaseRequest: {
            answer: components["schemas"]["CaseReply"] | null;
            asked_at: components["schemas"]["Time"];
            asked_by: string;
            due_at: components["schemas"]["Time"] | null;
            /** Format: int64 */
            number: number;
            question: string;
            to: string;
        };
        CaseTask: {
            assignee: string | null;
            /** @description When and by whom. */
            done: [
                string,
                string
            ] | null;
            due_at: components["schemas"]["Time"] | null;
            /** Format: int64 */
            number: number;
            title: string;
        };
        /**
         * @description What sort of event it is.
         * @enum {string}
         */
        Category: "reconnaissance" | "initial_access" | "execution" | "credential_access" | "account_misuse" | "lateral_movement" | "command_and_control" | "exfiltration" | "impact" | "automation" | "known_infrastructure" | "known_malware" | "suspicious_behavior";
        /** @description That it is malicious, where verdicts have taught it: 0 to 1. */
        Chance: {
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: double */
            value: number;
        };
        /** @enum {string} */
        ChangeKind: "began" | "split_from" | "grew" | "took" | "lost" | "ended";
        /** @description A claim, and what is left of it. */
        Claim: {
            actor: string | null;
            /** Format: int32 */
            confidence: number;
            first_seen: components["schemas"]["Time"] | null;
            kind: string;
            labels: string[];
            last_seen: components["schemas"]["Time"] | null;
            loaded_at: components["schemas"]["Time"];
            malware: string | null;
            /** @description As the source wrote it, where that is another text. */
            raw: string | null;
            reference: string | null;
            /** @description Letter of the Admiralty system. */
            reliability: string | null;
            renewed_at: components["schemas"]["Time"];
            revoked: boolean;
            score: components["schemas"]["Score"];
            source: string;
            technique: string | null;
            tlp: components["schemas"]["Marking"];
            valid_from: components["schemas"]["Time"] | null;
            valid_until: components["schemas"]["Time"] | null;
            value: string;
        };
        Closing: {
            at: components["schemas"]["Time"];
            by: string;
            outcome: components["schemas"]["CaseOutcome"];
            reason: string;
        };
        ColumnAbout: {
            description: string;
            name: string;
            type: string;
            unit: string | null;
        };
        Credentials: {
            /** @description Of the second factor: six digits, or a recovery code. */
            code?: string | null;
            name: string;
            password: string;
        };
        CurvePoint: {
            at: components["schemas"]["Time"];
            /** Format: double */
            score: number;
        };
        Decided: {
            /** @enum {string} */
            decision: "join";
            events: string[];
        } | {
            /** @enum {string} */
            decision: "apart";
            events: string[];
            others: string[];
        };
        /** @description The number of a decision that was made. */
        DecisionMade: {
            /** Format: int64 */
            number: number;
        };
        /** @description What finds something, and how it has done. */
        Detector: {
            doubts: components["schemas"]["Doubt"][];
            finds: string;
            /** @description What looks alike and is meant. */
            innocent: string[];
            judged: components["schemas"]["JudgedShare"];
            /**
             * Format: int64
             * @description Threat events that rest on it now.
             */
            n_events: number;
            /** Format: int64 */
            n_findings: number;
            /** Format: int64 */
            n_leads: number;
            /** Format: int64 */
            n_raised: number;
            name: string;
            null_hypothesis: string;
            parameters: components["schemas"]["Parameter"][];
            rate_is_shown: boolean;
            tables: string[];
            techniques: string[];
            version: string;
        };
        /** @description The Diamond Model of intrusion analysis. */
        Diamond: {
            adversary: components["schemas"]["Vertex"];
            capability: components["schemas"]["Vertex"];
            direction: string;
            infrastructure: components["schemas"]["Vertex"];
            methodology: string;
            resources: string[];
            result: string;
            victim: components["schemas"]["Vertex"];
        };
        /** @description A dataset in which p-values are small too often for the null hypothesis to be right. */
        Doubt: {
            dataset: string;
            /** Format: double */
            e_value: number;
            says: string;
            since: components["schemas"]["Time"];
            until: components["schemas"]["Time"] | null;
        };
        /** @description What a finding is about. */
        Entity: {
            kind: string;
            value: string;
        };
        Even: {
            /** Format: double */
            expected: number;
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            low: number;
        };
        /** @description An event and all around it. */
        EventAnswer: {
            campaign: components["schemas"]["CampaignOfEvent"] | null;
            cases: components["schemas"]["Case"][];
            /** @description Ids of events that say the same. */
            duplicates: string[];
            event: components["schemas"]["ThreatEvent"];
            findings: components["schemas"]["Finding"][];
            /** @description Which host had its addresses then. */
            known_as: components["schemas"]["Tenancy"][];
            /** @description Ids of events that are parts of it. */
            parts: string[];
            related: components["schemas"]["Row"][];
            /** @description The newest first. */
            verdicts: components["schemas"]["EventVerdict"][];
            work: components["schemas"]["Work"];
        };
        EventChange: {
            /** @enum {string} */
            kind: "state";
            reason?: string;
            to: components["schemas"]["EventState"];
        } | {
            judgement: components["schemas"]["Judgement"];
            /** @enum {string} */
            kind: "verdict";
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "assign";
            to?: string | null;
        } | {
            /** @enum {string} */
            kind: "comment";
            text: string;
        } | {
            /** @enum {string} */
            kind: "tag";
            tag: string;
        } | {
            /** @enum {string} */
            kind: "untag";
            tag: string;
        } | {
            /** @enum {string} */
            kind: "link";
            parent: string;
        } | {
            /** @enum {string} */
            kind: "unlink";
        } | {
            into: string;
            /** @enum {string} */
            kind: "merge";
            reason?: string;
        } | {
            /** @enum {string} */
            kind: "split";
            reason?: string;
        };
        EventOrder: {
            change: components["schemas"]["EventChange"];
            /** @description Say what would become of it, and change nothing. */
            dry_run?: boolean;
            /** @description All that this filter lets through, in the place of ids. */
            f?: string | null;
            /** @description Ids of events, or beginnings of them. */
            ids?: string[];
            /**
             * Format: int64
             * @description The version that was looked at, of one event.
             */
            version?: number | null;
        };
        /**
         * @description Where the work on an event stands.
         * @enum {string}
         */
        EventState: "new" | "triaged" | "confirmed" | "false_positive" | "benign_true_positive" | "duplicate" | "closed";
        EventVerdict: {
            given_at: components["schemas"]["Time"];
            given_by: string;
            judgement: components["schemas"]["Judgement"];
            reason: string;
        };
        /** @description What one item says of the leading hypotheses. */
        Evidence: {
            bits: number[];
            /** Format: double */
            diagnosticity: number;
            item: string;
            /** @description `technique`, `software` or `claim`. */
            kind: string;
            /** @description Who would lead without it, and how probable that would be. */
            without: [
                string,
                number
            ];
        };
        /** @description The records that an event rests on. */
        EvidenceAnswer: {
            /**
             * Format: int64
             * @description Records that are not there any more.
             */
            n_missing: number;
            rows: components["schemas"]["EvidenceRow"][];
        };
        /** @description Where a record lies. */
        EvidencePlace: {
            record_id: string;
            table: string;
        };
        EvidenceRow: {
            /** @description The same in the order of the table. */
            columns: components["schemas"]["NamedText"][];
            fields: {
                [key: string]: string;
            };
            observed_at: components["schemas"]["Time"];
            /** @description As it was. */
            raw: string;
            record_id: string;
            source: string;
            table: string;
        };
        /** @description Between which counts a bar was to be expected. */
        Expected: {
            /** Format: int64 */
            high: number;
            /** Format: int64 */
            low: number;
            /** Format: double */
            mean: number;
            /** @description More began, or, where the step is over, fewer. */
            unusual: boolean;
        };
        Facet: {
            field: string;
            values: components["schemas"]["FacetValue"][];
        };
        FacetValue: {
            /** Format: int64 */
            count: number;
            value: string;
        };
        /** @description What events have in common. */
        Facets: {
            facets: components["schemas"]["Facet"][];
            histogram: components["schemas"]["Histogram"];
            /**
             * Format: int64
             * @description Events that the filter lets through.
             */
            total: number;
        };
        FilterKey: {
            help: string;
            key: string;
            /** @description Values that are known beforehand. */
            values: string[];
        };
        /** @description The words to filter by. */
        FilterWords: {
            keys: components["schemas"]["FilterKey"][];
        };
        /** @description What a detector, a rule or a list has found. */
        Finding: {
            /** @description Other names of the other side in the same records. */
            also: components["schemas"]["Entity"][];
            because: string;
            /** Format: int32 */
            confidence: number;
            dataset: string;
            detector: string;
            detector_version: string;
            evidence: components["schemas"]["EvidencePlace"][];
            first_seen: components["schemas"]["Time"];
            id: string;
            labels: string[];
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            n_records: number;
            null_hypothesis: string | null;
            object: components["schemas"]["Entity"] | null;
            /** Format: double */
            p_value: number | null;
            /** Format: double */
            q_value: number | null;
            /** @description SQL that shows the records behind it, where the evidence alone does not. */
            query?: string | null;
            /**
             * Format: double
             * @description The detector's own scale.
             */
            score: number;
            /** @description Name and value; null where it is not a number. */
            statistics: [
                string,
                number | null
            ][];
            /** @description Mostly the host of ours. */
            subject: components["schemas"]["Entity"];
            techniques: string[];
            tlp: components["schemas"]["Marking"];
            unless: string;
            window: components["schemas"]["Window"];
        };
        GraphEdge: {
            from: string;
            label: string;
            to: string;
            /** Format: double */
            weight: number;
        };
        GraphNode: {
            id: string;
            kind: string;
            label: string;
            /** Format: double */
            size: number;
            /** Format: double */
            x: number;
            /** Format: double */
            y: number;
        };
        Histogram: {
            bars: components["schemas"]["Bar"][];
            /** @description For each bar what was to be expected of it; null where too little went before. */
            expected?: (components["schemas"]["Expected"] | null)[];
            start: components["schemas"]["Time"];
            /** Format: int64 */
            step_seconds: number;
        };
        /** @description Who changed what, when, from what to what. */
        HistoryLine: {
            after: components["schemas"]["Anything"];
            before: components["schemas"]["Anything"];
            /** @description `state`, `assign`, `comment`, `tag` ... */
            change: string;
            changed_at: components["schemas"]["Time"];
            changed_by: string;
            /** Format: int64 */
            number: number;
            reason: string;
            /** @description Id of the event or case. */
            subject: string;
        };
        Hypothesis: {
            aliases: string[];
            /** @description `G0007`; null for somebody who is not in the list. */
            group: string | null;
            name: string;
            /** Format: double */
            probability: number;
            /** @description The word of ICD 203 for it. */
            words: string;
        };
        Incident: {
            dataset: string;
            kind: components["schemas"]["IncidentKind"];
            /**
             * Format: double
             * @description How likely this is, or more, if all is as ever.
             */
            p_value: number;
            says: string;
            since: components["schemas"]["Time"];
            /** @description What comes into it; `quarantine` of rejects. */
            table: string;
            until: components["schemas"]["Time"] | null;
        };
        /** @enum {string} */
        IncidentKind: "silent" | "rejects" | "fewer" | "more";
        /** @description What about the data somebody should look at. */
        Incidents: {
            from: components["schemas"]["Time"] | null;
            items: components["schemas"]["Incident"][];
            /**
             * Format: int64
             * @description Each a table of one dataset.
             */
            n_sources: number;
            /**
             * Format: int64
             * @description Of these, with too little of a past for anything to be usual.
             */
            n_young: number;
            until: components["schemas"]["Time"] | null;
        };
        /** @description Everything that is known of one value. */
        Indicator: {
            because: string[];
            claims: components["schemas"]["Claim"][];
            /** @description From when the oldest of what stands was last seen until nothing counts any more. */
            curve: components["schemas"]["CurvePoint"][];
            kind: string;
            /** Format: int64 */
            n_sightings: number;
            /** @description When this was asked. */
            now: components["schemas"]["Time"];
            /**
             * Format: double
             * @description 0 to 100.
             */
            score: number;
            sightings: components["schemas"]["Sighting"][];
            /**
             * Format: double
             * @description Below it a claim counts no more.
             */
            threshold: number | null;
            value: string;
            verdicts: components["schemas"]["IndicatorVerdict"][];
            /** @description Warning lists that it is on, and what each leaves of a claim's confidence. */
            warnings: [
                string,
                number
            ][];
        };
        IndicatorJudgement: {
            /** @description `true_positive`, `false_positive` or `open`, as the command line has them. */
            judgement: components["schemas"]["Verdict"];
            reason?: string;
            text: string;
        };
        IndicatorSweep: {
            since?: components["schemas"]["Time"] | null;
            /** @description Addresses, networks, names, URLs and hashes, one a line; defanged forms are understood. */
            text: string;
            until?: components["schemas"]["Time"] | null;
        };
        IndicatorValues: {
            /** @description One a line; defanged forms are understood. */
            text: string;
        };
        IndicatorVerdict: {
            given_at: components["schemas"]["Time"];
            given_by: string;
            judgement: components["schemas"]["Verdict"];
            reason: string;
        };
        Invitation: {
            ceiling?: components["schemas"]["Marking"] | null;
            /** @description Null: all. */
            datasets?: string[] | null;
            name: string;
            /** @description viewer, analyst, detection_engineer, data_scientist, sharing_partner, auditor or admin. */
            role: components["schemas"]["Role"];
        };
        Invited: {
            /** @description The path of the link, told once. */
            link: string;
            user: components["schemas"]["Person"];
        };
        /**
         * @description A thing that a case rests on.
         * @enum {string}
         */
        ItemKind: "event" | "campaign" | "indicator" | "record" | "file";
        /** @description What was judged. */
        Judged: {
            kind: string;
            value: string;
        };
        /** @description What people found events to be; nobody chose these events at random. */
        JudgedShare: {
            false_share: components["schemas"]["Share"] | null;
            /** Format: int64 */
            n_benign: number;
            /** Format: int64 */
            n_false: number;
            /** Format: int64 */
            n_judged: number;
        };
        /**
         * @description What a person has found an event to be; `open` takes an earlier verdict back.
         * @enum {string}
         */
        Judgement: "true_positive" | "benign_true_positive" | "false_positive" | "open";
        /** @description A key, without its secret. */
        Key: {
            /** @description Empty: from anywhere. */
            addresses: string[];
            expires_at: components["schemas"]["Time"];
            id: string;
            made_at: components["schemas"]["Time"];
            made_by: string;
            name: string;
            /** @description Name of the person. */
            person: string;
            person_id: string;
            revoked_at: components["schemas"]["Time"] | null;
            role: components["schemas"]["Role"];
            scope: components["schemas"]["Scope"];
            used_at: components["schemas"]["Time"] | null;
            used_from: string | null;
        };
        KeyMade: {
            key: components["schemas"]["Key"];
            /** @description Told once. */
            secret: string;
        };
        KeyRequest: {
            /** @description Networks that it may be used from, as `192.0.2.0/24`. */
            addresses?: string[];
            ceiling?: components["schemas"]["Marking"] | null;
            datasets?: string[] | null;
            /**
             * Format: int32
             * @description 90 where nothing is said.
             */
            expires_days?: number | null;
            name: string;
            role?: components["schemas"]["Role"] | null;
        };
        LakeSize: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            rows: number;
        };
        /** @description A list, and where it goes on. */
        List_Actor: {
            items: components["schemas"]["Actor"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_AuditLine: {
            items: components["schemas"]["AuditLine"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Campaign: {
            items: components["schemas"]["Campaign"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_CampaignDecision: {
            items: components["schemas"]["CampaignDecision"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Case: {
            items: components["schemas"]["Case"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_CaseMoment: {
            items: components["schemas"]["CaseMoment"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Detector: {
            items: components["schemas"]["Detector"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Finding: {
            items: components["schemas"]["Finding"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_HistoryLine: {
            items: components["schemas"]["HistoryLine"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Key: {
            items: components["schemas"]["Key"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Person: {
            items: components["schemas"]["Person"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Reject: {
            items: components["schemas"]["Reject"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Row: {
            items: components["schemas"]["Row"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Rule: {
            items: components["schemas"]["Rule"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_SavedQuery: {
            items: components["schemas"]["SavedQuery"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_SessionLine: {
            items: components["schemas"]["SessionLine"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Source: {
            items: components["schemas"]["Source"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_Survival: {
            items: components["schemas"]["Survival"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        /** @description A list, and where it goes on. */
        List_TableFigures: {
            items: components["schemas"]["TableFigures"][];
            /** @description For `after`; null at the end. */
            next: string | null;
        };
        LogSourceSeen: {
            data_component: string;
            /** Format: int64 */
            hosts: number;
            last: components["schemas"]["Time"] | null;
            /** @description Events that the analytic names and the lake does not hold. */
            missing_events: string[];
            name: string;
            /** Format: int64 */
            records: number;
            /** Format: double */
            share: number;
            state: string;
            tables: string[];
        };
        /** @description One value that was asked for. */
        Looked: {
            /** @description As it was written. */
            asked: string;
            found: components["schemas"]["Indicator"][];
            kind?: string;
            /** @description Why it is no indicator. */
            refused?: string;
            value?: string;
        };
        LookupAnswer: {
            items: components["schemas"]["Looked"][];
        };
        /**
         * @description TLP 2.0, without `TLP:` before it.
         * @enum {string}
         */
        Marking: "CLEAR" | "GREEN" | "AMBER" | "AMBER+STRICT" | "RED";
        MatchesOfDay: {
            at: components["schemas"]["Time"];
            /** Format: int64 */
            n: number;
        };
        Matrix: {
            tactics: components["schemas"]["MatrixTactic"][];
            /** @description Of ATT&CK Enterprise. */
            version: string;
        };
        MatrixTactic: {
            id: string;
            name: string;
            shortname: string;
            techniques: components["schemas"]["MatrixTechnique"][];
        };
        MatrixTechnique: {
            detectors: string[];
            /** @description It could be seen, and nobody looks. */
            gap: boolean;
            id: string;
            /** Format: int64 */
            n_events: number;
            /** Format: int64 */
            n_rules: number;
            name: string;
            /** @description By the actor that was asked for. */
            used?: boolean | null;
            /**
             * Format: double
             * @description 0 to 1.
             */
            visibility: number;
        };
        NamedText: {
            name: string;
            value: string;
        };
        /** @description A layer of the ATT&CK Navigator (MITRE). */
        NavigatorLayer: {
            [key: string]: unknown;
        };
        NewCase: {
            campaigns?: string[];
            description?: string | null;
            due_at?: components["schemas"]["Time"] | null;
            events?: string[];
            owner?: string | null;
            severity?: components["schemas"]["Severity"] | null;
            title: string;
            tlp?: components["schemas"]["Marking"] | null;
        };
        NewDecision: {
            /** @description Campaigns and events that are one campaign. */
            join?: string[];
            /** @description How you know. */
            reason: string;
            split?: components["schemas"]["CampaignSplit"] | null;
        };
        NewEvents: {
            by_severity: {
                [key: string]: number;
            };
            /** Format: int64 */
            total: number;
        };
        NewLink: {
            /** @description The path of the link, told once. */
            link: string;
        };
        NewQuery: {
            alert?: components["schemas"]["Alert"] | null;
            /** @description Name of a channel of the configuration. */
            channel?: string | null;
            /** @description A filter in words. */
            f?: string | null;
            name: string;
            /** @description Or SQL that gives a column `event_id`. */
            sql?: string | null;
        };
        /** @enum {string} */
        Outcome: "changed" | "same" | "refused";
        /** @description What is new, what is open, and whether everything is coming. */
        Overview: {
            campaigns: components["schemas"]["CampaignFields"][];
            /** @description Nothing is there yet. */
            empty: boolean;
            events_per_hour: components["schemas"]["Histogram"];
            /** @description Told to who sees all records. */
            lake?: components["schemas"]["LakeSize"];
            new_events: components["schemas"]["NewEvents"];
            /** @description Told where nothing is there yet. */
            next_steps?: string[];
            now: components["schemas"]["Time"];
            /** Format: int64 */
            open_events: number;
            since: components["schemas"]["Time"] | null;
            sources: components["schemas"]["SourcesHealth"];
            targets: components["schemas"]["TargetCount"][];
            techniques: components["schemas"]["TechniqueCount"][];
            /** Format: int64 */
            unassigned: number;
            until: components["schemas"]["Time"] | null;
            verdicts: components["schemas"]["Verdicts"];
        };
        PValueWindow: {
            end: components["schemas"]["Time"];
            /**
             * Format: int64
             * @description P-values of at most one half.
             */
            n_small: number;
            /** Format: int64 */
            n_tests: number;
        };
        /** @description How all p-values of a detector lie. */
        PValues: {
            /** @description P-values from `low` on and below `high`. */
            bins: components["schemas"]["Bin"][];
            datasets: string[];
            even: components["schemas"]["Even"] | null;
            /** @description There are more windows in this time, older ones. */
            goes_on: boolean;
            /** Format: int64 */
            n_tests: number;
            /**
             * Format: int64
             * @description Of these, tests of which it was not kept how their p-values lie.
             */
            n_untold: number;
            /** Format: int64 */
            n_windows: number;
            /**
             * Format: double
             * @description Share of the tests in which nothing was there.
             */
            null_share: number | null;
            quantiles: components["schemas"]["Quantile"][];
            shape: components["schemas"]["Shape"];
            since: components["schemas"]["Time"] | null;
            tail: components["schemas"]["Tail"][];
            until: components["schemas"]["Time"] | null;
            /** @description The oldest first. */
            windows: components["schemas"]["PValueWindow"][];
        };
        Parameter: {
            because: string;
            name: string;
            /** Format: double */
            value: number;
        };
        PasswordAgain: {
            password: string;
        };
        PasswordChange: {
            new: string;
            old: string;
        };
        /**
         * @description One kind of thing that somebody may do.
         * @enum {string}
         */
        Permission: "read_events" | "read_telemetry" | "read_rules" | "read_sources" | "work_on_events" | "manage_cases" | "save_queries" | "run_sql" | "export" | "write_rules" | "manage_content" | "make_keys" | "manage_people" | "read_audit" | "read_configuration";
        /** @description Somebody who may use the server. */
        Person: {
            id: string;
            made_at: components["schemas"]["Time"];
            made_by: string;
            name: string;
            role: components["schemas"]["Role"];
            scope: components["schemas"]["Scope"];
            second_factor: boolean;
            seen_at: components["schemas"]["Time"] | null;
            state: components["schemas"]["PersonState"];
        };
        PersonChange: {
            ceiling?: components["schemas"]["Marking"] | null;
            /** @description Null: all. What is not named stays as it is. */
            datasets?: string[] | null;
            disabled?: boolean | null;
            role?: components["schemas"]["Role"] | null;
        };
        PersonReset: {
            /** @description Take the second factor away as well. */
            second_factor?: boolean;
        };
        /** @enum {string} */
        PersonState: "invited" | "active" | "disabled";
        /**
         * @description Of the kill chain, as STIX writes it.
         * @enum {string}
         */
        Phase: "reconnaissance" | "weaponization" | "delivery" | "exploitation" | "installation" | "command-and-control" | "actions-on-objectives";
        /** @description Records of one step, and how many one would expect. */
        Point: {
            at: components["schemas"]["Time"];
            /** Format: double */
            high: number | null;
            /** Format: double */
            low: number | null;
            /** Format: int64 */
            n: number;
            unusual: boolean;
        };
        /** @description A problem, as it is sent. Small, because every answer may be one. */
        Problem: {
            /** @description A stable word for programs. */
            code: string;
            detail?: string | null;
            /** @description What to do about it. */
            hint?: string | null;
            /** Format: int32 */
            length?: number | null;
            /**
             * Format: int32
             * @description Where in the filter or query that was sent, in characters from 0.
             */
            position?: number | null;
            /** @description Stands in the server's log as well. */
            request_id: string;
            /** Format: int32 */
            status: number;
            /** @description What went wrong. */
            title: string;
            /** @description Always `about:blank`: `code` tells problems apart. */
            type: string;
        };
        Quantile: {
            /** Format: double */
            expected: number;
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: double */
            p: number;
            /** Format: int64 */
            rank: number;
        };
        QuerySaved: {
            /**
             * Format: int64
             * @description Events that answer it now.
             */
            n_answers: number;
            query: components["schemas"]["SavedQuery"];
        };
        Reason: {
            /** Format: double */
            bits: number;
            forgeable: boolean;
            what: string;
        };
        RecoveryCodes: {
            /** @description Told once. */
            recovery_codes: string[];
        };
        /** @description What was rejected, and why. */
        Reject: {
            /** @description What is no visible character of ASCII is written as `\xNN`. */
            bytes_text: string;
            dataset: string;
            detail: string;
            format: string;
            ingested_at: string;
            /** Format: int64 */
            position: number;
            reason: string;
            record_id: string;
            /** Format: int64 */
            size: number;
            source: string;
        };
        /**
         * @description What somebody is here for.
         * @enum {string}
         */
        Role: "viewer" | "analyst" | "detection_engineer" | "data_scientist" | "sharing_partner" | "auditor" | "admin";
        Row: {
            assignee: string | null;
            /** @description Id of the campaign that it is part of. */
            campaign: string | null;
            category: components["schemas"]["Category"];
            /**
             * Format: int32
             * @description 0 to 100.
             */
            confidence: number;
            dataset: string;
            first_seen: components["schemas"]["Time"];
            id: string;
            /** @description The first thing on the other side. */
            indicator: string | null;
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            n_comments: number;
            /** Format: int64 */
            n_records: number;
            /** Format: double */
            q_value: number | null;
            severity: components["schemas"]["Severity"];
            state: components["schemas"]["EventState"];
            tactics: string[];
            tags: string[];
            /** @description The first thing of ours that it is about. */
            target: string | null;
            /** @description Ids of ATT&CK techniques. */
            techniques: string[];
            title: string;
            tlp: components["schemas"]["Marking"];
            verdict: components["schemas"]["Judgement"] | null;
        };
        /** @description A rule of the set in force, or a file that was refused. */
        Rule: {
            code?: string;
            file: string;
            from: components["schemas"]["RuleOrigin"];
            /** @description Null of what was refused. */
            id: string | null;
            level?: components["schemas"]["Severity"];
            /**
             * Format: int64
             * @description Where the problem of a refused one is, and what it is called.
             */
            line?: number;
            /** Format: int64 */
            n_matches?: number;
            /** Format: int64 */
            n_subjects?: number;
            state: components["schemas"]["RuleState"];
            status?: string | null;
            tags: string[];
            techniques: string[];
            title: string;
            /** @description Why it is inert, noisy or refused. */
            why: string | null;
        };
        /** @description One rule, with its text. */
        RuleAnswer: {
            author: string;
            date: string | null;
            description: string;
            falsepositives: string[];
            file: string;
            from: components["schemas"]["RuleOrigin"];
            id: string;
            level: components["schemas"]["Severity"];
            license: string | null;
            /** Format: int64 */
            n_matches: number;
            /** Format: int64 */
            n_subjects: number;
            references: string[];
            state: components["schemas"]["RuleState"];
            status: string | null;
            tags: string[];
            techniques: string[];
            /** @description YAML. */
            text: string | null;
            title: string;
            /** @description Why it is inert or noisy. */
            why: string | null;
        };
        /** @description What is wrong with the text of a rule. */
        RuleCheck: {
            /** @description Why rules of the text can match nothing here. */
            inert: string[];
            /** Format: int64 */
            n_rules: number;
            problems: components["schemas"]["RuleProblem"][];
        };
        RuleDraft: {
            since?: components["schemas"]["Time"] | null;
            /** @description YAML. */
            text: string;
        };
        RuleMatch: {
            dataset: string;
            host: string | null;
            observed_at: components["schemas"]["Time"] | null;
            raw: string;
            record_id: string;
            table: string;
        };
        /** @description What a rule matches in records that have come. */
        RuleMatches: {
            matches: components["schemas"]["RuleMatch"][];
            /** Format: int64 */
            n: number;
            per_day: components["schemas"]["MatchesOfDay"][];
        };
        /** @enum {string} */
        RuleOrigin: "margay" | "own";
        RuleProblem: {
            code: string;
            /** Format: int64 */
            column: number;
            hint: string;
            /** Format: int64 */
            line: number;
            message: string;
            warning: boolean;
        };
        /** @enum {string} */
        RuleState: "live" | "inert" | "noisy" | "refused";
        /** @description A saved question. */
        SavedQuery: {
            alert: components["schemas"]["Alert"];
            /** @description Name of the channel of the configuration. */
            channel: string | null;
            id: string;
            name: string;
            question: components["schemas"]["SavedQuestion"];
            saved_at: components["schemas"]["Time"];
            saved_by: string;
            told_at: components["schemas"]["Time"];
        };
        SavedQuestion: {
            /** @description What the words of the filter were read as. */
            filter: components["schemas"]["Anything"];
        } | {
            sql: string;
        };
        /** @description What there is to ask. */
        SchemaAnswer: {
            tables: components["schemas"]["TableAbout"][];
        };
        /** @description What somebody may see. */
        Scope: {
            /** @description The strictest marking, as `AMBER`. */
            ceiling: components["schemas"]["Marking"];
            /** @description Null: all, also those that come later. */
            datasets: string[] | null;
        };
        Score: {
            /** Format: double */
            base: number;
            decays_at: components["schemas"]["Time"] | null;
            model: string;
            /**
             * Format: double
             * @description 0 to 100.
             */
            now: number;
            seen_at: components["schemas"]["Time"];
            /** @description Whether the claim counts, and why not. */
            standing: string;
        };
        /** @description Whatever a text may mean. */
        SearchAnswer: {
            hits: components["schemas"]["SearchHit"][];
            understood: components["schemas"]["Understood"] | null;
        };
        SearchHit: {
            detail: string;
            id: string;
            kind: string;
            title: string;
        };
        /** @description A second factor that is to be confirmed. */
        SecondFactor: {
            secret: string;
            /** @description For a QR code. */
            uri: string;
        };
        SecondFactorCode: {
            code: string;
        };
        SeriesAnswer: {
            points: components["schemas"]["Point"][];
        };
        /** @description A session of one's own. */
        SessionLine: {
            address: string;
            /** @description What the browser says that it is. */
            agent: string;
            began_at: components["schemas"]["Time"];
            /** @description Whether it is the one that asks. */
            current: boolean;
            id: string;
            seen_at: components["schemas"]["Time"];
        };
        /** @description Who is signed in, what they may do and see. */
        SessionState: {
            permissions: components["schemas"]["Permission"][];
            person: components["schemas"]["CallerFields"];
            scope: components["schemas"]["Scope"];
            /** @description Of the server. */
            version: string;
        };
        SetUpState: {
            /** @description Nobody administrates this server yet. */
            needed: boolean;
        };
        /**
         * @description How bad it would be, were it true.
         * @enum {string}
         */
        Severity: "informational" | "low" | "medium" | "high" | "critical";
        /**
         * @description What the p-values look like, held against chance.
         * @enum {string}
         */
        Shape: "too_few" | "even" | "careful" | "leaning";
        Share: {
            /** Format: double */
            high: number;
            /** Format: double */
            low: number;
            /** Format: int64 */
            n: number;
            /** Format: double */
            value: number;
        };
        SharedThing: {
            /** Format: double */
            bits: number;
            /** Format: int64 */
            events: number;
            kind: string;
            value: string;
        };
        Sighting: {
            dataset: string;
            first_seen: components["schemas"]["Time"];
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            records: number;
            subject: string;
        };
        /** @description What comes into one table from one dataset. */
        Source: {
            dataset: string;
            first: string | null;
            /** Format: int64 */
            lag_seconds: number | null;
            last: string | null;
            /** Format: int64 */
            n_sources: number;
            name: string;
            /** Format: int64 */
            rows: number;
            tables: string[];
        };
        SourcesHealth: {
            /** Format: int64 */
            n: number;
            /** @description Tables to which nothing has come for long. */
            silent: string[];
            tables: components["schemas"]["TableHealth"][];
        };
        /** @description The answer of a query as one document. */
        SqlAnswer: {
            columns: components["schemas"]["SqlColumn"][];
            /** @description By the names of the columns. */
            rows: {
                [key: string]: components["schemas"]["Anything"];
            }[];
        };
        SqlColumn: {
            name: string;
            /** @description Arrow's name of the type. */
            type: string;
        };
        /** @description How a query would be carried out. */
        SqlPlan: {
            parts: {
                [key: string]: components["schemas"]["Anything"];
            }[];
            plan: string;
        };
        /** @enum {string} */
        SqlProgress: "running" | "done" | "failed" | "cancelled";
        SqlQuestion: {
            /** @description The lake as it was: a version, or a time. */
            as_of?: string | null;
            /**
             * Format: int32
             * @description Rows at most; 10,000,000 where nothing is said, 10,000 as `application/json`.
             */
            limit?: number | null;
            /** @description Chosen by whoever asks, to stop the query by; 8 to 64 letters, digits and dashes. */
            query_id?: string | null;
            sql: string;
        };
        /** @description What has become of a query. */
        SqlState: {
            /** Format: int64 */
            bytes: number;
            error: string | null;
            /** Format: int64 */
            rows: number;
            /** Format: double */
            seconds: number;
            state: components["schemas"]["SqlProgress"];
        };
        /** @description One event in the activity thread. */
        Step: {
            after: components["schemas"]["StepReason"] | null;
            at: components["schemas"]["Time"];
            event: string;
        };
        StepReason: {
            /**
             * Format: double
             * @description log2 of the odds that both are of one campaign.
             */
            bits: number;
            /** @description An analyst has said so. */
            decided: boolean;
            event: string;
            /** @description It would hold without what an attacker can put there as he likes. */
            is_firm: boolean;
            reasons: components["schemas"]["Reason"][];
        };
        /** @description A bundle of STIX 2.1 (OASIS). */
        StixBundle: {
            [key: string]: unknown;
        };
        /** @description How long the indicators of one source and kind last, in days. */
        Survival: {
            kind: string;
            /** Format: double */
            median_days: number | null;
            /** Format: int64 */
            n: number;
            /** Format: int64 */
            n_ended: number;
            /** Format: double */
            ninety_percent_days: number | null;
            source: string;
            /** @description Day, share that lasts longer, and the limits of its interval of 95 %. */
            steps: [
                number,
                number,
                number,
                number
            ][];
            /** Format: double */
            weibull_scale_days: number | null;
            /** Format: double */
            weibull_shape: number | null;
        };
        /** @description Where values are in all records. */
        Swept: {
            items: components["schemas"]["SweptValue"][];
            /** Format: int64 */
            n_left_out: number;
            /** Format: int64 */
            n_values: number;
            /** @description What is no value, and why. */
            refused: string[];
            stopped_at: components["schemas"]["Time"] | null;
        };
        SweptValue: {
            also: string[];
            because: string;
            evidence: components["schemas"]["EvidencePlace"][];
            first_seen: components["schemas"]["Time"];
            /** @description The first of them. */
            hosts: string[];
            kind: string;
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            n_hosts: number;
            /** Format: int64 */
            records: number;
            value: string;
        };
        TableAbout: {
            columns: components["schemas"]["ColumnAbout"][];
            description: string;
            name: string;
        };
        /** @description Figures of a table; its name alone for who does not see all records. */
        TableFigures: {
            /** Format: int64 */
            bytes?: number;
            /** Format: int64 */
            files?: number;
            /** Format: int64 */
            rows?: number;
            table: string;
            /**
             * Format: int64
             * @description Of the Delta table.
             */
            version?: number | null;
        };
        TableHealth: {
            newest: components["schemas"]["Time"];
            silent: boolean;
            table: string;
        };
        Tail: {
            /** Format: double */
            at_most: number;
            /**
             * Format: double
             * @description By chance alone.
             */
            expected: number;
            /** Format: int64 */
            n: number;
        };
        TargetCount: {
            /** Format: int64 */
            n: number;
            target: string;
        };
        TechniqueAnswer: {
            events: components["schemas"]["Row"][];
            technique: components["schemas"]["TechniqueSeen"];
        };
        TechniqueClaim: {
            /** Format: int32 */
            confidence: number;
            /** @description Ids of the findings that are the evidence. */
            findings: string[];
            id: string;
            name: string;
            tactics: string[];
        };
        TechniqueCount: {
            id: string;
            /** Format: int64 */
            n: number;
        };
        /** @description One technique: could it be seen, and does somebody look? */
        TechniqueSeen: {
            analytics: components["schemas"]["AnalyticSeen"][];
            id: string;
            /** @description Those that look for it in tables without a row. */
            in_vain: string[];
            last_found: components["schemas"]["Time"] | null;
            /** @description Detectors, rules and lists that look for it and have rows to work on. */
            looking: string[];
            /** Format: int64 */
            n_found: number;
            name: string;
            platforms: string[];
            /**
             * Format: double
             * @description The best of its analytics, 0 to 1.
             */
            share: number;
            tactics: string[];
        };
        /** @description A host had an address. */
        Tenancy: {
            address: string;
            /**
             * Format: double
             * @description 0 to 1.
             */
            agreement: number;
            /** Format: int32 */
            confidence: number;
            first: components["schemas"]["Time"];
            host: string;
            last: components["schemas"]["Time"];
            /** @description Records that say so, by sort. */
            records: {
                [key: string]: number;
            };
        };
        /** @description One threat event. */
        ThreatEvent: {
            /** @description Version of ATT&CK that the techniques belong to. */
            attack_version: string;
            /** @description Why it was found: one sentence a finding. */
            because: string[];
            category: components["schemas"]["Category"];
            chance?: components["schemas"]["Chance"] | null;
            /**
             * Format: int32
             * @description 0 to 100 on the STIX scale.
             */
            confidence: number;
            dataset: string;
            description: string;
            /** @description `detector@version` of every finding. */
            detectors: string[];
            diamond: components["schemas"]["Diamond"];
            evidence: components["schemas"]["EvidencePlace"][];
            /** @description Ids. */
            findings: string[];
            first_seen: components["schemas"]["Time"];
            id: string;
            /** @description The other side: kind and value. */
            indicators: [
                string,
                string
            ][];
            labels: string[];
            last_seen: components["schemas"]["Time"];
            /** Format: int64 */
            n_records: number;
            next_steps: string[];
            /** Format: double */
            p_value: number | null;
            phases: components["schemas"]["Phase"][];
            /** Format: double */
            q_value: number | null;
            severity: components["schemas"]["Severity"];
            /** @description Why this severity, in a sentence. */
            severity_because: string;
            /** @description Shortnames in the order of the matrix. */
            tactics: string[];
            /** @description Hosts, accounts and the like on our side. */
            targets: components["schemas"]["Entity"][];
            techniques: components["schemas"]["TechniqueClaim"][];
            title: string;
            tlp: components["schemas"]["Marking"];
            /** @description What would make it wrong. */
            unless: string[];
        };
        /**
         * Format: date-time
         * @description RFC 3339 in UTC, as `2026-11-20T08:00:00Z`.
         */
        Time: string;
        ToExplain: {
            sql: string;
        };
        Understood: {
            kind: string;
            value: string;
        };
        /**
         * @description What a person has found an indicator to be; `open` takes an earlier verdict back.
         * @enum {string}
         */
        Verdict: "true_positive" | "false_positive" | "open";
        /** @description What people found events to be. */
        Verdicts: {
            /** @description Events that rest on claims and rules alone: for these nothing is promised. */
            stated: components["schemas"]["JudgedShare"];
            /** @description Events that a test raised: for these a false discovery rate is promised. */
            tested: components["schemas"]["JudgedShare"];
        };
        Vertex: {
            /** Format: int32 */
            confidence: number;
            /** @description Empty where unknown. */
            values: string[];
        };
        /** @description `start` belongs to it, `end` does not. */
        Window: {
            end: components["schemas"]["Time"];
            start: components["schemas"]["Time"];
        };
        /** @description What people have made of an event. */
        Work: {
            assignee: string | null;
            /** @description State and verdict before it was merged. */
            before_merge: [
                "new" | "triaged" | "confirmed" | "false_positive" | "benign_true_positive" | "duplicate" | "closed",
                "true_positive" | "benign_true_positive" | "false_positive" | "open"
            ] | null;
            duplicate_of: string | null;
            /** Format: int64 */
            n_comments: number;
            /** @description The event that it is a part of. */
            parent: string | null;
            reason: string;
            state: components["schemas"]["EventState"];
            tags: string[];
            verdict: components["schemas"]["Judgement"];
            /**
             * Format: int64
             * @description How many changes there were.
             */
            version: number;
        };
        /** @description What has become of a change to one event. */
        WorkResult: {
            event_id: string;
            hint?: string | null;
            result: components["schemas"]["Outcome"];
            state?: components["schemas"]["EventState"] | null;
            /** Format: int64 */
            version?: number | null;
            /** @description Where it was refused. */
            why?: string | null;
        };
        WorkResults: {
            results: components["schemas"]["WorkResult"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_actors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Actor"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_actors_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActorAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_attack_matrix: {
        parameters: {
            query?: {
                /** @description A group, by id or name, whose techniques are marked. */
                actor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Matrix"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_attack_navigator: {
        parameters: {
            query?: {
                /** @description `visibility` where nothing is said. */
                layer?: "visibility" | "events" | "rules" | "gap";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NavigatorLayer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_attack_techniques_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TechniqueAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_audit: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: number;
                /** @description 100 where nothing is said. */
                limit?: number;
                /** @description Whose name begins so. */
                by?: string;
                /** @description Actions that begin so. */
                action?: string;
                since?: components["schemas"]["Time"];
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_AuditLine"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_audit_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditCheck"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campaigns: {
        parameters: {
            query?: {
                /** @description 1 to 1,000; 100 where nothing is said. */
                limit?: number;
                /** @description The id or name of a group of ATT&CK: of the newest campaigns, those that it may be behind, the likeliest first. */
                actor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Campaign"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campaigns_decisions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_CampaignDecision"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_campaigns_decisions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDecision"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionMade"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_campaigns_decisions_by_number: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campaigns_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campaigns_by_id_attribution: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attribution"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campaigns_by_id_flow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/stix+json": components["schemas"]["StixBundle"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_campaigns_by_id_graph: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignGraph"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_cases: {
        parameters: {
            query?: {
                /** @description `open` where nothing is said. */
                state?: "open" | "closed" | "all";
                owner?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Case"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_cases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCase"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_cases_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_cases_by_id_timeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_CaseMoment"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_cases_by_id_work: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaseOrder"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Case"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_detectors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Detector"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_detectors_by_name_p_values: {
        parameters: {
            query?: {
                /** @description One dataset; all that the caller may see where nothing is said. */
                dataset?: string;
                /** @description Windows that end after it; the four weeks before the newest one where nothing is said. */
                since?: components["schemas"]["Time"];
                /** @description Windows that end up to it. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PValues"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events: {
        parameters: {
            query?: {
                /** @description A filter in words: `severity:high -tag:known "evil.example"`. GET /events/words lists the words. */
                f?: string;
                /** @description Still active at or after this time. */
                since?: components["schemas"]["Time"];
                /** @description Begun before this time. */
                until?: components["schemas"]["Time"];
                /** @description Lines, 1 to 10,000. */
                limit?: number;
                /** @description `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    /** @description `next`, where the answer is no JSON */
                    "x-next"?: string | null;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Row"];
                    "text/csv": string;
                    "application/vnd.apache.arrow.stream": number[];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_facets: {
        parameters: {
            query?: {
                /** @description A filter in words: `severity:high -tag:known "evil.example"`. GET /events/words lists the words. */
                f?: string;
                /** @description Still active at or after this time. */
                since?: components["schemas"]["Time"];
                /** @description Begun before this time. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facets"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_words: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterWords"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_events_work: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventOrder"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkResults"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description its id, or a beginning of it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventAnswer"];
                };
            };
            /** @description what was asked for */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_by_id_evidence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvidenceAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_by_id_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_HistoryLine"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events_by_id_stix: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/stix+json": components["schemas"]["StixBundle"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_findings: {
        parameters: {
            query?: {
                detector?: string;
                /** @description Windows that end after it. */
                since?: components["schemas"]["Time"];
                /** @description Windows that begin before it. */
                until?: components["schemas"]["Time"];
                /** @description 1 to 1,000; 100 where nothing is said. */
                limit?: number;
                /** @description `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Finding"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_indicators_lookup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IndicatorValues"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LookupAnswer"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_indicators_survival: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Survival"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_indicators_sweep: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IndicatorSweep"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swept"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_indicators_verdict: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IndicatorJudgement"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Judged"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Key"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyMade"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_keys_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_me_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_SessionLine"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_me_sessions_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_me_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactor"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_me_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordAgain"];
            };
        };
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_me_totp_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactorCode"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_overview: {
        parameters: {
            query?: {
                /** @description A time: events that were active from then on. */
                since?: components["schemas"]["Time"];
                /** @description A time: events that had begun before it. */
                until?: components["schemas"]["Time"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_quarantine: {
        parameters: {
            query?: {
                /** @description 1 to 1,000; 100 where nothing is said. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Reject"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_queries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_SavedQuery"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_queries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewQuery"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuerySaved"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_queries_by_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Rule"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_rules_check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleDraft"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleCheck"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_rules_test: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleDraft"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleMatches"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rules_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rules_by_id_matches: {
        parameters: {
            query?: {
                /** @description Records from then on; of 30 days where nothing is said. */
                since?: components["schemas"]["Time"];
                /** @description 200 where nothing is said. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleMatches"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_schema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchemaAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_search: {
        parameters: {
            query: {
                /** @description An address, a domain, a hash, a technique, an actor, an id, or words. */
                q: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_series: {
        parameters: {
            query: {
                table: string;
                since?: components["schemas"]["Time"];
                until?: components["schemas"]["Time"];
                /** @description Seconds; 3,600 where nothing is said. */
                step?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeriesAnswer"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionState"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionState"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SetUpState"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_setup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Beginning"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionState"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Source"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sources_incidents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Incidents"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SqlQuestion"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    "x-query-id"?: string;
                    "x-rows-max"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SqlAnswer"];
                    "application/x-ndjson": string;
                    "text/csv": string;
                    "application/vnd.apache.arrow.stream": number[];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sql_explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ToExplain"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SqlPlan"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_sql_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SqlState"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_sql_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_stream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_TableFigures"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List_Person"];
                };
            };
            /** @description nothing has changed since the answer that had the `ETag` of `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_users_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description what was asked for */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    patch_users_by_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonChange"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description a problem */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_users_by_id_reset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonReset"];
            };
        };
        responses: {
            /** @description what was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewLink"];
                };
            };
            /** @description a problem */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a problem of any request: its status and `code` tell which */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
