using Serverless.Access.Sessions;
using Serverless.Access.Tokens;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Channels;
using Serverless.Dashboard;
using Serverless.Deliveries;
using Serverless.Deltas;
using Serverless.Devices.Authentication;
using Serverless.Devices.Enrolment;
using Serverless.Devices.Erasure;
using Serverless.Errors;
using Serverless.Health;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Management.Documents;
using Serverless.Notices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Reports;
using Serverless.Retention;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Signing;
using Serverless.Statistics;
using Serverless.SyntheticDevices;
using Serverless.Transport.Pins;
using Serverless.Updates;

namespace Serverless.Hosts.Standalone.Discovery;

/// <summary>
/// The classes that functions are in. Written down, because to find them is to load every type there is, which took a start 60 ms; a test holds the list
/// to what is marked.
/// </summary>
internal static class FunctionClasses
{
    public static readonly Type[] All =
    [
        typeof(AppAdministrationFunction),
        typeof(ApprovalFunction),
        typeof(AuthenticationAdministrationFunction),
        typeof(ChannelAdministrationFunction),
        typeof(ChannelSelfFunction),
        typeof(DashboardFunction),
        typeof(DecidedUploadsFunction),
        typeof(DeliveriesFunction),
        typeof(DeliveryAdministrationFunction),
        typeof(DeviceErasureFunction),
        typeof(DeviceErrorsFunction),
        typeof(DeviceEventsFunction),
        typeof(DownloadSizeFunction),
        typeof(EnrolmentAdministrationFunction),
        typeof(EnrolmentFunction),
        typeof(EntraSignInFunction),
        typeof(ErrorsFunction),
        typeof(ExplainFunction),
        typeof(FailureReportsFunction),
        typeof(HealthFunction),
        typeof(IncidentAdministrationFunction),
        typeof(IntakeFunction),
        typeof(KeyAdministrationFunction),
        typeof(KeyRotationFunction),
        typeof(KeysFunction),
        typeof(LedgerFunction),
        typeof(NetworkSweepFunction),
        typeof(NoticeAdministrationFunction),
        typeof(NoticeUpkeepFunction),
        typeof(NoticesFunction),
        typeof(OpenApiFunction),
        typeof(PinFunction),
        typeof(PinsFunction),
        typeof(ProbeFunction),
        typeof(QuarantineFunction),
        typeof(RampFunction),
        typeof(ReadinessFunction),
        typeof(RecoveriesFunction),
        typeof(RecoverySweepFunction),
        typeof(ReleaseAdministrationFunction),
        typeof(ReportFunction),
        typeof(RetentionFunction),
        typeof(RetentionPlanFunction),
        typeof(RolloutFunction),
        typeof(SealFunction),
        typeof(SessionFunction),
        typeof(SigningHealthFunction),
        typeof(StatisticsFunction),
        typeof(StatisticsRollUpFunction),
        typeof(StatusFunction),
        typeof(SweepFunction),
        typeof(TicketFunction),
        typeof(TokenAdministrationFunction),
        typeof(UpdateCheckFunction),
        typeof(UploadFunction),
    ];
}
