using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Serverless.Access;
using Serverless.Access.Sessions;
using Serverless.Access.Tokens;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Deliveries;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Devices.Enrolment;
using Serverless.Devices.Erasure;
using Serverless.Errors;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Notices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Retention;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;
using Serverless.Rollouts;
using Serverless.Statistics;
using Serverless.Transport.Pins;
using Serverless.Updates;

namespace Serverless.Management;

/// <summary>What the management API is sent and sends. Read strictly: a misspelt member must not pass for one that was left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Strict,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(BundleVersionConverter),
        typeof(EnumWord<AuthenticationMethod>),
        typeof(EnumWord<CertificateBinding>),
        typeof(CellConverter),
        typeof(EnumWord<ApprovalAction>),
        typeof(EnumWord<ApprovalState>),
        typeof(EnumWord<ControlSource>),
        typeof(ScopesConverter),
        typeof(EnumWord<RolloutSide>),
        typeof(EnumWord<DisabledAnswer>),
        typeof(EnumWord<Grouping>),
        typeof(EnumWord<IncidentAction>),
        typeof(EnumWord<IncidentKind>),
        typeof(EnumWord<IncidentState>),
        typeof(EnumWord<KeyState>),
        typeof(EnumWord<MoveKind>),
        typeof(EnumWord<NoticeKind>),
        typeof(EnumWord<NoticeState>),
        typeof(EnumWord<ReleaseAction>),
        typeof(EnumWord<ReleaseState>),
        typeof(EnumWord<RollbackAction>),
        typeof(EnumWord<RolloutAction>),
        typeof(EnumWord<ServiceState>),
        typeof(EnumWord<TimeStep>),
        typeof(EnumWord<UploadState>),
        typeof(EnumWord<Verdict>),
        typeof(EnumWord<VersionPolicy>),
    ])]
[JsonSerializable(typeof(AppDescription))]
[JsonSerializable(typeof(AppList))]
[JsonSerializable(typeof(ApprovalDescription))]
[JsonSerializable(typeof(ApprovalList))]
[JsonSerializable(typeof(ApprovalOrder))]
[JsonSerializable(typeof(ApprovalSettings))]
[JsonSerializable(typeof(AuthenticationDescription))]
[JsonSerializable(typeof(AuthenticationSettings))]
[JsonSerializable(typeof(ChannelDescription))]
[JsonSerializable(typeof(ChannelList))]
[JsonSerializable(typeof(ChannelSettings))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(DeviceKeyDescription))]
[JsonSerializable(typeof(EnrolmentCodeList))]
[JsonSerializable(typeof(EnrolmentOrder))]
[JsonSerializable(typeof(ErasedDevice))]
[JsonSerializable(typeof(ErrorList))]
[JsonSerializable(typeof(ExplainedUpdate))]
[JsonSerializable(typeof(IncidentDescription))]
[JsonSerializable(typeof(IncidentList))]
[JsonSerializable(typeof(IncidentOrder))]
[JsonSerializable(typeof(IssuedAppKey))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(KeyDescriptionList))]
[JsonSerializable(typeof(KeyDisabling))]
[JsonSerializable(typeof(KeyEnabling))]
[JsonSerializable(typeof(KeyRetirement))]
[JsonSerializable(typeof(LedgerPage))]
[JsonSerializable(typeof(LedgerVerification))]
[JsonSerializable(typeof(NoticeDescription))]
[JsonSerializable(typeof(NoticeDescriptionList))]
[JsonSerializable(typeof(NoticeDraft))]
[JsonSerializable(typeof(NoticePreview))]
[JsonSerializable(typeof(NoticePreviewOrder))]
[JsonSerializable(typeof(NoticeViewList))]
[JsonSerializable(typeof(PinDescription))]
[JsonSerializable(typeof(PinList))]
[JsonSerializable(typeof(PinOrder))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(QuarantineList))]
[JsonSerializable(typeof(RampSettings))]
[JsonSerializable(typeof(ReleaseActDescription))]
[JsonSerializable(typeof(ReleaseDescription))]
[JsonSerializable(typeof(ReleaseList))]
[JsonSerializable(typeof(ReleaseOrder))]
[JsonSerializable(typeof(RetentionPlan))]
[JsonSerializable(typeof(RolloutDescription))]
[JsonSerializable(typeof(RolloutOrder))]
[JsonSerializable(typeof(ServiceStatus))]
[JsonSerializable(typeof(SessionDescription))]
[JsonSerializable(typeof(SessionOrder))]
[JsonSerializable(typeof(StatisticsAnswer))]
[JsonSerializable(typeof(StatisticsOverview))]
[JsonSerializable(typeof(TicketAnswer))]
[JsonSerializable(typeof(TicketRequest))]
[JsonSerializable(typeof(TokenDescription))]
[JsonSerializable(typeof(TokenDescriptionList))]
[JsonSerializable(typeof(TokenOrder))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(UploadVerdict))]
internal sealed partial class ManagementJson : JsonSerializerContext;
