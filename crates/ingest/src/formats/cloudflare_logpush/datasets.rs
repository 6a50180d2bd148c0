//! Cloudflare Logpush datasets and their fields, generated from the public field lists.
//!
//! Source: <https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/>, as of 2026-11. Field names are facts;
//! an unknown field is kept in `attrs` all the same, so that a newer one needs no change here.

/// One dataset.
#[derive(Debug)]
pub(super) struct Dataset {
    pub(super) name: &'static str,
    /// Field with the event time.
    pub(super) time: &'static str,
    /// All fields, separated by blanks.
    pub(super) fields: &'static str,
}

/// Datasets, the commonest first: of two that fit a record equally well the first one is meant.
pub(super) static DATASETS: &[Dataset] = &[
    Dataset {
        name: "http_requests",
        time: "EdgeStartTimestamp",
        fields: "BotDetectionIDs BotDetectionTags BotScore BotScoreSrc BotTags CacheCacheStatus CacheReserveUsed \
                 CacheResponseBytes CacheResponseStatus CacheTieredFill ClientASN ClientCity ClientCountry \
                 ClientDeviceType ClientIP ClientIPClass ClientLatitude ClientLongitude ClientMTLSAuthCertFingerprint \
                 ClientMTLSAuthStatus ClientRegionCode ClientRequestBytes ClientRequestHost ClientRequestMethod \
                 ClientRequestPath ClientRequestProtocol ClientRequestReferer ClientRequestScheme ClientRequestSource \
                 ClientRequestURI ClientRequestUserAgent ClientSSLCipher ClientSSLProtocol ClientSrcPort \
                 ClientTCPRTTMs ClientXRequestedWith ContentScanObjResults ContentScanObjSizes ContentScanObjTypes \
                 Cookies EdgeCFConnectingO2O EdgeColoCode EdgeColoID EdgeEndTimestamp EdgePathingOp EdgePathingSrc \
                 EdgePathingStatus EdgeRequestHost EdgeResponseBodyBytes EdgeResponseBytes \
                 EdgeResponseCompressionRatio EdgeResponseContentType EdgeResponseStatus EdgeServerIP \
                 EdgeStartTimestamp EdgeTimeToFirstByteMs FraudAttack FraudDetectionIDs FraudDetectionTags \
                 FraudEmailRisk FraudUserID JA3Hash JA4 JA4Signals JSDetectionPassed LeakedCredentialCheckResult \
                 OriginDNSResponseTimeMs OriginIP OriginRequestHeaderSendDurationMs OriginResponseBytes \
                 OriginResponseDurationMs OriginResponseHTTPExpires OriginResponseHTTPLastModified \
                 OriginResponseHeaderReceiveDurationMs OriginResponseStatus OriginResponseTime OriginSSLProtocol \
                 OriginTCPHandshakeDurationMs OriginTLSHandshakeDurationMs ParentRayID PayPerCrawlStatus RayID \
                 RequestHeaders ResponseHeaders SecurityAction SecurityActions SecurityRuleDescription SecurityRuleID \
                 SecurityRuleIDs SecuritySources SmartRouteColoID UpperTierColoID VerifiedBotCategory WAFAttackScore \
                 WAFFlags WAFMatchedVar WAFRCEAttackScore WAFSQLiAttackScore WAFXSSAttackScore WebAssetsLabelsManaged \
                 WebAssetsOperationID WorkerCPUTime WorkerScriptName WorkerStatus WorkerSubrequest \
                 WorkerSubrequestCount WorkerWallTimeUs ZoneName",
    },
    Dataset {
        name: "firewall_events",
        time: "Datetime",
        fields: "AISecurityInjectionScore AISecurityPIICategories AISecurityTokenCount \
                 AISecurityUnsafeTopicCategories Action ClientASN ClientASNDescription ClientCountry ClientIP \
                 ClientIPClass ClientRefererHost ClientRefererPath ClientRefererQuery ClientRefererScheme \
                 ClientRequestHost ClientRequestMethod ClientRequestPath ClientRequestProtocol ClientRequestQuery \
                 ClientRequestScheme ClientRequestUserAgent ContentScanObjResults ContentScanObjSizes \
                 ContentScanObjTypes Datetime Description EdgeColoCode EdgeResponseStatus FirewallForAIInjectionScore \
                 FirewallForAIPIICategories FirewallForAITokenCount FirewallForAIUnsafeTopicCategories FraudUserID \
                 Kind LeakedCredentialCheckResult MatchIndex Metadata OriginResponseStatus OriginatorRayID RayID Ref \
                 RuleID Source",
    },
    Dataset {
        name: "dns_logs",
        time: "Timestamp",
        fields: "ColoCode EDNSSubnet EDNSSubnetLength QueryName QueryType ResponseCached ResponseCode SourceIP \
                 Timestamp",
    },
    Dataset {
        name: "dns_firewall_logs",
        time: "Timestamp",
        fields: "ClientResponseCode ClusterID ColoCode EDNSSubnet EDNSSubnetLength QueryDO QueryName QueryRD \
                 QuerySize QueryTCP QueryType ResponseCached ResponseCachedStale ResponseReason SourceIP Timestamp \
                 UpstreamIP UpstreamResponseCode UpstreamResponseTimeMs",
    },
    Dataset {
        name: "spectrum_events",
        time: "Timestamp",
        fields: "Application ClientAsn ClientBytes ClientCountry ClientIP ClientMatchedIpFirewall ClientPort \
                 ClientProto ClientTcpRtt ClientTlsCipher ClientTlsClientHelloServerName ClientTlsProtocol \
                 ClientTlsStatus ColoCode ConnectTimestamp DisconnectTimestamp Event IpFirewall OriginBytes OriginIP \
                 OriginPort OriginProto OriginTcpRtt OriginTlsCipher OriginTlsFingerprint OriginTlsMode \
                 OriginTlsProtocol OriginTlsStatus ProxyProtocol Status Timestamp",
    },
    Dataset {
        name: "gateway_dns",
        time: "Datetime",
        fields: "AccountID ApplicationID ApplicationName AppliedMaxTTL AuthoritativeNameServerIPs CNAMECategoryIDs \
                 CNAMECategoryNames CNAMEs CNAMEsReversed ColoCode ColoID CustomResolveDurationMs \
                 CustomResolverAddress CustomResolverPolicyID CustomResolverPolicyName CustomResolverResponse \
                 Datetime DeviceID DeviceName DoHSubdomain DoTSubdomain DstIP DstPort EDEErrors Email \
                 InitialCategoryIDs InitialCategoryNames InitialResolvedIPs InternalDNSDurationMs \
                 InternalDNSFallbackStrategy InternalDNSRCode InternalDNSViewID InternalDNSZoneID IsResponseCached \
                 Location LocationID MatchedCategoryIDs MatchedCategoryNames MatchedIndicatorFeedIDs \
                 MatchedIndicatorFeedNames Policy PolicyID PolicyName Protocol QueryApplicationIDs \
                 QueryApplicationNames QueryCategoryIDs QueryCategoryNames QueryID QueryIndicatorFeedIDs \
                 QueryIndicatorFeedNames QueryName QueryNameReversed QuerySize QueryType QueryTypeName RCode RData \
                 RedirectTargetURI RegistrationID RequestContextCategoryIDs RequestContextCategoryNames \
                 ResolvedIPCategoryIDs ResolvedIPCategoryNames ResolvedIPContinentCodes ResolvedIPCountryCodes \
                 ResolvedIPs ResolverDecision ResolverPolicyID ResolverPolicyName ResourceRecords ResourceRecordsJSON \
                 ResponseTimeMs SrcIP SrcIPContinentCode SrcIPCountryCode SrcPort TenantID TimeZone \
                 TimeZoneInferredMethod UpstreamRecordTTLs UserID",
    },
    Dataset {
        name: "gateway_http",
        time: "Datetime",
        fields: "AccountID Action AddedHeaders AppControlInfo ApplicationIDs ApplicationNames ApplicationStatuses \
                 BlockedFileHash BlockedFileName BlockedFileReason BlockedFileSize BlockedFileType CategoryIDs \
                 CategoryNames Datetime DeletedHeaders DestinationIP DestinationIPContinentCode \
                 DestinationIPCountryCode DestinationPort DeviceID DeviceName DownloadMatchedDlpProfileEntries \
                 DownloadMatchedDlpProfiles DownloadedFileNames Email FileInfo ForensicCopyStatus HTTPHost HTTPMethod \
                 HTTPStatusCode HTTPVersion IsIsolated PolicyID PolicyName PrivateAppAUD ProxyEndpoint Quarantined \
                 RedirectTargetURI Referer RegistrationID RequestID SessionID SetHeaders SourceIP \
                 SourceIPContinentCode SourceIPCountryCode SourceInternalIP SourcePort TenantID URL \
                 UntrustedCertificateAction UploadMatchedDlpProfileEntries UploadMatchedDlpProfiles UploadedFileNames \
                 UserAgent UserID VirtualNetworkID VirtualNetworkName Warnings",
    },
    Dataset {
        name: "gateway_network",
        time: "Datetime",
        fields: "AccountID Action ApplicationIDs ApplicationNames CategoryIDs CategoryNames Datetime DestinationIP \
                 DestinationIPContinentCode DestinationIPCountryCode DestinationPort DetectedProtocol DeviceID \
                 DeviceName Email OverrideIP OverridePort PolicyID PolicyName ProxyEndpoint RegistrationID SNI \
                 SessionID SourceIP SourceIPContinentCode SourceIPCountryCode SourceInternalIP SourcePort TenantID \
                 Transport TransportProtocol UserID VirtualNetworkID VirtualNetworkName",
    },
    Dataset {
        name: "network_analytics_logs",
        time: "Datetime",
        fields: "AttackCampaignID AttackID AttackVector ColoCity ColoCode ColoCountry ColoGeoHash ColoName \
                 DNSQueryName DNSQueryType Datetime DestinationASN DestinationASNName DestinationCountry \
                 DestinationGeoHash DestinationPort Direction GREChecksum GREEtherType GREHeaderLength GREKey \
                 GRESequenceNumber GREVersion ICMPChecksum ICMPCode ICMPType IPDestinationAddress IPDestinationSubnet \
                 IPFragmentOffset IPHeaderLength IPMoreFragments IPProtocol IPProtocolName IPSourceAddress \
                 IPSourceSubnet IPTTL IPTTLBuckets IPTotalLength IPTotalLengthBuckets IPv4Checksum IPv4DSCP \
                 IPv4DontFragment IPv4ECN IPv4Identification IPv4Options IPv6DSCP IPv6ECN IPv6ExtensionHeaders \
                 IPv6FlowLabel IPv6Identification MitigationReason MitigationScope MitigationSystem Outcome \
                 PFPCustomTag ProtocolState RuleID RuleName RulesetID RulesetOverrideID SampleInterval SourceASN \
                 SourceASNName SourceCountry SourceGeoHash SourcePort TCPAcknowledgementNumber TCPChecksum \
                 TCPDataOffset TCPFlags TCPFlagsString TCPMSS TCPOptions TCPSACKBlocks TCPSACKPermitted \
                 TCPSequenceNumber TCPTimestampECR TCPTimestampValue TCPUrgentPointer TCPWindowScale TCPWindowSize \
                 UDPChecksum UDPPayloadLength Verdict",
    },
    Dataset {
        name: "email_security_alerts",
        time: "Timestamp",
        fields: "AlertID AlertReasons Attachments BCC CC CCName DKIMResult DMARCPolicy DMARCResult FinalDisposition \
                 From FromName Links MessageDeliveryMode MessageID Origin OriginalSender ReplyTo ReplyToName \
                 SMTPEnvelopeFrom SMTPEnvelopeTo SMTPHeloServerIP SMTPHeloServerIPAsName SMTPHeloServerIPAsNumber \
                 SMTPHeloServerIPGeo SMTPHeloServerName SPFResult Subject ThreatCategories Timestamp To ToName",
    },
    Dataset {
        name: "email_security_post_delivery_events",
        time: "CompletedAt",
        fields: "AlertID CompletedAt Destination FinalDisposition Folder From FromName MessageID MessageTimestamp \
                 MicrosoftTenantID Operation PostfixID Reasons Recipient RequestedAt RequestedBy RequestedDisposition \
                 Status Subject Success To",
    },
    Dataset {
        name: "zero_trust_network_sessions",
        time: "SessionStartTime",
        fields: "AccountID BytesReceived BytesSent ClientTCPHandshakeDurationMs ClientTLSCipher \
                 ClientTLSHandshakeDurationMs ClientTLSVersion ConnectionCloseReason ConnectionReuse \
                 DestinationTunnelID DetectedProtocol DeviceID DeviceName EgressColoName EgressIP EgressPort \
                 EgressRuleID EgressRuleName Email IngressColoName InitialOriginIP Offramp OriginIP OriginPort \
                 OriginTLSCertificateIssuer OriginTLSCertificateValidationResult OriginTLSCipher \
                 OriginTLSHandshakeDurationMs OriginTLSVersion Protocol RegistrationID ResolvedFQDN \
                 RuleEvaluationDurationMs SNI SessionEndTime SessionID SessionStartTime SourceIP SourceInternalIP \
                 SourcePort TenantID UserID VirtualNetworkID",
    },
    Dataset {
        name: "access_requests",
        time: "CreatedAt",
        fields: "Action Allowed AppDomain AppUUID Connection Country CreatedAt Email IPAddress \
                 PurposeJustificationPrompt PurposeJustificationResponse RayID TemporaryAccessApprovers \
                 TemporaryAccessDuration UserUID",
    },
    Dataset {
        name: "audit_logs",
        time: "When",
        fields: "ActionResult ActionType ActorEmail ActorID ActorIP ActorType ID Interface Metadata NewValue OldValue \
                 OwnerID ResourceID ResourceType When",
    },
    Dataset {
        name: "audit_logs_v2",
        time: "ActionTimestamp",
        fields: "AccountID AccountName ActionDescription ActionResult ActionTimestamp ActionType ActorContext \
                 ActorEmail ActorID ActorIPAddress ActorTokenDetails ActorType AuditLogID Raw ResourceID \
                 ResourceProduct ResourceRequest ResourceResponse ResourceScope ResourceType ResourceValue ZoneID \
                 ZoneName",
    },
    Dataset {
        name: "magic_ids_detections",
        time: "Timestamp",
        fields: "Action ColoCity ColoCode DestinationIP DestinationPort Protocol SignatureID SignatureMessage \
                 SignatureRevision SourceIP SourcePort Timestamp",
    },
    Dataset {
        name: "casb_findings",
        time: "DetectedTimestamp",
        fields: "AssetDisplayName AssetExternalID AssetLink AssetMetadata DetectedTimestamp FindingTypeDisplayName \
                 FindingTypeID FindingTypeSeverity InstanceID IntegrationDisplayName IntegrationID \
                 IntegrationPolicyVendor",
    },
    Dataset {
        name: "device_posture_results",
        time: "Timestamp",
        fields: "ClientVersion DeviceID DeviceManufacturer DeviceModel DeviceName DeviceSerialNumber DeviceType Email \
                 OSVersion PolicyID PostureCheckName PostureCheckType PostureEvaluatedResult PostureExpectedJSON \
                 PostureReceivedJSON RegistrationID Timestamp UserUID",
    },
    Dataset {
        name: "page_shield_events",
        time: "Timestamp",
        fields: "Action CSPDirective Host PageURL PolicyID ResourceType Timestamp URL URLContainsCDNCGIPath URLHost",
    },
    Dataset {
        name: "sinkhole_http_logs",
        time: "Timestamp",
        fields: "AccountID Body BodyLength DestAddr Headers Host Method Password R2Path Referrer SinkholeID SrcAddr \
                 Timestamp URI URL UserAgent Username",
    },
    Dataset {
        name: "ssh_logs",
        time: "Datetime",
        fields: "AccountID ClientAddress Datetime Error PTY Payload ProgramFinishDatetime ProgramID \
                 ProgramStartDatetime ProgramType ServerAddress SessionFinishDatetime SessionID SessionStartDatetime \
                 TargetID UserEmail UserID Username",
    },
    Dataset {
        name: "dlp_forensic_copies",
        time: "Datetime",
        fields: "AccountID Datetime ForensicCopyID GatewayRequestID Headers Payload Phase TriggeredRuleID",
    },
    Dataset {
        name: "mnm_flow_logs",
        time: "FlowTimestamp",
        fields: "AWSVPCFlowJSON Bits DestinationAS DestinationAddress DestinationPort DeviceID EgressBits \
                 EgressPackets Ethertype FlowProtocol FlowTimestamp NumFlows PacketID Packets Protocol RuleIDs \
                 SampleRate SampleRateType SamplerAddress SourceAS SourceAddress SourcePort TcpFlags Timestamp",
    },
    Dataset {
        name: "mcp_portal_logs",
        time: "Datetime",
        fields: "ClientCountry ClientIP ColoCode Datetime Error Method PortalAUD PortalID PromptGetName \
                 ResourceReadURI ServerAUD ServerID ServerResponseDurationMs ServerURL SessionID Success ToolCallName \
                 UserEmail UserID",
    },
    Dataset {
        name: "warp_toggle_changes",
        time: "Timestamp",
        fields: "AccountID AccountName DeviceID DeviceRegistrationID Hostname SerialNumber Timestamp Toggled \
                 UserEmail",
    },
    Dataset {
        name: "account_abuse_protection_events",
        time: "Timestamp",
        fields: "AuthenticationIdentityProvider AuthenticationMethod AuthenticationStatus BotScore ClientASN \
                 ClientCity ClientCountry ClientIP Email EphemeralID EventSource EventType FraudEmailRisk Host JA4 \
                 RayID Timestamp UserAgent UserID",
    },
    Dataset {
        name: "turnstile_events",
        time: "Timestamp",
        fields: "ASN Action BrowserMajor BrowserName ClientIP CountryCode EventType Hostname OSMajor OSName Sitekey \
                 Timestamp UserAgent",
    },
    Dataset {
        name: "workers_trace_events",
        time: "EventTimestampMs",
        fields: "CPUTimeMs DispatchNamespace Entrypoint Event EventTimestampMs EventType Exceptions Logs Outcome \
                 ScriptName ScriptTags ScriptVersion WallTimeMs",
    },
    Dataset {
        name: "nel_reports",
        time: "Timestamp",
        fields: "ClientIPASN ClientIPASNDescription ClientIPCountry LastKnownGoodColoCode Phase Timestamp Type",
    },
];
